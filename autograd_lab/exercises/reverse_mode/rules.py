"""What the exercises on the rule of one operation share: a right rule by the engine, and probes for floats."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd_lab.engine import Value
from autograd_lab.grading.exercise import Draw, Probe, Step
from autograd_lab.grading.probes import walk

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
    def probe(answer: Any, draw: Draw) -> Iterator[Step]:
        cases = [(sign * draw.number(0.4, 2.0), draw.number(*part)) for part in parts for sign in (1, -1)]
        same = draw.number(0.3, 0.8)
        cases += [(grad, x) for grad in (1.0, 0.0, -2.5, 30.0) for x in (same, -same)]
        apart = [(draw.signed(0.4, 2.0), x) for x in places]
        yield from walk(answer, [
            *((f"grad = {grad:.3f}, x = {x:.3f}", (grad, x)) for grad, x in cases),
            *((f"grad = {grad:.3f}, x = {x:g}", (grad, x), 1.0) for grad, x in apart),
        ])
    return probe

def of_two(zero_y: bool) -> Probe:
    """Return the probe of a rule for two floats; whether the second may be 0."""
    def probe(answer: Any, draw: Draw) -> Iterator[Step]:
        def size() -> float:
            return draw.signed(0.4, 2.0)

        cases = [(gradient, size(), size()) for gradient in (size(), size(), 1.0, 0.0, size(), size(), 1.0, 0.0)]
        gradient, x, small = size(), size(), 1e-4 * size()
        yield from walk(answer, [
            *((f"grad = {grad:.3f}, x = {x:.3f}, y = {y:.3f}", (grad, x, y), 8.0) for grad, x, y in cases),
            ("x and y the same", (gradient, x, x), 8.0),
            ("the same with another grad", (2 * gradient + 1, x, x), 8.0),
            ("x = 0", (gradient, 0.0, x), 8.0),
            *([("y = 0", (gradient, x, 0.0), 8.0)] if zero_y else []),
            ("y small", (gradient, x, small), 8.0 if zero_y else abs(gradient * x / small**2)),
            ("large numbers", (gradient, 300 * x, 7 * x + 1), 5000.0),
        ])
    return probe
