"""`finite_differences.richardson`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes


def probe_richardson(answer: Any, draw: Draw) -> Iterator[Step]:
    few = True
    p, q, r = draw.number(0.5, 2), draw.number(-2, -0.5), draw.number(0.5, 1.5)
    functions: dict[str, Callable[[Any], Any]] = {
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

            def counted(z: float, f: Callable[[Any], Any] = f, calls: list[int] = calls) -> float:
                calls[0] += 1
                return float(f(z))

            scale = 3 * max(abs(f(at + k * h)) for k in (-1, 0, 1)) / h
            yield f"{words}, x = {at:.3f} and h = {h:.3f}", answer(counted, at, h), scale
            few = few and calls[0] <= 4
    yield Rule("f is called at most four times"), few

def _central(f: Callable[[Any], Any], x: float, h: float) -> float:
    return float(f(x + h) - f(x - h)) / (2 * h)

def _combined(a: float, b: float, wide: float = 1.0, narrow: float = 0.5) -> Callable[..., float]:
    """Return a·D(narrow·h) + b·D(wide·h)."""
    return lambda f, x, h: a * _central(f, x, narrow * h) + b * _central(f, x, wide * h)

def _forward(f: Callable[[Any], Any], x: float, h: float) -> float:
    return float(f(x + h) - f(x)) / h

EXERCISE = Exercise(
    name="finite_differences.richardson",
    probe=probe_richardson,
    reference=_combined(4 / 3, -1 / 3),
    alternatives=(
        lambda f, x, h: (8 * (f(x + h / 2) - f(x - h / 2)) - (f(x + h) - f(x - h))) / (6 * h),
        lambda f, x, h: (lambda near, far: near + (near - far) / 3)(_central(f, x, h / 2), _central(f, x, h)),
    ),
    mistakes=mistakes({
        "2D(h/2) - D(h)": (_combined(2, -1),
            "2D(h/2) − D(h) would be right for an error that grows like h. This one grows like h²: half the step makes "
            "a quarter of it."),
        "weights swapped": (_combined(-1 / 3, 4 / 3),
            "The weights have changed places: it is the finer D(h/2) that counts four times."),
        "not divided by 3": (_combined(4, -1),
            "About three times what it should be: 4 − 1 is 3, and the weights must add up to 1."),
        "divided by 4": (_combined(1, -1 / 4), "The weights must add up to 1. Yours add up to 3/4: divide by 4 − 1."),
        "divided by 5": (_combined(4 / 5, 1 / 5),
            "You add the two. Then the terms with h² add up as well; they drop out in a difference."),
        "one order too high": (_combined(16 / 15, -1 / 15),
            "16 and 15 belong to an error that grows like h⁴. Here it grows like h²."),
        "8 and 7": (_combined(8 / 7, -1 / 7), "8 and 7 belong to an error that grows like h³. Here it grows like h²."),
        "the mean": (_combined(1 / 2, 1 / 2),
            "You take the mean of both. Weigh them so that the terms with h² cancel."),
        "D(h/2) only": (_combined(1, 0), "That is D(h/2) alone: its error still has a term with h²."),
        "D(h) only": (_combined(0, 1), "That is D(h) alone: its error still has a term with h²."),
        "D(h) and D(2h)": (_combined(4 / 3, -1 / 3, wide=2.0, narrow=1.0),
            "You combine D(h) and D(2h). The term with h² drops out, but the steps asked for are h and h/2."),
        "the correction alone": (_combined(1 / 3, -1 / 3), "That is only the correction. Add it to D(h/2)."),
        "correction subtracted": (_combined(2 / 3, 1 / 3),
            "You take the correction away where it should be added: D(h/2) is nearer to the truth, so go on in the "
            "direction from D(h) to D(h/2)."),
        "added to D(h)": (_combined(1 / 3, 2 / 3),
            "You add a third of the difference to D(h). Add it to the better one, D(h/2)."),
        "one-sided": (lambda f, x, h: (4 * _forward(f, x, h / 2) - _forward(f, x, h)) / 3,
            "You combine one-sided differences. Their error has a term with h, which these weights don't remove."),
        "one-sided, its own weights": (lambda f, x, h: 2 * _forward(f, x, h / 2) - _forward(f, x, h),
            "You combine one-sided differences, rightly, to second order. Begin with central ones."),
        "D(h/2) over 2h": (lambda f, x, h: (4 * _central(f, x, h / 2) / 2 - _central(f, x, h)) / 3,
            "The step of D(h/2) is h wide in all: divide by h there."),
        "/ 2 * h": (lambda f, x, h: (4 * (f(x + h / 2) - f(x - h / 2)) / h - (f(x + h) - f(x - h)) / 2 * h) / 3,
            "`/ 2 * h` divides by 2 and multiplies by h. Put 2 * h in parentheses."),
        "five calls": (lambda f, x, h: _combined(4 / 3, -1 / 3)(f, x, h) + 0 * f(x),
            "Right, but f is called more often than needed: four values are enough."),
    }),
    hints=(
        "D(h) is off by c·h². By how much is D(h/2) off? Which multiple of it has the same error as D(h)?",
        "4 D(h/2) − D(h) has no term with h², and is 3 f′(x).",
        "(4 · D(h/2) − D(h)) / 3, with D(s) = (f(x + s) − f(x − s)) / (2s).",
    ),
    section="Two estimates make a better one",
    notice=(
        "The same trick goes on: from two of these the term with h⁴ drops out. Romberg did so for integrals, Ridders "
        "for slopes."
    ),
)
