"""`tanh_vjp(grad, x)`: the way back through the hyperbolic tangent of a float."""

import math

from autograd_lab.exercises.reverse_mode.rules import RULES, by_value, of_one
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_scalar_vjp

RIGHT = by_value(lambda x: x.tanh(), 1)

EXERCISE = Exercise(
    name="reverse_mode.tanh_vjp",
    probe=of_one(((0.1, 0.9), (1.1, 3.0), (-2.5, -0.2), (3.1, 4.5), (-4.5, -3.1)), places=(0.0, 22.5, -340.0)),
    reference=RIGHT,
    alternatives=(
        lambda grad, x: grad / math.cosh(x) ** 2,
        lambda grad, x: grad * (1 + math.tanh(x)) * (1 - math.tanh(x)),
    ),
    mistakes=mistakes(of_scalar_vjp(RIGHT, "x") | {
        "output for the input": (lambda grad, x: grad * (1 - x * x),
            "You square x. It is the result, tanh x, that is squared, and the argument is the input."),
        "1 - tanh": (lambda grad, x: grad * (1 - math.tanh(x)),
            "The square is missing: the slope is 1 − tanh², which is the same for x and −x."),
        "tanh of a square": (lambda grad, x: grad * (1 - math.tanh(x * x)),
            "You take tanh of the square. It is the square of tanh that is meant."),
        "plus for minus": (lambda grad, x: grad * (1 + math.tanh(x) ** 2),
            "Your slope grows where tanh flattens out. Look at the sign."),
        "sign": (lambda grad, x: grad * (math.tanh(x) ** 2 - 1),
            "The size is right and the sign is wrong: tanh rises everywhere."),
        "square only": (lambda grad, x: grad * math.tanh(x) ** 2,
            "At x = 0 nothing comes back from you, but there tanh is steepest: the square is taken from 1."),
        "forward": (lambda grad, x: math.tanh(x),
            "That is the way forward, tanh itself. The way back sends `grad` times its slope."),
        "value for the slope": (lambda grad, x: grad * math.tanh(x),
            "You multiply by tanh x. The factor is the slope of tanh at x."),
        "tanh of grad": (lambda grad, x: math.tanh(grad),
            "You took tanh of `grad`. The gradient is multiplied by the slope of tanh at x."),
        "slope at grad": (lambda grad, x: x * (1 - math.tanh(grad) ** 2), "`grad` and x have changed places."),
        "tanh twice": (lambda grad, x: grad * (1 - math.tanh(math.tanh(x)) ** 2),
            "tanh is taken twice: the slope's formula was given the result, as if it were x."),
        "slope of the sigmoid": (lambda grad, x: grad * math.tanh(x) * (1 - math.tanh(x)),
            "y · (1 − y) is the slope of the sigmoid. That of tanh is 1 − y²."),
        "precedence": (lambda grad, x: grad * 1 - math.tanh(x) ** 2,
            "`grad * 1 - …` multiplies only the 1. Put the slope in parentheses."),
        "grad times the square": (lambda grad, x: 1 - grad * math.tanh(x) ** 2,
            "Only the square is multiplied by `grad`. Put 1 − tanh² in parentheses."),
        "grad only": (lambda grad, x: grad, "`grad` comes back unchanged. tanh shrinks it by its slope."),
        "slope of tan": (lambda grad, x: grad * (1 + math.tan(x) ** 2),
            "1 + tan² is the slope of tan. Here it is the hyperbolic tangent, tanh."),
        "tan for tanh": (lambda grad, x: grad * (1 - math.tan(x) ** 2),
            "tan is the tangent of an angle. tanh is another function: `math.tanh`."),
    }),
    hints=(
        "The slope of tanh is given in the text. What does the chain rule do with grad?",
        "With y = tanh x: grad · (1 − y²).",
        "Compute `y = math.tanh(x)` first, then return `grad * (1 - y * y)`.",
    ),
    section=RULES,
    notice="The slope is at most 1, so tanh never enlarges a gradient. Many of them in a row can make it vanish.",
)
