"""The three checkers that lesson 16, `gradient_checking`, asks for."""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.exercises.finite_differences import raveled
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step, mistakes

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


# One direction


def _coupled(draw: Draw, shape: Shape, size: float = 1.0) -> Function:
    """Return a function of an array of that shape, no polynomial, in which every entry meets every other."""
    cubes, weights = draw.array(*shape), draw.array(*shape)

    def f(x: Any) -> float:
        _handed("f", x, shape)
        x = np.asarray(x)
        mixed = np.sum(weights * x)
        return size * float(np.sum(cubes * x**3 + np.sin(3 * x)) + 0.3 * mixed**3 + mixed * np.sum(x) + mixed)

    return f


AIMS: dict[str, Callable[[float], float]] = {
    "the sum too large": lambda quotient: quotient + 1.5,
    "the sum too small": lambda quotient: quotient - 0.7,
    "the sum of the other sign": lambda quotient: -0.4 * quotient,
}


def probe_directional(answer: Any, draw: Draw) -> Iterator[Step]:
    kept, same_way = True, True
    for shape in ((3,), (5,), (1,), (3, 3), (2, 3), (2, 1, 3), ()):
        for words, aim in AIMS.items():
            f, x, d, h = _coupled(draw, shape), draw.array(*shape), _spread(draw, *shape), draw.number(0.1, 0.4)
            g = _aimed(f, draw.array(*shape), x, d, h, aim)
            before = [a.copy() for a in (g, x, d)]
            yield f"x of shape {shape}, {words}", answer(f, g, x, d, h), _terms(f, x, d, h)
            kept = kept and all(map(np.array_equal, (g, x), before))
            same_way = same_way and np.array_equal(d, before[2])
    f, x, d, h = _coupled(draw, (2, 3), 1e-6), draw.array(2, 3), _spread(draw, 2, 3), draw.number(0.1, 0.4)
    g = _aimed(f, 1e-6 * draw.array(2, 3), x, d, h, lambda quotient: quotient + 2.3e-6)
    yield "values of f around a millionth", answer(f, g, x, d, h), _terms(f, x, d, h)
    f, x, d = _coupled(draw, (4,)), draw.array(4), _spread(draw, 4)
    g = _aimed(f, draw.array(4), x, d, h, lambda quotient: quotient)
    yield "the quotient and the sum alike", answer(f, g, x, d, h), _terms(f, x, d, h)
    yield (
        "f(x) = Σ x² at [1, 2]",
        answer(lambda x: float(np.sum(x * x)), np.array([2.0, 5.0]), np.array([1.0, 2.0]), np.array([1.0, -1.0]), 0.1),
        10.0,
    )
    yield Rule("`x` and `gradient` are left as they were"), kept
    yield Rule("`direction` is left as it was"), same_way
    f, x, d, h = _coupled(draw, (3, 4)), draw.array(4, 3).T, _spread(draw, 6, 4)[::2], 0.25
    g = _aimed(f, draw.array(3, 4), x, d, h, lambda quotient: quotient - 1.0)
    yield "x transposed in memory, every second row as the direction", answer(f, g, x, d, h), _terms(f, x, d, h)
    f, x, d, h = _coupled(draw, (2, 2)), _frozen(draw.array(2, 2)), _frozen(_spread(draw, 2, 2)), 0.25
    g = _frozen(_aimed(f, draw.array(2, 2), x, d, h, lambda quotient: quotient + 1.0))
    yield "read-only arrays", answer(f, g, x, d, h), _terms(f, x, d, h)


def _spread(draw: Draw, *shape: int) -> Array:
    """Return an array without an entry near 0 or ±1, of both signs."""
    size = draw.array(*shape, low=0.3, high=0.8) + (draw.array(*shape) > 0)
    return np.asarray(size * np.sign(draw.array(*shape)))


def _aimed(f: Function, g: Array, x: Array, d: Array, h: float, aim: Callable[[float], float]) -> Array:
    """Return g, moved along d until its sum with d is what `aim` makes of the quotient."""
    return np.asarray(g + (aim(_central(f, x, d, h)) - _dot(g, d)) * d / _dot(d, d))


def _terms(f: Function, x: Array, d: Array, h: float) -> float:
    return float(max(abs(f(x + h * d)), abs(f(x - h * d)))) / h


def _central(f: Function, x: Array, d: Array, h: float) -> float:
    return float((f(x + h * d) - f(x - h * d)) / (2 * h))


def _directional(
    quotient: Callable[[Function, Array, Array, float], Any] = _central,
    total: Callable[[Array, Array], Any] = _dot,
    join: Callable[[Any, Any], Any] = lambda quotient, total: abs(quotient - total),
) -> Callable[..., Any]:
    return lambda f, gradient, x, direction, h: join(quotient(f, x, direction, h), total(gradient, direction))


def _partials(f: Function, x: Array, h: float) -> Array:
    """Return a quotient for each entry."""
    units = (e.reshape(np.shape(x)) for e in np.eye(x.size))
    return np.reshape([_central(f, x, e, h) for e in units], np.shape(x))


def _one_by_one(f: Function, gradient: Array, x: Array, direction: Array, h: float) -> float:
    units = [e.reshape(np.shape(x)) for e in np.eye(x.size)]
    return sum(abs(_central(f, x, e * direction, h) - _dot(gradient, e * direction)) for e in units)


def _moved(put_back: bool) -> Callable[..., float]:
    """Return the error by an x that is moved itself, and put back or not."""

    def error(f: Function, gradient: Array, x: Array, direction: Array, h: float) -> float:
        kept = x.copy()
        x += h * direction
        above = f(x)
        x -= 2 * h * direction
        below = f(x)
        if put_back:
            x[...] = kept
        return abs(float(above - below) / (2 * h) - _dot(gradient, direction))

    return error


def _alias(f: Function, gradient: Array, x: Array, direction: Array, h: float) -> float:
    y = x
    y += h * direction
    above = f(y)
    return abs(float(above - f(x - h * direction)) / (2 * h) - _dot(gradient, direction))


def _scaled_direction(f: Function, gradient: Array, x: Array, direction: Array, h: float) -> float:
    total = _dot(gradient, direction)
    direction *= h
    return abs(float(f(x + direction) - f(x - direction)) / (2 * h) - total)


