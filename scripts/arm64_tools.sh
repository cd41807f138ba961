#!/usr/bin/env bash
# Installs what builds for 64-bit ARM on another machine, and runs it there: Debian's rustc with its library for arm64, the
# cross compiler of C, and qemu. Needs Debian and apt.
#
#   scripts/arm64_tools.sh SYSROOT    also unpacks cJSON for arm64 into the folder SYSROOT
set -euo pipefail
sysroot=${1:?arm64_tools.sh: the folder for cJSON of arm64 is missing}

packages=(rustc-web cargo-web rust-web-src libstd-rust-web-dev:arm64 gcc-aarch64-linux-gnu g++-aarch64-linux-gnu
    libc6-dev-arm64-cross qemu-user cmake)
missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -c 'install ok installed' >/dev/null; then
        missing+=("$package")
    fi
done
if [ ${#missing[@]} -gt 0 ] || [ ! -d "$sysroot/usr/include/cjson" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "arm64_tools.sh: missing: ${missing[*]} (of Debian, with dpkg --add-architecture arm64), and cJSON for arm64" >&2
        exit 2
    fi
    dpkg --add-architecture arm64
    apt-get update -q >/dev/null
fi
if [ ${#missing[@]} -gt 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
fi
if [ ! -d "$sysroot/usr/include/cjson" ]; then
    # Unpacked, not installed: beside the packages for this machine.
    folder=$(mktemp -d)
    (cd "$folder" && apt-get -o APT::Sandbox::User=root download -q libcjson1:arm64 libcjson-dev:arm64 >/dev/null)
    mkdir -p "$sysroot"
    for package in "$folder"/*.deb; do
        dpkg -x "$package" "$sysroot"
    done
    rm -rf "$folder"
fi
