# shellcheck shell=sh
# For shells that did not come through the entrypoint (ssh, docker exec, kubectl exec): sourced from their own start-up
# files, it takes up what the entrypoint found. Silent where there was none.

if [ -z "${FIRN_ENVIRONMENT:-}" ] && [ -r "${ENTRYPOINTS_ROOT:=/opt/template-entrypoints}/common.sh" ]; then
    # shellcheck source=common.sh
    . "$ENTRYPOINTS_ROOT/common.sh"
    activate_conda "$ENTRYPOINTS_ROOT"
    if find_private_folder existing; then
        FIRN_ENVIRONMENT=$firn_run
        export FIRN_ENVIRONMENT
        firn_python=$(command -v python || command -v python3 || command -v /opt/env/bin/python)
        if [ -r "$firn_run/environment" ] && [ -n "$firn_python" ]; then
            eval "$("$firn_python" -I -S -B "$ENTRYPOINTS_ROOT/container_environment.py" exports "$firn_run/environment")"
        elif [ -r "$firn_run/project" ]; then
            use_project "$firn_run/project"
        fi
        case $- in *i*) [ ! -d "${PROJECT_ROOT_AT:-}" ] || cd "$PROJECT_ROOT_AT" || : ;; esac
    fi
    # Nothing of it stays in the user's shell.
    unset -f say fail wanted is_later_rank find_program own_folder find_private_folder use_project activate_conda
    unset firn_run firn_uid firn_parent firn_python firn_line
fi
