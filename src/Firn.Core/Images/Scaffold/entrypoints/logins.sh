# shellcheck shell=sh
# Keys from files into the variables that wandb and huggingface_hub read themselves: no login step, no key on a command
# line, none in a file of the container. Sourced by project.sh.

# first_line VARIABLE FILE: sets firn_value.
first_line() {
    firn_value=
    if [ ! -r "$2" ] || [ -d "$2" ]; then
        fail "$1 is $2, which is not there or cannot be read"
    fi
    # The last line of such files often has no end; \r comes from Windows, spaces from copying.
    IFS=' 	' read -r firn_value <"$2" || :
    firn_value=${firn_value%"$(printf '\r')"}
    [ -n "$firn_value" ] || fail "$1 is $2, which is empty"
}

read_logins() {
    # compose passes on variables that are not set as empty ones, which clients take for a key.
    [ -n "${WANDB_API_KEY:-}" ] || unset WANDB_API_KEY
    [ -n "${HF_TOKEN:-}" ] || unset HF_TOKEN
    if [ -z "${WANDB_API_KEY:-}" ] && [ -n "${WANDB_API_KEY_FILE_AT:-}" ]; then
        first_line WANDB_API_KEY_FILE_AT "$WANDB_API_KEY_FILE_AT"
        WANDB_API_KEY=$firn_value
        export WANDB_API_KEY
    fi
    if [ -z "${HF_TOKEN:-}" ] && [ -n "${HF_TOKEN_AT:-}" ]; then
        first_line HF_TOKEN_AT "$HF_TOKEN_AT"
        HF_TOKEN=$firn_value
        export HF_TOKEN
    fi
    firn_value=
}
