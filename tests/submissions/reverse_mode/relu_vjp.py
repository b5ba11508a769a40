"""Answers written blind for `reverse_mode.relu_vjp`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
from submissions import passes, rejected

heaviside_with_half = passes(lambda grad, x: grad * np.heaviside(x, 0.5))
copysign = passes(lambda grad, x: grad * (1.0 + math.copysign(1.0, x)) / 2.0)

@passes
def match_on_the_sign(grad, x):
    match (x > 0) - (x < 0):
        case 1:
            return grad
        case -1:
            return 0.0
        case _:
            return grad / 3

class _Gate:
    table = {True: 1.0, False: 0.0}
    def __call__(self, grad, x):
        return self.table[x > 0] * grad
table_in_class = passes(_Gate())

@passes  # max(x, 0) = (x + |x|) / 2
def half_of_x_and_its_size(grad, x):
    sign = x / abs(x) if x != 0 else 0.0
    return 0.5 * (grad + grad * sign)

by_whether_max_picks_x = passes(lambda grad, x: grad if max(x, 0.0) is x and x else 0.0)
partial_on_index = passes(functools.partial(lambda gates, grad, x: gates[x > 0](grad), (lambda g: 0.0, lambda g: g)))

value_not_slope = rejected("forward")(lambda grad, x: max(x, 0.0))
clips_grad = rejected("relu of grad")(lambda grad, x: max(grad, 0.0))
tests_grad_too = rejected("both positive")(lambda grad, x: grad if x > 0 and grad > 0 else 0.0)
leaky = rejected("leaky")(lambda grad, x: grad if x > 0 else 0.01 * grad)
slope_of_abs = rejected("sign of x")(lambda grad, x: math.copysign(1.0, x) * grad)
one_at_zero = rejected()(lambda grad, x: grad if x > 0 else 1.0 if x == 0 else 0.0)

@rejected()
def half_on_top_at_0(grad, x):
    slope = 0.0
    if x >= 0:
        slope += grad
    if x == 0:
        slope += grad / 2
    return slope

divides_by_the_size_of_x = rejected(status="error")(lambda grad, x: grad * (x / abs(x) + 1) / 2)

@rejected("None for negative")
def nothing_for_negative_x(grad, x):
    if x > 0:
        return grad

capped_at_6 = rejected()(lambda grad, x: grad if 0 < x < 6 else 0.0)
clipped_x_as_slope = rejected("value for the slope")(lambda grad, x: grad * min(max(x, 0.0), 1.0))
small_threshold = rejected()(lambda grad, x: grad if x > 1e-6 else 0.0)
