# Compares what a call costs with what it costs in Rust; sourced by scripts/kotlin.sh and scripts/swift.sh.

# compare RUN RUST OTHER ENCODER: both print medians in microseconds; RUN sets variables for them, as env does.
#
# Twice: with an allocator that keeps its memory, and as the system does it. Some allocators give blocks of 128 KiB back at every
# call and fetch them again, and then page faults cost more than everything else, in Rust too.
compare() {
    local run=$1 rust=$2 other=$3 encoder=$4 keep base
    for keep in "MALLOC_TOP_PAD_=16000000 MALLOC_TRIM_THRESHOLD_=64000000 MALLOC_MMAP_THRESHOLD_=32000000" "MALLOC_CHECK_=0"; do
        [ "$keep" = MALLOC_CHECK_=0 ] && echo "the system's allocator as it is:" || echo "an allocator that keeps its memory:"
        # Unquoted: these are words.
        base=$($run $keep $rust "$encoder")
        printf '  %-22s %7.1f us\n' 'Rust: encode, to_bytes' "$base"
        # A call that does not encode is all its own.
        $run $keep $other "$encoder" | awk -F '\t' -v base="$base" '{
            if ($1 ~ /^encode/) printf "  %-22s %7.1f us, on top of Rust %.1f\n", $1, $2, $2 - base
            else printf "  %-22s %7.1f us\n", $1, $2
        }'
    done
}
