# `just` lists the recipes.
#
# Everything builds in the release profile and for the whole workspace: `-p CRATE` would give dependencies other
# features, and build tract and burn once more.

export RUSTDOCFLAGS := "-D warnings"

target := env("CARGO_TARGET_DIR", justfile_directory() / "target")
bin := target / "release" / "tiprdc"

# List the recipes.
default:
    @just --list

# Everything a landing must pass.
ci: format lint docs licences test data python demo c python-package kotlin swift shipping arm64 mobile-check

# Formatting of Rust.
format:
    cargo fmt --all --check

# Lints, with warnings denied.
lint:
    cargo clippy --release --workspace --all-targets -- -D warnings

# Documentation builds without warnings.
docs:
    cargo doc --release --workspace --no-deps --quiet

# Licences, sources and known faults of dependencies (installs cargo-deny on first use).
licences:
    command -v cargo-deny >/dev/null || cargo install cargo-deny --locked --quiet
    cargo deny check licenses bans sources
    bash scripts/advisories.sh

# Tests of all crates, and the examples in their documentation.
test:
    cargo test --release --workspace

# Tests on real data sets in $TIPRDC_DATA; under CI, a skipped one is a failure.
[script("bash")]
data:
    set -euo pipefail
    cargo test --release --workspace --test data_real -- --nocapture 2>&1 | tee {{ target }}/data.log
    if [ "${CI:-}" = true ] && grep -q 'skipped:' {{ target }}/data.log; then
        echo "data: a test was skipped; set TIPRDC_DATA to the folder of data sets" >&2
        exit 1
    fi

# Checks against onnxruntime, scikit-learn and Pillow, and of pages in a browser (scripts/test.sh sets both up).
python: build
    cargo build --release --workspace --example page --example answers
    TIPRDC_BIN={{ bin }} python -m pytest -q tests/python

# Write testdata/: tiny encoders, and what they must give in every language.
vectors:
    cargo build --release --workspace --example vectors
    {{ target }}/release/examples/vectors

# Build the command.
build:
    cargo build --release --workspace

# What hostile files cost, each in a process of its own: beyond 100 ms or 64 MB is a failure.
measure folder: build
    cargo build --release --workspace --example load
    TIPRDC_BIN={{ bin }} python scripts/measure.py {{ folder }}

# Hostile encoders made by a fuzzer, for ten minutes (installs cargo-fuzz on first use).
fuzz: (fuzz-for "600")

# The same for a minute.
fuzz-ci: (fuzz-for "60")

# Formatting of the fuzzer, and so many seconds of it.
fuzz-for seconds:
    cargo fmt --manifest-path core/fuzz/Cargo.toml --check
    bash scripts/fuzz.sh {{ seconds }}

# The demo, as a newcomer runs it; its results are checked for being there and in range.
demo: build
    {{ bin }} demo --out {{ target }}/demo
    python scripts/check_demo.py {{ target }}/demo

# C and C++: header, suites (plain, sanitizers, valgrind), examples (installs its tools on Debian, as root).
c: build
    bash scripts/c.sh

# Write include/tiprdc.h.
header:
    bash scripts/c_header.sh

# The Python wheel: style, types, tests, batch engines, notebook.
python-package: build
    bash scripts/python_package.sh

# The Kotlin package, on this machine's JVM.
kotlin: build
    bash scripts/kotlin.sh

# The Swift package, on Linux (downloads 444 MB where no swift is installed).
swift: build
    bash scripts/swift.sh

# What a call costs in Kotlin and Swift, on top of Rust.
bench-mobile: build
    cargo build --release --workspace --example overhead
    bash scripts/kotlin.sh bench
    bash scripts/swift.sh bench

# The C library as it ships: its size, and projects that use an installed one.
shipping: build
    bash scripts/c_dist.sh

# The C library for ARM64, run under emulation.
arm64:
    bash scripts/arm64.sh

# The core and its mobile bindings compile for Android and iOS.
mobile-check:
    bash scripts/mobile_check.sh

# Training on a GPU compiles (slow; not part of ci).
gpu:
    cargo check --release --workspace --features tiprdc-train/wgpu
    # DOCS_RS: without it, a build script of burn's CUDA compiler downloads an LLVM, which a check does not need.
    DOCS_RS=1 cargo check --release --workspace --features tiprdc-train/cuda

# Training time per epoch against PyTorch, and encoding against onnxruntime: see benches/README.md.
bench: build
    cargo build --release --workspace --example latency --example releases
    python benches/training.py
    python benches/encoding.py
    {{ target }}/release/examples/releases

# A table and a page of docs/benchmarks from the data in TIPRDC_DATA, over hours: adult, motionsense, motionsense-identity, fairface.
evidence name: build
    {{ bin }} sweep cli/runs/evidence/{{ name }}.toml --out {{ target }}/evidence/{{ name }}
    python3 benches/evidence.py {{ target }}/evidence/{{ name }}
    install -m 644 {{ target }}/evidence/{{ name }}/sweep.html docs/benchmarks/{{ name }}.html