DIRECTIONAL_ERROR = Exercise(
    name="gradient_checking.directional_error",
    probe=probe_directional,
    reference=lambda f, gradient, x, direction, h: abs(_central(f, x, direction, h) - _dot(gradient, direction)),
    alternatives=(
        lambda f, gradient, x, direction, h: abs(
            np.vdot(gradient, direction) - (f(x + h * direction) - f(x - h * direction)) / h / 2
        ),
        lambda f, gradient, x, direction, h: (lambda line: np.abs(np.asarray(line(h) - line(-h))))(
            lambda t: (
                f(x + t * direction) / (2 * h) - t * np.einsum("i,i", gradient.ravel(), direction.ravel()) / (2 * h)
            )
        ),
    ),
    mistakes=mistakes(
        {
            "no absolute value": (
                _directional(join=lambda quotient, total: quotient - total),
                "Yours has a sign. How far apart two numbers are is never negative.",
            ),
            "cut off at 0": (
                _directional(join=lambda quotient, total: max(0.0, quotient - total)),
                "Where the sum is larger than the quotient you say 0. That is an error too.",
            ),
            "sizes compared": (
                _directional(join=lambda quotient, total: abs(abs(quotient) - abs(total))),
                "You take absolute values before you subtract: then a gradient of the wrong sign passes.",
            ),
            "relative error": (
                _directional(join=lambda quotient, total: abs(quotient - total) / max(abs(quotient), abs(total))),
                "That is the relative error. Here the plain difference is asked for.",
            ),
            "one-sided": (
                _directional(lambda f, x, d, h: (f(x + h * d) - f(x)) / h),
                "You step forwards only. This quotient steps to both sides.",
            ),
            "backwards only": (
                _directional(lambda f, x, d, h: (f(x) - f(x - h * d)) / h),
                "You step backwards only. This quotient steps to both sides.",
            ),
            "divided by h": (
                _directional(lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / h),
                "Your quotient is twice what it should be: how far apart are the two points?",
            ),
            "/ 2 * h": (
                _directional(lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / 2 * h),
                "`/ 2 * h` divides by 2 and multiplies by h. Put parentheses around what you divide by.",
            ),
            "only the last term divided": (
                _directional(lambda f, x, d, h: f(x + h * d) - f(x - h * d) / (2 * h)),
                "Only the second value is divided: the slash binds more tightly than the minus. Put the difference in "
                "parentheses.",
            ),
            "h missing in the step": (
                _directional(lambda f, x, d, h: (f(x + d) - f(x - d)) / (2 * h)),
                "You step by the whole direction and divide as if the step were h times it.",
            ),
            "h missing everywhere": (
                _directional(lambda f, x, d, h: (f(x + d) - f(x - d)) / 2),
                "Your result doesn't depend on h: you step by the whole direction. How long should the step be?",
            ),
            "half steps": (
                _directional(lambda f, x, d, h: (f(x + h / 2 * d) - f(x - h / 2 * d)) / h),
                "Your steps are h/2 to each side. They should be h.",
            ),
            "a step of its own": (
                _directional(lambda f, x, d, h: (f(x + 1e-5 * d) - f(x - 1e-5 * d)) / 2e-5),
                "Your result doesn't depend on h: it looks as if you chose a step yourself. Use the h that is given.",
            ),
            "normalised": (
                lambda f, gradient, x, direction, h: _directional()(
                    f, gradient, x, direction / np.linalg.norm(direction), h
                ),
                "You make the direction one unit long. Use it as it is given: the quotient and the sum both grow with "
                "it.",
            ),
            "step normalised": (
                _directional(
                    lambda f, x, d, h: _central(f, x, d / np.linalg.norm(d), h) * float(np.linalg.norm(d)),
                ),
                "Your step is h long, whatever the direction's length. Use the direction as it is given.",
            ),
            "partial slopes": (
                _directional(lambda f, x, d, h: _dot(_partials(f, x, h), d)),
                "You move one entry after another and add up. Move all of them together, along the direction: that "
                "takes two calls of f.",
            ),
            "errors added entry by entry": (
                _one_by_one,
                "You take the error of each entry alone and add up. Move all entries together, and compare once.",
            ),
            "product of the sums": (
                _directional(total=lambda g, d: float(np.sum(g) * np.sum(d))),
                "You sum first and multiply then. Multiply entry by entry first.",
            ),
            "the mean": (
                _directional(total=lambda g, d: float(np.mean(g * d))),
                "You take the mean of the products. What is asked for is not divided by how many there are.",
            ),
            "matrix product": (
                _directional(total=lambda g, d: g @ d),
                "`@` is right for vectors. For matrices it multiplies rows by columns, and for other shapes it fails.",
            ),
            "matrix product, summed": (
                _directional(total=lambda g, d: np.sum(np.dot(g, d))),
                "For matrices `np.dot` multiplies rows by columns. Each entry meets only the entry at its own place.",
            ),
            "x moved": (
                _moved(put_back=False),
                "Right, but `+=` and `-=` write into x itself, which isn't what it was afterwards. Make new arrays.",
            ),
            "x moved and put back": (
                _moved(put_back=True),
                "Right, but you write into x, which a read-only array refuses. Make new arrays.",
            ),
            "no copy": (
                _alias,
                "`y = x` is no copy: where you move y, you move x, and the second step starts from there. Make new "
                "arrays.",
            ),
            "direction scaled": (
                _scaled_direction,
                "Right, but `*=` writes into the direction. Make a new array.",
            ),
        }
    ),
    hints=(
        "How fast does f change when x moves along d? And how fast should it, by the gradient?",
        "|(f(x + h·d) − f(x − h·d)) / (2h) − Σ gradient·d|.",
        "`abs((f(x + h * direction) - f(x - h * direction)) / (2 * h) - np.sum(…))`, with the products, entry by "
        "entry, inside the sum.",
    ),
    section="One direction at a time",
    notice="Two calls of f test all entries at once, be they a million: a wrong gradient escapes only where its error "
    "is at a right angle to d.",
)


# Forth and back


class _Pair(NamedTuple):
    """A jvp and a vjp that should be adjoint, and an x, a u and a v at which the gap is the one aimed at."""

    jvp: Way
    vjp: Way
    x: Array
    u: Array
    v: Array
    terms: float
    calls: list[str]


def _pair(draw: Draw, shape: Shape, out: Shape, gap: float, laid: Callable[[Array], Array] = lambda a: a) -> _Pair:
    """Return a pair whose gap at its own u and v is `gap`; `laid` lays each array out in memory."""
    x, v, u = (laid(_spread(draw, *one)) for one in (shape, shape, out))
    matrix = draw.array(math.prod(out), math.prod(shape))
    swing: Callable[[Any], Array] = lambda x: 1.3 + np.sin(np.ravel(x))  # noqa: E731
    w = swing(x) * v.ravel()
    back = matrix - gap * np.outer(u.ravel(), w) / (_dot(u, u) * _dot(w, w))
    calls: list[str] = []

    def jvp(x: Any, v: Any) -> Array:
        _handed("the x of jvp(x, v)", x, shape)
        _handed("the v of jvp(x, v)", v, shape)
        calls.append("jvp")
        return laid(np.reshape(matrix @ (swing(x) * np.ravel(v)), out))

    def vjp(u: Any, x: Any) -> Array:
        _handed("the u of vjp(u, x)", u, out)
        _handed("the x of vjp(u, x)", x, shape)
        calls.append("vjp")
        return laid(np.reshape(swing(x) * (back.T @ np.ravel(u)), shape))

    terms = float(np.abs(np.ravel(u)) @ np.abs(matrix) @ np.abs(w)) / 100
    return _Pair(jvp, vjp, x, u, v, terms, calls)


