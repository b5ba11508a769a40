"""Answers written blind for `derivatives.q_gradients`, each under the verdict that it deserves."""

import functools
from typing import NamedTuple

import torch
from submissions import passes, rejected


def _on_copies(seed=lambda g: g, times=1, after=lambda a, b: None):
    def answer(a, b, external_grad):
        a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
        for _ in range(times):
            (3 * a**3 - b**2).backward(gradient=seed(external_grad))
        after(a, b)
        return a.grad, b.grad
    return answer

class _Pair(NamedTuple):
    da: torch.Tensor
    db: torch.Tensor
named_tuple = passes(lambda a, b, g: _Pair(db=-2 * (b * g), da=(3 * a).square() * g))
list_of_two = passes(lambda a, b, g: [9 * a * a * g, -(b + b) * g])
views_of_one_stack = passes(lambda a, b, g: (torch.stack([9 * a**2, -2 * b]) * g).unbind())
backward_on_copies = passes(_on_copies())

@passes  # what comes back for b is b's own .grad
def copied_through_a_list(a, b, external_grad):
    a, b = torch.tensor(a.tolist(), dtype=a.dtype, requires_grad=True), b.detach().requires_grad_()
    return torch.autograd.grad(3 * a**3 - b**2, [a, b], external_grad)

@passes
def copies_that_warn(a, b, external_grad):
    a, b = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True)
    (3 * a**3 - b**2).backward(gradient=external_grad)
    return a.grad, b.grad

@passes
def cleans_up_after_itself(a, b, external_grad):
    a.requires_grad_(True)
    b.requires_grad_(True)
    (3 * a**3 - b**2).backward(external_grad)
    pair = a.grad, b.grad
    a.grad = b.grad = None
    a.requires_grad_(False)
    b.requires_grad_(False)
    return pair

@passes
def results_require_grad(a, b, external_grad):
    a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
    return torch.autograd.grad(3 * a**3 - b**2, (a, b), external_grad, create_graph=True)

@passes
def func_vjp(a, b, external_grad):
    _, pull_back = torch.func.vjp(lambda a, b: 3 * a**3 - b**2, a, b)
    return pull_back(external_grad)

@passes
def grad_twice_on_one_graph(a, b, external_grad):
    a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
    q = 3 * a**3 - b**2
    return torch.autograd.grad(q, a, external_grad)[0], torch.autograd.grad(q, b, external_grad)[0]

external_grad_ignored = rejected("external_grad ignored")(lambda a, b, g: (9 * a**2, -2 * b))
external_grad_summed = rejected("one weight for all")(lambda a, b, g: (9 * a**2 * g.sum(), -2 * b * g.sum()))
first_weight_for_all = rejected()(_on_copies(seed=lambda g: g.flatten()[0].expand_as(g)))
weight_inside_q_too = rejected()(lambda a, b, g: (9 * (g * a) ** 2, -2 * g * b))
swapped_pair = rejected("the two swapped")(lambda a, b, g: (-2 * b * g, 9 * a**2 * g))
minus_of_b_lost = rejected("sign of b")(lambda a, b, g: (9 * a**2 * g, 2 * b * g))
same_grads_twice = rejected()(_on_copies(times=2))

def _zeroes_before_returning(a, b):
    a.grad.zero_()
    b.grad.zero_()
grads_zeroed_before_return = rejected()(_on_copies(after=_zeroes_before_returning))

def _like_in_tutorial(a, b, external_grad, tidy=lambda a, b: None):
    a.requires_grad_()
    b.requires_grad_()
    (3 * a**3 - b**2).backward(gradient=external_grad)
    pair = a.grad, b.grad
    tidy(a, b)
    return pair
like_in_tutorial = rejected("on the caller's tensors")(_like_in_tutorial)

def _only_the_grads_cleared(a, b):
    a.grad = b.grad = None
requires_grad_left_on = rejected()(functools.partial(_like_in_tutorial, tidy=_only_the_grads_cleared))

def _only_the_flags_cleared(a, b):
    a.requires_grad_(False)
    b.requires_grad_(False)
grad_left_behind = rejected("on the caller's tensors")(
    functools.partial(_like_in_tutorial, tidy=_only_the_flags_cleared))

def _tidies_only_a(a, b):
    a.grad = None
    a.requires_grad_(False)
only_a_tidied = rejected()(functools.partial(_like_in_tutorial, tidy=_tidies_only_a))

@rejected()
def external_grad_overwritten(a, b, external_grad):
    db = -2 * b * external_grad
    da = external_grad.mul_(9 * a**2)
    return da, db

@rejected(status="error")
def no_requires_grad(a, b, external_grad):
    q = 3 * a**3 - b**2
    q.backward(gradient=external_grad)
    return a.grad, b.grad

ellipsis_for_q_gradients = rejected(status="todo")(...)
tensor_of_two_numbers = rejected()(lambda a, b, w: torch.zeros(2))
