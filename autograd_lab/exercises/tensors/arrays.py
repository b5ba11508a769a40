"""Rules for arrays as torch.autograd computes them, and the sum that leads back through a broadcast."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograd_lab.engine import Array

Shape = tuple[int, ...]
Rule = Callable[..., Any]

TERMS = 20.0  # about the largest of what is added up: rounding is in proportion to it, however small the sum

def by_torch(operation: Callable[..., torch.Tensor], inputs: int = 1) -> Rule:
    """Return the vjp of an operation of the first so many arrays."""
    def vjp(grad: Array, *arguments: Any) -> Any:
        leaves = [torch.tensor(array, requires_grad=True) for array in arguments[:inputs]]
        result = operation(*leaves, *arguments[inputs:])
        back = [g.numpy() for g in torch.autograd.grad(result, leaves, torch.tensor(grad))]
        return tuple(back) if inputs > 1 else back[0]
    return vjp

def in_front(grad: Array, shape: Shape) -> Shape:
    """Return the axes that broadcasting from `shape` put in front."""
    return tuple(range(grad.ndim - len(shape)))

def of_length_1(grad: Array, shape: Shape) -> Shape:
    """Return the axes of `grad` that have length 1 in `shape`."""
    return tuple(grad.ndim - len(shape) + i for i, length in enumerate(shape) if length == 1)

def repeated(grad: Array, shape: Shape) -> Shape:
    """Return the axes along which broadcasting from `shape` repeats."""
    return in_front(grad, shape) + of_length_1(grad, shape)

def sum_down(grad: Array, shape: Shape, reduce: Callable[..., Any] = np.sum) -> Any:
    """Undo a broadcast from `shape`: right with a sum."""
    return np.reshape(reduce(grad, axis=repeated(grad, shape)), shape)
