"""Functions of arrays with right and wrong backward rules: what `gradcheck` is asked about, in `cases(draw)`.

A rule is ``vjp(u, x)``, as in the exercise. Where a function is *paired*, the entries of its gradients cancel in pairs
whatever u is, and where it is *scaled*, its gradients are multiples of one array: then what a wrong checker says of a
wrong rule doesn't depend on the u that it happens to draw.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.exercises.gradient_checking.quotients import Function, Shape, Way, handed
from autograd_lab.grading.exercise import Draw

LUCK = 10  # times to ask where a wrong checker says now this, now that, depending on what it draws

class Case(NamedTuple):
    """What a checker is asked about, and how many times."""

    words: str
    f: Function
    vjp: Way
    x: Array
    h: float
    tolerance: float
    times: int = 1

    def strict(self) -> tuple[Function, Way]:
        """Return f and vjp such that they refuse arrays of another shape."""
        shape, out = self.x.shape, np.shape(self.f(self.x))

        def f(x: Any) -> Any:
            handed("f", x, shape)
            return self.f(np.asarray(x))

        def vjp(u: Any, x: Any) -> Any:
            handed("the x of vjp(u, x)", x, shape)
            handed("the u of vjp(u, x)", u, out)
            return self.vjp(np.asarray(u), np.asarray(x))

        return f, vjp

def _matrix(draw: Draw, shape: Shape, out: Shape, paired: bool = False) -> Array:
    rows, columns = math.prod(out), math.prod(shape)
    return np.kron(draw.array(rows, columns // 2), [1.0, -1.0]) if paired else draw.array(rows, columns)

def _squares(draw: Draw, shape: Shape, out: Shape, size: float = 1.0, paired: bool = False) -> tuple[Function, Way]:
    """Return f(x) = size·(Ax + b)² and its rule: central differences of it have no error but rounding."""
    a, b = _matrix(draw, shape, out, paired), draw.array(math.prod(out))
    return (
        lambda x: (size * (a @ x.ravel() + b) ** 2).reshape(out),
        lambda u, x: (size * (u.ravel() * 2 * (a @ x.ravel() + b)) @ a).reshape(shape),
    )

def _sines(draw: Draw, size: float = 1.0) -> tuple[Function, Way]:
    """Return f(x) = size·sin(Ax + b) from (4,) to (14,) and its rule."""
    a, b = draw.array(14, 4, low=-1, high=1), draw.array(14)
    return lambda x: size * np.sin(a @ x + b), lambda u, x: size * (u * np.cos(a @ x + b)) @ a

def _linear(draw: Draw, entries: int, size: float = 1000.0) -> tuple[Function, Way]:
    """Return a paired linear f from (entries,) to (24,) and its rule; no step is too long for it."""
    a = size * _matrix(draw, (entries,), (24,), paired=True)
    return lambda x: a @ x, lambda u, x: u @ a

def _scaled(draw: Draw, blocks: int, block: Array) -> tuple[Function, Way]:
    """Return a linear f whose gradient repeats `block`, times a number that u decides, and its rule.

    The numbers are short, so that sums of them don't round: with a u of ones the slope is 0.
    """
    outs = 2.0**20 * np.stack([draw.rng.permutation(np.repeat([1.0, -1.0], 7)) for _ in range(blocks)], axis=1)
    return lambda x: outs @ (x.reshape(blocks, -1) @ block), lambda u, x: np.outer(u @ outs, block).reshape(x.shape)

def _softmax(draw: Draw) -> tuple[Function, Way, Way]:
    """Return a softmax in rows of three that add up to 1 exactly, its rule, and one for the diagonal only; paired.

    Its values are multiples of 2⁻⁴⁶, so that sums of them don't round: with a u of ones the slope is 0.
    """
    a = _matrix(draw, (4,), (24,), paired=True) / 2

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

def _times(rule: Way, factor: Any) -> Way:
    return lambda u, x: np.asarray(factor * rule(u, x))

def _at(rule: Way, place: Any, factor: float) -> Way:
    """Return a rule whose gradient is multiplied at one place."""
    def changed(u: Any, x: Any) -> Array:
        gradient = np.array(rule(u, x))
        gradient[place] *= factor
        return gradient

    return changed

def _only_largest(u: Array) -> Array:
    return np.where(np.arange(u.size) == np.argmax(np.abs(u)), u, 0.0)

def _zeros(u: Any, x: Any) -> Array:
    return np.zeros(np.shape(x))

def _on_grid(draw: Draw, entries: int) -> Array:
    return np.asarray(np.round(8 * draw.array(entries)) / 8)

def cases(draw: Draw) -> Iterator[Case]:
    for part in (_right_rules, _near_rules, _wrong_rules, _wrong_in_places, _wrong_at_scales, _numbers, _wrong_shapes):
        yield from part(draw, draw.number(0.03, 0.06))

def _right_rules(draw: Draw, h: float) -> Iterator[Case]:
    yield Case("(Ax + b)² from (3,) to (24,) and its rule", *_squares(draw, (3,), (24,)), draw.array(3), h, 1e-6)
    yield Case("sin(Ax + b) and its rule", *_sines(draw), draw.array(4), 3e-5, 1e-6)
    yield Case("values about 1e-8 and the right rule", *_sines(draw, 1e-8), draw.array(4), 3e-5, 1e-6)
    yield Case("values about 1e8 and the right rule", *_sines(draw, 1e8), draw.array(4), 3e-5, 1e-6)
    yield Case("x about 100 and the right rule", *_sines(draw), 100 + draw.array(4), 1e-4, 1e-6)
    f, rule = _squares(draw, (4,), (24,))
    rounded: Function = lambda x: np.round(2048 * f(x)) / 2048  # noqa: E731
    yield Case("values rounded to 1/2048 and the right rule", rounded, rule, draw.array(4), 0.25, 0.05)
    constant, nothing = draw.array(4, 3), np.zeros(4)
    yield Case("a constant f and a rule of zeros", lambda x: constant.copy(), _zeros, draw.array(3), h, 1e-6)
    yield Case("an f that is 0 and a rule of zeros", lambda x: nothing.copy(), _zeros, draw.array(3), h, 0.0)
    yield Case("softmax and its rule", *_softmax(draw)[:2], draw.array(4), 1e-4, 1e-6)
    yield Case("from (3, 3) to (3, 3) and the right rule", *_squares(draw, (3, 3), (3, 3)), draw.array(3, 3), h, 1e-6)
    x = draw.array(2, 3)
    x[0, 1] = x[1, 2] = 0.0
    yield Case("from (2, 3) to (4, 6), zeros in x and the right rule", *_squares(draw, (2, 3), (4, 6)), x, h, 1e-6)
    yield Case("from (2, 3) to (4, 6), right within a wide tolerance", *_squares(draw, (2, 3), (4, 6)), x, h, 0.35)
    x = draw.array(2, 3).T
    yield Case("x transposed in memory and the right rule", *_squares(draw, (3, 2), (14,)), x, h, 1e-6)
    x = draw.array(4, 2, 1)[::2]
    yield Case("x every second row of an array and the right rule", *_squares(draw, (2, 2, 1), (14,)), x, h, 1e-6)

def _near_rules(draw: Draw, h: float) -> Iterator[Case]:
    """Yield rules whose error is the same for every u, so that the tolerance may be near."""
    f, rule = _linear(draw, 6)
    for words, factor, tolerance in (
        ("0.1% too large", 1.001, 1e-2), ("0.003% too large", 1.00003, 1e-7), ("10% too large", 1.1, 0.06),
        ("25% too large", 1.25, 0.22), ("20% too small", 0.8, 0.22),
    ):
        yield Case(f"a rule {words}", f, _times(rule, factor), draw.array(6), h, tolerance)
    f, rule = _linear(draw, 4)
    turn = np.kron([[math.cos(0.2), -math.sin(0.2)], [math.sin(0.2), math.cos(0.2)]], np.eye(2))
    yield Case("a rule turned by 0.2", f, _changed(rule, lambda g: g @ turn), draw.array(4), h, 0.12, LUCK)
    f, rule = _scaled(draw, 3, np.array([1.0, 1.0, 1.0, -1.0, -1.0, 1.0]))
    half = _times(rule, np.tile([1.0, 0.5, 1.5, 1.0, 1.0, 1.0], 3))
    yield Case("a rule off by half in a third of the entries", f, half, _on_grid(draw, 18), 1 / 16, 0.305, LUCK)
    f, rule = _scaled(draw, 2, np.array([1.0, 0.125, 0.125, -0.125, -0.125]))
    half = _times(rule, np.tile([1.0, 0.5, 1.5, 0.5, 1.5], 2))
    yield Case("a rule off by half in the small entries", f, half, _on_grid(draw, 10), 1 / 16, 0.14, LUCK)
    f, rule = _scaled(draw, 1, np.array([1.0, -1.0, 2.0**-14, 1.0]))
    yield Case("a rule half as large in a tiny entry", f, _at(rule, 2, 0.5), _on_grid(draw, 4), 1 / 16, 1e-2)

def _wrong_rules(draw: Draw, h: float) -> Iterator[Case]:
    f, rule = _squares(draw, (4,), (24,), paired=True)
    x, half = draw.array(4), np.where(np.arange(24) < 12, 1.0, 3.0)
    yield Case("a rule of the wrong sign", f, _times(rule, -1), x, h, 1e-4)
    yield Case("a rule twice too large", f, _times(rule, 2), x, h, 1e-4)
    yield Case("a rule half as large", f, _times(rule, 0.5), x, h, 1e-4)
    yield Case("a rule of zeros", f, _zeros, x, h, 1e-4)
    yield Case("a rule for the largest u only", f, lambda u, x: rule(_only_largest(u), x), x, h, 1e-4)
    yield Case("a rule wrong in half of the outputs", f, lambda u, x: rule(half * u, x), x, h, 1e-4, LUCK)
    yield Case("a rule that is one place off", f, _changed(rule, lambda g: np.roll(g, 1)), x, h, 1e-4)
    pairs, paired = _linear(draw, 6)
    ones, x = np.ones(24), draw.array(6)
    yield Case("a rule that takes |u| for u", pairs, lambda u, x: paired(np.abs(u), x), x, h, 1e-4, LUCK)
    yield Case("a rule that takes -|u| for u", pairs, lambda u, x: paired(-np.abs(u), x), x, h, 1e-4, LUCK)
    yield Case("a rule that takes 1 for u", pairs, lambda u, x: paired(ones, x), x, h, 1e-4)
    f, rule = _squares(draw, (3, 3), (4, 4))
    yield Case("a rule transposed", f, _changed(rule, np.transpose), draw.array(3, 3), h, 1e-4)
    softmax, _, diagonal = _softmax(draw)
    yield Case("softmax and a rule of zeros", softmax, _zeros, draw.array(4), 1e-4, 1e-4)
    yield Case("softmax and a rule for the diagonal only", softmax, diagonal, draw.array(4), 1e-4, 1e-4)
    wide, x = draw.array(6, 4), draw.array(4)
    yield Case("a bias and six times the first row", lambda x: x + wide, lambda u, x: 6 * u[0], x, h, 1e-4, LUCK)
    yield Case("a constant f and a rule of ones", lambda x: wide.copy(), lambda u, x: np.ones(4), x, h, 1e-4)

def _wrong_in_places(draw: Draw, h: float) -> Iterator[Case]:
    f, rule = _squares(draw, (3, 2), (24,), paired=True)
    x = draw.array(3, 2)
    for words, wrong in {
        "a rule wrong in the last row": _at(rule, -1, 3.0),
        "a rule wrong in the first row": _at(rule, 0, 0.2),
        "NaN in one entry": _at(rule, (1, 1), math.nan),
        "NaN in one entry, the others of the wrong sign": _at(_times(rule, -1), (2, 0), math.nan),
        "infinity in one entry": _at(rule, (0, 1), math.inf),
        "NaN everywhere": _times(rule, math.nan),
    }.items():
        yield Case(words, f, wrong, x, h, 1e-4, 3)

def _wrong_at_scales(draw: Draw, h: float) -> Iterator[Case]:
    f, rule = _linear(draw, 4, 1e-6)
    yield Case("values about 1e-6 and a rule five times too large", f, _times(rule, 5), draw.array(4), h, 1e-3)
    for words, size in (("1e-9", 1e-10), ("1e8", 1e7)):
        f, rule = _squares(draw, (4,), (24,), size, paired=True)
        yield Case(f"values about {words} and a rule 20% too large", f, _times(rule, 1.2), draw.array(4), h, 1e-3)
    slope, rule = _squares(draw, (4,), (24,), 1e-13, paired=True)
    words = "values about 1e-8, far smaller slopes and a rule of the wrong sign"
    yield Case(words, lambda x: 5e-8 + slope(x), _times(rule, -1), draw.array(4), 0.2, 1e-2)

def _numbers(draw: Draw, h: float) -> Iterator[Case]:
    """Yield functions to a number, and of a number."""
    yield Case("from (3,) to a number and the right rule", *_squares(draw, (3,), ()), draw.array(3), h, 1e-6)
    mean, ones = (lambda x: np.asarray(x.mean())), np.ones(5)
    yield Case("a mean and the rule of a sum", mean, lambda u, x: u * ones, draw.array(5), h, 1e-4, LUCK)
    yield Case("from a number to (24,) and the right rule", *_squares(draw, (), (24,)), draw.array(), h, 1e-6)
    f, rule = _squares(draw, (), ())
    yield Case("from a number to a number and the right rule", f, rule, draw.array(), h, 1e-6, LUCK)
    yield Case("from a number to a number, five times too large", f, _times(rule, 5), draw.array(), h, 1e-4, LUCK)

def _wrong_shapes(draw: Draw, h: float) -> Iterator[Case]:
    total: Function = lambda x: np.asarray(x.sum())  # noqa: E731
    f, rule = _squares(draw, (4,), (14,))
    x = draw.array(4)
    yield Case("(1, 4) for (4,), the right numbers", f, _changed(rule, lambda g: g[None]), x, h, 1e-4)
    yield Case("(4, 1) for (4,), the right numbers", total, lambda u, x: u * np.ones((4, 1)), x, h, 1e-4)
    yield Case("one number for (4,), the right one", total, lambda u, x: np.asarray(u * 1.0), x, h, 1e-4)
    f, rule = _squares(draw, (), (14,))
    yield Case("(1,) for a number, the right one", f, _changed(rule, lambda g: g[None]), draw.array(), h, 1e-4)
    f, rule = _squares(draw, (2, 3), (14,))
    x = draw.array(2, 3)
    yield Case("(1, 3) for (2, 3), the right row", total, lambda u, x: u * np.ones((1, 3)), x, h, 1e-4)
    yield Case("(1, 2, 3) for (2, 3), the right numbers", total, lambda u, x: u * np.ones((1, 2, 3)), x, h, 1e-4)
    yield Case("(6,) for (2, 3), the right numbers", f, _changed(rule, np.ravel), x, h, 1e-4)
    yield Case("(3, 2) for (2, 3), the right numbers", f, _changed(rule, np.transpose), x, h, 1e-4)
