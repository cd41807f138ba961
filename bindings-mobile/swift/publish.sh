#!/usr/bin/env bash
# Writes into a Package.swift where its framework is published: publish.sh PACKAGE.swift ADDRESS CHECKSUM.
set -euo pipefail
file=$1 address=$2 checksum=$3
empty='let published: (url: String, checksum: String)? = nil'
grep -qxF "$empty" "$file" || { echo "publish: $file has no line to fill in" >&2; exit 1; }
awk -v empty="$empty" -v full="let published: (url: String, checksum: String)? = (\"$address\", \"$checksum\")" \
    '$0 == empty { print full; next } { print }' "$file" > "$file.new"
mv "$file.new" "$file"
