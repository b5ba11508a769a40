"""Functions whose gradients are right though a careless check would doubt them: rounding, kinks, scales, layouts,
state, and everything else that upsets finite differences.
"""

import functools
import math
from collections import namedtuple
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.autograd.function import once_differentiable
from torch.utils.checkpoint import checkpoint


class Right(NamedTuple):
    name: str
    make: Callable[[int, np.random.Generator], tuple[Callable, list, Callable | None]]
    status: tuple[str, ...] = ("right",)


BANK: list[Right] = []
MAYBE = ("right", "unsure")  # it is right, but only a reader of the code can be sure
UNSURE = ("unsure",)
F16, BF16, F32, F64 = torch.float16, torch.bfloat16, torch.float32, torch.float64
C64, C128 = torch.complex64, torch.complex128


def case(make=None, *, status=("right",)):
    """Enter a `make` under its own name."""
    if make is None:
        return functools.partial(case, status=status)
    BANK.append(Right(make.__name__, make, status))
    return make


def add(name, fn, *draws, backward=None, status=("right",)):
    """Enter a function without state, with one draw an input."""
    BANK.append(Right(name, lambda n, rng: (fn, [draw(n, rng) for draw in draws], backward), status))


# Shapes of about n elements.


def flat(n):
    return (n,)


def grid(n):
    rows = max(k for k in range(1, math.isqrt(n) + 1) if n % k == 0)
    return rows, n // rows


def square(n):
    return (math.isqrt(n),) * 2


def columns(n):
    return (math.isqrt(n),)


def image(n):
    return 1, 1, *grid(n)


def batch(n):
    return n // 4, 2, 2


def scalar(n):
    return ()


# Draws: (n, rng) -> an input.


def leaf(a, dtype=F64, grad=True):
    return torch.as_tensor(np.asarray(a)).to(dtype).requires_grad_(grad)


def normal(scale=1.0, offset=0.0, shape=flat, dtype=F64, grad=True):
    def draw(n, rng):
        a = rng.standard_normal(shape(n))
        a = a + 1j * rng.standard_normal(shape(n)) if dtype.is_complex else a
        return leaf(offset + scale * a, dtype, grad)

    return draw


def uniform(low, high, shape=flat, dtype=F64):
    return lambda n, rng: leaf(rng.uniform(low, high, shape(n)), dtype)


def powers(low, high, shape=flat, dtype=F64, signed=True, base=0.0):
    """Values base ± 10 ** uniform(low, high)."""

    def draw(n, rng):
        a = 10 ** rng.uniform(low, high, shape(n))
        return leaf(base + (a * rng.choice([-1.0, 1.0], shape(n)) if signed else a), dtype)

    return draw


def near(*points, shape=flat, dtype=F64, low=-7, high=-3):
    """Values 1e-7 to 1e-3 off one of the points."""

    def draw(n, rng):
        off = 10 ** rng.uniform(low, high, shape(n)) * rng.choice([-1.0, 1.0], shape(n))
        return leaf(rng.choice(points, shape(n)) + off, dtype)

    return draw


def gaps(shape=flat, low=-7, high=-3):
    """Values that lie 1e-7 to 1e-3 from the next, in random order."""

    def draw(n, rng):
        size = math.prod(shape(n))
        return leaf(rng.permutation(np.cumsum(10 ** rng.uniform(low, high, size)) - 0.1).reshape(shape(n)))

    return draw


def pairs(shape=grid):
    """Neighbours along the last axis in pairs whose members are 1e-7 to 1e-3 apart, the pairs well apart."""

    def draw(n, rng):
        *lead, last = shape(n)
        a = np.repeat(rng.permuted(np.arange(last // 2) * np.ones((*lead, 1)), axis=-1), 2, axis=-1)
        a[..., ::2] += 10 ** rng.uniform(-7, -3, a[..., ::2].shape) * rng.choice([-1.0, 1.0], a[..., ::2].shape)
        return leaf(a)

    return draw


def ints(high, shape=flat):
    return lambda n, rng: torch.from_numpy(rng.integers(0, high, shape(n)))


def bools(n, rng):
    return torch.from_numpy(rng.random(n) < 0.5)


def array(draw):
    return lambda n, rng: draw(n, rng).detach().numpy()


def layout(change, draw):
    """A leaf that is a view of what was drawn."""
    return lambda n, rng: change(draw(n, rng).detach()).requires_grad_()


def seeded(rng, make):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        return make()


def net(name, make, *draws, status=("right",)):
    """Enter a module; `make` is given the sizes of a grid of n elements."""

    def build(n, rng):
        return seeded(rng, lambda: make(*grid(n))), [draw(n, rng) for draw in draws], None

    BANK.append(Right(name, build, status))


# Networks in single precision.

g32, i32 = normal(shape=grid, dtype=F32), normal(shape=image, dtype=F32)


class Tied(nn.Module):
    def __init__(self, size, hidden):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(size, hidden), nn.Linear(hidden, size, bias=False)
        self.shared = self.encoder.weight
        self.register_buffer("shift", torch.linspace(-1, 1, size))
        self.register_buffer("calls", torch.zeros((), dtype=torch.long))

    def forward(self, x):
        self.calls += 1
        return self.decoder(torch.tanh(self.encoder(x + self.shift))) @ self.shared.t()


class TiedLayers(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.a, self.b = nn.Linear(size, size), nn.Linear(size, size)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))


class Partly(nn.Module):
    """One layer is frozen and one is never used."""

    def __init__(self, size):
        super().__init__()
        self.used, self.frozen, self.unused = (nn.Linear(size, size) for _ in range(3))
        self.frozen.requires_grad_(False)

    def forward(self, x):
        return self.frozen(F.gelu(self.used(x)))


class Residual(nn.Module):
    def __init__(self, size, depth):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(size, size) for _ in range(depth))

    def forward(self, x):
        for layer in self.layers:
            x = x + 0.3 * torch.tanh(layer(x))
        return x


class Attention(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.attend = nn.MultiheadAttention(size, 2, batch_first=True)

    def forward(self, x):
        return self.attend(x[None], x[None], x[None])[0][0]


class Causal(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.qkv = nn.Linear(size, 3 * size)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, -1)
        scores = q @ k.t() / q.shape[-1] ** 0.5
        hidden = torch.ones_like(scores, dtype=torch.bool).triu(1)
        return scores.masked_fill(hidden, -math.inf).softmax(-1) @ v


class Unrolled(nn.Module):
    """A recurrent network over the rows that returns all states."""

    def __init__(self, size):
        super().__init__()
        self.cell = nn.GRUCell(size, 5)

    def forward(self, x):
        h, states = x.new_zeros(1, 5), []
        for row in x:
            h = self.cell(row[None], h)
            states.append(h)
        return states


class Bag(nn.Module):
    def __init__(self, words, size):
        super().__init__()
        self.table = nn.Embedding(words, size)

    def forward(self, index):
        return self.table(index).cumsum(0).tanh()


class Loose(nn.Module):
    """Parameters of several shapes in a list, one of them a number."""

    def __init__(self, size):
        super().__init__()
        self.weights = nn.ParameterList([torch.randn(size), torch.randn(1, 1), torch.tensor(0.7)])

    def forward(self, x):
        a, b, c = self.weights
        return torch.sin(x * a + b) * torch.exp(c)


net("mlp", lambda a, b: nn.Sequential(nn.Linear(b, 16), nn.Tanh(), nn.Linear(16, 8), nn.GELU(), nn.Linear(8, 3)), g32)
net(
    "mlp_relu",
    lambda a, b: nn.Sequential(nn.Linear(b, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3)),
    g32,
)
net("mlp_double", lambda a, b: nn.Sequential(nn.Linear(b, 8), nn.SiLU(), nn.Linear(8, 3)).double(), normal(shape=grid))
net(
    "mlp_large_inputs",
    lambda a, b: nn.Sequential(nn.Linear(b, 8), nn.Softplus(), nn.Linear(8, 3)),
    normal(1e3, shape=grid, dtype=F32),
)
net(
    "mlp_parameters_only",
    lambda a, b: nn.Sequential(nn.Linear(b, 8), nn.ELU(), nn.Linear(8, 3)),
    normal(shape=grid, dtype=F32, grad=False),
)
net(
    "conv",
    lambda a, b: nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 2, 2)),
    i32,
)
net(
    "conv_strided_dilated",
    lambda a, b: nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=2, dilation=2), nn.Tanh(), nn.Conv2d(4, 4, 2, stride=2, groups=2)
    ),
    i32,
)
net("conv_transposed", lambda a, b: nn.Sequential(nn.ConvTranspose2d(1, 2, 3, stride=2), nn.SiLU()), i32)
net(
    "conv1d_circular",
    lambda a, b: nn.Conv1d(1, 2, 3, padding=1, padding_mode="circular"),
    normal(shape=lambda n: (1, 1, n), dtype=F32),
)
net("layer_norm", lambda a, b: nn.Sequential(nn.LayerNorm(b), nn.Linear(b, 4)), g32)
net("layer_norm_shifted", lambda a, b: nn.LayerNorm(b), normal(offset=1e3, shape=grid, dtype=F32))
net("group_norm", lambda a, b: nn.GroupNorm(2, b), g32)
net("rms_norm", lambda a, b: nn.RMSNorm(b), g32)
net("batch_norm_train", lambda a, b: nn.Sequential(nn.BatchNorm1d(b), nn.Tanh()), g32)
net("batch_norm_eval", lambda a, b: nn.Sequential(nn.BatchNorm1d(b), nn.Tanh()).eval(), g32)
net("batch_norm_images", lambda a, b: nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Hardswish()), i32)
net("instance_norm", lambda a, b: nn.InstanceNorm2d(1, affine=True), i32)
net("attention", lambda a, b: Attention(b), g32)
net("attention_causal", lambda a, b: Causal(b), g32)
net(
    "transformer_layer_eval",
    lambda a, b: nn.TransformerEncoderLayer(b, 2, 16, batch_first=True).eval(),
    normal(shape=lambda n: (1, *grid(n)), dtype=F32),
)
net("gru_cell", lambda a, b: nn.GRUCell(b, 6), g32)
net("lstm_cell", lambda a, b: nn.LSTMCell(b, 6), g32)
net("gru_unrolled", lambda a, b: Unrolled(b), g32)
net("tied_weight", lambda a, b: Tied(b, 5), g32)
net("tied_layers", lambda a, b: TiedLayers(b), g32)
net("partly_frozen_and_unused", lambda a, b: Partly(b), g32)
net("residual_deep", lambda a, b: Residual(b, 12), g32)
net("embedding", lambda a, b: Bag(7, 5), ints(7))
net("parameter_list", lambda a, b: Loose(b), g32)
net("weight_norm", lambda a, b: nn.utils.parametrizations.weight_norm(nn.Linear(b, 5)), g32)
net("spectral_norm_eval", lambda a, b: nn.utils.parametrizations.spectral_norm(nn.Linear(b, 5)).eval(), g32)
net("dropout_eval", lambda a, b: nn.Sequential(nn.Linear(b, 8), nn.Dropout(0.5), nn.Tanh()).eval(), g32)
net("dropout_train", lambda a, b: nn.Sequential(nn.Linear(b, 8), nn.Dropout(0.5), nn.Tanh()), g32, status=MAYBE)
net("bilinear", lambda a, b: nn.Bilinear(b, b, 2), g32, g32)
net("prelu", lambda a, b: nn.PReLU(), g32)
net(
    "network_bfloat16",
    lambda a, b: nn.Sequential(nn.Linear(b, 8), nn.Tanh(), nn.Linear(8, 2)).bfloat16(),
    normal(shape=grid, dtype=BF16),
    status=MAYBE,
)


