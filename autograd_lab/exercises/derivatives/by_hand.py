"""Derivatives by hand: at which tensors one is looked at, and the slips in the derivative of a factor times a power."""

from collections.abc import Iterator

import torch

from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.probes import Case
from autograd_lab.grading.slips import Table


def tensors(draw: Draw) -> Iterator[Case]:
    """Yield cases of one tensor, whose entries have either sign and aren't near 0."""
    for shape in ((), (4,), (2, 3), (2, 1, 3)):
        signs = torch.where(draw.tensor(*shape) > 0, 1.0, -1.0)
        yield f"an input of shape {shape}", (draw.tensor(*shape, low=0.3) * signs,)

def of_power(factor: float, n: int, x: str) -> Table:
    """Return what goes wrong in the derivative of factor · xⁿ; `x` is its name."""
    return {
        "exponent not lowered": (lambda x: factor * n * x**n,
            f"The factor is right, but {x} keeps its power: when the exponent comes down, the power falls by one."),
        "caret for a power": (lambda x: x ^ n, "`^` is no power in Python, it compares bits. A power is `**`."),
        "not differentiated": (lambda x: factor * x**n, f"That is the part of Q with {x}, not yet its derivative."),
        "integrated": (lambda x: factor / (n + 1) * x ** (n + 1),
            "The power has grown instead of fallen: that is the integral. A derivative goes the other way."),
        "summed": (lambda x: (factor * n * x ** (n - 1)).sum(),
            f"You add up all the entries. Each entry of {x} has a derivative of its own, in its own place."),
    }
