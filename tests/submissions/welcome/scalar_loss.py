"""Answers written blind for `welcome.scalar_loss`, each under the verdict that it deserves."""

import functools
import math
import sys

import numpy as np
import torch
from submissions import passes, rejected
from torch import nn


class _SumOfDifference(torch.autograd.Function):
    @staticmethod
    def forward(ctx, prediction, labels):
        ctx.shape = prediction.shape
        return (prediction - labels).sum()
    @staticmethod
    def backward(ctx, grad):
        return grad.expand(ctx.shape), -grad.expand(ctx.shape)

einsum = passes(lambda p, y: torch.einsum("...->", p - y))

@passes
def loop_over_entries(prediction, labels):
    total = prediction.new_zeros(())
    for p, y in zip(prediction.flatten(), labels.flatten(), strict=True):
        total = total + (p - y)
    return total

reduce = passes(lambda p, y: functools.reduce(torch.add, (p - y).reshape(-1).unbind()))
dot_product = passes(lambda p, y: torch.dot((p - y).flatten(), torch.ones(p.numel(), dtype=p.dtype)))
view_of_1x1 = passes(lambda p, y: (p - y).reshape(1, -1).sum(dim=1, keepdim=True)[0, 0])
entry_of_expand = passes(lambda p, y: (p - y).sum().reshape(1).expand(3)[1])
last_of_cumsum = passes(lambda p, y: (p - y).flatten().cumsum(0)[-1])

@passes
def no_grad_on_labels(prediction, labels):
    with torch.no_grad():
        total = labels.sum()
    return prediction.sum() - total

minus_of_minus = passes(lambda p, y: -(y - p).sum())
mean_times_numel = passes(lambda p, y: (p - y).mean() * p.numel())

@passes
def in_place_on_clone(prediction, labels):
    work = prediction.clone()
    work -= labels
    return work.sum()

@passes
def asserts_and_prints(prediction, labels):
    assert prediction.shape == labels.shape, "shapes differ"
    loss = (prediction - labels).sum()
    print("loss is", loss)
    return loss

positional_only_and_default = passes(lambda p, y, /, scale=1: scale * (p - y).sum())

_weighted = lambda weight, prediction, labels: (weight * (prediction - labels)).sum()
partial = passes(functools.partial(_weighted, 1.0))
enable_grad = passes(torch.enable_grad()(lambda p, y: (p - y).sum()))

@functools.singledispatch
def _singledispatch(prediction, labels):
    raise TypeError("give me tensors")
@_singledispatch.register
def _(prediction: torch.Tensor, labels):
    return (prediction - labels).sum()
singledispatch = passes(_singledispatch)

