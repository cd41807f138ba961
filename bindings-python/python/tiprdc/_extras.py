"""Libraries that only some of tiprdc needs."""

from __future__ import annotations

from typing import Any


def pandas(what: str) -> Any:
    """Import pandas, or say why it is needed."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(f"{what} needs pandas: pip install 'tiprdc[notebook]'") from error
    return pandas


def axes(what: str, ax: Any) -> Any:
    """Give the axes to draw on, or new ones."""
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(f"{what} needs matplotlib: pip install 'tiprdc[notebook]'") from error
    # Labels stay inside, also in a file.
    return plt.subplots(layout="constrained")[1]