GAPS = {"a gap above 0": 1.7, "a gap below 0": -2.6, "a gap near 1e-8": -3e-8, "adjoint": 0.0}


def probe_adjoint(answer: Any, draw: Draw) -> Iterator[Step]:
    kept, called = True, True
    alike: tuple[tuple[Shape, Shape], ...] = (((4,), (4,)), ((3, 3), (3, 3)), ((2, 3, 2), (2, 3, 2)))
    broadcast: tuple[tuple[Shape, Shape], ...] = (((3,), (2, 3)), ((2, 1), (1, 3)), ((), (3,)), ((4,), ()), ((), ()))
    others: tuple[tuple[Shape, Shape], ...] = (((3,), (4,)), ((2, 3), (3, 2)), ((2, 3), (4,)), ((5,), (2, 2, 3)))
    for shape, out in (*alike, *broadcast, *others):
        for words, gap in GAPS.items():
            p = _pair(draw, shape, out, gap * draw.number(0.8, 1.2))
            before = [a.copy() for a in (p.x, p.u, p.v)]
            yield f"x of shape {shape}, u of shape {out}, {words}", answer(p.jvp, p.vjp, p.x, p.u, p.v), p.terms
            kept = kept and all(map(np.array_equal, (p.x, p.u, p.v), before))
            called = called and set(p.calls) == {"jvp", "vjp"}
    yield (
        "jvp(x, v) = 3v, vjp(u, x) = 2u",
        answer(lambda x, v: 3 * v, lambda u, x: 2 * u, np.zeros(2), np.array([1.0, 2.0]), np.array([4.0, -1.0])),
        10.0,
    )
    yield Rule("`x`, `u` and `v` are left as they were"), kept
    yield Rule("each of `jvp` and `vjp` is called"), called
    p = _pair(draw, (2, 3), (3, 4), 1.2, np.asfortranarray)
    yield "arrays transposed in memory", answer(p.jvp, p.vjp, p.x, np.ascontiguousarray(p.u), p.v), p.terms
    p = _pair(draw, (3, 2), (2, 4), -1.4, lambda a: np.repeat(a, 2, axis=0)[::2])
    yield "every second row of larger arrays", answer(p.jvp, p.vjp, p.x, p.u, p.v), p.terms
    p = _pair(draw, (2, 2), (3,), -1.1, lambda a: _frozen(np.asarray(a)))
    yield "read-only arrays", answer(p.jvp, p.vjp, p.x, p.u, p.v), p.terms


def _gap(
    product: Callable[[Any, Any], Any] = _dot, join: Callable[[Any, Any], Any] = lambda left, right: left - right
) -> Callable[..., Any]:
    return lambda jvp, vjp, x, u, v: join(product(u, jvp(x, v)), product(vjp(u, x), v))


def _overwriting(jvp: Way, vjp: Way, x: Array, u: Array, v: Array) -> float:
    forth, back = jvp(x, v), vjp(u, x)
    u *= forth
    v *= back
    return float(np.sum(u) - np.sum(v))


def _jacobian_from_vjp(jvp: Way, vjp: Way, x: Array, u: Array, v: Array) -> float:
    forth = [_dot(vjp(e.reshape(np.shape(u)), x), v) for e in np.eye(u.size)]
    jvp(x, v)
    return _dot(u, np.reshape(forth, np.shape(u))) - _dot(vjp(u, x), v)


ADJOINT_GAP = Exercise(
    name="gradient_checking.adjoint_gap",
    probe=probe_adjoint,
    reference=lambda jvp, vjp, x, u, v: _dot(u, jvp(x, v)) - _dot(vjp(u, x), v),
    alternatives=(
        lambda jvp, vjp, x, u, v: np.vdot(jvp(x, v), u) - np.vdot(v, vjp(u, x)),
        lambda jvp, vjp, x, u, v: np.asarray(
            -(np.tensordot(v, vjp(u, x), axes=np.ndim(v)) - np.tensordot(u, jvp(x, v), axes=np.ndim(u)))
        ),
        lambda jvp, vjp, x, u, v: math.fsum(
            [*np.ravel(u * jvp(x, v)).tolist(), *np.ravel(np.negative(v) * vjp(u, x)).tolist()]
        ),
    ),
    mistakes=mistakes(
        {
            "absolute value": (
                _gap(join=lambda left, right: abs(left - right)),
                "You take the absolute value. The gap is asked for with its sign.",
            ),
            "turned round": (
                _gap(join=lambda left, right: right - left),
                "The size is right and the sign is wrong: which of the two products comes first?",
            ),
            "added": (
                _gap(join=lambda left, right: left + right),
                "You add the two products. For an adjoint pair nothing should be left.",
            ),
            "relative": (
                _gap(join=lambda left, right: (left - right) / max(abs(left), abs(right), 1e-12)),
                "You divide by the size of the products. The plain difference is asked for.",
            ),
            "squared": (
                _gap(join=lambda left, right: (left - right) ** 2),
                "You square the difference. It is asked for as it is, with its sign.",
            ),
            "cut off at 0": (
                _gap(join=lambda left, right: max(left - right, 0.0)),
                "Where the gap is negative you say 0. It is asked for with its sign.",
            ),
            "tiny gaps set to 0": (
                _gap(join=lambda left, right: 0.0 if np.isclose(left, right) else left - right),
                "You say 0 where the two products are close. The gap itself is asked for, however small it is.",
            ),
            "rounded": (
                _gap(join=lambda left, right: round(float(left - right), 6)),
                "You round. The gap itself is asked for, however small it is.",
            ),
            "close or not": (
                _gap(join=lambda left, right: bool(np.isclose(left, right))),
                "You say whether the two products are close. Their difference is asked for, a number.",
            ),
            "matrix product": (
                _gap(lambda a, b: a @ b),
                "`@` is right for vectors. For matrices it multiplies rows by columns, and for other shapes it fails.",
            ),
            "matrix product, summed": (
                _gap(lambda a, b: np.sum(np.dot(a, b))),
                "For matrices `np.dot` multiplies rows by columns. In ⟨a, b⟩ each entry meets only the entry at its "
                "own place.",
            ),
            "np.inner, summed": (
                _gap(lambda a, b: np.sum(np.inner(a, b))),
                "For matrices `np.inner` multiplies each row by each row. In ⟨a, b⟩ each entry meets only the entry at "
                "its own place.",
            ),
            "trace": (
                _gap(lambda a, b: np.trace(a.T @ b)),
                "The trace is right for matrices, and fails for all other shapes.",
            ),
            "the mean": (
                _gap(lambda a, b: float(np.mean(a * b))),
                "You take means. ⟨a, b⟩ is not divided by how many entries there are.",
            ),
            "product of the sums": (
                _gap(lambda a, b: float(np.sum(a) * np.sum(b))),
                "You sum first and multiply then. Multiply entry by entry first.",
            ),
            "first entries only": (
                _gap(lambda a, b: np.ravel(a)[0] * np.ravel(b)[0]),
                "You multiply the first entries only. ⟨a, b⟩ is about all of them.",
            ),
            "one sum for both": (
                lambda jvp, vjp, x, u, v: np.sum(u * jvp(x, v) - vjp(u, x) * v),
                "You subtract before you sum. The two may have different shapes: then some entries count several "
                "times, or it fails.",
            ),
            "x and u exchanged": (
                lambda jvp, vjp, x, u, v: _dot(u, jvp(x, v)) - _dot(vjp(x, u), v),
                "You hand x and u to vjp the wrong way round: it takes the incoming gradient first.",
            ),
            "x and v exchanged": (
                lambda jvp, vjp, x, u, v: _dot(u, jvp(v, x)) - _dot(vjp(u, x), v),
                "You hand x and v to jvp the wrong way round: it takes the point first.",
            ),
            "Jv in place of u": (
                lambda jvp, vjp, x, u, v: (lambda forth: _dot(forth, forth) - _dot(vjp(forth, x), v))(jvp(x, v)),
                "You use J v in place of u, so u plays no part. The u that is given should be used.",
            ),
            "ones": (
                lambda jvp, vjp, x, u, v: _gap()(jvp, vjp, x, np.ones_like(u), v),
                "Your result doesn't depend on u: you use ones. Use the u that is given.",
            ),
            "normalised": (
                lambda jvp, vjp, x, u, v: _gap()(jvp, vjp, x, u / np.linalg.norm(u), v / np.linalg.norm(v)),
                "You make u and v one unit long. Use them as they are given.",
            ),
            "always 0": (
                _jacobian_from_vjp,
                "Your result is always 0, whatever jvp and vjp are. Is one of them compared with itself?",
            ),
            "flat arrays": (
                lambda jvp, vjp, x, u, v: (
                    _dot(np.ravel(u), jvp(np.ravel(x), np.ravel(v))) - _dot(vjp(np.ravel(u), np.ravel(x)), np.ravel(v))
                ),
                "You hand flat arrays to jvp and vjp. They take x, u and v in their own shapes.",
            ),
            "u and v overwritten": (
                _overwriting,
                "Right, but `*=` writes the products into u and v themselves. Make new arrays.",
            ),
        }
    ),
    hints=(
        "What does J make of v, and Jᵀ of u? Two numbers can be made of them that should agree.",
        "⟨u, jvp(x, v)⟩ − ⟨vjp(u, x), v⟩: each a product entry by entry, summed over everything.",
        "`np.sum(u * jvp(x, v))`, minus the like for `vjp(u, x)` and `v`.",
    ),
    section="Forth and back",
    notice="No step and no truncation: for a right pair only rounding is left, fifteen digits instead of ten.",
)


