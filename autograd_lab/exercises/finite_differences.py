"""The exercises of lesson 15, `finite_differences`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step, mistakes

Function = Callable[[Any], Any]


# Relative errors


def probe_relative_error(answer: Any, draw: Draw) -> Iterator[Step]:
    kept = True
    for shape in ((3,), (5,), (2, 3), (3, 3), (2, 1, 3), (1,), ()):
        for words, size in (("close", 1e-3), ("far", 1.0), ("of opposite sign", 0.0)):
            want = draw.array(*shape, low=0.3) * np.sign(draw.array(*shape))
            got = want + size * draw.array(*shape) if size else -want * (1.5 + draw.array(*shape) / 8)
            for name, a, b in ((words, got, want), (f"{words}, exchanged", want, got)):
                mine, yours = a.copy(), b.copy()
                yield f"two arrays of shape {shape}, {name}", answer(mine, yours), 1e-3
                kept = kept and np.array_equal(mine, a) and np.array_equal(yours, b)
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
    yield Rule("the arguments are left as they were"), kept


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


RELATIVE_ERROR = Exercise(
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
    mistakes=mistakes(
        {
            "divided by want only": (
                _over(lambda got, want: _norm(want)),
                "You divide by the norm of `want`. The larger of the two is asked for: else a large wrong `got` beside "
                "a small `want` has no bound, and which of them comes first matters.",
            ),
            "divided by got only": (
                _over(lambda got, want: _norm(got)),
                "You divide by the norm of `got`. The larger of the two is asked for.",
            ),
            "the smaller norm": (
                _over(lambda got, want: min(_norm(got), _norm(want))),
                "You divide by the smaller of the two norms. The larger is asked for.",
            ),
            "the sum of the norms": (
                _over(lambda got, want: _norm(got) + _norm(want)),
                "You divide by the sum of the two norms. The larger of them is asked for.",
            ),
            "absolute error": (
                lambda got, want: _norm(got - want),
                "That is the absolute error. Divided by the size of the numbers, it says how many digits agree.",
            ),
            "largest entry": (
                _over(_larger(lambda x: float(np.abs(x).max())), lambda x: float(np.abs(x).max())),
                "You use the largest entries. The 2-norm is the root of the sum of all squares.",
            ),
            "sum of sizes": (
                _over(_larger(lambda x: float(np.abs(x).sum())), lambda x: float(np.abs(x).sum())),
                "You add up absolute values. The 2-norm adds up squares, and takes the root.",
            ),
            "no root": (
                _over(_larger(lambda x: float(np.sum(x * x))), lambda x: float(np.sum(x * x))),
                "The sums of squares are right. A norm is their root.",
            ),
            "root above only": (
                _over(_larger(lambda x: float(np.sum(x * x)))),
                "Above stands a norm, below a sum of squares: take its root, too.",
            ),
            "root of the mean above": (
                _over(_larger(_norm), lambda x: float(np.sqrt(np.mean(x * x)))),
                "Above you take the mean of the squares. A norm adds them up.",
            ),
            "entry by entry, the largest": (
                _entry_by_entry(np.max),
                "You divide entry by entry and keep the largest: then an entry near 0 decides. Take the norms first, "
                "and divide once.",
            ),
            "entry by entry, the mean": (
                _entry_by_entry(np.mean),
                "You divide entry by entry and take the mean. Take the norms first, and divide once.",
            ),
            "difference of the norms": (
                lambda got, want: abs(_norm(got) - _norm(want)) / (_larger(_norm)(got, want) or 1.0),
                "You compare how long the two are. They may be equally long and point in different directions: take "
                "the norm of the difference.",
            ),
            "errors cancel": (
                _over(_larger(_norm), lambda x: abs(float(np.sum(x)))),
                "You add up the differences with their signs, so that they can cancel. The norm squares each first.",
            ),
            "matrix norm": (
                lambda got, want: _over(
                    _larger(lambda x: float(np.linalg.norm(x, 2))), lambda x: float(np.linalg.norm(x, 2))
                )(got, want),
                "For a matrix, `np.linalg.norm(x, 2)` is another norm, its largest stretching; for more axes it fails. "
                "Without the 2 it is the root of the sum of all squares.",
            ),
            "NaN where both are 0": (
                lambda got, want: np.float64(_norm(got - want)) / np.float64(_larger(_norm)(got, want)),
                "Right, but where both are 0 you divide 0 by 0. They agree there: the error is 0.",
            ),
            "1 where both are 0": (
                lambda got, want: _norm(got - want) / _larger(_norm)(got, want) if np.any(got) or np.any(want) else 1.0,
                "Right, but where both are 0 you say 1. They agree there: the error is 0.",
            ),
            "0 where want is 0": (
                lambda got, want: _norm(got - want) / _larger(_norm)(got, want) if np.any(want) else 0.0,
                "Where `want` is 0 you say that all is well. It is only if `got` is 0, too.",
            ),
            "in percent": (
                lambda got, want: 100 * _over(_larger(_norm))(got, want),
                "That is the error in percent: a hundred times too large.",
            ),
        }
    ),
    hints=(
        "How long is the vector of all differences? Compared with which length?",
        "‖got − want‖ / max(‖got‖, ‖want‖), where ‖x‖ = √Σx². And 0.0 where both are 0.",
        "`np.linalg.norm((got - want).ravel())` above, the `max` of two such norms below, and a test for 0 before "
        "dividing.",
    ),
    section="How far apart",
    notice="It is at most 2, whatever comes in: a limit that an error divided by `want` alone doesn't have.",
)


# Steps

STEP = "a step within a factor of 4 of the best"


def _eps(dtype: Any) -> float:
    return float(np.finfo(dtype).eps)


def probe_best_step(answer: Any, draw: Draw) -> Iterator[Step]:
    dtypes = (np.float64, np.float32, np.float16, np.dtype("float32"), np.dtype("float64"), "float32", "float64")
    cases = [(order, dtype) for order in (1, 2) for dtype in dtypes]
    for i in draw.rng.permutation(len(cases)):
        order, dtype = cases[i]
        theory = _eps(dtype) ** (1 / (order + 1))
        words = repr(dtype) if isinstance(dtype, (str, np.dtype)) else f"np.{dtype.__name__}"
        yield f"order {order}, {words}", _step_in_words(answer(order, dtype), theory)


def _step_in_words(step: Any, theory: float) -> Any:
    try:
        number = float(step)
    except (TypeError, ValueError, OverflowError):
        return None if step is None else f"no single number, but a {type(step).__name__}"
    if number > 0 and abs(math.log(number / theory)) <= math.log(4) + 1e-9:
        return STEP
    return f"{number:.3g}"


BEST_STEP = Exercise(
    name="finite_differences.best_step",
    probe=probe_best_step,
    reference=lambda order, dtype: _eps(dtype) ** (1 / (order + 1)),
    alternatives=(
        lambda order, dtype: [2 * math.sqrt(_eps(dtype)), 1.44 * np.cbrt(_eps(dtype))][order - 1],
        lambda order, dtype: 10 ** (-np.finfo(dtype).precision / (order + 1)) / 2,
    ),
    mistakes=mistakes(
        {
            "square root for both": (
                lambda order, dtype: math.sqrt(_eps(dtype)),
                "You take the square root for both orders. The error of the central quotient shrinks like h², so it "
                "meets the rounding, eps/h, at another h.",
            ),
            "cube root for both": (
                lambda order, dtype: _eps(dtype) ** (1 / 3),
                "You take the cube root for both orders. The error of the one-sided quotient shrinks like h only, so "
                "it meets the rounding, eps/h, at another h.",
            ),
            "root of the order": (
                lambda order, dtype: _eps(dtype) ** (1 / order),
                "You take the root of the order itself: eps and √eps. Where does h to the power of the order equal "
                "eps/h? Multiply both by h.",
            ),
            "root one too high": (
                lambda order, dtype: _eps(dtype) ** (1 / (order + 2)),
                "Your root is one too high. Where does h to the power of the order equal eps/h? Multiply both by h.",
            ),
            "orders exchanged": (
                lambda order, dtype: _eps(dtype) ** (1 / (4 - order)),
                "The two orders have changed places: the central quotient has the larger best step.",
            ),
            "precedence": (
                lambda order, dtype: _eps(dtype) ** 1 / (order + 1),
                "`eps ** 1 / (order + 1)` is eps divided by order + 1: a power binds more tightly. Put the exponent in "
                "parentheses.",
            ),
            "one added to the exponent": (
                lambda order, dtype: _eps(dtype) ** (1 / order + 1),
                "`1 / order + 1` is 1/order, plus 1. Put order + 1 in parentheses.",
            ),
            "whole-number division": (
                lambda order, dtype: _eps(dtype) ** (1 // (order + 1)),
                "Your step is 1, always: `1 // 2` is 0. A single slash divides.",
            ),
            "power for root": (
                lambda order, dtype: _eps(dtype) ** (order + 1),
                "You raise eps to a power where a root is due: your step is far smaller than the spacing of the "
                "numbers.",
            ),
            "eps itself": (
                lambda order, dtype: _eps(dtype),
                "Your step is eps itself. At that step the rounding is as large as the slope.",
            ),
            "smallest number": (
                lambda order, dtype: float(np.finfo(dtype).tiny) ** (1 / (order + 1)),
                "You begin with the smallest number that the dtype can hold. What counts is how finely numbers around "
                "1 are spaced: `eps`.",
            ),
            "float64 always": (
                lambda order, dtype: _eps(np.float64) ** (1 / (order + 1)),
                "Your step doesn't depend on the dtype. float32 has 7 digits where float64 has 16.",
            ),
            "float32 always": (
                lambda order, dtype: _eps(np.float32) ** (1 / (order + 1)),
                "Your step doesn't depend on the dtype. float64 has 16 digits where float32 has 7.",
            ),
            "1e-5 always": (
                lambda order, dtype: 1e-5,
                "One step for everything. Look at your curves: the four lowest points lie at different h.",
            ),
            "1e-6 always": (
                lambda order, dtype: 1e-6,
                "One step for everything. Look at your curves: the four lowest points lie at different h.",
            ),
            "reciprocal": (
                lambda order, dtype: _eps(dtype) ** (-1 / (order + 1)),
                "Your step is larger than 1, and larger for finer numbers: the exponent has a minus too many.",
            ),
            "largest number": (
                lambda order, dtype: float(np.finfo(dtype).resolution) ** order,
                "You raise the resolution to the power of the order. A root is due.",
            ),
            "smallest error": (
                lambda order, dtype: _eps(dtype) ** (order / (order + 1)),
                "That is about how small the error gets at the best step. The step itself is asked for.",
            ),
            "only names": (
                lambda order, dtype: {"float64": 1.5e-8, "float32": 3.5e-4}[dtype] if order == 1 else 6e-6,
                "A dtype may come as np.float32, as np.dtype('float32') or as its name. `np.finfo` takes them all.",
            ),
        }
    ),
    hints=(
        "Two errors: one grows with h, the other shrinks. Where do they cross?",
        "h to the power of the order equals eps/h. Solve for h.",
        "`np.finfo(dtype).eps`, to the power of 1 / (order + 1).",
    ),
    section="Where the two errors meet",
    notice="At the best step half of the digits are lost for the one-sided quotient, and a third for the central one.",
)


# A gradient by numbers


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
        kept = kept and np.array_equal(x, before) and x.dtype == before.dtype
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


def _moving(y: Any, f: Function, h: float) -> Array:
    """Move the entries of `y` itself, one after another, and put each back."""
    gradient = np.zeros(y.shape)
    for place in np.ndindex(y.shape):
        old = y[place]
        y[place] = old + h
        above = f(y)
        y[place] = old - h
        gradient[place] = (above - f(y)) / (2 * h)
        y[place] = old
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
    flat, gradient = y.ravel(), np.zeros(x.size)
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + h
        above = f(y)
        flat[i] = old - h
        gradient[i] = (above - f(y)) / (2 * h)
        flat[i] = old
    return gradient.reshape(x.shape)


def _row_by_row(f: Function, x: Array, h: float) -> Array:
    y, gradient = np.array(x, float), np.zeros(x.shape)
    for i in range(len(x)):
        old = y[i].copy()
        y[i] = old + h
        above = f(y)
        y[i] = old - h
        gradient[i] = (above - f(y)) / (2 * h)
        y[i] = old
    return gradient


NUMERICAL_GRADIENT = Exercise(
    name="finite_differences.numerical_gradient",
    probe=probe_gradient,
    reference=_gradient,
    alternatives=(
        lambda f, x, h: _moving(np.array(x, np.float64), f, h),
        lambda f, x, h: np.reshape(
            [(f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / (2 * h) for e in np.eye(x.size)],
            x.shape,
        ),
    ),
    mistakes=mistakes(
        {
            "left moved": (
                _left_moved,
                "The first entry is right, and the others are computed at another point: each entry is left where its "
                "last step was. Put it back before the next.",
            ),
            "left moved, x itself": (
                lambda f, x, h: _left_moved(f, x, h, copy=False),
                "You move the entries of x itself and leave them where their last step was. Work on a float64 copy, "
                "and put each entry back before the next.",
            ),
            "on x itself": (
                lambda f, x, h: _moving(x, f, h),
                "You move the entries of x itself. Whole numbers lose a step of 0.1, float32 loses digits, and a "
                "read-only array refuses. Work on a float64 copy.",
            ),
            "x's own dtype": (
                lambda f, x, h: _moving(x.copy(), f, h),
                "Your copy has x's own dtype: whole numbers lose a step of 0.1, and float32 keeps seven digits. Make "
                "it a float64 copy.",
            ),
            "gradient of x's dtype": (
                lambda f, x, h: _gradient(f, x, h).astype(x.dtype),
                "Your gradient has x's own dtype: whole numbers cut it off, and float32 rounds it. Make it float64.",
            ),
            "no copy of a float64 x": (
                lambda f, x, h: _moving(np.asarray(x, dtype=np.float64), f, h),
                "Where x is float64 already, `np.asarray` makes no copy: you move x itself, and a read-only array "
                "refuses. Copy always: `np.array(x, dtype=np.float64)`.",
            ),
            "integers truncated": (
                lambda f, x, h: _moving(np.array(x, float if x.dtype.kind == "f" else x.dtype), f, h),
                "Your copy of whole numbers holds whole numbers: a step of 0.1 is cut off. Make it a float64 copy.",
            ),
            "float32 lost": (
                lambda f, x, h: _moving(x.copy() if x.dtype.kind == "f" else x.astype(float), f, h),
                "For a float32 x you compute in float32, which keeps seven digits. Make a float64 copy.",
            ),
            "ravel of a copy": (
                raveled,
                "For a transposed x everything is 0: there `ravel` gives a copy, since the numbers lie in another "
                "order, and f sees nothing of what you change in it. Use indices of the array itself (`np.ndindex`).",
            ),
            "flattened": (
                lambda f, x, h: _gradient(f, x, h).ravel(),
                "The numbers are right, but in a row. A gradient has the shape of its array.",
            ),
            "one-sided": (
                _with(lambda at, h: (at(h) - at(0)) / h),
                "You step to one side only. The central difference steps to both.",
            ),
            "to the left only": (
                _with(lambda at, h: (at(0) - at(-h)) / h),
                "You step to the left only. The central difference steps to both sides.",
            ),
            "only the last term divided": (
                _with(lambda at, h: at(h) - at(-h) / (2 * h)),
                "Only f(x − h) is divided: the slash binds more tightly than the minus. Put the difference in "
                "parentheses.",
            ),
            "divided by h": (
                _with(lambda at, h: (at(h) - at(-h)) / h),
                "Twice what it should be: from x − h to x + h it is 2h.",
            ),
            "/ 2 * h": (
                _with(lambda at, h: (at(h) - at(-h)) / 2 * h),
                "`/ 2 * h` divides by 2 and multiplies by h. Put 2 * h in parentheses.",
            ),
            "not divided": (
                _with(lambda at, h: at(h) - at(-h)),
                "Those are the differences. A slope divides them by the width, 2h.",
            ),
            "order swapped": (
                _with(lambda at, h: (at(-h) - at(h)) / (2 * h)),
                "The size is right and the sign is wrong.",
            ),
            "half steps": (
                _with(lambda at, h: (at(h / 2) - at(-h / 2)) / h),
                "Your steps are h/2 to each side. They should be h.",
            ),
            "half steps over 2h": (
                _with(lambda at, h: (at(h / 2) - at(-h / 2)) / (2 * h)),
                "Your steps are h/2 to each side, and you divide as if they were h.",
            ),
            "a step of its own": (
                _with(lambda at, h: (at(1e-5) - at(-1e-5)) / 2e-5),
                "Your result doesn't depend on h: it looks as if you chose a step yourself. Use the h that is given.",
            ),
            "all entries at once": (
                lambda f, x, h: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),
                "`x + h` moves all entries together. Each entry's slope needs a step of that entry alone.",
            ),
            "row by row": (
                _row_by_row,
                "You move whole rows: `x[i]` is one entry only where x has one axis. Every entry has its own slope.",
            ),
            "relative steps": (
                lambda f, x, h: np.reshape(
                    [
                        (f(x + s * e.reshape(x.shape)) - f(x - s * e.reshape(x.shape))) / (2 * s)
                        for e, s in zip(np.eye(x.size), (h * np.maximum(np.abs(x), 1.0)).ravel(), strict=True)
                    ],
                    x.shape,
                ),
                "Your step grows with the entry. Use the h that is given, for each.",
            ),
            "directional": (
                lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
                "One number came back: how f changes when all entries move together. Return one for each entry.",
            ),
        }
    ),
    hints=(
        "How does f change when one single entry moves by h to either side, and all others stay?",
        "On a float64 copy, for each place: set it to old + h, ask f, set it to old − h, ask f, set it back to old.",
        "`y = np.array(x, dtype=np.float64)`; `for place in np.ndindex(y.shape)`: keep `old = y[place]`, set "
        "`y[place]` to old + h and to old − h, then back to old.",
    ),
    section="A gradient by numbers",
    notice="It takes two calls of f for each entry: right for a test of a hundred numbers, hopeless for a million.",
)


# The complex step


def _analytic(draw: Draw) -> Iterator[tuple[str, Function]]:
    p, q, r = draw.number(0.5, 2), draw.number(-2, -0.5), draw.number(0.5, 1.5)
    yield "f(x) = px³ + qx² + x", lambda x: p * x**3 + q * x**2 + x
    yield "f(x) = sin(rx) · x", lambda x: np.sin(r * x) * x
    yield "f(x) = exp(rx) / (2 + x²)", lambda x: np.exp(r * x) / (2 + x * x)
    yield "f(x) = −tanh(x)³ − x", lambda x: -(np.tanh(x) ** 3) - x


def probe_complex(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, f in _analytic(draw):
        for h in (draw.number(0.05, 0.5), draw.number(0.05, 0.5), 9e-4, 1e-20, 1e-200):
            x = draw.signed(0.4, 1.4)
            scale = abs(f(x + 1j * h)) / min(h, 0.5) if h > 1e-3 else 1.0
            yield f"{words}, x = {x:.3f} and h = {h:.3g}", answer(f, x, h), scale
    for words, f in _analytic(draw):
        yield f"{words}, x = 0.7 and h = 0.25", answer(f, 0.7, 0.25), 10.0


COMPLEX_STEP = Exercise(
    name="finite_differences.complex_step",
    probe=probe_complex,
    reference=lambda f, x, h: float(np.imag(f(x + 1j * h))) / h,
    alternatives=(
        lambda f, x, h: f(complex(x, h)).imag / h,
        lambda f, x, h: -f(x - 1j * h).imag / h,
    ),
    mistakes=mistakes(
        {
            "real part": (
                lambda f, x, h: f(x + 1j * h).real / h,
                "You take the real part, which is about f(x) itself. The slope stands in the imaginary part.",
            ),
            "real part, not divided": (
                lambda f, x, h: f(x + 1j * h).real,
                "You take the real part, which is about f(x) itself. The slope stands in the imaginary part, times h.",
            ),
            "divided by ih": (
                lambda f, x, h: f(x + 1j * h) / (1j * h),
                "You divide the whole complex number by ih: it stays complex. Take the imaginary part first, and "
                "divide by h.",
            ),
            "still complex": (
                lambda f, x, h: f(x + 1j * h) / h,
                "A complex number came back. Its imaginary part is the slope.",
            ),
            "imaginary part over ih": (
                lambda f, x, h: f(x + 1j * h).imag / (1j * h),
                "The imaginary part is a real number; divide it by h, which is real, too.",
            ),
            "complex difference": (
                lambda f, x, h: (f(x + 1j * h) - f(x)) / (1j * h),
                "You take a difference quotient with a complex step: it is complex, and cancels. Take the imaginary "
                "part of f(x + ih); no difference is needed.",
            ),
            "real part of the quotient, from a difference": (
                lambda f, x, h: ((f(x + 1j * h) - f(x)) / (1j * h)).imag,
                "You take the imaginary part of the quotient. Divided by i, real and imaginary part have changed "
                "places.",
            ),
            "not divided": (
                lambda f, x, h: f(x + 1j * h).imag,
                "The imaginary part is h times the slope. Divide by h.",
            ),
            "multiplied by h": (lambda f, x, h: f(x + 1j * h).imag * h, "You multiply by h. Divide by it."),
            "divided by 2h": (
                lambda f, x, h: f(x + 1j * h).imag / (2 * h),
                "Half of what it should be: the step is h, not 2h.",
            ),
            "magnitude": (
                lambda f, x, h: abs(f(x + 1j * h)) / h,
                "You take the magnitude of the complex number. Only its imaginary part is the slope.",
            ),
            "size of the imaginary part": (
                lambda f, x, h: abs(f(x + 1j * h).imag) / h,
                "Where f falls your sign is wrong: it looks as if only the size of the imaginary part counted.",
            ),
            "angle": (
                lambda f, x, h: float(np.angle(f(x + 1j * h))) / h,
                "You take the angle of the complex number. Its imaginary part is the slope, times h.",
            ),
            "sign": (
                lambda f, x, h: f(x - 1j * h).imag / h,
                "The size is right and the sign is wrong: the step is +ih.",
            ),
            "real step": (
                lambda f, x, h: np.imag(f(x + h)) / h,
                "Your step is real, so f stays real, and its imaginary part is 0. Step to x + ih.",
            ),
            "central difference": (
                lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
                "That is the central difference. For tiny h nothing is left of it.",
            ),
            "a step of its own": (
                lambda f, x, h: f(x + 1e-20j).imag / 1e-20,
                "Your result doesn't depend on h. It is the better derivative, but the one with the given h is asked "
                "for.",
            ),
            "x times ih": (
                lambda f, x, h: f(x * (1 + 1j * h)).imag / h,
                "Your step is x·ih: it grows with x. Add ih to x.",
            ),
        }
    ),
    hints=(
        "f(x + ih) = f(x) + ih f′(x) − …: where in this complex number does f′(x) stand?",
        "The imaginary part of f(x + ih), divided by h.",
        "`f(x + 1j * h).imag / h`",
    ),
    section="A step without a difference",
    notice="Nothing is subtracted, so h may be 10⁻²⁰⁰: the error of order h² is gone, and no rounding has come in its "
    "place.",
)


# Richardson


def probe_richardson(answer: Any, draw: Draw) -> Iterator[Step]:
    few = True
    p, q, r = draw.number(0.5, 2), draw.number(-2, -0.5), draw.number(0.5, 1.5)
    functions: dict[str, Function] = {
        "f(x) = px⁵ + qx³": lambda x: p * x**5 + q * x**3,
        "f(x) = x⁶ − px": lambda x: x**6 - p * x,
        "f(x) = sin(rx) + 2": lambda x: math.sin(r * x) + 2,
        "f(x) = exp(rx)": lambda x: math.exp(r * x),
        "f(x) = x³": lambda x: x**3,
    }
    for words, f in functions.items():
        x = draw.signed(0.4, 1.4)
        for at, h in ((x, draw.number(0.1, 0.5)), (-x, draw.number(0.1, 0.5)), (0.7, 0.25), (0.7, 3.0)):
            calls = [0]

            def counted(z: float, f: Function = f, calls: list[int] = calls) -> float:
                calls[0] += 1
                return float(f(z))

            scale = 3 * max(abs(f(at + k * h)) for k in (-1, 0, 1)) / h
            yield f"{words}, x = {at:.3f} and h = {h:.3f}", answer(counted, at, h), scale
            few = few and calls[0] <= 4
    yield Rule("f is called at most four times"), few


def _central(f: Function, x: float, h: float) -> float:
    return float(f(x + h) - f(x - h)) / (2 * h)


def _combined(a: float, b: float, wide: float = 1.0, narrow: float = 0.5) -> Callable[[Function, float, float], float]:
    """Return a·D(narrow·h) + b·D(wide·h)."""
    return lambda f, x, h: a * _central(f, x, narrow * h) + b * _central(f, x, wide * h)


def _forward(f: Function, x: float, h: float) -> float:
    return float(f(x + h) - f(x)) / h


RICHARDSON = Exercise(
    name="finite_differences.richardson",
    probe=probe_richardson,
    reference=_combined(4 / 3, -1 / 3),
    alternatives=(
        lambda f, x, h: (8 * (f(x + h / 2) - f(x - h / 2)) - (f(x + h) - f(x - h))) / (6 * h),
        lambda f, x, h: (lambda near, far: near + (near - far) / 3)(_central(f, x, h / 2), _central(f, x, h)),
    ),
    mistakes=mistakes(
        {
            "2D(h/2) - D(h)": (
                _combined(2, -1),
                "2D(h/2) − D(h) would be right for an error that grows like h. This one grows like h²: half the step "
                "makes a quarter of it.",
            ),
            "weights swapped": (
                _combined(-1 / 3, 4 / 3),
                "The weights have changed places: it is the finer D(h/2) that counts four times.",
            ),
            "not divided by 3": (
                _combined(4, -1),
                "About three times what it should be: 4 − 1 is 3, and the weights must add up to 1.",
            ),
            "divided by 4": (
                _combined(1, -1 / 4),
                "The weights must add up to 1. Yours add up to 3/4: divide by 4 − 1.",
            ),
            "divided by 5": (
                _combined(4 / 5, 1 / 5),
                "You add the two. Then the terms with h² add up as well; they drop out in a difference.",
            ),
            "one order too high": (
                _combined(16 / 15, -1 / 15),
                "16 and 15 belong to an error that grows like h⁴. Here it grows like h².",
            ),
            "8 and 7": (
                _combined(8 / 7, -1 / 7),
                "8 and 7 belong to an error that grows like h³. Here it grows like h².",
            ),
            "the mean": (
                _combined(1 / 2, 1 / 2),
                "You take the mean of both. Weigh them so that the terms with h² cancel.",
            ),
            "D(h/2) only": (_combined(1, 0), "That is D(h/2) alone: its error still has a term with h²."),
            "D(h) only": (_combined(0, 1), "That is D(h) alone: its error still has a term with h²."),
            "D(h) and D(2h)": (
                _combined(4 / 3, -1 / 3, wide=2.0, narrow=1.0),
                "You combine D(h) and D(2h). The term with h² drops out, but the steps asked for are h and h/2.",
            ),
            "the correction alone": (
                _combined(1 / 3, -1 / 3),
                "That is only the correction. Add it to D(h/2).",
            ),
            "correction subtracted": (
                _combined(2 / 3, 1 / 3),
                "You take the correction away where it should be added: D(h/2) is nearer to the truth, so go on in the "
                "direction from D(h) to D(h/2).",
            ),
            "added to D(h)": (
                _combined(1 / 3, 2 / 3),
                "You add a third of the difference to D(h). Add it to the better one, D(h/2).",
            ),
            "one-sided": (
                lambda f, x, h: (4 * _forward(f, x, h / 2) - _forward(f, x, h)) / 3,
                "You combine one-sided differences. Their error has a term with h, which these weights don't remove.",
            ),
            "one-sided, its own weights": (
                lambda f, x, h: 2 * _forward(f, x, h / 2) - _forward(f, x, h),
                "You combine one-sided differences, rightly, to second order. Begin with central ones.",
            ),
            "D(h/2) over 2h": (
                lambda f, x, h: (4 * _central(f, x, h / 2) / 2 - _central(f, x, h)) / 3,
                "The step of D(h/2) is h wide in all: divide by h there.",
            ),
            "/ 2 * h": (
                lambda f, x, h: (4 * (f(x + h / 2) - f(x - h / 2)) / h - (f(x + h) - f(x - h)) / 2 * h) / 3,
                "`/ 2 * h` divides by 2 and multiplies by h. Put 2 * h in parentheses.",
            ),
            "five calls": (
                lambda f, x, h: _combined(4 / 3, -1 / 3)(f, x, h) + 0 * f(x),
                "Right, but f is called more often than needed: four values are enough.",
            ),
        }
    ),
    hints=(
        "D(h) is off by c·h². By how much is D(h/2) off? Which multiple of it has the same error as D(h)?",
        "4 D(h/2) − D(h) has no term with h², and is 3 f′(x).",
        "(4 · D(h/2) − D(h)) / 3, with D(s) = (f(x + s) − f(x − s)) / (2s).",
    ),
    section="Two estimates make a better one",
    notice="The same trick goes on: from two of these the term with h⁴ drops out. Romberg did so for integrals, "
    "Ridders for slopes.",
)


EXERCISES = (RELATIVE_ERROR, BEST_STEP, NUMERICAL_GRADIENT, RICHARDSON, COMPLEX_STEP)
