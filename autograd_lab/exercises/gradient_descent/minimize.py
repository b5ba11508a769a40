"""`minimize(f, start, lr, momentum, steps)`: the whole path of a heavy ball down a function of one tensor."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_descent.rules import hessian_of, momentum, nesterov
from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.slips import mistakes, of_pieces, without
from autograd_lab.grading.update_rules import HEAVY_BALL_SLIPS, heavy_ball, heavy_ball_step, new_velocity

Function = Callable[[Tensor], Tensor]

def _bowl(draw: Draw, *eigenvalues: float) -> Function:
    hessian, middle = hessian_of(draw, *eigenvalues), draw.tensor(len(eigenvalues))
    return lambda x: 0.5 * (x - middle) @ hessian @ (x - middle)

def _rosenbrock(x: Tensor) -> Tensor:
    return (1 - x[0]) ** 2 + 5 * (x[1] - x[0] ** 2) ** 2

def _waves(x: Tensor) -> Tensor:
    return torch.sin(x).sum() + 0.3 * x.square().sum() + x[0] * x[-1]

def _graph_behind(x: Any, most: int = 50) -> int:
    """Return how many nodes of autograd's graph lie behind a tensor, at most `most`."""
    waiting, seen = [getattr(x, "grad_fn", None)], 0
    while waiting and seen < most:
        node = waiting.pop()
        if node is not None:
            seen += 1
            waiting += [before for before, _ in node.next_functions]
    return seen

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    a, b = (_bowl(draw, *(draw.number(0.3, 3.0) for _ in range(d))) for d in (2, 3))
    cases: tuple[tuple[str, Function, int, float, float, int], ...] = (
        ("a bowl", a, 2, 0.2, 0.5, 1),
        ("a bowl", a, 2, draw.number(0.1, 0.3), draw.number(0.3, 0.9), 6),
        ("a bowl", b, 3, 0.15, draw.number(0.3, 0.9), 4),
        ("no step at all", a, 2, 0.2, 0.5, 0),
        ("momentum 0", b, 3, draw.number(0.1, 0.3), 0.0, 3),
        ("Rosenbrock's valley", _rosenbrock, 2, 0.004, 0.8, 5),
        ("waves", _waves, 1, 0.3, 0.6, 4),
        ("waves", _waves, 4, 0.2, 0.7, 9),
        ("a round bowl, down to rest", lambda x: 0.5 * x.dot(x), 2, 0.6, 0.1, 105),  # a third is left at each step
        ("a bowl again", a, 2, 0.25, 0.6, 3),
    )
    kept: list[tuple[Any, Any]] = []
    for name, f, d, lr, mu, steps in cases:
        start, graphs = draw.tensor(d), list[int]()
        before = start.clone()
        def watched(x: Tensor, f: Function = f, graphs: list[int] = graphs) -> Tensor:
            graphs.append(_graph_behind(x))
            return f(x)
        path = answer(watched, start, lr, mu, steps)
        yield f"{name}, {d} numbers, {steps} steps", path, float(before.abs().max())
        yield Rule("`start` is left where it was"), torch.equal(start.detach(), before)
        yield Rule("`start` is not made to require grad"), not start.requires_grad and start.grad is None
        yield Rule("the path doesn't require grad"), not getattr(path, "requires_grad", False)
        grows = len(graphs) > 2 and graphs[-1] > graphs[1]
        yield Rule("what `f` is given drags no graph of earlier steps behind it"), not grows
        kept.append((path, freeze(path)))
        start.data.add_(1000.0)
    stays = all(same(then, freeze(path), 0.0) for path, then in kept)
    yield Rule("the path shares no memory with `start`, nor with an earlier path"), stays

def _slope(f: Function, x: Tensor) -> Tensor:
    tracked = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(tracked), tracked)[0]