class _class_no_instance(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("one", torch.ones(()))
    def forward(self, prediction, labels):
        return (prediction - labels).sum() * self.one
as_a_module = passes(_class_no_instance())

class _Losses:
    @classmethod
    def of_the_class(cls, prediction, labels):
        return (prediction - labels).sum()
class_method = passes(_Losses.of_the_class)

class _CallableLoss:
    __slots__ = ()
    def __call__(self, prediction, labels):
        return (prediction - labels).sum()
instance_with_call = passes(_CallableLoss())
own_function = passes(_SumOfDifference.apply)

@passes
def hook_that_only_looks(prediction, labels):
    difference = prediction - labels
    difference.register_hook(lambda grad: None)
    return difference.sum()

starter = rejected("sum without parentheses")(lambda p, y: (p - y).sum)

@rejected("nothing returned")
def forgets_return(prediction, labels):
    (prediction - labels).sum()

return_print = rejected("nothing returned")(lambda p, y: print((p - y).sum()))
return_backward = rejected("nothing returned")(lambda p, y: (p - y).sum().backward())
return_ellipsis = rejected()(lambda p, y: ...)
mse_loss = rejected("squares")(lambda p, y: nn.functional.mse_loss(p, y, reduction="sum"))
abs_of_sum = rejected("absolute value of the sum")(lambda p, y: (p - y).sum().abs())
relu = rejected("negative differences dropped")(lambda p, y: torch.relu(p - y).sum())
clipped_to_10 = rejected()(lambda p, y: (p - y).clamp(-10, 10).sum())
swapped_parameters = rejected("labels minus prediction")(lambda y, p: (p - y).sum())
minus_before_the_sum_only = rejected("only the labels summed")(lambda p, y: p - y.sum())
precedence_then_summed = rejected("labels summed first")(lambda p, y: (p - y.sum()).sum())
sum_over_axis_0_three_times = rejected()(lambda p, y: (p - y).sum(0).sum(0).sum(0))
built_in_sum = rejected("loop over the first axis", status="error")(lambda p, y: sum(p - y))

@rejected(status="error")
def over_range_len(prediction, labels):
    total = 0
    for i in range(len(prediction)):
        total = total + prediction[i] - labels[i]
    return total

keepdim = rejected()(lambda p, y: (p - y).sum(dim=tuple(range(p.dim())), keepdim=True))
all_pairs = rejected("every entry against every label")(lambda p, y: (p.reshape(-1, 1) - y.reshape(1, -1)).sum())
first_thousand = rejected()(lambda p, y: (p.flatten()[:1000] - y.flatten()[:1000]).sum())

@rejected("only the last entry")
def equals_for_plus_equals(prediction, labels):
    for p, y in zip(prediction.flatten(), labels.flatten(), strict=True):
        total = p - y
    return total

minus_one_as_a_float = rejected("the example's loss as a plain number")(lambda p, y: -1.0)
minus_one_connected = rejected()(lambda p, y: p.sum() * 0 - 1)

EXAMPLE_PREDICTION = torch.tensor([2.0, 5.0], requires_grad=True)
EXAMPLE_LABELS = torch.tensor([1.0, 7.0])
notebooks_globals = rejected("the loss of other tensors")(lambda p, y: (EXAMPLE_PREDICTION - EXAMPLE_LABELS).sum())
hard_coded_labels = rejected()(lambda p, y: p.sum() - 8)
rounded = rejected()(lambda p, y: torch.round((p - y).sum()))
float16 = rejected()(lambda p, y: (p.half() - y.half()).sum().to(p.dtype))
nan = rejected()(lambda p, y: (p - y).sum() * math.nan)
loss_and_gradient = rejected()(lambda p, y: ((p - y).sum(), torch.ones_like(p)))
gradient = rejected("the gradient")(lambda p, y: torch.autograd.grad((p - y).sum(), p)[0])
trailing_comma = rejected()(lambda p, y: ((p - y).sum(),))
returns_function = rejected()(lambda p, y: lambda: (p - y).sum())

@rejected()
def generator(prediction, labels):
    yield (prediction - labels).sum()

@rejected()
async def coroutine(prediction, labels):
    return (prediction - labels).sum()

@rejected()
def returns_its_exception(prediction, labels):
    try:
        return (prediction - labels).sums()
    except AttributeError as problem:
        return problem

class _EqualsEverything:
    shape = torch.Size([])
    ndim = 0
    requires_grad = True
    __hash__ = None
    def __eq__(self, other):
        return True
    def __float__(self):
        return -1.0
look_alike = rejected()(lambda p, y: _EqualsEverything())

class _RunningLoss:
    def __init__(self):
        self.total = 0.0
    def __call__(self, prediction, labels):
        self.total = self.total + (prediction - labels).sum()
        return self.total
running_total = rejected()(_RunningLoss())

class _CachedByShape:
    def __init__(self):
        self.kept = {}
    def __call__(self, prediction, labels):
        return self.kept.setdefault(prediction.shape, (prediction - labels).sum())
cached_by_shape = rejected()(_CachedByShape())
numpy_scalar = rejected("plain number")(lambda p, y: np.sum(p.detach().numpy() - y.numpy()))
no_grad = rejected("detached")(torch.no_grad()(lambda p, y: (p - y).sum()))
inference_mode = rejected("detached")(torch.inference_mode()(lambda p, y: (p - y).sum()))
through_lists = rejected("detached")(lambda p, y: torch.tensor((p - y).tolist()).sum())
new_tensor_that_requires_grad = rejected("connected to something else")(lambda p, y:
    torch.tensor((p - y).sum().item(), requires_grad=True))
joined_to_copy = rejected("connected to something else")(lambda p, y: (p.clone().detach().requires_grad_() - y).sum())
joined_to_labels = rejected("connected to something else")(lambda p, y: (p.detach() - y.clone().requires_grad_()).sum())
gradient_0 = rejected()(lambda p, y: (p - y).sum().detach() + 0 * p.sum())
gradient_2 = rejected()(lambda p, y: (2 * p - p.detach() - y).sum())
gradient_of_mean = rejected()(lambda p, y: (p - y).mean() + ((p - y).sum() - (p - y).mean()).detach())
gradient_through_first_entry = rejected()(lambda p, y: (p - y).flatten()[0] + (p - y).flatten()[1:].sum().detach())

@rejected()
def gradient_through_last_entry(prediction, labels):
    total = 0.0
    for p, y in zip(prediction.flatten(), labels.flatten(), strict=True):
        loss = total + (p - y)
        total = loss.item()
    return loss

@rejected()
def hook_left_on_prediction(prediction, labels):
    prediction.register_hook(lambda grad: grad / grad.numel())
    return (prediction - labels).sum()

class _IncomingForgotten(_SumOfDifference):
    @staticmethod
    def backward(ctx, grad):
        ones = torch.ones(ctx.shape, dtype=grad.dtype)
        return ones, -ones
own_function_ignores_grad = rejected()(_IncomingForgotten.apply)

class _WrongSign(_SumOfDifference):
    @staticmethod
    def backward(ctx, grad):
        return -grad.expand(ctx.shape), grad.expand(ctx.shape)
own_function_wrong_sign = rejected()(_WrongSign.apply)

class _BackwardMissing(_SumOfDifference):
    @staticmethod
    def backward(ctx, grad):
        raise NotImplementedError("what goes here?")
own_function_without_backward = rejected(status="todo")(_BackwardMissing.apply)

def _backward_inside(prediction, labels, retain_graph=False):
    loss = (prediction - labels).sum()
    loss.backward(retain_graph=retain_graph)
    return loss
backward_inside = rejected("backward used up the graph")(_backward_inside)
backward_inside_graph_kept = rejected("backward called inside")(functools.partial(_backward_inside, retain_graph=True))

@rejected("backward called inside")
def backward_inside_then_wiped(prediction, labels):
    loss = _backward_inside(prediction, labels, retain_graph=True)
    prediction.grad = None
    return loss

@rejected()
def gradient_by_hand(prediction, labels):
    prediction.grad = torch.ones_like(prediction)
    return (prediction - labels).sum()

in_place = rejected("in place")(lambda p, y: p.sub_(y).sum())

@rejected()
def takes_step(prediction, labels):
    loss = (prediction - labels).sum()
    with torch.no_grad():
        prediction.sub_(0.01)
    return loss

in_place_on_labels = rejected()(lambda p, y: -y.sub_(p).sum())

@rejected()
def labels_zeroed(prediction, labels):
    loss = (prediction - labels).sum()
    labels.detach().zero_()
    return loss

@rejected()
def prediction_zeroed_by_numpy(prediction, labels):
    loss = (prediction - labels).sum()
    shared = prediction.detach().numpy()
    shared *= 0
    return loss

labels_reshaped = rejected()(lambda p, y: (p - y.unsqueeze_(0)).sum())
labels_require_grad = rejected()(lambda p, y: (p - y.requires_grad_()).sum())
one_parameter = rejected()(lambda p: p.sum())
class_no_instance = rejected()(_class_no_instance)

class _ModuleWithoutForward(nn.Module):
    def loss(self, prediction, labels):
        return (prediction - labels).sum()
module_without_forward = rejected()(_ModuleWithoutForward())
examples_loss = rejected()(-1.0)
misspelt_method = rejected(status="error")(lambda p, y: (p - y).summ())
torch_sum_of_two_arguments = rejected(status="error")(lambda p, y: torch.sum(p, y))
numpy_with_grad = rejected("left PyTorch for NumPy", status="error")(lambda p, y:
    torch.tensor(p.numpy() - y.numpy()).sum())
along_axis_1 = rejected(status="error")(lambda p, y: (p - y).sum(dim=1).sum())

_calls_itself = lambda prediction, labels: _calls_itself(prediction, labels).sum()
calls_itself = rejected(status="error")(_calls_itself)
sys_exit = rejected(status="error")(lambda p, y: sys.exit((p - y).sum()))

@rejected(status="timeout")
def i_never_raised(prediction, labels):
    difference = (prediction - labels).flatten()
    i, total = 0, 0
    while i < difference.numel():
        total = difference[i]
    return total

@rejected(status="timeout")
def bare_except(prediction, labels):
    while True:
        try:
            while (prediction - labels).sum().item() != "zero":
                pass
        except:  # noqa: E722
            continue

@rejected(status="todo")
def not_implemented(prediction, labels):
    raise NotImplementedError

ellipsis_for_the_function = rejected(status="todo")(...)