# A checker of your own


class _Case(NamedTuple):
    """What a checker is asked about."""

    words: str
    f: Function
    vjp: Way
    x: Array
    h: float
    tolerance: float


Ruled = tuple[Function, Way]


def _squares(draw: Draw, shape: Shape, out: Shape, size: float = 1.0) -> Ruled:
    """Return f(x) = size·(Ax + b)² and its rule: central differences of it have no error but rounding."""
    a, b = draw.array(math.prod(out), math.prod(shape)), draw.array(math.prod(out))
    return (
        lambda x: (size * (a @ x.ravel() + b) ** 2).reshape(out),
        lambda u, x: (size * (u.ravel() * 2 * (a @ x.ravel() + b)) @ a).reshape(shape),
    )


def _sines(draw: Draw, shape: Shape, out: Shape, size: float = 1.0) -> Ruled:
    a, b = draw.array(math.prod(out), math.prod(shape), low=-1, high=1), draw.array(math.prod(out))
    return (
        lambda x: (size * np.sin(a @ x.ravel() + b)).reshape(out),
        lambda u, x: (size * (u.ravel() * np.cos(a @ x.ravel() + b)) @ a).reshape(shape),
    )


def _linear(draw: Draw, shape: Shape, out: Shape) -> Ruled:
    """Return f(x) = 1000·Ax and its rule, for which no step is too long."""
    a = 1000 * draw.array(math.prod(out), math.prod(shape))
    return lambda x: (a @ x.ravel()).reshape(out), lambda u, x: (u.ravel() @ a).reshape(shape)


def _pairs(draw: Draw) -> Ruled:
    """Return a linear f from (6,) to (24,) and its rule, whose gradients add up to 0, whatever u is."""
    a = 1000 * np.kron(draw.array(24, 3), [1.0, -1.0])
    return lambda x: a @ x, lambda u, x: u @ a


def _blocks(draw: Draw, blocks: int, block: Array) -> Ruled:
    """Return a linear f whose gradient repeats `block`, times a number that u decides, and its rule.

    The numbers are short, so that sums of them don't round: with a u of ones the slope is 0.
    """
    outs = 2.0**20 * np.stack([draw.rng.permutation(np.repeat([1.0, -1.0], 7)) for _ in range(blocks)], axis=1)
    return (
        lambda x: outs @ (x.reshape(blocks, -1) @ block),
        lambda u, x: np.outer(u @ outs, block).reshape(x.shape),
    )


def _softmax(draw: Draw) -> tuple[Function, Way, Way]:
    """Return a softmax in rows of three whose rows add up to 1 exactly, its rule, and one for the diagonal only.

    Its values are multiples of 2⁻⁴⁶, so that sums of them don't round: with a u of ones the slope is 0.
    """
    a = draw.array(24, 4, low=-1, high=1)

    def values(x: Any) -> Any:
        e = np.exp((a @ x).reshape(8, 3))
        y = np.round(e / e.sum(1, keepdims=True) * 2.0**46) / 2.0**46
        y[:, 2] = 1 - y[:, 0] - y[:, 1]
        return y

    def rule(u: Any, x: Any) -> Any:
        y = values(x)
        return (y * (u - (u * y).sum(axis=1, keepdims=True))).ravel() @ a

    return values, rule, lambda u, x: (u * values(x) * (1 - values(x))).ravel() @ a


def _changed(rule: Way, change: Callable[[Array], Any]) -> Way:
    return lambda u, x: np.asarray(change(rule(u, x)))


def _times(factor: Any) -> Callable[[Array], Any]:
    return lambda gradient: factor * gradient


def _at(place: Any, factor: float) -> Callable[[Array], Array]:
    """Return what multiplies a gradient at one place."""

    def change(gradient: Array) -> Array:
        gradient = gradient.copy()
        gradient[place] *= factor
        return gradient

    return change


