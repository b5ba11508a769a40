"""`finite_differences.numerical_gradient`."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.probes import unchanged
from autograd_lab.grading.slips import mistakes, of_central

Function = Callable[[Any], Any]


def _coupled(draw: Draw, shape: tuple[int, ...]) -> Function:
    """Return a function of an array of that shape, of degree three, in which every entry meets every other."""
    cubes, weights = draw.array(*shape), draw.array(*shape)

    def f(x: Any) -> float:
        given = getattr(x, "shape", None)
        if given != shape:
            what = f"a {type(x).__name__}" if given is None else f"one of shape {given}"
            raise ValueError(f"f takes an array of shape {shape}, the shape of x; it was handed {what}")
        x = np.asarray(x)
        return float(np.sum(cubes * x**3) + 0.3 * np.sum(weights * x) ** 3 + np.sum(weights * x) * np.sum(x))

    return f

def probe_gradient(answer: Any, draw: Draw) -> Iterator[Step]:
    kept = True
    base = draw.array(4, 3, low=-1.5, high=1.5)
    frozen = draw.array(2, 2)
    frozen.flags.writeable = False
    inputs = {
        "shape (3,)": draw.array(3),
        "shape (2, 3)": draw.array(2, 3),
        "shape (3, 4), transposed in memory": base.T,
        "shape (2, 3), every second row": base[::2],
        "shape (3,), a column of a matrix": base[:3, 1],
        "shape (2, 1, 2)": draw.array(2, 1, 2),
        "shape (1,)": draw.array(1),
        "shape (), a number": draw.array(),
        "shape (3,), whole numbers": np.array([1, -2, 2]),
        "shape (2, 2), whole numbers": np.array([[1, 0], [2, -1]]),
        "shape (3,), float32": draw.array(3).astype(np.float32),
        "shape (2, 2), float32, transposed": draw.array(2, 2).astype(np.float32).T,
        "shape (2, 2), read-only": frozen,
    }
    for words, x in inputs.items():
        f, h = _coupled(draw, x.shape), draw.number(0.1, 0.4)
        before = x.copy()
        yield f"x of {words}", answer(f, x, h), 20.0 / h
        kept = kept and unchanged(x, before)
    x, y = draw.array(3), draw.array(3)
    f = _coupled(draw, (3,))
    first = answer(f, x, 0.2)
    answer(f, y, 0.3)
    yield "a result kept while another is computed", first, 100.0
    yield Rule("`x` is left as it was"), kept

def _gradient(
    f: Function,
    x: Array,
    h: float,
    slope: Callable[[Callable[[float], float], float], float] = lambda at, h: (at(h) - at(-h)) / (2 * h),
) -> Array:
    """Return slope(at, h) for each entry, where at(d) is f with the entry moved by d."""
    gradient = np.zeros(np.shape(x))
    for place in np.ndindex(np.shape(x)):

        def at(d: float, place: tuple[int, ...] = place) -> float:
            moved = np.array(x, np.float64)
            moved[place] += d
            return float(f(moved))

        gradient[place] = slope(at, h)
    return gradient

def _with(slope: Callable[[Callable[[float], float], float], float]) -> Callable[[Function, Array, float], Array]:
    return lambda f, x, h: _gradient(f, x, h, slope)

def _moving(y: Any, f: Function, h: float, view: Any = None, places: Any = None) -> Array:
    """Move the entries of `y` itself, or those places of a view of it, one after another, and put each back."""
    view = y if view is None else view
    gradient = np.zeros(view.shape)
    for place in np.ndindex(view.shape) if places is None else places:
        old = np.copy(view[place])
        view[place] = old + h
        above = f(y)
        view[place] = old - h
        gradient[place] = (above - f(y)) / (2 * h)
        view[place] = old
    return gradient

def _left_moved(f: Function, x: Array, h: float, copy: bool = True) -> Array:
    y, gradient = np.array(x, float) if copy else x, np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        y[place] += h
        above = f(y)
        y[place] -= 2 * h
        gradient[place] = (above - f(y)) / (2 * h)
    return gradient

def raveled(f: Function, x: Array, h: float) -> Array:
    """Return a numerical gradient that misses the copy which `ravel` makes of a transposed array (lesson 16 too)."""
    y = x.astype(np.float64)
    return _moving(y, f, h, y.ravel()).reshape(x.shape)

def _row_by_row(f: Function, x: Array, h: float) -> Array:
    return _moving(np.array(x, float), f, h, places=range(len(x)))

EXERCISE = Exercise(
    name="finite_differences.numerical_gradient",
    probe=probe_gradient,
    reference=_gradient,
    alternatives=(
        lambda f, x, h: _moving(np.array(x, np.float64), f, h),
        lambda f, x, h: np.reshape(
            [(f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / (2 * h) for e in np.eye(x.size)], x.shape
        ),
    ),
    mistakes=mistakes(of_central(_with) | {
        "left moved": (_left_moved,
            "The first entry is right, and the others are computed at another point: each entry is left where its last "
            "step was. Put it back before the next."),
        "left moved, x itself": (lambda f, x, h: _left_moved(f, x, h, copy=False),
            "You move the entries of x itself and leave them where their last step was. Work on a float64 copy, and "
            "put each entry back before the next."),
        "on x itself": (lambda f, x, h: _moving(x, f, h),
            "You move the entries of x itself. Whole numbers lose a step of 0.1, float32 loses digits, and a read-only "
            "array refuses. Work on a float64 copy."),
        "x's own dtype": (lambda f, x, h: _moving(x.copy(), f, h),
            "Your copy has x's own dtype: whole numbers lose a step of 0.1, and float32 keeps seven digits. Make it a "
            "float64 copy."),
        "gradient of x's dtype": (lambda f, x, h: _gradient(f, x, h).astype(x.dtype),
            "Your gradient has x's own dtype: whole numbers cut it off, and float32 rounds it. Make it float64."),
        "no copy of a float64 x": (lambda f, x, h: _moving(np.asarray(x, dtype=np.float64), f, h),
            "Where x is float64 already, `np.asarray` makes no copy: you move x itself, and a read-only array refuses. "
            "Copy always: `np.array(x, dtype=np.float64)`."),
        "integers truncated": (lambda f, x, h: _moving(np.array(x, float if x.dtype.kind == "f" else x.dtype), f, h),
            "Your copy of whole numbers holds whole numbers: a step of 0.1 is cut off. Make it a float64 copy."),
        "float32 lost": (lambda f, x, h: _moving(x.copy() if x.dtype.kind == "f" else x.astype(float), f, h),
            "For a float32 x you compute in float32, which keeps seven digits. Make a float64 copy."),
        "ravel of a copy": (raveled,
            "For a transposed x everything is 0: there `ravel` gives a copy, since the numbers lie in another order, "
            "and f sees nothing of what you change in it. Use indices of the array itself (`np.ndindex`)."),
        "flattened": (lambda f, x, h: _gradient(f, x, h).ravel(),
            "The numbers are right, but in a row. A gradient has the shape of its array."),
        "all entries at once": (lambda f, x, h: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),
            "`x + h` moves all entries together. Each entry's slope needs a step of that entry alone."),
        "row by row": (_row_by_row,
            "You move whole rows: `x[i]` is one entry only where x has one axis. Every entry has its own slope."),
        "relative steps": (
            lambda f, x, h: np.reshape(
                [
                    (f(x + s * e.reshape(x.shape)) - f(x - s * e.reshape(x.shape))) / (2 * s)
                    for e, s in zip(np.eye(x.size), (h * np.maximum(np.abs(x), 1.0)).ravel(), strict=True)
                ],
                x.shape,
            ),
            "Your step grows with the entry. Use the h that is given, for each."),
        "directional": (lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "One number came back: how f changes when all entries move together. Return one for each entry."),
    }),
    hints=(
        "How does f change when one single entry moves by h to either side, and all others stay?",
        "On a float64 copy, for each place: set it to old + h, ask f, set it to old − h, ask f, set it back to old.",
        "`y = np.array(x, dtype=np.float64)`; `for place in np.ndindex(y.shape)`: keep `old = y[place]`, set "
        "`y[place]` to old + h and to old − h, then back to old.",
    ),
    section="A gradient by numbers",
    notice="It takes two calls of f for each entry: right for a test of a hundred numbers, hopeless for a million.",
)