def _descent(
    rule: Callable[..., Any] = heavy_ball_step, result: Callable[[list[Tensor]], Any] = torch.stack,
    first: Callable[[Function, Tensor], Tensor] = lambda f, start: torch.zeros_like(start),
    at: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda x, start, carried: x,
) -> Callable[..., Any]:
    """Return an answer with another rule, result, first velocity, or place at which the slope is taken.

    `at` gets the point, the start, and what the velocity alone will take off the point next.
    """
    def minimize(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Any:
        x, velocity = start.clone(), first(f, start)
        path = [x]
        for _ in range(steps):
            x, velocity = rule(x, _slope(f, at(x, start, lr * momentum * velocity)), velocity, lr, momentum)
            path.append(x)
        return result(path)
    return minimize

_RIGHT = _descent(momentum)

def _accumulating(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
    x, velocity = start.clone().requires_grad_(), torch.zeros_like(start)
    path = [start.clone()]
    for _ in range(steps):
        f(x).backward()  # type: ignore[no-untyped-call]
        velocity = momentum * velocity + x.grad  # type: ignore[operator]
        x.data = x.data - lr * velocity
        path.append(x.detach().clone())
    return torch.stack(path)

def _tracked(leave: bool, detach: bool = True, own: bool = True) -> Callable[..., Tensor]:
    """Return an answer that tracks all its steps; `own` makes a start of its own, `leave` detaches each point."""
    def minimize(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
        x = start.clone().requires_grad_() if own else start.requires_grad_()
        path, velocity = [x], torch.zeros_like(start).detach()
        for _ in range(steps):
            velocity = momentum * velocity + torch.autograd.grad(f(x), x)[0]
            x = x - lr * velocity
            if leave:
                x = x.detach().requires_grad_()
            path.append(x)
        return torch.stack(path).detach() if detach else torch.stack(path)
    return minimize

def _moving(own: bool, copied: bool) -> Callable[..., Tensor]:
    """Return an answer that moves one tensor in place: start itself, or its own copy; `copied` keeps each point."""
    def minimize(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
        x, velocity = start.clone() if own else start, torch.zeros_like(start)
        path = [x.clone() if copied else x]
        for _ in range(steps):
            velocity = momentum * velocity + _slope(f, x)
            x -= lr * velocity
            path.append(x.clone() if copied else x)
        return torch.stack(path)
    return minimize

def _into_zeros(path: list[Tensor], begin: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    rows = torch.zeros(len(path), len(path[0]), dtype=dtype)
    for k, x in enumerate(path[begin:], begin):
        rows[k] = x
    return rows

_RESULTS = of_pieces(lambda result: _descent(result=result), {
    "start left out": (lambda path: torch.stack(path[1:]) if path[1:] else torch.empty(0, len(path[0])),
        "There is one row too few: row 0 is the start."),
    "start left out, no steps": (lambda path: torch.stack(path[1:]),
        "There is one row too few: row 0 is the start. (So with no steps there is nothing to stack.)"),
    "the last point left out": (lambda path: torch.stack(path)[:-1],
        "There is one row too few: the point after the last step is missing."),
    "only the last point": (lambda path: path[-1], "Only the last point came back. The whole path is asked for."),
    "row 0 left at zero": (lambda path: _into_zeros(path, begin=1), "Row 0 is all zeros. It is the start."),
    "the path in float32": (lambda path: _into_zeros(path, dtype=torch.float32),
        "The path is in float32: `torch.zeros` makes that unless told otherwise. Give it start's dtype."),
    "points as columns": (lambda path: torch.stack(path, 1),
        "The points stand in columns. Row k is the point after k steps."),
    "one long row": (torch.cat,
        "All points lie in one long row: `torch.cat` joins end to end, `torch.stack` makes rows."),
    "start twice": (lambda path: torch.stack([path[0], *path[:-1]]),
        "Every row is one step late: the start stands in row 0 and in row 1."),
})

# Where the first velocity is 0 and all else follows from it, some slips of a single step are right, or alike.
_FORMULAS = without(
    {name: (_descent(heavy_ball(velocity, move)), because) for name, velocity, move, because in HEAVY_BALL_SLIPS},
    "learning rate in the buffer", "velocity pointing downhill", "minus in the velocity",
    "gradient subtracted in the velocity", "plain gradient step", "momentum ignored",
)

EXERCISE = Exercise(
    name="gradient_descent.minimize",
    probe=probe,
    reference=_RIGHT,
    alternatives=(_descent(), _descent(result=_into_zeros), _tracked(leave=True)),
    mistakes=mistakes({
        "gradients accumulate": (_accumulating,
            "The gradients of all steps add up: `backward` adds to `.grad`. Clear it, or use `torch.autograd.grad`."),
        "the graph grows": (_tracked(leave=False),
            "The path is right, but each point remembers the computation of all points before it, and more memory goes "
            "at every step. Detach the new point, and track it anew."),
        "the path requires grad": (_tracked(leave=True, detach=False),
            "The path is right, but it requires grad. Detach it."),
        "the graph grows, and the path requires grad": (_tracked(leave=False, detach=False),
            "The path is right, but all steps hang in one graph, and the path requires grad. Detach each new point."),
        "start tracked": (_tracked(leave=True, own=False),
            "The path is right, but you make the caller's `start` require grad. Track a copy."),
        "start tracked, the path requires grad": (_tracked(leave=True, own=False, detach=False),
            "The path is right, but it requires grad, and so does the caller's `start` now. Track a copy, and detach."),
        "start moved": (_moving(own=False, copied=True),
            "The path is right, but you move the caller's `start`. Begin with a copy: `start.clone()`."),
        "rows that are one tensor": (_moving(own=True, copied=False),
            "All rows are the last point: you move one tensor in place, and keep the same one each time. Keep copies."),
        "start moved, rows that are one tensor": (_moving(own=False, copied=False),
            "All rows are the last point, and the caller's `start` has moved: you move `start` itself in place, and "
            "keep that same tensor each time. Begin with a copy, and keep copies."),
        "a step too many": (lambda f, start, lr, mu, steps: _RIGHT(f, start, lr, mu, steps + 1),
            "There is one row too many: you take steps + 1 steps."),
        "velocity begun with the gradient": (_descent(first=_slope),
            "Your velocity begins with the gradient at the start, which the first step adds again. It begins at 0."),
        "damped, but for the first step": (
            _descent(heavy_ball(lambda g, b, lr, mu: mu * b + (1 - mu if b.any() else 1) * g)),
            "After the first step you multiply the gradient by 1 − momentum (torch's `dampening`). It enters in full."),
        "the gradient ahead": (_descent(at=lambda x, start, carried: x - carried),
            "You take the gradient at the point to which the velocity would carry you, as in textbooks' Nesterov. The "
            "rule of `momentum_step` takes it where you stand."),
        "the gradient at start": (_descent(at=lambda x, start, carried: start),
            "You take the gradient at the start each time. It is needed where you stand."),
        "velocity begun anew": (_descent(lambda p, g, v, lr, mu: (p - lr * g, v)),
            "The velocity is 0 at the beginning of every step, so momentum has no effect. Keep it for the next step."),
        "Nesterov": (_descent(nesterov), "That is Nesterov's form. The rule of `momentum_step` is asked for."),
        "uphill": (_descent(heavy_ball(new_velocity, lambda p, v, g, b, lr, mu: p + lr * v)),
            "You climb: the param moves with the gradient. Subtract."),
    } | _RESULTS | _FORMULAS),
    hints=(
        "A loop of `steps` rounds. What has to be known at its beginning, and what must be kept from round to round?",
        "In each round: a tracked copy of the point, f of it, its gradient by `torch.autograd.grad`, then the two "
        "lines of `momentum_step`.",
        "`x = x.detach().requires_grad_()`, `(grad,) = torch.autograd.grad(f(x), x)`, then `momentum_step`; append the "
        "new point to a list that begins with a copy of start, and `torch.stack` it.",
    ),
    section="The whole descent",
    notice="Each step tracks one point only: its graph is dropped when the gradient is there.",
)
