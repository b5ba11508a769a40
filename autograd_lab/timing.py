"""How long something takes, for cells that measure time.

Such a cell is tagged ``nbval-ignore-output`` and ``measures-time``. It calls `median_seconds` and prints what it gets
with `spelled`.
"""

import statistics
import time
from collections.abc import Callable


def median_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of ``work()`` in seconds, over `repeats` calls after one to warm up."""
    work()
    spent = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent)


def spelled(seconds: float) -> str:
    """Return a time as a person would say it: "41 ms", "2.5 s", "3 hours"."""
    # From two of a unit on, so that nothing is "1 days".
    for least, size, unit in (
        (2, 86_400, "days"),
        (2, 3_600, "hours"),
        (2, 60, "minutes"),
        (1, 1, "s"),
        (1, 1e-3, "ms"),
    ):
        if seconds >= least * size:
            return f"{seconds / size:.{1 if seconds < 10 * size else 0}f} {unit}".replace(".0 ", " ")
    return f"{seconds * 1e6:.0f} µs"
