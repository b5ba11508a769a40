"""`topological_order(root)`: list the nodes that root comes from, each once and after all of its parents."""

import operator
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import topological_order
from autograd_lab.exercises.reverse_mode import orders
from autograd_lab.exercises.reverse_mode.nodes import Graph, Node, over_graphs
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes

RIGHT = "a list of all nodes, each once and after its parents"
EVERY_PATH = (
    "You go along every path. In a ladder of 10 steps that is 1,024 of them for 31 nodes, and twice as many with each "
    "further step. Remember which nodes were met, and go on from each only once."
)
ONCE_FOR_EACH_PATH = f"Nodes are listed once for each path that leads to them. {EVERY_PATH}"
TURNED_ROUND = (
    "You list each node as soon as it is met, before its parents, and turn the list round in the end. That goes wrong "
    "where a node is met by one way and used by another. List it after its parents instead."
)
PARENTS_AFTER = "You list each node when you meet it, and its parents afterwards. They have to come first."

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    def work(graph: Graph) -> Generator[Step, None, bool]:
        before = _state(graph)
        said = _in_words(answer(graph.root), graph)
        yield graph.words, said
        yield Rule("nodes are left as they were"), _state(graph) == before
        again = _in_words(answer(graph.root), graph)
        yield f"{graph.words}, again", again
        return said == again == RIGHT

    def on_chain(nodes: list[Any]) -> str:
        order = list(answer(nodes[-1]))
        right = len(order) == len(nodes) and all(map(operator.is_, order, nodes))
        return RIGHT if right else "not a list of the nodes from the leaf to the root"

    yield from over_graphs(work, on_chain, RIGHT, draw)

def _state(graph: Graph) -> list[Any]:
    """Return what may not change; the parents beside their id, so that no other tuple gets it."""
    return [(id(node.sources), node.sources, len(vars(node)), node.grad, node.data) for node in graph.nodes]

def _in_words(result: Any, graph: Graph) -> str:
    """Say what a list of nodes is: all of them or not, each once or not, in which order."""
    if not isinstance(result, (list, tuple, deque, np.ndarray)):
        return "nothing (None)" if result is None else f"no list, but a {type(result).__name__}"
    if strange := [node for node in result if not isinstance(node, Node)]:
        return f"a list with a {type(strange[0]).__name__} in it"
    place = dict(reversed([(id(node), i) for i, node in enumerate(result)]))  # where one first stands
    reached = topological_order(graph.root)
    missing = [node for node in reached if id(node) not in place]
    others = [node for node in missing if node is not graph.root]
    pairs = [(node, place[id(parent)] > place[id(node)]) for node in reached if id(node) in place
             for parent in node.sources if id(parent) in place]
    early = {node for node, is_early in pairs if is_early}
    each = bool(pairs) and all(is_early for _, is_early in pairs)
    said = {
        "the root is missing": len(others) < len(missing),
        "leaves are missing": not all(node.sources for node in others),
        "nodes between root and leaves are missing": any(node.sources for node in others),
        "nodes are listed that the root doesn't come from": len(place) > len(reached) - len(missing),
        "nodes are listed more than once": len(result) > len(place),
        "each node comes before its parents": each,
        f"{len(early)} of the {len(reached)} nodes come before one of their parents": early and not each,
    }
    return "a list in which " + "; ".join(words for words, so in said.items() if so) if any(said.values()) else RIGHT

def _every_path_recursive(root: Any) -> list[Any]:
    return [node for parent in root.parents for node in _every_path_recursive(parent)] + [root]

def _first_parents(root: Any) -> list[Any]:
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]

def _marking(root: Any) -> list[Any]:
    def is_new(node: Any) -> bool:
        met = hasattr(node, "visited")
        node.visited = True
        return not met
    return orders.depth_first(root, is_new=is_new)

def _by_data(root: Any) -> list[Any]:
    return list({(node.data, len(node.parents)): node for node in topological_order(root)}.values())

