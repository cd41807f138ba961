#!/usr/bin/env bash
# Installs what the C and C++ suites need, where it is missing and this may use apt.
#
# cjson reads the test vectors in C, nlohmann-json in C++; doctest is the test frame of C++.
set -euo pipefail

packages=(gcc g++ make cmake pkg-config valgrind clang-format libcjson-dev nlohmann-json3-dev doctest-dev)
missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
        missing+=("$package")
    fi
done
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ]; then
    echo "c_tools.sh: missing: apt-get install ${missing[*]}" >&2
    exit 2
fi
apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
