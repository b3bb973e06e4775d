#!/bin/sh
# The script of the labs' Docker template, for hands that know it: it calls firn, which does the work.
set -eu

usage() {
    cat <<'END'
usage: installation/edit-platform-and-acceleration.sh change|copy docker PLATFORM ACCELERATION NEW_PLATFORM NEW_ACCELERATION

  change docker amd64 cuda arm64 cuda   firn image platform change amd64-cuda arm64-cuda
  copy docker amd64 cuda amd64 rocm     firn image platform copy amd64-cuda amd64-rocm
END
}

case ${1:-} in
    -h | --help | help)
        usage
        exit 0
        ;;
esac
if [ $# -ne 6 ]; then
    usage >&2
    exit 2
fi
case $1 in
    change | copy) ;;
    *)
        echo "edit-platform-and-acceleration.sh: there is no verb $1" >&2
        usage >&2
        exit 2
        ;;
esac
if [ "$2" != docker ]; then
    echo "edit-platform-and-acceleration.sh: $2 is not docker: other installations have no images" >&2
    exit 2
fi
if ! command -v firn >/dev/null; then
    echo "edit-platform-and-acceleration.sh: firn is not on PATH: install it, then run this again" >&2
    exit 127
fi
cd "$(dirname "$0")/.."
exec firn image platform "$1" "$3-$4" "$5-$6"
