"""Answers written blind for `reverse_mode.tanh_vjp`, each under the verdict that it deserves."""

import cmath
import functools
import math
from fractions import Fraction

import numpy as np
from submissions import passes, rejected


@passes
def decaying_exponential(grad, x):
    small = math.exp(-2.0 * abs(x))
    return grad * 4.0 * small / (1.0 + small) ** 2

complex_step = passes(lambda grad, x: grad * (cmath.tanh(complex(x, 1e-20)).imag / 1e-20))
gudermanns_angle = passes(lambda grad, x: grad * math.cos(2.0 * math.atan(math.tanh(x / 2.0))) ** 2)

@passes
def numpys_cosh_overflow_ignored(grad, x):
    with np.errstate(over="ignore"):
        return np.float64(grad) / np.cosh(np.float64(x)) ** 2

class _Sigmoid:
    def sigmoid(self, z):
        if z >= 0:
            return 1 / (1 + math.exp(-z))
        return 1 - self.sigmoid(-z)
    def __call__(self, grad, x):
        s = self.sigmoid(2 * x)
        return 4 * s * (1 - s) * grad
sigmoid_in_class = passes(_Sigmoid())

@passes
def fractions_of_tanh(grad, x):
    t = Fraction(math.tanh(x))
    return float(Fraction(grad) * (1 - t) * (1 + t))

_apply_slope = lambda slope, grad, x: grad * slope(x)
partial_with_slope = passes(functools.partial(_apply_slope, lambda x: (1 - math.tanh(x)) * (1 + math.tanh(x))))

x_taken_for_output = rejected("output for the input")(lambda grad, x: grad * (1 - x * x))
forgets_grad = rejected("grad ignored")(lambda grad, x: 1 - math.tanh(x) ** 2)
not_squared = rejected("1 - tanh")(lambda grad, x: grad * (1 - math.tanh(x)))
brackets_forgotten = rejected("precedence")(lambda grad, x: grad * 1 - math.tanh(x) ** 2)
tanh_times_its_size = rejected()(lambda grad, x: grad * (1 - math.tanh(x) * abs(math.tanh(x))))
grad_within_square = rejected()(lambda grad, x: grad * (1 - (grad * math.tanh(x)) ** 2))
series = rejected()(lambda grad, x: grad * (1 - x * x + 2 * x * x * x * x / 3))
zero_beyond_three = rejected()(lambda grad, x: grad * (1 - math.tanh(x) ** 2) if abs(x) < 3 else 0.0)
grad_taken_absolutely = rejected("size of grad")(lambda grad, x: abs(grad) * (1 - math.tanh(x) ** 2))
