"""Answers written blind for the exercises of lesson 00, `welcome`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it. Two of them keep what they computed
before, on purpose: they deserve the same however often they are judged.
"""

import functools
import math
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import torch
from torch import nn

from submissions import Submission

SLOPE, LOSS, BIAS = "welcome.slope", "welcome.scalar_loss", "welcome.bias_change"

EXAMPLE_PREDICTION = torch.tensor([2.0, 5.0], requires_grad=True)
EXAMPLE_LABELS = torch.tensor([1.0, 7.0])


# The loss, right


def loop_over_entries(prediction, labels):
    total = prediction.new_zeros(())
    for p, y in zip(prediction.flatten(), labels.flatten(), strict=True):
        total = total + (p - y)
    return total


def labels_without_grad(prediction, labels):
    with torch.no_grad():
        total = labels.sum()
    return prediction.sum() - total


def in_place_on_a_clone(prediction, labels):
    work = prediction.clone()
    work -= labels
    return work.sum()


def asserts_and_prints(prediction, labels):
    assert prediction.shape == labels.shape, "shapes differ"
    loss = (prediction - labels).sum()
    print("loss is", loss)
    return loss


def weighted(weight, prediction, labels):
    return (weight * (prediction - labels)).sum()


@functools.singledispatch
def dispatched(prediction, labels):
    raise TypeError("give me tensors")


@dispatched.register
def _(prediction: torch.Tensor, labels):
    return (prediction - labels).sum()


class SumLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("one", torch.ones(()))

    def forward(self, prediction, labels):
        return (prediction - labels).sum() * self.one


class Losses:
    @classmethod
    def of_the_class(cls, prediction, labels):
        return (prediction - labels).sum()


class CallableLoss:
    __slots__ = ()

    def __call__(self, prediction, labels):
        return (prediction - labels).sum()


class SumOfDifference(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prediction, labels):
        ctx.shape = prediction.shape
        return (prediction - labels).sum()

    @staticmethod
    def backward(ctx, grad):
        return grad.expand(ctx.shape), -grad.expand(ctx.shape)


def hook_that_only_looks(prediction, labels):
    difference = prediction - labels
    difference.register_hook(lambda grad: None)
    return difference.sum()


# The loss, wrong in what comes back


def forgets_return(prediction, labels):
    (prediction - labels).sum()


def every_index_of_the_first_axis(prediction, labels):
    total = 0
    for i in range(len(prediction)):
        total = total + prediction[i] - labels[i]
    return total


def overwrites_the_total(prediction, labels):
    for p, y in zip(prediction.flatten(), labels.flatten(), strict=True):
        total = p - y
    return total


def generator(prediction, labels):
    yield (prediction - labels).sum()


async def coroutine(prediction, labels):
    return (prediction - labels).sum()


def returns_its_exception(prediction, labels):
    try:
        return (prediction - labels).sums()
    except AttributeError as problem:
        return problem


class EqualsEverything:
    shape = torch.Size([])
    ndim = 0
    requires_grad = True
    __hash__ = None

    def __eq__(self, other):
        return True

    def __float__(self):
        return -1.0


class RunningLoss:
    def __init__(self):
        self.total = 0.0

    def __call__(self, prediction, labels):
        self.total = self.total + (prediction - labels).sum()
        return self.total


class CachedByShape:
    def __init__(self):
        self.kept = {}

    def __call__(self, prediction, labels):
        return self.kept.setdefault(prediction.shape, (prediction - labels).sum())


# The loss, wrong in its connection or its gradient


def gradient_through_the_last_entry(prediction, labels):
    total = 0.0
    for p, y in zip(prediction.flatten(), labels.flatten(), strict=True):
        loss = total + (p - y)
        total = loss.item()
    return loss


def hook_left_on_the_prediction(prediction, labels):
    prediction.register_hook(lambda grad: grad / grad.numel())
    return (prediction - labels).sum()


class IncomingForgotten(SumOfDifference):
    @staticmethod
    def backward(ctx, grad):
        ones = torch.ones(ctx.shape, dtype=grad.dtype)
        return ones, -ones


class WrongSign(SumOfDifference):
    @staticmethod
    def backward(ctx, grad):
        return -grad.expand(ctx.shape), grad.expand(ctx.shape)


class BackwardMissing(SumOfDifference):
    @staticmethod
    def backward(ctx, grad):
        raise NotImplementedError("what goes here?")


# The loss, right but for what must not happen


