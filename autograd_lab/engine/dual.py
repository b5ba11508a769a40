"""Forward mode: a number that carries its derivative along.

An operation takes duals and returns a `Dual`: its value by the operation, its tangent by the chain rule, which
stands in `_operation` and nowhere else. A rule is one line: the operation, and its slope in each operand.

Each derivative that is being taken has a tag of its own, so that derivatives within derivatives stay apart; the method
is that of J. M. Siskind and B. A. Pearlmutter, "Perturbation Confusion and Referential Transparency", IFL 2005.
"""

import math
import operator
from collections.abc import Callable
from itertools import count
from numbers import Real
from typing import Any, Union

Number = Union[float, "Dual"]

_fresh_tags = count()
_SHARED_TAG = 2**62  # of Duals made from numbers without a tag: above the fresh ones, so that they stand outermost


def _operation(compute: Callable[..., Any], *slopes: Callable[..., Any]) -> Any:
    """Make a method that computes, and whose slope in each operand is the function in the same place of `slopes`.

    The chain rule: the tangent of the result is the sum, over the operands, of slope times tangent.
    """

    def method(*operands: Any) -> Any:
        if not all(isinstance(z, Dual | Real) for z in operands):
            return NotImplemented
        tag = max(z.tag for z in operands if isinstance(z, Dual))
        moves = [isinstance(z, Dual) and z.tag == tag for z in operands]  # the others are constants for this tag
        values = [z.value if m else z for z, m in zip(operands, moves, strict=True)]
        value, tangent = compute(*values), 0.0
        for z, m, slope in zip(operands, moves, slopes, strict=True):
            if m:
                tangent = tangent + slope(*values) * z.tangent
        return Dual(value, tangent, tag=tag)

    return method


def _reflected(method: Callable[[Any, Any], Any]) -> Any:
    return lambda self, other: method(other, self)


def _function(name: str) -> Callable[[Any], Any]:
    """Return the function of that name, for numbers and for Duals."""
    return lambda x: getattr(x, name)() if isinstance(x, Dual) else getattr(math, name)(x)


_exp, _log, _sin, _cos, _tanh, _sqrt = map(_function, ("exp", "log", "sin", "cos", "tanh", "sqrt"))


def _comparison(compare: Callable[[Any, Any], bool]) -> Any:
    return lambda self, other: compare(_plain(self), _plain(other))


def _plain(z: Any) -> Any:
    """Return the number inside all tangents."""
    while isinstance(z, Dual):
        z = z.value
    return z


class Dual:
    """A value and its tangent: how fast the value changes when the inputs move in the direction chosen for them.

    Parameters
    ----------
    value : float or Dual
        The number itself, of any unit. A Dual nests: derivatives of derivatives.
    tangent : float or Dual
        Its rate of change, in units of the value for each unit of the direction; 0.0 for what doesn't change.
    tag : int, optional
        Which derivative the tangent belongs to. Tangents with different tags are kept apart. Without one, all Duals
        made from numbers share a tag, and one made from Duals stands for the derivative outside of theirs.
        `derivative` takes a fresh one by itself.

    Raises
    ------
    TypeError
        If `value` or `tangent` is neither a real number nor a Dual.

    Notes
    -----
    ``+ - * / **`` with Duals and numbers, comparisons by value, and the methods ``exp log sin cos tanh sqrt relu``.
    The slope of relu at 0 is 0, as in torch. Where an operation or its slope isn't defined, as for ``log`` or ``sqrt``
    at 0, Python's own ``ValueError`` or ``ZeroDivisionError`` is raised. Precision is that of float64.

    Examples
    --------
    >>> x, y = Dual(2.0, 1.0), Dual(5.0)
    >>> x * y + x
    Dual(12.0, 6.0)
    >>> Dual(Dual(3.0, 1.0), Dual(1.0)) ** 3  # value, slope; slope, second derivative
    Dual(Dual(27.0, 27.0), Dual(27.0, 18.0))
    """

    __slots__ = ("tag", "tangent", "value")

    value: Number
    tangent: Number
    tag: int

    def __init__(self, value: Number, tangent: Number = 0.0, *, tag: int | None = None) -> None:
        self.value, self.tangent = _checked(value), _checked(tangent)
        if tag is None:
            inside = [z.tag + 1 for z in (self.value, self.tangent) if isinstance(z, Dual)]
            tag = max([_SHARED_TAG, *inside])
        self.tag = tag

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.tangent!r})"

    # An operation, and its slope in each operand.
    __add__ = _operation(operator.add, lambda x, y: 1.0, lambda x, y: 1.0)
    __sub__ = _operation(operator.sub, lambda x, y: 1.0, lambda x, y: -1.0)
    __mul__ = _operation(operator.mul, lambda x, y: y, lambda x, y: x)
    __truediv__ = _operation(operator.truediv, lambda x, y: 1 / y, lambda x, y: -x / (y * y))
    __pow__ = _operation(
        operator.pow,
        lambda x, n: n * x ** (n - 1) if n != 0 else 0.0,
        lambda x, n: x**n * _log(x) if x != 0 else 0.0,
    )
    __neg__ = _operation(operator.neg, lambda x: -1.0)
    exp = _operation(_exp, _exp)
    log = _operation(_log, lambda x: 1 / x)
    sin = _operation(_sin, _cos)
    cos = _operation(_cos, lambda x: -_sin(x))
    tanh = _operation(_tanh, lambda x: 1 - _tanh(x) ** 2)
    sqrt = _operation(_sqrt, lambda x: 0.5 / _sqrt(x))
    relu = _operation(lambda x: x if x > 0 else 0.0, lambda x: 1.0 if x > 0 else 0.0)

    __radd__ = _reflected(__add__)
    __rsub__ = _reflected(__sub__)
    __rmul__ = _reflected(__mul__)
    __rtruediv__ = _reflected(__truediv__)
    __rpow__ = _reflected(__pow__)

    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)

    def __hash__(self) -> int:
        return hash(_plain(self))


def derivative(f: Callable[[Any], Any], x: Number) -> Any:
    """Return the derivative of `f` at `x`, by one pass of forward mode.

    Parameters
    ----------
    f : callable
        Takes a Dual and returns a Dual or a number. It may call `derivative` itself.
    x : float or Dual
        The point.

    Returns
    -------
    float or Dual
        f'(x); a Dual where `f` or `x` holds Duals of a derivative further outside.

    Examples
    --------
    >>> derivative(lambda x: x * derivative(lambda y: x + y, 1.0), 1.0)  # d/dx of x · 1
    1.0
    """
    tag = next(_fresh_tags)
    return _tangent(f(Dual(x, 1.0, tag=tag)), tag)


def _tangent(z: Any, tag: int) -> Any:
    """Return the part of `z` that belongs to `tag`, which may stand inside tangents of other derivatives."""
    if not isinstance(z, Dual):
        return 0.0
    if z.tag == tag:
        return z.tangent
    return Dual(_tangent(z.value, tag), _tangent(z.tangent, tag), tag=z.tag)


def _checked(number: Any) -> Number:
    if isinstance(number, Dual):
        return number
    if isinstance(number, Real):
        return float(number)
    raise TypeError(f"Dual needs real numbers, or Duals for second derivatives; got {type(number).__name__}")
