"""Answers written blind for `reverse_mode.mul_vjp`, each under the verdict that it deserves."""

import functools
import math
from collections import namedtuple

import numpy as np
from submissions import passes, rejected
from submissions.reverse_mode._shared import Dual


def _signed_log_product(a, b):
    if a == 0 or b == 0:
        return 0.0
    sign = math.copysign(1.0, a) * math.copysign(1.0, b)
    return sign * math.exp(math.log(abs(a)) + math.log(abs(b)))

through_logarithms = passes(lambda grad, x, y: (_signed_log_product(grad, y), _signed_log_product(grad, x)))

class _WithDuals:
    def __call__(self, grad, x, y):
        along_x = Dual(x, 1.0) * Dual(y)
        along_y = Dual(x) * Dual(y, 1.0)
        return (grad * along_x.slope, grad * along_y.slope)
dual_numbers_in_class = passes(_WithDuals())
complex_step_of_1 = passes(lambda grad, x, y: ((complex(x, 1.0) * y).imag * grad, (x * complex(y, 1.0)).imag * grad))

_scaled_swap = lambda order, grad, *values: tuple(grad * values[k] for k in order)
partial_that_swaps_and_scales = passes(functools.partial(_scaled_swap, (1, 0)))

@passes
def swap_matrix_numpy_scalars(grad, x, y):
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    return tuple(np.float64(grad) * (swap @ np.array([x, y])))

@passes
def differences_between_1_and_0(grad, x, y):
    def product(a, b):
        return grad * a * b
    return product(1, y) - product(0, y), product(x, 1) - product(x, 0)

_Slopes = namedtuple("_Slopes", "of_x of_y")
named_tuple = passes(lambda grad, x, y: _Slopes(of_x=grad * y, of_y=grad * x))

forgets_grad = rejected("grad ignored")(lambda grad, x, y: (y, x))
swapped = rejected("swapped")(lambda grad, x, y: (grad * x, grad * y))
grad_twice_in_second = rejected()(lambda grad, x, y: (grad * y, grad * (grad * x)))

@rejected(status="error")
def divides_product_by_x_and_y(grad, x, y):
    product = x * y
    return grad * product / x, grad * product / y

@rejected()
def logarithms_without_signs(grad, x, y):
    def magnitude(a, b):
        return math.exp(math.log(abs(a)) + math.log(abs(b))) if a and b else 0.0
    return magnitude(grad, y), magnitude(grad, x)

product_for_both = rejected("product for both")(lambda grad, x, y: (grad * x * y, grad * x * y))

@rejected("nothing returned")
def no_return(grad, x, y):
    grad_x = grad * y
    grad_y = grad * x
    (grad_x, grad_y)

grad_only_in_first = rejected("grad for x only")(lambda grad, x, y: (grad * y, x))
grad_times_tuple = rejected("grad times a tuple", status="error")(lambda grad, x, y: grad * (y, x))

@rejected()
def both_0_where_factor_is_0(grad, x, y):
    if x == 0 or y == 0:
        return 0.0, 0.0
    return grad * y, grad * x

@rejected()
def doubles_where_x_equals_y(grad, x, y):
    if x == y:
        return 2 * grad * x, 2 * grad * x
    return grad * y, grad * x

_running = [0.0, 0.0]
@rejected()
def accumulates_over_calls(grad, x, y):
    _running[0] += grad * y
    _running[1] += grad * x
    return tuple(_running)
