"""Pictures of computation graphs: what a result was computed from, drawn from left to right.

`draw_graph` takes a torch tensor, or a value of one of the engines. `collect` follows it back to the leaves and lists
what it meets as `Node`s, plain data. Large graphs are shortened (`folding`), and `drawing` makes the picture.
Nodes are numbered in the order in which they are met, never by address, so the same computation gives the same bytes in
every process.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lab.engine import Tensor, Value
from autograd_lab.pictures.drawing import GraphPicture, Node
from autograd_lab.pictures.folding import fold

if TYPE_CHECKING:
    import torch

MAX_NODES = 2000
MAX_CROSSED = 20_000  # columns that all arrows cross together: 2 to 10 s of layout, which grows like its square
MAX_UNFOLDED = 60  # as many boxes as can still be read in a notebook


def draw_graph(
    result: Any,
    *,
    module: "torch.nn.Module | None" = None,
    names: Mapping[str, Any] | None = None,
    fold_repeats: bool = True,
) -> GraphPicture:
    """Draw the computation graph behind `result`: what ``result.backward()`` walks, from right to left.

    Ellipses are leaves, the tensors that receive a ``.grad``, with their shape. Boxes are operations, under the name
    of their grad function: ``MulBackward0`` is what a multiplication leaves for the backward pass, and a
    ``torch.autograd.Function`` called ``Cube`` leaves ``CubeBackward``. A double outline marks the result. Arrows
    point the way the values went; gradients go against them. An operand used twice has two arrows, as in ``x * x``.
    Numbers, and tensors that don't require grad, are not in the graph and not drawn. A graph can still be drawn when
    torch's ``backward()`` has freed what it had saved.

    A `Value` of ``autograd_lab.engine`` shows its data and its grad, a `Tensor` its shape and, once it has collected
    one, the norm of its gradient. A graph of more than 60 nodes is folded: a box with a broken line stands for
    operations that follow one another again and again, and says how often.

    Parameters
    ----------
    result : torch.Tensor, Value or Tensor, or tuple or list of them
        torch tensors that require grad, of any shape, dtype and device, whose numbers are not read; or values of one of
        the engines.
    module : torch.nn.Module, optional
        Its parameters are labelled with their names in it, such as ``0.weight``.
    names : mapping of str to tensor, optional
        Labels for leaves and results, matched by identity; they win over those from `module`. A name for any other
        torch tensor isn't shown. Engine values without one have the name of the caller's variable. Leaves without a
        name are ``leaf 1``, ``leaf 2`` in the order in which they are met.
    fold_repeats : bool
        Whether large graphs are folded.

    Returns
    -------
    GraphPicture
        Jupyter shows it as a picture, a terminal as text. Also ``.text``, ``.dot`` and ``.svg``.

    Raises
    ------
    TypeError
        If an argument is of another type than those above.
    ValueError
        If `result` is empty or requires no grad, or the graph is too large to be drawn: more than 2,000 nodes, or
        arrows that cross more than 20,000 columns, as when 200 operations in a row share a weight.

    Examples
    --------
    >>> a = torch.tensor([2.0, 3.0], requires_grad=True)
    >>> draw_graph(3 * a**2, names={"a": a})
    Computation graph: 1 leaf, 2 operations, 1 result, 3 edges
    leaf:
      a, shape (2,)
    operations:
      [1] PowBackward0 from a
      [2] MulBackward0 from [1]
    result:
      result, shape (2,), from [2]
    """
    results = list(result) if isinstance(result, tuple | list) else [result]
    if not results:
        raise ValueError(f"draw_graph got an empty {type(result).__name__}; give it at least one tensor")
    for number, item in enumerate(results, start=1):
        _refuse_undrawable(item, "" if item is result else f"item {number} of {len(results)}")
    labels = _labels(module, names)
    if all(isinstance(item, _ENGINE_TYPES) for item in results):
        labels = _callers_names() | labels
    nodes, _ = collect(results, labels)
    if fold_repeats:
        nodes = fold(nodes, MAX_UNFOLDED)
    _refuse_long_arrows(nodes)
    return GraphPicture(nodes)


_ENGINE_TYPES = Value, Tensor


def _refuse_undrawable(item: Any, which: str) -> None:
    if isinstance(item, Value):
        return
    if isinstance(item, Tensor):
        if item._rules is None:
            raise ValueError(
                f"the graph behind {which or 'this tensor'} was released by backward: draw it before, or call "
                "backward(retain_graph=True)"
            )
    else:
        import torch

        if not isinstance(item, torch.Tensor):
            raise TypeError(
                "draw_graph needs a torch tensor, a Value or a Tensor, or a tuple or list of them; "
                f"got {type(item).__name__}{which and f' as {which}'}: give it what was computed, such as the loss"
            )
    if not item.requires_grad:
        raise ValueError(
            f"{which or 'this tensor'} was computed from nothing that requires grad, or was detached, or computed "
            "under no_grad, so there is no graph: set requires_grad=True on an input before computing"
        )


def _labels(module: "torch.nn.Module | None", names: Mapping[str, Any] | None) -> dict[int, str]:
    """Map the id of each named tensor to its name."""
    labels = {}
    if module is not None:
        import torch

        if not isinstance(module, torch.nn.Module):
            raise TypeError(
                f"module must be a torch.nn.Module, whose parameters have names; got {type(module).__name__}"
            )
        labels = {id(tensor): name for name, tensor in module.named_parameters()}
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names must be a dict of tensors by name, such as {{'w': w}}; got {type(names).__name__}")
    for name, tensor in (names or {}).items():
        if not isinstance(name, str) or not _is_drawable(tensor):
            raise TypeError(
                "names must be a dict of tensors by name, such as {'w': w}; "
                f"got {type(tensor).__name__} under {name!r}"
            )
        labels[id(tensor)] = " ".join(name.split())
    return labels


def _is_drawable(tensor: Any) -> bool:
    if isinstance(tensor, _ENGINE_TYPES):
        return True
    import torch

    return isinstance(tensor, torch.Tensor)


def _callers_names() -> dict[int, str]:
    """Return the names that the caller of `draw_graph` has for engine values; the first, where there are several."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame and frame.f_back
    found: dict[int, str] = {}
    for name, thing in list(frame.f_locals.items()) if frame else ():
        if isinstance(thing, _ENGINE_TYPES) and not name.startswith("_"):
            found.setdefault(id(thing), name)
    return found


