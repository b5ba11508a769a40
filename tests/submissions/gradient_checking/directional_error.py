"""Answers written blind for `gradient_checking.directional_error`, each under the verdict that it deserves."""

import functools
import math
from fractions import Fraction

import numpy as np
import torch
from submissions import passes, rejected
from submissions.gradient_checking._shared import recursive_sum


def _error(quotient=None, total=None, join=None):
    """Directional error put together from a quotient, a sum and a way to join them."""
    quotient = quotient or (lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / (2 * h))
    total = total or (lambda g, d: np.sum(g * d))
    join = join or (lambda q, s: abs(q - s))
    def directional_error(f, gradient, x, direction, h):
        return join(quotient(f, x, direction, h), total(gradient, direction))
    return directional_error

formula = passes(_error())

def _general(scale, f, gradient, x, direction, h):
    return abs((f(x + h * direction) - f(x - h * direction)) / (scale * h) - np.vdot(gradient, direction))
vdot_in_a_partial = passes(functools.partial(_general, 2.0))
einsum_over_flat_entries = passes(_error(total=lambda g, d: np.einsum("i,i", g.ravel(), d.ravel())))

@passes
def torch_inside(f, gradient, x, direction, h):
    tx, td, tg = (torch.tensor(np.ascontiguousarray(a).reshape(np.shape(a))) for a in (x, direction, gradient))
    up, down = f((tx + h * td).numpy()), f((tx - h * td).numpy())
    return torch.abs(torch.tensor(float(up - down) / (2 * h), dtype=torch.float64) - (tg * td).sum()).item()

class _DirectionalError:
    def __init__(self):
        self.calls = 0
    def __call__(self, f, gradient, x, direction, h):
        self.calls += 1
        ends = [f(x + sign * h * direction) for sign in (-1.0, 1.0)]
        return float(np.abs(np.diff(ends)[0] / (h + h) - np.vdot(gradient, direction)))
callable_object = passes(_DirectionalError())
fsum_over_flat_entries = passes(_error(total=lambda g, d: math.fsum((g * d).ravel().tolist())))
exact_fractions_for_sum = passes(_error(total=lambda g, d:
    float(sum(Fraction(a) * Fraction(b) for a, b in zip(g.flat, d.flat, strict=True)))))
recursion_over_axes = passes(_error(total=recursive_sum))

@passes
def entry_by_entry(f, gradient, x, direction, h):
    line = lambda t: f(np.add(x, t * direction))
    error = (line(h) - line(-h)) / (2 * h)
    for index in np.ndindex(np.shape(x)):
        error -= gradient[index] * direction[index]
    return max(error, -error)

array_of_no_axes = passes(_error(join=lambda q, s: np.abs(np.asarray(q - s))))
tensordot_over_all_axes = passes(_error(total=lambda g, d: np.tensordot(g, d, axes=g.ndim)))
halves_and_hypot = passes(_error(lambda f, x, d, h: 0.5 * (f(x + h * d) / h - f(x - h * d) / h), join=lambda q, s:
    math.hypot(float(q) - float(s))))

no_absolute_value = rejected("no absolute value")(_error(join=lambda q, s: q - s))
clipped_at_0_in_place_of_abs = rejected("cut off at 0")(_error(join=lambda q, s: max(0.0, q - s)))

@rejected("normalised")
def direction_normalised(f, gradient, x, direction, h):
    d = direction / np.linalg.norm(direction)
    return abs((f(x + h * d) - f(x - h * d)) / (2 * h) - np.sum(gradient * d))

@rejected("step normalised")
def unit_step_scaled_afterwards(f, gradient, x, direction, h):
    size = np.linalg.norm(direction)
    d = direction / size
    return abs((f(x + h * d) - f(x - h * d)) / (2 * h) * size - np.sum(gradient * direction))

