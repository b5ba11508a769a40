"""The graphs on which an answer is observed: small ones that keep count of what it does, and chains of 100,000 nodes.

`over_graphs` leads an answer over all of them; how to look at it on one graph or chain is the exercise's own.
"""

import gc
import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from autograd_lab.engine import topological_order
from autograd_lab.grading.exercise import Draw, Rule, Step

LADDER = 10  # steps; 1,024 paths: enough to notice, and done in a moment
LONG = 300  # where every node is compared with every other, that many are enough to notice
DEEP = 4_000  # deeper than Python's stack, also where a notebook's completion has raised its limit to 3,000
LONGEST = 100_000

# For each node the numbers of its parents. The root is the last.
GRAPHS: dict[str, list[list[int]]] = {
    "a single node": [[]],
    "x → y → root": [[], [0], [1]],
    "x·x": [[], [0, 0]],
    "y from x, root.parents = (y, x)": [[], [0], [1, 0]],
    "y from x, root.parents = (x, y)": [[], [0], [0, 1]],
    "the lesson's x, y, z, L": [[], [0, 0], [1, 0], [1, 2]],
    "y = x·x, z from x, root.parents = (y, z)": [[], [0, 0], [0], [1, 2]],
    "y = x·x, z from x, root.parents = (z, y)": [[], [0], [0, 0], [1, 2]],
    "y, z from x, root.parents = (z, y), z from y too": [[], [0], [0, 1], [2, 1]],
    "a diamond, root.parents = (y, z)": [[], [0], [0], [1, 2]],
    "a diamond with legs of 1 and 3": [[], [0], [0], [2], [3], [1, 4]],
    "the same, legs exchanged": [[], [0], [0], [2], [3], [4, 1]],
    "a from d, b from a, root.parents = (a, d, b)": [[], [0], [1], [1, 0, 2]],
    "a from d, b from a, root.parents = (b, d, a)": [[], [0], [1], [2, 0, 1]],
    "six leaves, one used three times at once": [[], [], [], [], [], [], [0, 1], [2, 3, 2, 2], [4, 5, 6], [8, 7]],
    "a node that the root doesn't come from": [[], [], [0, 1], [0], [0, 3]],
}
FLAT = {  # here the third node doesn't move with its parent
    "x from w, y from x, z from x and y, y's slope in x is 0": [[], [0], [1], [1, 2], [2, 3]],
    "y from x, z from y, root.parents = (z, x), z's slope is 0": [[], [0], [1], [2, 0]],
}

class Node:
    """A node of a graph that keeps count. All of a graph have the same data: only identity tells them apart."""

    def __init__(self, graph: "Graph", sources: tuple["Node", ...], slopes: tuple[float, ...]) -> None:
        self.data, self.grad, self.slopes, self._graph = 2.0, 0.0, slopes, graph
        self.sources = sources  # its parents: whoever reads them here isn't counted
        self.calls: list[float] = []  # what its vjp was called with

    @property
    def parents(self) -> tuple["Node", ...]:
        self._graph.asked += 1
        return self.sources

    @parents.setter
    def parents(self, parents: tuple["Node", ...]) -> None:
        self.sources = parents

    def vjp(self, grad: float) -> tuple[float, ...]:
        self.calls.append(grad)
        return tuple(grad * slope for slope in self.slopes)

    def __eq__(self, other: object) -> bool:
        self._graph.comparisons += 1
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "Node()"

class Graph:
    """A graph under observation: its nodes in the order in which they were made, the root last.

    It counts how often nodes were asked for their parents, and how often they were compared.
    """

    def __init__(self, words: str, draw: Draw, parents: Sequence[Sequence[int]]) -> None:
        self.words, self.nodes, self.asked, self.comparisons = words, list[Node](), 0, 0
        edges = sum(map(len, parents))
        slopes = iter((draw.array(edges, low=0.5, high=1.5) * draw.rng.choice([1, -1], edges)).tolist())
        for chosen in parents:
            sources = tuple([self.nodes[i] for i in chosen])
            self.nodes.append(Node(self, sources, tuple(itertools.islice(slopes, len(chosen)))))
        self.root = self.nodes[-1]

    def gradients(self) -> dict[Node, float]:
        """Return the gradient of the root with respect to each node that it comes from."""
        found = dict.fromkeys(topological_order(self.root), 0.0) | {self.root: 1.0}
        for node in reversed(found):
            for parent, slope in zip(node.sources, node.slopes, strict=True):
                found[parent] += found[node] * slope
        return found

