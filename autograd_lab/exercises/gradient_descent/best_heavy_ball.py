"""`best_heavy_ball(smallest, largest)`: the best learning rate and momentum, of a valley's extreme eigenvalues."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import Table, mistakes


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    pairs = [(draw.number(0.05, 0.9), draw.number(1.1, 9.0)) for _ in range(3)]
    pairs += [(draw.number(1e-4, 1e-3), draw.number(1.5, 3.0)), (draw.number(20.0, 30.0), draw.number(400.0, 900.0))]
    pairs += [(2.0, 2.25), (0.25, 1.0), (1e-3, draw.number(800.0, 900.0))]
    for smallest, largest in pairs:
        yield f"eigenvalues {smallest:.3g} to {largest:.3g}", answer(smallest, largest)

Formula = Callable[[float, float], Any]

def _ball(lr: Formula, momentum: Formula) -> Formula:
    """Return an answer that computes with the roots of the eigenvalues, r of the smallest and s of the largest."""
    def answer(smallest: float, largest: float) -> Any:
        r, s = math.sqrt(smallest), math.sqrt(largest)
        return lr(r, s), momentum(r, s)
    return answer

def _lr(r: float, s: float) -> float:
    return 4 / (r + s) ** 2

def _momentum(r: float, s: float) -> float:
    return ((s - r) / (s + r)) ** 2

def _by_condition(smallest: float, largest: float) -> list[float]:
    k = math.sqrt(largest / smallest)
    return [(2 / (math.sqrt(smallest) * (1 + k))) ** 2, ((k - 1) / (k + 1)) ** 2]

def _by_edges(smallest: float, largest: float) -> tuple[float, float]:
    lr = 4 / (smallest**0.5 + largest**0.5) ** 2
    return lr, max(abs(1 - math.sqrt(lr * edge)) for edge in (smallest, largest)) ** 2

def _wrong_momentum(pieces: Table) -> Table:
    said = "The learning rate is right, the momentum is not: "
    return {name: (_ball(_lr, momentum), said + because) for name, (momentum, because) in pieces.items()}

def _wrong_lr(pieces: Table) -> Table:
    said = "The momentum is right, the learning rate is not: "
    return {name: (_ball(lr, _momentum), said + because) for name, (lr, because) in pieces.items()}

_RIGHT = _ball(_lr, _momentum)

EXERCISE = Exercise(
    name="gradient_descent.best_heavy_ball",
    probe=probe,
    reference=_RIGHT,
    alternatives=(_ball(_lr, lambda r, s: (1 - 2 * r / (r + s)) ** 2), _by_condition, _by_edges),
    mistakes=mistakes(_wrong_momentum({
        "momentum not squared": (lambda r, s: (s - r) / (s + r),
            "yours is √μ, the rate of decay. The momentum is its square."),
        "κ for √κ in the momentum": (lambda r, s: ((s * s - r * r) / (s * s + r * r)) ** 2,
            "there the eigenvalues stand where their square roots belong."),
        "momentum's square root twice": (lambda r, s: math.sqrt((s - r) / (s + r)),
            "you took a root where a square belongs."),
        "momentum upside down": (lambda r, s: ((s + r) / (s - r)) ** 2,
            "it is upside down. A momentum above 1 gains speed for ever."),
        "1 minus the momentum": (lambda r, s: 1 - _momentum(r, s),
            "yours is 1 minus the momentum, the part that is lost at each step."),
    }) | _wrong_lr({
        "κ for √κ in the learning rate": (lambda r, s: 4 / (r * r + s * s) ** 2,
            "there the eigenvalues stand where their square roots belong."),
        "the rate of plain descent": (lambda r, s: 2 / (r * r + s * s),
            "yours is 2/(smallest + largest), the best one without momentum."),
        "1/L": (lambda r, s: 1 / s**2, "yours is 1 over the largest eigenvalue. With momentum it can be longer."),
        "2/L": (lambda r, s: 2 / s**2, "yours is the limit of plain descent."),
        "the limit": (lambda r, s: 2 * (1 + _momentum(r, s)) / s**2,
            "yours is the limit beyond which it runs away. The best is half way of it, or so."),
        "learning rate not squared": (lambda r, s: 4 / (r + s), "its denominator has to be squared."),
        "2 over the square": (lambda r, s: 2 / (r + s) ** 2, "it is half of the best."),
        "1 over the square": (lambda r, s: 1 / (r + s) ** 2, "it is a quarter of the best."),
        "2 over the sum of roots": (lambda r, s: 2 / (r + s), "yours is the root of the best. It has to be squared."),
        "the wrong edge": (lambda r, s: (1 + _momentum(r, s) ** 0.5) ** 2 / r**2,
            "you put the smallest eigenvalue at the upper edge. The largest belongs there."),
    }) | {
        "κ for √κ": (_ball(lambda r, s: 4 / (r**2 + s**2) ** 2, lambda r, s: ((s**2 - r**2) / (s**2 + r**2)) ** 2),
            "You use the eigenvalues where their square roots belong."),
        "the best without momentum": (
            _ball(lambda r, s: 2 / (r * r + s * s), lambda r, s: (s * s - r * r) / (s * s + r * r)),
            "Your learning rate is the best one without momentum, and your momentum is the rate at which that decays."),
        "no momentum": (_ball(lambda r, s: 2 / (r * r + s * s), lambda r, s: 0.0),
            "That is the best without momentum. A heavy ball does better."),
        "Nesterov's": (_ball(lambda r, s: 1 / s**2, lambda r, s: (s - r) / (s + r)),
            "Those are usual for Nesterov's method, 1/L and (√κ − 1)/(√κ + 1). The heavy ball can take a longer step."),
        "nothing squared": (_ball(lambda r, s: 2 / (r + s), lambda r, s: (s - r) / (s + r)),
            "Both of your numbers are the roots of the right ones."),
        "the pair swapped": (_ball(_momentum, _lr), "The two are swapped: the learning rate comes first."),
        "only the momentum": (lambda a, b: _RIGHT(a, b)[1], "Only the momentum came back. Return the pair."),
        "only the learning rate": (lambda a, b: _RIGHT(a, b)[0], "Only the learning rate came back. Return the pair."),
    }),
    hints=(
        "Both ends must lie just within the range where the rate is √μ. Which two equations say so?",
        "√(lr·smallest) = 1 − √μ and √(lr·largest) = 1 + √μ. Add them, and you have lr; divide them, and you have μ.",
        "With r and s for the roots of smallest and largest: √lr = 2/(r + s), and √μ = (s − r)/(s + r).",
    ),
    section="The best heavy ball",
    notice="Roots of κ where plain descent has κ itself: at κ = 10,000 that is 100 steps instead of 10,000.",
)
