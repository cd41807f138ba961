"""Progress bars: tqdm draws them, in terminals and in notebooks."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Optional

Event = dict[str, Any]


class Progress:
    """Takes events of the native module as JSON, draws a bar, and passes events on to ``callback``."""

    def __init__(self, wanted: bool, callback: Optional[Callable[[Event], object]] = None) -> None:
        self._wanted = wanted
        self._callback = callback
        self._bar: Any = None
        self._what = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._close()

    def __call__(self, text: str) -> None:
        """Take one event."""
        event: Event = json.loads(text)
        self.show(event)
        if self._callback is not None:
            self._callback(event)

    def show(self, event: Event) -> None:
        """Draw one event."""
        name = event["event"]
        if name == "reading":
            self._at(f"reading {event['unit']}", event["done"], event["total"])
        elif name == "batch":
            done = (event["epoch"] - 1) * event["batches"] + event["batch"]
            self._at(event["stage"], done, event["epochs"] * event["batches"])
        elif name == "epoch":
            self._note({key: f"{value:.3f}" for key, value in event["metrics"].items()})

    def _at(self, what: str, done: int, total: int, unit: str = "it") -> None:
        if not self._wanted:
            return
        if self._bar is None or self._what != what:
            from tqdm.auto import tqdm

            self._close()
            self._what = what
            self._bar = tqdm(total=total, desc=what, unit=unit)
        self._bar.update(done - self._bar.n)

    def _note(self, values: dict[str, str]) -> None:
        if self._bar is not None:
            self._bar.set_postfix(values, refresh=False)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class AuditProgress(Progress):
    """Attackers, as they come to an end."""

    def __init__(self, wanted: bool, callback: Optional[Callable[[Event], object]] = None) -> None:
        super().__init__(wanted, callback)
        self._done = 0

    def show(self, event: Event) -> None:
        """Draw one event."""
        if event["event"] == "finished":
            self._done += 1
            self._at("attackers", self._done, event["total"], "attacker")
            self._note({"last": f"{event['attacker']} on {event['attribute']}"})


class SweepProgress(Progress):
    """Encoders, as they come to an end."""

    def __init__(self, wanted: bool, callback: Optional[Callable[[Event], object]] = None) -> None:
        super().__init__(wanted, callback)
        self._done: set[int] = set()

    def show(self, event: Event) -> None:
        """Draw one event."""
        name = event["event"]
        if "index" not in event:
            super().show(event)
            return
        if name in ("audited", "kept", "failed"):
            self._done.add(event["index"])
        self._at("encoders", len(self._done), event["total"], "encoder")
        if name in ("training", "auditing"):
            unit = "epoch" if name == "training" else "attackers"
            self._note({event["label"]: f"{name}, {unit} {event['done']}/{event['of']}"})
