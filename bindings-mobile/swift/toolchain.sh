#!/usr/bin/env bash
# Runs a command with `swift` on its path: toolchain.sh COMMAND [ARGUMENT...]; without a command, it only installs.
#
# Where swift is installed, that one is used. Otherwise, as root on Debian, Swift 6 of the next Debian (trixie) is installed
# into a folder of its own below ${TIPRDC_CACHE:-~/.cache/tiprdc-ci} (444 MB to download, 3 GB installed, once), and the
# command runs with that folder as its root. It sees the project, TIPRDC_SWIFT_BINDS (paths, separated by `:`), /dev and /proc.
# Mounts live in a namespace of their own: when the command ends, however it ends, they are gone.
set -euo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
cache=${TIPRDC_CACHE:-$HOME/.cache/tiprdc-ci}/swift
root=$cache/root
need_mb=4500

fail() { echo "swift toolchain: $*" >&2; exit 2; }

# The mirror that apt uses here for Debian itself.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1
}

install_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "swift is not installed; install Swift 6, or run this as root on Debian"
    [ "$(df --output=avail -m "$cache" | tail -n 1)" -ge $need_mb ] ||
        fail "$need_mb MB are needed in $cache; set TIPRDC_CACHE to a folder on a larger disk"
    if ! command -v debootstrap >/dev/null; then
        apt-get update -q
        apt-get install -q -y --no-install-recommends debootstrap
    fi
    local from
    from=$(mirror)
    [ -n "$from" ] || fail "apt knows no Debian mirror; run apt-get update"
    rm -rf "$root.partial"
    debootstrap --variant=minbase trixie "$root.partial" "$from"
    inside "$root.partial" sh -c '
        set -e
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q
        # libc6-dev and libstdc++: swiftc links through gcc and its start files.
        apt-get install -q -y --no-install-recommends swiftlang libc6-dev libstdc++-14-dev
        apt-get clean
        rm -rf /var/lib/apt/lists/*'
    mv "$root.partial" "$root"
}

# inside ROOT COMMAND...: runs it with that root. swiftc finds its libraries through /proc/self/exe.
inside() {
    unshare --mount --propagation private bash -c '
        set -euo pipefail
        root=$1 where=$2 binds=$3
        shift 3
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        IFS=:
        for path in $binds; do
            mkdir -p "$root$path"
            mount --rbind "$path" "$root$path"
        done
        exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin:/bin HOME=/root LANG=C.UTF-8 \
            sh -c "cd \"\$0\" && exec \"\$@\"" "$where" "$@"
    ' bash "$1" "$where" "$binds" "${@:2}"
}

if command -v swift >/dev/null; then
    [ $# = 0 ] || exec "$@"
    exit 0
fi
mkdir -p "$cache"
where=/ binds=
if [ ! -d "$root" ]; then
    (flock 9; [ -d "$root" ] || install_root) 9>"$cache/lock"
fi
[ $# = 0 ] && exit 0
where=$PWD
binds=$project${TIPRDC_SWIFT_BINDS:+:$TIPRDC_SWIFT_BINDS}
inside "$root" "$@"