def _only_largest(u: Any) -> Array:
    return np.where(np.arange(u.size) == np.argmax(np.abs(u)), u.ravel(), 0.0).reshape(u.shape)


def _zeros(u: Any, x: Any) -> Array:
    return np.zeros(np.shape(x))


def _ones(u: Any, x: Any) -> Array:
    return np.ones(np.shape(x))


def _right_rules(draw: Draw) -> Iterator[_Case]:
    h = draw.number(0.03, 0.06)
    yield _Case("(Ax + b)² from (3,) to (24,) and its rule", *_squares(draw, (3,), (24,)), draw.array(3), h, 1e-6)
    yield _Case("sin(Ax + b) and its rule", *_sines(draw, (4,), (14,)), draw.array(4), 3e-5, 1e-6)
    yield _Case("values about 1e-8 and the right rule", *_sines(draw, (4,), (14,), 1e-8), draw.array(4), 3e-5, 1e-6)
    yield _Case("values about 1e8 and the right rule", *_sines(draw, (4,), (14,), 1e8), draw.array(4), 3e-5, 1e-6)
    yield _Case("x about 100 and the right rule", *_sines(draw, (4,), (14,)), 100 + draw.array(4), 1e-4, 1e-6)
    f, rule = _squares(draw, (4,), (24,))
    x = draw.array(4)
    yield _Case(
        "values rounded to 1/2048 and the right rule", lambda x: np.round(2048 * f(x)) / 2048, rule, x, 0.25, 1e-2
    )
    constant = draw.array(4, 3)
    yield _Case("a constant f and a rule of zeros", lambda x: constant.copy(), _zeros, draw.array(3), h, 1e-6)
    yield _Case("a constant f and a rule of zeros", lambda x: constant.copy(), _zeros, draw.array(3), h, 0.0)
    softmax, softmax_rule, _ = _softmax(draw)
    yield _Case("softmax and its rule", softmax, softmax_rule, draw.array(4), 1e-4, 1e-6)
    yield _Case("from (3, 3) to (3, 3) and the right rule", *_squares(draw, (3, 3), (3, 3)), draw.array(3, 3), h, 1e-6)
    x = draw.array(2, 3)
    x[0, 1] = x[1, 2] = 0.0
    yield _Case("from (2, 3) to (4, 6), zeros in x and the right rule", *_squares(draw, (2, 3), (4, 6)), x, h, 1e-6)
    x = draw.array(2, 3).T
    yield _Case("x transposed in memory and the right rule", *_squares(draw, (3, 2), (14,)), x, h, 1e-6)
    x = draw.array(4, 2, 1)[::2]
    yield _Case("x every second row of an array and the right rule", *_squares(draw, (2, 2, 1), (14,)), x, h, 1e-6)


def _near_rules(draw: Draw) -> Iterator[_Case]:
    """Yield rules whose error is the same for every u, so that the tolerance may be near."""
    h = draw.number(0.03, 0.06)
    f, rule = _pairs(draw)
    x = draw.array(6)
    yield _Case("a rule 0.1% too large", f, _changed(rule, _times(1.001)), x, h, 1e-2)
    yield _Case("a rule 0.003% too large", f, _changed(rule, _times(1.00003)), x, h, 1e-7)
    yield _Case("a rule 10% too large", f, _changed(rule, _times(1.1)), x, h, 0.06)
    yield _Case("a rule 25% too large", f, _changed(rule, _times(1.25)), x, h, 0.22)
    yield _Case("a rule 20% too small", f, _changed(rule, _times(0.8)), x, h, 0.22)
    f, rule = _linear(draw, (4,), (14,))
    turn = np.kron(np.eye(2), [[math.cos(0.2), -math.sin(0.2)], [math.sin(0.2), math.cos(0.2)]])
    turned = _changed(rule, lambda g: g @ turn)
    yield _Case("a rule turned by 0.2", f, turned, draw.array(4), h, 0.12)
    f, rule = _blocks(draw, 3, np.array([1.0, 1.0, 1.0, -1.0, -1.0, 1.0]))
    x, factors = np.round(8 * draw.array(18)) / 8, np.tile([1.0, 0.5, 1.5, 1.0, 1.0, 1.0], 3)
    yield _Case("a rule off by half in a third of the entries", f, _changed(rule, _times(factors)), x, 1 / 16, 0.305)
    f, rule = _blocks(draw, 2, np.array([1.0, 0.125, 0.125, -0.125, -0.125]))
    x, factors = np.round(8 * draw.array(10)) / 8, np.tile([1.0, 0.5, 1.5, 0.5, 1.5], 2)
    yield _Case("a rule off by half in the small entries", f, _changed(rule, _times(factors)), x, 1 / 16, 0.14)
    f, rule = _blocks(draw, 1, np.array([1.0, -1.0, 2.0**-14, 1.0]))
    x = np.round(8 * draw.array(4)) / 8
    yield _Case("a rule half as large in a tiny entry", f, _changed(rule, _at(2, 0.5)), x, 1 / 16, 1e-2)


def _wrong_rules(draw: Draw) -> Iterator[_Case]:
    h = draw.number(0.03, 0.06)
    f, rule = _squares(draw, (4,), (24,))
    x = draw.array(4)
    yield _Case("a rule of the wrong sign", f, _changed(rule, np.negative), x, h, 1e-4)
    yield _Case("a rule twice too large", f, _changed(rule, _times(2)), x, h, 1e-4)
    yield _Case("a rule half as large", f, _changed(rule, _times(0.5)), x, h, 1e-4)
    yield _Case("a rule of zeros", f, _zeros, x, h, 1e-4)
    yield _Case("a rule for the largest u only", f, lambda u, x: rule(_only_largest(u), x), x, h, 1e-4)
    half = np.where(np.arange(24) < 12, 1.0, 3.0)
    yield _Case("a rule wrong in half of the outputs", f, lambda u, x: rule(half * u, x), x, h, 1e-4)
    yield _Case("a rule that is one place off", f, _changed(rule, lambda g: np.roll(g, 1)), x, h, 1e-4)
    pairs, paired = _pairs(draw)
    ones, x = np.ones(24), draw.array(6)
    yield _Case("a rule that takes |u| for u", pairs, lambda u, x: paired(np.abs(u), x), x, h, 1e-4)
    yield _Case("a rule that takes -|u| for u", pairs, lambda u, x: paired(-np.abs(u), x), x, h, 1e-4)
    yield _Case("a rule that takes 1 for u", pairs, lambda u, x: paired(ones, x), x, h, 1e-4)
    yield from _wrong_in_places(draw, h)
    square, transposed = _squares(draw, (3, 3), (4, 4))
    yield _Case("a rule transposed", square, _changed(transposed, np.transpose), draw.array(3, 3), h, 1e-4)
    softmax, _, diagonal = _softmax(draw)
    yield _Case("softmax and a rule of zeros", softmax, _zeros, draw.array(4), 1e-4, 1e-4)
    yield _Case("softmax and a rule for the diagonal only", softmax, diagonal, draw.array(4), 1e-4, 1e-4)
    wide = draw.array(6, 4)
    yield _Case("a bias and six times the first row", lambda x: x + wide, lambda u, x: 6 * u[0], draw.array(4), h, 1e-4)
    constant = draw.array(4, 3)
    yield _Case("a constant f and a rule of ones", lambda x: constant.copy(), _ones, draw.array(3), h, 1e-4)
    yield from _wrong_at_scales(draw, h)


