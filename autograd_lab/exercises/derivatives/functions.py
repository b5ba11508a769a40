"""Functions of a float, points and steps: where a difference quotient ``quotient(f, x, h)`` is looked at."""

import math
from collections.abc import Callable, Iterator

from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.probes import Case


def functions(draw: Draw) -> Iterator[Case]:
    """Yield cases of a function, a point and a step."""
    p, q, r = draw.number(0.5, 2), draw.number(-2, -0.5), draw.number(0.5, 1.5)
    curves: dict[str, Callable[[float], float]] = {
        "f(x) = px³ + qx² + x": lambda x: p * x**3 + q * x**2 + x,
        "f(x) = sin(rx) + 2": lambda x: math.sin(r * x) + 2,
        "f(x) = exp(rx)": lambda x: math.exp(r * x),
        "f(x) = −exp(rx)": lambda x: -math.exp(r * x),  # one that falls, and one that rises, whatever is drawn
        "f(x) = x⁴ − px": lambda x: x**4 - p * x,
    }
    for words, f in curves.items():
        x, h = draw.signed(0.4, 1.6), draw.number(0.05, 0.5)
        yield f"{words}, x = {x:.3f} and h = {h:.3f}", (f, x, h), max(abs(f(x + k * h)) for k in (-1, 0, 1)) / h
