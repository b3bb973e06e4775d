#!/usr/bin/env bash
# Builds firn for one platform as one file that needs no .NET on the machine it runs on.
#
#   eng/publish.sh RID OUT [native|ready-to-run]
#
# RID is linux-x64, linux-arm64, linux-musl-x64, linux-musl-arm64, osx-x64, osx-arm64 or win-x64. OUT receives the
# executable (firn, firn.exe on Windows) and nothing else. Native code is the default where this machine can link it: for
# its own processor, on Linux with glibc and gcc or clang; the file then asks for the glibc of this machine or a newer one.
# ReadyToRun is the default elsewhere, and builds for every platform on every other.
# Why these settings: docs/decisions/0003-native-code.md.
set -euo pipefail

if [ "$#" -lt 2 ] || [ "$#" -gt 3 ]; then
    echo "usage: eng/publish.sh RID OUT [native|ready-to-run]" >&2
    exit 2
fi

rid=$1
case $rid in
    linux-x64 | linux-arm64 | linux-musl-x64 | linux-musl-arm64 | osx-x64 | osx-arm64 | win-x64) ;;
    *)
        echo "eng/publish.sh: no such platform: $rid" >&2
        exit 2
        ;;
esac

can_link() {
    command -v gcc >/dev/null || command -v clang >/dev/null || return 1
    getconf GNU_LIBC_VERSION >/dev/null 2>&1 || return 1
    case $rid/$(uname -m) in linux-x64/x86_64 | linux-arm64/aarch64) ;; *) return 1 ;; esac
}
kind=${3:-$(can_link && echo native || echo ready-to-run)}
case $kind in
    native) settings=(-p:PublishAot=true -p:StripSymbols=true -p:CopyOutputSymbolsToPublishDirectory=false -p:DebugType=none) ;;
    ready-to-run) settings=(-p:PublishSingleFile=true -p:PublishTrimmed=true -p:DebugType=embedded) ;;
    *)
        echo "eng/publish.sh: native or ready-to-run, not $kind" >&2
        exit 2
        ;;
esac
mkdir -p "$2"
out=$(cd "$2" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

executable=firn
case $rid in win-*) executable=firn.exe ;; esac

# Beside the developer's own bin and obj, so that a publication for one platform disturbs no build for another.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet publish "$root/src/Firn.Cli/Firn.Cli.csproj" \
    --configuration Release \
    --runtime "$rid" \
    --self-contained true \
    --artifacts-path "$work/artifacts" \
    --output "$work/out" \
    --disable-build-servers --nologo --verbosity quiet \
    "${settings[@]}" \
    -p:PackAsTool=false \
    -p:PublishDocumentationFiles=false

# A second file would be one that users lose.
if [ "$(ls -A "$work/out")" != "$executable" ]; then
    echo "eng/publish.sh: expected only $executable, but the build left:" >&2
    ls -A "$work/out" >&2
    exit 1
fi
mv -f "$work/out/$executable" "$out/$executable"
