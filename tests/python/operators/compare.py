"""Encodes cases, and says whether onnxruntime agrees."""

import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

import numpy as np
import numpy.typing as npt
import onnxruntime

from .case import Case

Array = npt.NDArray[np.float32]

TOGETHER = 33
"""Rows of a batch: one more than the core runs at once."""

ODD = (0.0, -0.0, 1.0, -1.0, 20.0, -20.0, 88.0, -88.0, 104.0, -104.0, 1e-30, 1e4, -1e4, 1e20, -1e20, 3e38)
"""Rows of these numbers are tried alone."""

PATIENCE = 20.0
"""Seconds until a case counts as one that never ends."""

RANGES = {"HardSwish": 1e20, "Gelu": 20.0}
"""Beyond these the engine's result loses digits, or is infinite: docs/limitations.md."""

REFUSALS = {101: "ModelTooLarge", 102: "ModelMalformed", 103: "OperatorNotAllowed"}
MISFITS = (111, 113)
NOT_FINITE = 301

GOOD = ("agrees", "refused")


@dataclass
class Outcome:
    """How a case ended."""

    case: Case
    end: str
    words: list[str] = field(default_factory=list)


@dataclass
class Answer:
    """What an encoder gave: the number of an error, or features."""

    code: int
    message: str = ""
    features: Array | None = None


class Answers:
    """The process that encodes (`core/examples/answers.rs`)."""

    def __init__(self, program: Path) -> None:
        self.program = program
        self.start()

    def start(self) -> None:
        """Starts it, or starts it again."""
        self.process = subprocess.Popen(
            [self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def close(self) -> str:
        """Ends it, and returns what it printed on standard error."""
        return self.process.communicate()[1].decode(errors="replace")

    def ask(self, model: bytes, rows: Array, alone: Array) -> list[Answer]:
        """Of the batch, and of each row alone; one answer if the encoder does not load."""
        width = rows[0].size
        head = struct.pack("<I", len(model)), model, struct.pack("<III", len(rows), len(alone), width)
        # A case that takes minutes is a fault too, of the same kind.
        patience = Timer(PATIENCE, self.process.kill)
        patience.start()
        try:
            return self.asked(
                b"".join([*head, rows.astype("<f4").tobytes(), alone.astype("<f4").tobytes()]), rows, alone
            )
        finally:
            patience.cancel()

    def asked(self, request: bytes, rows: Array, alone: Array) -> list[Answer]:
        """The same, for as long as it takes."""
        stdin = self.process.stdin
        assert stdin is not None
        try:
            stdin.write(request)
            stdin.flush()
        except BrokenPipeError as error:
            raise EOFError("the process ended before it was asked") from error
        (code,) = struct.unpack("<i", self.read(4))
        if code:
            return [self.refusal(code)]
        (features,) = struct.unpack("<I", self.read(4))
        return [self.answer(features * len(rows))] + [self.answer(features) for _ in alone]

    def answer(self, numbers: int) -> Answer:
        """One answer."""
        (code,) = struct.unpack("<i", self.read(4))
        if code:
            return self.refusal(code)
        return Answer(0, features=np.frombuffer(self.read(4 * numbers), "<f4"))

    def refusal(self, code: int) -> Answer:
        """An error, whose message follows."""
        (length,) = struct.unpack("<I", self.read(4))
        return Answer(code, self.read(length).decode())

    def read(self, length: int) -> bytes:
        """So many bytes; the process ending instead is the fault that is looked for."""
        stdout = self.process.stdout
        assert stdout is not None
        data = stdout.read(length)
        if len(data) < length:
            raise EOFError(f"the process ended, or was ended: {self.process.wait()}")
        return data


def reference(case: Case, rows: Array) -> list[Array] | str:
    """What onnxruntime gives for each row alone, or why it gives nothing."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(case.model(None), options, providers=["CPUExecutionProvider"])
        return [session.run(["y"], {"x": row[None]})[0] for row in rows]
    except Exception as error:
        return str(error).splitlines()[0]


def odd_rows(case: Case) -> Array:
    """Rows of one number each, and one of many."""
    if not case.odd_numbers:
        return np.zeros((1, *case.shape), np.float32)
    numbers = [number for number in ODD if abs(number) <= RANGES.get(case.operator, np.inf)]
    rows = [np.full(case.shape, number, np.float32) for number in numbers]
    mixed = np.resize(np.array(numbers[:15], np.float32)[::-1], case.shape)
    return np.stack([*rows, mixed])


def tried_rows(case: Case) -> Array:
    """Ordinary numbers; above 0 where others are outside of the operator's range."""
    rows = np.random.default_rng(7).normal(0, 1, (TOGETHER, *case.shape)).astype(np.float32)
    return np.abs(rows) + np.float32(0.1) if case.operator in ("Log", "Sqrt", "Pow", "Reciprocal", "Div") else rows


def near(ours: Array, theirs: Array) -> bool:
    """The same but for the order of additions."""
    scale = max(1.0, float(np.abs(theirs).max(initial=0)))
    return bool(np.all(np.abs(ours - theirs) <= 1e-5 * scale + 1e-4 * np.abs(theirs)))


def compare(case: Case, answers: Answers) -> Outcome:
    """Whether the core agrees with onnxruntime on a case, or refuses it by kind."""
    rows, odd = tried_rows(case), odd_rows(case)
    theirs = reference(case, np.concatenate([rows, odd]))
    single = isinstance(theirs, list) and theirs[0].shape[:1] == (1,)
    output = theirs[0].shape[1:] if single else None
    try:
        given = answers.ask(case.model(output), rows, odd)
    except EOFError as error:
        answers.start()
        return Outcome(case, "ended", [str(error)])
    if len(given) == 1:
        return refusal(case, given[0], theirs, output)
    if isinstance(theirs, str):
        return Outcome(case, "accepted", [f"onnxruntime refuses it: {theirs}"])
    faults = list(apart(given, theirs))
    return Outcome(case, "differs" if faults else "agrees", faults)


def refusal(case: Case, answer: Answer, theirs: list[Array] | str, output: tuple[int, ...] | None) -> Outcome:
    """Whether a refusal has a kind that fits, and is of a case that may be refused."""
    said = [f"{answer.code} {answer.message}"]
    # No manifest can describe what comes out: too many axes, none, or not one row for a record.
    indescribable = output is None or len(output) not in range(1, 5) or 0 in output
    if answer.code not in REFUSALS and not (indescribable and answer.code in MISFITS):
        return Outcome(case, "refused by another kind", said)
    if case.must_load and not indescribable:
        return Outcome(case, "refused, and must load", said)
    return Outcome(case, "refused")


def apart(given: list[Answer], theirs: list[Array]) -> Iterator[str]:
    """Where numbers differ."""
    batch, alone = given[0], given[1:]
    expected = np.concatenate([row.ravel() for row in theirs[:TOGETHER]])
    for answer, wanted in [(batch, expected), *zip(alone, [row.ravel() for row in theirs[TOGETHER:]], strict=True)]:
        finite = bool(np.isfinite(wanted).all())
        if answer.features is None:
            if answer.code != NOT_FINITE or finite:
                yield f"failed when it ran: {answer.code} {answer.message}"
        elif not finite:
            yield "gave numbers, where onnxruntime gives NaN or infinite ones"
        elif answer.features.shape != wanted.shape:
            yield f"gave {answer.features.size} features instead of {wanted.size}"
        elif not near(answer.features, wanted):
            worst = np.abs(answer.features - wanted)
            at = int(worst.argmax())
            yield f"differs: {answer.features[at]} instead of {wanted[at]}"
