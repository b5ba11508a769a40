"""Answers written blind for `reverse_mode.div_vjp`, each under the verdict that it deserves."""

import math
from fractions import Fraction

import numpy as np
from submissions import passes, rejected
from submissions.reverse_mode._shared import Dual


@passes  # x * (1 / y): a product whose second factor has a history
def product_with_reciprocal(grad, x, y):
    inverse = 1.0 / y
    grad_x, grad_inverse = grad * inverse, grad * x
    return grad_x, -(grad_inverse * inverse) * inverse

@passes
def exact_fractions(grad, x, y):
    g, a, b = map(Fraction, (grad, x, y))
    return float(g / b), float(-g * a / b**2)

@passes
def complex_step_in_y(grad, x, y):
    h = abs(y) * 2.0**-30
    return grad / y, grad * ((x / complex(y, h)).imag / h)

class _WithDuals:
    def __call__(self, *args):
        grad, x, y = args
        return tuple(grad * (Dual(x, dx) / Dual(y, dy)).slope for dx, dy in ((1.0, 0.0), (0.0, 1.0)))
dual_numbers_in_class = passes(_WithDuals())

@passes
def numpy_scalars(grad, x, y):
    grad, x, y = np.float64(grad), np.float64(x), np.float64(y)
    first = np.divide(grad, y)
    return first, np.negative(first * np.divide(x, y))

@passes
def logarithms_with_signs(grad, x, y):
    def signed(top, *bottom):
        if 0.0 in top:
            return 0.0
        sign = math.prod(math.copysign(1.0, v) for v in (*top, *bottom))
        return sign * math.exp(sum(math.log(abs(v)) for v in top) - sum(math.log(abs(v)) for v in bottom))
    return signed((grad,), y), -signed((grad, x), y, y)

quotient_rule_written_out = passes(lambda grad, x, y: (grad * (1 * y - x * 0) / y / y, grad * (0 * y - x * 1) / y / y))

no_minus = rejected("sign")(lambda grad, x, y: (grad / y, grad * x / (y * y)))
y_not_squared = rejected("divisor not squared")(lambda grad, x, y: (grad / y, -grad * x / y))
forgets_grad_in_second = rejected("grad for x only")(lambda grad, x, y: (grad / y, -x / (y * y)))
swapped = rejected("swapped")(lambda grad, x, y: (-grad * x / (y * y), grad / y))
divided_by_y_times_y = rejected("precedence")(lambda grad, x, y: (grad / y, -grad * x / y * y))
whole_division = rejected("whole-number division")(lambda grad, x, y: (grad // y, -grad * x // (y * y)))
abs_of_y = rejected("size of y")(lambda grad, x, y: (grad / abs(y), -grad * x / (y * y)))

@rejected(status="error")
def from_ratio_over_x(grad, x, y):
    ratio = x / y
    return grad * ratio / x, -grad * ratio / y

ratio_squared = rejected("quotient squared")(lambda grad, x, y: (grad / y, -grad * (x / y) ** 2))

@rejected(status="error")
def square_root_of_y(grad, x, y):
    root = math.sqrt(y)
    return grad / root**2, -grad * x / root**4

grad_squared_in_second = rejected()(lambda grad, x, y: (grad / y, -grad * grad * x / (y * y)))
caret_for_power = rejected(status="error")(lambda grad, x, y: (grad / y, -grad * x / y ^ 2))
