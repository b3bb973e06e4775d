#!/bin/sh
# The second half of the entrypoint, which the base image's own entrypoint runs: a home, the project, logins, remote
# development, then the command in place of this shell.

firn_here=${0%/*}
# shellcheck source=common.sh
. "$firn_here/common.sh"
# shellcheck source=logins.sh
. "$firn_here/logins.sh"
# shellcheck source=remote-development.sh
. "$firn_here/remote-development.sh"

# As PID 1 a shell gets only the signals that it traps, and runs a trap only when no child is in the foreground: so each
# step that takes time is a child in the background. Standard input stays with the command: such a child has none.
firn_child=
stop() {
    trap '' TERM INT HUP QUIT
    if [ -n "$firn_child" ]; then
        kill -TERM "$firn_child" 2>/dev/null
        wait "$firn_child" 2>/dev/null
    fi
    exit "$1"
}
trap 'stop 143' TERM
trap 'stop 130' INT
trap 'stop 129' HUP
trap 'stop 131' QUIT

step() {
    "$@" </dev/null &
    firn_child=$!
    wait "$firn_child"
    firn_status=$?
    firn_child=
    return "$firn_status"
}

prepare_home() {
    # touch, since busybox's test -w calls a read-only file system writable.
    if [ -z "${HOME:-}" ] || [ "$HOME" = / ] || [ ! -d "$HOME" ] || ! touch -c "$HOME" 2>/dev/null || [ ! -w "$HOME" ]; then
        HOME=${firn_run:+$firn_run/home}
        HOME=${HOME:-/tmp}
        # Without that file zsh asks a new user how to set itself up.
        [ -z "$firn_run" ] || (umask 077 && mkdir -p "$HOME" && : >>"$HOME/.zshrc")
    fi
    export HOME
    # Python's getpass, and with it torch, fails for a user without a name.
    if [ -z "${USER:-}" ]; then
        USER=$(id -un 2>/dev/null) || USER=user$firn_uid
    fi
    : "${LOGNAME:=$USER}"
    export USER LOGNAME
}

enter_project() {
    if [ -z "${PROJECT_ROOT_AT:-}" ]; then
        PROJECT_ROOT_AT=$(pwd)
        SKIP_INSTALL_PROJECT=1
        export PROJECT_ROOT_AT SKIP_INSTALL_PROJECT
        say "PROJECT_ROOT_AT is not set: no project is installed, the command runs in $PROJECT_ROOT_AT"
        return
    fi
    if [ ! -d "$PROJECT_ROOT_AT" ]; then
        say "PROJECT_ROOT_AT is $PROJECT_ROOT_AT, but there is no such folder"
        fail "mount the project there, for example: docker run -v \"\$PWD:$PROJECT_ROOT_AT\" -e PROJECT_ROOT_AT=$PROJECT_ROOT_AT ..."
    fi
    cd -- "$PROJECT_ROOT_AT" || fail "PROJECT_ROOT_AT is $PROJECT_ROOT_AT, which user $firn_uid may not enter"
    case $PROJECT_ROOT_AT in
    /*) ;;
    *) PROJECT_ROOT_AT=$(pwd) && export PROJECT_ROOT_AT ;;
    esac
}

find_python() {
    firn_python=$(command -v python || command -v python3) ||
        fail "there is no python on PATH, so the project cannot be installed (SKIP_INSTALL_PROJECT=1 goes on without)"
}

# A project may be scripts alone. An empty folder is one that was not mounted.
has_package() {
    for firn_file in pyproject.toml setup.cfg setup.py; do
        [ ! -f "$PROJECT_ROOT_AT/$firn_file" ] || return 0
    done
    if [ -n "${PACKAGE_NAME:-}" ] || [ -z "$(ls -A "$PROJECT_ROOT_AT")" ]; then
        return 0
    fi
    say "there is no pyproject.toml, setup.cfg or setup.py in $PROJECT_ROOT_AT: nothing is installed"
    return 1
}

install_project() {
    find_python
    if [ -z "$firn_run" ]; then
        # Nothing can be written, so nothing runs in the background: there is no file for what it would answer.
        say "nothing can be written here: the project is put on PYTHONPATH, without its commands and its metadata (mount a /tmp)"
        firn_paths=$("$firn_python" -B "$firn_here/install_project.py" --paths "$PROJECT_ROOT_AT" </dev/null) || exit 1
        PYTHONPATH=$firn_paths${PYTHONPATH:+:$PYTHONPATH}
        export PYTHONPATH
        return
    fi
    # Not its process id: containers that share /tmp all have a process 1.
    firn_result=$(mktemp "$firn_run/result.XXXXXX") || fail "no file can be made in $firn_run"
    if ! step "$firn_python" -B "$firn_here/install_project.py" "$PROJECT_ROOT_AT" "$firn_run" >"$firn_result"; then
        rm -f "$firn_result"
        exit 1
    fi
    use_project "$firn_result"
    # Where a shell that came in by another way (docker exec) finds the project: environment.sh.
    mv -f "$firn_result" "$firn_run/project"
}

test_package() {
    [ -n "${PACKAGE_NAME:-}" ] || return 0
    PYTHONDONTWRITEBYTECODE=1 step "$firn_python" "$firn_here/test_package.py" "$PACKAGE_NAME" "$PROJECT_ROOT_AT" >&2 || exit 1
}

run_command() {
    if [ $# -eq 0 ]; then
        if [ -t 0 ]; then
            for firn_shell in zsh bash sh; do
                find_program "$firn_shell" && exec "$firn_shell" -l
            done
        fi
        exec /bin/sh
    fi
    find_program "$1"
    case $? in
    0) exec "$@" ;;
    126)
        say "$1: it is there, but it cannot be executed"
        exit 126
        ;;
    *)
        say "$1: there is no such command in the image"
        exit 127
        ;;
    esac
}

find_private_folder new
prepare_home
activate_conda "$firn_here"
enter_project
if ! wanted "${SKIP_INSTALL_PROJECT:-}" && has_package; then
    install_project
    [ -n "${FIRN_LATER_RANK:-}" ] || test_package
fi
read_logins
if [ -z "${FIRN_LATER_RANK:-}" ] && ! { wanted "${SLURM_ONE_REMOTE_DEV:-}" && is_later_rank "${SLURM_PROCID:-}"; }; then
    prepare_remote_development
fi
unset FIRN_LATER_RANK
# Login shells below the command need no environment.sh: they would lose what the command has changed.
[ -z "$firn_run" ] || export FIRN_ENVIRONMENT="$firn_run"
run_command "$@"
