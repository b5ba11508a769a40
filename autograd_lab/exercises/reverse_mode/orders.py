"""Ways to list the nodes that a root comes from, right and wrong ones, for both exercises that need an order."""

import sys
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Any

from autograd_lab.engine import topological_order
from autograd_lab.grading.slips import Table

_Order = Callable[[Any], list[Any]]  # from a root to its nodes

def _first_time(seen: Any, add: Callable[[Any], None]) -> Callable[[Any], bool]:
    """Return a function that says of a node whether it is asked about for the first time; `add` adds to `seen`."""
    def is_new(node: Any) -> bool:
        known = node in seen
        add(node)
        return not known
    return is_new

def depth_first(
    root: Any, before: bool = False, last_parent_first: bool = False, when_pushed: bool = False,
    take: Callable[[Any], Any] = deque.pop, is_new: Callable[[Any], bool] | None = None,
) -> list[Any]:
    """List the nodes depth first by a pile, each after its parents.

    Or `before` them; with the last of the parents visited first; with a node marked as met already `when_pushed` on the
    pile, not when it comes off; taken off at another end; and with another way to find out whether a node `is_new`.
    """
    order, waiting, seen = [], deque([(root, False)]), set[Any]()
    is_new = is_new or _first_time(seen, seen.add)
    while waiting:
        node, parents_done = take(waiting)
        if parents_done:
            order.append(node)
        elif when_pushed or is_new(node):
            if before:
                order.append(node)
            else:
                waiting.append((node, True))
            parents = node.parents if last_parent_first else node.parents[::-1]
            waiting.extend((parent, False) for parent in parents if not when_pushed or is_new(parent))
    return order

pre_order = partial(depth_first, before=True)
off_the_pile = partial(pre_order, last_parent_first=True)
as_pushed = partial(off_the_pile, when_pushed=True)
breadth_first = partial(as_pushed, take=deque.popleft)
every_path = partial(depth_first, is_new=lambda node: True)

def recursive(root: Any, before: bool = False) -> list[Any]:
    seen: dict[Any, None] = {}  # in the order in which they were met
    order = []

    def visit(node: Any) -> None:
        seen[node] = None
        for parent in node.parents:
            if parent not in seen:
                visit(parent)
        order.append(node)

    visit(root)
    return list(seen) if before else order

def _recursive_further(root: Any) -> list[Any]:
    sys.setrecursionlimit(20_000)
    return recursive(root)

def _searching_lists(root: Any) -> list[Any]:
    seen: list[Any] = []
    return depth_first(root, is_new=_first_time(seen, seen.append))

def kahn(
    root: Any, take: Callable[[Any], Any] = deque.pop, uses_in: Callable[[Any], Any] = lambda node: node.parents
) -> list[Any]:
    """List the nodes by counting their uses, those that `uses_in` finds in a node, from the root on."""
    uses = Counter(parent for node in topological_order(root) for parent in uses_in(node))
    order, ready = [], deque([root])
    while ready:
        node = take(ready)
        order.append(node)
        for parent in node.parents:
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    return order[::-1]

def of_large_graphs(using: Callable[[_Order], Any]) -> Table:
    """Return what goes wrong only where graphs are large; ``using(order)`` is the answer that lists nodes like that."""
    return {
        "recursion": (using(recursive),
            "Right, until the graph is deep: your function calls itself once for each node on the way down, and Python "
            "allows about a thousand calls within one another. Keep the nodes that wait in a list of your own."),
        "recursion, limit raised": (using(_recursive_further),
            "Raising the limit moves the end further away: a loop over data makes graphs deeper than that. Keep the "
            "nodes that wait in a list of your own."),
        "searches lists": (using(_searching_lists),
            "Right, but slow where graphs are large: to find out whether a node was met, it is compared with all the "
            "others. That is what `in` does on a list; in a set or a dict it takes one look."),
    }
