"""The order in which gradients can be sent back: every node before the nodes that it was computed from."""

from typing import Any


def topological_order(root: Any) -> list[Any]:
    """Return every node that can be reached from `root`, each once and after all of its parents, `root` last.

    Parameters
    ----------
    root : node
        Anything with ``.parents``, a tuple of nodes; nodes are told apart by identity.

    Notes
    -----
    Depth first, without recursion: graphs are deeper than Python's stack. The time and the memory grow in proportion
    to the number of edges.
    """
    order: list[Any] = []
    seen = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node is None:  # all that was computed before the node below has been listed
            order.append(waiting.pop())
        elif node not in seen:
            seen.add(node)
            waiting += (node, None, *node.parents)
    return order
