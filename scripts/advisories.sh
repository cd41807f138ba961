#!/bin/bash
# Known faults of dependencies, from the RustSec database. Where the database cannot be fetched, that is said, and nothing
# counts as checked; with ADVISORIES=required it is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! said=$(cargo deny fetch db 2>&1); then
    echo "advisories: NOT CHECKED, the RustSec database cannot be fetched: ${said##*$'\n'}" >&2
    [ "${ADVISORIES:-}" != required ]
    exit
fi
cargo deny check advisories