@case
def hooked_module(n, rng):
    layer = seeded(rng, lambda: nn.Linear(grid(n)[1], 4))
    layer.register_forward_hook(lambda module, args, out: out.sin())
    return layer, [g32(n, rng)], None


@case
def bound_method_of_module(n, rng):
    layer = seeded(rng, lambda: nn.Linear(grid(n)[1], 4))
    return layer.forward, [g32(n, rng)], None


@case
def functional_call(n, rng):
    layer = seeded(rng, lambda: nn.Linear(grid(n)[1], 4))
    weight, bias = (p.detach().clone().requires_grad_() for p in layer.parameters())
    layer.requires_grad_(False)
    return (
        lambda x, w, b: torch.func.functional_call(layer, {"weight": w, "bias": b}, (x,)).tanh(),
        [g32(n, rng), weight, bias],
        None,
    )


# Losses.

add("cross_entropy", lambda x, y: F.cross_entropy(x, y % x.shape[1]), g32, ints(1000, lambda n: grid(n)[:1]))
add(
    "cross_entropy_ignored_label",
    lambda x, y: F.cross_entropy(x, y % x.shape[1], ignore_index=0, label_smoothing=0.1),
    normal(5, shape=grid),
    ints(1000, lambda n: grid(n)[:1]),
)
add(
    "nll_large_logits",
    lambda x, y: F.nll_loss(x.log_softmax(1), y % x.shape[1], reduction="none"),
    normal(100, shape=grid),
    ints(1000, lambda n: grid(n)[:1]),
)
add("bce_with_logits_large", lambda x: F.binary_cross_entropy_with_logits(x, (x > 3).double()), normal(30))
add("huber_on_its_corner", lambda x: F.huber_loss(x, torch.zeros_like(x), delta=1.0, reduction="none"), near(-1.0, 1.0))
add("smooth_l1", lambda x, y: F.smooth_l1_loss(x, y, beta=1e-3), normal(1e-3), normal(1e-3))
add(
    "kl_div",
    lambda x, y: F.kl_div(x.log_softmax(-1), y.softmax(-1), reduction="sum"),
    normal(shape=grid),
    normal(shape=grid),
)
add(
    "cosine_similarity",
    lambda x, y: F.cosine_similarity(x, y, dim=-1),
    normal(1e-3, shape=grid),
    normal(1e3, shape=grid),
)
add("hinge_float32", lambda x, y: F.relu(1 - x * y).mean(), normal(dtype=F32), normal(dtype=F32))
add("mse_mean", F.mse_loss, normal(), normal())


# Functions of one's own.


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, g):
        x, s = ctx.saved_tensors
        return g * (s + x * s * (1 - s))


