"""Functions that take a list of Duals and return a list of Duals and plain numbers, and what their outputs say.

`functions` yields them, `Watched` notes how one is called, and `apart` takes outputs apart into values and tangents;
`WRONGLY_APART` does so as people do who forget that a plain number has no tangent.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd_lab.engine import Dual
from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.slips import Table


def functions(draw: Draw) -> Iterator[tuple[str, int, Callable[[Any], list[Any]]]]:
    """Yield functions in words, the number of their inputs, and the functions themselves."""
    a, b = draw.number(0.5, 2.0), draw.number(-2.0, -0.5)
    yield "f(p) = [p₀·p₁ + sin p₀, p₁², 7.0]", 2, lambda p: [p[0] * p[1] + p[0].sin(), p[1] ** 2, 7.0]
    yield "f(p) = [a·p₀ − exp p₀]", 1, lambda p: [a * p[0] - p[0].exp()]
    yield "f(p) = [p₀/p₂ + b, tanh(p₂·p₀)], p₁ unused", 3, lambda p: [p[0] / p[2] + b, (p[2] * p[0]).tanh()]
    yield "f(p) = [p₁, p₀, p₁, 3]", 2, lambda p: [p[1], p[0], p[1], 3]
    yield "f(p) = [1, 2.5], constants only", 2, lambda p: [1, 2.5]
    yield "f(p) = [2, p₀·p₁ + p₂/1000, p₂² − 3·p₀]", 3, lambda p: [2, p[0] * p[1] + 1e-3 * p[2], p[2] ** 2 - 3 * p[0]]
    yield "f(p) = [sum of p³, relu(p₀) − 1/p₁]", 4, lambda p: [sum(x**3 for x in p), p[0].relu() - 1 / p[1]]
    yield ("f(p) = [cos p₀, log(p₀²), √(p₀² + 1)]", 1,
        lambda p: [p[0].cos(), (p[0] * p[0]).log(), (p[0] ** 2 + 1).sqrt()])

class Watched:
    """A function that notes how often it was called, and whether it was given a list of Duals."""

    def __init__(self, f: Callable[[Any], list[Any]]) -> None:
        self.f = f
        self.calls = 0
        self.given: set[str] = set()

    def __call__(self, p: Any) -> list[Any]:
        self.calls += 1
        entries = {"Duals" if isinstance(entry, Dual) else f"{type(entry).__name__}s" for entry in p}
        self.given.add(f"a {type(p).__name__} of {' and '.join(sorted(entries))}")
        return self.f(p)

def duals(x: Iterable[float], v: Iterable[float]) -> list[Dual]:
    """Return the inputs at x that move in the direction v."""
    return [Dual(a, b) for a, b in zip(x, v, strict=True)]

def apart(outputs: Iterable[Any], of_a_constant: Callable[[float], float] = lambda y: 0.0) -> Any:
    """Return values and tangents of outputs; `of_a_constant` gives the tangent of one that is a plain number."""
    moving: list[Any] = [y if isinstance(y, Dual) else Dual(y, of_a_constant(y)) for y in outputs]
    return [float(y.value) for y in moving], [float(y.tangent) for y in moving]

def right_jvp(f: Any, x: Any, v: Any) -> Any:
    """Return the values of f at x, and their tangents in the direction v."""
    return apart(f(duals(x, v)))

# Pieces: wrong ways to take outputs apart.
WRONGLY_APART: Table = {
    "plain number crashes": (lambda outputs: ([y.value for y in outputs], [y.tangent for y in outputs]),
        "Your code asks every output for its value and tangent. An output that doesn't depend on the inputs is a plain "
        "number and has neither: how fast does it change?"),
    "constants left out": (lambda outputs: apart(y for y in outputs if isinstance(y, Dual)),
        "What belongs to outputs that are plain numbers is missing. They have a value, and they have a tangent."),
    "constants given 1": (lambda outputs: apart(outputs, lambda y: 1.0),
        "Where an output is a plain number, its tangent is 1 in yours. How fast does a constant change?"),
    "constants given their value": (lambda outputs: apart(outputs, lambda y: y),
        "Where an output is a plain number, it stands among the tangents too. How fast does a constant change?"),
}
