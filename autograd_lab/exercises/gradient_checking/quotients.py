"""What the three checkers are made of and asked about: inner products, difference quotients, arrays of every layout."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.slips import Table

Function = Callable[[Any], Any]
Way = Callable[[Any, Any], Any]  # jvp(x, v) or vjp(u, x)
Shape = tuple[int, ...]
Layout = Callable[[Array], Array]

def handed(what: str, given: Any, shape: Shape) -> None:
    """Raise where an answer hands something of another shape to a function of the probe."""
    got = getattr(given, "shape", None)
    if got != shape and np.shape(given) != shape:
        one = f"a {type(given).__name__}" if got is None else f"one of shape {tuple(got)}"
        raise ValueError(f"{what} takes an array of shape {shape}; it was handed {one}")

def spread(draw: Draw, *shape: int) -> Array:
    """Return an array without an entry near 0 or ±1, of both signs."""
    size = draw.array(*shape, low=0.3, high=0.8) + (draw.array(*shape) > 0)
    return np.asarray(size * np.sign(draw.array(*shape)))

def dot(a: Any, b: Any) -> float:
    return float(np.sum(np.asarray(a) * b))

def units(x: Array) -> list[Array]:
    """Return for each entry of x an array of zeros with a 1 at its place."""
    return [unit.reshape(np.shape(x)) for unit in np.eye(np.size(x))]

def central(f: Function, x: Array, d: Array, h: float) -> float:
    return float((f(x + h * d) - f(x - h * d)) / (2 * h))

def partials(f: Function, x: Array, h: float) -> Array:
    """Return a central quotient for each entry of x."""
    return np.reshape([central(f, x, unit, h) for unit in units(x)], np.shape(x))

def _gapped(a: Array) -> Array:
    return np.repeat(a, 2, axis=0)[::2]

def _read_only(a: Array) -> Array:
    a.flags.writeable = False
    return a

PLAIN: tuple[Layout, Layout] = (np.asarray, np.asarray)

# How arrays lie in memory, in words -> how most of them are laid out, and how one is that meets them in a product.
LAYOUTS: dict[str, tuple[Layout, Layout]] = {
    "arrays transposed in memory": (np.asfortranarray, np.ascontiguousarray),
    "every second row of larger arrays": (_gapped, _gapped),
    "read-only arrays": (_read_only, _read_only),
}

# Pieces for `of_pieces`: what is taken for the sum of the products of two arrays, entry by entry.
WRONG_PRODUCTS: Table = {
    "matrix product": (lambda a, b: a @ b,
        "`@` is right for vectors. For matrices it multiplies rows by columns, and for other shapes it fails."),
    "matrix product, summed": (lambda a, b: np.sum(np.dot(a, b)),
        "For matrices `np.dot` multiplies rows by columns. Each entry meets only the entry at its own place."),
    "np.inner, summed": (lambda a, b: np.sum(np.inner(a, b)),
        "For matrices `np.inner` multiplies each row by each row. Each entry meets only the entry at its own place."),
    "trace": (lambda a, b: np.trace(a.T @ b), "The trace is right for matrices, and fails for all other shapes."),
    "the mean": (lambda a, b: float(np.mean(a * b)),
        "You take the mean of the products. What is asked for is not divided by how many there are."),
    "product of the sums": (lambda a, b: float(np.sum(a) * np.sum(b)),
        "You sum first and multiply then. Multiply entry by entry first."),
    "first entries only": (lambda a, b: np.ravel(a)[0] * np.ravel(b)[0],
        "You multiply the first entries only. The sum is over all of them."),
}
