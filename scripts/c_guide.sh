# Sourced from the project's root: the code of the guide to C and C++.

# guide LANGUAGE: the first program of the guide in it, which has a main.
guide() {
    local program
    program=$(awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```$/ && inside { exit } inside' docs/guide/c-cpp.md)
    grep -q 'int main' <<<"$program" || { echo "c_guide.sh: the guide has no program in $1" >&2; return 1; }
    printf '%s\n' "$program"
}
