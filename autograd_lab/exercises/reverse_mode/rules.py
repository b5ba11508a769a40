"""What the exercises on the rule of one operation share: a right rule by the engine, and probes for floats."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd_lab.engine import Value
from autograd_lab.grading.exercise import Draw, Probe
from autograd_lab.grading.probes import Case, over

RULES = "One rule for each operation"

def by_value(operation: Callable[..., Value], inputs: int) -> Callable[..., Any]:
    """Return the vjp of an operation of the first so many arguments, as the engine's Value computes it."""
    def vjp(grad: float, *numbers: float) -> Any:
        leaves = [Value(number) for number in numbers[:inputs]]
        operation(*leaves, *numbers[inputs:]).backward()
        back = tuple(grad * leaf.grad for leaf in leaves)
        return back if inputs > 1 else back[0]
    return vjp

def of_one(parts: Iterable[tuple[float, float]], places: Iterable[float]) -> Probe:
    """Return the probe of a rule for one float x: from those parts of the line, low to high, and at some places."""
    def cases(draw: Draw) -> Iterator[Case]:
        drawn = [(sign * draw.number(0.4, 2.0), draw.number(*part)) for part in parts for sign in (1, -1)]
        same = draw.number(0.3, 0.8)
        drawn += [(grad, x) for grad in (1.0, 0.0, -2.5, 30.0) for x in (same, -same)]
        for grad, x in drawn:
            yield f"grad = {grad:.3f}, x = {x:.3f}", (grad, x)
        for x in places:
            grad = draw.signed(0.4, 2.0)
            yield f"grad = {grad:.3f}, x = {x:g}", (grad, x), 1.0
    return over(cases)

def of_two(zero_y: bool) -> Probe:
    """Return the probe of a rule for two floats; whether the second may be 0."""
    def cases(draw: Draw) -> Iterator[Case]:
        def size() -> float:
            return draw.signed(0.4, 2.0)

        for grad in (size(), size(), 1.0, 0.0, size(), size(), 1.0, 0.0):
            x, y = size(), size()
            yield f"grad = {grad:.3f}, x = {x:.3f}, y = {y:.3f}", (grad, x, y)
        grad, x, small = size(), size(), 1e-4 * size()
        yield "x and y the same", (grad, x, x)
        yield "the same with another grad", (2 * grad + 1, x, x)
        yield "x = 0", (grad, 0.0, x)
        if zero_y:
            yield "y = 0", (grad, x, 0.0)
        yield "y small", (grad, x, small), 8.0 if zero_y else abs(grad * x / small**2)
        yield "large numbers", (grad, 300 * x, 7 * x + 1), 5000.0
    return over(cases, scale=8.0)