class _Link:
    """A node of a long chain, which keeps no count and so is quickly made."""

    data, grad = 2.0, 0.0

    def __init__(self, parents: tuple["_Link", ...], slope: float) -> None:
        self.parents, self.slope = parents, slope

    def vjp(self, grad: float) -> tuple[float, ...]:
        return (grad * self.slope,) if self.slope else ()

def _chain(draw: Draw, length: int) -> list[_Link]:
    """Return the nodes of a chain of so many links, from the leaf to the root; each slope is 1 or -1."""
    nodes = [_Link((), 0.0)]
    for slope in draw.rng.choice([1.0, -1.0], length).tolist():
        nodes.append(_Link((nodes[-1],), slope))
    return nodes

def _random_parents(draw: Draw, size: int) -> list[list[int]]:
    """Return the parents of each node in a random graph: one made shortly before, and up to two from anywhere."""
    parents: list[list[int]] = [[], []]
    for i in range(2, size):
        near = int(draw.rng.integers(max(0, i - 3), i))
        far = [int(j) for j in draw.rng.integers(0, i, int(draw.rng.integers(0, 3)))]
        parents.append([near, *far] if draw.number() > 0 else [*far, near])
    return parents

def _ladder_parents() -> list[list[int]]:
    """Return the parents in a ladder: each step uses the one before twice, and adds."""
    tops = range(0, 3 * LADDER, 3)
    return [[], *(parents for top in tops for parents in ([top], [top], [top + 1, top + 2]))]

_Work = Callable[[Graph], Generator[Step, None, bool]]

def over_graphs(work: _Work, on_chain: Callable[[list[Any]], Any], if_right: Any, draw: Draw) -> Iterator[Step]:
    """Observe an answer on every graph, and what it costs where they grow.

    `work` observes it on a graph, and returns whether it was right there; ``on_chain(nodes)`` returns what there is to
    see on a long chain, given from the leaf to the root. Of an answer that would take for ever there, or is wrong
    already, nothing more is asked, and `if_right` seen.
    """
    right = True
    for words, parents in (GRAPHS | FLAT).items():
        graph = Graph(words, draw, parents)
        if words in FLAT:
            graph.nodes[2].slopes = (0.0,)
        right &= yield from work(graph)
    for size in (8, 15, 40):
        parents = _random_parents(draw, size)
        right &= yield from work(Graph(f"a graph of {size} nodes and {sum(map(len, parents))} arrows", draw, parents))
    ladder = Graph(f"a ladder of {LADDER} steps", draw, _ladder_parents())
    right &= yield from work(ladder)
    by_nodes = max(ladder.asked, sum(len(node.calls) for node in ladder.nodes)) <= 30 * len(ladder.nodes)
    yield Rule("the work grows with the nodes, not with the paths"), by_nodes
    chain = Graph(f"a chain of {LONG}", draw, [[], *([i] for i in range(LONG))])
    right &= yield from work(chain)
    few = chain.comparisons <= 20 * LONG
    yield Rule("a node is looked up without comparing it with all others"), few
    for length, ask in ((DEEP, few), (LONGEST, few and by_nodes and right)):
        yield f"a chain of {length:,}", _without_collector(on_chain, draw, length) if ask else if_right

def _without_collector(on_chain: Callable[[list[Any]], Any], draw: Draw, length: int) -> Any:
    """Return what there is to see on a chain; the garbage collector would look through it again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return on_chain(_chain(draw, length))
    finally:
        if collecting:
            gc.enable()
