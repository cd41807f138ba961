#!/usr/bin/env bash
# Names a Chromium for the tests of pages; installs Debian's package where there is none and this may use apt.
#
#   scripts/browser.sh          print the path of one, installing it if need be
#   scripts/browser.sh --find   print the path of one, or fail
set -euo pipefail

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name"; then
            return 0
        fi
    done
    return 1
}

find_browser && exit 0
if [ "${1:-}" = --find ]; then
    echo "browser.sh: no chromium or google-chrome on the PATH" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q >&2
    apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core >&2
    find_browser && exit 0
fi
echo "browser.sh: install chromium (Debian: apt-get install chromium) or google-chrome to test pages" >&2
[ "${CI:-}" != true ]
