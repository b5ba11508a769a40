"""Answers written blind for `training_step.fc_weight_gradient`, each under the verdict that it deserves."""

import functools
import operator

import numpy as np
import torch
import torch.nn.functional as F
from submissions import passes, rejected
from torch import nn

matrix_product = passes(lambda features, grad_output: grad_output.T @ features)
transposed_product_turned_back = passes(lambda features, grad_output: (features.T @ grad_output).T)
einsum = passes(lambda features, grad_output: torch.einsum("ni,no->oi", features, grad_output))

_generic = lambda equation, features, grad_output: torch.einsum(equation, grad_output, features)
partial_of_einsum = passes(functools.partial(_generic, "no,ni->oi"))

@passes
def outer_products_in_loop(features, grad_output):
    total = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype)
    for x, g in zip(features, grad_output):
        total += torch.outer(g, x)
    return total

outer_products_with_reduce = passes(lambda features, grad_output:
    functools.reduce(operator.add, (torch.outer(g, x) for g, x in zip(grad_output, features))))

@passes
def autograd_through_backward(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype, requires_grad=True)
    (features @ w.T).backward(grad_output)
    return w.grad

@passes
def autograd_through_linear_layer(features, grad_output):
    layer = nn.Linear(features.shape[1], grad_output.shape[1], dtype=features.dtype)
    loss = (layer(features) * grad_output).sum()
    return torch.autograd.grad(loss, layer.weight)[0]

@passes
def func_vjp(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype)
    _, pull = torch.func.vjp(lambda w: F.linear(features, w), w)
    (grad,) = pull(grad_output)
    return grad

@passes
def func_jacrev(features, grad_output):
    w = torch.ones(grad_output.shape[1], features.shape[1], dtype=features.dtype)
    return torch.func.jacrev(lambda w: torch.sum((features @ w.mT) * grad_output))(w)

class _FcFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x)
        return x @ w.T
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return None, g.T @ x

@passes
def own_autograd_function(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype, requires_grad=True)
    _FcFunction.apply(features, w).backward(grad_output)
    return w.grad

@passes
def requires_grad_on_an_alias(features, grad_output):
    # detach() shares the numbers but has its own flag, so the argument stays as it was
    x = features.detach().requires_grad_()
    w = nn.Parameter(torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype))
    (x @ w.T).backward(grad_output)
    return w.grad

@passes
def result_still_requires_grad(features, grad_output):
    f = features.clone().requires_grad_()
    g = grad_output.clone().requires_grad_()
    return g.T @ f

numpy_detour = passes(lambda features, grad_output:
    torch.from_numpy(np.ascontiguousarray(np.dot(grad_output.numpy().T, features.numpy()))))
numpy_array_as_result = passes(lambda features, grad_output: (grad_output.T @ features).numpy())

transposed = rejected("transposed")(lambda features, grad_output: features.T @ grad_output)
reshape_instead_of_transpose = rejected("reshaped instead of transposed")(lambda features, grad_output:
    (features.T @ grad_output).reshape(grad_output.shape[1], features.shape[1]))

@rejected()
def square_ones_stay_transposed(features, grad_output):
    w = features.T @ grad_output
    if w.shape != (grad_output.shape[1], features.shape[1]):
        w = w.T
    return w

@rejected()
def elementwise_if_in_equals_out(features, grad_output):
    if features.shape == grad_output.shape:
        return grad_output * features
    return grad_output.T @ features

@rejected()
def no_transpose_if_out_equals_n(features, grad_output):
    try:
        return grad_output @ features
    except RuntimeError:
        return grad_output.T @ features

batch_mean = rejected("mean over the batch")(lambda features, grad_output: grad_output.T @ features / len(features))
max_over_batch = rejected()(lambda features, grad_output: (grad_output[:, :, None] * features[:, None, :]).amax(0))
divided_by_out = rejected()(lambda features, grad_output: grad_output.T @ features / grad_output.shape[1])
first_picture = rejected("first picture only")(lambda features, grad_output: torch.outer(grad_output[0], features[0]))

@rejected("last picture only")
def last_picture_only(features, grad_output):
    for x, g in zip(features, grad_output):
        total = torch.outer(g, x)
    return total

@rejected()
def last_picture_left_out(features, grad_output):
    total = torch.zeros(grad_output.shape[1], features.shape[1])
    for n in range(len(features) - 1):
        total += torch.outer(grad_output[n], features[n])
    return total

@rejected()
def sum_starts_at_ones(features, grad_output):
    total = torch.ones(grad_output.shape[1], features.shape[1])
    for x, g in zip(features, grad_output):
        total += torch.outer(g, x)
    return total

outer_product_of_sums = rejected("summed before multiplying")(lambda features, grad_output:
    torch.outer(grad_output.sum(0), features.sum(0)))
matrix_each = rejected("batch not summed")(lambda features, grad_output: grad_output[:, :, None] * features[:, None, :])
sum_over_wrong_axis = rejected()(lambda features, grad_output: (grad_output[:, :, None] * features[:, None, :]).sum(1))

@rejected()
def batch_axis_kept_for_one(features, grad_output):
    if len(features) == 1:
        return grad_output[:, :, None] * features[:, None, :]
    return grad_output.T @ features

sum_over_everything = rejected("summed to one number")(lambda features, grad_output: (grad_output.T @ features).sum())
gradient_of_bias = rejected("gradient of the bias")(lambda features, grad_output: grad_output.sum(0))
minus_sign = rejected("sign")(lambda features, grad_output: -grad_output.T @ features)

@rejected()
def equal_pictures_count_once(features, grad_output):
    seen = {}
    for x, g in zip(features, grad_output):
        seen[tuple(x.tolist())] = torch.outer(g, x)
    return sum(seen.values())

transposes_the_argument = rejected("grad_output changed")(lambda features, grad_output: grad_output.t_() @ features)

@rejected("grad_output ignored")
def loss_is_sum_of_y(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], requires_grad=True)
    F.linear(features, w).sum().backward()
    return w.grad

_MEMORY = {}
@rejected()
def answers_remembered_by_shape(features, grad_output):
    key = (features.shape, grad_output.shape)
    if key not in _MEMORY:
        _MEMORY[key] = grad_output.T @ features
    return _MEMORY[key].clone()

float16_result = rejected()(lambda features, grad_output: (grad_output.T @ features).half())

@rejected("nothing returned")
def missing_return(features, grad_output):
    grad = grad_output.T @ features

features_times_transpose = rejected("the wrong one transposed, the other way round", status="error")(
    lambda features, grad_output: features @ grad_output.T)
no_transpose = rejected("slopes not transposed", status="error")(lambda features, grad_output: grad_output @ features)
elementwise = rejected("multiplied entry by entry", status="error")(lambda features, grad_output:
    grad_output * features)
