"""Fold the repeated blocks of a large computation graph: the loop that ran a hundred times becomes one box.

`fold` takes a list of `Node`s and returns a shorter one. A block is a piece of the list that is followed by copies of
itself: the same kinds and operations in the same order. Of all blocks the one that spares most nodes is folded
first, until the graph is small enough or nothing repeats.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from autograd_lab.pictures.drawing import Node

LONGEST_BLOCK = 80  # nodes; the search costs the number of nodes times this


def fold(nodes: Sequence[Node], most: int) -> list[Node]:
    """Return the graph with repeated blocks folded, as often as needed to have at most `most` nodes, or possible."""
    folded = list(nodes)
    while len(folded) > most:
        begin, length, times = _best_block(folded)
        if times < 2:
            break
        folded = _replace(folded, begin, length, times)
    return folded


def _best_block(nodes: Sequence[Node]) -> tuple[int, int, int]:
    """Return where the block that spares most nodes begins, its length, and how often it stands there in a row."""
    best = (0, 1, 1)
    spared = 0
    for length in range(1, min(LONGEST_BLOCK, len(nodes) // 2) + 1):
        # How far, from each place, the list agrees with itself `length` places on.
        run = 0
        for place in range(len(nodes) - length - 1, -1, -1):
            run = run + 1 if _alike(nodes, place, place + length) else 0
            times = run // length + 1
            if times > 1 and times * length - 1 > spared:
                best, spared = (place, length, times), times * length - 1
    return best


def _alike(nodes: Sequence[Node], one: int, two: int) -> bool:
    """Whether two nodes may stand for one another: leaves, or the same operation of as many inputs."""
    a, b = nodes[one], nodes[two]
    if a.kind == b.kind == "operation":
        return (a.name, len(a.inputs)) == (b.name, len(b.inputs))
    return a.kind == b.kind == "leaf"


def _replace(nodes: Sequence[Node], begin: int, length: int, times: int) -> list[Node]:
    """Put one block in the place of `times` times `length` nodes."""
    end = begin + length * times
    names = Counter(node.name for node in nodes[begin : begin + length] if node.kind == "operation")
    leaves = sum(node.kind == "leaf" for node in nodes[begin:end])
    inputs = sorted({i for node in nodes[begin:end] for i in node.inputs if i < begin})
    what = ", ".join(f"{count} {name}" if count > 1 else name for name, count in names.items()) or "leaves"
    details: tuple[str, ...] = (f"{times} times, {length * times:,} nodes folded",)
    if leaves and names:
        details += (f"with {leaves:,} leaves",)
    moved = {place: place if place < begin else begin for place in range(end)}
    moved |= {place: place - length * times + 1 for place in range(end, len(nodes))}
    block = Node("block", what, tuple(inputs), details)
    rest = [replace(node, inputs=_moved(node.inputs, moved)) for node in nodes[end:]]
    return [*nodes[:begin], block, *rest]


def _moved(inputs: tuple[int, ...], moved: dict[int, int]) -> tuple[int, ...]:
    """Return the new positions of a node's inputs, with one arrow from a block that several were folded into."""
    merged = [moved[i] for i in dict.fromkeys(inputs)]
    new = tuple(moved[i] for i in inputs)
    return new if len(set(merged)) == len(merged) else tuple(dict.fromkeys(new))
