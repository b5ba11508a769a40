"""What the exercises of `gradient_checking` share."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.grading.exercise import Draw

Function = Callable[[Any], Any]

Way = Callable[[Any, Any], Any]

Shape = tuple[int, ...]

def _handed(what: str, given: Any, shape: Shape) -> None:
    """Raise where an answer hands something of another shape to a function of the probe."""
    got = getattr(given, "shape", None)
    if got != shape and np.shape(given) != shape:
        one = f"a {type(given).__name__}" if got is None else f"one of shape {tuple(got)}"
        raise ValueError(f"{what} takes an array of shape {shape}; it was handed {one}")

def _frozen(x: Array) -> Array:
    x.flags.writeable = False
    return x

def _dot(a: Any, b: Any) -> float:
    return float(np.sum(np.asarray(a) * b))

def _spread(draw: Draw, *shape: int) -> Array:
    """Return an array without an entry near 0 or ±1, of both signs."""
    size = draw.array(*shape, low=0.3, high=0.8) + (draw.array(*shape) > 0)
    return np.asarray(size * np.sign(draw.array(*shape)))

def _central(f: Function, x: Array, d: Array, h: float) -> float:
    return float((f(x + h * d) - f(x - h * d)) / (2 * h))

def _partials(f: Function, x: Array, h: float) -> Array:
    """Return a quotient for each entry."""
    units = (e.reshape(np.shape(x)) for e in np.eye(x.size))
    return np.reshape([_central(f, x, e, h) for e in units], np.shape(x))
