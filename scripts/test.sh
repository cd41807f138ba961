#!/usr/bin/env bash
# Passes all tests, from a fresh clone: sets up the Python side, then runs `just ci`.
#
# Needs rustup and a C compiler; Python 3.11 or newer with venv is installed if this may use apt.
# TIPRDC_DATA names the folder of data sets; without it, tests on real data say that they are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

python=$(command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q
        apt-get install -q -y --no-install-recommends python3 python3-venv
        python=$(command -v python3)
    else
        echo "test.sh: Python 3.11 or newer with venv is needed: apt-get install python3 python3-venv" >&2
        exit 2
    fi
fi

venv=target/python
if ! cmp -s tests/python/requirements.txt "$venv/requirements.txt"; then
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/python/requirements.txt
    cp tests/python/requirements.txt "$venv/requirements.txt"
fi
# Tests of pages want a browser; without one they are skipped, but not under CI.
bash scripts/browser.sh >/dev/null
export PATH="$PWD/$venv/bin:$PATH"
just ci
echo "test.sh: all tests passed in $SECONDS s"
