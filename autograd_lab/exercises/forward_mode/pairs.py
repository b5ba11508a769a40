"""Rules for pairs of a value and its tangent, on floats, as ``rule(x, dx, y, dy)``: right ones, wrong ones, a probe.

A number without a tangent behind it, such as the n of a power, stands still.
"""

from collections.abc import Callable, Iterator
from typing import Any

from autograd_lab.engine import Dual
from autograd_lab.grading.exercise import Draw, Probe
from autograd_lab.grading.probes import Case, over

RULES = "Rules for pairs"
Rule = Callable[..., tuple[float, float]]

def by_dual(operation: Callable[..., Any]) -> Rule:
    """Return the rule that the engine's Dual follows."""
    def rule(*numbers: float) -> tuple[float, float]:
        pairs = [Dual(numbers[i], numbers[i + 1]) for i in range(0, len(numbers) - 1, 2)]
        result = operation(*pairs, *numbers[2 * len(pairs):])
        return float(result.value), float(result.tangent)
    return rule

def beside_the_value(rule: Rule) -> Callable[[Callable[..., float]], Rule]:
    """Return what makes a rule of a wrong tangent: the value is the right one."""
    return lambda tangent: lambda *numbers: (rule(*numbers)[0], tangent(*numbers))

def probe_of_two(y_may_be_zero: bool) -> Probe:
    """Return the probe of a rule for two pairs, both of which may move."""
    def cases(draw: Draw) -> Iterator[Case]:
        def number() -> float:
            return draw.signed(0.4, 2.0)

        for dx, dy, words in ((number(), number(), "both moving"), (number(), 0.0, "y still"),
                              (0.0, number(), "x still"), (1.0, 1.0, "both moving alike"), (0.0, 0.0, "both still")):
            for x, y in ((number(), number()), (number(), number())):
                yield f"x = {x:.3f}, y = {y:.3f}, {words}", (x, dx, y, dy)
        dx, dy, small = number(), number(), 1e-4 * number()
        yield "x and y the same", (y, dx, y, dy)
        yield "the same again with other tangents", (y, 2 * dy, y, dx / 2)
        yield "x = 0", (0.0, dx, y, dy)
        if y_may_be_zero:
            yield "y = 0", (x, dx, 0.0, dy)
        yield "y small", (x, dx, small, dy), 8.0 if y_may_be_zero else abs(x * dy / small**2)
        yield "large numbers", (300 * x, dx, 7 * y, dy), 5000.0
    return over(cases, scale=8.0)