def _wrong_in_places(draw: Draw, h: float) -> Iterator[_Case]:
    f, rule = _squares(draw, (3, 2), (24,))
    x = draw.array(3, 2)
    yield _Case("a rule wrong in the last row", f, _changed(rule, _at(-1, 3.0)), x, h, 1e-4)
    yield _Case("a rule wrong in the first row", f, _changed(rule, _at(0, 0.2)), x, h, 1e-4)
    yield _Case("NaN in one entry", f, _changed(rule, _at((1, 1), math.nan)), x, h, 1e-4)
    negative = _changed(rule, np.negative)
    yield _Case(
        "NaN in one entry, the others of the wrong sign", f, _changed(negative, _at((2, 0), math.nan)), x, h, 1e-4
    )
    yield _Case("infinity in one entry", f, _changed(rule, _at((0, 1), math.inf)), x, h, 1e-4)
    yield _Case("NaN everywhere", f, _changed(rule, _times(math.nan)), x, h, 1e-4)


def _wrong_at_scales(draw: Draw, h: float) -> Iterator[_Case]:
    x = draw.array(4, 3)
    yield _Case("x · 1e-6 and a rule five times too large", lambda x: 1e-6 * x, lambda u, x: 5e-6 * u, x, h, 1e-3)
    x = draw.array(3)
    for words, size in (("1e-9", 1e-10), ("1e8", 1e7)):
        f, rule = _squares(draw, (3,), (24,), size)
        yield _Case(f"values about {words} and a rule 20% too large", f, _changed(rule, _times(1.2)), x, h, 1e-3)
    slope, tiny = _squares(draw, (3,), (24,), 1e-13)
    words = "values about 1e-8, far smaller slopes and a rule of the wrong sign"
    yield _Case(words, lambda x: 5e-8 + slope(x), _changed(tiny, np.negative), x, 0.2, 1e-2)


def _numbers(draw: Draw) -> Iterator[_Case]:
    """Yield functions to a number, and of a number."""
    h = draw.number(0.03, 0.06)
    yield _Case("from (3,) to a number and the right rule", *_squares(draw, (3,), ()), draw.array(3), h, 1e-6)
    ones = np.ones(5)
    yield _Case(
        "a mean and the rule of a sum", lambda x: np.asarray(x.mean()), lambda u, x: u * ones, draw.array(5), h, 1e-4
    )
    yield _Case("from a number to (24,) and the right rule", *_squares(draw, (), (24,)), draw.array(), h, 1e-6)
    f, rule = _squares(draw, (), ())
    yield _Case("from a number to a number and the right rule", f, rule, draw.array(), h, 1e-6)
    yield _Case("from a number to a number, five times too large", f, _changed(rule, _times(5)), draw.array(), h, 1e-4)


def _wrong_shapes(draw: Draw) -> Iterator[_Case]:
    h = draw.number(0.03, 0.06)
    f, rule = _squares(draw, (4,), (14,))
    total: Function = lambda x: np.asarray(x.sum())  # noqa: E731
    x = draw.array(4)
    yield _Case("(1, 4) for (4,), the right numbers", f, _changed(rule, lambda g: g[None]), x, h, 1e-4)
    yield _Case("(4, 1) for (4,), the right numbers", total, lambda u, x: u * np.ones((4, 1)), x, h, 1e-4)
    yield _Case("one number for (4,), the right one", total, lambda u, x: np.asarray(u * 1.0), x, h, 1e-4)
    x = draw.array(2, 3)
    yield _Case("(1, 3) for (2, 3), the right row", total, lambda u, x: u * np.ones((1, 3)), x, h, 1e-4)
    yield _Case("(1, 2, 3) for (2, 3), the right numbers", total, lambda u, x: u * np.ones((1, 2, 3)), x, h, 1e-4)
    f, rule = _squares(draw, (), (14,))
    yield _Case("(1,) for a number, the right one", f, _changed(rule, lambda g: g[None]), draw.array(), h, 1e-4)
    f, rule = _squares(draw, (2, 3), (14,))
    yield _Case("(6,) for (2, 3), the right numbers", f, _changed(rule, np.ravel), x, h, 1e-4)
    yield _Case("(3, 2) for (2, 3), the right numbers", f, _changed(rule, np.transpose), x, h, 1e-4)


def probe_gradcheck(answer: Any, draw: Draw) -> Iterator[Step]:
    kept = True
    # An answer draws: what it says of a wrong rule may change from one time to the next.
    for part, times in ((_right_rules, 1), (_near_rules, 10), (_wrong_rules, 10), (_numbers, 10), (_wrong_shapes, 1)):
        for case in part(draw):
            f, vjp, before = _guarded(case), _guarded_rule(case), case.x.copy()
            said = set()
            for _ in range(times):
                said.add(_in_a_word(answer(f, vjp, case.x, case.h, case.tolerance)))
                kept = kept and np.array_equal(case.x, before)
                case.x[...] = before
            label = f"{case.words} (h = {case.h:.4g}, tolerance {case.tolerance:g})"
            yield label, said.pop() if len(said) == 1 else ", ".join(f"now {word}" for word in sorted(map(str, said)))
    yield Rule("`x` is left as it was"), kept


def _guarded(case: _Case) -> Function:
    shape = case.x.shape

    def f(x: Any) -> Any:
        _handed("f", x, shape)
        return case.f(np.asarray(x))

    return f


def _guarded_rule(case: _Case) -> Way:
    shape, out = case.x.shape, np.shape(case.f(case.x))

    def vjp(u: Any, x: Any) -> Any:
        _handed("the x of vjp(u, x)", x, shape)
        _handed("the u of vjp(u, x)", u, out)
        return case.vjp(np.asarray(u), np.asarray(x))

    return vjp


def _in_a_word(said: Any) -> str | None:
    if isinstance(said, (bool, np.bool_)) or (isinstance(said, np.ndarray) and said.dtype == bool and not said.ndim):
        return str(bool(said))
    return None if said is None else f"no bool, but of type {type(said).__name__}"


def _normal(shape: Shape) -> Any:
    return np.random.standard_normal(shape)


