# shellcheck shell=sh
# Git, an SSH server, the folders of IDEs, Jupyter: each only where its variable is set. Sourced by project.sh.
# What is asked for and cannot be had is said, and the command runs all the same.
# shellcheck disable=SC2154 # project.sh sets firn_here, firn_run, firn_uid, firn_python

# put_link TARGET PLACE: never in the place of something real.
put_link() {
    if [ -L "$2" ]; then
        [ "$(readlink "$2")" = "$1" ] && return 0
        rm -f "$2"
    elif [ -e "$2" ]; then
        # An empty folder, which a base image or an IDE made, is no loss.
        rmdir "$2" 2>/dev/null || {
            say "$2 is there already and stays as it is, so $1 is not used"
            return 0
        }
    fi
    mkdir -p "${2%/*}" 2>/dev/null
    ln -s "$1" "$2" 2>/dev/null || say "$2 cannot be made, so $1 is not used"
}

prepare_git() {
    if [ -n "${GIT_CONFIG_AT:-}" ]; then
        # `git config --global` in the container writes there, so that it lasts.
        [ -e "$GIT_CONFIG_AT" ] || { mkdir -p "${GIT_CONFIG_AT%/*}" && : >>"$GIT_CONFIG_AT"; } 2>/dev/null ||
            say "GIT_CONFIG_AT is $GIT_CONFIG_AT, which is not there and cannot be made"
        : "${GIT_CONFIG_GLOBAL:=$GIT_CONFIG_AT}"
        export GIT_CONFIG_GLOBAL
        # Git before 2.32, and what is started with docker exec, look for the file in the home. Apptainer's is the host's.
        if [ ! -e "$HOME/.gitconfig" ] && [ -z "${APPTAINER_CONTAINER:-}${SINGULARITY_CONTAINER:-}" ]; then
            put_link "$GIT_CONFIG_AT" "$HOME/.gitconfig"
        fi
    fi
    trust_repository
}

# Whether git refuses the project for its owner alone; its message names the setting.
is_untrusted() {
    LC_ALL=C git -C "$PROJECT_ROOT_AT" rev-parse --git-dir 2>&1 >/dev/null | grep -qF safe.directory
}

# Git refuses a repository of another owner, which a mounted project often has.
trust_repository() {
    [ -e "$PROJECT_ROOT_AT/.git" ] && find_program git && is_untrusted || return 0
    firn_count=${GIT_CONFIG_COUNT:-0}
    export "GIT_CONFIG_KEY_$firn_count=safe.directory" "GIT_CONFIG_VALUE_$firn_count=$PROJECT_ROOT_AT"
    GIT_CONFIG_COUNT=$((firn_count + 1))
    export GIT_CONFIG_COUNT
    is_untrusted || return 0
    # Git between 2.35.2 and 2.38 takes this from files only: the container's own, never the user's.
    git config --system --add safe.directory "$PROJECT_ROOT_AT" 2>/dev/null ||
        say "git does not trust $PROJECT_ROOT_AT: git config --global --add safe.directory $PROJECT_ROOT_AT"
}

# What is in the environment now, for shells that sshd starts without it: as data, for this user alone.
save_environment() {
    if [ -z "$firn_run" ]; then
        say "nothing can be written here, so ssh sessions do not have this environment"
        return 1
    fi
    firn_python=$(command -v python || command -v python3) || {
        say "there is no python on PATH, so ssh sessions do not have this environment"
        return 1
    }
    "$firn_python" -I -S -B "$firn_here/container_environment.py" save "$firn_run/environment"
}

# For an SSH server that is not this one's (a cluster's): login shells take the environment up.
hook_login_shells() {
    firn_line="[ ! -r '$firn_here/environment.sh' ] || { ENTRYPOINTS_ROOT='$firn_here'; . '$firn_here/environment.sh'; }"
    # bash reads the first of these alone, so none is made before another that is there.
    firn_profile=$HOME/.profile
    for firn_name in .bash_profile .bash_login; do
        [ -e "$HOME/$firn_name" ] && firn_profile=$HOME/$firn_name && break
    done
    for firn_name in "$firn_profile" "$HOME/.zprofile"; do
        grep -qsxF "$firn_line" "$firn_name" && continue
        printf '%s\n' "$firn_line" >>"$firn_name" || say "$firn_name cannot be written, so its shell does not have this environment"
    done 2>/dev/null
}

