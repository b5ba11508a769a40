"""A bank of functions with one wrong gradient each, with the cause that a verifier should name.

Every function computes the right value; the slip is in its backward, in what it detaches or in how it treats a call.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn


class Wrong(NamedTuple):
    name: str
    cause: str
    make: Callable[[int, np.random.Generator], tuple[Callable, list, Callable | None]]
    input: int | str | None = None
    also: tuple[str, ...] = ()


_BANK: list[Wrong] = []


def wrong(cause, at=None, also=()):
    def keep(make):
        _BANK.append(Wrong(make.__name__, cause, make, at, also))
        return make

    return keep


# Shapes: a matrix r < c, a square, a stack of matrices and a batch of images, each with about n entries.


def matrix(n):
    rows = next(r for r in range(math.isqrt(n), 0, -1) if n % r == 0 and r * r < n)
    return rows, n // rows


def side(n):
    return round(math.sqrt(n))


def volume(n):
    return 2, *matrix(n // 2)


def image(n):
    height = math.isqrt(n // 4)
    height -= height * height == n // 4
    return 2, 2, height, n // 4 // height


# Numbers.


def array(rng, *shape):
    return rng.normal(size=shape) * np.exp(rng.uniform(-1, 0.7, size=shape))


def positive_array(rng, *shape):
    return rng.uniform(0.3, 2.5, size=shape)


def spaced_array(rng, *shape):
    """Signed numbers without ties, none of them zero."""
    count = math.prod(shape)
    return ((rng.permutation(count) + rng.uniform(0.1, 0.9, count)) / count * 5 - 2.3).reshape(shape)


def kinked_array(rng, n, kink=0.0):
    x = spaced_array(rng, n)
    x[1::4] = kink
    return x


def leaf(values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def real(rng, *shape, dtype=torch.float64):
    return leaf(array(rng, *shape), dtype)


def positive(rng, *shape):
    return leaf(positive_array(rng, *shape))


def spaced(rng, *shape):
    return leaf(spaced_array(rng, *shape))


def complex_(rng, *shape):
    return leaf(array(rng, *shape) + 1j * array(rng, *shape), torch.complex128)


def whole(rng, high, *shape):
    return torch.from_numpy(rng.integers(0, high, shape))


# Functions.


def function(forward, backward, *, setup=False):
    """A fresh autograd function, where backward(grad, output, *inputs) gives the gradients of the first inputs."""

    def save(ctx, inputs, output):
        ctx.save_for_backward(*inputs, *(output if isinstance(output, tuple) else (output,)))
        ctx.several = isinstance(output, tuple)
        ctx.count = len(inputs)

    def pull(ctx, *grads):
        inputs, outputs = ctx.saved_tensors[: ctx.count], ctx.saved_tensors[ctx.count :]
        grad, output = (grads, outputs) if ctx.several else (grads[0], outputs[0])
        found = backward(grad, output, *inputs)
        found = found if isinstance(found, tuple) else (found,)
        return found + (None,) * (ctx.count - len(found))

    class Rule(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *inputs):
            output = forward(*inputs)
            save(ctx, inputs, output)
            return output

        backward = staticmethod(pull)

    class RuleWithSetup(torch.autograd.Function):
        @staticmethod
        def forward(*inputs):
            return forward(*inputs)

        setup_context = staticmethod(save)
        backward = staticmethod(pull)

    return (RuleWithSetup if setup else Rule).apply


class Layer(nn.Module):
    """A module with named parameters around a function of (inputs, parameters)."""

    def __init__(self, compute, **parameters):
        super().__init__()
        self.compute = compute
        for name, value in parameters.items():
            self.register_parameter(name, nn.Parameter(value.detach().clone()))

    def forward(self, *inputs):
        return self.compute(*inputs, *self.parameters())


def standardised(x, axis=-1):
    centred = x - x.mean(axis=axis, keepdims=True)
    std = ((centred * centred).mean(axis=axis, keepdims=True) + 1e-5) ** 0.5
    return centred / std, std


def standardised_backward(g, x, axis=-1):
    xhat, std = standardised(x, axis)
    return (g - g.mean(axis=axis, keepdims=True) - xhat * (g * xhat).mean(axis=axis, keepdims=True)) / std


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def one_hot(labels, x):
    return F.one_hot(labels, x.shape[1]).to(x.dtype)


def length(x):
    return (x * x).sum(axis=-1, keepdims=True) ** 0.5


def layer_norm(x, w, b):
    return standardised(x)[0] * w + b


def cosine(a, b):
    return (a * b).sum(axis=-1, keepdims=True) / (length(a) * length(b))


def linear(x, w, b):
    return x @ w.T + b


# sign


@wrong("sign", 1)
def subtraction_plus_for_subtrahend(n, rng):
    fn = function(lambda a, b: a - b, lambda g, y, a, b: (g, g))
    return fn, [real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("sign", 0)
def cosine_function_plus_sine(n, rng):
    return function(torch.cos, lambda g, y, x: g * x.sin(), setup=True), [real(rng, n)], None


@wrong("sign", 0)
def reciprocal_without_minus(n, rng):
    return function(torch.reciprocal, lambda g, y, x: g * y * y), [positive(rng, *matrix(n))], None


@wrong("sign", 1)
def division_denominator_without_minus(n, rng):
    fn = function(torch.div, lambda g, y, a, b: (g / b, g * a / b**2))
    return fn, [real(rng, *matrix(n)), positive(rng, *matrix(n))], None


@wrong("sign", 0)
def cross_entropy_target_minus_probability(n, rng):
    r, c = matrix(n)
    fn = function(F.cross_entropy, lambda g, y, x, t: g * (one_hot(t, x) - x.softmax(1)) / len(x))
    return fn, [real(rng, r, c), whole(rng, c, r)], None


@wrong("sign", 0)
def numpy_bce_with_logits_target_minus_sigmoid(n, rng):
    target = rng.integers(0, 2, n).astype(float)

    def loss(x):
        return np.mean(np.logaddexp(0, x) - target * x)

    return loss, [array(rng, n)], lambda g, x: g * (target - sigmoid(x)) / x.size


@wrong("sign", 0, ("transposed",))
def rotate_half_rotated_again(n, rng):
    def rotate(x):
        first, second = x.chunk(2, -1)
        return torch.cat((-second, first), -1)

    return function(rotate, lambda g, y, x: rotate(g), setup=True), [real(rng, n // 4, 4)], None


@wrong("sign", 1)
def cross_product_order_of_factors(n, rng):
    fn = function(torch.linalg.cross, lambda g, y, a, b: (torch.linalg.cross(b, g), torch.linalg.cross(a, g)))
    return fn, [real(rng, n // 3, 3), real(rng, n // 3, 3)], None


@wrong("sign", 1)
def numpy_squared_error_same_sign_for_target(n, rng):
    def rule(g, x, t):
        grad = g * 2 * (x - t) / x.size
        return grad, grad

    return lambda x, t: np.mean((x - t) ** 2), [array(rng, *matrix(n)), array(rng, *matrix(n))], rule


@wrong("sign", 0)
def sine_cosine_pair_second_sign(n, rng):
    fn = function(lambda x: (x.sin(), x.cos()), lambda g, y, x: g[0] * x.cos() + g[1] * x.sin())
    return fn, [real(rng, *matrix(n))], None


# factor


@wrong("factor", 0)
def mse_without_two(n, rng):
    fn = function(F.mse_loss, lambda g, y, x, t: g * (x - t) / x.numel())
    return fn, [real(rng, *matrix(n)), real(rng, *matrix(n)).detach()], None


@wrong("factor", 0, ("overwritten", "missing_term"))
def square_as_product_half(n, rng):
    return function(lambda x: x * x, lambda g, y, x: g * x), [real(rng, *matrix(n))], None


@wrong("factor", 0)
def log2_without_ln2(n, rng):
    return function(torch.log2, lambda g, y, x: g / x, setup=True), [positive(rng, n)], None


@wrong("factor", 0)
def erf_without_constant(n, rng):
    return function(torch.erf, lambda g, y, x: g * torch.exp(-x * x)), [real(rng, *matrix(n))], None


@wrong("factor", 0)
def numpy_softmax_temperature_left_out(n, rng):
    def rule(g, x):
        y = softmax(x / 0.7)
        return y * (g - (g * y).sum(-1, keepdims=True))

    return lambda x: softmax(x / 0.7), [array(rng, *matrix(n))], rule


@wrong("factor", 0)
def numpy_half_quadratic_form_twice(n, rng):
    a = array(rng, n, n)
    a = a + a.T
    return lambda x: 0.5 * x @ a @ x, [array(rng, n)], lambda g, x: g * 2 * (a @ x)


@wrong("factor", 0, ("missing_mask",))
def dropout_boolean_mask_without_rescaling(n, rng):
    fn = function(lambda x, keep: x * keep / 0.7, lambda g, y, x, keep: g * keep)
    return fn, [real(rng, *matrix(n)), torch.from_numpy(rng.random(matrix(n)) < 0.7)], None


@wrong("factor", 0, ("scaled_by_size",))
def attention_scores_scale_left_out_for_queries(n, rng):
    r, d = matrix(n)
    fn = function(lambda q, k: q @ k.T / d**0.5, lambda g, y, q, k: (g @ k, g.T @ q / d**0.5))
    return fn, [real(rng, r, d), real(rng, r + 2, d)], None


@wrong("factor", "lora_b")
def lora_scale_left_out(n, rng):
    r, c = matrix(n)

    def forward(x, w, a, b):
        return x @ w.T + 3.2 * (x @ a.T @ b.T)

    def backward(g, y, x, w, a, b):
        return g @ w + 3.2 * (g @ b @ a), g.T @ x, 3.2 * (g @ b).T @ x, g.T @ (x @ a.T)

    rank, fan_in, fan_out = r, 5, c
    parameters = {
        "weight": real(rng, fan_out, fan_in),
        "lora_a": real(rng, rank, fan_in),
        "lora_b": real(rng, fan_out, rank),
    }
    return Layer(function(forward, backward), **parameters), [real(rng, 7, fan_in)], None


@wrong("factor", 0)
def numpy_sine_of_degrees(n, rng):
    return lambda x: np.sin(np.pi / 180 * x), [40 * array(rng, n)], lambda g, x: g * np.cos(np.pi / 180 * x)


@wrong("factor", 0)
def logsumexp_temperature_twice(n, rng):
    fn = function(lambda x: 0.6 * (x / 0.6).logsumexp(-1), lambda g, y, x: g[:, None] * (x / 0.6).softmax(-1) / 0.6)
    return fn, [real(rng, *matrix(n))], None


# scaled_by_size


@wrong("scaled_by_size", 0)
def mean_not_divided(n, rng):
    fn = function(lambda x: x.mean(1), lambda g, y, x: g[:, None].expand_as(x))
    return fn, [real(rng, *matrix(n))], None


@wrong("scaled_by_size", 0)
def numpy_sum_of_squares_divided(n, rng):
    target = array(rng, *matrix(n))

    def rule(g, x):
        return g * 2 * (x - target) / x.size

    return lambda x: np.sum((x - target) ** 2), [array(rng, *matrix(n))], rule


@wrong("scaled_by_size", "bias")
def linear_bias_averaged(n, rng):
    fn = function(linear, lambda g, y, x, w, b: (g @ w, g.T @ x, g.mean(0)))
    return Layer(fn, weight=real(rng, n, 3), bias=real(rng, n)), [real(rng, 5, 3)], None


@wrong("scaled_by_size", 1)
def layer_norm_weight_averaged(n, rng):
    def backward(g, y, x, w, b):
        return standardised_backward(g * w, x), (g * standardised(x)[0]).mean(0), g.sum(0)

    return function(layer_norm, backward, setup=True), [real(rng, 4, n), real(rng, n), real(rng, n)], None


@wrong("scaled_by_size", "bias")
def batch_norm_bias_averaged(n, rng):
    def forward(x, w, b):
        return standardised(x, 0)[0] * w + b

    def backward(g, y, x, w, b):
        return standardised_backward(g * w, x, 0), (g * standardised(x, 0)[0]).sum(0), g.mean(0)

    return Layer(function(forward, backward), weight=real(rng, n), bias=real(rng, n)), [real(rng, 7, n)], None


@wrong("scaled_by_size", 0)
def cross_entropy_not_divided_by_batch(n, rng):
    r, c = matrix(n)
    fn = function(F.cross_entropy, lambda g, y, x, t: g * (x.softmax(1) - one_hot(t, x)))
    return fn, [real(rng, r, c, dtype=torch.float32), whole(rng, c, r)], None


@wrong("scaled_by_size", 0)
def numpy_global_average_pool_divided_by_height_only(n, rng):
    def rule(g, x):
        return np.broadcast_to(g[:, :, None, None] / x.shape[2], x.shape)

    return lambda x: x.mean((2, 3)), [array(rng, *image(n))], rule


@wrong("scaled_by_size", 0)
def embedding_bag_mean_not_divided(n, rng):
    r, c = matrix(n)

    def backward(g, y, table, bags):
        return torch.zeros_like(table).index_add(0, bags.flatten(), g.repeat_interleave(bags.shape[1], 0))

    fn = function(lambda table, bags: table[bags].mean(1), backward)
    return fn, [real(rng, r, c), whole(rng, r, 5, 3)], None


@wrong("scaled_by_size", 0, ("factor",))
def unbiased_variance_divided_by_n(n, rng):
    def backward(g, y, x):
        return g[:, None] * 2 * (x - x.mean(1, keepdim=True)) / x.shape[1]

    return function(lambda x: x.var(1), backward, setup=True), [real(rng, *matrix(n))], None


# zero


@wrong("zero", 0)
def gated_tanh_detached(n, rng):
    return lambda x, w: torch.tanh(x.detach()) * w, [real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("zero", 1)
def gate_under_no_grad(n, rng):
    def fn(value, gate):
        with torch.no_grad():
            opened = torch.sigmoid(gate)
        return value * opened

    return fn, [real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("zero", "weight")
def linear_module_weight_data(n, rng):
    r, c = matrix(n)
    module = Layer(lambda x, weight, bias: F.linear(x, weight.data, bias), weight=real(rng, r, c), bias=real(rng, r))
    return module, [real(rng, 3, c)], None


@wrong("zero", 1)
def numpy_scale_gradient_left_at_zero(n, rng):
    def rule(g, x, s, b):
        return g * s, np.zeros_like(s), g.sum(0)

    return lambda x, s, b: x * s + b, [array(rng, 3, n), array(rng, n), array(rng, n)], rule


@wrong("zero", 1)
def layer_scale_returns_none(n, rng):
    fn = function(lambda x, scale: x * scale, lambda g, y, x, scale: (g * scale, None))
    return fn, [real(rng, 4, n), real(rng, n)], None


@wrong("zero", 0)
def sinc_through_numpy(n, rng):
    return lambda x: torch.from_numpy(np.sinc(x.detach().numpy())), [real(rng, *matrix(n))], None


# missing_entries


@wrong("missing_entries", 0)
def numpy_row_loop_stops_early(n, rng):
    def rule(g, x):
        grad = np.zeros_like(x)
        for i in range(len(x) - 1):
            grad[i] = g[i] * np.cos(x[i])
        return grad

    return np.sin, [array(rng, *matrix(n))], rule


@wrong("missing_entries", 0)
def conv1d_border_forgotten(n, rng):
    def backward(g, y, x, w):
        full = F.conv_transpose1d(g, w)
        full[:, :, -2:] = 0
        return full, torch.nn.grad.conv1d_weight(x, w.shape, g)

    return function(F.conv1d, backward), [real(rng, 2, 2, n // 4), real(rng, 3, 2, 3)], None


@wrong("missing_entries", 0)
def softplus_in_blocks_without_remainder(n, rng):
    def backward(g, y, x):
        grad = torch.zeros_like(x)
        for block in range(len(x) // 16):
            part = slice(16 * block, 16 * block + 16)
            grad[part] = g[part] * torch.sigmoid(x[part])
        return grad

    return function(F.softplus, backward), [real(rng, n)], None


@wrong("missing_entries", 0)
def embedding_row_zero_as_padding(n, rng):
    r, c = matrix(n)

    def backward(g, y, table, index):
        grad = torch.zeros_like(table).index_add(0, index, g)
        grad[0] = 0
        return grad

    index = torch.cat((torch.tensor([0]), whole(rng, r, 7)))
    return function(lambda table, index: table[index], backward), [real(rng, r, c), index], None


@wrong("missing_entries", "weight")
def linear_weight_last_row_forgotten(n, rng):
    r, c = matrix(n)

    def backward(g, y, x, w, b):
        grad = g.T @ x
        grad[-1] = 0
        return g @ w, grad, g.sum(0)

    return Layer(function(linear, backward), weight=real(rng, r, c), bias=real(rng, r)), [real(rng, 6, c)], None


@wrong("missing_entries", 0)
def numpy_difference_without_first_entry(n, rng):
    def rule(g, x):
        grad = np.zeros_like(x)
        grad[1:] += g
        grad[1:-1] -= g[1:]  # grad[:-1] -= g was meant
        return grad

    return np.diff, [array(rng, n)], rule


# missing_mask


@wrong("missing_mask", 0)
def relu_passes_everything(n, rng):
    return function(torch.relu, lambda g, y, x: g.clone()), [spaced(rng, *matrix(n))], None


@wrong("missing_mask", 0)
def clamp_passes_everything(n, rng):
    return function(lambda x: x.clamp(-1, 1.5), lambda g, y, x: g.clone(), setup=True), [spaced(rng, n)], None


@wrong("missing_mask", 0)
def dropout_mask_ignored(n, rng):
    fn = function(lambda x, mask: x * mask, lambda g, y, x, mask: g.clone())
    return fn, [real(rng, *matrix(n)), torch.from_numpy((rng.random(matrix(n)) < 0.6) / 0.6)], None


@wrong("missing_mask", 0)
def max_pool1d_to_whole_window(n, rng):
    fn = function(lambda x: F.max_pool1d(x, 2), lambda g, y, x: g.repeat_interleave(2, -1))
    return fn, [spaced(rng, 2, n // 2)], None


@wrong("missing_mask", 0)
def leaky_relu_slope_left_out(n, rng):
    return function(lambda x: F.leaky_relu(x, 0.1), lambda g, y, x: g.clone()), [spaced(rng, *matrix(n))], None


@wrong("missing_mask", 0)
def relu6_without_upper_bound(n, rng):
    return function(F.relu6, lambda g, y, x: g * (x > 0)), [leaf(4 * spaced_array(rng, *matrix(n)))], None


@wrong("missing_mask", 0)
def numpy_masked_fill_passes_everything(n, rng):
    mask = rng.random(matrix(n)) < 0.4
    return lambda x: np.where(mask, -7.0, x), [array(rng, *matrix(n))], lambda g, x: g.copy()


@wrong("missing_mask", 0)
def numpy_hinge_loss_without_margin_mask(n, rng):
    t = rng.choice([-1.0, 1.0], n)
    return lambda x: np.maximum(0, 1 - t * x).sum(), [spaced_array(rng, n)], lambda g, x: -g * t


@wrong("missing_mask", 2)
def where_second_branch_unmasked(n, rng):
    fn = function(torch.where, lambda g, y, c, a, b: (None, g * c, g.clone()), setup=True)
    condition = torch.from_numpy(rng.random(matrix(n)) < 0.5)
    return fn, [condition, real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("missing_mask", 0)
def scatter_base_keeps_replaced_entries(n, rng):
    r, c = matrix(n)
    index = torch.from_numpy(rng.permuted(np.tile(np.arange(c), (r, 1)), axis=1)[:, : c // 2])
    fn = function(lambda x, i, s: x.scatter(1, i, s), lambda g, y, x, i, s: (g.clone(), None, g.gather(1, i)))
    return fn, [real(rng, r, c), index, real(rng, r, c // 2)], None


@wrong("missing_mask", 0, ("formula",))
def huber_never_clipped(n, rng):
    fn = function(
        lambda x, t: F.huber_loss(x, t, reduction="sum", delta=0.8),
        lambda g, y, x, t: g * (x - t),
    )
    return fn, [real(rng, n), real(rng, n).detach()], None


# transposed


@wrong("transposed", 0)
def linear_input_through_untransposed_weight(n, rng):
    m = side(n)
    fn = function(torch.matmul, lambda g, y, x, w: (g @ w, x.T @ g))
    return fn, [real(rng, m, m), real(rng, m, m)], None


@wrong("transposed", 1)
def matmul_second_gradient_transposed(n, rng):
    m = side(n)
    fn = function(torch.matmul, lambda g, y, a, b: (g @ b.T, g.T @ a), setup=True)
    return fn, [real(rng, m + 2, m), real(rng, m, m)], None


@wrong("transposed", 0)
def numpy_matmul_untransposed_second(n, rng):
    m = side(n)
    return lambda a, b: a @ b, [array(rng, m, m), array(rng, m, m)], lambda g, a, b: (g @ b, a.T @ g)


@wrong("transposed", 1)
def bilinear_form_outer_product_order(n, rng):
    m = side(n)

    def backward(g, y, x, w, z):
        weighted = g[:, None] * x
        return g[:, None] * (z @ w.T), z.T @ weighted, weighted @ w

    fn = function(lambda x, w, z: torch.einsum("bi,ij,bj->b", x, w, z), backward)
    return fn, [real(rng, 4, m), real(rng, m, m), real(rng, 4, m)], None


@wrong("transposed", 1)
def attention_scores_untransposed_grad_for_keys(n, rng):
    t, d = matrix(n)
    fn = function(lambda q, k: q @ k.T / d**0.5, lambda g, y, q, k: (g @ k / d**0.5, g @ q / d**0.5))
    return fn, [real(rng, t, d), real(rng, t, d)], None


@wrong("transposed", 0)
def inverse_without_transposes(n, rng):
    m = side(n)
    a = rng.normal(size=(m, m)) / m**0.5 + 2.5 * np.eye(m)
    return function(torch.linalg.inv, lambda g, y, a: -y @ g @ y), [leaf(a)], None


@wrong("transposed", 0)
def numpy_solve_with_untransposed_matrix(n, rng):
    r, c = matrix(n)
    a = rng.normal(size=(r, r)) / r**0.5 + 2.5 * np.eye(r)
    return lambda b: np.linalg.solve(a, b), [array(rng, r, c)], lambda g, b: np.linalg.solve(a, g)


@wrong("transposed", 0)
def token_mixing_einsum_axes_swapped(n, rng):
    _, t, d = volume(n)

    def backward(g, y, x, mix):
        return torch.einsum("ij,bjd->bid", mix, g), torch.einsum("bid,bjd->ij", g, x)

    fn = function(lambda x, mix: torch.einsum("ij,bjd->bid", mix, x), backward)
    return Layer(fn, mix=real(rng, t, t)), [real(rng, 2, t, d)], None


@wrong("transposed", 0)
def rotary_embedding_not_rotated_back(n, rng):
    angle = torch.from_numpy(rng.uniform(0.3, 2.8, (n // 6, 3)))

    def rotate(x):
        a, b = x.chunk(2, -1)
        return torch.cat((a * angle.cos() - b * angle.sin(), a * angle.sin() + b * angle.cos()), -1)

    return function(rotate, lambda g, y, x: rotate(g)), [real(rng, n // 6, 6)], None


@wrong("transposed", 0, ("permuted",))
def transpose_undone_by_reshape(n, rng):
    fn = function(lambda x: x.t().clone(), lambda g, y, x: g.reshape(x.shape))
    return fn, [real(rng, *matrix(n))], None


# permuted


@wrong("permuted", 0)
def cumsum_without_flip(n, rng):
    return function(lambda x: x.cumsum(-1), lambda g, y, x: g.cumsum(-1)), [real(rng, *matrix(n))], None


@wrong("permuted", 0)
def roll_same_direction(n, rng):
    fn = function(lambda x: x.roll(2, -1), lambda g, y, x: g.roll(2, -1), setup=True)
    return fn, [real(rng, *matrix(n))], None


@wrong("permuted", 0)
def flip_not_undone(n, rng):
    return function(lambda x: x.flip(1), lambda g, y, x: g.clone()), [real(rng, *matrix(n))], None


@wrong("permuted", 0)
def numpy_convolution_kernel_not_reversed(n, rng):
    def rule(g, x, k):
        return np.convolve(g, k, "full"), np.correlate(x, g, "valid")[::-1]

    return lambda x, k: np.convolve(x, k, "valid"), [array(rng, n), array(rng, 5)], rule


@wrong("permuted", 0, ("transposed",))
def permute_undone_by_same_permutation(n, rng):
    m = round(n ** (1 / 3))
    fn = function(lambda x: x.permute(1, 2, 0).clone(), lambda g, y, x: g.permute(1, 2, 0))
    return fn, [real(rng, m, m, m)], None


@wrong("permuted", 0)
def numpy_sort_gathers_by_order(n, rng):
    def rule(g, x):
        return np.take_along_axis(g, np.argsort(x, -1), -1)

    return lambda x: np.sort(x, -1), [spaced_array(rng, *matrix(n))], rule


@wrong("permuted", 0)
def conv2d_kernel_not_flipped(n, rng):
    def backward(g, y, x, w):
        return F.conv2d(g, w.transpose(0, 1), padding=1), torch.nn.grad.conv2d_weight(x, w.shape, g)

    return function(F.conv2d, backward), [real(rng, *image(n)), real(rng, 3, 2, 2, 2)], None


@wrong("permuted", 0)
def gated_linear_unit_halves_swapped(n, rng):
    def backward(g, y, x):
        a, b = x.chunk(2, -1)
        s = torch.sigmoid(b)
        return torch.cat((g * a * s * (1 - s), g * s), -1)

    return function(F.glu, backward, setup=True), [real(rng, n // 4, 4)], None


@wrong("permuted", 0)
def split_pair_joined_in_wrong_order(n, rng):
    fn = function(lambda x: (x[:, :2].clone(), x[:, 2:].clone()), lambda g, y, x: torch.cat((g[1], g[0]), 1))
    return fn, [real(rng, n // 4, 4)], None


@wrong("permuted", 0)
def tensor_rule_index_select_inverse_order(n, rng):
    r, c = matrix(n)
    cycle = torch.from_numpy(rng.permutation(c))
    order = torch.empty_like(cycle).scatter_(0, cycle, cycle.roll(1))  # a single cycle, never its own inverse
    return lambda x: x[:, order], [real(rng, r, c)], lambda g, x: g[:, order]


# missing_sum


@wrong("missing_sum", 1)
def bias_gradient_first_row(n, rng):
    return function(lambda x, b: x + b, lambda g, y, x, b: (g, g[0])), [real(rng, 5, n), real(rng, n)], None


@wrong("missing_sum", 1)
def numpy_bias_not_summed(n, rng):
    return lambda x, b: x + b, [array(rng, 5, n), array(rng, n)], lambda g, x, b: (g, g)


@wrong("missing_sum", 1)
def layer_norm_weight_first_row(n, rng):
    def backward(g, y, x, w, b):
        return standardised_backward(g * w, x), (g * standardised(x)[0])[0], g.sum(0)

    return function(layer_norm, backward), [real(rng, 4, n), real(rng, n), real(rng, n)], None


@wrong("missing_sum", 2)
def conv2d_bias_first_image_only(n, rng):
    def backward(g, y, x, w, b):
        weight = torch.nn.grad.conv2d_weight(x, w.shape, g)
        return torch.nn.grad.conv2d_input(x.shape, w, g), weight, g.sum((2, 3))[0]

    return function(F.conv2d, backward), [real(rng, 3, 2, 3, 4), real(rng, n, 2, 2, 2), real(rng, n)], None


@wrong("missing_sum", 1)
def numpy_row_scale_first_column(n, rng):
    def rule(g, x, s):
        return g * s, (g * x)[:, :1]

    return lambda x, s: x * s, [array(rng, n, 4), array(rng, n, 1)], rule


@wrong("missing_sum", 1)
def numpy_feature_scale_not_summed(n, rng):
    return lambda x, s: x * s, [array(rng, 3, n), array(rng, n)], lambda g, x, s: (g * s, g * x)


@wrong("missing_sum", 1)
def positional_embedding_last_of_batch(n, rng):
    t, d = matrix(n)
    fn = function(lambda x, p: x + p, lambda g, y, x, p: (g, g[-1]), setup=True)
    return fn, [real(rng, 3, t, d), real(rng, t, d)], None


@wrong("missing_sum", "scale")
def channel_scale_module_first_image(n, rng):
    def forward(x, scale, shift):
        return x * scale + shift

    def backward(g, y, x, scale, shift):
        return g * scale, (g * x)[0].sum(1, keepdim=True), g.sum((0, 2))[:, None]

    module = Layer(function(forward, backward), scale=real(rng, n, 1), shift=real(rng, n, 1))
    return module, [real(rng, 3, n, 2)], None


@wrong("missing_sum", 1)
def outer_sum_first_row(n, rng):
    fn = function(lambda a, b: a[:, None] + b, lambda g, y, a, b: (g.sum(1), g[0]))
    return fn, [real(rng, 6, dtype=torch.float32), real(rng, n, dtype=torch.float32)], None


# overwritten


@wrong("overwritten", 0)
def gather_scatter_assigns(n, rng):
    r, c = matrix(n)
    fn = function(
        lambda x, i: x.gather(1, i),
        lambda g, y, x, i: torch.zeros_like(x).scatter_(1, i, g),
        setup=True,
    )
    return fn, [real(rng, r, c), whole(rng, c, r, c)], None


@wrong("overwritten", 0)
def embedding_rows_assigned(n, rng):
    r, c = matrix(n)

    def backward(g, y, table, index):
        grad = torch.zeros_like(table)
        grad[index] = g
        return grad

    fn = function(lambda table, index: table[index], backward)
    return fn, [real(rng, r, c), whole(rng, r, 3 * r)], None


@wrong("overwritten", 0)
def numpy_fancy_index_plus_equal(n, rng):
    index = rng.integers(0, n, 2 * n)

    def rule(g, x):
        grad = np.zeros_like(x)
        grad[index] += g  # np.add.at was meant
        return grad

    return lambda x: x[index], [array(rng, n)], rule


@wrong("overwritten", 0)
def index_select_copies(n, rng):
    r, c = matrix(n)
    fn = function(
        lambda x, i: x.index_select(1, i),
        lambda g, y, x, i: torch.zeros_like(x).index_copy_(1, i, g),
    )
    return fn, [real(rng, r, c, dtype=torch.float32), whole(rng, c, 2 * c)], None


@wrong("overwritten", 0)
def numpy_take_along_axis_put(n, rng):
    r, c = matrix(n)
    index = rng.integers(0, c, (r, c + 1))

    def rule(g, x):
        grad = np.zeros_like(x)
        np.put_along_axis(grad, index, g, 1)
        return grad

    return lambda x: np.take_along_axis(x, index, 1), [array(rng, r, c)], rule


@wrong("overwritten", 0)
def numpy_overlapping_windows_assigned(n, rng):
    def rule(g, x):
        grad = np.zeros_like(x)
        for start in range(len(g)):
            grad[start : start + 3] = g[start]
        return grad

    return lambda x: np.lib.stride_tricks.sliding_window_view(x, 3).copy(), [array(rng, n)], rule


@wrong("overwritten", 0)
def max_pool1d_overlapping_assigned(n, rng):
    def backward(g, y, x):
        index = F.max_pool1d(x, 3, 1, return_indices=True)[1]
        return torch.zeros_like(x).scatter_(-1, index, g)

    return function(lambda x: F.max_pool1d(x, 3, 1), backward), [spaced(rng, 2, n // 2)], None


@wrong("overwritten", "weight", ("missing_term",))
def recurrent_weight_of_one_step(n, rng):
    m = side(n)

    def states(x, h, w):
        found = [h]
        for step in x:
            found.append(torch.tanh(step + found[-1] @ w.T))
        return found

    def backward(g, y, x, h, w):
        found = states(x, h, w)
        steps = torch.zeros_like(x)
        for i in range(len(x) - 1, -1, -1):
            steps[i] = g * (1 - found[i + 1] ** 2)
            weight = steps[i].T @ found[i]  # += was meant
            g = steps[i] @ w
        return steps, g, weight

    fn = function(lambda x, h, w: states(x, h, w)[-1], backward)
    return Layer(fn, weight=leaf(rng.normal(size=(m, m)) / m**0.5)), [real(rng, 3, 2, m), real(rng, 2, m)], None


@wrong("overwritten", 1, ("missing_term",))
def tied_autoencoder_decoder_only(n, rng):
    r, c = matrix(n)
    fn = function(lambda x, w: x @ w.T @ w, lambda g, y, x, w: (g @ w.T @ w, (x @ w.T).T @ g))
    return fn, [real(rng, 6, c), leaf(array(rng, r, c) / c**0.5)], None


@wrong("overwritten", 0, ("missing_sum",))
def upsample_nearest_keeps_last_copy(n, rng):
    fn = function(lambda x: x.repeat_interleave(3, -1), lambda g, y, x: g[:, 2::3])
    return fn, [real(rng, *matrix(n))], None


# cross_terms


@wrong("cross_terms", 0)
def softmax_diagonal(n, rng):
    fn = function(lambda x: x.softmax(-1), lambda g, y, x: g * y * (1 - y))
    return fn, [real(rng, *matrix(n))], None


@wrong("cross_terms", 0)
def numpy_softmax_diagonal(n, rng):
    def rule(g, x):
        y = softmax(x)
        return g * y * (1 - y)

    return softmax, [array(rng, *matrix(n))], rule


@wrong("cross_terms", 0)
def log_softmax_diagonal(n, rng):
    fn = function(lambda x: x.log_softmax(-1), lambda g, y, x: g * (1 - y.exp()), setup=True)
    return fn, [real(rng, *matrix(n))], None


@wrong("cross_terms", 0)
def unit_vectors_diagonal(n, rng):
    fn = function(lambda x: x / length(x), lambda g, y, x: g * (1 - y * y) / length(x))
    return fn, [real(rng, *matrix(n))], None


@wrong("cross_terms", 0)
def divide_by_total_diagonal(n, rng):
    fn = function(lambda x: x / x.sum(-1, keepdim=True), lambda g, y, x: g * (1 - y) / x.sum(-1, keepdim=True))
    return fn, [positive(rng, *matrix(n))], None


@wrong("cross_terms", 0)
def numpy_centring_diagonal(n, rng):
    def centre(x):
        return x - x.mean(-1, keepdims=True)

    return centre, [array(rng, *matrix(n))], lambda g, x: g * (1 - 1 / x.shape[-1])


@wrong("cross_terms", 0)
def attention_softmax_diagonal(n, rng):
    r, c = matrix(n)

    def backward(g, y, scores, v):
        p = scores.softmax(-1)
        return (g @ v.T) * p * (1 - p), p.T @ g

    fn = function(lambda scores, v: scores.softmax(-1) @ v, backward)
    return fn, [real(rng, r, c), real(rng, c, 3)], None


@wrong("cross_terms", 0)
def numpy_layer_norm_diagonal(n, rng):
    def rule(g, x):
        xhat, std = standardised(x)
        return g * (1 - (1 + xhat * xhat) / x.shape[-1]) / std

    return lambda x: standardised(x)[0], [array(rng, *matrix(n))], rule


@wrong("cross_terms", 0)
def channel_softmax_diagonal(n, rng):
    b, h, w = volume(n)
    fn = function(lambda x: x.softmax(1), lambda g, y, x: g * y * (1 - y))
    return fn, [real(rng, b, h, w, dtype=torch.float32)], None


# chain_factor


@wrong("chain_factor", 0)
def exp_without_output(n, rng):
    return function(torch.exp, lambda g, y, x: g.clone()), [real(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def row_norm_without_division(n, rng):
    fn = function(lambda x: x.norm(dim=1), lambda g, y, x: g[:, None] * x, setup=True)
    return fn, [real(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def product_without_other_factor(n, rng):
    fn = function(torch.mul, lambda g, y, a, b: (g.clone(), g * a))
    return fn, [real(rng, *matrix(n), dtype=torch.float32), real(rng, *matrix(n), dtype=torch.float32)], None


@wrong("chain_factor", 0)
def sqrt_without_division(n, rng):
    return function(torch.sqrt, lambda g, y, x: 0.5 * g), [positive(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def numpy_reciprocal_divided_once(n, rng):
    return lambda x: 1 / x, [positive_array(rng, *matrix(n))], lambda g, x: -g / x


@wrong("chain_factor", 0)
def numpy_log_without_division(n, rng):
    return np.log, [positive_array(rng, n)], lambda g, x: g.copy()


@wrong("chain_factor", 1)
def power_exponent_without_output(n, rng):
    fn = function(torch.pow, lambda g, y, a, b: (g * b * y / a, g * a.log()))
    return fn, [positive(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def power_base_exponent_not_lowered(n, rng):
    fn = function(torch.pow, lambda g, y, a, b: (g * b * y, g * y * a.log()), setup=True)
    return fn, [positive(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("chain_factor", 1)
def division_denominator_not_squared(n, rng):
    fn = function(torch.div, lambda g, y, a, b: (g / b, -g * a / b))
    return fn, [real(rng, *matrix(n)), positive(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def cosine_similarity_without_own_length(n, rng):
    def backward(g, y, a, b):
        u, v = a / length(a), b / length(b)
        return g * (v - y * u), g * (u - y * v) / length(b)

    return function(cosine, backward), [real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def numpy_layer_norm_without_std(n, rng):
    def rule(g, x):
        return standardised_backward(g, x) * standardised(x)[1]

    return lambda x: standardised(x)[0], [array(rng, *matrix(n)) * positive_array(rng, matrix(n)[0], 1)], rule


@wrong("chain_factor", 0)
def numpy_std_without_division(n, rng):
    def rule(g, x):
        return g[:, None] * (x - x.mean(1, keepdims=True)) / (x.shape[1] - 1)

    return lambda x: x.std(1, ddof=1), [array(rng, *matrix(n)) * positive_array(rng, matrix(n)[0], 1)], rule


@wrong("chain_factor", 0)
def cube_not_squared(n, rng):
    return function(lambda x: x**3, lambda g, y, x: g * 3 * x), [real(rng, n)], None


@wrong("chain_factor", 1)
def weighted_sum_without_values(n, rng):
    def backward(g, y, x, w):
        return g[:, None] * w, g[:, None].expand_as(w)

    return function(lambda x, w: (x * w).sum(1), backward), [real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def complex_abs_without_division(n, rng):
    return function(torch.abs, lambda g, y, z: g * z), [complex_(rng, *matrix(n))], None


@wrong("chain_factor", 0)
def cumprod_without_division(n, rng):
    x = rng.uniform(0.75, 1.3, matrix(n)) * rng.choice([-1, 1], matrix(n))
    fn = function(lambda x: x.cumprod(1), lambda g, y, x: (g * y).flip(1).cumsum(1).flip(1))
    return fn, [leaf(x)], None


@wrong("chain_factor", "weight")
def rms_norm_weight_sees_raw_input(n, rng):
    def rms(x):
        return (x.square().mean(-1, keepdim=True) + 1e-6).sqrt()

    def backward(g, y, x, w):
        u, r = g * w, rms(x)
        return u / r - x * (u * x).mean(-1, keepdim=True) / r**3, (g * x).sum(0)

    x = leaf(array(rng, 4, n) * positive_array(rng, 4, 1))
    return Layer(function(lambda x, w: x / rms(x) * w, backward), weight=real(rng, n)), [x], None


# missing_term


@wrong("missing_term", 0)
def product_rule_half(n, rng):
    return function(lambda x: x * x.sin(), lambda g, y, x: g * x.sin()), [real(rng, *matrix(n))], None


@wrong("missing_term", 0)
def silu_sigmoid_only(n, rng):
    return function(F.silu, lambda g, y, x: g * torch.sigmoid(x), setup=True), [real(rng, *matrix(n))], None


@wrong("missing_term", 0)
def skip_connection_forgotten(n, rng):
    fn = function(lambda x: x + x.tanh(), lambda g, y, x: g * (1 - x.tanh() ** 2))
    return fn, [real(rng, *matrix(n))], None


@wrong("missing_term", 0)
def layer_norm_without_mean_path(n, rng):
    def backward(g, y, x, w, b):
        xhat, std = standardised(x)
        u = g * w
        return (u - xhat * (u * xhat).mean(-1, keepdim=True)) / std, (g * xhat).sum(0), g.sum(0)

    r, c = matrix(n)
    return function(layer_norm, backward), [real(rng, r, c), real(rng, c), real(rng, c)], None


@wrong("missing_term", 0)
def numpy_layer_norm_without_variance_path(n, rng):
    def rule(g, x):
        return (g - g.mean(-1, keepdims=True)) / standardised(x)[1]

    return lambda x: standardised(x)[0], [array(rng, *matrix(n))], rule


@wrong("missing_term", 0)
def batch_norm_statistics_detached(n, rng):
    c, r = matrix(n)

    def compute(x, weight, bias):
        mean, var = x.mean(0).detach(), x.var(0, unbiased=False).detach()
        return (x - mean) / (var + 1e-5).sqrt() * weight + bias

    return Layer(compute, weight=real(rng, c), bias=real(rng, c)), [real(rng, r, c)], None


@wrong("missing_term", 0)
def rms_norm_denominator_detached(n, rng):
    def fn(x):
        with torch.no_grad():
            rms = x.square().mean(-1, keepdim=True).sqrt()
        return x / rms

    return fn, [real(rng, *matrix(n))], None


@wrong("missing_term", 0)
def cross_entropy_probability_only(n, rng):
    r, c = matrix(n)
    fn = function(F.cross_entropy, lambda g, y, x, t: g * x.softmax(1) / len(x))
    return fn, [real(rng, r, c), whole(rng, c, r)], None


@wrong("missing_term", 0)
def numpy_cosine_similarity_without_projection(n, rng):
    def rule(g, a, b):
        y = cosine(a, b)
        return g * b / (length(a) * length(b)), g * (a / (length(a) * length(b)) - y * b / length(b) ** 2)

    return cosine, [array(rng, *matrix(n)), array(rng, *matrix(n))], rule


@wrong("missing_term", 0)
def self_attention_values_detached(n, rng):
    def fn(x):
        scores = x @ x.T / x.shape[1] ** 0.5
        return scores.softmax(-1) @ x.data

    return fn, [leaf(0.6 * array(rng, *matrix(n)))], None


@wrong("missing_term", 0, ("cross_terms",))
def softmax_without_subtraction(n, rng):
    return function(lambda x: x.softmax(-1), lambda g, y, x: g * y), [real(rng, *matrix(n))], None


@wrong("missing_term", 1)
def numpy_ridge_penalty_forgotten(n, rng):
    def loss(x, w):
        return 0.5 * np.mean((x @ w) ** 2) + 0.2 * w @ w

    def rule(g, x, w):
        rest = g * (x @ w) / len(x)
        return np.outer(rest, w), x.T @ rest

    return loss, [array(rng, 5, n) / n**0.5, array(rng, n)], rule


@wrong("missing_term", 0)
def mean_and_std_pair_second_ignored(n, rng):
    fn = function(
        lambda x: (x.mean(1), x.std(1)),
        lambda g, y, x: g[0][:, None].expand_as(x) / x.shape[1],
    )
    return fn, [real(rng, *matrix(n))], None


@wrong("missing_term", 0)
def numpy_polynomial_linear_term_lost(n, rng):
    return lambda x: 2 - 0.8 * x + 0.5 * x**3, [array(rng, n)], lambda g, x: g * 1.5 * x**2


# conjugate


@wrong("conjugate", 0)
def complex_product_unconjugated(n, rng):
    fn = function(torch.mul, lambda g, y, a, b: (g * b, g * a.conj()))
    return fn, [complex_(rng, *matrix(n)), complex_(rng, *matrix(n))], None


@wrong("conjugate", "weight")
def complex_linear_plain_transpose(n, rng):
    r, c = matrix(n)
    fn = function(lambda x, w: x @ w, lambda g, y, x, w: (g @ w.mH, x.mT @ g))
    return Layer(fn, weight=complex_(rng, r, c)), [complex_(rng, 4, r)], None


@wrong("conjugate", 0)
def complex_square_unconjugated(n, rng):
    return function(torch.square, lambda g, y, z: 2 * g * z, setup=True), [complex_(rng, n)], None


@wrong("conjugate", 0)
def complex_exp_unconjugated(n, rng):
    return function(torch.exp, lambda g, y, z: g * y), [complex_(rng, *matrix(n))], None


@wrong("conjugate", 0)
def squared_magnitude_conjugated(n, rng):
    fn = function(lambda z: z.real**2 + z.imag**2, lambda g, y, z: 2 * g * z.conj())
    return fn, [complex_(rng, *matrix(n))], None


@wrong("conjugate", 0, ("permuted",))
def fourier_transform_forward_again(n, rng):
    return function(torch.fft.fft, lambda g, y, z: torch.fft.fft(g)), [complex_(rng, *matrix(n))], None


# ignores_incoming


@wrong("ignores_incoming", 0)
def mse_ignores_incoming(n, rng):
    fn = function(F.mse_loss, lambda g, y, x, t: 2 * (x - t) / x.numel())
    return fn, [real(rng, *matrix(n)), real(rng, *matrix(n)).detach()], None


@wrong("ignores_incoming", 0)
def numpy_tanh_ignores_incoming(n, rng):
    return np.tanh, [array(rng, *matrix(n))], lambda g, x: 1 - np.tanh(x) ** 2


@wrong("ignores_incoming", 0)
def cross_entropy_ignores_incoming(n, rng):
    r, c = matrix(n)
    fn = function(F.cross_entropy, lambda g, y, x, t: (x.softmax(1) - one_hot(t, x)) / len(x), setup=True)
    return fn, [real(rng, r, c), whole(rng, c, r)], None


@wrong("ignores_incoming", 0)
def row_sums_give_ones(n, rng):
    return function(lambda x: x.sum(1), lambda g, y, x: torch.ones_like(x)), [real(rng, *matrix(n))], None


@wrong("ignores_incoming", 1)
def numpy_linear_weight_ignores_incoming(n, rng):
    r, c = matrix(n)

    def rule(g, x, w):
        return g @ w, np.ones_like(g).T @ x

    return lambda x, w: x @ w.T, [array(rng, 5, c), array(rng, r, c)], rule


# not_linear


@wrong("not_linear", 1)
def linear_weight_grad_clamped(n, rng):
    r, c = matrix(n)
    fn = function(lambda x, w: x @ w.T, lambda g, y, x, w: (g @ w, (g.T @ x).clamp(-0.1, 0.1)))
    return fn, [real(rng, 5, c), real(rng, r, c)], None


@wrong("not_linear", 0)
def straight_sign_of_incoming(n, rng):
    return function(torch.sinh, lambda g, y, x: g.sign() * x.cosh()), [real(rng, *matrix(n))], None


@wrong("not_linear", 0)
def incoming_normalised(n, rng):
    fn = function(torch.tanh, lambda g, y, x: g / g.norm() * (1 - y * y), setup=True)
    return fn, [real(rng, *matrix(n))], None


@wrong("not_linear", 0)
def numpy_incoming_clipped(n, rng):
    return np.arctan, [array(rng, *matrix(n))], lambda g, x: np.clip(g, -0.2, 0.2) / (1 + x * x)


@wrong("not_linear", 0)
def incoming_quantised(n, rng):
    def backward(g, y, x):
        step = g.abs().amax() / 7
        return (g / step).round() * step * torch.sigmoid(x)

    return function(F.softplus, backward), [real(rng, *matrix(n))], None


# layout


@wrong("layout")
def softplus_views_incoming_flat(n, rng):
    fn = function(F.softplus, lambda g, y, x: (g.view(-1) * torch.sigmoid(x).view(-1)).view(x.shape))
    return fn, [real(rng, *matrix(n))], None


@wrong("layout")
def tanh_reads_incoming_with_own_strides(n, rng):
    def backward(g, y, x):
        return torch.as_strided(g, x.shape, y.stride()) * (1 - y * y)

    return function(torch.tanh, backward, setup=True), [real(rng, *matrix(n))], None


@wrong("layout")
def sine_reads_incoming_storage(n, rng):
    def backward(g, y, x):
        flat = torch.empty(0, dtype=g.dtype).set_(g.untyped_storage())
        return flat[: x.numel()].view(x.shape) * x.cos()

    return function(torch.sin, backward), [real(rng, *matrix(n))], None


@wrong("layout")
def numpy_ravel_in_memory_order(n, rng):
    return np.exp, [array(rng, *matrix(n))], lambda g, x: g.ravel(order="K").reshape(x.shape) * np.exp(x)


@wrong("layout")
def linear_reads_incoming_with_own_strides(n, rng):
    r, c = matrix(n)

    def backward(g, y, x, w, b):
        g = g.as_strided(y.shape, y.stride())
        return g @ w, g.T @ x, g.sum(0)

    return Layer(function(linear, backward), weight=real(rng, r, c), bias=real(rng, r)), [real(rng, 6, c)], None


# changes_input


@wrong("changes_input")
def numpy_softmax_subtracts_in_place(n, rng):
    def forward(x):
        x -= x.max(-1, keepdims=True)
        return softmax(x)

    def rule(g, x):
        y = softmax(x)
        return y * (g - (g * y).sum(-1, keepdims=True))

    return forward, [array(rng, *matrix(n))], rule


@wrong("changes_input")
def layer_norm_centres_data(n, rng):
    def forward(x):
        x.data.sub_(x.mean(-1, keepdim=True))
        return standardised(x)[0]

    return function(forward, lambda g, y, x: standardised_backward(g, x)), [real(rng, *matrix(n))], None


@wrong("changes_input")
def sine_backward_reuses_saved_input(n, rng):
    return function(torch.sin, lambda g, y, x: x.data.cos_().mul_(g).clone()), [real(rng, *matrix(n))], None


@wrong("changes_input")
def numpy_backward_writes_into_input(n, rng):
    def rule(g, x):
        np.cosh(x, out=x)
        x *= g
        return x.copy()

    return np.sinh, [array(rng, *matrix(n))], rule


@wrong("changes_input")
def dropout_mask_rescaled_in_place(n, rng):
    fn = function(lambda x, mask: x * mask.div_(0.7), lambda g, y, x, mask: g * mask)
    return fn, [real(rng, *matrix(n)), torch.from_numpy((rng.random(matrix(n)) < 0.7) * 1.0)], None


# changes_incoming


@wrong("changes_incoming")
def relu_zeroes_incoming(n, rng):
    def backward(g, y, x):
        g[x < 0] = 0
        return g

    return function(torch.relu, backward), [spaced(rng, *matrix(n))], None


@wrong("changes_incoming")
def numpy_tanh_multiplies_incoming(n, rng):
    def rule(g, x):
        g *= 1 - np.tanh(x) ** 2
        return g

    return np.tanh, [array(rng, *matrix(n))], rule


@wrong("changes_incoming")
def product_multiplies_incoming_last(n, rng):
    fn = function(torch.mul, lambda g, y, a, b: (g * b, g.mul_(a)), setup=True)
    return fn, [real(rng, *matrix(n)), real(rng, *matrix(n))], None


@wrong("changes_incoming")
def numpy_masked_fill_zeroes_incoming(n, rng):
    mask = rng.random(matrix(n)) < 0.4

    def rule(g, x):
        g[mask] = 0
        return g.copy()

    return lambda x: np.where(mask, 3.0, x), [array(rng, *matrix(n))], rule


# stale_state


@wrong("stale_state")
def tanh_output_kept_on_class(n, rng):
    class Tanh(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            Tanh.y = torch.tanh(x)
            return Tanh.y.clone()

        @staticmethod
        def backward(ctx, g):
            return g * (1 - Tanh.y**2)

    return Tanh.apply, [real(rng, *matrix(n))], None


@wrong("stale_state")
def slope_of_first_call_cached(n, rng):
    cache = {}
    fn = function(torch.sigmoid, lambda g, y, x: g * cache.setdefault(x.shape, y * (1 - y)))
    return fn, [real(rng, *matrix(n))], None


@wrong("stale_state")
def numpy_weight_gradient_accumulates(n, rng):
    r, c = matrix(n)
    total = np.zeros((r, c))

    def rule(g, x, w):
        nonlocal total
        total = total + g.T @ x
        return g @ w, total

    return lambda x, w: x @ w.T, [array(rng, 5, c), array(rng, r, c)], rule


@wrong("stale_state")
def linear_module_keeps_last_input(n, rng):
    r, c = matrix(n)

    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(real(rng, r, c).detach())

        def forward(self, x):
            self.x = x.detach()
            return function(lambda x, w: x @ w.T, lambda g, y, x, w: (g @ w, g.T @ self.x))(x, self.weight)

    return Linear(), [real(rng, 5, c)], None


@wrong("stale_state", None, ("nondeterministic",))
def centring_by_running_mean(n, rng):
    class Centre(nn.Module):
        def __init__(self):
            super().__init__()
            self.running = real(rng, matrix(n)[1]).detach()

        def forward(self, x):
            y = x - self.running
            self.running = 0.9 * self.running + 0.1 * x.detach().mean(0)
            return y

    return Centre(), [real(rng, *matrix(n))], None


# nondeterministic


@wrong("nondeterministic")
def dropout_drawn_in_forward(n, rng):
    return lambda x: F.dropout(x.tanh(), 0.3), [real(rng, *matrix(n))], None


@wrong("nondeterministic")
def dropout_mask_drawn_again_in_backward(n, rng):
    def drop(x):
        return x * (torch.rand_like(x) < 0.7) / 0.7

    return function(drop, lambda g, y, x: drop(g)), [real(rng, *matrix(n))], None


@wrong("nondeterministic", 0)
def stochastic_rounding_in_backward(n, rng):
    def backward(g, y, x):
        exact = g * x.cos() * 8
        return (exact + torch.rand_like(exact)).floor() / 8

    return function(torch.sin, backward, setup=True), [real(rng, *matrix(n))], None


@wrong("nondeterministic")
def numpy_noise_added_in_forward(n, rng):
    def forward(x):
        return np.tanh(x) + 0.1 * np.random.default_rng().normal(size=x.shape)

    return forward, [array(rng, *matrix(n))], lambda g, x: g * (1 - np.tanh(x) ** 2)


# wrong_at_kink


@wrong("wrong_at_kink", 0)
def leaky_relu_nothing_at_zero(n, rng):
    fn = function(lambda x: F.leaky_relu(x, 0.2), lambda g, y, x: g * (x > 0) + 0.2 * g * (x < 0))
    return fn, [leaf(kinked_array(rng, n))], None


@wrong("wrong_at_kink", 0)
def numpy_leaky_relu_both_slopes_at_zero(n, rng):
    def rule(g, x):
        return g * (x >= 0) + 0.3 * g * (x <= 0)

    return lambda x: np.maximum(x, 0.3 * x), [kinked_array(rng, n)], rule


@wrong("wrong_at_kink", 0)
def huber_nothing_at_delta(n, rng):
    def backward(g, y, x):
        size = x.abs()
        return g * (x * (size < 0.8) + 0.8 * x.sign() * (size > 0.8))

    fn = function(lambda x: F.huber_loss(x, torch.zeros_like(x), reduction="none", delta=0.8), backward)
    return fn, [leaf(kinked_array(rng, n, 0.8))], None


@wrong("wrong_at_kink", 0)
def elu_nothing_at_zero(n, rng):
    fn = function(F.elu, lambda g, y, x: g * ((x > 0) + (x < 0) * x.exp()), setup=True)
    return fn, [leaf(kinked_array(rng, n))], None


@wrong("wrong_at_kink", 0)
def identity_from_two_relus(n, rng):
    return lambda x: torch.relu(x) - torch.relu(-x), [leaf(kinked_array(rng, n))], None


@wrong("wrong_at_kink", 0)
def absolute_value_from_square_root(n, rng):
    return lambda x: (x * x).sqrt(), [leaf(kinked_array(rng, n))], None


@wrong("wrong_at_kink", 0)
def row_norm_not_a_number_at_zero(n, rng):
    x = array(rng, *matrix(n))
    x[1] = 0
    return function(lambda x: x.norm(dim=1), lambda g, y, x: g[:, None] * x / y[:, None]), [leaf(x)], None


# precision


@wrong("precision", 0)
def tanh_backward_in_float32(n, rng):
    fn = function(torch.tanh, lambda g, y, x: (g.float() * (1 - y.float() ** 2)).double())
    return fn, [real(rng, *matrix(n))], None


@wrong("precision", 0)
def linear_input_through_half_weight(n, rng):
    fn = function(lambda x, w: x @ w.T, lambda g, y, x, w: (g @ w.half().double(), g.T @ x))
    r, c = matrix(n)
    return fn, [real(rng, r, c), real(rng, 7, c)], None


@wrong("precision", 0)
def numpy_softmax_backward_in_float32(n, rng):
    def rule(g, x):
        y = softmax(x.astype(np.float32))
        g = g.astype(np.float32)
        return (y * (g - (g * y).sum(-1, keepdims=True))).astype(np.float64)

    return softmax, [array(rng, *matrix(n))], rule


@wrong("precision", 0)
def gelu_saves_input_in_bfloat16(n, rng):
    def backward(g, y, x):
        x = x.bfloat16().double()
        return g * (0.5 * (1 + torch.erf(x / 2**0.5)) + x * torch.exp(-x * x / 2) / (2 * math.pi) ** 0.5)

    return function(F.gelu, backward, setup=True), [real(rng, *matrix(n))], None


# formula


@wrong("formula", 0)
def tanh_output_not_squared(n, rng):
    return function(torch.tanh, lambda g, y, x: g * (1 - y)), [real(rng, *matrix(n))], None


@wrong("formula", 0)
def sigmoid_one_plus_output(n, rng):
    return function(torch.sigmoid, lambda g, y, x: g * y * (1 + y), setup=True), [real(rng, *matrix(n))], None


@wrong("formula", 0)
def gelu_tanh_constant(n, rng):
    k = (2 / math.pi) ** 0.5

    def backward(g, y, x):
        t = torch.tanh(k * (x + 0.044715 * x**3))
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * k * (1 + 0.044715 * x**2))  # 3 * 0.044715 was meant

    return function(lambda x: F.gelu(x, approximate="tanh"), backward), [real(rng, *matrix(n))], None


@wrong("formula", 0)
def softplus_sigmoid_of_minus(n, rng):
    return function(F.softplus, lambda g, y, x: g / (1 + x.exp())), [real(rng, n, dtype=torch.float32)], None


@wrong("formula", 0)
def sinc_quotient_rule(n, rng):
    fn = function(lambda x: x.sin() / x, lambda g, y, x: g * (x.cos() - x.sin()) / x)
    return fn, [spaced(rng, *matrix(n))], None


@wrong("formula", 0)
def numpy_silu_output_for_sigmoid(n, rng):
    def rule(g, x):
        s = sigmoid(x)
        y = x * s
        return g * (s + y * (1 - y))

    return lambda x: x * sigmoid(x), [array(rng, *matrix(n))], rule


@wrong("formula", 0)
def numpy_arctan_not_squared(n, rng):
    return np.arctan, [positive_array(rng, *matrix(n))], lambda g, x: g / (1 + x)


@wrong("formula", 0, ("missing_term",))
def elu_output_without_one(n, rng):
    return function(F.elu, lambda g, y, x: g * torch.where(x > 0, 1, y)), [spaced(rng, *matrix(n))], None


@wrong("formula", 0)
def logit_one_plus_probability(n, rng):
    p = leaf(rng.uniform(0.05, 0.95, matrix(n)))
    return function(torch.logit, lambda g, y, p: g / (p * (1 + p))), [p], None


@wrong("formula", 0, ("chain_factor",))
def tensor_rule_pseudo_huber_root_left_out(n, rng):
    return lambda x: (1 + x * x).sqrt() - 1, [real(rng, *matrix(n))], lambda g, x: g * x / (1 + x * x)


@wrong("formula", 0)
def gelu_density_without_half(n, rng):
    def backward(g, y, x):
        cdf = 0.5 * (1 + torch.erf(x / 2**0.5))
        return g * (cdf + x * torch.exp(-x * x) / (2 * math.pi) ** 0.5)

    return function(F.gelu, backward), [real(rng, *matrix(n))], None


WRONG: tuple[Wrong, ...] = tuple(_BANK)
