"""`dual_div(x, dx, y, dy)`: the value of a quotient of two moving floats, and its tangent."""

import math

import numpy as np

from autograd_lab.exercises.forward_mode.pairs import RULES, beside_the_value, by_dual, probe_of_two
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_jvp, of_pieces, without

RIGHT = by_dual(lambda x, y: x / y)

EXERCISE = Exercise(
    name="forward_mode.dual_div",
    probe=probe_of_two(y_may_be_zero=False),
    reference=RIGHT,
    alternatives=(
        lambda x, dx, y, dy: (x / y, (dx - x / y * dy) / y),
        lambda x, dx, y, dy: (x / y, dx / y - x * dy / (y * y)),
        lambda x, dx, y, dy: np.array([x / y, (dx * y - x * dy) * y**-2.0]),
    ),
    mistakes=mistakes(without(of_jvp(RIGHT, "x", "y"), "sign") | of_pieces(beside_the_value(RIGHT), {
        "minus swapped": (lambda x, dx, y, dy: (x * dy - dx * y) / y**2,
            "The size is right and the sign is wrong: when x grows and y stays, x / y grows with it for a positive y."),
        "plus for minus": (lambda x, dx, y, dy: (dx * y + x * dy) / y**2,
            "You add the two parts. A growing divisor makes a positive quotient smaller."),
        "divisor not squared": (lambda x, dx, y, dy: (dx * y - x * dy) / y,
            "The numerator is right. Check the divisor with dy = 0: x / y then changes by dx / y, and yours says dx."),
        "divided by x squared": (lambda x, dx, y, dy: (dx * y - x * dy) / x**2 if x else math.inf,
            "You divide by the square of x. It is the divisor, y, that is squared."),
        "divided by zero tangent's square": (lambda x, dx, y, dy: (dx * y - x * dy) / dy**2 if dy else math.inf,
            "You divide by the square of dy. It is the value of the divisor that is squared, not its tangent."),
        "not divided": (lambda x, dx, y, dy: dx * y - x * dy,
            "The numerator is right, and the division by y² is missing."),
        "cubed": (lambda x, dx, y, dy: (dx * y - x * dy) / y**3, "You divide by y once too often."),
        "quotient of tangents": (lambda x, dx, y, dy: dx / dy if dy else math.inf,
            "You divide one tangent by the other. With dy = 0 that has no value, although x / y changes smoothly."),
        "x lost": (lambda x, dx, y, dy: dx / y - dy / y**2,
            "The second part is that of 1 / y. Here x is divided, so x belongs into it."),
        "second part not squared": (lambda x, dx, y, dy: dx / y - x * dy / y,
            "The first part is right. In the second, y stands to a higher power: differentiate x · y⁻¹ in y."),
        "factors swapped": (lambda x, dx, y, dy: (dx * x - y * dy) / y**2,
            "In the numerator each tangent stands with its own number. It should be multiplied by the other."),
        "the product's tangent": (lambda x, dx, y, dy: dx * y + x * dy,
            "That is the tangent of x · y. Here x is divided by y."),
        "precedence": (lambda x, dx, y, dy: dx * y - x * dy / y**2,
            "Only the second part is divided: the slash binds more tightly than the minus. Use parentheses."),
    }) | {
        "y divided by x": (lambda x, dx, y, dy: (y / x, (dy * x - y * dx) / x**2) if x else (math.inf, math.inf),
            "You divide y by x. It is x / y that is asked for."),
        "whole-number division": (lambda x, dx, y, dy: (x // y, (dx * y - x * dy) / y**2),
            "`//` rounds the quotient down to a whole number. `/` divides."),
    }),
    hints=(
        "Let only x move: how fast does x / y change? Then only y: does the quotient grow or fall?",
        "The quotient rule: (dx · y − x · dy) / y².",
        "Return a pair: `x / y`, and the whole numerator in parentheses, divided by `y**2`.",
    ),
    section=RULES,
    notice="For x ≠ 0, relative rates subtract: the tangent divided by the value is dx/x − dy/y.",
)
