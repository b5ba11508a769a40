"""The engines that the lessons build: forward mode, reverse mode on numbers, reverse mode on arrays.

``dual.py`` carries a derivative along; ``scalar.py`` and ``tensor.py`` record a graph and sweep back through it, in the
order of ``order.py``. ``watched.py`` has arrays that count writes, so that a value changed after it was saved is
noticed. This wing uses no other.
"""

from autograd_lab.engine.dual import Dual, derivative
from autograd_lab.engine.order import topological_order
from autograd_lab.engine.scalar import Value
from autograd_lab.engine.tensor import (
    Tensor,
    concatenate,
    grad,
    maximum,
    no_grad,
    record,
    stack,
    unbroadcast,
    where,
)
from autograd_lab.engine.watched import Array

__all__ = [
    "Array",
    "Dual",
    "Tensor",
    "Value",
    "concatenate",
    "derivative",
    "grad",
    "maximum",
    "no_grad",
    "record",
    "stack",
    "topological_order",
    "unbroadcast",
    "where",
]
