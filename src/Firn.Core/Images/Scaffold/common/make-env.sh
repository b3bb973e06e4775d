#!/bin/sh
# Makes the environment /opt/env on the base's Python; with a requirement file installs what that names into it.
# usage: make-env.sh [REQUIREMENTS]
set -eu
folder=$(dirname "$0")
env=/opt/env

# fail WHAT ADVICE
fail() {
    printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
    exit 1
}

if [ $# -eq 0 ]; then
    python=$(command -v python3 || command -v python) || {
        fail "the base image has no Python on its PATH" \
            "take one that has, or make an environment of its own: firn image from-base from-scratch"
    }
    "$python" -m venv --system-site-packages --without-pip "$env" || {
        fail "the base's Python cannot make a virtual environment" "name python3-venv in dependencies/apt-build.txt"
    }
    if ! "$env/bin/python" -m pip --version >/dev/null 2>&1 && ! "$env/bin/python" -m ensurepip >/dev/null 2>&1; then
        fail "the base's Python has no pip" "name python3-venv in dependencies/apt-build.txt"
    fi
    "$env/bin/python" -m pip freeze >"$folder/requirements-of-base.txt"
else
    # The cache is a mount of the build, which no layer holds.
    PIP_NO_CACHE_DIR='' PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
        "$env/bin/python" -m pip install --no-warn-script-location -r "$folder/$1"
    "$env/bin/python" "$folder/share_scripts.py"
    "$env/bin/python" -m pip freeze >"$folder/requirements-final.txt"
    chmod -R a+rwX "$env"
fi
