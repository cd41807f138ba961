"""Every operator that encoders may use, with every value of its attributes, against onnxruntime.

An encoder either gives what onnxruntime gives for each row alone, or is refused by a kind that fits. Nothing is ignored.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from operators import FAMILIES
from operators.compare import GOOD, Answers, compare


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    """The process that encodes: `cargo build --release --workspace --example answers`."""
    program = Path(os.environ["TIPRDC_BIN"]).resolve().parent / "examples" / "answers"
    assert program.exists(), f"{program} is not built"
    process = Answers(program)
    yield process
    assert process.close() == "", "something was printed on standard error"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.split(".")[-1])
def test_operators_agree_or_are_refused(family: ModuleType, answers: Answers) -> None:
    """No case differs, fails when it runs, ends the process, or is refused though exporters write it."""
    cases = {case.name: case for case in family.cases()}
    outcomes = [compare(case, answers) for case in cases.values()]
    bad = [outcome for outcome in outcomes if outcome.end not in GOOD]
    lines = [f"{outcome.end}: {outcome.case.name}: {'; '.join(outcome.words[:2])}" for outcome in bad]
    counts = Counter((outcome.case.operator, outcome.end) for outcome in outcomes)
    print("\n".join(f"{operator} {end}: {count}" for (operator, end), count in sorted(counts.items())))
    if bad:
        pytest.fail(f"{len(bad)} of {len(outcomes)} cases:\n" + "\n".join(lines[:200]))
    agreeing = {outcome.case.operator for outcome in outcomes if outcome.end == "agrees"}
    assert agreeing == {outcome.case.operator for outcome in outcomes}, "each has a case that agrees"