def _size(x: Any) -> float:
    return float(np.linalg.norm(np.ravel(x)))


def _relative(size: Callable[[Any], float] = _size) -> Callable[[Array, Array], float]:
    def error(got: Array, want: Array) -> float:
        below = max(size(got), size(want))
        return 0.0 if below == 0 else float(size(got - want) / below)

    return error


_error = _relative()


def _fits(got: Array, want: Array) -> bool:
    return got.shape == want.shape and not bool(np.isnan(got).any())


def _checker(
    u: Callable[[Shape], Any] = _normal,
    numeric: Callable[[Function, Array, float], Array] = _partials,
    error: Callable[[Array, Array], Any] = _error,
    fits: Callable[[Array, Array], bool] = _fits,
    verdict: Callable[[Any, float], Any] = lambda error, tolerance: bool(error <= tolerance),
) -> Callable[..., Any]:
    def gradcheck(f: Function, vjp: Way, x: Array, h: float, tolerance: float) -> Any:
        mine = u(np.shape(f(x)))
        want = numeric(lambda y: np.vdot(mine, f(y)), x, h)
        got = np.asarray(vjp(mine, x))
        return verdict(error(got, want), tolerance) if fits(got, want) else False

    return gradcheck


def _quotients(quotient: Callable[[Callable[[float], float], float], float]) -> Callable[..., Array]:
    """Return a numerical gradient by another quotient(at, h), where at(t) is f with one entry moved by t."""

    def numeric(f: Function, x: Array, h: float) -> Array:
        units = (e.reshape(np.shape(x)) for e in np.eye(x.size))
        return np.reshape([quotient(lambda t, e=e: f(x + t * e), h) for e in units], np.shape(x))  # type: ignore[misc]

    return numeric


def _moving(back: bool) -> Callable[..., Array]:
    """Return a numerical gradient that moves the entries of x itself."""

    def numeric(f: Function, x: Array, h: float) -> Array:
        gradient = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            x[place] += h
            above = f(x)
            x[place] -= 2 * h
            gradient[place] = (above - f(x)) / (2 * h)
            if back:
                x[place] += h
        return gradient

    return numeric


def _flat_numeric(f: Function, x: Array, h: float) -> Array:
    return np.reshape(_partials(f, np.ravel(x), h), np.shape(x))


def _one_hot(shape: Shape) -> Any:
    u = np.zeros(shape)
    u.flat[np.random.randint(u.size)] = np.random.choice([-1.0, 1.0])
    return u


def _first_hot(shape: Shape) -> Any:
    u = np.zeros(shape)
    u.flat[0] = 1.0
    return u


def _with_u(
    left: Callable[[Any, Any], Any] = lambda u, y: np.sum(u * y),
    u: Callable[[Any, Array], Any] = lambda y, x: _normal(np.shape(y)),
    right: Callable[[Way, Any, Array], Any] = lambda vjp, u, x: vjp(u, x),
) -> Callable[..., bool]:
    """Return a checker that uses its u in another way on one of the two sides."""

    def gradcheck(f: Function, vjp: Way, x: Array, h: float, tolerance: float) -> bool:
        mine = u(f(x), x)
        got = np.asarray(right(vjp, mine, x))
        want = _partials(lambda y: left(mine, f(y)), x, h)
        return _fits(got, want) and bool(_error(got, want) <= tolerance)

    return gradcheck


def _one_direction(f: Function, vjp: Way, x: Array, h: float, tolerance: float) -> bool:
    u, d = _normal(np.shape(f(x))), _normal(x.shape)
    got = np.asarray(vjp(u, x))
    want = _central(lambda y: np.sum(u * f(y)), x, d, h)
    return _fits(got, x) and bool(_error(np.asarray(np.sum(got * d)), np.asarray(want)) <= tolerance)


def _over(below: Callable[[float, float], float]) -> Callable[[Array, Array], float]:
    def error(got: Array, want: Array) -> float:
        if not got.any() and not want.any():
            return 0.0
        return float(np.divide(_size(got - want), below(_size(got), _size(want))))

    return error


def _entry_by_entry(got: Array, want: Array) -> float:
    scale = np.maximum(np.abs(got), np.abs(want))
    return float(np.max(np.abs(got - want) / np.where(scale == 0, 1.0, scale)))


def _same_shape(got: Array, want: Array) -> bool:
    return bool(got.shape == want.shape)


