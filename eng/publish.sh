#!/usr/bin/env bash
# Builds firn for one platform as one file that needs no .NET on the machine it runs on.
#
#   eng/publish.sh RID OUT
#
# RID is linux-x64, linux-arm64, linux-musl-x64, linux-musl-arm64, osx-x64, osx-arm64 or win-x64; every one builds on
# any of the others. OUT receives the executable (firn, firn.exe on Windows) and nothing else.
# Why these settings: docs/decisions/0003-ready-to-run.md.
set -euo pipefail

if [ "$#" -ne 2 ]; then
    echo "usage: eng/publish.sh RID OUT" >&2
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
    -p:PublishSingleFile=true \
    -p:PublishTrimmed=true \
    -p:DebugType=embedded \
    -p:PublishDocumentationFiles=false

# A second file would be one that users lose.
if [ "$(ls -A "$work/out")" != "$executable" ]; then
    echo "eng/publish.sh: expected only $executable, but the build left:" >&2
    ls -A "$work/out" >&2
    exit 1
fi
mv -f "$work/out/$executable" "$out/$executable"
