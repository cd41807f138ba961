#!/usr/bin/env bash
# Prints the code of a guide as one function, as its readers will copy it: guide.sh LANGUAGE GUIDE.md 'FUNCTION {' [BLOCKS].
#
# Imports come first, then the function with all blocks of this language in it, one after the other, or with the first BLOCKS of
# them. Blocks for Gradle are left out.
set -euo pipefail
language=$1 guide=$2 function=$3 blocks=${4:-999}
code=$(awk -v fence="\`\`\`$language" -v blocks="$blocks" '
    $0 == fence { getline; inside = !/^dependencies/ && ++count <= blocks } /^```$/ { inside = 0 } inside' "$guide")
[ -n "$code" ] || { echo "guide: $guide has no code in $language" >&2; exit 1; }
grep '^import ' <<<"$code"
printf '\n%s\n' "$function"
grep -v '^import ' <<<"$code"
echo '}'