# Whether this user has an entry that sshd can find; where anybody may write the list, it is made.
has_account() {
    id -un >/dev/null 2>&1 && return 0
    [ -w /etc/passwd ] || return 1
    printf '%s:x:%s:%s::%s:/bin/sh\n' "$USER" "$firn_uid" "$(id -g)" "$HOME" >>/etc/passwd 2>/dev/null
}

write_sshd_config() {
    firn_sftp=internal-sftp
    for firn_name in /usr/lib/openssh/sftp-server /usr/libexec/openssh/sftp-server /usr/lib/ssh/sftp-server; do
        [ -x "$firn_name" ] && firn_sftp=$firn_name && break
    done
    # ForceCommand gives each session, with a terminal or without, the environment of the container. No PAM: its
    # pam_loginuid fails in containers.
    cat >"$firn_run/ssh/sshd_config" <<END
Port ${SSH_CONTAINER_PORT:-2223}
HostKey $firn_run/ssh/host_ed25519
PidFile $firn_run/ssh/sshd.pid
UsePAM no
X11Forwarding no
PrintMotd no
Subsystem sftp $firn_sftp
ForceCommand exec "$firn_python" -I -S -B "$firn_here/container_environment.py" session "$firn_run/environment"
END
}

# Without root sshd cannot look into the list of passwords: there only keys open it. Images whose user has sudo and a
# PASSWD had passwords, and keep them.
start_sshd() {
    if [ "$firn_uid" = 0 ]; then
        mkdir -p /run/sshd
        step "$firn_sshd" -f "$firn_run/ssh/sshd_config" -E "$firn_run/ssh/sshd.log"
        return
    fi
    if [ -n "${PASSWD:-}" ] && ! wanted "${NO_SUDO_NEEDED:-}" && find_program sudo; then
        # printf is the shell's own: the password is in no list of arguments.
        # shellcheck disable=SC2016
        printf '%s\n' "$PASSWD" | sudo -S -p '' sh -c 'mkdir -p /run/sshd && exec "$1" -f "$2" -E "$3"' sh \
            "$firn_sshd" "$firn_run/ssh/sshd_config" "$firn_run/ssh/sshd.log" 2>/dev/null && return 0
    fi
    step "$firn_sshd" -f "$firn_run/ssh/sshd_config" -E "$firn_run/ssh/sshd.log"
}

prepare_ssh() {
    wanted "${SSH_SERVER:-}" || wanted "${SOURCE_ENV_FOR_SSH:-}" || return 0
    save_environment || return 0
    wanted "${SOURCE_ENV_FOR_SSH:-}" && hook_login_shells
    wanted "${SSH_SERVER:-}" || return 0
    firn_sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || {
        say "SSH_SERVER is set, but the image has no sshd: add openssh-server to its apt packages"
        return 0
    }
    has_account || {
        say "SSH_SERVER is set, but user $firn_uid has no entry in /etc/passwd, which sshd needs: build the image for that user"
        return 0
    }
    (umask 077 && mkdir -p "$firn_run/ssh")
    # Made here, so that no two containers have the same and none is in a registry.
    if [ ! -e "$firn_run/ssh/host_ed25519" ]; then
        step ssh-keygen -q -t ed25519 -N '' -C firn -f "$firn_run/ssh/host_ed25519" >&2
    fi
    write_sshd_config
    : >"$firn_run/ssh/sshd.log"
    start_sshd || {
        say "the ssh server does not start:"
        sed 's/^/firn:   /' "$firn_run/ssh/sshd.log" >&2
    }
}

