"""Answers written blind for `derivatives.dq_db`, each under the verdict that it deserves."""

import functools

import torch
from submissions import passes, rejected

partial_of_mul = passes(functools.partial(torch.mul, other=-2))

@passes
class class_that_builds_tensor:
    def __new__(cls, b):
        return b.new_tensor([-1.0, -1.0]).expand(*b.shape, 2).sum(-1) * b

view_on_every_second_place = passes(lambda b: torch.stack([-(b + b), b], dim=-1)[..., 0])

@passes
def in_place_on_clone(b):
    b = b.clone()
    b *= 2
    return b.neg_()

zero_minus_2b = passes(lambda b: 0 - 2 * b)

minus_lost = rejected("sign lost")(lambda b: 2 * b)
exponent_not_brought_down = rejected("exponent lost")(lambda b: -b)
exponent_negated = rejected()(lambda b: b**-2)
minus_two_in_each_place = rejected("differentiated twice")(lambda b: torch.full_like(b, -2))
always_negative = rejected()(lambda b: -2 * b.abs())
sum_over_b = rejected("summed")(lambda b: -2 * b.sum())
at_least_one_axis = rejected()(lambda b: -2 * torch.atleast_1d(b))  # believes that there are no tensors without axes
squeezed = rejected()(lambda b: -2 * b.squeeze())  # believes that axes of length 1 don't matter
pair_with_zero = rejected()(lambda b: (torch.zeros_like(b), -2 * b))
b_overwritten_by_result = rejected()(lambda b: b.mul_(-2))

@rejected(status="error")
def only_for_negative_b(b):
    if b < 0:
        return 2 * -b
    return -2 * b

needs_a_as_well = rejected()(lambda a, b: -2 * b)
ellipsis_for_dq_db = rejected(status="todo")(...)
