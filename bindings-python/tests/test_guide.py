"""The code of the guide runs as it stands there, from top to bottom."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from conftest import TESTDATA, People

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "python.md"


def test_the_code_of_the_page_on_windows_runs() -> None:
    text = (GUIDE.parent / "windows.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    assert names["features"].shape == (len(names["windows"]), 16, 32)


def test_the_code_of_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: People) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    monkeypatch.chdir(tmp_path)
    shutil.copy(TESTDATA / "features" / "drawn.safetensors", "drawn.safetensors")
    shutil.copy(TESTDATA / "tables" / "small.safetensors", "substitutes.safetensors")
    numbers = pd.DataFrame(people.x, columns=[f"x{column}" for column in range(people.x.shape[1])])
    # What the guide takes for granted: a table of people.
    names: dict[str, Any] = {"frame": numbers.assign(sex=people.secret, income=people.task)}
    for block in blocks:
        exec(block, names)
    assert np.shape(names["records"]) == (len(names["drawn"]), *names["table"].shape[1:])
    assert names["again"].encoder.manifest.audit.attribute == "sex"
    left = {path.name for path in tmp_path.iterdir()}
    assert {"features.safetensors", "audit.html", "out"} <= left
    assert {"encoder.onnx", "run.toml"} <= {path.name for path in (tmp_path / "out").iterdir()}
