"""`backward(root)`: fill the gradients of root and of all nodes that it comes from."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd_lab.engine import topological_order
from autograd_lab.exercises.reverse_mode import orders
from autograd_lab.exercises.reverse_mode.nodes import LONG, Graph, over_graphs
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes

TOO_EARLY = (
    "A node that is used more than once was asked before everything had arrived; what came later was never sent on. Go "
    "through a topological order from the back."
)

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    def work(graph: Graph) -> Generator[Step, None, bool]:
        gradients = graph.gradients()
        answer(graph.root)
        grads, truth = [node.grad for node in graph.nodes], [gradients.get(node, 0.0) for node in graph.nodes]
        if len(grads) <= 50:
            yield f"{graph.words}: the gradients", grads
        else:
            yield f"{graph.words}: the gradients of some nodes, the root first", grads[::-1][:: LONG // 2]
        yield Rule("each vjp is called at most once"), max(1, *(len(node.calls) for node in graph.nodes))
        complete = all(abs(given - right) <= 1e-9 * abs(given) for node, right in zip(graph.nodes, truth, strict=True)
                       for given in node.calls)
        yield Rule("each vjp is called with its node's complete gradient"), complete
        return max(abs(grad - right) for grad, right in zip(grads, truth, strict=True)) < 1e-6

    def on_chain(nodes: list[Any]) -> float:
        """Return the largest error of a gradient."""
        answer(nodes[-1])
        grads = np.array([node.grad for node in reversed(nodes)], float)
        return float(np.max(np.abs(grads - np.cumprod([1.0] + [node.slope for node in nodes[:0:-1]]))))

    yield from over_graphs(work, on_chain, 0.0, draw)

def _back(node: Any, grad: float) -> Iterable[tuple[Any, float]]:
    """Pair each parent with what goes back to it."""
    return zip(node.parents, node.vjp(grad), strict=True)

def _swept(
    order: Callable[[Any], Iterable[Any]] = lambda root: reversed(topological_order(root)),
    seed: Callable[[Any], float] = lambda root: 1.0,
    back: Callable[[Any, float], Iterable[tuple[Any, float]]] = _back,
) -> Callable[[Any], None]:
    """Return a backward that goes through the nodes in that order, begins with that gradient, and adds those pairs."""
    def backward(root: Any) -> None:
        root.grad = seed(root)
        for node in order(root):
            for parent, grad in back(node, node.grad):
                parent.grad += grad
    return backward

RIGHT = _swept()

def _losing(lost: Callable[[Any, Any], bool]) -> Callable[[Any], None]:
    """Return a backward that clears some gradients in the end; ``lost(node, root)`` says which."""
    def backward(root: Any) -> None:
        RIGHT(root)
        for node in topological_order(root):
            if lost(node, root):
                node.grad = 0.0
    return backward

def _overwriting(root: Any) -> None:
    root.grad = 1.0
    for node in reversed(topological_order(root)):
        for parent, grad in _back(node, node.grad):
            parent.grad = grad

def _per_use(overwriting: bool) -> Callable[[Any], None]:
    """Return a backward that sends every contribution on by itself."""
    def backward(root: Any) -> None:
        waiting = [(root, 1.0)]
        while waiting:
            node, grad = waiting.pop()
            node.grad = grad if overwriting else node.grad + grad
            waiting.extend(reversed(list(_back(node, grad))))
    return backward

def _per_use_recursive(root: Any, grad: float = 1.0) -> None:
    root.grad += grad
    for parent, back in _back(root, grad):
        _per_use_recursive(parent, back)

def _as_met(root: Any) -> None:
    root.grad = 1.0
    met = set()

    def ask(node: Any) -> None:
        met.add(node)
        for parent, back in _back(node, node.grad):
            parent.grad += back
            if parent not in met:
                ask(parent)

    ask(root)

EXERCISE = Exercise(
    name="reverse_mode.backward",
    probe=probe,
    reference=RIGHT,
    alternatives=(
        _swept(order=lambda root: reversed(orders.kahn(root, take=deque.popleft))),
        _swept(order=lambda root: [node for node in orders.kahn(root)[::-1] if node.parents]),
    ),
    mistakes=mistakes(orders.of_large_graphs(lambda order: _swept(order=lambda root: reversed(order(root)))) | {
        "overwritten": (_overwriting,
            "What arrives is put in the place of what was there: where a node is used twice, one contribution is lost. "
            "Look at your `=`."),
        "too early": (_swept(order=orders.pre_order),
            f"{TOO_EARLY} Depth first, each node as soon as it is met, is no such order."),
        "too early, last parent first": (_swept(order=orders.off_the_pile),
            f"{TOO_EARLY} Taking nodes off a pile, each as soon as it is met, gives no such order."),
        "too early, by recursion": (_as_met,
            f"{TOO_EARLY} And a function that calls itself for each node fails where the graph is deep."),
        "breadth-first": (_swept(order=orders.breadth_first),
            f"{TOO_EARLY} Distance from the root gives none: a node may be used by a short and by a long way."),
        "from the leaves": (_swept(order=topological_order),
            "You go through the nodes from the leaves to the root. The gradient starts at the root: the leaves have "
            "nothing to send yet when their turn comes."),
        "sent once per use": (_per_use(overwriting=False),
            "The gradients are right, but each contribution was sent on by itself, so a vjp is called once for every "
            "path that leads to its node. Add up first, and send the sum once."),
        "sent once per use, by recursion": (_per_use_recursive,
            "Each contribution is sent on by itself, so a vjp is called once for every path that leads to its node. "
            "Add up first, and send the sum once. And a function that calls itself for each node fails where the graph "
            "is deep."),
        "sent once per use, overwriting": (_per_use(overwriting=True),
            "Each contribution is sent on by itself and put in the place of what was there before: only the last path "
            "counts. Add up first, and send the sum once."),
        "the sum sent again": (_swept(order=partial(orders.off_the_pile, is_new=lambda node: True)),
            "Each time that something arrives at a node, all that it has so far is sent on once more: the first "
            "contribution counts again and again. Send once, when everything has arrived."),
        "root seeded with its value": (_swept(seed=lambda root: float(root.data)),
            "The root's gradient is its own value in yours. How fast does the root change with itself?"),
        "root not seeded": (_swept(seed=lambda root: 0.0),
            "All gradients are 0: the root was given none to begin with. How fast does the root change with itself?"),
        "unique parents": (
            _swept(back=lambda node, grad: zip(dict.fromkeys(node.parents), node.vjp(grad), strict=False)),
            "Where a node stands twice among the parents, as in x·x, half of what comes back is lost: a set or a dict "
            "keeps it once. Pair each place in `parents` with its own gradient."),
        "unique parents, the last kept": (_swept(back=lambda node, grad: dict(_back(node, grad)).items()),
            "Where a node stands twice among the parents, as in x·x, half of what comes back is lost: a dict keeps one "
            "gradient for each. Pair each place in `parents` with its own."),
        "found by index": (
            _swept(back=lambda node, grad: [(p, node.vjp(grad)[node.parents.index(p)]) for p in node.parents]),
            "Where a node stands twice among the parents, it gets the first gradient twice: `index` finds the first "
            "place. And the vjp is asked anew for each parent. Use `zip`."),
        "asked for each parent": (
            _swept(back=lambda node, grad: [(p, node.vjp(grad)[i]) for i, p in enumerate(node.parents)]),
            "The gradients are right, but the vjp is called anew for each parent. Call it once, and keep what it "
            "returns."),
        "first parents only": (_swept(back=lambda node, grad: list(_back(node, grad))[:1]),
            "Only the first parent of each node gets something. Each gets its own gradient."),
        "parents in reverse": (_swept(back=lambda node, grad: zip(node.parents[::-1], node.vjp(grad), strict=True)),
            "The gradients go to the wrong parents: they come in the order of `.parents`."),
        "the sum for each": (_swept(back=lambda node, grad: [(p, sum(node.vjp(grad))) for p in node.parents]),
            "Each parent gets the sum of what comes back from the operation. Each should get its own part."),
        "not chained": (_swept(back=lambda node, grad: _back(node, 1.0)),
            "Every vjp is asked with 1. Only the root's gradient is 1; each node passes on its own."),
        "multiplied twice": (_swept(back=lambda node, grad: [(p, grad * part) for p, part in _back(node, grad)]),
            "What the vjp returns is multiplied by the node's gradient once more. The vjp has done that already."),
        "one generation": (_swept(order=lambda root: [root]),
            "Only the root's own parents get something. Go on from them, down to the leaves."),
        "leaves left out": (_swept(back=lambda node, grad: [(p, part) for p, part in _back(node, grad) if p.parents]),
            "The leaves get nothing. They send nothing on, but they are what the gradients are wanted for."),
        "cleared after sending": (_losing(lambda node, root: bool(node.parents)),
            "The leaves are right, and the others have lost their gradients: they should keep them."),
        "cleared between root and leaves": (_losing(lambda node, root: node.parents and node is not root),
            "The nodes between root and leaves have lost their gradients: they should keep them."),
        "root left out": (_losing(lambda node, root: node is root),
            "All is right but the root's own gradient, which is still 0. How fast does the root change with itself?"),
        "not stored": (_losing(lambda node, root: True),
            "The nodes' `.grad` is as it was before, even the root's. Whatever you computed, put it on the nodes."),
    }, returns=False),
    hints=(
        "What is the root's gradient? When may a node send its own on? What happens where two contributions meet?",
        "root.grad = 1.0; then the nodes of the topological order from the back; each calls its vjp once and adds to "
        "its parents' gradients.",
        "for node in reversed(order): for parent, grad in zip(node.parents, node.vjp(node.grad)): parent.grad += grad",
    ),
    section="The sweep",
    notice="The sweep took one call of each vjp, for all inputs together.",
    seconds=5.0,
)
