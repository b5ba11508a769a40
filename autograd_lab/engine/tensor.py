"""Reverse mode on NumPy arrays: each result remembers its parents, and a rule for each that sends a gradient back.

An operation takes tensors and returns a `Tensor`, by way of `record`, which keeps the rules. `backward` and `grad`
walk the graph from the end to the beginning in `_sweep`: there the chain rule stands, and there every gradient is held
to its input's shape. A rule is one line beside its operation, ``rule(g, y)``, where y is the result and g the gradient
with respect to it. Rules are written with Tensor operations, so that gradients have gradients in their turn.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from numbers import Real
from typing import Any, Union

import numpy as np

from autograd_lab.engine.order import topological_order
from autograd_lab.engine.watched import Array, Counter, watch

Operand = Union["Tensor", Array, float]
Axis = int | tuple[int, ...] | None
Rule = Callable[["Tensor", "Tensor"], "Tensor"]

_recording = ContextVar("recording", default=True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without remembering: ``with no_grad():``, or ``@no_grad()`` before a function.

    Results inside have no parents and require no grad.
    """
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)


class Tensor:
    """An array that remembers what it was computed from.

    Parameters
    ----------
    data : array_like
        Numbers of any shape. float16, float32 and float64 stay what they are, and results are what NumPy makes of
        them; a Python number takes the dtype of the tensor that it meets. The array is copied.
    requires_grad : bool, optional
        Whether to collect a gradient for this tensor; True for floating numbers, False for integers and booleans,
        which have none.

    Attributes
    ----------
    grad : ndarray or None
        What `backward` has collected for this leaf: the shape and dtype of the tensor.
    requires_grad : bool
    parents : tuple of Tensor
        What it was computed from, as far as it requires grad; empty for a leaf, and after `backward`.

    Raises
    ------
    TypeError
        If `data` isn't numbers, is complex, or is integers although a gradient is asked for.

    Notes
    -----
    ``+ - * / ** @`` with broadcasting, comparisons (to boolean arrays), indexing with slices, masks and integer arrays,
    and the methods below. At a tie `max`, `min` and `maximum` share the gradient equally, and the slope of `relu` at 0
    is 0, as in torch.

    Saved arrays are not copied. Writing to one through ``.data`` before `backward` raises there; writing through other
    NumPy views of the same memory, or to arrays given as plain operands, is not noticed.

    Examples
    --------
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> bias = Tensor([10.0, 20.0])
    >>> ((x + bias) * x).sum().backward()
    >>> x.grad
    array([[12., 24.],
           [16., 28.]])
    >>> bias.grad
    array([4., 6.])
    """

    __slots__ = ("_array", "_counter", "_op", "_rules", "_saved", "grad", "parents", "requires_grad")

    _array: Array
    _counter: Counter
    _op: str | None  # None for leaves and constants
    _rules: tuple[Rule, ...] | None  # one for each parent; None once they are released
    _saved: tuple[tuple[Counter, int], ...]  # counters of the arrays that the rules read, and where they stood
    grad: Array | None
    parents: tuple["Tensor", ...]
    requires_grad: bool

    __array_ufunc__ = None  # so that array * tensor asks the tensor

    def __init__(self, data: Any, requires_grad: bool | None = None) -> None:
        array = np.array(data._array if isinstance(data, Tensor) else data)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"Tensor needs an array of real numbers; got {type(data).__name__} of dtype {array.dtype}")
        floating = array.dtype.kind == "f"
        if requires_grad and not floating:
            raise TypeError(f"{array.dtype} numbers have no gradient: make them floating, as in x.astype(float)")
        _fill(self, array, Counter())
        self.requires_grad = floating if requires_grad is None else requires_grad

    # What it is

    @property
    def data(self) -> Array:
        """The numbers, an ndarray that shares the tensor's memory; what is written to it is not differentiated."""
        return watch(self._array, self._counter)

    @data.setter
    def data(self, data: Any) -> None:
        array = np.asarray(data._array if isinstance(data, Tensor) else data, self.dtype)
        if array.shape != self.shape:
            raise ValueError(f"data must keep its shape {self.shape}; got {array.shape}")
        self._array = array.view(np.ndarray)
        self._counter.writes += 1

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(self._array.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._array.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._array.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype of the entries."""
        return self._array.dtype

    def item(self) -> Any:
        """Return the one entry as a Python number."""
        return self._array.item()

    def detach(self) -> "Tensor":
        """Return a tensor of the same memory that requires no grad."""
        return _fill(Tensor.__new__(Tensor), self._array, self._counter)

    def __len__(self) -> int:
        return len(self._array)

    def __repr__(self) -> str:
        return f"Tensor({np.array2string(self._array, separator=', ', prefix='Tensor(')})"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if self.requires_grad:
            raise TypeError("NumPy would lose this tensor's gradient: use the tensor's own methods, or .data")
        return np.array(self._array, dtype, copy=True)

    __hash__ = object.__hash__

    def __eq__(self, other: Any) -> Any:
        return self._array == _array(other)

    def __ne__(self, other: Any) -> Any:
        return self._array != _array(other)

    def __lt__(self, other: Operand) -> Any:
        return self._array < _array(other)

    def __le__(self, other: Operand) -> Any:
        return self._array <= _array(other)

    def __gt__(self, other: Operand) -> Any:
        return self._array > _array(other)

    def __ge__(self, other: Operand) -> Any:
        return self._array >= _array(other)

    # Going back

    def backward(self, gradient: Any = None, retain_graph: bool = False) -> None:
        """Add the gradient of this result, with respect to each leaf that it was computed from, to the leaf's `grad`.

        Parameters
        ----------
        gradient : array_like, optional
            The gradient of a final number with respect to this result, of its shape; 1.0 for a result of one entry.
        retain_graph : bool
            Whether the graph, with the arrays that the rules need, is kept for another call.

        Raises
        ------
        TypeError
            If the result is of integers.
        ValueError
            If it requires no grad, or `gradient` is missing or of another shape.
        RuntimeError
            If the graph was released by an earlier call, a saved array was changed, or a rule returned a gradient of
            another shape than its input's.
        """
        for leaf, g in _sweep(self, gradient, retain_graph=retain_graph).items():
            leaf.grad = np.array(g._array) if leaf.grad is None else leaf.grad + g._array

    # Operations: the array, and for each operand the rule that sends a gradient back to it.

    def __add__(self, other: Operand) -> "Tensor":
        a, b = self, _lifted(other, self)
        return record(
            "add",
            a._array + b._array,
            (a, lambda g, y: unbroadcast(g, a.shape)),
            (b, lambda g, y: unbroadcast(g, b.shape)),
        )

    def __sub__(self, other: Operand) -> "Tensor":
        a, b = self, _lifted(other, self)
        return record(
            "sub",
            a._array - b._array,
            (a, lambda g, y: unbroadcast(g, a.shape)),
            (b, lambda g, y: unbroadcast(-g, b.shape)),
        )

    def __mul__(self, other: Operand) -> "Tensor":
        a, b = self, _lifted(other, self)
        return record(
            "mul",
            a._array * b._array,
            (a, lambda g, y: unbroadcast(g * b, a.shape)),
            (b, lambda g, y: unbroadcast(g * a, b.shape)),
            saves=(a, b),
        )

    def __truediv__(self, other: Operand) -> "Tensor":
        a, b = self, _lifted(other, self)
        return record(
            "div",
            a._array / b._array,
            (a, lambda g, y: unbroadcast(g / b, a.shape)),
            (b, lambda g, y: unbroadcast(-g * a / (b * b), b.shape)),
            saves=(a, b),
        )

    def __pow__(self, other: Operand) -> "Tensor":
        a, n = self, _lifted(other, self)
        return record(
            "pow",
            a._array**n._array,
            (a, lambda g, y: unbroadcast(g * where(n == 0, 0.0, n * a ** where(n == 0, 1.0, n - 1)), a.shape)),
            (n, lambda g, y: unbroadcast(g * y * where(a == 0, 1.0, a).log(), n.shape)),
            saves=(a, n),
            saves_result=True,
        )

    def __matmul__(self, other: Operand) -> "Tensor":
        a, b = self, _lifted(other, self)
        if b.ndim == 1:
            return (a @ b.reshape(-1, 1)).reshape(a.shape[:-1])
        if a.ndim == 1:
            return (a.reshape(1, -1) @ b).reshape(*b.shape[:-2], b.shape[-1])
        return record(
            "matmul",
            a._array @ b._array,
            (a, lambda g, y: unbroadcast(g @ b.mT, a.shape)),
            (b, lambda g, y: unbroadcast(a.mT @ g, b.shape)),
            saves=(a, b),
        )

    def __neg__(self) -> "Tensor":
        return record("neg", -self._array, (self, lambda g, y: -g))

    def exp(self) -> "Tensor":
        """Return e to the power of each entry."""
        return record("exp", np.exp(self._array), (self, lambda g, y: g * y), saves_result=True)

    def log(self) -> "Tensor":
        """Return the natural logarithm of each entry."""
        return record("log", np.log(self._array), (self, lambda g, y: g / self), saves=(self,))

    def tanh(self) -> "Tensor":
        """Return the hyperbolic tangent of each entry."""
        return record("tanh", np.tanh(self._array), (self, lambda g, y: g * (1 - y * y)), saves_result=True)

    def relu(self) -> "Tensor":
        """Return each entry where it is positive, else 0."""
        return record("relu", np.maximum(self._array, 0), (self, lambda g, y: g * (y > 0)), saves_result=True)

    def softmax(self, axis: Axis = -1) -> "Tensor":
        """Return the exponentials, divided by their sum over `axis`."""
        powers = np.exp(self._array - self._array.max(axis, keepdims=True))
        return record(
            "softmax",
            powers / powers.sum(axis, keepdims=True),
            (self, lambda g, y: y * (g - (g * y).sum(axis, keepdims=True))),
            saves_result=True,
        )

    def logsumexp(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Return the logarithm of the sum of the exponentials over `axis`, without overflow."""
        top = self._array.max(axis, keepdims=True)
        top = np.where(np.isfinite(top), top, 0)
        array = np.log(np.exp(self._array - top).sum(axis, keepdims=True)) + top
        return record(
            "logsumexp",
            array if keepdims else array.squeeze(axis),
            (self, lambda g, y: _spread(g, axis, self) * (self - _spread(y, axis, self)).exp()),
            saves=(self,),
            saves_result=True,
        )

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Return the sum over `axis`: an int, a tuple of them, or None for all."""
        return record("sum", self._array.sum(axis, keepdims=keepdims), (self, lambda g, y: _spread(g, axis, self)))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Return the mean over `axis`."""
        total = self.sum(axis, keepdims)
        return total / (self.size / max(total.size, 1))

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Return the largest entry over `axis`."""

        def rule(g: Tensor, y: Tensor) -> Tensor:
            largest: Array = self._array == _spread(y, axis, self)._array
            share: Array = largest / largest.sum(axis, keepdims=True)
            return _spread(g, axis, self) * share

        array = self._array.max(axis, keepdims=keepdims)
        return record("max", array, (self, rule), saves=(self,), saves_result=True)

    def min(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Return the smallest entry over `axis`."""
        return -(-self).max(axis, keepdims)

    def reshape(self, *shape: Any) -> "Tensor":
        """Return the same entries in another shape: numbers or one tuple, one of which may be -1."""
        if len(shape) == 1 and isinstance(shape[0], tuple | list):
            (shape,) = shape
        return record("reshape", self._array.reshape(shape), (self, lambda g, y: g.reshape(self.shape)), view=True)

    def transpose(self, *axes: Any) -> "Tensor":
        """Return the same entries with their axes in that order; reversed without one."""
        if len(axes) == 1 and isinstance(axes[0], tuple | list):
            (axes,) = axes
        order = tuple(axis % self.ndim for axis in axes) or tuple(range(self.ndim))[::-1]
        back = tuple(int(place) for place in np.argsort(order))
        return record("transpose", self._array.transpose(order), (self, lambda g, y: g.transpose(back)), view=True)

    @property
    def T(self) -> "Tensor":  # noqa: N802
        """The transpose: all axes reversed."""
        return self.transpose()

    @property
    def mT(self) -> "Tensor":  # noqa: N802
        """The last two axes exchanged: the transpose of each matrix of a batch."""
        return self.transpose(*range(self.ndim - 2), -1, -2)

    def broadcast_to(self, shape: tuple[int, ...]) -> "Tensor":
        """Return the entries repeated to `shape`, by NumPy's rules."""
        rule: Rule = lambda g, y: unbroadcast(g, self.shape)  # noqa: E731
        return record("broadcast_to", np.broadcast_to(self._array, shape), (self, rule), view=True)

    def astype(self, dtype: Any) -> "Tensor":
        """Return the entries as another dtype; the gradient comes back in this one's."""
        return record("astype", self._array.astype(dtype), (self, lambda g, y: g))

    def __getitem__(self, index: Any) -> "Tensor":
        index = tuple(map(_own, index)) if isinstance(index, tuple) else _own(index)
        array = np.asarray(self._array[index])
        view = np.may_share_memory(array, self._array)
        return record("getitem", array, (self, lambda g, y: _put(g, index, self.shape)), view=view)

    def __radd__(self, other: Operand) -> "Tensor":
        return self + other

    def __rsub__(self, other: Operand) -> "Tensor":
        return _lifted(other, self) - self

    def __rmul__(self, other: Operand) -> "Tensor":
        return self * other

    def __rtruediv__(self, other: Operand) -> "Tensor":
        return _lifted(other, self) / self

    def __rpow__(self, other: Operand) -> "Tensor":
        return _lifted(other, self) ** self

    def __rmatmul__(self, other: Operand) -> "Tensor":
        return _lifted(other, self) @ self


def grad(
    output: Tensor,
    inputs: Tensor | Sequence[Tensor],
    gradient: Any = None,
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> tuple[Tensor, ...]:
    """Return the gradients of `output` with respect to `inputs`, and leave every `.grad` alone.

    Parameters
    ----------
    output : Tensor
        What to differentiate.
    inputs : Tensor or sequence of Tensor
        Leaves, or results on the way.
    gradient : array_like, optional
        As in `Tensor.backward`.
    create_graph : bool
        Whether the gradients remember how they were computed, so that they have gradients themselves.
    retain_graph : bool, optional
        Whether the graph of `output` is kept; by default as `create_graph`.

    Returns
    -------
    tuple of Tensor
        One for each input, of its shape and dtype, as from `torch.autograd.grad`.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        As `Tensor.backward`; ValueError also when `output` doesn't depend on an input.
    """
    wanted = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    retain = create_graph if retain_graph is None else retain_graph
    found = _sweep(output, gradient, retain_graph=retain, create_graph=create_graph, wanted=wanted)
    for number, tensor in enumerate(wanted):
        if tensor not in found:
            raise ValueError(f"the output was not computed from input {number}, or not where it was recorded")
    return tuple(found[tensor] for tensor in wanted)


def _sweep(
    root: Tensor,
    gradient: Any,
    *,
    retain_graph: bool,
    create_graph: bool = False,
    wanted: Sequence[Tensor] | None = None,
) -> dict[Tensor, Tensor]:
    """Return the gradients of those wanted, or of the leaves."""
    order = topological_order(root)
    for node in order:
        _check(node)
    gradients = {root: _seed(root, gradient)}
    keep = {node for node in order if node._op is None} if wanted is None else set(wanted)
    found = {}
    with nullcontext() if create_graph else no_grad():
        while order:  # nodes leave the list, so that their arrays are freed on the way
            node = order.pop()
            g = gradients.pop(node)
            if node in keep:
                found[node] = g
            for parent, rule in zip(node.parents, node._rules, strict=True):
                back = rule(g, node)
                if back.shape != parent.shape:
                    raise RuntimeError(
                        f"the rule of {node._op!r} returned a gradient of shape {back.shape} for an input of shape "
                        f"{parent.shape}: it must have the input's shape; unbroadcast sums it"
                    )
                if back.dtype != parent.dtype:
                    back = back.astype(parent.dtype)
                gradients[parent] = gradients[parent] + back if parent in gradients else back  # the chain rule
            if not retain_graph and node._op is not None:
                node.parents, node._rules, node._saved = (), None, ()
    return found


def _check(node: Tensor) -> None:
    """Raise where a node can no longer send a gradient back."""
    if node._rules is None:
        raise RuntimeError(
            f"the graph behind a result of {node._op!r} was released by an earlier backward: compute it again, or pass "
            "retain_graph=True to the earlier one"
        )
    for counter, writes in node._saved:
        if counter.writes != writes:
            raise RuntimeError(
                f"an array that {node._op!r} saved was changed before backward: change .data after it, or compute again"
            )


def _seed(root: Tensor, gradient: Any) -> Tensor:
    if not root.requires_grad:
        if root.dtype.kind != "f":
            raise TypeError(f"{root.dtype} numbers have no gradient: compute with floating ones, as in x.astype(float)")
        raise ValueError("this result requires no grad: it was computed from constants, or under no_grad, or detached")
    if gradient is None:
        if root.size != 1:
            raise ValueError(f"a result of shape {root.shape} needs backward(gradient) of that shape, or a sum before")
        gradient = np.ones(root.shape)
    seed = gradient if isinstance(gradient, Tensor) else Tensor(gradient, requires_grad=False)
    if seed.shape != root.shape:
        raise ValueError(f"the gradient must have the result's shape {root.shape}; got {seed.shape}")
    return seed if seed.dtype == root.dtype else seed.astype(root.dtype)


def record(
    op: str,
    array: Any,
    *operands: tuple[Tensor, Rule],
    saves: tuple[Tensor, ...] = (),
    saves_result: bool = False,
    view: bool = False,
) -> Tensor:
    """Return the tensor that an operation computed, with what the way back needs. All operations go through here.

    Parameters
    ----------
    op : str
        The operation's name, for messages and pictures.
    array : array_like
        The result.
    *operands : (Tensor, callable)
        Each operand with its rule: ``rule(g, y)`` takes the gradient with respect to the result and the result itself,
        both Tensors, and returns the gradient with respect to the operand, a Tensor of the operand's shape, computed
        with Tensor operations.
    saves : tuple of Tensor
        The tensors whose numbers the rules read: changing them before `backward` is an error.
    saves_result : bool
        Whether the rules read the result's numbers.
    view : bool
        Whether the result shares the first operand's memory.

    Examples
    --------
    >>> def cube(x):
    ...     return record("cube", np.asarray(x.data) ** 3, (x, lambda g, y: g * 3 * x * x), saves=(x,))
    >>> x = Tensor(2.0)
    >>> cube(x).backward()
    >>> x.grad
    array(12.)
    """
    out = _fill(Tensor.__new__(Tensor), np.asarray(array), operands[0][0]._counter if view else Counter())
    if _recording.get() and out.dtype.kind == "f":
        tracked = [pair for pair in operands if pair[0].requires_grad]
        if tracked:
            out.requires_grad = True
            out._op = op
            out.parents = tuple([tensor for tensor, _ in tracked])
            out._rules = tuple([rule for _, rule in tracked])
            out._saved = tuple([(tensor._counter, tensor._counter.writes) for tensor in saves])
            if saves_result:
                out._saved += ((out._counter, 0),)
    return out


def _fill(tensor: Tensor, array: Array, counter: Counter) -> Tensor:
    """Set a new tensor's attributes to those of a constant."""
    tensor._array, tensor._counter = array, counter
    tensor.requires_grad, tensor.grad = False, None
    tensor._op, tensor.parents, tensor._rules, tensor._saved = None, (), (), ()
    return tensor


def concatenate(tensors: Sequence[Operand], axis: int = 0) -> Tensor:
    """Return the tensors joined along an axis that they have."""
    parts = _lifted_all(tensors)
    axis %= parts[0].ndim
    ends = np.cumsum([part.shape[axis] for part in parts])

    def rule(part: Tensor, end: int) -> tuple[Tensor, Rule]:
        place = (slice(None),) * axis + (slice(end - part.shape[axis], end),)
        return part, lambda g, y: g[place]

    arrays = [part._array for part in parts]
    return record("concatenate", np.concatenate(arrays, axis), *map(rule, parts, ends.tolist()))


def stack(tensors: Sequence[Operand], axis: int = 0) -> Tensor:
    """Return the tensors, all of one shape, joined along a new axis."""
    parts = _lifted_all(tensors)
    axis %= parts[0].ndim + 1
    return concatenate([part.reshape(*part.shape[:axis], 1, *part.shape[axis:]) for part in parts], axis)


def where(condition: Any, a: Operand, b: Operand) -> Tensor:
    """Return the entries of `a` where the boolean array `condition` holds, else those of `b`."""
    a, b = _lifted_all((a, b))
    holds = np.array(_array(condition), bool)
    return record(
        "where",
        np.where(holds, a._array, b._array),
        (a, lambda g, y: unbroadcast(g * holds, a.shape)),
        (b, lambda g, y: unbroadcast(g * ~holds, b.shape)),
    )


def maximum(a: Operand, b: Operand) -> Tensor:
    """Return the larger of each two entries; equal ones share the gradient."""
    a, b = _lifted_all((a, b))

    def share(x: Tensor, other: Tensor) -> Array:
        larger: Array = (x > other) + 0.5 * (x == other)
        return larger

    return record(
        "maximum",
        np.maximum(a._array, b._array),
        (a, lambda g, y: unbroadcast(g * share(a, b), a.shape)),
        (b, lambda g, y: unbroadcast(g * share(b, a), b.shape)),
        saves=(a, b),
    )


def unbroadcast(g: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return the gradient of what was broadcast from `shape`: the sum over the axes where it was repeated."""
    if g.shape == shape:
        return g
    new = g.ndim - len(shape)
    repeated = [axis + new for axis, length in enumerate(shape) if length == 1 != g.shape[axis + new]]
    return g.sum((*range(new), *repeated)).reshape(shape)


def _spread(g: Tensor, axis: Axis, x: Tensor) -> Tensor:
    """Return what was reduced over `axis` repeated to the shape of `x`."""
    if axis is None:
        axis = tuple(range(x.ndim))
    axes = {a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,))}
    kept = tuple(1 if a in axes else length for a, length in enumerate(x.shape))
    return g.reshape(kept).broadcast_to(x.shape)


def _put(g: Tensor, index: Any, shape: tuple[int, ...]) -> Tensor:
    """Return zeros with `g` added in the places of `index`, as often as each occurs."""
    array = np.zeros(shape, g.dtype)
    np.add.at(array, index, g._array)
    return record("put", array, (g, lambda h, y: h[index]))


def _own(index: Any) -> Any:
    """Return an index that nobody else can change."""
    if isinstance(index, Tensor):
        index = index._array
    return np.array(index) if isinstance(index, np.ndarray | list) else index


def _array(operand: Any) -> Any:
    return operand._array if isinstance(operand, Tensor) else operand


def _lifted(operand: Any, like: Tensor) -> Tensor:
    """Return an operand as a tensor; a number takes the dtype of the floating tensor that it meets."""
    if isinstance(operand, Tensor):
        return operand
    weak = isinstance(operand, Real) and like.dtype.kind == "f"
    array = np.asarray(operand, like.dtype if weak else None)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a Tensor can be combined with arrays and real numbers; got {type(operand).__name__}")
    return _fill(Tensor.__new__(Tensor), array, Counter())


def _lifted_all(operands: Sequence[Operand]) -> list[Tensor]:
    like = next((operand for operand in operands if isinstance(operand, Tensor)), None)
    if like is None:
        raise TypeError("at least one Tensor is needed; got none")
    return [_lifted(operand, like) for operand in operands]
