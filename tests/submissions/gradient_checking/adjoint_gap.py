"""Answers written blind for `gradient_checking.adjoint_gap`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.gradient_checking._shared import einsum_all, recursive_sum


def _gap(inner=None, join=None):
    """Adjoint gap put together from an inner product and a way to join the two."""
    inner = inner or (lambda a, b: np.sum(a * b))
    join = join or (lambda p, q: p - q)
    return lambda jvp, vjp, x, u, v: join(inner(u, jvp(x, v)), inner(vjp(u, x), v))

formula = passes(_gap())

class _AdjointGap:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, jvp, vjp, x, u, v):
        left, right = self.inner(u, jvp(x, v)), self.inner(vjp(u, x), v)
        return float(left) - float(right)
callable_object = passes(_AdjointGap(np.vdot))

_general = lambda inner, sign, jvp, vjp, x, u, v: sign * (inner(v, vjp(u, x)) - inner(jvp(x, v), u))
partial_the_other_way_round = passes(functools.partial(_general, np.vdot, -1.0))
einsum_over_numbered_axes = passes(_gap(einsum_all))

@passes
def torch_dot(jvp, vjp, x, u, v):
    pairs = [(u, jvp(x, v)), (vjp(u, x), v)]
    flat = [[torch.tensor(np.asarray(a).ravel().copy()) for a in pair] for pair in pairs]
    return (torch.dot(*flat[0]) - torch.dot(*flat[1])).item()

@passes
def one_long_dot_product(jvp, vjp, x, u, v):
    left = np.concatenate([np.ravel(u), np.ravel(vjp(u, x))])
    right = np.concatenate([np.ravel(jvp(x, v)), -np.ravel(v)])
    return left @ right

@passes
def trace_of_columns(jvp, vjp, x, u, v):
    column = lambda a: np.reshape(a, (-1, 1))
    return np.trace(column(u).T @ column(jvp(x, v))) - np.trace(column(vjp(u, x)).T @ column(v))

@passes
def mean_of_two_calls(jvp, vjp, x, u, v):
    gaps = [np.vdot(u, jvp(x, v)) - np.vdot(vjp(u, x), v) for _ in range(2)]
    return sum(gaps) / 2

by_fsum = passes(_gap(lambda a, b: math.fsum(np.ravel(np.asarray(a) * b).tolist())))
recursion_over_axes = passes(_gap(recursive_sum))
array_of_no_axes = passes(_gap(lambda a, b: np.tensordot(a, b, axes=np.ndim(a)), lambda p, q: np.asarray(p - q)))
polarisation = passes(_gap(lambda a, b: (np.sum((np.asarray(a) + b) ** 2) - np.sum((np.asarray(a) - b) ** 2)) / 4))

absolute_value = rejected("absolute value")(_gap(join=lambda p, q: abs(p - q)))
sign_turned_round = rejected("turned round")(_gap(join=lambda p, q: q - p))
sum_not_difference = rejected("added")(_gap(join=lambda p, q: p + q))
relative_gap = rejected("relative")(_gap(join=lambda p, q: (p - q) / max(abs(p), abs(q), 1e-12)))
squared = rejected("squared")(_gap(join=lambda p, q: (p - q) ** 2))
clipped_at_0 = rejected("cut off at 0")(_gap(join=lambda p, q: max(p - q, 0.0)))
rounded_to_6_places = rejected("rounded")(_gap(join=lambda p, q: round(float(p - q), 6)))
close_or_not = rejected("close or not")(_gap(join=lambda p, q: bool(np.isclose(p, q))))
tiny_gaps_set_to_0 = rejected("tiny gaps set to 0")(_gap(join=lambda p, q: 0.0 if np.isclose(p, q) else p - q))
matrix_product = rejected("matrix product", status="error")(_gap(lambda a, b: a @ b))
sum_of_matrix_product = rejected("matrix product, summed", status="error")(_gap(lambda a, b: np.sum(np.dot(a, b))))
inner_summed = rejected("np.inner, summed")(_gap(lambda a, b: np.sum(np.inner(a, b))))
trace_for_matrices_only = rejected("trace", status="error")(_gap(lambda a, b: np.trace(a.T @ b)))
einsum_for_vectors_only = rejected(status="error")(_gap(lambda a, b: np.einsum("i,i", a, b)))
einsum_for_matrices_only = rejected(status="error")(_gap(lambda a, b: np.einsum("ij,ij", a, b)))
tensordot_over_two_axes = rejected(status="error")(_gap(lambda a, b: np.tensordot(a, b)))
dot_of_the_last_axis = rejected(status="error")(_gap(lambda a, b: np.sum(a @ np.swapaxes(b, -1, -2))))
mean_in_place_of_sum = rejected("the mean")(_gap(lambda a, b: np.mean(a * b)))
product_of_sums = rejected("product of the sums")(_gap(lambda a, b: np.sum(a) * np.sum(b)))
length_of_products = rejected()(_gap(lambda a, b: np.linalg.norm(a * b)))
first_entries_only = rejected("first entries only")(_gap(lambda a, b: np.ravel(a)[0] * np.ravel(b)[0]))

@rejected(status="error")
def sums_first_axis_only(jvp, vjp, x, u, v):
    left = sum(a * b for a, b in zip(u, jvp(x, v), strict=True))
    right = sum(a * b for a, b in zip(vjp(u, x), v, strict=True))
    return np.max(left) - np.max(right)

float32_products = rejected()(_gap(lambda a, b: np.sum(np.float32(a) * np.float32(b))))
one_sum = rejected("one sum for both", status="error")(lambda jvp, vjp, x, u, v: np.sum(u * jvp(x, v) - vjp(u, x) * v))
vjp_swapped = rejected("x and u exchanged", status="error")(lambda jvp, vjp, x, u, v:
    np.vdot(u, jvp(x, v)) - np.vdot(vjp(x, u), v))
jvp_swapped = rejected("x and v exchanged")(lambda jvp, vjp, x, u, v: np.vdot(u, jvp(v, x)) - np.vdot(vjp(u, x), v))
u_replaced_by_the_jvp = rejected("Jv in place of u")(lambda jvp, vjp, x, u, v:
    np.vdot(jvp(x, v), jvp(x, v)) - np.vdot(vjp(jvp(x, v), x), v))
u_all_ones = rejected("ones")(lambda jvp, vjp, x, u, v: _gap()(jvp, vjp, x, np.ones_like(u), v))

@rejected()
def draws_its_own_u_and_v(jvp, vjp, x, u, v):
    rng = np.random.default_rng(0)
    return _gap()(jvp, vjp, x, rng.standard_normal(u.shape), rng.standard_normal(v.shape))

u_and_v_normalised = rejected("normalised")(lambda jvp, vjp, x, u, v:
    _gap()(jvp, vjp, x, u / np.linalg.norm(u), v / np.linalg.norm(v)))

@rejected("always 0")  # always 0
def jvp_rebuilt_from_vjp(jvp, vjp, x, u, v):
    jacobian_v = np.zeros_like(u)
    for index in np.ndindex(u.shape):
        unit = np.zeros_like(u)
        unit[index] = 1.0
        jacobian_v[index] = np.sum(vjp(unit, x) * v)
    jvp(x, v)
    return np.sum(u * jacobian_v) - np.sum(vjp(u, x) * v)

zero_after_calls = rejected("always 0")(lambda jvp, vjp, x, u, v: 0.0 * float(np.sum(jvp(x, v)) + np.sum(vjp(u, x))))

@rejected("u and v overwritten", status="error")
def u_and_v_overwritten(jvp, vjp, x, u, v):
    back = vjp(u, x)
    u *= jvp(x, v)
    v *= back
    return np.sum(u) - np.sum(v)

_flat_dot = lambda a, b: np.dot(np.ravel(a), np.ravel(b))
flat_vectors_given = rejected("flat arrays", status="error")(lambda jvp, vjp, x, u, v:
    _flat_dot(u, jvp(x.ravel(), v.ravel())) - _flat_dot(vjp(u.ravel(), x.ravel()), v))
