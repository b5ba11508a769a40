"""Answers written blind for `forward_mode.dual_tanh`, each under the verdict that it deserves."""

import cmath
import functools
import math
from typing import NamedTuple

import numpy as np
from submissions import passes, rejected


@passes
def one_minus_square(x, dx):
    t = math.tanh(x)
    return t, (1.0 - t * t) * dx

lambda_with_inner_lambda_for_t = passes(lambda x, dx: (lambda t: (t, dx * (1 - t**2)))(math.tanh(x)))

@passes
def exp_and_expm1(x, dx):
    # everything from e = exp(-2|x|), which cannot overflow
    e = math.exp(-2.0 * abs(x))
    value = math.copysign(-math.expm1(-2.0 * abs(x)) / (1.0 + e), x)
    return value, dx * 4.0 * e / (1.0 + e) ** 2

@passes
def complex_step(x, dx):
    h = 1e-200
    z = cmath.tanh(complex(x, h))
    return z.real, z.imag / h * dx

@passes
def torch_autograd_in_float64(x, dx):
    import torch
    p = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    y = torch.tanh(p)
    y.backward()
    return y.item(), p.grad.item() * dx

@passes
def list_of_two(x, dx):
    value = math.tanh(x)
    return [value, dx - dx * value**2]

class _Pair(NamedTuple):
    value: float
    tangent: float

class _Tanh:
    def __call__(self, x, dx):
        t = np.tanh(np.float64(x))
        return _Pair(t, (1 - t) * (1 + t) * dx)
callable_object = passes(_Tanh())

@passes
def quotient_rule_on_pairs(x, dx):
    # tanh|x| = (1 - e) / (1 + e) with e = exp(-2|x|), by the quotient rule on duals, sign put back afterwards
    s = math.copysign(1.0, x)
    e = math.exp(-2 * abs(x))
    de = -2 * s * dx * e
    a, da = -math.expm1(-2 * abs(x)), -de
    b, db = 1 + e, de
    return s * a / b, s * (da * b - a * db) / (b * b)

@passes
def tuple_built_from_generator(x, dx):
    def pieces():
        t = math.tanh(x)
        yield t
        yield dx * (1 - math.pow(t, 2))
    return tuple(pieces())

@passes
def one_over_cosh_squared(x, dx):
    # 1 / cosh^2, with nothing left of it where cosh would overflow
    slope = 0.0 if abs(x) > 300 else math.cosh(x) ** -2
    return math.tanh(x), slope * dx

@passes
def logistic_function(x, dx):
    # tanh x = 2 s(2x) - 1 and tanh' = 4 s (1 - s); the value by math.tanh
    s = 1 / (1 + math.exp(-2 * abs(x)))
    return math.tanh(x), 4 * s * (1 - s) * dx

partial_of_three_arguments = passes(functools.partial(lambda th, x, dx: (th(x), dx - th(x) * th(x) * dx), math.tanh))

forgot_dx = rejected("dx left out")(lambda x, dx: (math.tanh(x), 1 - math.tanh(x) ** 2))
brackets_forgotten = rejected("precedence")(lambda x, dx: (math.tanh(x), 1 - math.tanh(x) ** 2 * dx))
dx_minus_square = rejected("tangent for the 1")(lambda x, dx: (math.tanh(x), dx - math.tanh(x) ** 2))
not_squared = rejected("1 - tanh")(lambda x, dx: (math.tanh(x), (1 - math.tanh(x)) * dx))
one_minus_x_squared = rejected("1 - x squared")(lambda x, dx: (math.tanh(x), (1 - x * x) * dx))
derivative_of_arctan = rejected()(lambda x, dx: (math.tanh(x), dx / (1 + x * x)))
sech_not_squared = rejected("cosh not squared")(lambda x, dx:
    (math.tanh(x), 0.0 if abs(x) > 300 else dx / math.cosh(x)))
one_plus_square = rejected("plus for minus")(lambda x, dx: (math.tanh(x), (1 + math.tanh(x) ** 2) * dx))
tangent_as_difference = rejected()(lambda x, dx: (math.tanh(x), math.tanh(x + dx) - math.tanh(x)))
tanh_of_dx = rejected("tanh of the tangent")(lambda x, dx: (math.tanh(x), math.tanh(dx)))
rule_of_the_sigmoid = rejected("sigmoid's slope")(lambda x, dx: (math.tanh(x), math.tanh(x) * (1 - math.tanh(x)) * dx))
swapped_result = rejected("order swapped")(lambda x, dx: (lambda t: ((1 - t * t) * dx, t))(math.tanh(x)))
tangent_only = rejected("only the tangent")(lambda x, dx: (1 - math.tanh(x) ** 2) * dx)

@rejected("nothing returned")
def prints(x, dx):
    t = math.tanh(x)
    print(t, (1 - t * t) * dx)

@rejected()
def bare_value_where_dx_is_0(x, dx):
    t = math.tanh(x)
    if dx == 0:
        return t
    return t, (1 - t * t) * dx

@rejected()
def slope_negated_for_negative_x(x, dx):
    t = math.tanh(abs(x))
    slope = 1 - t * t
    if x < 0:
        return -t, -slope * dx
    return t, slope * dx

abs_of_dx = rejected("size of the tangent")(lambda x, dx: (math.tanh(x), (1 - math.tanh(x) ** 2) * abs(dx)))

@rejected()
def flat_beyond_3(x, dx):
    t = math.tanh(x)
    if abs(x) > 3:
        return t, 0.0
    return t, (1 - t * t) * dx

@rejected()
def pade_approximation(x, dx):
    t = x * (27 + x * x) / (27 + 9 * x * x)
    return t, (1 - t * t) * dx

@rejected()
def rounded_to_four_digits(x, dx):
    t = round(math.tanh(x), 4)
    return t, round((1 - t * t) * dx, 4)

@rejected()
def nothing_for_negative_x(x, dx):
    if x >= 0:
        t = math.tanh(x)
        return t, (1 - t * t) * dx
