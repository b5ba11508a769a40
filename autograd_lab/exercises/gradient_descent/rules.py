"""The lesson's rules as torch computes them, the runs that answers are driven through, and a valley to descend."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.grading.exercise import Draw, Step
from autograd_lab.grading.update_rules import COMMON_RUNS, Run, by_torch, drive


def _large(tensors: dict[str, Tensor]) -> None:
    tensors["param"].mul_(1e4)

def _large_slopes(tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if name != "param":
            tensor.mul_(1e3)

RUNS = (
    *COMMON_RUNS,
    Run((2, 2), words="large numbers", alter=_large),
    Run((2, 2), steps=2, words="large slopes", alter=_large_slopes),
)

def lr_and(low: float, high: float) -> Callable[[Draw, int], tuple[float, float]]:
    """Return settings: a learning rate, and another number between these two."""
    return lambda draw, step: (draw.number(0.05, 0.6), draw.number(low, high))

_MOMENTUM_RUNS = (
    *RUNS,
    Run((3,), steps=2, words="momentum 1", settings=lr_and(1.0, 1.0)),
    Run((3,), steps=2, words="momentum 0", settings=lr_and(0.0, 0.0)),
    Run((2,), steps=3, fresh=True, words="momentum 0.5", settings=lr_and(0.5, 0.5)),
)

def with_velocity(answer: Any, draw: Draw) -> Iterator[Step]:
    """Drive a rule that keeps a velocity: a probe."""
    yield from drive(answer, draw, ("velocity",), lr_and(0.2, 0.95), _MOMENTUM_RUNS)

def sgd(param: Tensor, grad: Tensor, lr: float) -> Tensor:
    return by_torch(torch.optim.SGD, param, grad, {}, lr=lr)[0]

def _momentum_of_torch(nesterov: bool) -> Callable[..., tuple[Any, Any]]:
    def rule(param: Tensor, grad: Tensor, velocity: Tensor, lr: float, momentum: float) -> tuple[Any, Any]:
        if momentum == 0:  # torch keeps no velocity then
            return sgd(param, grad, lr), grad.clone()
        settings: dict[str, Any] = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        new, renewed = by_torch(torch.optim.SGD, param, grad, {"momentum_buffer": velocity}, **settings)
        return new, renewed["momentum_buffer"]
    return rule

momentum, nesterov = _momentum_of_torch(nesterov=False), _momentum_of_torch(nesterov=True)

def hessian_of(draw: Draw, *eigenvalues: float) -> Tensor:
    """Return a symmetric matrix with these eigenvalues, turned at random."""
    turned, _ = torch.linalg.qr(draw.tensor(len(eigenvalues), len(eigenvalues)))
    matrix: Tensor = turned @ torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) @ turned.T
    return 0.5 * matrix + 0.5 * matrix.T
