"""Python's lock is released while Rust works: proven by what can happen then, not by clocks."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

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
