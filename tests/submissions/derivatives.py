"""Answers written blind for the exercises of the lesson `derivatives`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it. None keeps anything between calls.
"""

import functools
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from submissions import Submission

DA, DB = "derivatives.dq_da", "derivatives.dq_db"
FORWARD, CENTRAL = "derivatives.forward_difference", "derivatives.central_difference"
GRADIENTS, CLOSE = "derivatives.q_gradients", "derivatives.close_enough"


# The derivatives by hand, right


def entry_by_entry(a):
    out = torch.empty_like(a)
    for place in np.ndindex(tuple(a.shape)):
        out[place] = 9 * a[place].item() ** 2
    return out


def complex_step(a):
    z = torch.complex(a.detach(), torch.full_like(a, 1e-200))
    return (3 * z * z * z).imag / 1e-200


def learnable_nine(a):
    nine = torch.tensor(9.0, dtype=a.dtype, requires_grad=True)
    return nine * a * a


class PowerRule(nn.Module):
    def __init__(self, factor, exponent):
        super().__init__()
        self.factor, self.exponent = factor, exponent

    def forward(self, x):
        return self.factor * self.exponent * x ** (self.exponent - 1)


class Builds:
    def __new__(cls, b):
        return b.new_tensor([-1.0, -1.0]).expand(*b.shape, 2).sum(-1) * b


def every_second_place(b):
    return torch.stack([-(b + b), b], dim=-1)[..., 0]


def in_place_on_a_clone(b):
    b = b.clone()
    b *= 2
    return b.neg_()


# The derivatives by hand, wrong


def forgets_return(a):
    9 * a**2


def leaves_a_grad(a):
    a.requires_grad_()
    (3 * a**3).sum().backward()
    return a.grad


def squares_in_place(a):
    a *= a
    return 9 * a


def asks_for_the_sign(b):
    if b < 0:
        return 2 * -b
    return -2 * b


def overwrites_b(b):
    return b.mul_(-2)


# The differences, right


def by_fractions(f, x, h):
    return float((Fraction(f(x + h)) - Fraction(f(x))) / Fraction(h))


def here_first(f, x, h):
    before = f(x)
    x += h
    return (f(x) - before) / h


class Difference:
    def __init__(self, left, right):
        self.left, self.right = left, right

    def __call__(self, f, x, h):
        high, low = (f(x + step * h) for step in (self.right, self.left))
        return (high - low) / ((self.right - self.left) * h)


def mean_of_both_sides(f, x, h):
    ahead, behind = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
    return (ahead + behind) / 2


def weighted_sum(f, x, h):
    return math.fsum(sign * f(x + sign * h) for sign in (1, -1)) / math.ldexp(h, 1)


# The differences, wrong


def moves_x_too_early(f, x, h):
    x = x + h
    return (f(x) - f(x)) / h


def own_step(f, x, h):
    h = 1e-6
    return (f(x + h) - f(x)) / h


def until_it_settles(f, x, h):
    slope, last = (f(x + h) - f(x)) / h, None
    while slope != last:
        h = h / 2
    return slope


def steps_left_from_the_right(f, x, h):
    x += h
    right = f(x)
    x -= h
    return (right - f(x)) / (2 * h)


def not_written_yet(f, x, h):
    raise NotImplementedError


# The pair of gradients, right


class Pair(NamedTuple):
    da: torch.Tensor
    db: torch.Tensor


def on_copies(seed=lambda g: g, times=1, after=lambda a, b: None):
    def answer(a, b, external_grad):
        a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
        for _ in range(times):
            (3 * a**3 - b**2).backward(gradient=seed(external_grad))
        after(a, b)
        return a.grad, b.grad

    return answer


def copies_by_torch_tensor(a, b, external_grad):
    a, b = torch.tensor(a.tolist(), dtype=a.dtype, requires_grad=True), b.detach().requires_grad_()
    return torch.autograd.grad(3 * a**3 - b**2, [a, b], external_grad)


def copy_that_warns(a, b, external_grad):
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (3 * a**3 - b**2).backward(gradient=external_grad)
    return a.grad, b.grad


def cleans_up_after_itself(a, b, external_grad):
    a.requires_grad_(True)
    b.requires_grad_(True)
    (3 * a**3 - b**2).backward(external_grad)
    pair = a.grad, b.grad
    a.grad = b.grad = None
    a.requires_grad_(False)
    b.requires_grad_(False)
    return pair


def differentiable_pair(a, b, external_grad):
    a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
    return torch.autograd.grad(3 * a**3 - b**2, (a, b), external_grad, create_graph=True)


