#!/usr/bin/env bash
# Puts the Swift package together as users get it: assemble.sh FOLDER. The workspace is built before (`just build`).
#
# Sources and generated code, which is never in git (see generate.sh); files that did not change keep their dates, so that swift
# does not compile them again.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$1
made=$folder.new
rm -rf "$made"
mkdir -p "$made" "$folder"
cp -rp bindings-mobile/swift/{Package.swift,Sources,Tests,Bench} LICENSE-* "$made"
bash bindings-mobile/generate.sh swift "$made/generated"
mkdir -p "$made/Sources/TiprdcRaw"
mv "$made/generated/TiprdcRaw.swift" "$made/Sources/TiprdcRaw/"
mv "$made/generated/CTiprdc.h" "$made/Sources/CTiprdc/"
rm -r "$made/generated"
(cd "$folder" && find . -type f) | while read -r file; do
    [ -f "$made/$file" ] || rm "$folder/$file"
done
(cd "$made" && find . -type f) | while read -r file; do
    cmp -s "$made/$file" "$folder/$file" || { mkdir -p "$(dirname "$folder/$file")"; cp "$made/$file" "$folder/$file"; }
done
rm -r "$made"
