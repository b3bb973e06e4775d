#!/bin/sh
# Installs the system packages that a list in this folder names, one a line; what follows # is a comment.
# usage: install-apt.sh LIST
set -eu
folder=$(dirname "$0")
packages=$(sed -e 's/#.*//' -e 's/\r//' "$folder/$1" | tr '\n' ' ')
case $packages in
    *[!\ ]*) ;;
    *) exit 0 ;;
esac

# A mount keeps downloads for the next build. Without one they go again, as the base images of Debian and Ubuntu have it.
clean=/etc/apt/apt.conf.d/docker-clean
is_mounted() { grep -q ' /var/cache/apt ' /proc/mounts; }
if is_mounted; then
    # Stages are built at the same time and share the mount. (The engines' own sharing=locked never ends in buildah 1.28.)
    exec 9>/var/cache/apt/build.lock
    flock 9
    if [ -f "$clean" ]; then
        mv "$clean" /tmp/docker-clean
    fi
fi
install() {
    # There is nobody to ask about a file in /etc that an earlier step has changed: it stays.
    # shellcheck disable=SC2086 # names, one word each
    apt-get install -y --no-install-recommends -o APT::Keep-Downloaded-Packages=true -o Dpkg::Options::=--force-confold $packages
}
# What one stage has asked the same sources for serves the others, for an hour.
fresh=/var/lib/apt/lists/firn-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | cksum | cut -d ' ' -f 1)
if [ -z "$(find "$fresh" -mmin -60 2>/dev/null)" ] || ! install; then
    apt-get update
    install
    if is_mounted; then
        touch "$fresh"
    fi
fi
if [ -f /tmp/docker-clean ]; then
    mv /tmp/docker-clean "$clean"
fi
if ! is_mounted; then
    rm -rf /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/lib/apt/lists/*
fi