class SavedOutput(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.exp(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y


class Needs(torch.autograd.Function):
    """A matrix product that computes only the gradients asked for."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a @ b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return (g @ b.t() if ctx.needs_input_grad[0] else None), (a.t() @ g if ctx.needs_input_grad[1] else None)


class WithMask(torch.autograd.Function):
    """A relu that also returns the mask, which has no gradient, and a float count that has none either."""

    @staticmethod
    def forward(ctx, x):
        mask = x > 0
        count = mask.sum(-1).to(x.dtype)
        ctx.mark_non_differentiable(mask, count)
        ctx.save_for_backward(mask)
        return torch.where(mask, x, torch.zeros_like(x)), mask, count

    @staticmethod
    def backward(ctx, g, _mask, _count):
        return g * ctx.saved_tensors[0]


class Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return 3 * ctx.saved_tensors[0] ** 2 * g


class ThroughNumpy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        a = x.detach().numpy()
        ctx.cosine = np.cos(a)
        return torch.from_numpy(np.sin(a))

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return torch.from_numpy(g.numpy() * ctx.cosine)


class SavedTransposed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a.t()[::1], b.t())
        return torch.sin(a @ b)

    @staticmethod
    def backward(ctx, g):
        at, bt = ctx.saved_tensors
        g = g * torch.cos(at.t() @ bt.t())
        return g @ bt, (g.t() @ at.t()).t()


class TwoOutputs(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, y)
        return x * y, x.sin()

    @staticmethod
    def backward(ctx, g, h):
        x, y = ctx.saved_tensors
        gx = gy = None
        if g is not None:
            gx, gy = g * y, g * x
        if h is not None:
            gx = h * x.cos() if gx is None else gx + h * x.cos()
        return gx, gy


class Broadcast(torch.autograd.Function):
    """A product that sums its gradients back to the shapes of the factors."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return (g * b).sum_to_size(a.shape), (g * a).sum_to_size(b.shape)


class Setup(torch.autograd.Function):
    """In the newer style, with an argument that is no tensor."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, power, scale=None):
        return x**power * (1.0 if scale is None else scale)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.power, ctx.scale = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ctx.power * x ** (ctx.power - 1) * (1.0 if ctx.scale is None else ctx.scale), None, None


class Dirty(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(3)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return 3 * g


class ExpandedGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.shape = x.shape
        return x.sum()

    @staticmethod
    def backward(ctx, g):
        return g.expand(ctx.shape)


class HandLayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        centred = x - x.mean(-1, keepdim=True)
        scale = (centred.square().mean(-1, keepdim=True) + 1e-5).rsqrt()
        ctx.save_for_backward(centred * scale, scale, weight)
        return centred * scale * weight

    @staticmethod
    def backward(ctx, g):
        hat, scale, weight = ctx.saved_tensors
        h = g * weight
        gx = scale * (h - h.mean(-1, keepdim=True) - hat * (h * hat).mean(-1, keepdim=True))
        return gx, (g * hat).flatten(0, -2).sum(0)


class HandLogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x - x.logsumexp(-1, keepdim=True)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g - y.exp() * g.sum(-1, keepdim=True)


class Root(torch.autograd.Function):
    """The root y of y³ + y = x by Newton's method, differentiated implicitly."""

    @staticmethod
    def forward(ctx, x):
        y = torch.zeros_like(x)
        for _ in range(60):
            y = y - (y**3 + y - x) / (3 * y**2 + 1)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g / (3 * y**2 + 1)


class ViewOut(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x).t()

    @staticmethod
    def backward(ctx, g):
        return g.t()


class Recomputed(torch.autograd.Function):
    """The backward runs the forward again with gradients on."""

    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return torch.tanh(x * y) + x

    @staticmethod
    def backward(ctx, g):
        with torch.enable_grad():
            x, y = (v.detach().requires_grad_() for v in ctx.saved_tensors)
            out = torch.tanh(x * y) + x
        return torch.autograd.grad(out, (x, y), g)


class ComplexSquare(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z * z

    @staticmethod
    def backward(ctx, g):
        return g * (2 * ctx.saved_tensors[0]).conj()


class SquaredSize(torch.autograd.Function):
    """|z|², real for complex z."""

    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z.real**2 + z.imag**2

    @staticmethod
    def backward(ctx, g):
        return 2 * g * ctx.saved_tensors[0]


class IntegerArgument(torch.autograd.Function):
    @staticmethod
    def forward(ctx, table, index):
        ctx.save_for_backward(index)
        ctx.rows = table.shape[0]
        return table[index]

    @staticmethod
    def backward(ctx, g):
        (index,) = ctx.saved_tensors
        return g.new_zeros(ctx.rows, *g.shape[index.dim() :]).index_add_(0, index, g), None


def rows_and_more(n):
    return math.isqrt(n), 3


add("own_swish_float32", Swish.apply, normal(dtype=F32))
add("own_swish_float16", Swish.apply, normal(dtype=F16))
add("own_saved_output_float32", SavedOutput.apply, normal(dtype=F32))
add("own_needs_both", Needs.apply, normal(shape=square), normal(shape=square))
add(
    "own_needs_first_float32", Needs.apply, normal(shape=square, dtype=F32), normal(shape=square, dtype=F32, grad=False)
)
add("own_needs_second", Needs.apply, normal(shape=square, grad=False), normal(shape=square))
add("own_mask_not_differentiable", WithMask.apply, normal(shape=grid))
add("own_once_differentiable", Once.apply, normal())
add("own_through_numpy_float32", ThroughNumpy.apply, normal(dtype=F32))
add("own_saved_transposed", SavedTransposed.apply, normal(shape=square), normal(shape=square))
add("own_two_outputs_unmaterialized", TwoOutputs.apply, normal(), normal())
add("own_second_output_dropped", lambda x, y: TwoOutputs.apply(x, y)[1] + 0 * y, normal(), normal())
add("own_first_output_dropped", lambda x, y: TwoOutputs.apply(x, y)[0], normal(dtype=F32), normal(dtype=F32))
add("own_broadcast", Broadcast.apply, normal(shape=grid), normal(shape=lambda n: (1, grid(n)[1])))
add("own_broadcast_number", Broadcast.apply, normal(shape=grid, dtype=F32), normal(shape=scalar, dtype=F32))
add("own_setup_context", lambda x: Setup.apply(x, 4, 0.5), normal())
add("own_setup_context_vmapped", lambda x: torch.func.vmap(lambda r: Setup.apply(r, 3, None))(x), normal(shape=grid))
add("own_dirty", lambda x: Dirty.apply(x.sin()), normal())
add("own_expanded_gradient", ExpandedGradient.apply, normal(shape=grid))
add("own_layer_norm_float32", HandLayerNorm.apply, g32, normal(shape=lambda n: grid(n)[1:], dtype=F32))
add("own_log_softmax_float32", HandLogSoftmax.apply, normal(3, shape=grid, dtype=F32))
add("own_implicit_root", Root.apply, normal(3))
add("own_view", ViewOut.apply, normal(shape=grid))
add("own_recomputed", Recomputed.apply, normal(), normal())
add("own_complex_square", ComplexSquare.apply, normal(dtype=C128))
add("own_squared_size", SquaredSize.apply, normal(dtype=C128))
add("own_integer_argument", IntegerArgument.apply, normal(shape=rows_and_more), ints(4))


# Half precision.

add("sin_float16", torch.sin, normal(dtype=F16))
add("sin_bfloat16", torch.sin, normal(dtype=BF16))
add("square_bfloat16", lambda x: x * x, normal(dtype=BF16))
add("matmul_bfloat16", torch.matmul, normal(shape=square, dtype=BF16), normal(shape=square, dtype=BF16))
add("softmax_float16", lambda x: x.softmax(-1), normal(shape=grid, dtype=F16))
add("half_in_float32_inside", lambda x: torch.log1p(x.float().exp()), normal(dtype=F16))
add("layer_norm_bfloat16", lambda x: F.layer_norm(x, x.shape[-1:]), normal(shape=grid, dtype=BF16), status=MAYBE)
add("float32_inside", lambda x: torch.tanh(x.float()).double(), normal())
add("float16_inside", lambda x: torch.tanh(x.half()).double(), normal(), status=MAYBE)
add("mixed_precisions", lambda x, y: x.double() * y + y.sin(), normal(dtype=F32), normal())
add("float32_scale_1e-20", lambda x: x * torch.sigmoid(x * 1e20), normal(1e-20, dtype=F32))
add("float32_scale_1e15", lambda x: x * 1e-15 * torch.tanh(x * 1e-15), normal(1e15, dtype=F32))
add("float32_shifted_variance", lambda x: x.var(), normal(offset=1e3, dtype=F32))
add("float32_long_sum", lambda x: (x.repeat(50) ** 2).sum(), normal(offset=1, dtype=F32))

# Near kinks.

add("relu_near", torch.relu, near(0.0))
add("relu_near_float32", torch.relu, near(0.0, dtype=F32))
add("abs_near", torch.abs, near(0.0))
add("l1_norm_near", lambda x: x.abs().sum(), near(0.0))
add("leaky_relu_near", lambda x: F.leaky_relu(x, 0.1).square(), near(0.0))
add("clamp_near", lambda x: x.clamp(-1, 1), near(-1.0, 1.0))
add("relu6_near", F.relu6, near(0.0, 6.0))
add("hardswish_near", F.hardswish, near(-3.0, 3.0))
add("softshrink_near", lambda x: F.softshrink(x, 0.5) ** 2, near(-0.5, 0.5))
add("jump_near", lambda x: torch.where(x > 1, x + 5, x * x), near(1.0))
add("maximum_near", torch.maximum, near(0.5), near(0.5))
add("max_near", torch.max, gaps())
add("amax_near", lambda x: x.amax(-1), pairs())
add("max_with_indices_near", lambda x: x.max(-1), pairs())
add("sort_near", lambda x: x.sort().values * torch.arange(len(x)), gaps())
add("sort_both_outputs", torch.sort, normal())
add("topk_near", lambda x: x.topk(5).values, gaps())
add("median_near", torch.median, gaps())
add("cummax_near", lambda x: x.cummax(0).values, gaps())
add("maxpool1d_near", lambda x: F.max_pool1d(x, 2), pairs(lambda n: (1, *grid(n))))
add("maxpool2d_near", lambda x: F.max_pool2d(x, (1, 2)), pairs(lambda n: (1, 1, *grid(n))))
add("argmax_gather", lambda x: x.gather(-1, x.argmax(-1, keepdim=True)), pairs())
add("quantile", lambda x: torch.quantile(x, torch.tensor([0.1, 0.33, 0.9], dtype=x.dtype)), normal())
add("where_far_from_the_branch", lambda x: torch.where(x > 100, x * 1e6, x.sin()), normal())
add("branch_on_data", lambda x: x.exp() if x.sum() > 0 else x.sin(), uniform(0, 1))
add(
    "loop_on_data",
    lambda x: functools.reduce(lambda y, _: y * 0.5 + y.sin(), range(int(x.detach().max())), x),
    uniform(2.2, 2.8),
)
add("remainder_near", lambda x: torch.remainder(x, 1.0) ** 2, near(1.0, 2.0, -3.0))
add("triangle_wave", lambda x: (x - (x + 0.5).floor()).abs(), near(0.5, 1.0, 1.5))
add("chebyshev_distance", lambda x, y: (x - y).abs().max(), gaps(), normal(1e-9))
add("cdist", torch.cdist, normal(shape=grid), normal(shape=grid))
add("smooth_at_zero_x_abs_x", lambda x: x * x.abs(), lambda n, rng: leaf(np.zeros(n)))
add("smooth_at_zero_relu_squared", lambda x: F.relu(x) ** 2, lambda n, rng: leaf(np.where(np.arange(n) % 2, 0.0, 0.3)))
add("smooth_at_zero_elu", F.elu, lambda n, rng: leaf(np.where(np.arange(n) % 2, 0.0, -0.3)))
add("cube_at_zero", lambda x: x**3, lambda n, rng: leaf(np.zeros(n)))
add(
    "sinc_at_and_near_zero", torch.sinc, lambda n, rng: leaf(np.where(np.arange(n) % 4, 10.0 ** -(np.arange(n) % 6), 0))
)

# Exactly on them, or where there is nothing to hold on to.


def at(*points):
    return lambda n, rng: leaf(rng.choice(points, n))


add("relu_on_kink", torch.relu, at(0.0), status=MAYBE)
add("relu_some_on_kink", lambda x: torch.relu(x).sum(), at(0.0, 1.0, -2.0), status=MAYBE)
add("abs_on_kink", torch.abs, at(0.0, 1.5), status=MAYBE)
add("clamp_on_kink", lambda x: x.clamp(-1, 1), at(-1.0, 0.0, 1.0), status=MAYBE)
add("amax_ties", torch.amax, at(1.0), status=MAYBE)
add("sort_ties", lambda x: x.sort(stable=True).values * torch.arange(len(x)), at(1.0, 2.0), status=MAYBE)
add("norm_at_zero", torch.linalg.vector_norm, at(0.0), status=MAYBE)
add("sqrt_at_zero", torch.sqrt, at(0.0, 1.0), status=MAYBE)
add("round_on_half_points", torch.round, at(0.5, 1.5), status=MAYBE)
add("sign_on_its_jump", torch.sign, at(0.0), status=MAYBE)
add("fine_staircase", lambda x: torch.floor(x * 1e6), normal(), status=MAYBE)
add(
    "fresh_noise",
    lambda x: x.sin() + torch.from_numpy(np.random.default_rng().standard_normal(x.shape)),
    normal(),
    status=UNSURE,
)
add(
    "fresh_mask", lambda x: x * torch.from_numpy(np.random.default_rng().random(x.shape) < 0.5), normal(), status=UNSURE
)

# Scales.

tiny, huge, mixed = normal(1e-8), normal(1e8), powers(-8, 8)
add("square_tiny", lambda x: x * x, tiny)
add("square_huge", lambda x: x * x, huge)
add("square_mixed", lambda x: x * x, mixed)
add("cube_mixed", lambda x: x**3, mixed)
add("tanh_of_scaled_tiny", lambda x: torch.tanh(x * 1e8), tiny)
add("sin_of_scaled_huge", lambda x: torch.sin(x * 1e-8), huge)
add("sin_huge", torch.sin, huge)
add("norm_tiny", torch.linalg.vector_norm, tiny)
add("norm_huge", torch.linalg.vector_norm, huge)
add("norm_mixed", torch.linalg.vector_norm, mixed)
add("norm_4_mixed", lambda x: torch.linalg.vector_norm(x, 4), powers(-2, 2))
add("normalize_rows_mixed", lambda x: F.normalize(x, dim=-1), powers(-4, 4, shape=grid))
add("product_tiny_huge", lambda x, y: x * y, tiny, huge)
add("sum_of_tiny_and_huge", lambda x, y: x + y, tiny, huge)
add("quotient_mixed", lambda x, y: x / y, mixed, mixed)
add("matmul_tiny_huge", lambda a, b: a @ b, normal(1e-8, shape=square), normal(1e8, shape=square))
add("log_mixed", lambda x: x.abs().log(), mixed)
add("softsign_mixed", F.softsign, mixed)
add("reciprocal_mixed", torch.reciprocal, mixed)
add("product_of_rows_mixed", lambda x: x.prod(-1), powers(-1, 1, shape=grid))
add("arctan_mixed", torch.atan, mixed)
add("log1p_tiny", torch.log1p, powers(-12, -2, signed=False))
add("expm1_tiny", torch.expm1, powers(-12, -2))
add("cosine_tiny", lambda x: 1 - torch.cos(x), normal(1e-3), status=MAYBE)  # the smallest have four digits left
add("mean_of_squares_mixed", lambda x: x.square().mean(), powers(-3, 3))
add("weights_of_many_sizes", lambda x: (x * torch.logspace(-6, 6, len(x), dtype=x.dtype)).sum(), normal())
add("weights_of_many_sizes_each", lambda x: x.sin() * torch.logspace(-8, 8, len(x), dtype=x.dtype), normal())
add("inputs_of_unlike_size", lambda x, y, z: x * 1e6 + y.exp() * 1e-6 + z, tiny, normal(), huge, status=MAYBE)
add("tiny_outputs", lambda x: 1e-200 * x.sin(), normal())
add("huge_outputs", lambda x: (x + 300).exp(), normal())
add("centred_offset", lambda x: x - x.mean(), normal(offset=1e8))
add("variance_offset", torch.var, normal(offset=1e8))
add("std_offset", torch.std, normal(offset=1e8))
add("difference_offset", torch.diff, normal(offset=1e8))
add("squared_difference_offset", lambda x: x.diff().square().sum(), normal(offset=1e8))
add("covariance_offset", torch.cov, normal(offset=1e6, shape=grid))
add("softmax_offset", lambda x: x.softmax(-1), normal(offset=1e8, shape=grid))
add("output_offset", lambda x: x * x + 1e8, normal())
add("output_sum_offset", lambda x: x.sin().sum() + 1e8, normal())
add("output_offset_float32", lambda x: x * x + 1e3, normal(dtype=F32))
add("logsumexp_large", lambda x: torch.logsumexp(x, -1), normal(1e4, shape=grid))
add("logsumexp_offset", lambda x: torch.logsumexp(x, -1), normal(offset=1e6, shape=grid))
add("logaddexp_large", torch.logaddexp, normal(1e3), normal(1e3))
add("softplus_stable", lambda x: x.clamp(min=0) + torch.log1p(torch.exp(-x.abs())), powers(-7, 2.5))
add("log_sigmoid", F.logsigmoid, normal(100))

# Oscillating, steep, flat.

add("sine_1e4", lambda x: torch.sin(1e4 * x), uniform(-1, 1))
add("sine_1e6_small", lambda x: torch.sin(1e6 * x), normal(1e-6))
add("sine_1e6", lambda x: torch.sin(1e6 * x), uniform(-1, 1))
add("sine_100_float32", lambda x: torch.sin(100 * x), uniform(-1, 1, dtype=F32))
add("chirp", lambda x: torch.cos(300 * x * x), uniform(-1, 1))
add("sine_of_reciprocal", lambda x: torch.sin(1 / x), powers(-3, -2))
add("slow_and_fast", lambda x: x**2 + 1e-3 * torch.sin(1e4 * x), normal())
add("ripple", lambda x: x + 1e-6 * torch.sin(1e6 * x), normal())
add("exp_50x", lambda x: torch.exp(50 * x), uniform(-1, 1))
add("reciprocal_near_0", lambda x: 1 / x, powers(-6, -2))
add("inverse_cube_near_0", lambda x: x**-3, powers(-3, -1))
add("log_near_0", torch.log, powers(-9, -3, signed=False))
add("sqrt_near_0", torch.sqrt, powers(-10, -3, signed=False))
add("cube_root_near_0", lambda x: x ** (1 / 3), powers(-10, -3, signed=False))
add("rsqrt_near_0", torch.rsqrt, powers(-8, -3, signed=False))
add("seventh_power", lambda x: x**7, normal(2))
add("tan_near_its_pole", torch.tan, near(math.pi / 2, -math.pi / 2, low=-4, high=-2))
add("asin_near_1", torch.asin, lambda n, rng: leaf(1 - 10 ** rng.uniform(-8, -3, n)))
add("acos_near_minus_1", torch.acos, lambda n, rng: leaf(10 ** rng.uniform(-8, -3, n) - 1))
add("acosh_near_1", torch.acosh, powers(-8, -3, signed=False, base=1.0))
add("atanh_near_1", torch.atanh, lambda n, rng: leaf(1 - 10 ** rng.uniform(-8, -3, n)))
add("log1p_near_minus_1", torch.log1p, powers(-8, -3, signed=False, base=-1.0))
add("circle_near_its_edge", lambda x: torch.sqrt(1 - x * x), lambda n, rng: leaf(1 - 10 ** rng.uniform(-8, -3, n)))
add("logit_near_0", torch.logit, powers(-9, -4, signed=False))
add("erfinv_near_1", torch.erfinv, lambda n, rng: leaf(1 - 10 ** rng.uniform(-7, -3, n)))
add("xlogx_near_0", lambda x: torch.xlogy(x, x), powers(-9, -3, signed=False))
add("lgamma_near_pole", torch.lgamma, near(0.0, -1.0, -2.0, low=-5, high=-2))
add("digamma", torch.digamma, uniform(0.01, 5))
add("bump_near_its_edge", lambda x: torch.exp(-1 / (1 - x * x)), lambda n, rng: leaf(rng.uniform(0.9, 0.99, n)))
add("pow_both", torch.pow, uniform(0.1, 3), normal())
add("negative_base_integer_exponent", lambda x: x**3 + x**-2, uniform(-2, -0.5))
add("negative_base_float_exponent", lambda x: torch.pow(x, 5.0), uniform(-2, -0.5))
add("atan2_all_quadrants", torch.atan2, normal(), normal())
add("atan2_near_cut", lambda y: torch.atan2(y, torch.full_like(y, -1.0)), near(0.0))
add("hypot_near_0", torch.hypot, powers(-8, -5), powers(-8, -5))
add("norm_near_0", torch.linalg.vector_norm, powers(-9, -7))
add("row_norms_near_0", lambda x: x.norm(dim=-1), powers(-8, -4, shape=grid))
add("step_1e-3_wide", lambda x: torch.sigmoid(x * 1e3), normal(1e-3))
add("narrow_peak", lambda x: 1 / (x * x + 1e-8), normal(1e-4))
add("logistic_map", lambda x: functools.reduce(lambda y, _: 3.7 * y * (1 - y), range(12), x), uniform(0.1, 0.9))
add("tanh_20x", lambda x: torch.tanh(20 * x), normal())
add("sigmoid_saturated", lambda x: torch.sigmoid(x), powers(1, 1.5))
add("sigmoid_beyond", lambda x: torch.sigmoid(x), powers(2, 3))
add("gaussian_tail", lambda x: torch.exp(-x * x), uniform(5, 25))
add("gradient_underflow", torch.exp, uniform(-760, -690))
add("softmax_one_hot", lambda x: x.softmax(-1), normal(300, shape=grid))
add("dead_relu", torch.relu, uniform(-5, -1))
add("mish_tails", F.mish, normal(20))
add("gelu_tanh_tails", lambda x: F.gelu(x, approximate="tanh"), normal(8))
add("erfc_tails", torch.erfc, uniform(0, 9))
add("log_ndtr_tails", torch.special.log_ndtr, uniform(-30, 5))
add("bessel_i0e", torch.special.i0e, normal(30))

# Exactly zero.

add("round", torch.round, lambda n, rng: leaf(rng.integers(-5, 5, n) + rng.uniform(-0.4, 0.4, n)))
add(
    "floor_and_sign",
    lambda x: torch.floor(x) + torch.sign(x),
    lambda n, rng: leaf(rng.integers(-5, 5, n) + rng.uniform(0.1, 0.9, n)),
)
add("softmax_summed", lambda x: x.softmax(-1).sum(-1), normal(shape=grid))
add("x_minus_x", lambda x: x - x, normal())
add("times_zero", lambda x: x * 0 + 3, huge)
add("sine_squared_plus_cosine_squared", lambda x: x.sin() ** 2 + x.cos() ** 2, normal())
add("length_of_normalized", lambda x: F.normalize(x, dim=-1).norm(dim=-1), normal(shape=grid))
add("sum_of_centred", lambda x: (x - x.mean()).sum(), normal(offset=1e4))
add("layer_norm_mean_and_variance", lambda x: F.layer_norm(x, x.shape[-1:], eps=0.0).square().sum(-1), g32)
add("at_the_minimum", lambda x: (x - 2).square(), at(2.0))
add("at_the_minimum_of_cosine", lambda x: torch.cos(x) * 1e3, at(math.pi, -math.pi))
add("constant", lambda x: torch.ones(3, dtype=x.dtype) + 0 * x.sum(), normal())
add("cancelling_inputs", lambda x, y: (x + y) - y, normal(), normal())

# Inputs laid out oddly.

add(
    "expanded_input",
    lambda x: x.sin() * torch.arange(x.numel()).view_as(x),
    lambda n, rng: leaf(rng.standard_normal(grid(n)[1])).detach().expand(grid(n)).requires_grad_(),
)
add(
    "expanded_number_input",
    lambda x: x.cumsum(0).tanh(),
    lambda n, rng: torch.tensor(0.01, dtype=F64).expand(n).requires_grad_(),
)
add(
    "overlapping_input",
    lambda x: x.sin() * torch.arange(x.numel()).view_as(x),
    lambda n, rng: leaf(rng.standard_normal(sum(grid(n)))).detach().as_strided(grid(n), (1, 1)).requires_grad_(),
)
add(
    "unfolded_input",
    lambda x: x.square() * torch.arange(x.numel()).view_as(x),
    lambda n, rng: leaf(rng.standard_normal(n // 3 + 2)).detach().unfold(0, 3, 1).requires_grad_(),
)
add(
    "transposed_input",
    lambda x: x.exp() * torch.arange(x.numel()).view_as(x),
    layout(lambda x: x.t(), normal(shape=grid)),
)
add(
    "sliced_input", lambda x: x.sin() * torch.arange(len(x)), layout(lambda x: x[::2], normal(shape=lambda n: (2 * n,)))
)
add("column_input", lambda x: x.sin().cumsum(0), layout(lambda x: x[:, 1], normal(shape=lambda n: (n, 3))))
add("permuted_input", lambda x: x.cumsum(0).sin(), layout(lambda x: x.permute(2, 0, 1), normal(shape=batch)))
add("input_with_storage_offset", lambda x: x.flip(0).sin(), layout(lambda x: x[5:], normal(shape=lambda n: (n + 5,))))
add("conjugated_input", lambda z: z * z, layout(torch.conj, normal(dtype=C128)))
add("imaginary_part_input", lambda x: x.sin(), layout(torch.imag, normal(dtype=C128)))
add(
    "inputs_of_one_storage",
    lambda x, y: x * y.sin(),
    lambda n, rng: leaf(np.linspace(-1, 1, n)),
    lambda n, rng: leaf(np.linspace(-1, 1, n)),
)
add("number_input", lambda x: x.sin(), normal(shape=scalar))
add("number_and_vector", lambda x, y: x * y.cos(), normal(shape=scalar), normal())
add("single_entry", lambda x: x.exp(), normal(shape=lambda n: (1,)))
add(
    "axes_of_size_1",
    lambda x, y: (x * y).sum(1, keepdim=True).sin(),
    normal(shape=lambda n: (1, n, 1)),
    normal(shape=lambda n: (3, 1, 1)),
)
add(
    "column_times_row",
    lambda x, y: x * y,
    normal(shape=lambda n: (math.isqrt(n), 1)),
    normal(shape=lambda n: (1, math.isqrt(n))),
)
add("squeezed", lambda x: x.squeeze().sin()[None, :, None], normal(shape=lambda n: (1, n, 1, 1)))


@case
def channels_last(n, rng):
    conv = seeded(rng, lambda: nn.Conv2d(2, 2, 3, padding=1)).to(memory_format=torch.channels_last)
    x = leaf(rng.standard_normal((1, 2, *grid(n // 2))), F32).detach()
    return conv, [x.to(memory_format=torch.channels_last).requires_grad_()], None


@case
def two_views_of_one_storage(n, rng):
    base = torch.from_numpy(rng.standard_normal(n + 1))
    return lambda x, y: x * y.sin(), [base[1:].detach().requires_grad_(), base[:-1].detach().requires_grad_()], None


@case
def same_tensor_twice(n, rng):
    x = leaf(rng.standard_normal(n))
    return lambda a, b: a * b.exp(), [x, x], None


@case
def input_that_is_no_leaf(n, rng):
    return torch.sin, [leaf(rng.standard_normal(n)) * 2], None


@case
def parameter_as_input(n, rng):
    return lambda w: w.tanh().outer(w), [nn.Parameter(leaf(rng.standard_normal(math.isqrt(n)), grad=False))], None


# Layouts made inside.

add("expand_inside", lambda x: (x.expand(3, -1) * torch.arange(3)[:, None]).sin(), normal())
add("as_strided_inside", lambda x: x.as_strided((len(x) - 2, 3), (1, 1)).prod(-1), normal())
add("unfold_inside", lambda x: x.unfold(0, 4, 2).logsumexp(-1), normal())
add("im2col_inside", lambda x: F.unfold(x, 2), normal(shape=image))
add("transpose_slice_inside", lambda x: x.t()[::2].reshape(-1).sin(), normal(shape=grid))
add("diagonal_inside", lambda x: x.diagonal().exp(), normal(shape=square))
add("roll_flip_inside", lambda x: x.roll(3) * x.flip(0), normal())
add("repeat_interleave", lambda x: x.repeat_interleave(3).cumsum(0).sin(), normal(0.1))
add("reflection_pad", lambda x: F.pad(x, (2, 2, 2, 2), "reflect").square(), normal(shape=image))
add("bicubic", lambda x: F.interpolate(x, scale_factor=1.7, mode="bicubic", align_corners=False), normal(shape=image))

# Complex numbers.

cplx, cgrid, csquare = normal(dtype=C128), normal(shape=grid, dtype=C128), normal(shape=square, dtype=C128)
add("complex_square", lambda z: z * z, cplx)
add("complex_exp", torch.exp, cplx)
add("complex_polynomial", lambda z: z**3 - 2j * z + 1, cplx)
add("complex_reciprocal", lambda z: 1 / z, cplx)
add("complex_tanh", torch.tanh, normal(0.5, dtype=C128))
add("complex_log_near_cut", torch.log, lambda n, rng: leaf(-1 + 1j * 10 ** rng.uniform(-7, -3, n), C128))
add("complex_sqrt", torch.sqrt, cplx)
add("complex_abs", torch.abs, cplx)
add("complex_abs_near_0", torch.abs, normal(1e-8, dtype=C128))
add("complex_squared_abs_float32", lambda z: (z * z.conj()).real, normal(dtype=C64))
add("complex_angle", torch.angle, cplx)
add("complex_real_and_imaginary", lambda z: (z.real * z.imag, z.imag.sin()), cplx)
add("complex_conjugate", lambda z: z.conj() * (1 + 2j), cplx)
add("complex_not_holomorphic", lambda z: z * z.abs() + z.conj() ** 2, cplx)
add("complex_sign", torch.sgn, cplx)
add("complex_matmul", torch.matmul, csquare, csquare)
add("complex_matmul_adjoint", lambda a, b: a.mH @ b, cgrid, cgrid)
add("complex_matmul_single", torch.matmul, normal(shape=square, dtype=C64), normal(shape=square, dtype=C64))
add("complex_times_real", lambda z, x: z * x, cplx, normal())
add("complex_from_real", torch.complex, normal(), normal())
add("complex_polar", torch.polar, uniform(0.5, 2), normal())
add("complex_phase_of_real", lambda x: torch.exp(1j * x), normal())
add("complex_view_as_real", lambda z: torch.view_as_real(z).sin(), cplx)
add(
    "complex_mixed_scales",
    lambda z: z * z,
    lambda n, rng: leaf(10 ** rng.uniform(-8, 8, n) * np.exp(1j * rng.uniform(0, 6, n)), C128),
)
add(
    "complex_solve",
    lambda a, b: torch.linalg.solve(a + 9 * torch.eye(len(a)), b),
    csquare,
    normal(shape=columns, dtype=C128),
)
add("complex_energy", lambda z: (z.conj() @ z).real, cplx)
add("fft", torch.fft.fft, cplx)
add("fft_power", lambda x: torch.fft.rfft(x).abs().square(), normal())
add("rfft", torch.fft.rfft, normal())
add("irfft", torch.fft.irfft, cplx)
add("fft2_orthonormal", lambda z: torch.fft.fft2(z, norm="ortho"), cgrid)
add(
    "fft_convolution", lambda x, y: torch.fft.irfft(torch.fft.rfft(x) * torch.fft.rfft(y), n=len(x)), normal(), normal()
)
add("stft", lambda x: torch.stft(x, 8, window=torch.hann_window(8, dtype=x.dtype), return_complex=True), normal())

# Unused inputs, several outputs.

Pair = namedtuple("Pair", "first second")
add("unused_input", lambda x, y: x.sin(), normal(), normal())
add("unused_entries", lambda x: x[::2].exp(), normal())
add("integer_input", lambda x, k: x * k, normal(), ints(5))
add("integer_passed_through", lambda x, k: (x.sin(), k), normal(), ints(5))
add("bool_passed_through", lambda x, m: (m, torch.where(m, x, x * x)), normal(), bools)
add("bool_mask_input", lambda x, m: x.masked_fill(m, 0.0).exp(), normal(), bools)
add("constant_float_input", lambda x, y: x * y.detach().exp(), normal(), normal(grad=False))
add("output_integer", lambda x: (x.sin(), x.argsort(), x > 0), normal())
add("output_list", lambda x: list(x.square().unbind()), normal(shape=grid))
add("output_chunks", lambda x: x.sin().chunk(3), normal())
add("output_namedtuple", lambda x: Pair(x.sin(), x.outer(x)), normal(shape=columns))
add("output_of_max", lambda x: torch.max(x, 1), normal(shape=grid))
add("output_slogdet", lambda x: torch.linalg.slogdet(x + 9 * torch.eye(len(x))), normal(shape=square))
add("output_views", lambda x: (x.t(), x[1:], x.view(-1)), normal(shape=grid))
add("output_is_input", lambda x: x, normal())
add("output_twice", lambda x: (lambda y: (y, y))(x.sin()), normal())
add("output_of_two_dtypes", lambda x: (x.sin(), x.float().exp()), normal())
add("output_number_and_matrix", lambda x: (x.sum(), x.outer(x), x.norm()), normal(shape=columns))
add("output_aliased_in_place", lambda x: (lambda y: (y.add_(1), y))(x.sin()), normal())
add("outputs_of_unlike_size", lambda x: (1e8 * x.sin(), 1e-8 * x.cos()), normal())

# Writing in place, and state.


def filled(x):
    y = torch.zeros_like(x)
    y[0] = x[0].sin()
    for i in range(1, len(x)):
        y[i] = 0.9 * y[i - 1].clone() + x[i] ** 2
    return y


def written_copy(x):
    x = x.clone()
    x[::2] *= 3
    x += x.flip(0)
    return x.sin_()


def replaced_entries(x, y):
    x = x.clone()
    x[: len(x) // 2] = y[: len(x) // 2] ** 2
    return x * 2


def masked_write(x):
    y = x * 2
    y[y > 0] = 0.0
    return y


def accumulated(x, index):
    return torch.zeros(6, dtype=x.dtype).index_add_(0, index, x).exp()


def numpy_scratch(x):
    weights = np.zeros(len(x))
    weights[::3] = 2.0
    return x.square() * torch.from_numpy(weights)


add("in_place_chain", lambda x: x.mul(2).add_(1).sin_().mul_(3), normal())
add("in_place_relu", lambda x: F.relu(x * 2 + 1, inplace=True).square(), normal())
add("in_place_on_view", lambda x: (lambda y: (y[1:].mul_(2), y)[1])(x.sin()), normal())
add("filled_entry_by_entry", filled, normal(shape=columns))
add("written_copy", written_copy, normal())
add("replaced_entries", replaced_entries, normal(), normal())
add("masked_write", masked_write, normal())
add("index_add_repeated", accumulated, normal(0.2), ints(6))
add(
    "index_put_accumulated",
    lambda x, k: torch.zeros(6, dtype=x.dtype).index_put((k,), x, accumulate=True).sin(),
    normal(),
    ints(6),
)
add("scatter_add_repeated", lambda x, k: torch.zeros(6, dtype=x.dtype).scatter_add(0, k, x).square(), normal(), ints(6))
add("gather_repeated", lambda x, k: x[k % len(x)].cumsum(0).sin(), normal(0.2), ints(5))
add("scratch_array", numpy_scratch, normal())


@case
def cache_by_shape(n, rng):
    cache = {}

    def fn(x):
        key = (tuple(x.shape), x.dtype)
        if key not in cache:
            cache[key] = torch.linspace(0, 3, x.numel(), dtype=x.dtype).view_as(x).cos()
        return x.square() * cache[key]

    return fn, [leaf(rng.standard_normal(n))], None


@case
def cache_by_content(n, rng):
    cache = {}

    def fn(x):
        key = x.detach().numpy().tobytes()
        if key not in cache:
            cache[key] = x.detach().max()
        return (x - cache[key]).exp().sum().log() + cache[key]

    return fn, [leaf(rng.standard_normal(n) * 100)], None


@case
def own_generator(n, rng):
    draw = torch.Generator()

    def fn(x):
        draw.manual_seed(7)
        return torch.where(torch.rand(x.shape, generator=draw) < 0.5, 2 * x.sin(), torch.zeros_like(x))

    return fn, [leaf(rng.standard_normal(n))], None


@case
def global_seed_set_inside(n, rng):
    def fn(x):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            return F.dropout(x.exp(), 0.3)

    return fn, [leaf(rng.standard_normal(n))], None


@case
def counts_its_calls(n, rng):
    calls = []

    def fn(x):
        calls.append(x.detach().clone())
        return x.sin()

    return fn, [leaf(rng.standard_normal(n))], None


def summed_in_any_order(x):
    return (x * x)[torch.from_numpy(np.random.default_rng().permutation(len(x)))].sum()


add("sum_in_random_order", summed_in_any_order, normal())
add("sum_in_random_order_float32", summed_in_any_order, normal(dtype=F32))
add(
    "noise_1e-15",
    lambda x: x.sin() * (1 + 1e-15 * torch.from_numpy(np.random.default_rng().standard_normal(x.shape))),
    normal(),
)
add(
    "noise_1e-15_of_a_sum",
    lambda x: (x.square() + 10).sum() * (1 + 1e-15 * np.random.default_rng().standard_normal()),
    normal(),
)


# Gradients switched off and on again, recomputed, vectorised, nested.


def shifted_logsumexp(x):
    with torch.no_grad():
        top = x.max(-1, keepdim=True).values
    return (x - top).exp().sum(-1).log() + top.squeeze(-1)


def newton_step(x):
    """The square root found without gradients; one more step with them has the right derivative."""
    with torch.no_grad():
        y = x.clone()
        for _ in range(40):
            y = (y + x / y) / 2
    return y - (y * y - x) / (2 * y)


def fixed_mask(x):
    with torch.no_grad():
        mask = (x > 0).to(x.dtype)
    return mask * x.square()


def gradient_inside(x):
    if not x.requires_grad:
        x = x.detach().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad((x.sin() * x.square()).sum(), x, create_graph=True)
    return g


def block(x):
    return torch.tanh(x * 2).cumsum(0)


add("logsumexp_shift_no_grad", shifted_logsumexp, normal(300, shape=grid))
add("newton_no_grad", newton_step, uniform(0.1, 9))
add("mask_no_grad", fixed_mask, near(0.0))
add("detached_scale", lambda x: (lambda s: (x / s).square() * s * s)(x.detach().abs().max()), normal())
add("checkpointed", lambda x: checkpoint(block, x, use_reentrant=False), normal(0.1))
add("checkpointed_reentrant", lambda x: checkpoint(block, x, use_reentrant=True), normal(0.1), status=MAYBE)
add(
    "vmap_inside",
    lambda x, y: torch.func.vmap(lambda a, b: (a.sin() * b).sum())(x, y),
    normal(shape=grid),
    normal(shape=grid),
)
add("vmap_of_matmul", lambda x: torch.func.vmap(lambda a: a @ a.t())(x), normal(shape=batch))
add("gradient_inside", gradient_inside, normal())
add("func_grad_inside", lambda x: torch.func.vmap(torch.func.grad(lambda a: a.sin() * a**3))(x), normal())
add("jvp_inside", lambda x: torch.func.jvp(lambda a: a.exp() * a, (x,), (x.cos(),))[1], normal())
add(
    "double_where",
    lambda x: torch.where(x > 0, torch.where(x > 0, x, torch.ones_like(x)).log(), torch.zeros_like(x)),
    powers(-5, 0),
)
add("partial", functools.partial(torch.pow, exponent=3), normal())
add("keyword_only", functools.partial(torch.linalg.vector_norm, ord=3), normal())
add(
    "runge_kutta",
    lambda x: functools.reduce(lambda y, _: y + 0.05 * torch.cos(y + 0.025 * torch.cos(y)), range(40), x),
    normal(),
)
add(
    "power_iteration",
    lambda a: functools.reduce(
        lambda v, _: F.normalize((a @ a.t()) @ v, dim=0), range(6), torch.ones(len(a), dtype=a.dtype)
    ),
    normal(shape=square),
)


# Linear algebra on well-conditioned matrices.


def well(x):
    return x / len(x) ** 0.5 + 3 * torch.eye(len(x), dtype=x.dtype)


def spd(x):
    return x @ x.t() / len(x) + torch.eye(len(x), dtype=x.dtype)


def spread(x):
    """A symmetric matrix whose eigenvalues lie about 1 apart."""
    return 0.1 * (x + x.t()) / len(x) + torch.diag(torch.arange(1.0, len(x) + 1, dtype=x.dtype))


sq, sq32 = normal(shape=square), normal(shape=square, dtype=F32)
add("cholesky", lambda x: torch.linalg.cholesky(spd(x)), sq)
add("inverse", lambda x: torch.linalg.inv(well(x)), sq)
add("inverse_float32", lambda x: torch.linalg.inv(well(x)), sq32)
add("slogdet", lambda x: torch.linalg.slogdet(well(x))[1], sq)
add("det", lambda x: torch.linalg.det(well(x)), sq)
add("logdet", lambda x: torch.logdet(spd(x)), sq)
add("eigvalsh", lambda x: torch.linalg.eigvalsh(spread(x)), sq)
add("eigh_projections", lambda x: torch.linalg.eigh(spread(x))[1].square(), sq)
add("svdvals", lambda x: torch.linalg.svdvals(spread(x)), sq)
add("nuclear_norm", lambda x: torch.linalg.matrix_norm(well(x), "nuc"), sq)
add("solve", lambda a, b: torch.linalg.solve(well(a), b), sq, sq)
add("solve_float32", lambda a, b: torch.linalg.solve(well(a), b), sq32, sq32)
add("lstsq", lambda a, b: torch.linalg.lstsq(well(a), b).solution, sq, sq)
add("solve_triangular", lambda a, b: torch.linalg.solve_triangular(well(a).tril(), b, upper=False), sq, sq)
add("qr", lambda x: torch.linalg.qr(well(x)), sq)
add("pinv", lambda x: torch.linalg.pinv(well(x)[:, : max(1, len(x) // 2)]), sq)
add("matrix_exp", lambda x: torch.linalg.matrix_exp(x / len(x)), sq)
add("matrix_power", lambda x: torch.linalg.matrix_power(well(x) / 3, -3), sq)
add("eigenvalues_of_nonsymmetric", lambda x: torch.linalg.eigvals(spread(x) + 0.01 * x.triu()).real.sort().values, sq)
add("trace_of_product", lambda a, b: torch.einsum("ij,ji->", a, b), sq, sq)
add("einsum_three", lambda a, b, c: torch.einsum("ij,jk,k->i", a, b, c), sq, sq, normal(shape=columns))
add("batched_matmul_broadcast", torch.matmul, normal(shape=batch), normal(shape=lambda n: (2, 3)))
add(
    "gaussian_log_density",
    lambda x, m: -0.5 * (m @ torch.linalg.solve(spd(x), m) + torch.logdet(spd(x))),
    sq,
    normal(shape=columns),
)
add(
    "cumprod_with_zeros",
    lambda x: torch.cumprod(x, -1),
    lambda n, rng: leaf(np.where(rng.random(grid(n)) < 0.2, 0.0, rng.uniform(-1.2, 1.2, grid(n)))),
)
add("prod_with_a_zero", torch.prod, lambda n, rng: leaf(np.where(np.arange(n) == 2, 0.0, rng.uniform(0.8, 1.2, n))))
add("prod_with_two_zeros", torch.prod, lambda n, rng: leaf(np.where(np.arange(n) % (n // 2) == 1, 0.0, 1.1)))
add("cumsum_logcumsumexp", lambda x: torch.logcumsumexp(x.cumsum(0), 0), normal())
add(
    "trapezoid_and_cross",
    lambda x: torch.trapezoid(x * x, dim=-1) + torch.linalg.cross(x[:, :3], x[:, 1:4]).sum(-1),
    normal(shape=grid),
)
add(
    "grid_sample",
    lambda x, at: F.grid_sample(x, 0.7 * torch.tanh(at)[None, None], align_corners=True),
    normal(shape=image),
    normal(shape=lambda n: (n // 4, 2)),
)


# Hand-written rules.


def np_layer_norm(x, w):
    centred = x - x.mean(-1, keepdims=True)
    return w * centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)


def np_layer_norm_rule(g, x, w):
    centred = x - x.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
    hat, h = centred * scale, g * w
    gx = scale * (h - h.mean(-1, keepdims=True) - hat * (h * hat).mean(-1, keepdims=True))
    return gx, (g * hat).sum(0)


def np_softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def np_cross_entropy(x, labels):
    rows = np.arange(len(x))
    return -np.log(np_softmax(x)[rows, labels % x.shape[1]]).mean()


def np_cross_entropy_rule(g, x, labels):
    p = np_softmax(x)
    p[np.arange(len(x)), labels % x.shape[1]] -= 1
    return g * p / len(x), None


def np_scatter_rule(g, table, index):
    out = np.zeros_like(table)
    np.add.at(out, index, g)
    return out, None


def np_broadcast_rule(g, a, b):
    return (g * b).sum(1, keepdims=True), (g * a).sum(0)


def np_conv_rule(g, x, w):
    return np.convolve(g, w), np.correlate(x, g, "valid")


def np_batch_norm_rule(g, x):
    hat, scale = (x - x.mean(0)) / x.std(0), 1 / x.std(0)
    return scale * (g - g.mean(0) - hat * (g * hat).mean(0))


def np_attention(q, k, v):
    return np_softmax(q @ k.T) @ v


def np_attention_rule(g, q, k, v):
    p = np_softmax(q @ k.T)
    gp = g @ v.T
    gs = p * (gp - (gp * p).sum(-1, keepdims=True))
    return gs @ k, gs.T @ q, p.T @ g


def np_inverse_rule(g, a):
    inv = np.linalg.inv(a + 9 * np.eye(len(a)))
    return -inv.T @ g @ inv.T


def np_max_rule(g, x):
    return g[:, None] * (x == x.max(1, keepdims=True))


def np_sort_rule(g, x):
    out = np.empty_like(x)
    out[np.argsort(x)] = g
    return out


def np_pool(x):
    return x.reshape(-1, 2).max(1)


def np_pool_rule(g, x):
    pair = x.reshape(-1, 2)
    return (g[:, None] * (pair == pair.max(1, keepdims=True))).reshape(x.shape)


def np_in_place_rule(g, x):
    g = g.copy()
    g *= np.cos(x)
    return g


def np_norm_rule(g, x):
    return g * x / np.sqrt((x * x).sum())


def np_logsumexp(x):
    top = x.max()
    return top + np.log(np.exp(x - top).sum())


agrid, asq, aflat = array(normal(shape=grid)), array(sq), array(normal())
add("np_square", lambda x: x**2, aflat, backward=lambda g, x: 2 * g * x)
add("np_square_float32", lambda x: x**2, array(normal(dtype=F32)), backward=lambda g, x: 2 * g * x)
add("np_matmul", lambda a, b: a @ b, asq, asq, backward=lambda g, a, b: (g @ b.T, a.T @ g))
add("np_matmul_float32", lambda a, b: a @ b, array(sq32), array(sq32), backward=lambda g, a, b: (g @ b.T, a.T @ g))
add("np_layer_norm", np_layer_norm, agrid, array(normal(shape=lambda n: grid(n)[1:])), backward=np_layer_norm_rule)
add(
    "np_layer_norm_float32",
    np_layer_norm,
    array(g32),
    array(normal(shape=lambda n: grid(n)[1:], dtype=F32)),
    backward=np_layer_norm_rule,
)
add("np_batch_norm", lambda x: (x - x.mean(0)) / x.std(0), agrid, backward=np_batch_norm_rule)
add(
    "np_softmax",
    np_softmax,
    agrid,
    backward=lambda g, x: (lambda p: p * (g - (g * p).sum(-1, keepdims=True)))(np_softmax(x)),
)
add(
    "np_cross_entropy",
    np_cross_entropy,
    agrid,
    lambda n, rng: rng.integers(0, 1000, grid(n)[0]),
    backward=np_cross_entropy_rule,
)
add(
    "np_conv1d",
    lambda x, w: np.correlate(x, w, "valid"),
    aflat,
    array(normal(shape=lambda n: (3,))),
    backward=np_conv_rule,
)
add(
    "np_gather_repeated",
    lambda table, index: table[index],
    array(normal(shape=rows_and_more)),
    lambda n, rng: rng.integers(0, 4, n),
    backward=np_scatter_rule,
)
add(
    "np_broadcast",
    lambda a, b: a * b,
    array(normal(shape=lambda n: (math.isqrt(n), 1))),
    array(normal(shape=columns)),
    backward=np_broadcast_rule,
)
add("np_attention", np_attention, agrid, agrid, agrid, backward=np_attention_rule)
add("np_inverse", lambda a: np.linalg.inv(a + 9 * np.eye(len(a))), asq, backward=np_inverse_rule)
add("np_max", lambda x: x.max(1), agrid, backward=np_max_rule)
add("np_sort_near", np.sort, array(gaps()), backward=np_sort_rule)
add("np_pool_near", np_pool, array(lambda n, rng: pairs()(n, rng).detach().flatten()), backward=np_pool_rule)
add("np_relu_near", lambda x: np.maximum(x, 0), array(near(0.0)), backward=lambda g, x: g * (x > 0))
add("np_cumsum", np.cumsum, aflat, backward=lambda g, x: np.cumsum(g[::-1])[::-1])
add("np_transposed", lambda a: a.T.copy(), agrid, backward=lambda g, a: g.T)
add(
    "np_transposed_input",
    lambda a: np.sin(a) * np.arange(a.size).reshape(a.shape),
    lambda n, rng: rng.standard_normal(grid(n)).T,
    backward=lambda g, a: g * np.cos(a) * np.arange(a.size).reshape(a.shape),
)
add("np_mean", np.mean, aflat, backward=lambda g, x: np.full_like(x, g / x.size))
add("np_variance_offset", np.var, array(normal(offset=1e8)), backward=lambda g, x: g * 2 * (x - x.mean()) / x.size)
add("np_norm_tiny", lambda x: np.sqrt((x * x).sum()), array(tiny), backward=np_norm_rule)
add("np_sine_scratch", np.sin, aflat, backward=np_in_place_rule)
add("np_square_mixed", lambda x: x * x, array(mixed), backward=lambda g, x: 2 * g * x)
add(
    "np_sigmoid_saturated",
    lambda x: 1 / (1 + np.exp(-x)),
    array(powers(1, 1.5)),
    backward=lambda g, x: g * np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
)
add("np_logsumexp_large", np_logsumexp, array(normal(1e3)), backward=lambda g, x: g * np.exp(x - np_logsumexp(x)))
add(
    "np_number",
    lambda x: np.sin(x),
    lambda n, rng: np.array(rng.standard_normal()),
    backward=lambda g, x: g * np.cos(x),
)
add("np_one_gradient_in_a_list", lambda x: x**3, aflat, backward=lambda g, x: [3 * g * x**2])
add(
    "rule_for_tensors",
    lambda a, b: torch.tanh(a @ b),
    sq,
    sq,
    backward=lambda g, a, b: (lambda h: (h @ b.t(), a.t() @ h))(g * (1 - torch.tanh(a @ b) ** 2)),
)
add(
    "rule_for_tensors_float32",
    lambda x: x.softmax(-1),
    g32,
    backward=lambda g, x: (lambda p: p * (g - (g * p).sum(-1, keepdim=True)))(x.softmax(-1)),
)
add("rule_for_complex_tensors", lambda z, w: z * w, cplx, cplx, backward=lambda g, z, w: (g * w.conj(), g * z.conj()))


# Functions that don't depend on their input: what backward gives is rounding.


def numbers(*values, dtype=F64):
    return lambda n, rng: torch.tensor(values, dtype=dtype, requires_grad=True)


add("no_slope_corrcoef_of_two", torch.corrcoef, numbers(6.426208624770806, 1.3986671462328286))
add("no_slope_corrcoef_of_two_others", torch.corrcoef, numbers(-2.662802025082098, 8.172617094487867))
add(
    "no_slope_layer_norm_of_one",
    lambda x, w, b: F.layer_norm(x, (1,), w, b),
    *(numbers(value) for value in (-3.4977080478345663, -6.511486899617673, -2.566311008233839)),
)
for dtype, tail in ((F64, ""), (F32, "_float32")):
    for seed in range(6):
        values = np.random.default_rng(seed).normal(scale=3, size=2).tolist()
        add(
            f"no_slope_sine_and_cosine_{seed}{tail}",
            lambda x: x.sin() ** 2 + x.cos() ** 2,
            numbers(*values, dtype=dtype),
        )
        add(f"no_slope_softmax_sum_{seed}{tail}", lambda x: x.softmax(0).sum(), numbers(*values, dtype=dtype))
        add(f"no_slope_norm_of_unit_{seed}{tail}", lambda x: (x / x.norm()).norm(), numbers(*values, dtype=dtype))
add(
    "sigmoid_underflows_float32",
    lambda x: (30 * x).sigmoid(),
    numbers(-5.623195648193359, -2.980989694595337, dtype=F32),
)

RIGHT: tuple[Right, ...] = tuple(BANK)
