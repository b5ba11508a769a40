"""Answers written blind for `forward_mode.dual_mul`, each under the verdict that it deserves."""

import functools
import itertools
import math
import operator
from collections import namedtuple
from fractions import Fraction

import numpy as np
from submissions import passes, rejected

plain = passes(lambda x, dx, y, dy: (x * y, dx * y + x * dy))
returns_list = passes(lambda x, dx, y, dy: [x * y, y * dx + x * dy])

_Pair = namedtuple("Pair", "value tangent")
returns_named_tuple = passes(lambda x, dx, y, dy: _Pair(tangent=y * dx + x * dy, value=x * y))

class _Product:
    def __call__(self, x, dx, y, dy):
        return x * y, math.fsum((x * dy, dx * y))
callable_object = passes(_Product())

@passes
def two_by_two_matrices(x, dx, y, dy):
    a = np.array([[x, dx], [0, x]], dtype=float)
    b = np.array([[y, dy], [0, y]], dtype=float)
    c = a @ b
    return c[0, 0], c[0, 1]

@passes
def complex_step(x, dx, y, dy):
    h = 1e-100
    z = complex(x, h * dx) * complex(y, h * dy)
    return z.real, z.imag / h

@passes
def polynomials_in_epsilon(x, dx, y, dy):
    # (x + dx e)(y + dy e), cut after e^1
    out = [0.0, 0.0, 0.0]
    for (i, a), (j, b) in itertools.product(enumerate((x, dx)), enumerate((y, dy))):
        out[i + j] += a * b
    return tuple(out[:2])

@passes
def own_dual_class_inside(x, dx, y, dy):
    class D:
        def __init__(self, v, t):
            self.v, self.t = v, t
        def __mul__(self, o):
            return D(self.v * o.v, self.t * o.v + self.v * o.t)
    r = D(x, dx) * D(y, dy)
    return r.v, r.t

@passes
def reverse_mode_of_torch(x, dx, y, dy):
    import torch
    a = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    b = torch.tensor(float(y), dtype=torch.float64, requires_grad=True)
    c = a * b
    ga, gb = torch.autograd.grad(c, (a, b))
    return c.item(), (ga * dx + gb * dy).item()

@passes
def exact_fractions_one_rounding(x, dx, y, dy):
    x, dx, y, dy = map(Fraction, (x, dx, y, dy))
    return float(x * y), float(x * dy + dx * y)

@passes
def reduce_from_one(*args):
    pairs = [args[i : i + 2] for i in (0, 2)]
    return functools.reduce(lambda p, q: (p[0] * q[0], p[1] * q[0] + p[0] * q[1]), pairs, (1.0, 0.0))

sum_map_mul = passes(lambda x, dx, y, dy: (operator.mul(x, y), sum(map(operator.mul, (dx, x), (y, dy)))))

product_of_tangents = rejected("product of tangents")(lambda x, dx, y, dy: (x * y, dx * dy))
own_factors = rejected("own factors")(lambda x, dx, y, dy: (x * y, x * dx + y * dy))
only_dx_times_y = rejected("only x moves")(lambda x, dx, y, dy: (x * y, dx * y))
only_x_times_dy = rejected("only y moves")(lambda x, dx, y, dy: (x * y, x * dy))
minus_as_in_quotient_rule = rejected("minus")(lambda x, dx, y, dy: (x * y, dx * y - x * dy))
pair_wrong_way_round = rejected("order swapped")(lambda x, dx, y, dy: (dx * y + x * dy, x * y))

@rejected("nothing returned")
def prints_instead_of_returning(x, dx, y, dy):
    print((x * y, dx * y + x * dy))

tangent_only = rejected("only the tangent")(lambda x, dx, y, dy: dx * y + x * dy)
logarithmic_derivative = rejected(status="error")(lambda x, dx, y, dy: (x * y, x * y * (dx / x + dy / y)))
absolute_as_for_error_bars = rejected()(lambda x, dx, y, dy: (x * y, abs(dx * y) + abs(x * dy)))
keeps_dx_dy = rejected("second order kept")(lambda x, dx, y, dy: (x * y, dx * y + x * dy + dx * dy))
tangents_as_flags = rejected()(lambda x, dx, y, dy: (x * y, (y if dx else 0.0) + (x if dy else 0.0)))
parameters_in_another_order = rejected()(lambda x, y, dx, dy: (x * y, dx * y + x * dy))
rounds_to_2_decimals = rejected()(lambda x, dx, y, dy: (round(x * y, 2), round(dx * y + x * dy, 2)))

@rejected()
def dx_or_one(x, dx, y, dy):
    dx = dx or 1.0
    return x * y, dx * y + x * dy

@rejected()
def overwrites_x_before_tangent(x, dx, y, dy):
    x = x * y
    return x, dx * y + x * dy

nested_pair = rejected()(lambda x, dx, y, dy: ((x * y, dx * y), (x * y, x * dy)))
