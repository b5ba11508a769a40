"""`directional_error(f, gradient, x, direction, h)`: how far a gradient is from the quotient along one direction."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.exercises.gradient_checking import quotients
from autograd_lab.exercises.gradient_checking.quotients import Function, Layout, Shape, central, dot, spread
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.probes import Case, walk
from autograd_lab.grading.slips import mistakes, of_central, of_pieces, renamed


def _coupled(draw: Draw, shape: Shape, size: float) -> Function:
    """Return a function of an array of that shape, no polynomial, in which every entry meets every other."""
    cubes, weights = draw.array(*shape), draw.array(*shape)

    def f(x: Any) -> float:
        quotients.handed("f", x, shape)
        x = np.asarray(x)
        mixed = np.sum(weights * x)
        return size * float(np.sum(cubes * x**3 + np.sin(3 * x)) + 0.3 * mixed**3 + mixed * np.sum(x) + mixed)

    return f

def _case(words: str, draw: Draw, shape: Shape, aim: Callable[[float], float], size: float = 1.0,
          laid: tuple[Layout, Layout] = quotients.PLAIN) -> tuple[str, tuple[Any, ...], float]:
    """Return a case in which the sum of gradient times direction is what `aim` makes of the quotient."""
    most, other = laid
    f, h = _coupled(draw, shape, size), draw.number(0.1, 0.4)
    x, d = most(draw.array(*shape)), most(spread(draw, *shape))
    g = size * draw.array(*shape)
    g = other(g + (aim(central(f, x, d, h)) - dot(g, d)) * d / dot(d, d))
    return words, (f, g, x, d, h), max(abs(f(x + h * d)), abs(f(x - h * d))) / h

AIMS: dict[str, Callable[[float], float]] = {
    "the sum too large": lambda quotient: quotient + 1.5,
    "the sum too small": lambda quotient: quotient - 0.7,
    "the sum of the other sign": lambda quotient: -0.4 * quotient,
}

def _cases(draw: Draw) -> Iterator[Case]:
    for shape in ((3,), (5,), (1,), (3, 3), (2, 3), (2, 1, 3), ()):
        for words, aim in AIMS.items():
            yield _case(f"x of shape {shape}, {words}", draw, shape, aim)
    yield _case("values of f around a millionth", draw, (2, 3), lambda quotient: quotient + 2.3e-6, 1e-6)
    yield _case("the quotient and the sum alike", draw, (4,), lambda quotient: quotient)
    example = [2.0, 5.0], [1.0, 2.0], [1.0, -1.0]
    yield "f(x) = Σ x² at [1, 2]", (lambda x: float(np.sum(x * x)), *map(np.array, example), 0.1), 10.0

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from walk(answer, _cases(draw), ("f", "gradient", "x", "direction", "h"))
    for words, laid in quotients.LAYOUTS.items():
        _, arguments, terms = _case(words, draw, (3, 4), AIMS["the sum too small"], laid=laid)
        yield words, answer(*arguments), terms

def _error(quotient: Callable[[Callable[[float], float], float], float] = lambda at, h: (at(h) - at(-h)) / (2 * h),
           total: Callable[[Any, Any], Any] = dot,
           join: Callable[[Any, Any], Any] = lambda quotient, total: abs(quotient - total)) -> Callable[..., Any]:
    """Return an answer made of three pieces; at(t) is f where x is moved by t · direction."""
    return lambda f, g, x, d, h: join(quotient(lambda t: f(x + t * d), h), total(g, d))

RIGHT = _error()

def _moving(put_back: bool) -> Callable[..., float]:
    """Return an answer that moves x itself, and puts it back or not."""
    def error(f: Function, g: Array, x: Array, d: Array, h: float) -> float:
        kept = x.copy()
        x += h * d
        above = f(x)
        x -= 2 * h * d
        below = f(x)
        if put_back:
            x[...] = kept
        return abs(float(above - below) / (2 * h) - dot(g, d))

    return error

def _without_copy(f: Function, g: Array, x: Array, d: Array, h: float) -> float:
    y = x
    y += h * d
    return abs(float(f(y) - f(x - h * d)) / (2 * h) - dot(g, d))

def _scaling(f: Function, g: Array, x: Array, d: Array, h: float) -> float:
    total = dot(g, d)
    d *= h
    return abs(float(f(x + d) - f(x - d)) / (2 * h) - total)

EXERCISE = Exercise(
    name="gradient_checking.directional_error",
    probe=probe,
    reference=RIGHT,
    alternatives=(
        lambda f, g, x, d, h: abs(np.vdot(g, d) - (f(x + h * d) - f(x - h * d)) / h / 2),
        lambda f, g, x, d, h: (lambda line: np.abs(np.asarray(line(h) - line(-h))))(
            lambda t: f(x + t * d) / (2 * h) - t * np.einsum("i,i", g.ravel(), d.ravel()) / (2 * h)),
    ),
    mistakes=mistakes(of_pieces(lambda join: _error(join=join), {
        "no absolute value": (lambda quotient, total: quotient - total,
            "Yours has a sign. How far apart two numbers are is never negative."),
        "cut off at 0": (lambda quotient, total: max(0.0, quotient - total),
            "Where the sum is larger than the quotient you say 0. That is an error too."),
        "sizes compared": (lambda quotient, total: abs(abs(quotient) - abs(total)),
            "You take absolute values before you subtract: then a gradient of the wrong sign passes."),
        "relative error": (lambda quotient, total: abs(quotient - total) / max(abs(quotient), abs(total)),
            "That is the relative error. Here the plain difference is asked for."),
    }) | renamed(of_central(_error), {"to the left only": "backwards only"}) | of_pieces(_error, {
        "order swapped": (lambda at, h: (at(-h) - at(h)) / (2 * h),
            "Your quotient comes in with the wrong sign: its two values have changed places, or you add the sum to "
            "it."),
        "divided by h": (lambda at, h: (at(h) - at(-h)) / h,
            "Your quotient is twice what it should be: how far apart are the two points?"),
        "not divided": (lambda at, h: at(h) - at(-h),
            "You compare the sum with how much f rises. A quotient divides that by how far apart the two points are."),
        "h missing in the step": (lambda at, h: (at(1.0) - at(-1.0)) / (2 * h),
            "You step by the whole direction and divide as if the step were h times it."),
        "h missing everywhere": (lambda at, h: (at(1.0) - at(-1.0)) / 2,
            "Your result doesn't depend on h: you step by the whole direction. How long should the step be?"),
    }) | of_pieces(lambda total: _error(total=total), quotients.WRONG_PRODUCTS) | {
        "normalised": (lambda f, g, x, d, h: RIGHT(f, g, x, d / np.linalg.norm(d), h),
            "You make the direction one unit long. Use it as it is given: the quotient and the sum both grow with it."),
        "step normalised": (lambda f, g, x, d, h: RIGHT(f, g, x, d, h / np.linalg.norm(d)),
            "Your step is h long, whatever the direction's length. Use the direction as it is given."),
        "partial slopes": (lambda f, g, x, d, h: abs(dot(quotients.partials(f, x, h), d) - dot(g, d)),
            "You move one entry after another and add up. Move all of them together, along the direction: that takes "
            "two calls of f."),
        "errors added entry by entry": (
            lambda f, g, x, d, h: sum(RIGHT(f, g, x, unit * d, h) for unit in quotients.units(x)),
            "You take the error of each entry alone and add up. Move all entries together, and compare once."),
        "x moved": (_moving(put_back=False),
            "Right, but `+=` and `-=` write into x itself, which isn't what it was afterwards. Make new arrays."),
        "x moved and put back": (_moving(put_back=True),
            "Right, but you write into x, which a read-only array refuses. Make new arrays."),
        "no copy": (_without_copy,
            "`y = x` is no copy: where you move y, you move x, and your second step starts there. Make new arrays."),
        "direction scaled": (_scaling, "Right, but `*=` writes into the direction. Make a new array."),
    }),
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