def func_vjp(a, b, external_grad):
    _, pull_back = torch.func.vjp(lambda a, b: 3 * a**3 - b**2, a, b)
    return pull_back(external_grad)


def grad_called_twice(a, b, external_grad):
    a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
    q = 3 * a**3 - b**2
    return torch.autograd.grad(q, a, external_grad)[0], torch.autograd.grad(q, b, external_grad)[0]


# The pair of gradients, wrong


def tutorial(a, b, external_grad, tidy=lambda a, b: None):
    a.requires_grad_()
    b.requires_grad_()
    (3 * a**3 - b**2).backward(gradient=external_grad)
    pair = a.grad, b.grad
    tidy(a, b)
    return pair


def only_the_grads_cleared(a, b):
    a.grad = b.grad = None


def only_the_flags_cleared(a, b):
    a.requires_grad_(False)
    b.requires_grad_(False)


def only_a_tidied(a, b):
    a.grad = None
    a.requires_grad_(False)


def zeroes_before_returning(a, b):
    a.grad.zero_()
    b.grad.zero_()


def weights_the_argument(a, b, external_grad):
    db = -2 * b * external_grad
    da = external_grad.mul_(9 * a**2)
    return da, db


def without_requires_grad(a, b, external_grad):
    q = 3 * a**3 - b**2
    q.backward(gradient=external_grad)
    return a.grad, b.grad


# Close enough, right


def judge(rule):
    def answer(got, want):
        if got.shape != want.shape:
            return False
        return rule(got - want, torch.maximum(got.abs(), want.abs()).max())

    return answer


def one_entry_at_a_time(got, want):
    if got.shape != want.shape:
        return False
    pairs = list(zip(got.flatten().tolist(), want.flatten().tolist(), strict=True))
    scale = max(abs(entry) for pair in pairs for entry in pair)
    return all(abs(x - y) <= 1e-6 * scale for x, y in pairs)


def with_numpy(got, want):
    got, want = got.detach().cpu().numpy(), want.detach().cpu().numpy()
    if got.shape != want.shape or np.isnan(got).any() or np.isnan(want).any():
        return False
    return bool(np.abs(got - want).max() <= 1e-6 * max(np.abs(got).max(), np.abs(want).max()))


def wanted_is_the_scale(got, want):
    return got.shape == want.shape and ((got - want).abs().max() <= want.abs().max() * 1e-6).item()


def divides_unless_equal(got, want):
    if torch.equal(got, want):
        return True
    if got.shape != want.shape:
        return False
    both = torch.stack([got, want])
    return bool((got - want).abs().max() / both.abs().max() <= 1e-6)


# Close enough, wrong


def leaves_shapes_to_try(got, want):
    try:
        return bool((got - want).abs().max() <= 1e-6 * max(got.abs().max(), want.abs().max()))
    except RuntimeError:
        return False


def subtracts_in_place(got, want):
    scale = max(got.abs().max(), want.abs().max())
    return got.shape == want.shape and bool(got.sub_(want).abs().max() <= 1e-6 * scale)


def scale_without_abs(got, want):
    return got.shape == want.shape and bool((got - want).abs().max() <= 1e-6 * max(got.max(), want.max()))


def asserts_the_shape(got, want):
    assert got.shape == want.shape, "shapes differ"
    return one_entry_at_a_time(got, want)


def same_number_of_entries(got, want):
    if got.numel() != want.numel():
        return False
    return one_entry_at_a_time(got.flatten(), want.flatten())


def assert_close(got, want):
    torch.testing.assert_close(got, want, rtol=1e-6, atol=0)
    return True


def takes_abs_in_place(got, want):
    if got.shape != want.shape:
        return False
    gap = (got - want).abs().max()
    return bool(gap <= 1e-6 * max(got.abs_().max(), want.abs_().max()))


def allclose(**options):
    return lambda g, w: g.shape == w.shape and torch.allclose(g, w, **options)


def nan_equals_nan(got, want):
    return allclose(rtol=0, atol=1e-6 * want.abs().nan_to_num().max().item(), equal_nan=True)(got, want)


