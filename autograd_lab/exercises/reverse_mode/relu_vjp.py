"""`relu_vjp(grad, x)`: the way back through max(x, 0) of a float."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from autograd_lab.exercises.reverse_mode.rules import RULES, by_value, of_one
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_scalar_vjp

RIGHT = by_value(lambda x: x.relu(), 1)

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    parts = (0.05, 0.9), (1.1, 3.0), (-3.0, -1.1), (-0.9, -0.05)
    yield from of_one(parts, places=(1e-9, -1e-9, 7.5, 1e6, -1e6))(answer, draw)
    for grad in (2.0, -3.0):
        yield f"x = 0, grad = {grad}", _between(answer(grad, 0.0), grad)

def _between(back: Any, gradient: float) -> str:
    """Say in words whether a gradient at the kink is one that is right."""
    try:
        share = float(back) / gradient
    except (TypeError, ValueError):
        return f"a {type(back).__name__}"
    return "between 0 and grad" if -1e-9 <= share <= 1 + 1e-9 else "not between 0 and grad"

def _gate(open_at: Callable[[float], bool], shut: float = 0.0) -> Callable[[float, float], float]:
    """Return a rule that lets `grad` pass at some x, and the share `shut` of it elsewhere."""
    return lambda grad, x: grad if open_at(x) else shut * grad

EXERCISE = Exercise(
    name="reverse_mode.relu_vjp",
    probe=probe,
    reference=RIGHT,
    alternatives=(
        _gate(lambda x: x >= 0),
        lambda grad, x: grad * (x > 0),
        lambda grad, x: grad * (math.copysign(0.5, x) + 0.5) if x else 0.5 * grad,
    ),
    mistakes=mistakes(of_scalar_vjp(RIGHT, "x") | {
        "relu of grad": (lambda grad, x: max(grad, 0.0),
            "You asked whether `grad` is positive. It is x that decides; negative gradients go back as well."),
        "both positive": (lambda grad, x: max(grad, 0.0) if x > 0 else 0.0,
            "Where x is positive, a negative `grad` is cut off. Only x decides."),
        "forward": (lambda grad, x: max(x, 0.0),
            "That is the way forward, relu itself. The way back sends `grad` on or holds it back."),
        "value for the slope": (lambda grad, x: grad * max(x, 0.0),
            "You multiply by the result. The factor is the slope of relu, which is 1 or 0."),
        "times x": (lambda grad, x: grad * x, "You multiply by x. The factor is the slope of relu, which is 1 or 0."),
        "grad only": (lambda grad, x: grad, "`grad` comes back for negative x too. There the result doesn't move."),
        "turned round": (_gate(lambda x: x < 0),
            "It is the wrong way round: where x is positive the gradient passes, where it is negative nothing does."),
        "sign of x": (_gate(lambda x: x > 0, shut=-1.0),
            "For a negative x you send −grad: that is the rule of |x|. relu is flat there."),
        "leaky": (_gate(lambda x: x > 0, shut=0.01),
            "A little comes back for negative x: that is the leaky relu. relu itself is flat there."),
        "open from 1": (_gate(lambda x: x > 1), "Nothing comes back where x is between 0 and 1. The kink is at 0."),
        "clipped at 1": (_gate(lambda x: 0 < x < 1), "Nothing comes back where x is above 1. relu has no upper end."),
        "x for grad": (lambda grad, x: x if grad > 0 else 0.0, "`grad` and x have changed places."),
        "None for negative": (lambda grad, x: grad if x > 0 else None,
            "For a negative x nothing is returned. Return 0.0 there: is an `else` missing?"),
        "1 for negative": (lambda grad, x: grad if x > 0 else 1.0,
            "For a negative x you return 1. relu is flat there: which slope has a flat line?"),
    }),
    hints=(
        "Where x is positive, how does max(x, 0) move when x does? And where x is negative?",
        "The slope is 1 for positive x and 0 for negative x. The chain rule multiplies by grad.",
        "Return `grad` if x is positive, else `0.0`.",
    ),
    section=RULES,
    notice="A neuron whose input is negative for every example gets no gradient, and its weights stay: it is dead.",
)
