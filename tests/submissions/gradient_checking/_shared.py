"""What answers to several exercises of the lesson `gradient_checking` are built from."""

from typing import Any

import numpy as np
import torch


def recursive_sum(a, b):
    if np.ndim(a) == 0:
        return float(a) * float(b)
    return sum(recursive_sum(p, q) for p, q in zip(a, b, strict=True))

def einsum_all(a, b):
    axes = list(range(np.ndim(a)))
    return np.einsum(a, axes, b, axes, [])

def function_of(name, forward, backward, setup_context=None, **more):
    """Make a subclass of torch.autograd.Function out of its parts."""
    members: dict[str, Any] = {"forward": staticmethod(forward), "backward": staticmethod(backward), **more}
    if setup_context is not None:
        members["setup_context"] = staticmethod(setup_context)
    return type(torch.autograd.Function)(name, (torch.autograd.Function,), members)