EXERCISE = Exercise(
    name="reverse_mode.topological_order",
    probe=probe,
    reference=topological_order,
    alternatives=(orders.kahn, lambda root: tuple(orders.depth_first(root))),
    mistakes=mistakes(orders.of_large_graphs(lambda order: order) | {
        "duplicates": (orders.every_path, ONCE_FOR_EACH_PATH),
        "duplicates, recursion": (_every_path_recursive, ONCE_FOR_EACH_PATH),
        "every path, duplicates removed": (lambda root: list(dict.fromkeys(orders.every_path(root))), EVERY_PATH),
        "breadth-first": (lambda root: orders.breadth_first(root)[::-1],
            "Your order is that of the distance from the root. A node that is used by a short and by a long way has to "
            "wait for all nodes that use it, also for those that lie a longer way from the root."),
        "reversed pre-order": (lambda root: orders.pre_order(root)[::-1], TURNED_ROUND),
        "reversed pre-order, last parent first": (lambda root: orders.off_the_pile(root)[::-1], TURNED_ROUND),
        "reversed pre-order, marked when pushed": (lambda root: orders.as_pushed(root)[::-1], TURNED_ROUND),
        "reversed pre-order, recursion": (lambda root: orders.recursive(root, before=True)[::-1],
            f"{TURNED_ROUND} And a function that calls itself for each node fails where the graph is deep."),
        "marked when pushed": (lambda root: orders.depth_first(root, when_pushed=True, last_parent_first=True),
            "You take a node for met as soon as it lies on the pile. Another node above it may need it first, and "
            "finds it marked, but not listed yet. Mark it when it comes off the pile."),
        "pre-order": (orders.pre_order, PARENTS_AFTER),
        "pre-order, recursion": (lambda root: orders.recursive(root, before=True),
            f"{PARENTS_AFTER} And a function that calls itself for each node fails where the graph is deep."),
        "breadth-first, root first": (orders.breadth_first,
            "The root comes first in your list, and nodes stand before their parents. Going by the distance from the "
            "root doesn't help when it is turned round, either: a node may be used by a short and by a long way."),
        "root first": (lambda root: topological_order(root)[::-1],
            "Your order is the other way round: the root comes first. Every node should come after its parents."),
        "leaves left out": (lambda root: [node for node in topological_order(root) if node.parents],
            "The leaves are missing from your list: nodes without parents are nodes, too."),
        "root left out": (lambda root: topological_order(root)[:-1], "The root is missing. It is last in the list."),
        "root only": (lambda root: [root],
            "Only the root came back. Its parents belong before it, and theirs before them."),
        "one generation": (lambda root: [*dict.fromkeys(root.parents), root],
            "Only the root and its parents came back. Their parents belong into the list as well, all the way down."),
        "first parents only": (_first_parents,
            "You follow the first parent of each node only. All of them have to be listed."),
        "told apart by value": (_by_data,
            "Nodes are missing that are equal to others. Two are the same only if they are one object."),
        "remembers the first call": (_marking,
            "The first call is right; a second one on the same graph isn't. Something is kept from the first: marks on "
            "the nodes, or a default argument, which is made only once. Make a new set in each call."),
        "used twice, counted once": (lambda root: orders.kahn(root, uses_in=lambda node: set(node.parents)),
            "You count how often a node is used, and in x·x the two uses count as one there and as two elsewhere. Then "
            "the count never comes to 0 at the right time."),
        "a set": (lambda root: set(topological_order(root)), "A set came back. It knows no order: make a list."),
        "a generator": (lambda root: (node for node in topological_order(root)),
            "A generator came back. A list is asked for: it can be walked more than once, and from the back."),
        "reversed, not a list": (lambda root: reversed(orders.depth_first(root)),
            "`reversed` gives an iterator, which can be walked once. Make a list of it."),
    }),
    hints=(
        "What has to be in the list already when a node is added to it? And how do you know that it is?",
        "Depth first: put a node on the pile, then its parents above it; list it when it comes up a second time, after "
        "all of them. Skip nodes that were met.",
        "waiting = [(root, False)]; pop (node, parents_listed); if True: list it; else, if new: push (node, True), "
        "then (parent, False) for each parent.",
    ),
    section="Who may go next",
    notice="The pile is your own stack: what recursion does, with room for as many nodes as you have memory.",
    seconds=5.0,
)
