"""`finite_differences.relative_error`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.probes import LEFT_ALONE, copied, unchanged
from autograd_lab.grading.slips import mistakes


def probe_relative_error(answer: Any, draw: Draw) -> Iterator[Step]:
    kept = True
    for shape in ((3,), (5,), (2, 3), (3, 3), (2, 1, 3), (1,), ()):
        for words, size in (("close", 1e-3), ("far", 1.0), ("of opposite sign", 0.0)):
            want = draw.array(*shape, low=0.3) * np.sign(draw.array(*shape))
            got = want + size * draw.array(*shape) if size else -want * (1.5 + draw.array(*shape) / 8)
            for name, a, b in ((words, got, want), (f"{words}, exchanged", want, got)):
                given = copied((a, b))
                yield f"two arrays of shape {shape}, {name}", answer(*given), 1e-3
                kept = kept and unchanged(given, (a, b))
    x = draw.array(2, 3, low=0.5)
    for words, scale in (("small", 1e-8), ("large", 1e8)):
        yield f"{words} numbers", answer(scale * x, scale * (x + draw.array(2, 3) / 10)), 1e-3
    yield "the same array twice", answer(x.copy(), x.copy()), 1.0
    yield "both 0 everywhere", answer(np.zeros((2, 3)), np.zeros((2, 3))), 1.0
    yield "got 0 everywhere", answer(np.zeros(3), x[0])
    yield "want 0 everywhere", answer(x[0], np.zeros(3))
    yield "one entry off", answer(np.array([1.0, 2.0, 3.5]), np.array([1.0, 2.0, 3.0]))
    yield "two that are equally long", answer(np.array([3.0, 1.0]), np.array([1.0, -3.0]))
    yield "errors that cancel", answer(np.array([1.5, 0.5]), np.array([1.0, 1.0]))
    yield LEFT_ALONE, kept

def _norm(x: Array) -> float:
    return float(np.sqrt(np.sum(np.square(x))))

def _over(below: Callable[[Array, Array], float], size: Callable[[Array], float] = _norm) -> Callable[..., float]:
    """Return a relative error that divides by something else; 0 where both are 0."""

    def error(got: Array, want: Array) -> float:
        if not np.any(got) and not np.any(want):
            return 0.0
        return float(np.divide(size(got - want), below(got, want)))

    return error

def _larger(size: Callable[[Array], float]) -> Callable[[Array, Array], float]:
    return lambda got, want: max(size(got), size(want))

def _entry_by_entry(reduce: Callable[[Array], Any]) -> Callable[..., float]:
    def error(got: Array, want: Array) -> float:
        scale = np.maximum(np.abs(got), np.abs(want))
        return float(reduce(np.abs(got - want) / np.where(scale == 0, 1.0, scale)))

    return error

EXERCISE = Exercise(
    name="finite_differences.relative_error",
    probe=probe_relative_error,
    reference=_over(_larger(_norm)),
    alternatives=(
        lambda got, want: math.dist(got.ravel(), want.ravel()) / (_larger(_norm)(got, want) or 1.0),
        lambda got, want: (
            0.0
            if not got.any() and not want.any()
            else np.sqrt(((got - want) ** 2).sum() / max((got**2).sum(), (want**2).sum()))
        ),
    ),
    mistakes=mistakes({
        "divided by want only": (_over(lambda got, want: _norm(want)),
            "You divide by the norm of `want`. The larger of the two is asked for: else a large wrong `got` beside a "
            "small `want` has no bound, and which of them comes first matters."),
        "divided by got only": (_over(lambda got, want: _norm(got)),
            "You divide by the norm of `got`. The larger of the two is asked for."),
        "the smaller norm": (_over(lambda got, want: min(_norm(got), _norm(want))),
            "You divide by the smaller of the two norms. The larger is asked for."),
        "the sum of the norms": (_over(lambda got, want: _norm(got) + _norm(want)),
            "You divide by the sum of the two norms. The larger of them is asked for."),
        "absolute error": (lambda got, want: _norm(got - want),
            "That is the absolute error. Divided by the size of the numbers, it says how many digits agree."),
        "largest entry": (_over(_larger(lambda x: float(np.abs(x).max())), lambda x: float(np.abs(x).max())),
            "You use the largest entries. The 2-norm is the root of the sum of all squares."),
        "sum of sizes": (_over(_larger(lambda x: float(np.abs(x).sum())), lambda x: float(np.abs(x).sum())),
            "You add up absolute values. The 2-norm adds up squares, and takes the root."),
        "no root": (_over(_larger(lambda x: float(np.sum(x * x))), lambda x: float(np.sum(x * x))),
            "The sums of squares are right. A norm is their root."),
        "root above only": (_over(_larger(lambda x: float(np.sum(x * x)))),
            "Above stands a norm, below a sum of squares: take its root, too."),
        "root of the mean above": (_over(_larger(_norm), lambda x: float(np.sqrt(np.mean(x * x)))),
            "Above you take the mean of the squares. A norm adds them up."),
        "entry by entry, the largest": (_entry_by_entry(np.max),
            "You divide entry by entry and keep the largest: then an entry near 0 decides. Take the norms first, and "
            "divide once."),
        "entry by entry, the mean": (_entry_by_entry(np.mean),
            "You divide entry by entry and take the mean. Take the norms first, and divide once."),
        "difference of the norms": (
            lambda got, want: abs(_norm(got) - _norm(want)) / (_larger(_norm)(got, want) or 1.0),
            "You compare how long the two are. They may be equally long and point in different directions: take the "
            "norm of the difference."),
        "errors cancel": (_over(_larger(_norm), lambda x: abs(float(np.sum(x)))),
            "You add up the differences with their signs, so that they can cancel. The norm squares each first."),
        "matrix norm": (
            lambda got, want: _over(
                _larger(lambda x: float(np.linalg.norm(x, 2))), lambda x: float(np.linalg.norm(x, 2))
            )(got, want),
            "For a matrix, `np.linalg.norm(x, 2)` is another norm, its largest stretching; for more axes it fails. "
            "Without the 2 it is the root of the sum of all squares."),
        "NaN where both are 0": (
            lambda got, want: np.float64(_norm(got - want)) / np.float64(_larger(_norm)(got, want)),
            "Right, but where both are 0 you divide 0 by 0. They agree there: the error is 0."),
        "1 where both are 0": (
            lambda got, want: _norm(got - want) / _larger(_norm)(got, want) if np.any(got) or np.any(want) else 1.0,
            "Right, but where both are 0 you say 1. They agree there: the error is 0."),
        "0 where want is 0": (lambda got, want: _norm(got - want) / _larger(_norm)(got, want) if np.any(want) else 0.0,
            "Where `want` is 0 you say that all is well. It is only if `got` is 0, too."),
        "in percent": (lambda got, want: 100 * _over(_larger(_norm))(got, want),
            "That is the error in percent: a hundred times too large."),
    }),
    hints=(
        "How long is the vector of all differences? Compared with which length?",
        "‖got − want‖ / max(‖got‖, ‖want‖), where ‖x‖ = √Σx². And 0.0 where both are 0.",
        "`np.linalg.norm((got - want).ravel())` above, the `max` of two such norms below, and a test for 0 before "
        "dividing.",
    ),
    section="How far apart",
    notice="It is at most 2, whatever comes in: a limit that an error divided by `want` alone doesn't have.",
)
