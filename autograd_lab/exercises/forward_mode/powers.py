"""Powers with a constant exponent: where a rule for them is looked at, and a power that is defined everywhere."""

from collections.abc import Iterator

from autograd_lab.grading.exercise import Draw


def powers(draw: Draw) -> Iterator[tuple[str, float, float]]:
    """Yield words, x and n for which xⁿ has a slope; the last three with the same x."""
    n: float
    for n in (3, 2, 1, 0, -1, -2, 5, 4):
        yield "", draw.signed(0.4, 2.0), n
    for n in (2, 4, -1, 2.0, 3.0):
        yield "x negative: ", draw.number(-2.0, -0.5), n
    for n in (0.5, -0.5, 2.5, 1.5, 0.25, 3.5, 3.0, 0.0, 1.0):
        yield "x positive: ", draw.number(0.3, 2.0), n
    for n in (3, 2, 1, 0):
        yield "", 0.0, n
    x = draw.signed(0.4, 2.0)
    for n in (3, 2, -1):
        yield "the same x: ", x, n

def power(x: float, n: float) -> float:
    """Return x to the power n, and 0 where Python refuses."""
    return float(x**n) if x or n >= 0 else 0.0