GRADCHECK = Exercise(
    name="gradient_checking.gradcheck",
    probe=probe_gradcheck,
    reference=_checker(),
    alternatives=(
        _checker(lambda shape: np.asarray(np.random.uniform(-1, 1, shape))),
        _checker(
            lambda shape: np.random.permutation(np.where(np.arange(math.prod(shape)) % 2, -1.0, 1.0)).reshape(shape),
            verdict=lambda error, tolerance: np.bool_(error <= tolerance),
        ),
        _checker(
            lambda shape: np.random.uniform(0.5, 1.5, shape) * np.random.choice([-1.0, 1.0], shape),
            error=lambda got, want: 0.0 if not (got - want).any() else _over(max)(got, want),
        ),
    ),
    mistakes=mistakes(
        {
            "a u of ones": (
                _checker(np.ones),
                "Your u has the same number everywhere, such as 1: then a softmax may return zeros and still pass, "
                "since its outputs always add up to 1. Draw a u.",
            ),
            "a u of one sign": (
                _checker(lambda shape: np.random.uniform(0, 1, shape)),
                "Your u has no negative entries: a rule that is wrong for these alone passes. Draw both signs.",
            ),
            "one output only": (
                _checker(_first_hot),
                "Your u is 0 but for its first entry: only one output is tested. Let all of them count.",
            ),
            "one random output": (
                _checker(_one_hot),
                "Your u is 0 but for one entry: only one output is tested, a different one each time. Let all of them "
                "count.",
            ),
            "two different u": (
                _with_u(left=lambda u, y: np.sum(u * y), right=lambda vjp, u, x: vjp(_normal(np.shape(u)), x)),
                "vjp gets another u than the numerical gradient. Draw once, and use it on both sides.",
            ),
            "a new u for each value of f": (
                _with_u(left=lambda u, y: np.sum(_normal(np.shape(y)) * y)),
                "You draw u more than once. All values of f and what vjp returns belong to one and the same u.",
            ),
            "u missing in the sum": (
                _with_u(left=lambda u, y: np.sum(y)),
                "The numerical side sums f without u. Which function is it whose gradient vjp returns?",
            ),
            "u of the shape of x": (
                _with_u(u=lambda y, x: _normal(np.shape(x))),
                "Your u has the shape of x. An incoming gradient has the shape of the output.",
            ),
            "x and u exchanged": (
                _with_u(right=lambda vjp, u, x: vjp(x, u)),
                "You hand x and u to vjp the wrong way round: it takes the incoming gradient first.",
            ),
            "matrix product": (
                _with_u(left=lambda u, y: np.sum(u @ y)),
                "`@` is the sum of products for vectors only. Multiply entry by entry, and sum over everything.",
            ),
            "the mean": (
                _with_u(left=lambda u, y: np.mean(u * y)),
                "You take the mean of u·f(x). vjp is about the sum.",
            ),
            "one direction": (
                _one_direction,
                "You compare along one direction only, and divide by what is found there: that is another error than "
                "the one asked for. Take the slope of each entry.",
            ),
            "one-sided": (
                _checker(numeric=_quotients(lambda at, h: (at(h) - at(0)) / h)),
                "Your differences are one-sided: their error is far above the tolerance. Step to both sides.",
            ),
            "divided by h": (
                _checker(numeric=_quotients(lambda at, h: (at(h) - at(-h)) / h)),
                "Right rules fail, and one that is twice too large passes: from x − h to x + h it is not h.",
            ),
            "a step of its own": (
                _checker(numeric=_quotients(lambda at, h: (at(1e-6) - at(-1e-6)) / 2e-6)),
                "You choose a step yourself, and too small a one for values that are known to a few digits only. Use "
                "the h that is given.",
            ),
            "flat x": (
                _checker(numeric=_flat_numeric),
                "You hand f a flat array. It takes one of the shape of x.",
            ),
            "ravel of a copy": (
                _checker(numeric=raveled),
                "For a transposed x the numerical gradient is 0: there `ravel` gives a copy, and f sees nothing of "
                "what you change in it. Use indices of the array itself.",
            ),
            "x left moved": (
                _checker(numeric=_moving(back=False)),
                "You move the entries of x itself and leave them there. Work on a copy, and put each entry back before "
                "the next.",
            ),
            "x put back up to rounding": (
                _checker(numeric=_moving(back=True)),
                "Right, but you move the entries of x itself, and going back leaves rounding in them. Work on a copy.",
            ),
            "one entry only": (
                _checker(error=lambda got, want: _error(np.ravel(got)[:1], np.ravel(want)[:1])),
                "You compare the first entry only. A rule may be right there and wrong in the next row.",
            ),
            "the error without abs": (
                _checker(error=lambda got, want: np.sum(got - want) / (max(_size(got), _size(want)) or 1.0)),
                "You compare the differences with their signs: a rule that is far too small passes. How large a "
                "difference is has no sign.",
            ),
            "absolute error": (
                _checker(error=lambda got, want: np.max(np.abs(got - want))),
                "You compare the error itself with the tolerance. Beside values of 1e8 it is always too large, beside "
                "1e-8 always small enough: how large is it compared with the gradient?",
            ),
            "never below 1": (
                _checker(error=_over(lambda got, want: max(got, want, 1.0))),
                "What you divide by is never below 1: for small values that is the absolute error, and everything "
                "passes.",
            ),
            "np.allclose": (
                _checker(
                    fits=_same_shape,
                    error=lambda *pair: pair,
                    verdict=lambda pair, t: bool(np.allclose(pair[0], pair[1], t)),
                ),
                "`np.allclose` compares entry by entry, not by norms. And unless it is told otherwise it has an `atol` "
                "of 1e-8: what is about as small passes, right or wrong.",
            ),
            "np.allclose without the tolerance": (
                _checker(
                    fits=_same_shape,
                    error=lambda *pair: pair,
                    verdict=lambda pair, t: bool(np.allclose(pair[0], pair[1])),
                ),
                "`np.allclose` compares entry by entry, and with tolerances of its own: 1e-5 of the size, and 1e-8. "
                "The one that is given plays no part.",
            ),
            "entry by entry": (
                _checker(error=_entry_by_entry),
                "You divide entry by entry and keep the largest error. Take the norms first, and divide once.",
            ),
            "NaN where both are 0": (
                _checker(error=lambda got, want: np.divide(_size(got - want), max(_size(got), _size(want)))),
                "Where both gradients are 0 you divide 0 by 0. They agree there: the error is 0.",
            ),
            "0 where one is 0": (
                _checker(error=lambda got, want: _error(got, want) if got.any() and want.any() else 0.0),
                "Where one of the two gradients is 0 you say that all is well. It is only if the other is 0, too.",
            ),
            "NaN left out": (
                _checker(fits=_same_shape, error=_relative(lambda x: float(np.sqrt(np.nansum(x * x))))),
                "You leave NaN out of the norms: then a gradient that is NaN in one entry passes, or in all.",
            ),
            "NaN passes": (
                _checker(fits=_same_shape, verdict=lambda error, tolerance: not error > tolerance),
                "NaN passes: no comparison with it is true, so `error > tolerance` isn't either.",
            ),
            "shape not looked at": (
                _checker(fits=lambda got, want: not bool(np.isnan(got).any())),
                "You don't look at the shape of what vjp returns: where it broadcasts against that of x, it passes.",
            ),
            "size for shape": (
                _checker(
                    fits=lambda got, want: got.size == want.size and not bool(np.isnan(got).any()),
                    error=lambda got, want: _error(got.ravel(), want.ravel()),
                ),
                "You compare how many entries there are. A gradient has the shape of its array, too.",
            ),
            "strictly below": (
                _checker(verdict=lambda error, tolerance: bool(error < tolerance)),
                "An error of exactly the tolerance is allowed: 0 with a tolerance of 0, for one.",
            ),
            "a tolerance of its own": (
                _checker(verdict=lambda error, tolerance: bool(error <= 1e-6)),
                "It looks as if you chose a tolerance yourself. Use the one that is given.",
            ),
            "turned round": (
                lambda *arguments: not _checker()(*arguments),
                "You say `False` for right rules and `True` for wrong ones.",
            ),
            "the error itself": (
                _checker(verdict=lambda error, tolerance: float(error)),
                "The error came back. `True` or `False` is asked for: is it small enough?",
            ),
            "always True": (
                lambda f, vjp, x, h, tolerance: True,
                "You say `True` to wrong rules, too.",
            ),
        }
    ),
    hints=(
        "Which function of x, with a single number as its value, has vjp(u, x) as its gradient?",
        "Draw u, once; want = the numerical gradient of Σ u·f(x); got = vjp(u, x). First the shape and NaN, then "
        "‖got − want‖ / max(‖got‖, ‖want‖) ≤ tolerance.",
        "`u = rng.standard_normal(np.shape(f(x)))`, `want = numerical_gradient(lambda y: np.sum(u * f(y)), x, h)`, and "
        "`bool(relative_error(got, want) <= tolerance)`.",
    ),
    section="A checker of your own",
    notice="`torch.autograd.gradcheck` compares in this way too: one output after another, or with `fast_mode=True` "
    "along random directions. It wants float64.",
)


CHECKERS = (DIRECTIONAL_ERROR, ADJOINT_GAP, GRADCHECK)