SUBMISSIONS = (
    # The derivative with respect to a
    Submission(DA, "three a, squared", lambda a: (3 * a) ** 2),
    Submission(DA, "entry by entry with item", entry_by_entry),
    Submission(DA, "complex step", complex_step),
    Submission(DA, "learnable nine, result requires grad", learnable_nine),
    Submission(DA, "module with the power rule", PowerRule(3, 3)),
    Submission(DA, "NumPy and back", lambda a: torch.as_tensor(9 * np.square(a.detach().numpy()))),
    Submission(DA, "vjp instead of by hand", lambda a: torch.func.vjp(lambda a: 3 * a**3, a)[1](torch.ones_like(a))[0]),
    Submission(DA, "exponent not multiplied in", lambda a: 3 * a**2, "wrong", "factor lost"),
    Submission(
        DA, "multiplied by the new exponent, 6a^2", lambda a: 3 * 2 * a**2, "wrong", "new exponent as the factor"
    ),
    Submission(DA, "nine inside the square", lambda a: (9 * a) ** 2, "wrong", "factor cubed too"),
    Submission(DA, "both derivatives at a", lambda a: 9 * a**2 - 2 * a, "wrong"),
    Submission(DA, "a times abs(a)", lambda a: 9 * a * a.abs(), "wrong"),
    Submission(DA, "example for all entries", lambda a: torch.full_like(a, 9.0), "wrong", "the example's value"),
    Submission(DA, "summed up", lambda a: (9 * a**2).sum(), "wrong", "summed"),
    Submission(DA, "flattened", lambda a: 9 * a.flatten() ** 2, "wrong"),
    Submission(DA, "NumPy array", lambda a: 9 * a.detach().numpy() ** 2),
    Submission(DA, "rounded to float32", lambda a: (9 * a.float() ** 2).to(a.dtype), "wrong"),
    Submission(DA, "squares a in place", squares_in_place, "wrong"),
    Submission(DA, "backward on a itself", leaves_a_grad, "wrong"),
    Submission(DA, "no return", forgets_return, "wrong", "nothing returned"),
    Submission(DA, "caret as power", lambda a: 9 * a ^ 2, "error", "caret for a power"),
    Submission(DA, "minus 2b with no b", lambda a: 9 * a**2 - 2 * b, "error"),  # noqa: F821
    # The derivative with respect to b
    Submission(DB, "partial of torch.mul", functools.partial(torch.mul, other=-2)),
    Submission(DB, "class that builds a tensor", Builds),
    Submission(DB, "view on every second place", every_second_place),
    Submission(DB, "in place on a clone", in_place_on_a_clone),
    Submission(DB, "zero minus 2b", lambda b: 0 - 2 * b),
    Submission(DB, "minus lost", lambda b: 2 * b, "wrong", "sign lost"),
    Submission(DB, "exponent not brought down", lambda b: -b, "wrong", "exponent lost"),
    Submission(DB, "exponent negated", lambda b: b**-2, "wrong"),
    Submission(DB, "-2 in each place", lambda b: torch.full_like(b, -2), "wrong", "differentiated twice"),
    Submission(DB, "always negative", lambda b: -2 * b.abs(), "wrong"),
    Submission(DB, "sum over b", lambda b: -2 * b.sum(), "wrong", "summed"),
    Submission(DB, "at least one axis", lambda b: -2 * torch.atleast_1d(b), "wrong"),  # misconception: no 0-d tensors
    Submission(DB, "squeezed", lambda b: -2 * b.squeeze(), "wrong"),  # misconception: axes of length 1 do not matter
    Submission(DB, "pair with a zero", lambda b: (torch.zeros_like(b), -2 * b), "wrong"),
    Submission(DB, "b overwritten by the result", overwrites_b, "wrong"),
    Submission(DB, "if b < 0", asks_for_the_sign, "error"),
    Submission(DB, "needs a as well", lambda a, b: -2 * b, "wrong"),
    Submission(DB, "... for dq_db", ..., "todo"),
    # The forward difference
    Submission(FORWARD, "Fractions", by_fractions),
    Submission(FORWARD, "f(x) first, x moved", here_first),
    Submission(FORWARD, "callable object, steps 0 and 1", Difference(0, 1)),
    Submission(FORWARD, "times 1 / h", lambda f, x, h: (f(h + x) - f(x)) * (1 / h)),
    Submission(FORWARD, "NumPy float", lambda f, x, h: np.diff([f(x), f(x + h)])[0] / h),
    Submission(FORWARD, "only f(x) over h", lambda f, x, h: f(x + h) - f(x) / h, "wrong", "only the last term divided"),
    Submission(FORWARD, "sign turned", lambda f, x, h: (f(x) - f(x + h)) / h, "wrong", "order swapped"),
    Submission(FORWARD, "backward difference", lambda f, x, h: (f(x) - f(x - h)) / h, "wrong", "backward difference"),
    Submission(
        FORWARD, "central instead", lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h), "wrong", "central difference"
    ),
    Submission(FORWARD, "h outside of f", lambda f, x, h: (f(x) + h - f(x)) / h, "wrong"),
    Submission(FORWARD, "own small h", own_step, "wrong", "h ignored"),
    Submission(FORWARD, "x squared built in", lambda f, x, h: ((x + h) ** 2 - x**2) / h, "wrong"),
    Submission(FORWARD, "always uphill", lambda f, x, h: abs(f(x + h) - f(x)) / h, "wrong"),
    Submission(FORWARD, "x moved before both", moves_x_too_early, "wrong"),
    Submission(FORWARD, "0-d tensor", lambda f, x, h: torch.tensor((f(x + h) - f(x)) / h, dtype=torch.double)),
    Submission(FORWARD, "f with two arguments", lambda f, x, h: (f(x, h) - f(x)) / h, "error"),
    Submission(FORWARD, "halves h for ever", until_it_settles, "timeout"),
    # The central difference
    Submission(CENTRAL, "callable object, steps -1 and 1", Difference(-1, 1)),
    Submission(CENTRAL, "mean of both sides", mean_of_both_sides),
    Submission(CENTRAL, "fsum and ldexp", weighted_sum),
    Submission(CENTRAL, "by 2, then by h", lambda f, x, h: (f(x + h) - f(x - h)) / 2 / h),
    Submission(CENTRAL, "np.gradient", lambda f, x, h: np.gradient([f(x - h), f(x), f(x + h)], h)[1]),
    Submission(CENTRAL, "/ 2 * h without brackets", lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h, "wrong", "/ 2 * h"),
    Submission(CENTRAL, "divided by h only", lambda f, x, h: (f(x + h) - f(x - h)) / h, "wrong", "divided by h"),
    Submission(
        CENTRAL,
        "no brackets above",
        lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
        "wrong",
        "only the last term divided",
    ),
    Submission(
        CENTRAL, "f(x) instead of f(x - h)", lambda f, x, h: (f(x + h) - f(x)) / (2 * h), "wrong", "one-sided over 2h"
    ),
    Submission(CENTRAL, "left minus right", lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h), "wrong", "order swapped"),
    Submission(CENTRAL, "h - x for x - h", lambda f, x, h: (f(x + h) - f(h - x)) / (2 * h), "wrong"),
    Submission(CENTRAL, "half steps", lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h, "wrong", "half steps"),
    Submission(
        CENTRAL,
        "second derivative",
        lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
        "wrong",
        "second derivative",
    ),
    Submission(CENTRAL, "x moved back by h only", steps_left_from_the_right, "wrong", "one-sided over 2h"),
    Submission(CENTRAL, "f indexed", lambda f, x, h: (f[x + h] - f[x - h]) / (2 * h), "error"),
    Submission(CENTRAL, "NotImplementedError", not_written_yet, "todo"),
    # The pair of gradients
    Submission(GRADIENTS, "named tuple", lambda a, b, g: Pair(db=-2 * (b * g), da=(3 * a).square() * g)),
    Submission(GRADIENTS, "list of two", lambda a, b, g: [9 * a * a * g, -(b + b) * g]),
    Submission(GRADIENTS, "views of one stack", lambda a, b, g: (torch.stack([9 * a**2, -2 * b]) * g).unbind()),
    Submission(GRADIENTS, "backward on copies", on_copies()),
    Submission(GRADIENTS, "copied through a list, alias of b", copies_by_torch_tensor),
    Submission(GRADIENTS, "copies that warn", copy_that_warns),
    Submission(GRADIENTS, "cleans up after itself", cleans_up_after_itself),
    Submission(GRADIENTS, "results require grad", differentiable_pair),
    Submission(GRADIENTS, "torch.func.vjp", func_vjp),
    Submission(GRADIENTS, "grad twice on one graph", grad_called_twice),
    Submission(
        GRADIENTS, "external_grad ignored", lambda a, b, g: (9 * a**2, -2 * b), "wrong", "external_grad ignored"
    ),
    Submission(
        GRADIENTS,
        "external_grad summed",
        lambda a, b, g: (9 * a**2 * g.sum(), -2 * b * g.sum()),
        "wrong",
        "one weight for all",
    ),
    Submission(GRADIENTS, "first weight for all", on_copies(seed=lambda g: g.flatten()[0].expand_as(g)), "wrong"),
    Submission(GRADIENTS, "weight inside Q too", lambda a, b, g: (9 * (g * a) ** 2, -2 * g * b), "wrong"),
    Submission(GRADIENTS, "swapped pair", lambda a, b, g: (-2 * b * g, 9 * a**2 * g), "wrong", "the two swapped"),
    Submission(GRADIENTS, "minus of b lost", lambda a, b, g: (9 * a**2 * g, 2 * b * g), "wrong", "sign of b"),
    Submission(GRADIENTS, "same grads twice", on_copies(times=2), "wrong"),
    Submission(GRADIENTS, "grads zeroed before return", on_copies(after=zeroes_before_returning), "wrong"),
    Submission(GRADIENTS, "like in the tutorial", tutorial, "wrong", "on the caller's tensors"),
    Submission(GRADIENTS, "requires_grad left on", functools.partial(tutorial, tidy=only_the_grads_cleared), "wrong"),
    Submission(
        GRADIENTS,
        ".grad left behind",
        functools.partial(tutorial, tidy=only_the_flags_cleared),
        "wrong",
        "on the caller's tensors",
    ),
    Submission(GRADIENTS, "only a tidied", functools.partial(tutorial, tidy=only_a_tidied), "wrong"),
    Submission(GRADIENTS, "external_grad overwritten", weights_the_argument, "wrong"),
    Submission(GRADIENTS, "no requires_grad", without_requires_grad, "error"),
    Submission(GRADIENTS, "... for q_gradients", ..., "todo"),
    # Close enough
    Submission(CLOSE, "one entry at a time", one_entry_at_a_time),
    Submission(CLOSE, "NumPy arrays", with_numpy),
    Submission(CLOSE, "scale of want alone", wanted_is_the_scale),
    Submission(CLOSE, "equal, else divided", divides_unless_equal),
    Submission(CLOSE, "limit, NaN compares false", judge(lambda d, s: bool(d.abs().max() <= 1e-6 * s))),
    Submission(CLOSE, "torch.equal", torch.equal, "wrong", "equality"),
    Submission(CLOSE, "torch.allclose as it is", allclose(), "wrong", "torch.allclose as it comes"),
    Submission(CLOSE, "allclose, entry by entry", allclose(rtol=1e-6, atol=0), "wrong", "entry by entry"),
    Submission(CLOSE, "no abs, only one side", judge(lambda d, s: bool(d.max() <= 1e-6 * s)), "wrong", "no abs"),
    Submission(
        CLOSE,
        "differences cancel",
        judge(lambda d, s: bool(d.sum().abs() <= 1e-6 * s)),
        "wrong",
        "sum of the differences",
    ),
    Submission(CLOSE, "scale without abs", scale_without_abs, "wrong", "size without abs"),
    Submission(
        CLOSE,
        "scale of at least 1",
        judge(lambda d, s: bool(d.abs().max() <= 1e-6 * max(1.0, s))),
        "wrong",
        "size of at least 1",
    ),
    Submission(
        CLOSE, "tensor of a bool", judge(lambda d, s: (d.abs() <= 1e-6 * s).all()), "wrong", "a tensor returned"
    ),
    Submission(
        CLOSE,
        "NumPy bool",
        judge(lambda d, s: np.all(d.abs().numpy() <= 1e-6 * s.item())),
        "wrong",
        "np.bool_ returned",
    ),
    Submission(CLOSE, "shapes that broadcast", leaves_shapes_to_try, "wrong", "broadcast shapes accepted"),
    Submission(CLOSE, "same number of entries", same_number_of_entries, "wrong"),
    Submission(
        CLOSE,
        "zeros strictly below zero",
        judge(lambda d, s: bool(d.abs().max() < 1e-6 * s)),
        "wrong",
        "zeros rejected",
    ),
    Submission(CLOSE, "zero over zero", judge(lambda d, s: bool(d.abs().max() / s <= 1e-6)), "wrong", "zeros rejected"),
    Submission(
        CLOSE, "NaN is not far apart", judge(lambda d, s: not d.abs().max() > 1e-6 * s), "wrong", "NaN accepted"
    ),
    Submission(CLOSE, "NaN equals NaN", nan_equals_nan, "wrong"),
    Submission(CLOSE, "got overwritten by the difference", subtracts_in_place, "wrong", "measured by the difference"),
    Submission(CLOSE, "abs in place", takes_abs_in_place, "wrong"),
    Submission(CLOSE, "assert on the shape", asserts_the_shape, "error"),
    Submission(CLOSE, "assert_close", assert_close, "error"),
    Submission(DA, "whole Jacobian", lambda a: torch.autograd.functional.jacobian(lambda x: 3 * x**3, a), "wrong"),
    Submission(GRADIENTS, "tensor of two numbers", lambda a, b, w: torch.zeros(2), "wrong"),
    Submission(CLOSE, "shapes only", lambda got, want: got.shape == want.shape, "wrong", "only the shapes compared"),
)
