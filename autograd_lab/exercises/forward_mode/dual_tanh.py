"""`dual_tanh(x, dx)`: the value of tanh of a moving float, and its tangent."""

import math
from collections.abc import Iterator

import numpy as np

from autograd_lab.exercises.forward_mode.pairs import RULES, beside_the_value, by_dual
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_jvp, of_pieces, without

RIGHT = by_dual(lambda x: x.tanh())

def _cases(draw: Draw) -> Iterator[Case]:
    for words, low, high in (("x small", 0.1, 0.9), ("x large", 1.1, 3.0), ("x negative", -2.5, -0.2)):
        for x, dx in ((draw.number(low, high), draw.signed(0.4, 2.0)), (draw.number(low, high), draw.signed(0.4, 2.0))):
            yield f"{words}: x = {x:.3f}, dx = {dx:.3f}", (x, dx)
    yield "x = 4", (4.0, draw.signed(0.4, 2.0))
    yield "x = 0", (0.0, draw.signed(0.4, 2.0))
    yield "x standing still", (draw.number(), 0.0)
    yield "x far out", (draw.number(20, 25), draw.signed(0.4, 2.0)), 1.0
    yield "x farther out", (-800.0, draw.signed(0.4, 2.0)), 1.0

EXERCISE = Exercise(
    name="forward_mode.dual_tanh",
    probe=over(_cases),
    reference=RIGHT,
    alternatives=(
        lambda x, dx: (math.tanh(x), dx * (1 - math.tanh(x)) * (1 + math.tanh(x))),
        lambda x, dx: (np.tanh(x), (1 - np.tanh(x) ** 2) * dx),
        lambda x, dx: [math.tanh(x), dx / math.cosh(min(abs(x), 300.0)) ** 2],
    ),
    mistakes=mistakes(without(of_jvp(RIGHT, "x"), "sign") | of_pieces(beside_the_value(RIGHT), {
        "1 - tanh": (lambda x, dx: (1 - math.tanh(x)) * dx,
            "The square is missing: the slope is 1 − tanh², which is the same for x and −x."),
        "1 - x squared": (lambda x, dx: (1 - x * x) * dx, "You square x. It is the result, tanh x, that is squared."),
        "tanh of a square": (lambda x, dx: (1 - math.tanh(x * x)) * dx,
            "You take tanh of the square. It is the square of tanh that is meant."),
        "plus for minus": (lambda x, dx: (1 + math.tanh(x) ** 2) * dx,
            "Your slope grows where tanh flattens out. Look at the sign."),
        "square minus 1": (lambda x, dx: (math.tanh(x) ** 2 - 1) * dx,
            "The size is right and the sign is wrong: tanh rises everywhere."),
        "1 lost": (lambda x, dx: -(math.tanh(x) ** 2) * dx,
            "At x = 0 your slope is 0, but there tanh is steepest. The 1 is missing."),
        "square only": (lambda x, dx: math.tanh(x) ** 2 * dx,
            "At x = 0 your slope is 0, but there tanh is steepest: the square has to be taken from 1."),
        "tanh twice": (lambda x, dx: (1 - math.tanh(math.tanh(x)) ** 2) * dx,
            "tanh is taken twice: the slope's formula was given the result, as if it were x."),
        "tangent for the 1": (lambda x, dx: dx - math.tanh(x) ** 2,
            "dx stands in the place of the 1. It multiplies the whole slope, 1 − tanh²."),
        "cosh not squared": (lambda x, dx: dx / math.cosh(x) if abs(x) < 300 else 0.0,
            "You divide by cosh once. The slope of tanh is 1 / cosh², the same as 1 − tanh²."),
        "tanh of the tangent": (lambda x, dx: math.tanh(dx),
            "You took tanh of the tangent. The tangent is multiplied by the slope of tanh at x."),
        "sigmoid's slope": (lambda x, dx: math.tanh(x) * (1 - math.tanh(x)) * dx,
            "y · (1 − y) is the slope of the sigmoid. That of tanh is 1 − y²."),
        "precedence": (lambda x, dx: 1 - math.tanh(x) ** 2 * dx,
            "Only the square is multiplied by dx. Put 1 − tanh² in parentheses."),
        "dx inside": (lambda x, dx: 1 - (math.tanh(x) * dx) ** 2,
            "dx is squared along with tanh. It multiplies the whole slope, once."),
        "slope of tan": (lambda x, dx: (1 + math.tan(x) ** 2) * dx,
            "1 + tan² is the slope of tan. Here it is the hyperbolic tangent, tanh."),
    }) | {
        "tan for tanh": (lambda x, dx: (math.tan(x), (1 - math.tan(x) ** 2) * dx),
            "The value is that of tan, the tangent of an angle. tanh is another function: `math.tanh`."),
    }),
    hints=(
        "The slope of tanh is given in the text. What does the chain rule do with dx?",
        "With y = tanh x, the tangent is (1 − y²) · dx.",
        "Compute `y = math.tanh(x)` first; return `y` and `(1 - y * y) * dx`.",
    ),
    section=RULES,
    notice="Far from 0 the tangent is nearly nothing: tanh is flat there, and movements get lost.",
)