forward_quotient = rejected("one-sided")(_error(lambda f, x, d, h: (f(x + h * d) - f(x)) / h))
backward_quotient = rejected("backwards only")(_error(lambda f, x, d, h: (f(x) - f(x - h * d)) / h))
divided_by_h = rejected("divided by h")(_error(lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / h))
brackets_forgotten = rejected("/ 2 * h")(_error(lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / 2 * h))
h_forgotten_in_step = rejected("h missing in the step")(_error(lambda f, x, d, h: (f(x + d) - f(x - d)) / (2 * h)))
h_forgotten_everywhere = rejected("h missing everywhere")(_error(lambda f, x, d, h: (f(x + d) - f(x - d)) / 2))
half_steps = rejected("half steps")(_error(lambda f, x, d, h: (f(x + h / 2 * d) - f(x - h / 2 * d)) / h))
own_step = rejected("a step of its own")(_error(lambda f, x, d, h: (f(x + 1e-5 * d) - f(x - 1e-5 * d)) / 2e-5))

@rejected()
@_error
def four_point_stencil(f, x, d, h):
    wide = f(x + 2 * h * d) - f(x - 2 * h * d)
    return (8 * (f(x + h * d) - f(x - h * d)) - wide) / (12 * h)

@rejected("partial slopes")
def numerical_partials(f, gradient, x, direction, h):
    numerical = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        numerical[index] = (f(x + step) - f(x - step)) / (2 * h)
    return abs(np.sum((numerical - gradient) * direction))

matmul_for_vectors_only = rejected("matrix product", status="error")(_error(total=lambda g, d: g @ d))
matrix_product = rejected("matrix product, summed", status="error")(_error(total=lambda g, d: np.sum(np.dot(g, d))))
product_of_sums = rejected("product of the sums")(_error(total=lambda g, d: np.sum(g) * np.sum(d)))
mean_in_place_of_sum = rejected("the mean")(_error(total=lambda g, d: np.mean(g * d)))
length_of_gradient = rejected()(_error(total=lambda g, d: np.linalg.norm(g)))
direction_forgotten = rejected()(_error(total=lambda g, d: np.sum(g)))
relative_error = rejected("relative error")(_error(join=lambda q, s: abs(q - s) / max(abs(q), abs(s), 1e-12)))
squared = rejected()(_error(join=lambda q, s: (q - s) ** 2))
difference_of_sizes = rejected("sizes compared")(_error(join=lambda q, s: abs(abs(q) - abs(s))))
rounded_to_6_places = rejected()(_error(join=lambda q, s: round(abs(float(q - s)), 6)))

@rejected("errors added entry by entry")
def sum_of_entries_errors(f, gradient, x, direction, h):
    error = 0.0
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h * direction[index]
        error += abs((f(x + step) - f(x - step)) / (2 * h) - gradient[index] * direction[index])
    return error

@rejected(status="error")
def sums_the_first_axis_only(f, gradient, x, direction, h):
    total = 0
    for g, d in zip(gradient, direction, strict=True):
        total = total + g * d
    return np.max(np.abs((f(x + h * direction) - f(x - h * direction)) / (2 * h) - total))

all_ones_as_direction = rejected()(lambda f, g, x, d, h: _error()(f, g, x, np.ones_like(d), h))
directions_signs_only = rejected()(lambda f, g, x, d, h: _error()(f, g, x, np.sign(d), h))
f_is_given_flat_vectors = rejected(status="error")(_error(lambda f, x, d, h:
    (f((x + h * d).ravel()) - f((x - h * d).ravel())) / (2 * h)))
cast_to_float32 = rejected()(lambda f, g, x, d, h: _error()(f, np.float32(g), np.float32(x), np.float32(d), h))

@rejected("x moved", status="error")
def x_not_put_back(f, gradient, x, direction, h):
    x += h * direction
    up = f(x)
    x -= 2 * h * direction
    down = f(x)
    return abs((up - down) / (2 * h) - np.sum(gradient * direction))

@rejected("x moved", status="error")
def x_put_back_up_to_rounding(f, gradient, x, direction, h):
    x += h * direction
    up = f(x)
    x -= 2 * h * direction
    down = f(x)
    x += h * direction
    return abs((up - down) / (2 * h) - np.sum(gradient * direction))

@rejected("no copy", status="error")
def alias_taken_for_a_copy(f, gradient, x, direction, h):
    y = x
    y += h * direction
    up = f(y)
    return abs((up - f(x - h * direction)) / (2 * h) - np.sum(gradient * direction))

@rejected("direction scaled", status="error")
def direction_scaled_in_place(f, gradient, x, direction, h):
    total = np.sum(gradient * direction)
    direction *= h
    return abs((f(x + direction) - f(x - direction)) / (2 * h) - total)
