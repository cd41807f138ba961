"""How many threads tiprdc uses: as many as it is told by the variables that other libraries look at."""

from __future__ import annotations

import os

#: Looked at in this order. joblib and others set the second in their workers, so that n_jobs does not multiply threads.
VARIABLES = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS")


def _limit() -> int:
    for name in VARIABLES:
        value = os.environ.get(name, "")
        if value.isdigit() and int(value) > 0:
            return int(value)
    return 0


#: Threads of everything that is not told otherwise; 0 is one per core.
LIMIT = _limit()
if LIMIT:
    # Training and attackers look there, when they first run.
    os.environ.setdefault("RAYON_NUM_THREADS", str(LIMIT))
