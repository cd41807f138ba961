#!/usr/bin/env bash
# Builds the Python wheel, installs it into an environment of its own, and checks everything that users see of it:
# style, types, stubs, tests (vectors, batch engines), examples in docstrings, the example program and the notebook.
#
# Needs rustup and Python 3.9 or newer with venv (the tests' own versions need 3.11); as root, a Java runtime for Spark is
# installed where there is none. The environment is kept in the target folder until its requirements change.
# `--quick` leaves out engines and the notebook.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac
export CARGO_TARGET_DIR=$target
requirements=bindings-python/requirements-test.txt
quick=${1:-}

step() { echo "== python: $*"; }

install_system() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q
        apt-get install -q -y --no-install-recommends "$@"
    else
        echo "python_package.sh: needed: apt-get install $*" >&2
        exit 2
    fi
}

python=${PYTHON:-$(command -v python3 || true)}
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    install_system python3 python3-venv
    python=$(command -v python3)
fi
command -v java >/dev/null || [ "$quick" = --quick ] || install_system default-jre-headless

venv=$target/python-package
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    step "environment"
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$venv/requirements.txt"
fi
export PATH="$venv/bin:$PATH"
# Not what lies in the source folder, but what was installed.
unset PYTHONPATH

step "wheel"
rm -rf "$target/wheels"
maturin build --release --quiet --manifest-path bindings-python/Cargo.toml --out "$target/wheels"
pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$target"/wheels/*.whl
ls -l "$target"/wheels/*.whl

cd bindings-python
step "style"
for path in . ../examples/python ../docs/notebooks/run.py; do
    ruff check --quiet --config pyproject.toml "$path"
    ruff format --quiet --check --config pyproject.toml "$path"
done
step "types"
# As installed, so that the stubs are compared with the native module of the wheel.
mypy
cd "$target"
python -m mypy.stubtest tiprdc --mypy-config-file "$root/bindings-python/pyproject.toml"
cd "$root/bindings-python"
step "tests"
if [ "$quick" = --quick ]; then
    python -m pytest -q -p no:cacheprovider --deselect tests/test_batch.py::test_ray \
        --deselect tests/test_batch.py::test_dask --deselect tests/test_batch.py::test_spark
else
    python -m pytest -q -p no:cacheprovider
fi
cd "$root"
step "example"
python examples/python/encode.py testdata/example/encoder.onnx testdata/example/recording.csv "$target/python-features.safetensors"
bash scripts/same_features.sh "$target/python-features.safetensors"
if [ "$quick" != --quick ]; then
    step "notebook"
    python docs/notebooks/run.py --check
fi
