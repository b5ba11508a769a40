"""`dual_mul(x, dx, y, dy)`: the value of a product of two moving floats, and its tangent."""

import math

import numpy as np

from autograd_lab.exercises.forward_mode.pairs import RULES, beside_the_value, by_dual, probe_of_two
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_jvp, of_pieces, without

RIGHT = by_dual(lambda x, y: x * y)

EXERCISE = Exercise(
    name="forward_mode.dual_mul",
    probe=probe_of_two(y_may_be_zero=True),
    reference=RIGHT,
    alternatives=(
        lambda x, dx, y, dy: [x * y, y * dx + x * dy],
        lambda x, dx, y, dy: (math.prod((x, y)), math.fsum((dy * x, y * dx))),
        lambda x, dx, y, dy: np.array([[x, 0.0], [dx, x]]) @ np.array([y, dy]),
    ),
    mistakes=mistakes(without(of_jvp(RIGHT, "x", "y"), "dx and dy swapped") | of_pieces(beside_the_value(RIGHT), {
        "own factors": (lambda x, dx, y, dy: x * dx + y * dy,
            "Each tangent stands with its own number. When only x moves, the product changes as much as y says."),
        "minus": (lambda x, dx, y, dy: dx * y - x * dy,
            "You subtract: that is the numerator of the quotient's rule. In a product both movements add."),
        "minus, turned round": (lambda x, dx, y, dy: x * dy - dx * y,
            "The two parts are subtracted. In a product both movements add."),
        "second order kept": (lambda x, dx, y, dy: dx * y + x * dy + dx * dy,
            "The third part, dx · dy, belongs to a whole unit of time. The rate at this moment has the others only."),
        "as if x and y were one": (lambda x, dx, y, dy: 2 * x * dx,
            "That is the rule of a square, x · x. Here the factors are two numbers with two tangents."),
        "all multiplied": (lambda x, dx, y, dy: dx * y * x * dy,
            "You multiply the two parts. Both movements reach the product, so they add."),
    }) | {
        "value is a sum": (lambda x, dx, y, dy: (x + y, dx + dy),
            "That is the sum of two dual numbers, value and tangent. Here they are multiplied."),
    }),
    hints=(
        "Let only x move: how fast does x · y change? Then only y. Then both.",
        "The product rule: the tangent is dx · y + x · dy.",
        "Return a pair: `x * y`, and the sum of `dx * y` and `x * dy`.",
    ),
    section=RULES,
    notice="With dx = 1 and dy = 0 the tangent is y: the partial derivative of x · y in x.",
)
