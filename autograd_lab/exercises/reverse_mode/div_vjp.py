"""`div_vjp(grad, x, y)`: the way back through a quotient of two floats."""

import math

from autograd_lab.exercises.reverse_mode.rules import RULES, by_value, of_two
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_scalar_vjp, without

RIGHT = by_value(lambda x, y: x / y, 2)

EXERCISE = Exercise(
    name="reverse_mode.div_vjp",
    probe=of_two(zero_y=False),
    reference=RIGHT,
    alternatives=(
        lambda grad, x, y: [grad / y, -(grad / y) * (x / y)],
        lambda grad, x, y: (grad * y**-1, grad * x * -(y**-2)),
    ),
    mistakes=mistakes(without(of_scalar_vjp(RIGHT, "x", "y"), "sign of x", "sign of y") | {
        "sign": (lambda grad, x, y: (grad / y, grad * x / y**2),
            "The second has the wrong sign. When a positive divisor grows, a positive quotient gets smaller."),
        "all signs": (lambda grad, x, y: (-grad / y, grad * x / y**2), "The sizes are right and both signs are wrong."),
        "both negative": (lambda grad, x, y: (-grad / y, -grad * x / y**2),
            "The first has the wrong sign: when x grows and y is positive, x / y grows."),
        "divisor not squared": (lambda grad, x, y: (grad / y, -grad * x / y),
            "The first is right. In the second y stands to a higher power: differentiate x · y⁻¹ in y."),
        "x lost": (lambda grad, x, y: (grad / y, -grad / y**2),
            "The second is right for 1 / y. Here x is divided, so x belongs into it."),
        "rule of the product": (lambda grad, x, y: (grad * y, grad * x), "That is the rule of x · y. Here y divides."),
        "log": (lambda grad, x, y: (grad / y, grad * x * math.log(abs(y))),
            "A logarithm comes from integrating 1 / y. Here the slope is wanted."),
        "x squared below": (lambda grad, x, y: (grad / y, -grad * y / x**2 if x else 0.0),
            "The second has x and y exchanged: the divisor is what is squared."),
        "numerator's gradient not divided": (lambda grad, x, y: (grad, -grad * x / y**2),
            "x gets `grad` unchanged. A movement of x is divided by y on its way."),
        "times y": (lambda grad, x, y: (grad * y, -grad * x / y**2),
            "The first multiplies by y. A movement of x is divided by y on its way."),
        "cubed": (lambda grad, x, y: (grad / y, -grad * x / y**3), "In the second you divide by y once too often."),
        "times the quotient": (lambda grad, x, y: (grad * (x / y), -grad * x / y**2),
            "The first multiplies by the quotient. The slope of x / y in x doesn't contain x."),
        "whole-number division": (lambda grad, x, y: (grad // y, -grad * x // y**2),
            "`//` rounds down to a whole number. `/` divides."),
        "precedence": (lambda grad, x, y: (grad / y, -grad * x / y * y),
            "`/ y * y` divides by y and multiplies by it again. Put y * y in parentheses, or write `y**2`."),
        "quotient squared": (lambda grad, x, y: (grad / y, -grad * (x / y) ** 2),
            "In the second the whole quotient is squared. Only y is: differentiate x · y⁻¹ in y."),
        "size of y": (lambda grad, x, y: (grad / abs(y), -grad * x / y**2),
            "Where y is negative the first has the wrong sign: 1 / y is negative there, too."),
    }),
    hints=(
        "Write x / y as x · y⁻¹. What are its slopes in x and in y?",
        "The slope in x is 1/y. In y the power rule gives −x · y⁻².",
        "Return a pair: `grad / y` for x, and `-grad * x / y**2` for y.",
    ),
    section=RULES,
    notice="Where y is small, a huge gradient goes back: dividing by small numbers can make training jump.",
)
