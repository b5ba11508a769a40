"""The engines that the lessons build: forward mode, reverse mode on numbers, reverse mode on arrays."""

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
