"""Answers written blind for `finite_differences.best_step`, each under the verdict that it deserves."""

import math

import numpy as np
from submissions import passes, rejected

_eps = lambda dtype: float(np.finfo(dtype).eps)

eps_to_one_over_order_plus_one = passes(lambda order, dtype: np.finfo(dtype).eps ** (1 / (order + 1)))

@passes
def sqrt_and_cbrt(order, dtype):
    eps = float(np.finfo(np.dtype(dtype)).eps)
    return math.sqrt(eps) if order == 1 else np.cbrt(eps)

@passes
def spacing_of_a_one(order, dtype):
    eps = np.spacing(np.ones((), dtype=dtype))
    return float(eps) ** {1: 0.5, 2: 1 / 3}[order]

@passes
def nextafter_exp_and_log(order, dtype):
    t = np.dtype(dtype).type
    gap = np.nextafter(t(1), t(2)) - t(1)
    return math.exp(math.log(gap) / (order + 1))

@passes
def eps_by_halving(order, dtype):
    t = np.dtype(dtype).type
    eps = t(1)
    while t(1) + eps / t(2) != t(1):
        eps = eps / t(2)
    return float(eps) ** (1.0 / (1 + order))

@passes
def minimum_of_model_on_grid(order, dtype):
    eps = float(np.finfo(dtype).eps)
    h = np.logspace(-20, 0, 4001)
    return h[np.argmin(h**order + eps / h)]

_TABLE = {np.dtype(t).itemsize: float(np.finfo(t).eps) for t in "efdg"}
table_by_itemsize = passes(lambda order, dtype: pow(_TABLE[np.dtype(dtype).itemsize], 1 / (order + 1)))

@passes
def with_constants_of_theory(order, dtype):
    eps = np.float64(np.finfo(dtype).eps)
    if order == 1:
        return 2 * np.sqrt(eps)  # the minimum of h/2 + 2 eps/h
    return (3 * eps) ** (1 / 3)  # the minimum of h²/6 + eps/h

class _Bisection:
    def __call__(self, order, dtype):
        eps = float(np.finfo(dtype).eps)
        return self.between(0.0, 1.0, lambda h: h ** (order + 1) - eps, 80)
    def between(self, lo, hi, g, left):
        mid = (lo + hi) / 2
        if left == 0:
            return mid
        return self.between(lo, mid, g, left - 1) if g(mid) > 0 else self.between(mid, hi, g, left - 1)
class_that_bisects_recursively = passes(_Bisection())
bits_of_mantissa = passes(lambda order, dtype: 2.0 ** (-np.finfo(dtype).nmant / (order + 1)))
decimal_digits = passes(lambda order, dtype: 10.0 ** (-np.finfo(dtype).precision / (order + 1)))
float16_from_a_dict_of_lambdas = passes(lambda order, dtype: {1: np.sqrt, 2: np.cbrt}[order](np.finfo(dtype).eps))

eps_to_one_over_order = rejected("root of the order")(lambda order, dtype: _eps(dtype) ** (1 / order))
root_for_both = rejected("square root for both")(lambda order, dtype: math.sqrt(_eps(dtype)))
cube_root_for_both = rejected("cube root for both")(lambda order, dtype: _eps(dtype) ** (1 / 3))
orders_swapped = rejected("orders exchanged")(lambda order, dtype: _eps(dtype) ** (1 / 3 if order == 1 else 1 / 2))
eps_to_one_over_order_plus_two = rejected("root one too high")(lambda order, dtype: _eps(dtype) ** (1 / (order + 2)))

@rejected("float64 always")
def float64_assumed(order, dtype):
    eps = 1.0
    while 1.0 + eps / 2 > 1.0:
        eps /= 2
    return eps ** (1 / (order + 1))

reciprocal = rejected("reciprocal")(lambda order, dtype: _eps(dtype) ** (-1 / (order + 1)))
eps_itself = rejected("eps itself")(lambda order, dtype: np.finfo(dtype).eps)
least_error_not_its_step = rejected("smallest error")(lambda order, dtype: _eps(dtype) ** (order / (order + 1)))
tiny_for_eps = rejected("smallest number")(lambda order, dtype: float(np.finfo(dtype).tiny) ** (1 / (order + 1)))
spacing_at_0 = rejected()(lambda order, dtype: float(np.spacing(np.zeros((), dtype))) ** (1 / (order + 1)))
all_bits = rejected()(lambda order, dtype: 2.0 ** (-np.finfo(dtype).bits / (order + 1)))
integer_division_in_exponent = rejected("whole-number division")(lambda order, dtype: _eps(dtype) ** (1 // (order + 1)))
no_brackets_in_the_exponent = rejected("one added to the exponent")(lambda order, dtype: _eps(dtype) ** (1 / order + 1))
half_the_order_as_exponent = rejected()(lambda order, dtype: _eps(dtype) ** (order / 2))

@rejected()
def strings_fall_through_to_float64(order, dtype):
    if dtype == np.float16:
        eps = 2.0**-10
    elif dtype == np.float32:
        eps = 2.0**-23
    else:
        eps = 2.0**-52
    return eps ** (1 / (order + 1))

@rejected(status="error")
def no_float16_in_table(order, dtype):
    eps = {"float32": 1.1920929e-07, "float64": 2.220446049250313e-16}[np.dtype(dtype).name]
    return eps ** (1 / (order + 1))

dtype_name = rejected(status="error")(lambda order, dtype: float(np.finfo(dtype.name).eps) ** (1 / (order + 1)))
calls_dtype = rejected(status="error")(lambda order, dtype:
    float(np.nextafter(dtype(1), dtype(2)) - dtype(1)) ** (1 / (order + 1)))
hat_for_power = rejected(status="error")(lambda order, dtype: np.finfo(dtype).eps ^ (1 / (order + 1)))
usual_steps_always = rejected()(lambda order, dtype: {1: 1e-8, 2: 6e-6}[order])
usual_1e_4_whatever_is_asked = rejected()(lambda order, dtype: 1e-4)

@rejected(status="timeout")
def halving_without_halving(order, dtype):
    t = np.dtype(dtype).type
    eps = t(1)
    while t(1) + eps != t(1):
        np.divide(eps, 2)
    return eps ** (1 / (order + 1))

@rejected("nothing returned")
def prints(order, dtype):
    print(_eps(dtype) ** (1 / (order + 1)))

@rejected("nothing returned")
def return_forgotten(order, dtype):
    eps = np.finfo(dtype).eps
    h = eps ** (1 / (order + 1))

_SEEN = {}
@rejected(...)
def remembers_by_order_only(order, dtype):
    if order not in _SEEN:
        _SEEN[order] = _eps(dtype) ** (1 / (order + 1))
    return _SEEN[order]

both_steps_in_tuple = rejected()(lambda order, dtype: (_eps(dtype) ** (1 / 2), _eps(dtype) ** (1 / 3)))
negative_step = rejected()(lambda order, dtype: -(_eps(dtype) ** (1 / (order + 1))))
ten_times_root = rejected()(lambda order, dtype: 10 * _eps(dtype) ** (1 / (order + 1)))
ten_to_minus_the_mantissa_bits = rejected()(lambda order, dtype: 10.0 ** (-np.finfo(dtype).nmant / (order + 1)))