def collect(results: Sequence[Any], labels: Mapping[int, str]) -> tuple[list[Node], dict[Any, int]]:
    """List the graph behind `results`: depth first, operands in their order, each node after its operands.

    Also return where in the list each thing stands that was met.
    """
    nodes: list[Node] = []
    positions: dict[Any, int] = {}  # as keys they stay alive, so that each keeps its identity
    unnamed = 0
    for number, result in enumerate(results, start=1):
        root, operands_of, describe = _adapter(result)
        waiting: list[Any] = [root]  # no recursion: graphs are deeper than Python's stack
        while waiting:
            met = waiting[-1]
            operands = operands_of(met)
            unseen = [operand for operand in operands if operand not in positions]
            if unseen and met not in positions:
                waiting += reversed(unseen)
                continue
            waiting.pop()
            if met in positions:
                continue
            if len(nodes) == MAX_NODES:
                raise ValueError(
                    f"this graph has more than {MAX_NODES:,} nodes, too many for a picture: draw a part of the "
                    "computation, such as one layer or a few steps of the loop"
                )
            positions[met] = len(nodes)
            inputs = tuple(positions[operand] for operand in operands)
            nodes.append(describe(met, inputs, labels, unnamed + 1))
            unnamed += nodes[-1].kind == "leaf" and nodes[-1].name == f"leaf {unnamed + 1}"
        name = labels.get(id(result), "result" if len(results) == 1 else f"result {number}")
        details = () if isinstance(result, Value) else (f"shape {tuple(result.shape)}",)
        nodes.append(Node("result", name, (positions[root],), details))
    return nodes, positions


Describe = Callable[[Any, tuple[int, ...], Mapping[int, str], int], Node]


def _adapter(result: Any) -> tuple[Any, Callable[[Any], Sequence[Any]], Describe]:
    """Return the node behind a result, what a node's operands are, and how it is described."""
    if isinstance(result, Value):
        return result, lambda value: value.parents, _describe_value
    if isinstance(result, Tensor):
        return result, lambda tensor: tensor.parents, _describe_tensor
    from torch.autograd.graph import get_gradient_edge

    return get_gradient_edge(result).node, _torch_operands, _describe_function


def _torch_operands(function: Any) -> list[Any]:
    return [operand for operand, _ in function.next_functions if operand is not None]


def _describe_function(function: Any, inputs: tuple[int, ...], labels: Mapping[int, str], number: int) -> Node:
    kind = type(function).__name__  # not .name(): a Function may have stored something under that name
    if kind != "AccumulateGrad":
        return Node("operation", kind, inputs)
    leaf = function.variable
    return Node("leaf", labels.get(id(leaf), f"leaf {number}"), details=(f"shape {tuple(leaf.shape)}",))


def _describe_value(value: Value, inputs: tuple[int, ...], labels: Mapping[int, str], number: int) -> Node:
    details = f"data {value.data:.4g}", f"grad {value.grad:.4g}"
    return _named(value, value._op, inputs, details, labels, number)


def _describe_tensor(tensor: Tensor, inputs: tuple[int, ...], labels: Mapping[int, str], number: int) -> Node:
    details: tuple[str, ...] = (f"shape {tensor.shape}",)
    if tensor.size == 1:
        details = (f"data {tensor.item():.4g}",)
    if tensor.grad is not None:
        details += (f"grad of norm {np.linalg.norm(tensor.grad):.4g}",)
    return _named(tensor, tensor._op or "", inputs, details, labels, number)


def _named(
    node: Any, op: str, inputs: tuple[int, ...], details: tuple[str, ...], labels: Mapping[int, str], number: int
) -> Node:
    name = labels.get(id(node))
    if not op:
        return Node("leaf", name or f"leaf {number}", details=details)
    return Node("operation", f"{name}: {op}" if name else op, inputs, details)


def _refuse_long_arrows(nodes: Sequence[Node]) -> None:
    """Raise where Graphviz would take minutes: it works on every column that an arrow crosses."""
    columns: list[int] = []
    for node in nodes:
        columns.append(max((columns[i] + 1 for i in node.inputs), default=0))
    edges = [(i, position) for position, node in enumerate(nodes) for i in node.inputs]
    first: dict[int, int] = {}  # the column where a node is first used; a leaf stands right before it
    for i, position in edges:
        first[i] = min(first.get(i, columns[position]), columns[position])
    crossed = sum(columns[p] - (first[i] - 1 if nodes[i].kind == "leaf" else columns[i]) for i, p in edges)
    if crossed > MAX_CROSSED:
        raise ValueError(
            f"the arrows of this graph cross {crossed:,} columns, too many for a picture (at most {MAX_CROSSED:,}), "
            "since tensors are used again many operations later: draw a part of the computation, such as fewer "
            "steps of the loop"
        )