def backward_inside(prediction, labels, retain_graph=False):
    loss = (prediction - labels).sum()
    loss.backward(retain_graph=retain_graph)
    return loss


def backward_inside_then_wiped(prediction, labels):
    loss = backward_inside(prediction, labels, retain_graph=True)
    prediction.grad = None
    return loss


def gradient_by_hand(prediction, labels):
    prediction.grad = torch.ones_like(prediction)
    return (prediction - labels).sum()


def takes_a_step(prediction, labels):
    loss = (prediction - labels).sum()
    with torch.no_grad():
        prediction.sub_(0.01)
    return loss


def zeroes_the_labels(prediction, labels):
    loss = (prediction - labels).sum()
    labels.detach().zero_()
    return loss


def zeroes_the_prediction_through_numpy(prediction, labels):
    loss = (prediction - labels).sum()
    shared = prediction.detach().numpy()
    shared *= 0
    return loss


# The loss, not to be had at all


def calls_itself(prediction, labels):
    return calls_itself(prediction, labels).sum()


def not_written_yet(prediction, labels):
    raise NotImplementedError


class ModuleWithoutForward(nn.Module):
    def loss(self, prediction, labels):
        return (prediction - labels).sum()


def counter_never_raised(prediction, labels):
    difference = (prediction - labels).flatten()
    i, total = 0, 0
    while i < difference.numel():
        total = difference[i]
    return total


def swallows_everything(prediction, labels):
    while True:
        try:
            while (prediction - labels).sum().item() != "zero":
                pass
        except:  # noqa: E722
            continue


# The two numbers


def slope_by_backward(dtype=torch.float32, times=1):
    x = torch.tensor(3.0, dtype=dtype, requires_grad=True)
    for _ in range(times):
        (x**2).backward()
    return x.grad


def slope_that_requires_grad():
    x = torch.tensor(3.0, requires_grad=True)
    return torch.autograd.grad(x**2, x, create_graph=True)[0]


def measured_step(copied=True):
    bias = nn.Parameter(torch.tensor([0.0123, -0.0123]))
    optimizer = torch.optim.SGD([bias], lr=1e-2, momentum=0.9)
    before = bias.detach().clone() if copied else bias.detach()
    bias.sum().backward()
    optimizer.step()
    return (bias.detach() - before)[0]


