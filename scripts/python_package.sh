#!/usr/bin/env bash
# Builds the Python wheel, installs it into an environment of its own, and checks everything that users see of it:
# style, types, stubs, tests (vectors, batch engines), examples in docstrings, the example program and the notebook.
#
# Needs rustup and Python 3.9 or newer with venv (the tests' own versions need 3.11); as root, a Java runtime for Spark is
# installed where there is none. Environments are kept in the target folder until their requirements change.
# The wheel is also tried on Python 3.9, the oldest that it is for: $PYTHON39, or one that is found.
# `--quick` leaves out engines, the notebook and Python 3.9.
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

# Vectors, and the examples of docstrings: encoding, training, auditing, sweeping.
try_oldest() {
    local candidate oldest=""
    for candidate in "${PYTHON39:-python3.9}" "$HOME"/.pyenv/versions/3.9.*/bin/python3.9; do
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then oldest=$candidate; fi
    done
    if [ -z "$oldest" ]; then
        echo "skipped: no Python 3.9 with venv was found"
        return
    fi
    local env=$target/python-oldest
    [ -x "$env/bin/pytest" ] || "$oldest" -m venv --clear "$env"
    "$env/bin/pip" install --quiet --disable-pip-version-check pytest "$wheel[sklearn]"
    "$env/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$wheel"
    (cd bindings-python && "$env/bin/python" -m pytest -q -p no:cacheprovider tests/test_vectors.py tests/test_doctest.py)
}

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
# As `pip install` makes it from a clone, maturin included.
pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$target/wheels" ./bindings-python
wheels=("$target"/wheels/*)
wheel=${wheels[0]}
if [ ${#wheels[@]} != 1 ] || [[ $wheel != *-cp39-abi3-*.whl ]]; then
    echo "python_package.sh: expected one wheel for all Pythons from 3.9 on, found ${wheels[*]}" >&2
    exit 1
fi
pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$wheel"
ls -l "$wheel"

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
python examples/python/encode.py examples/motion-gender.onnx testdata/example/recording.csv "$target/python-features.safetensors"
bash scripts/same_features.sh "$target/python-features.safetensors"
if [ "$quick" != --quick ]; then
    step "notebook"
    python docs/notebooks/run.py --check
    step "Python 3.9"
    try_oldest
fi
