"""Answers written blind for `derivatives.forward_difference`, each under the verdict that it deserves."""

from fractions import Fraction

import numpy as np
import torch
from submissions import passes, rejected

fractions = passes(lambda f, x, h: float((Fraction(f(x + h)) - Fraction(f(x))) / Fraction(h)))

@passes
def f_of_x_first_then_x_moved(f, x, h):
    before = f(x)
    x += h
    return (f(x) - before) / h

class _Difference:
    def __init__(self, left, right):
        self.left, self.right = left, right
    def __call__(self, f, x, h):
        high, low = (f(x + step * h) for step in (self.right, self.left))
        return (high - low) / ((self.right - self.left) * h)
callable_object_steps_0_and_1 = passes(_Difference(0, 1))
times_one_over_h = passes(lambda f, x, h: (f(h + x) - f(x)) * (1 / h))
numpy_float = passes(lambda f, x, h: np.diff([f(x), f(x + h)])[0] / h)

only_f_of_x_over_h = rejected("only the last term divided")(lambda f, x, h: f(x + h) - f(x) / h)
sign_turned = rejected("order swapped")(lambda f, x, h: (f(x) - f(x + h)) / h)
backward_difference = rejected("backward difference")(lambda f, x, h: (f(x) - f(x - h)) / h)
central_instead = rejected("central difference")(lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h))
h_outside_of_f = rejected()(lambda f, x, h: (f(x) + h - f(x)) / h)

@rejected("h ignored")
def own_small_h(f, x, h):
    h = 1e-6
    return (f(x + h) - f(x)) / h

x_squared_built_in = rejected()(lambda f, x, h: ((x + h) ** 2 - x**2) / h)
always_uphill = rejected()(lambda f, x, h: abs(f(x + h) - f(x)) / h)

@rejected()
def x_moved_before_both(f, x, h):
    x = x + h
    return (f(x) - f(x)) / h

tensor_of_no_axes = passes(lambda f, x, h: torch.tensor((f(x + h) - f(x)) / h, dtype=torch.double))

f_with_two_arguments = rejected(status="error")(lambda f, x, h: (f(x, h) - f(x)) / h)

@rejected(status="timeout")
def halves_h_for_ever(f, x, h):
    slope, last = (f(x + h) - f(x)) / h, None
    while slope != last:
        h = h / 2
    return slope
