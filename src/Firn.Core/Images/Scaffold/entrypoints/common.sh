# shellcheck shell=sh
# What the scripts of the entrypoint share. Defines functions only. All variables begin with firn_: another name may be
# one that the command is given, and what a shell assigns to it would reach the command.

say() { printf 'firn: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# wanted VALUE: whether a switch is on. The template took any text; a 0 means no to everybody.
wanted() {
    case $1 in '' | 0 | false | False | no) return 1 ;; *) return 0 ;; esac
}

is_later_rank() {
    case $1 in '' | *[!0-9]*) return 1 ;; *[1-9]*) return 0 ;; *) return 1 ;; esac
}

# find_program NAME: 0 where exec would start it, 126 where it cannot be executed, 127 where it is not there. The
# shell's own search also finds builtins and functions, which exec does not.
find_program() {
    case $1 in
    '') return 127 ;;
    */*)
        [ -e "$1" ] || return 127
        [ -f "$1" ] && [ -x "$1" ] || return 126
        return 0
        ;;
    esac
    firn_found=127
    firn_rest=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:
    while [ -n "$firn_rest" ]; do
        firn_folder=${firn_rest%%:*}
        firn_rest=${firn_rest#*:}
        if [ -f "${firn_folder:-.}/$1" ]; then
            [ -x "${firn_folder:-.}/$1" ] && return 0
            firn_found=126
        fi
    done
    return "$firn_found"
}

# own_folder PATH: whether it is a folder, no link, of this user, closed to all others, that can be written to.
# test -w is not asked: busybox looks at the mode alone, and calls a read-only file system writable.
own_folder() {
    [ -d "$1" ] && [ ! -L "$1" ] || return 1
    (
        set -f
        # shellcheck disable=SC2012,SC2046
        set -- "$1" $(LC_ALL=C ls -ldn "$1" 2>/dev/null)
        case ${2:-} in drwx------*) ;; *) exit 1 ;; esac
        [ "${4:-}" = "$firn_uid" ] || exit 1
        : >"$1/.writable"
    ) 2>/dev/null
}

# Sets firn_uid, and firn_run: a folder of this user alone, the same one for all that runs on this node. Empty where nothing can be
# written. Needs no HOME: clusters share homes between containers, hosts and architectures.
# find_private_folder new|existing
find_private_folder() {
    firn_uid=$(id -u)
    for firn_parent in "${TMPDIR:-}" /tmp /var/tmp /dev/shm; do
        case $firn_parent in /*) [ -d "$firn_parent" ] || continue ;; *) continue ;; esac
        firn_run=$firn_parent/firn-$firn_uid
        # One call makes it with its mode, so that no other rank sees it half made.
        [ "$1" = existing ] || (umask 077 && mkdir "$firn_run") 2>/dev/null
        own_folder "$firn_run" && return 0
    done
    firn_run=
    [ "$1" = existing ] && return 1
    # Each name is taken by somebody else: one that nobody can guess, which other ranks do not find either.
    for firn_parent in "${TMPDIR:-}" /tmp /var/tmp /dev/shm; do
        case $firn_parent in /*) ;; *) continue ;; esac
        firn_run=$(mktemp -d "$firn_parent/firn-$firn_uid.XXXXXX" 2>/dev/null) && return 0
    done
    firn_run=
    return 1
}

# use_project FILE: takes what install_project.py found out into the environment. It is data, never evaluated.
use_project() {
    while IFS= read -r firn_line; do
        case $firn_line in
        PYTHONUSERBASE=*)
            PYTHONUSERBASE=${firn_line#*=}
            export PYTHONUSERBASE
            ;;
        PYTHONPATH=*)
            case :${PYTHONPATH:-}: in
            *:"${firn_line#*=}":*) ;;
            *) PYTHONPATH=${firn_line#*=}${PYTHONPATH:+:$PYTHONPATH} ;;
            esac
            export PYTHONPATH
            ;;
        BIN=*)
            case :$PATH: in
            *:"${firn_line#*=}":*) ;;
            *) PATH=${firn_line#*=}:$PATH ;;
            esac
            export PATH
            ;;
        esac
    done <"$1"
}

# activate_conda FOLDER: sets what activating the environment of conda would (conda's activate.py): the variables that its packages
# and `conda env config vars` keep, and what scripts in etc/conda/activate.d export. FOLDER has these scripts.
activate_conda() {
    [ -n "${CONDA_PREFIX:-}" ] && [ "${FIRN_ACTIVATED:-}" != "$CONDA_PREFIX" ] || return 0
    [ -d "$CONDA_PREFIX/etc/conda/activate.d" ] || [ -d "$CONDA_PREFIX/etc/conda/env_vars.d" ] || [ -f "$CONDA_PREFIX/conda-meta/state" ] || return 0
    firn_python=$(command -v python || command -v python3) || {
        say "there is no python on PATH, so the environment's activation scripts do not run"
        return 0
    }
    eval "$("$firn_python" -I -S -B "$1/container_environment.py" activate "$CONDA_PREFIX" </dev/null)"
    FIRN_ACTIVATED=$CONDA_PREFIX
    export FIRN_ACTIVATED
}
