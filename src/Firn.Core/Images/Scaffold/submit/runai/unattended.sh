#!/bin/sh
# Runs a command unattended on a cluster with Run:ai, by its command line of version 2.18 or newer:
#   submit/runai/unattended.sh NAME COMMAND [ARGUMENT...]
# Each setting below can be given as a variable of the same name. DRY_RUN=1 prints the words instead.
set -eu

IMAGE=${IMAGE:-@RUN_IMAGE@}
# The claim that holds the project, where it is mounted, and where the clone that jobs run from lies in it.
CLAIM=${CLAIM:-home}
CLAIM_AT=${CLAIM_AT:-/claim}
PROJECT_ROOT_AT=${PROJECT_ROOT_AT:-$CLAIM_AT/$(id -un)/@PROJECT@/run}
# Your numbers on the claim's storage, which may be others here.
USRID=${USRID:-$(id -u)}
GRPID=${GRPID:-$(id -g)}
GPUS=${GPUS:-@GPUS@}
CPUS=${CPUS:-8}
MEMORY=${MEMORY:-64G}
# Files with keys on the claim; empty for none.
WANDB_API_KEY_FILE_AT=${WANDB_API_KEY_FILE_AT:-}
HF_TOKEN_AT=${HF_TOKEN_AT:-}

if [ $# -lt 2 ]; then
    echo "usage: $0 NAME COMMAND [ARGUMENT...]" >&2
    exit 2
fi
name=$1
shift
set -- -- "$@"
[ -z "$WANDB_API_KEY_FILE_AT" ] || set -- -e "WANDB_API_KEY_FILE_AT=$WANDB_API_KEY_FILE_AT" "$@"
[ -z "$HF_TOKEN_AT" ] || set -- -e "HF_TOKEN_AT=$HF_TOKEN_AT" "$@"
[ "$GPUS" = 0 ] || set -- --gpu-devices-request "$GPUS" "$@"
set -- training submit "$name" --image "$IMAGE" \
    --run-as-uid "$USRID" --run-as-gid "$GRPID" \
    --existing-pvc "claimname=$CLAIM,path=$CLAIM_AT" \
    --cpu-core-request "$CPUS" --cpu-memory-request "$MEMORY" --large-shm \
    -e "PROJECT_ROOT_AT=$PROJECT_ROOT_AT" "$@"
if [ -n "${DRY_RUN:-}" ]; then
    printf '%s\n' runai "$@"
    exit 0
fi
exec runai "$@"