# project_folder SERVER_AT: the project's own part of a folder that several projects share.
project_folder() {
    case $PROJECT_ROOT_AT in
    /*) printf '%s/projects%s' "${1%/}" "$PROJECT_ROOT_AT" ;;
    *) printf '%s/projects/%s' "${1%/}" "$PROJECT_ROOT_AT" ;;
    esac
}

# link_server VARIABLE TARGET PLACE
link_server() {
    mkdir -p "$2" 2>/dev/null || {
        say "$1: $2 cannot be made"
        return 0
    }
    put_link "$2" "$3"
}

prepare_editors() {
    if [ -n "${VSCODE_SERVER_AT:-}" ]; then
        link_server VSCODE_SERVER_AT "$(project_folder "$VSCODE_SERVER_AT")" "$HOME/.vscode-server"
    elif [ -n "${VSCODE_CONFIG_AT:-}" ]; then
        link_server VSCODE_CONFIG_AT "$VSCODE_CONFIG_AT" "$HOME/.vscode-server"
    fi
    if [ -n "${CURSOR_SERVER_AT:-}" ]; then
        link_server CURSOR_SERVER_AT "$(project_folder "$CURSOR_SERVER_AT")" "$HOME/.cursor-server"
    fi
}

# The three generations of the template kept JetBrains' files in three layouts; each finds its own again.
prepare_jetbrains() {
    if [ -n "${JETBRAINS_SERVER_AT:-}" ]; then
        firn_folder=$(project_folder "$JETBRAINS_SERVER_AT")
        mkdir -p "$JETBRAINS_SERVER_AT/dist" 2>/dev/null
        link_server JETBRAINS_SERVER_AT "$firn_folder/config" "$HOME/.config/JetBrains"
        link_server JETBRAINS_SERVER_AT "$firn_folder/local" "$HOME/.local/share/JetBrains"
        link_server JETBRAINS_SERVER_AT "$firn_folder/cache" "$HOME/.cache/JetBrains"
    elif [ -n "${PYCHARM_CONFIG_AT:-}" ]; then
        for firn_name in .config .cache; do
            link_server PYCHARM_CONFIG_AT "$PYCHARM_CONFIG_AT/$firn_name/JetBrains/RemoteDev-PY" \
                "$HOME/$firn_name/JetBrains/RemoteDev-PY"
        done
    elif [ -n "${JETBRAINS_CONFIG_AT:-}" ]; then
        link_server JETBRAINS_CONFIG_AT "$JETBRAINS_CONFIG_AT" "$HOME/.config/JetBrains"
    fi
    [ -n "${PYCHARM_IDE_AT:-}" ] || return 0
    firn_ide=$PYCHARM_IDE_AT/bin/remote-dev-server.sh
    [ -f "$firn_ide" ] || firn_ide=${JETBRAINS_SERVER_AT:-}/dist/$firn_ide
    if [ ! -f "$firn_ide" ]; then
        say "PYCHARM_IDE_AT is $PYCHARM_IDE_AT, but there is no PyCharm there nor in ${JETBRAINS_SERVER_AT:-JETBRAINS_SERVER_AT}/dist"
        return 0
    fi
    REMOTE_DEV_NON_INTERACTIVE=1 "$firn_ide" run "$PROJECT_ROOT_AT" --ssh-link-host 127.0.0.1 \
        --ssh-link-user "$USER" --ssh-link-port "${SSH_FORWARD_PORT:-2223}" </dev/null >&2 &
}

prepare_jupyter() {
    wanted "${JUPYTER_SERVER:-}" || return 0
    find_program jupyter-lab || {
        say "JUPYTER_SERVER is set, but the environment has no jupyter-lab: add jupyterlab to it"
        return 0
    }
    firn_shell=$(command -v zsh || command -v bash || command -v sh)
    set -- --no-browser "--port=${JUPYTER_PORT:-8887}" "--notebook-dir=$PROJECT_ROOT_AT"
    [ "$firn_uid" != 0 ] || set -- "$@" --allow-root
    SHELL=$firn_shell jupyter-lab "$@" </dev/null >&2 &
}

prepare_remote_development() {
    prepare_git
    prepare_editors
    prepare_ssh
    prepare_jetbrains
    prepare_jupyter
}