SUBMISSIONS = (
    # The loss, right
    Submission(LOSS, "einsum", lambda p, y: torch.einsum("...->", p - y)),
    Submission(LOSS, "loop over entries", loop_over_entries),
    Submission(LOSS, "reduce", lambda p, y: functools.reduce(torch.add, (p - y).reshape(-1).unbind())),
    Submission(LOSS, "dot product", lambda p, y: torch.dot((p - y).flatten(), torch.ones(p.numel(), dtype=p.dtype))),
    Submission(LOSS, "view of a 1x1", lambda p, y: (p - y).reshape(1, -1).sum(dim=1, keepdim=True)[0, 0]),
    Submission(LOSS, "entry of an expand", lambda p, y: (p - y).sum().reshape(1).expand(3)[1]),
    Submission(LOSS, "last of cumsum", lambda p, y: (p - y).flatten().cumsum(0)[-1]),
    Submission(LOSS, "no_grad on the labels", labels_without_grad),
    Submission(LOSS, "minus of minus", lambda p, y: -(y - p).sum()),
    Submission(LOSS, "mean times numel", lambda p, y: (p - y).mean() * p.numel()),
    Submission(LOSS, "in place on a clone", in_place_on_a_clone),
    Submission(LOSS, "asserts and prints", asserts_and_prints),
    Submission(LOSS, "positional-only and a default", lambda p, y, /, scale=1: scale * (p - y).sum()),
    Submission(LOSS, "partial", functools.partial(weighted, 1.0)),
    Submission(LOSS, "enable_grad", torch.enable_grad()(lambda p, y: (p - y).sum())),
    Submission(LOSS, "singledispatch", dispatched),
    Submission(LOSS, "module", SumLoss()),
    Submission(LOSS, "class method", Losses.of_the_class),
    Submission(LOSS, "instance with __call__", CallableLoss()),
    Submission(LOSS, "own Function", SumOfDifference.apply),
    Submission(LOSS, "hook that only looks", hook_that_only_looks),
    # The loss, wrong in what comes back
    Submission(LOSS, "the starter", lambda p, y: (p - y).sum, "wrong", "sum without parentheses"),
    Submission(LOSS, "no return", forgets_return, "wrong", "nothing returned"),
    Submission(LOSS, "return print", lambda p, y: print((p - y).sum()), "wrong", "nothing returned"),
    Submission(LOSS, "return backward", lambda p, y: (p - y).sum().backward(), "wrong", "nothing returned"),
    Submission(LOSS, "return ...", lambda p, y: ..., "wrong"),
    Submission(LOSS, "mse_loss", lambda p, y: nn.functional.mse_loss(p, y, reduction="sum"), "wrong", "squares"),
    Submission(LOSS, "abs of the sum", lambda p, y: (p - y).sum().abs(), "wrong", "absolute value of the sum"),
    Submission(LOSS, "relu", lambda p, y: torch.relu(p - y).sum(), "wrong", "negative differences dropped"),
    Submission(LOSS, "clipped to 10", lambda p, y: (p - y).clamp(-10, 10).sum(), "wrong"),
    Submission(LOSS, "swapped parameters", lambda y, p: (p - y).sum(), "wrong", "labels minus prediction"),
    Submission(LOSS, "precedence", lambda p, y: p - y.sum(), "wrong", "only the labels summed"),
    Submission(LOSS, "precedence, then summed", lambda p, y: (p - y.sum()).sum(), "wrong", "labels summed first"),
    Submission(LOSS, "sum(0) three times", lambda p, y: (p - y).sum(0).sum(0).sum(0), "wrong"),
    Submission(LOSS, "built-in sum", lambda p, y: sum(p - y), "error", "loop over the first axis"),
    Submission(LOSS, "range(len)", every_index_of_the_first_axis, "error"),
    Submission(LOSS, "keepdim", lambda p, y: (p - y).sum(dim=tuple(range(p.dim())), keepdim=True), "wrong"),
    Submission(
        LOSS,
        "each against each",
        lambda p, y: (p.reshape(-1, 1) - y.reshape(1, -1)).sum(),
        "wrong",
        "every entry against every label",
    ),
    Submission(LOSS, "first 1000", lambda p, y: (p.flatten()[:1000] - y.flatten()[:1000]).sum(), "wrong"),
    Submission(LOSS, "= for +=", overwrites_the_total, "wrong", "only the last entry"),
    Submission(LOSS, "hard-coded -1.0", lambda p, y: -1.0, "wrong", "the example's loss as a plain number"),
    Submission(LOSS, "hard-coded -1, connected", lambda p, y: p.sum() * 0 - 1, "wrong"),
    Submission(
        LOSS,
        "the notebook's globals",
        lambda p, y: (EXAMPLE_PREDICTION - EXAMPLE_LABELS).sum(),
        "wrong",
        "the loss of other tensors",
    ),
    Submission(LOSS, "hard-coded labels", lambda p, y: p.sum() - 8, "wrong"),
    Submission(LOSS, "rounded", lambda p, y: torch.round((p - y).sum()), "wrong"),
    Submission(LOSS, "float16", lambda p, y: (p.half() - y.half()).sum().to(p.dtype), "wrong"),
    Submission(LOSS, "NaN", lambda p, y: (p - y).sum() * math.nan, "wrong"),
    Submission(LOSS, "loss and gradient", lambda p, y: ((p - y).sum(), torch.ones_like(p)), "wrong"),
    Submission(LOSS, "gradient", lambda p, y: torch.autograd.grad((p - y).sum(), p)[0], "wrong", "the gradient"),
    Submission(LOSS, "trailing comma", lambda p, y: ((p - y).sum(),), "wrong"),
    Submission(LOSS, "returns a function", lambda p, y: lambda: (p - y).sum(), "wrong"),
    Submission(LOSS, "generator", generator, "wrong"),
    Submission(LOSS, "coroutine", coroutine, "wrong"),
    Submission(LOSS, "returns its exception", returns_its_exception, "wrong"),
    Submission(LOSS, "look-alike", lambda p, y: EqualsEverything(), "wrong"),
    Submission(LOSS, "running total", RunningLoss(), "wrong"),
    Submission(LOSS, "cached by shape", CachedByShape(), "wrong"),
    # The loss, wrong in its connection or its gradient
    Submission(LOSS, "NumPy scalar", lambda p, y: np.sum(p.detach().numpy() - y.numpy()), "wrong", "plain number"),
    Submission(LOSS, "no_grad", torch.no_grad()(lambda p, y: (p - y).sum()), "wrong", "detached"),
    Submission(LOSS, "inference_mode", torch.inference_mode()(lambda p, y: (p - y).sum()), "wrong", "detached"),
    Submission(LOSS, "through lists", lambda p, y: torch.tensor((p - y).tolist()).sum(), "wrong", "detached"),
    Submission(
        LOSS,
        "new tensor that requires grad",
        lambda p, y: torch.tensor((p - y).sum().item(), requires_grad=True),
        "wrong",
        "connected to something else",
    ),
    Submission(
        LOSS,
        "connected to a copy",
        lambda p, y: (p.clone().detach().requires_grad_() - y).sum(),
        "wrong",
        "connected to something else",
    ),
    Submission(
        LOSS,
        "connected to the labels only",
        lambda p, y: (p.detach() - y.clone().requires_grad_()).sum(),
        "wrong",
        "connected to something else",
    ),
    Submission(LOSS, "gradient 0", lambda p, y: (p - y).sum().detach() + 0 * p.sum(), "wrong"),
    Submission(LOSS, "gradient 2", lambda p, y: (2 * p - p.detach() - y).sum(), "wrong"),
    Submission(
        LOSS, "gradient of the mean", lambda p, y: (p - y).mean() + ((p - y).sum() - (p - y).mean()).detach(), "wrong"
    ),
    Submission(
        LOSS,
        "gradient through the first entry",
        lambda p, y: (p - y).flatten()[0] + (p - y).flatten()[1:].sum().detach(),
        "wrong",
    ),
    Submission(LOSS, "gradient through the last entry", gradient_through_the_last_entry, "wrong"),
    Submission(LOSS, "hook left on the prediction", hook_left_on_the_prediction, "wrong"),
    Submission(LOSS, "own Function, incoming gradient forgotten", IncomingForgotten.apply, "wrong"),
    Submission(LOSS, "own Function, wrong sign", WrongSign.apply, "wrong"),
    Submission(LOSS, "own Function, backward missing", BackwardMissing.apply, "todo"),
    # The loss, right but for what must not happen
    Submission(LOSS, "backward inside", backward_inside, "wrong", "backward used up the graph"),
    Submission(
        LOSS,
        "backward inside, graph kept",
        functools.partial(backward_inside, retain_graph=True),
        "wrong",
        "backward called inside",
    ),
    Submission(LOSS, "backward inside, then wiped", backward_inside_then_wiped, "wrong", "backward called inside"),
    Submission(LOSS, "gradient by hand", gradient_by_hand, "wrong"),
    Submission(LOSS, "in place", lambda p, y: p.sub_(y).sum(), "wrong", "in place"),
    Submission(LOSS, "takes a step", takes_a_step, "wrong"),
    Submission(LOSS, "in place on the labels", lambda p, y: -y.sub_(p).sum(), "wrong"),
    Submission(LOSS, "labels zeroed", zeroes_the_labels, "wrong"),
    Submission(LOSS, "prediction zeroed through NumPy", zeroes_the_prediction_through_numpy, "wrong"),
    Submission(LOSS, "labels reshaped", lambda p, y: (p - y.unsqueeze_(0)).sum(), "wrong"),
    Submission(LOSS, "labels require grad", lambda p, y: (p - y.requires_grad_()).sum(), "wrong"),
    # The loss, not to be had at all
    Submission(LOSS, "one parameter", lambda p: p.sum(), "wrong"),
    Submission(LOSS, "class, no instance", SumLoss, "wrong"),
    Submission(LOSS, "module without forward", ModuleWithoutForward(), "wrong"),
    Submission(LOSS, "the example's loss", -1.0, "wrong"),
    Submission(LOSS, "misspelt method", lambda p, y: (p - y).summ(), "error"),
    Submission(LOSS, "torch.sum of two", lambda p, y: torch.sum(p, y), "error"),
    Submission(
        LOSS,
        "numpy with grad",
        lambda p, y: torch.tensor(p.numpy() - y.numpy()).sum(),
        "error",
        "left PyTorch for NumPy",
    ),
    Submission(LOSS, "dim=1", lambda p, y: (p - y).sum(dim=1).sum(), "error"),
    Submission(LOSS, "calls itself", calls_itself, "error"),
    Submission(LOSS, "sys.exit", lambda p, y: sys.exit((p - y).sum()), "error"),
    Submission(LOSS, "i never raised", counter_never_raised, "timeout"),
    Submission(LOSS, "bare except", swallows_everything, "timeout"),
    Submission(LOSS, "NotImplementedError", not_written_yet, "todo"),
    Submission(LOSS, "... for the function", ..., "todo"),
    # The slope
    Submission(SLOPE, "int", 2 * 3),
    Submission(SLOPE, "Fraction 6", Fraction(6)),
    Submission(SLOPE, "NumPy int8", np.int8(6)),
    Submission(SLOPE, "NumPy 0-d array", np.array(6.0)),
    Submission(SLOPE, "bfloat16 gradient", slope_by_backward(torch.bfloat16)),
    Submission(SLOPE, "gradient that requires grad", slope_that_requires_grad()),
    Submission(SLOPE, "torch.func.grad", torch.func.grad(lambda x: x**2)(torch.tensor(3.0))),
    Submission(SLOPE, "complex step", ((3 + 1e-20j) ** 2).imag / 1e-20),
    Submission(SLOPE, "central difference", ((3 + 1e-3) ** 2 - (3 - 1e-3) ** 2) / 2e-3),
    Submission(SLOPE, "the value as a tensor", torch.tensor(3.0) ** 2, "wrong", "value instead of slope"),
    Submission(SLOPE, "3 * 3 * 2", 3 * 3 * 2, "wrong", "exponent not lowered"),
    Submission(SLOPE, "2 to the 3", 2**3, "wrong", "power of two"),
    Submission(SLOPE, "step of 1", (4**2 - 3**2) / 1, "wrong", "secant over a whole step"),
    Submission(SLOPE, "backward called twice", slope_by_backward(times=2), "wrong", "added up twice"),
    Submission(SLOPE, "copied from x = 0", 0, "wrong", "slope at zero"),
    Submission(SLOPE, "forward difference", ((3 + 1e-6) ** 2 - 3**2) / 1e-6, "wrong"),
    Submission(SLOPE, "angle in degrees", math.degrees(math.atan(6)), "wrong"),
    Submission(SLOPE, "the derivative as a function", lambda x: 2 * x, "wrong"),
    Submission(SLOPE, "6 as text", "6", "wrong"),
    Submission(SLOPE, "decimal comma", (6, 0), "wrong"),
    Submission(SLOPE, "tensor of shape (1,)", torch.tensor([6.0]), "wrong"),
    Submission(SLOPE, "True", True, "wrong"),
    Submission(SLOPE, "6j", 6j, "wrong"),
    Submission(SLOPE, "grad before backward", None, "wrong"),
    # The change of the bias
    Submission(BIAS, "Decimal", Decimal("-0.01")),
    Submission(BIAS, "NumPy float32", np.float32(-0.01)),
    Submission(BIAS, "tensor that requires grad", torch.tensor(-0.01, dtype=torch.float64, requires_grad=True)),
    Submission(BIAS, "measured", measured_step()),
    Submission(BIAS, "entry of all changes", torch.full((1000,), -0.01)[0]),
    Submission(BIAS, "before minus after", -measured_step(), "wrong", "uphill"),
    Submission(BIAS, "before not copied", measured_step(copied=False), "wrong", "nothing moves"),
    Submission(BIAS, "velocity 0.9", -0.01 * 0.9, "wrong", "momentum in the first step"),
    Submission(BIAS, "velocity 1.9", -0.01 * 1.9, "wrong", "momentum added"),
    Submission(BIAS, "velocity 1 - 0.9", -0.01 * (1 - 0.9), "wrong", "one minus momentum"),
    Submission(BIAS, "velocity 1 / (1 - 0.9)", -0.01 / (1 - 0.9), "wrong", "final speed"),
    Submission(BIAS, "squared loss", -0.01 * 2, "wrong", "twice the gradient"),
    Submission(BIAS, "after two steps", -0.01 * (1 + 1.9), "wrong", "two steps"),
    Submission(BIAS, "value after the step", 0.0123 - 0.01, "wrong"),
    Submission(BIAS, "weight decay", -0.01 * (1 + 1e-3), "wrong"),
    Submission(BIAS, "all changes", torch.full((1000,), -0.01), "wrong"),
    Submission(BIAS, "function not called", lambda: -0.01, "wrong"),
    Submission(BIAS, "in a dict", {"fc.bias[0]": -0.01}, "wrong"),
    Submission(BIAS, "what step returns", None, "wrong"),
    Submission(BIAS, "... for the change", ..., "todo"),
)
