"""Answers written blind for `derivatives.central_difference`, each under the verdict that it deserves."""

import math

import numpy as np
from submissions import passes, rejected


class _Difference:
    def __init__(self, left, right):
        self.left, self.right = left, right
    def __call__(self, f, x, h):
        high, low = (f(x + step * h) for step in (self.right, self.left))
        return (high - low) / ((self.right - self.left) * h)
callable_object_steps_both_ways = passes(_Difference(-1, 1))

@passes
def mean_of_both_sides(f, x, h):
    ahead, behind = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
    return (ahead + behind) / 2

fsum_and_ldexp = passes(lambda f, x, h: math.fsum(sign * f(x + sign * h) for sign in (1, -1)) / math.ldexp(h, 1))
by_2_then_by_h = passes(lambda f, x, h: (f(x + h) - f(x - h)) / 2 / h)
numpy_gradient = passes(lambda f, x, h: np.gradient([f(x - h), f(x), f(x + h)], h)[1])

no_brackets_below = rejected("/ 2 * h")(lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h)
divided_by_h_only = rejected("divided by h")(lambda f, x, h: (f(x + h) - f(x - h)) / h)
no_brackets_above = rejected("only the last term divided")(lambda f, x, h: f(x + h) - f(x - h) / (2 * h))
minus_f_of_x = rejected("one-sided over 2h")(lambda f, x, h: (f(x + h) - f(x)) / (2 * h))
left_minus_right = rejected("order swapped")(lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h))
h_minus_x = rejected()(lambda f, x, h: (f(x + h) - f(h - x)) / (2 * h))
half_steps = rejected("half steps")(lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h)
second_derivative = rejected("second derivative")(lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2)

@rejected("one-sided over 2h")
def x_moved_back_by_h_only(f, x, h):
    x += h
    right = f(x)
    x -= h
    return (right - f(x)) / (2 * h)

f_indexed = rejected(status="error")(lambda f, x, h: (f[x + h] - f[x - h]) / (2 * h))

@rejected(status="todo")
def not_implemented(f, x, h):
    raise NotImplementedError
