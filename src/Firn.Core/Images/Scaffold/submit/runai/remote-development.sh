#!/bin/sh
# Starts a container for developing on a cluster with Run:ai, by its command line of version 2.18 or newer:
#   submit/runai/remote-development.sh NAME
#   runai workspace port-forward NAME --port 2223:2223 --port 8887:8887
#   ssh -p 2223 localhost          # or the editor's own way over SSH; your key must be in ~/.ssh/authorized_keys of the container
# Each setting below can be given as a variable of the same name. DRY_RUN=1 prints the words instead.
set -eu

IMAGE=${IMAGE:-@DEV_IMAGE@}
# The claim that holds the project, where it is mounted, and where the clone that is edited lies in it.
CLAIM=${CLAIM:-home}
CLAIM_AT=${CLAIM_AT:-/claim}
PROJECT_ROOT_AT=${PROJECT_ROOT_AT:-$CLAIM_AT/$(id -un)/@PROJECT@/dev}
# Your numbers on the claim's storage, which may be others here.
USRID=${USRID:-$(id -u)}
GRPID=${GRPID:-$(id -g)}
GPUS=${GPUS:-@GPUS@}
CPUS=${CPUS:-8}
MEMORY=${MEMORY:-64G}
# What editors install, and your git configuration, outlive the container here.
EDITORS_AT=${EDITORS_AT:-$CLAIM_AT/$(id -un)/editors}

if [ $# -ne 1 ]; then
    echo "usage: $0 NAME" >&2
    exit 2
fi
name=$1
set -- -- sleep infinity
[ "$GPUS" = 0 ] || set -- --gpu-devices-request "$GPUS" "$@"
set -- workspace submit "$name" --image "$IMAGE" \
    --run-as-uid "$USRID" --run-as-gid "$GRPID" \
    --existing-pvc "claimname=$CLAIM,path=$CLAIM_AT" \
    --cpu-core-request "$CPUS" --cpu-memory-request "$MEMORY" --large-shm \
    -e "PROJECT_ROOT_AT=$PROJECT_ROOT_AT" -e SSH_SERVER=1 -e JUPYTER_SERVER="${JUPYTER_SERVER:-0}" \
    -e "GIT_CONFIG_AT=$EDITORS_AT/gitconfig" -e "VSCODE_SERVER_AT=$EDITORS_AT/vscode" \
    -e "CURSOR_SERVER_AT=$EDITORS_AT/cursor" -e "JETBRAINS_SERVER_AT=$EDITORS_AT/jetbrains" "$@"
if [ -n "${DRY_RUN:-}" ]; then
    printf '%s\n' runai "$@"
    exit 0
fi
exec runai "$@"
