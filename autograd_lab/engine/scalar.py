"""Reverse mode on numbers: each result remembers its parents and its slope in each of them.

An operation takes values and returns a `Value`, which holds the numbers that the way back needs and nothing else.
`Value.backward` walks the graph from the end to the beginning; the chain rule stands there, in one line. A rule is one
line too, beside its operation: the result, the parents, the slopes.

What is visible from outside, ``data``, ``grad``, ``backward``, ``_prev`` and ``_op``, is called as in A. Karpathy's
micrograd (https://github.com/karpathy/micrograd), so that programs written for it run after changing the import.
"""

import math
from numbers import Real
from typing import Any

from autograd_lab.engine.order import topological_order


class Value:
    """A number that remembers what it was computed from.

    Parameters
    ----------
    data : float
        The number, kept as float64.

    Attributes
    ----------
    data : float
        The number. Changing it doesn't change what was computed from it, nor the slopes kept there.
    grad : float
        The gradient that `backward` has collected, in units of the root for each unit of this; 0.0 at first.
    parents : tuple of Value
        What it was computed from, in the order of the operands; empty for a leaf.

    Raises
    ------
    TypeError
        If `data` isn't a real number.

    Notes
    -----
    ``+ - * / **`` with Values and numbers, and ``exp log tanh sigmoid relu``. The slope of relu at 0 is 0, as in torch.
    Where an operation or its slope isn't defined, as for ``log(0)``, Python's own ``ValueError`` or
    ``ZeroDivisionError`` is raised. Values are hashed and compared by identity.

    Examples
    --------
    >>> x, y = Value(2.0), Value(5.0)
    >>> z = x * y + x
    >>> z.backward()
    >>> z.data, x.grad, y.grad
    (12.0, 6.0, 2.0)
    """

    __slots__ = ("_op", "_slopes", "data", "grad", "parents")

    data: float
    grad: float
    parents: tuple["Value", ...]

    def __init__(self, data: float) -> None:
        if type(data) is not float:
            if not isinstance(data, Real):
                raise TypeError(f"Value needs a real number; got {type(data).__name__}")
            data = float(data)
        self.data = data
        self.grad = 0.0
        self.parents: tuple[Value, ...] = ()
        self._slopes: tuple[float, ...] = ()
        self._op = ""

    # A rule: the result, what it was computed from, and the slope in each. Numbers have no slope and are not kept.

    def __add__(self, other: "Value | float") -> "Value":
        x, y = self.data, _number(other)
        return _binary("+", x + y, self, other, 1.0, 1.0)

    def __sub__(self, other: "Value | float") -> "Value":
        x, y = self.data, _number(other)
        return _binary("-", x - y, self, other, 1.0, -1.0)

    def __mul__(self, other: "Value | float") -> "Value":
        x, y = self.data, _number(other)
        return _binary("*", x * y, self, other, y, x)

    def __truediv__(self, other: "Value | float") -> "Value":
        x, y = self.data, _number(other)
        return _binary("/", x / y, self, other, 1.0 / y, -x / (y * y))

    def __pow__(self, other: "Value | float") -> "Value":
        x, n = self.data, _number(other)
        y = _power(x, n)
        slope = n * _power(x, n - 1) if n else 0.0
        if not isinstance(other, Value):  # spares the logarithm, which negative numbers don't have
            return _unary(f"**{n:g}", y, self, slope)
        return _binary("**", y, self, other, slope, y * math.log(x) if x else 0.0)

    def __neg__(self) -> "Value":
        return _unary("neg", -self.data, self, -1.0)

    def exp(self) -> "Value":
        """Return e to the power of this."""
        y = math.exp(self.data)
        return _unary("exp", y, self, y)

    def log(self) -> "Value":
        """Return the natural logarithm."""
        return _unary("log", math.log(self.data), self, 1.0 / self.data)

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent, between -1 and 1."""
        y = math.tanh(self.data)
        return _unary("tanh", y, self, 1.0 - y * y)

    def sigmoid(self) -> "Value":
        """Return 1 / (1 + exp(-x)), between 0 and 1."""
        y = 0.5 + 0.5 * math.tanh(0.5 * self.data)  # the same number, and never an overflow
        return _unary("sigmoid", y, self, y * (1.0 - y))

    def relu(self) -> "Value":
        """Return the number where it is positive, else 0."""
        x = self.data
        return _unary("ReLU", x if x > 0 else 0.0, self, 1.0 if x > 0 else 0.0)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, number: float) -> "Value":
        return _unary("-", _number(number) - self.data, self, -1.0)

    def __rtruediv__(self, number: float) -> "Value":
        x, y = _number(number), self.data
        return _unary("/", x / y, self, -x / (y * y))

    def __rpow__(self, number: float) -> "Value":
        return Value(number) ** self

    def backward(self) -> None:
        """Add the gradient of this number, with respect to each leaf that it was computed from, to the leaf's `grad`.

        In the nodes between, `grad` is this call's alone. The graph stays, and `backward` may be called again: leaves
        collect as torch's do with ``retain_graph=True``.
        """
        results = [node for node in topological_order(self) if node.parents]
        for node in results:
            node.grad = 0.0
        self.grad += 1.0
        for node in reversed(results):
            grad = node.grad
            for parent, slope in zip(node.parents, node._slopes):  # noqa: B905  as long, and checked a million times
                parent.grad += slope * grad  # the chain rule

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    @property
    def _prev(self) -> "set[Value]":
        return set(self.parents)


def _unary(op: str, data: float, x: Value, slope: float) -> Value:
    out: Value = _new(Value)  # past __init__, whose question is answered
    out.data, out.grad, out.parents, out._slopes, out._op = data, 0.0, (x,), (slope,), op
    return out


def _binary(op: str, data: float, x: Value, y: Value | float, slope_x: float, slope_y: float) -> Value:
    if not isinstance(y, Value):
        return _unary(op, data, x, slope_x)
    out: Value = _new(Value)
    out.data, out.grad, out.parents, out._slopes, out._op = data, 0.0, (x, y), (slope_x, slope_y), op
    return out


_new = object.__new__


def _number(operand: Any) -> float:
    """Return an operand's number as a float."""
    if isinstance(operand, Value):
        return operand.data
    if type(operand) is float:
        return operand
    if isinstance(operand, Real):
        return float(operand)
    raise TypeError(f"a Value can be combined with Values and real numbers; got {type(operand).__name__}")


def _power(x: float, n: float) -> float:
    if x < 0 and n % 1:
        raise ValueError(f"({x:g}) ** {n:g} is no real number: a negative number needs a whole exponent")
    return float(x**n)
