"""Python's lock is released while Rust works: proven by what can happen then, not by clocks."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def reluctant():
    """Python switches threads only where one lets go of the lock."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("reluctant")
def test_other_python_threads_run_while_an_encoder_works(series) -> None:
    """The worker lets go of the lock only inside `encode`; so if this thread runs before it is through, it did."""
    x = np.zeros((20_000, 6, 128), dtype=np.float32)
    state = {"begun": False, "done": False}
    gate = threading.Lock()
    gate.acquire()

    def work() -> None:
        with gate:
            state["begun"] = True
            series.encode(x, threads=1)
            state["done"] = True

    worker = threading.Thread(target=work)
    worker.start()
    gate.release()
    while not state["begun"]:
        # Lets go of the lock, and gets it back only when the worker lets go of it.
        threading.Event().wait(0.001)
    overlapped = not state["done"]
    worker.join()
    assert state["done"]
    assert overlapped, "encode held Python's lock from beginning to end"


def test_one_encoder_serves_many_threads(series, windows) -> None:
    expected = series.encode(windows)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: series.encode(windows), range(32)))
    for result in results:
        np.testing.assert_array_equal(result, expected)


def _seen_in_a_worker(_: int) -> tuple[int, str]:
    import tiprdc._threads

    return tiprdc._threads.LIMIT, os.environ["RAYON_NUM_THREADS"]


def test_workers_share_the_cores_instead_of_multiplying_threads() -> None:
    """joblib tells its workers their share; training, audits and batches keep to it."""
    script = """
        import joblib, os
        from test_threads import _seen_in_a_worker
        print(joblib.Parallel(n_jobs=2)(joblib.delayed(_seen_in_a_worker)(0) for _ in range(2)))
        print(joblib.cpu_count())
    """
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    made = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=clean,
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    seen, cores = made.stdout.splitlines()
    share = max(1, int(cores) // 2)
    assert seen == str([(share, str(share))] * 2)
