#!/bin/sh
# The ENTRYPOINT of the image: runs the base image's own entrypoint, which then runs project.sh, which prepares the
# project and becomes the command. What all of it says goes to stderr and begins with "firn:".

case $0 in */*) firn_here=${0%/*} ;; *) firn_here=. ;; esac
firn_here=$(CDPATH='' cd -- "$firn_here" && pwd) || exit 1
# shellcheck source=common.sh
. "$firn_here/common.sh"

ENTRYPOINTS_ROOT=$firn_here
export ENTRYPOINTS_ROOT

# Ranks that share a container with the first need no second start of the base image's services. They still wait for
# the project, which has its own lock.
if { wanted "${SLURM_ONE_ENTRYPOINT_SCRIPT_PER_JOB:-}" && is_later_rank "${SLURM_PROCID:-}"; } ||
    { wanted "${SLURM_ONE_ENTRYPOINT_SCRIPT_PER_NODE:-}" && is_later_rank "${SLURM_LOCALID:-}"; }; then
    FIRN_LATER_RANK=1
    export FIRN_LATER_RANK
    exec /bin/sh "$firn_here/project.sh" "$@"
fi

firn_base=${BASE_ENTRYPOINT:-${ORIGINAL_ENTRYPOINT:-}}
# The template's placeholder for "the base image has none".
case $firn_base in */template-entrypoints/dummy.sh) firn_base= ;; esac
if [ -z "$firn_base" ]; then
    exec /bin/sh "$firn_here/project.sh" "$@"
fi

if [ "${BASE_ENTRYPOINT_EXECS:-1}" = 0 ]; then
    if [ ! -f "$firn_base" ] || [ ! -r "$firn_base" ]; then
        fail "BASE_ENTRYPOINT is $firn_base, but there is no such file to source"
    fi
    # It was written for bash, mostly. Within a function it has arguments of its own to shift; one that ends in
    # exec "$@" runs project.sh as well.
    firn_shell=$(command -v bash) || firn_shell=/bin/sh
    # shellcheck disable=SC2016
    exec "$firn_shell" -c '
        firn_base=$1 firn_half=$2
        shift 2
        source_base() { . "$firn_base"; }
        source_base /bin/sh "$firn_half" "$@" || { printf "firn: %s failed with %s\n" "$firn_base" "$?" >&2; exit 1; }
        exec /bin/sh "$firn_half" "$@"' "$firn_base" "$firn_base" "$firn_here/project.sh" "$@"
fi

if find_program "$firn_base"; then
    exec "$firn_base" /bin/sh "$firn_here/project.sh" "$@"
fi

# A base image's ENTRYPOINT may be several words, such as "tini -g --".
case $firn_base in
*' '*)
    firn_program=${firn_base%% *}
    if find_program "$firn_program"; then
        set -f
        # shellcheck disable=SC2086
        exec $firn_base /bin/sh "$firn_here/project.sh" "$@"
    fi
    ;;
*) firn_program=$firn_base ;;
esac
find_program "$firn_program"
case $? in
126) fail "BASE_ENTRYPOINT is $firn_base, but it cannot be executed" ;;
*) fail "BASE_ENTRYPOINT is $firn_base, but the image has no such program" ;;
esac
