"""`adjoint_gap(jvp, vjp, x, u, v)`: ⟨u, J v⟩ − ⟨Jᵀu, v⟩, which is 0 where forward and reverse mode fit together."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.exercises.gradient_checking import quotients
from autograd_lab.exercises.gradient_checking.quotients import Layout, Shape, Way, dot, handed, spread
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.probes import walk
from autograd_lab.grading.slips import mistakes, of_pieces

GAPS = {"a gap above 0": 1.7, "a gap below 0": -2.6, "a gap near 1e-8": -3e-8, "adjoint": 0.0}
SHAPES: tuple[tuple[Shape, Shape], ...] = (  # of x, and of the output
    ((4,), (4,)), ((3, 3), (3, 3)), ((2, 3, 2), (2, 3, 2)),
    ((3,), (2, 3)), ((2, 1), (1, 3)), ((), (3,)), ((4,), ()), ((), ()),  # these broadcast
    ((3,), (4,)), ((2, 3), (3, 2)), ((2, 3), (4,)), ((5,), (2, 2, 3)),
)

def _case(words: str, draw: Draw, shape: Shape, out: Shape, gap: float,
          laid: tuple[Layout, Layout] = quotients.PLAIN) -> tuple[tuple[str, tuple[Any, ...], float], set[str]]:
    """Return a case with that gap between a jvp and a vjp, and the set in which these note that they were called."""
    most, other = laid
    x, v, u = most(spread(draw, *shape)), most(spread(draw, *shape)), other(spread(draw, *out))
    matrix, called = draw.array(math.prod(out), math.prod(shape)), set()

    def swing(x: Any) -> Array:
        return np.asarray(1.3 + np.sin(np.ravel(x)))

    def jvp(x: Any, v: Any) -> Array:
        handed("the x of jvp(x, v)", x, shape)
        handed("the v of jvp(x, v)", v, shape)
        called.add("jvp")
        return most(np.reshape(matrix @ (swing(x) * np.ravel(v)), out))

    def vjp(u: Any, x: Any) -> Array:
        handed("the u of vjp(u, x)", u, out)
        handed("the x of vjp(u, x)", x, shape)
        called.add("vjp")
        return most(np.reshape(swing(x) * (back.T @ np.ravel(u)), shape))

    w = swing(x) * v.ravel()
    back = matrix - gap * np.outer(u.ravel(), w) / (dot(u, u) * dot(w, w))
    terms = float(np.abs(np.ravel(u)) @ np.abs(matrix) @ np.abs(w)) / 100
    return (words, (jvp, vjp, x, u, v), terms), called

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    drawn = [
        _case(f"x of shape {shape}, u of shape {out}, {words}", draw, shape, out, gap * draw.number(0.8, 1.2))
        for shape, out in SHAPES for words, gap in GAPS.items()
    ]
    arrays = np.zeros(2), np.array([1.0, 2.0]), np.array([4.0, -1.0])
    example = ("jvp(x, v) = 3v, vjp(u, x) = 2u", (lambda x, v: 3 * v, lambda u, x: 2 * u, *arrays), 10.0)
    yield from walk(answer, [*(case for case, _ in drawn), example])
    yield Rule("each of `jvp` and `vjp` is called"), all(len(called) == 2 for _, called in drawn)
    for words, laid in quotients.LAYOUTS.items():
        (_, arguments, terms), _ = _case(words, draw, (2, 3), (3, 4), 1.2, laid)
        yield words, answer(*arguments), terms

def _gap(product: Callable[[Any, Any], Any] = dot,
         join: Callable[[Any, Any], Any] = lambda left, right: left - right) -> Callable[..., Any]:
    return lambda jvp, vjp, x, u, v: join(product(u, jvp(x, v)), product(vjp(u, x), v))

RIGHT = _gap()

def _overwriting(jvp: Way, vjp: Way, x: Array, u: Array, v: Array) -> float:
    forth, back = jvp(x, v), vjp(u, x)
    u *= forth
    v *= back
    return float(np.sum(u) - np.sum(v))

def _jacobian_from_vjp(jvp: Way, vjp: Way, x: Array, u: Array, v: Array) -> float:
    forth = [dot(vjp(unit, x), v) for unit in quotients.units(u)]
    jvp(x, v)
    return dot(u, np.reshape(forth, np.shape(u))) - dot(vjp(u, x), v)

def _flat(jvp: Way, vjp: Way, x: Array, u: Array, v: Array) -> Any:
    return RIGHT(jvp, vjp, np.ravel(x), np.ravel(u), np.ravel(v))

EXERCISE = Exercise(
    name="gradient_checking.adjoint_gap",
    probe=probe,
    reference=RIGHT,
    alternatives=(
        lambda jvp, vjp, x, u, v: np.vdot(jvp(x, v), u) - np.vdot(v, vjp(u, x)),
        lambda jvp, vjp, x, u, v: np.asarray(
            -(np.tensordot(v, vjp(u, x), axes=np.ndim(v)) - np.tensordot(u, jvp(x, v), axes=np.ndim(u)))),
        lambda jvp, vjp, x, u, v: math.fsum(
            [*np.ravel(u * jvp(x, v)).tolist(), *np.ravel(np.negative(v) * vjp(u, x)).tolist()]),
    ),
    mistakes=mistakes(of_pieces(lambda join: _gap(join=join), {
        "absolute value": (lambda left, right: abs(left - right),
            "You take the absolute value. The gap is asked for with its sign."),
        "turned round": (lambda left, right: right - left,
            "The size is right and the sign is wrong: which of the two products comes first?"),
        "added": (lambda left, right: left + right,
            "You add the two products. For an adjoint pair nothing should be left."),
        "relative": (lambda left, right: (left - right) / max(abs(left), abs(right), 1e-12),
            "You divide by the size of the products. The plain difference is asked for."),
        "squared": (lambda left, right: (left - right) ** 2,
            "You square the difference. It is asked for as it is, with its sign."),
        "cut off at 0": (lambda left, right: max(left - right, 0.0),
            "Where the gap is negative you say 0. It is asked for with its sign."),
        "tiny gaps set to 0": (lambda left, right: 0.0 if np.isclose(left, right) else left - right,
            "You say 0 where the two products are close. The gap itself is asked for, however small it is."),
        "rounded": (lambda left, right: round(float(left - right), 6),
            "You round. The gap itself is asked for, however small it is."),
        "close or not": (lambda left, right: bool(np.isclose(left, right)),
            "You say whether the two products are close. Their difference is asked for, a number."),
    }) | of_pieces(_gap, quotients.WRONG_PRODUCTS) | {
        "one sum for both": (lambda jvp, vjp, x, u, v: np.sum(u * jvp(x, v) - vjp(u, x) * v),
            "You subtract before you sum. The two may have different shapes: then some entries count several times, or "
            "it fails."),
        "x and u exchanged": (lambda jvp, vjp, x, u, v: RIGHT(jvp, lambda u, x: vjp(x, u), x, u, v),
            "You hand x and u to vjp the wrong way round: it takes the incoming gradient first."),
        "x and v exchanged": (lambda jvp, vjp, x, u, v: RIGHT(lambda x, v: jvp(v, x), vjp, x, u, v),
            "You hand x and v to jvp the wrong way round: it takes the point first."),
        "Jv in place of u": (lambda jvp, vjp, x, u, v: RIGHT(jvp, vjp, x, jvp(x, v), v),
            "You use J v in place of u, so u plays no part. The u that is given should be used."),
        "ones": (lambda jvp, vjp, x, u, v: RIGHT(jvp, vjp, x, np.ones_like(u), v),
            "Your result doesn't depend on u: you use ones. Use the u that is given."),
        "normalised": (lambda jvp, vjp, x, u, v: RIGHT(jvp, vjp, x, u / np.linalg.norm(u), v / np.linalg.norm(v)),
            "You make u and v one unit long. Use them as they are given."),
        "always 0": (_jacobian_from_vjp,
            "Your result is always 0, whatever jvp and vjp are. Is one of them compared with itself?"),
        "flat arrays": (_flat, "You hand flat arrays to jvp and vjp. They take x, u and v in their own shapes."),
        "u and v overwritten": (_overwriting,
            "Right, but `*=` writes the products into u and v themselves. Make new arrays."),
    }),
    hints=(
        "What does J make of v, and Jᵀ of u? Two numbers can be made of them that should agree.",
        "⟨u, jvp(x, v)⟩ − ⟨vjp(u, x), v⟩: each a product entry by entry, summed over everything.",
        "`np.sum(u * jvp(x, v))`, minus the like for `vjp(u, x)` and `v`.",
    ),
    section="Forth and back",
    notice="No step and no truncation: for a right pair only rounding is left, fifteen digits instead of ten.",
)
