"""The exercises of lesson 02, `forward_mode`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Dual
from autograd_lab.grading.exercise import NOTHING_RETURNED, Draw, Exercise, Mistake, Rule, Step

RULES = "Rules for pairs"


def _size(pair: Any) -> float:
    """Return the largest magnitude in a pair of value and tangent, for the tolerance."""
    return max(abs(float(number)) for number in pair)


# Products, quotients, powers and tanh: a pair of floats each


def _moving(draw: Draw) -> Iterator[tuple[str, float, float]]:
    """Yield tangents: both move, only one does, or none."""
    yield "both moving", draw.signed(0.4, 2.0), draw.signed(0.4, 2.0)
    yield "y still", draw.signed(0.4, 2.0), 0.0
    yield "x still", 0.0, draw.signed(0.4, 2.0)
    yield "both moving alike", 1.0, 1.0
    yield "both still", 0.0, 0.0


def _probe_binary(answer: Any, draw: Draw, zeros: bool) -> Iterator[Step]:
    x, y = draw.signed(0.4, 2.0), draw.signed(0.4, 2.0)
    for words, dx, dy in _moving(draw):
        for place in (f"x = {x:.3f}, y = {y:.3f}", "other numbers"):
            yield f"{place}, {words}", answer(x, dx, y, dy), 8.0
            x, y = draw.signed(0.4, 2.0), draw.signed(0.4, 2.0)
    dx, dy = draw.signed(0.4, 2.0), draw.signed(0.4, 2.0)
    yield "x and y the same", answer(y, dx, y, dy), 8.0
    yield "the same again with other tangents", answer(y, 2 * dy, y, dx / 2), 8.0
    yield "x = 0", answer(0.0, dx, y, dy), 8.0
    if zeros:
        yield "y = 0", answer(x, dx, 0.0, dy), 8.0
    small = 1e-4 * y
    yield "y small", answer(x, dx, small, dy), 8.0 if zeros else abs(x * dy / small**2)
    yield "large numbers", answer(300 * x, dx, 7 * y, dy), 5000.0
    first = answer(x, dx, y, dy)
    answer(3 * x, dx, y, 2 * dy)
    yield "a result kept while another is computed", first, 8.0


def probe_mul(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from _probe_binary(answer, draw, zeros=True)


def probe_div(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from _probe_binary(answer, draw, zeros=False)


def _by_dual(operation: Callable[..., Any]) -> Callable[..., tuple[float, float]]:
    """Return the rule that the engine's Dual follows."""

    def rule(*numbers: float) -> tuple[float, float]:
        pairs = [Dual(numbers[i], numbers[i + 1]) for i in range(0, len(numbers) - 1, 2)]
        result = operation(*pairs, *numbers[2 * len(pairs) :])
        return float(result.value), float(result.tangent)

    return rule


def _wrong_tangents(
    value: Callable[..., float], table: dict[str, tuple[Callable[..., float], str]]
) -> tuple[Mistake, ...]:
    """Make a mistake of each wrong tangent, beside the right value."""

    def mistaken(tangent: Callable[..., float]) -> Callable[..., tuple[float, float]]:
        return lambda *numbers: (value(*numbers), tangent(*numbers))

    return tuple(Mistake(name, mistaken(tangent), because) for name, (tangent, because) in table.items())


DUAL_MUL = Exercise(
    name="forward_mode.dual_mul",
    probe=probe_mul,
    reference=_by_dual(lambda x, y: x * y),
    alternatives=(
        lambda x, dx, y, dy: [x * y, y * dx + x * dy],
        lambda x, dx, y, dy: (math.prod((x, y)), math.fsum((dy * x, y * dx))),
        lambda x, dx, y, dy: np.array([[x, 0.0], [dx, x]]) @ np.array([y, dy]),
    ),
    mistakes=(
        *_wrong_tangents(
            lambda x, dx, y, dy: x * y,
            {
                "product of tangents": (
                    lambda x, dx, y, dy: dx * dy,
                    "Your tangent is the product of the two tangents. Hold y still, dy = 0: then yours says that the "
                    "product doesn't change at all, although x moves.",
                ),
                "sum of tangents": (
                    lambda x, dx, y, dy: dx + dy,
                    "That is how a sum changes. In a product the movement of one factor counts as often as the other "
                    "factor says.",
                ),
                "only x moves": (
                    lambda x, dx, y, dy: dx * y,
                    "You let only x move. y has a tangent too, and its movement changes the product.",
                ),
                "only y moves": (
                    lambda x, dx, y, dy: x * dy,
                    "You let only y move. x has a tangent too, and its movement changes the product.",
                ),
                "own factors": (
                    lambda x, dx, y, dy: x * dx + y * dy,
                    "Each tangent stands with its own number. Ask what the product does when only x moves: how much it "
                    "changes depends on the size of y.",
                ),
                "minus": (
                    lambda x, dx, y, dy: dx * y - x * dy,
                    "A minus stands between the two parts: that is the numerator of the quotient's rule. In a product "
                    "both movements add.",
                ),
                "minus, turned round": (
                    lambda x, dx, y, dy: x * dy - dx * y,
                    "The two parts are subtracted. In a product both movements add.",
                ),
                "second order kept": (
                    lambda x, dx, y, dy: dx * y + x * dy + dx * dy,
                    "There is a third part, dx · dy. That is how far the product comes in a whole unit of time; its "
                    "rate of change at this moment has only the first two.",
                ),
                "slopes without tangents": (
                    lambda x, dx, y, dy: x + y,
                    "You add the slopes, y and x, and the tangents don't count: every slope has to be multiplied by "
                    "how fast its operand moves.",
                ),
                "as if x and y were one": (
                    lambda x, dx, y, dy: 2 * x * dx,
                    "That is the rule of a square, x · x. Here the factors are two numbers with two tangents.",
                ),
                "halved": (
                    lambda x, dx, y, dy: (dx * y + x * dy) / 2,
                    "Your tangent is half of what it should be: the two parts are added, not averaged.",
                ),
                "all multiplied": (
                    lambda x, dx, y, dy: dx * y * x * dy,
                    "You multiply the two parts. Both movements reach the product, so they add.",
                ),
                "tangent always 0": (
                    lambda x, dx, y, dy: 0.0,
                    "Your tangent is 0 whatever moves. A product changes when one of its factors does.",
                ),
                "the value twice": (
                    lambda x, dx, y, dy: x * y,
                    "The second number is the product again. It should say how fast the product changes.",
                ),
            },
        ),
        Mistake(
            "order swapped",
            lambda x, dx, y, dy: (dx * y + x * dy, x * y),
            "The two numbers are right and stand the wrong way round: the value comes first, then the tangent.",
        ),
        Mistake(
            "only the tangent",
            lambda x, dx, y, dy: dx * y + x * dy,
            "Only the tangent came back. The value of the product is needed too: return both.",
        ),
        Mistake(
            "only the value",
            lambda x, dx, y, dy: x * y,
            "Only the value came back. Return the tangent as well.",
        ),
        Mistake(
            "value is a sum",
            lambda x, dx, y, dy: (x + y, dx + dy),
            "That is the sum of two dual numbers, value and tangent. Here they are multiplied.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Let only x move: how fast does x · y change? Then only y. Then both.",
        "The product rule: the tangent is dx · y + x · dy.",
        "Return a pair: `x * y`, and the sum of `dx * y` and `x * dy`.",
    ),
    section=RULES,
    notice="With dx = 1 and dy = 0 the tangent is y: the partial derivative of x · y in x.",
)


DUAL_DIV = Exercise(
    name="forward_mode.dual_div",
    probe=probe_div,
    reference=_by_dual(lambda x, y: x / y),
    alternatives=(
        lambda x, dx, y, dy: (x / y, (dx - x / y * dy) / y),
        lambda x, dx, y, dy: (x / y, dx / y - x * dy / (y * y)),
        lambda x, dx, y, dy: np.array([x / y, (dx * y - x * dy) * y**-2.0]),
    ),
    mistakes=(
        *_wrong_tangents(
            lambda x, dx, y, dy: x / y,
            {
                "minus swapped": (
                    lambda x, dx, y, dy: (x * dy - dx * y) / y**2,
                    "The size is right and the sign is wrong: when x grows and y stays, x / y grows with it for a "
                    "positive y.",
                ),
                "plus for minus": (
                    lambda x, dx, y, dy: (dx * y + x * dy) / y**2,
                    "You add the two parts. A growing divisor makes a positive quotient smaller.",
                ),
                "divisor not squared": (
                    lambda x, dx, y, dy: (dx * y - x * dy) / y,
                    "The numerator is right. Check the divisor with dy = 0: x / y then changes by dx / y, and yours "
                    "says dx.",
                ),
                "divided by x squared": (
                    lambda x, dx, y, dy: (dx * y - x * dy) / x**2 if x else math.inf,
                    "You divide by the square of x. It is the divisor, y, that is squared.",
                ),
                "not divided": (
                    lambda x, dx, y, dy: dx * y - x * dy,
                    "The numerator is right, and the division by y² is missing.",
                ),
                "quotient of tangents": (
                    lambda x, dx, y, dy: dx / dy if dy else math.inf,
                    "You divide one tangent by the other. With a still divisor, dy = 0, that has no value at all, "
                    "although x / y changes quite smoothly.",
                ),
                "only x moves": (
                    lambda x, dx, y, dy: dx / y,
                    "You let only x move. When y moves, the quotient changes as well.",
                ),
                "only y moves": (
                    lambda x, dx, y, dy: -x * dy / y**2,
                    "You let only y move. When x moves, the quotient changes as well.",
                ),
                "x lost": (
                    lambda x, dx, y, dy: dx / y - dy / y**2,
                    "The second part is that of 1 / y. Here x is divided, so x belongs into it.",
                ),
                "second part not squared": (
                    lambda x, dx, y, dy: dx / y - x * dy / y,
                    "The first part is right. In the second, y stands to a higher power: differentiate x · y⁻¹ in y.",
                ),
                "dx and dy swapped": (
                    lambda x, dx, y, dy: (dy * y - x * dx) / y**2,
                    "The two tangents have changed places: with dy = 0 your result still contains x · dx.",
                ),
                "factors swapped": (
                    lambda x, dx, y, dy: (dx * x - y * dy) / y**2,
                    "In the numerator each tangent stands with its own number. It should be multiplied by the other.",
                ),
                "the product's tangent": (
                    lambda x, dx, y, dy: dx * y + x * dy,
                    "That is the tangent of x · y. Here x is divided by y.",
                ),
                "tangent always 0": (
                    lambda x, dx, y, dy: 0.0,
                    "Your tangent is 0 whatever moves. A quotient changes when its parts do.",
                ),
                "precedence": (
                    lambda x, dx, y, dy: dx * y - x * dy / y**2,
                    "Only the second part is divided: the slash binds more tightly than the minus. Put the numerator "
                    "in parentheses.",
                ),
                "cubed": (
                    lambda x, dx, y, dy: (dx * y - x * dy) / y**3,
                    "You divide by y once too often.",
                ),
            },
        ),
        Mistake(
            "divided by zero tangent's square",
            lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / dy**2 if dy else math.inf),
            "You divide by the square of dy. It is the value of the divisor that is squared, not its tangent.",
        ),
        Mistake(
            "order swapped",
            lambda x, dx, y, dy: ((dx * y - x * dy) / y**2, x / y),
            "The two numbers are right and stand the wrong way round: the value comes first, then the tangent.",
        ),
        Mistake(
            "y divided by x",
            lambda x, dx, y, dy: (y / x, (dy * x - y * dx) / x**2) if x else (math.inf, math.inf),
            "You divide y by x. It is x / y that is asked for.",
        ),
        Mistake(
            "whole-number division",
            lambda x, dx, y, dy: (x // y, (dx * y - x * dy) / y**2),
            "`//` rounds the quotient down to a whole number. `/` divides.",
        ),
        Mistake(
            "only the tangent",
            lambda x, dx, y, dy: (dx * y - x * dy) / y**2,
            "Only the tangent came back. The value of the quotient is needed too: return both.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Let only x move: how fast does x / y change? Then only y: does the quotient grow or fall?",
        "The quotient rule: (dx · y − x · dy) / y².",
        "Return a pair: `x / y`, and the whole numerator in parentheses, divided by `y**2`.",
    ),
    section=RULES,
    notice="For x ≠ 0, relative rates subtract: the tangent divided by the value is dx/x − dy/y.",
)


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


def probe_pow(answer: Any, draw: Draw) -> Iterator[Step]:
    def observe(words: str, x: float, n: float) -> Step:
        dx = draw.signed(0.4, 2.0)
        scale = 1 + abs(x) ** n + abs(n * dx) * abs(x) ** (n - 1) if x else 1.0
        return f"{words}x = {x:.3f}, n = {n}", answer(x, dx, n), scale

    for words, x, n in powers(draw):
        yield observe(words, x, n)
    yield "x standing still", answer(x, 0.0, 3), 8.0
    first = answer(x, 1.0, 2)
    answer(x + 5, 1.0, 3)
    yield "a result kept while another is computed", first, 8.0


def power(x: float, n: float) -> float:
    """Return x to the power n, and 0 where Python refuses."""
    return float(x**n) if x or n >= 0 else 0.0


DUAL_POW = Exercise(
    name="forward_mode.dual_pow",
    probe=probe_pow,
    reference=_by_dual(lambda x, n: x**n),
    alternatives=(
        lambda x, dx, n: (x**n, 0.0 if n == 0 else n * dx * x ** (n - 1)),
        lambda x, dx, n: (x**n, n * x**n / x * dx if x else (dx if n == 1 else 0.0)),
        lambda x, dx, n: [math.pow(x, n), dx * (n and n * math.pow(x, n - 1))],
    ),
    mistakes=(
        *_wrong_tangents(
            lambda x, dx, n: x**n,
            {
                "power not lowered": (
                    lambda x, dx, n: n * x**n * dx,
                    "The exponent comes down as a factor, and then the power falls by one. Yours still stands at n.",
                ),
                "factor lost": (
                    lambda x, dx, n: power(x, n - 1) * dx,
                    "The power is lowered, but the exponent that comes down as a factor is missing.",
                ),
                "lowered factor": (
                    lambda x, dx, n: (n - 1) * power(x, n - 1) * dx,
                    "The factor is the old exponent, not the lowered one.",
                ),
                "dx left out": (
                    lambda x, dx, n: n * power(x, n - 1),
                    "That is the slope of the power in x. The tangent is the slope times how fast x moves.",
                ),
                "dx to the power": (
                    lambda x, dx, n: n * dx ** (n - 1) if dx > 0 or (float(n).is_integer() and dx) else 0.0,
                    "The power stands on the tangent. It belongs on the value, and the tangent is a factor.",
                ),
                "tangent to the power n": (
                    lambda x, dx, n: dx**n if dx > 0 or (float(n).is_integer() and dx) else 0.0,
                    "You raise the tangent to the power n. The tangent of a result is the slope times the tangent "
                    "of x, and x's own power decides about the slope.",
                ),
                "only the tangent of x": (
                    lambda x, dx, n: dx,
                    "The tangent of x comes back unchanged. A power stretches it by its slope.",
                ),
                "power raised": (
                    lambda x, dx, n: n * x ** (n + 1) * dx,
                    "The power has grown by one. When the exponent comes down, it falls by one.",
                ),
                "integrated": (
                    lambda x, dx, n: x ** (n + 1) / (n + 1) * dx if n != -1 else 0.0,
                    "That is the integral of the power. The derivative goes the other way.",
                ),
                "slope of the exponential": (
                    lambda x, dx, n: x**n * math.log(abs(x)) * dx if x else 0.0,
                    "A logarithm belongs to the slope in the exponent. Here the exponent is constant, and x moves.",
                ),
                "sign": (
                    lambda x, dx, n: -n * power(x, n - 1) * dx,
                    "The size is right and the sign is wrong.",
                ),
                "absolute exponent": (
                    lambda x, dx, n: abs(n) * power(x, n - 1) * dx,
                    "For negative exponents your sign is wrong: a negative exponent comes down with its minus.",
                ),
                "absolute value": (
                    lambda x, dx, n: n * (abs(x) ** (n - 1) if x or n >= 1 else 0.0) * dx,
                    "For a negative x your sign is wrong: the power of x itself is meant, not of its size.",
                ),
                "rule of the square": (
                    lambda x, dx, n: 2 * x * dx,
                    "That is right for n = 2 only. Where does the exponent come in?",
                ),
                "tangent always 0": (
                    lambda x, dx, n: 0.0,
                    "Your tangent is 0 whatever moves. A power changes when x does.",
                ),
                "precedence": (
                    lambda x, dx, n: n * power(x, n) - 1 * dx,
                    "`x**n - 1` is xⁿ minus 1: a power binds more tightly than the minus. Put the exponent in "
                    "parentheses.",
                ),
                "exponent whole": (
                    lambda x, dx, n: int(n) * power(x, n - 1) * dx,
                    "Your factor is the exponent without its fraction. n may be 0.5.",
                ),
            },
        ),
        Mistake(
            "nothing for n = 0",
            lambda x, dx, n: (x**n, n * x ** (n - 1) * dx),
            "Right where a lower power exists. But for n = 0 at x = 0 the rule asks for 0⁻¹, which Python refuses: "
            "what does x⁰ do when x moves?",
        ),
        Mistake(
            "0 at zero",
            lambda x, dx, n: (x**n, n * x ** (n - 1) * dx) if x else (0.0, 0.0),
            "At x = 0 you return 0 for both. But x⁰ is 1 there, and x¹ changes as fast as x.",
        ),
        Mistake(
            "tangent 0 at zero",
            lambda x, dx, n: (x**n, n * x ** (n - 1) * dx if x else 0.0),
            "At x = 0 your tangent is always 0. For n = 1 the power is x itself: how fast does that change?",
        ),
        Mistake(
            "order swapped",
            lambda x, dx, n: (n * power(x, n - 1) * dx, x**n),
            "The two numbers are right and stand the wrong way round: the value comes first, then the tangent.",
        ),
        Mistake(
            "only the tangent",
            lambda x, dx, n: n * power(x, n - 1) * dx,
            "Only the tangent came back. The value of the power is needed too: return both.",
        ),
        Mistake(
            "only whole powers",
            lambda x, dx, n: _by_repeated_product(x, dx, n),
            "You take n for a whole number of factors. It may also be 0.5: the power rule is the same for every n, and "
            "needs no loop.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "What is the slope of xⁿ in x? And what does x⁰ do when x moves?",
        "The tangent is n · xⁿ⁻¹ · dx. For n = 0 it is 0, without asking for a power.",
        "If n is 0, return `1.0, 0.0`. Else return `x**n` and `n * x ** (n - 1) * dx`.",
    ),
    section=RULES,
    notice="n doesn't move, so it has no tangent. If it did, a logarithm of x would come in.",
)


def _by_repeated_product(x: float, dx: float, n: float) -> tuple[float, float]:
    value, tangent = 1.0, 0.0
    for _ in range(int(n)):
        value, tangent = value * x, value * dx + tangent * x
    return value, tangent


def probe_tanh(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, low, high in (("x small", 0.1, 0.9), ("x large", 1.1, 3.0), ("x negative", -2.5, -0.2)):
        for _ in range(2):
            x, dx = draw.number(low, high), draw.signed(0.4, 2.0)
            yield f"{words}: x = {x:.3f}, dx = {dx:.3f}", answer(x, dx)
    yield "x = 4", answer(4.0, draw.signed(0.4, 2.0))
    yield "x = 0", answer(0.0, draw.signed(0.4, 2.0))
    yield "x standing still", answer(draw.number(), 0.0)
    yield "x far out", answer(draw.number(20, 25), draw.signed(0.4, 2.0)), 1.0
    yield "x farther out", answer(-800.0, draw.signed(0.4, 2.0)), 1.0
    x = draw.number(0.3, 1.0)
    first = answer(x, 1.0)
    answer(x + 1, 2.0)
    yield "a result kept while another is computed", first


DUAL_TANH = Exercise(
    name="forward_mode.dual_tanh",
    probe=probe_tanh,
    reference=_by_dual(lambda x: x.tanh()),
    alternatives=(
        lambda x, dx: (math.tanh(x), dx * (1 - math.tanh(x)) * (1 + math.tanh(x))),
        lambda x, dx: (np.tanh(x), (1 - np.tanh(x) ** 2) * dx),
        lambda x, dx: [math.tanh(x), dx / math.cosh(min(abs(x), 300.0)) ** 2],
    ),
    mistakes=(
        *_wrong_tangents(
            lambda x, dx: math.tanh(x),
            {
                "1 - tanh": (
                    lambda x, dx: (1 - math.tanh(x)) * dx,
                    "The square is missing: the slope is 1 − tanh², which is the same for x and −x.",
                ),
                "1 - x squared": (
                    lambda x, dx: (1 - x * x) * dx,
                    "You square x. It is the result, tanh x, that is squared.",
                ),
                "tanh of a square": (
                    lambda x, dx: (1 - math.tanh(x * x)) * dx,
                    "You take tanh of the square. It is the square of tanh that is meant.",
                ),
                "dx left out": (
                    lambda x, dx: 1 - math.tanh(x) ** 2,
                    "That is the slope. The tangent is the slope times how fast x moves.",
                ),
                "plus for minus": (
                    lambda x, dx: (1 + math.tanh(x) ** 2) * dx,
                    "Your slope grows where tanh flattens out. Look at the sign.",
                ),
                "square minus 1": (
                    lambda x, dx: (math.tanh(x) ** 2 - 1) * dx,
                    "The size is right and the sign is wrong: tanh rises everywhere.",
                ),
                "1 lost": (
                    lambda x, dx: -(math.tanh(x) ** 2) * dx,
                    "At x = 0 your slope is 0, but there tanh is steepest. The 1 is missing.",
                ),
                "square only": (
                    lambda x, dx: math.tanh(x) ** 2 * dx,
                    "At x = 0 your slope is 0, but there tanh is steepest: the square has to be taken from 1.",
                ),
                "tanh twice": (
                    lambda x, dx: (1 - math.tanh(math.tanh(x)) ** 2) * dx,
                    "tanh is taken twice: the slope's formula was given the result, as if it were x.",
                ),
                "tangent for the 1": (
                    lambda x, dx: dx - math.tanh(x) ** 2,
                    "dx stands in the place of the 1. It multiplies the whole slope, 1 − tanh².",
                ),
                "cosh not squared": (
                    lambda x, dx: dx / math.cosh(x) if abs(x) < 300 else 0.0,
                    "You divide by cosh once. The slope of tanh is 1 / cosh², the same as 1 − tanh².",
                ),
                "size of the tangent": (
                    lambda x, dx: (1 - math.tanh(x) ** 2) * abs(dx),
                    "Where dx is negative your sign is wrong: it looks as if only its size counted.",
                ),
                "tanh of the tangent": (
                    lambda x, dx: math.tanh(dx),
                    "You took tanh of the tangent. The tangent is multiplied by the slope of tanh at x.",
                ),
                "value times tangent": (
                    lambda x, dx: math.tanh(x) * dx,
                    "You multiply by tanh x. The factor is the slope of tanh at x.",
                ),
                "sigmoid's slope": (
                    lambda x, dx: math.tanh(x) * (1 - math.tanh(x)) * dx,
                    "y · (1 − y) is the slope of the sigmoid. That of tanh is 1 − y².",
                ),
                "precedence": (
                    lambda x, dx: 1 - math.tanh(x) ** 2 * dx,
                    "Only the square is multiplied by dx. Put 1 − tanh² in parentheses.",
                ),
                "dx inside": (
                    lambda x, dx: 1 - (math.tanh(x) * dx) ** 2,
                    "dx is squared along with tanh. It multiplies the whole slope, once.",
                ),
                "only the tangent of x": (
                    lambda x, dx: dx,
                    "The tangent of x comes back unchanged. tanh flattens it by its slope.",
                ),
                "tangent always 0": (
                    lambda x, dx: 0.0,
                    "Your tangent is 0 whatever moves. tanh x changes when x does.",
                ),
                "slope of tan": (
                    lambda x, dx: (1 + math.tan(x) ** 2) * dx,
                    "1 + tan² is the slope of tan. Here it is the hyperbolic tangent, tanh.",
                ),
            },
        ),
        Mistake(
            "tan for tanh",
            lambda x, dx: (math.tan(x), (1 - math.tan(x) ** 2) * dx),
            "The value is that of tan, the tangent of an angle. tanh is another function: `math.tanh`.",
        ),
        Mistake(
            "order swapped",
            lambda x, dx: ((1 - math.tanh(x) ** 2) * dx, math.tanh(x)),
            "The two numbers are right and stand the wrong way round: the value comes first, then the tangent.",
        ),
        Mistake(
            "only the tangent",
            lambda x, dx: (1 - math.tanh(x) ** 2) * dx,
            "Only the tangent came back. The value, tanh x, is needed too: return both.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "The slope of tanh is given in the text. What does the chain rule do with dx?",
        "With y = tanh x, the tangent is (1 − y²) · dx.",
        "Compute `y = math.tanh(x)` first; return `y` and `(1 - y * y) * dx`.",
    ),
    section=RULES,
    notice="Far from 0 the tangent is nearly nothing: tanh is flat there, and movements get lost.",
)


# Whole functions


class _Given:
    """A function that notes how often it was called, and whether it was given a list of Duals."""

    def __init__(self, f: Callable[[Any], list[Any]]) -> None:
        self.f = f
        self.calls = 0
        self.given: set[str] = set()

    def __call__(self, p: Any) -> list[Any]:
        self.calls += 1
        entries = {"Duals" if isinstance(entry, Dual) else f"{type(entry).__name__}s" for entry in p}
        self.given.add(f"a {type(p).__name__} of {' and '.join(sorted(entries))}")
        return self.f(p)


def _functions(draw: Draw) -> Iterator[tuple[str, int, Callable[[Any], list[Any]]]]:
    """Yield functions of Duals, with the number of their inputs."""
    a, b = draw.number(0.5, 2.0), draw.number(-2.0, -0.5)
    yield "f(p) = [p₀·p₁ + sin p₀, p₁², 7.0]", 2, lambda p: [p[0] * p[1] + p[0].sin(), p[1] ** 2, 7.0]
    yield "f(p) = [a·p₀ − exp p₀]", 1, lambda p: [a * p[0] - p[0].exp()]
    yield "f(p) = [p₀/p₂ + b, tanh(p₂·p₀)], p₁ unused", 3, lambda p: [p[0] / p[2] + b, (p[2] * p[0]).tanh()]
    yield "f(p) = [p₁, p₀, p₁, 3]", 2, lambda p: [p[1], p[0], p[1], 3]
    yield "f(p) = [1, 2.5], constants only", 2, lambda p: [1, 2.5]
    yield (
        "f(p) = [2, p₀·p₁ + p₂/1000, p₂² − 3·p₀]",
        3,
        lambda p: [2, p[0] * p[1] + 1e-3 * p[2], p[2] ** 2 - 3 * p[0]],
    )
    yield "f(p) = [sum of p³, relu(p₀) − 1/p₁]", 4, lambda p: [sum(x**3 for x in p), p[0].relu() - 1 / p[1]]
    yield (
        "f(p) = [cos p₀, log(p₀²), √(p₀² + 1)]",
        1,
        lambda p: [
            p[0].cos(),
            (p[0] * p[0]).log(),
            (p[0] ** 2 + 1).sqrt(),
        ],
    )


def _directions(draw: Draw, n: int) -> Iterator[list[float]]:
    yield [draw.signed(0.4, 2.0) for _ in range(n)]
    yield [draw.signed(0.4, 2.0) if i == n - 1 else 0.0 for i in range(n)]
    yield [0.0] * n


def probe_jvp(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, n, f in _functions(draw):
        x, given = [draw.signed(0.4, 2.0) for _ in range(n)], _Given(f)
        for v in _directions(draw, n):
            mine, yours = list(x), list(v)
            v_words = ", ".join(f"{entry:.2f}" for entry in v)
            given.calls = 0
            yield f"{words}, v = ({v_words})", answer(given, mine, yours), 20.0
            yield Rule("f is called once"), given.calls
            yield Rule("f is given a list of Duals"), sorted(given.given)
            yield Rule("x and v are left as they were"), [repr(mine) == repr(x), repr(yours) == repr(v)]
    x, v = [draw.signed(0.4, 2.0)] * 2, [1.0, -1.0]
    f = next(_functions(draw))[2]
    first = answer(f, x, v)
    answer(f, [2.0, 1.0], [0.5, 0.5])
    yield "a result kept while another is computed, both inputs alike", first, 20.0


def _floats(numbers: Any) -> list[float]:
    return [float(number) for number in numbers]


def _split(outputs: Any) -> tuple[list[float], list[float]]:
    """Return values and tangents of outputs, some of which may be plain numbers."""
    duals: list[Any] = [y if isinstance(y, Dual) else Dual(y) for y in outputs]
    return [float(y.value) for y in duals], [float(y.tangent) for y in duals]


def _right_jvp(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    return _split(f([Dual(value, tangent) for value, tangent in zip(x, v, strict=True)]))


def _small_step_jvp(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    h = 1e-6
    ahead, behind = (_split(f([Dual(a + s * b) for a, b in zip(x, v, strict=True)]))[0] for s in (h, -h))
    values = _split(f([Dual(a) for a in x]))[0]
    return values, [(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)]


def _seeded(seed: Callable[[Any], Any]) -> Callable[..., tuple[list[float], list[float]]]:
    """Return a jvp that gives the inputs other tangents than v."""
    return lambda f, x, v: _right_jvp(f, x, seed(v))


def _reported(report: Callable[[list[float], list[float], list[float]], Any]) -> Callable[..., Any]:
    """Return a jvp that computes rightly and reports something else."""
    return lambda f, x, v: report(*_right_jvp(f, x, v), x)


def _first_input_only(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    return _right_jvp(f, x, [v[0], *[0.0] * (len(x) - 1)])


def _without_constants(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    outputs: list[Any] = [y for y in f([Dual(a, b) for a, b in zip(x, v, strict=True)]) if isinstance(y, Dual)]
    return [float(y.value) for y in outputs], [float(y.tangent) for y in outputs]


def _one_pass_an_input(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    columns = [_right_jvp(f, x, [v[j] if i == j else 0.0 for i in range(len(x))]) for j in range(len(x))]
    return columns[0][0], [sum(tangents) for tangents in zip(*(c[1] for c in columns), strict=True)]


def _one_call_an_output(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    values = _right_jvp(f, x, [0.0] * len(x))[0]
    return values, _right_jvp(f, x, v)[1]


def _crash_on_plain_numbers(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    outputs = f([Dual(a, b) for a, b in zip(x, v, strict=True)])
    return [y.value for y in outputs], [y.tangent for y in outputs]


def _one_for_constants(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    outputs = f([Dual(a, b) for a, b in zip(x, v, strict=True)])
    values, tangents = _split(outputs)
    return values, [t if isinstance(y, Dual) else 1.0 for y, t in zip(outputs, tangents, strict=True)]


def _own_value_for_constants(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    outputs = f([Dual(a, b) for a, b in zip(x, v, strict=True)])
    values, tangents = _split(outputs)
    return values, [t if isinstance(y, Dual) else float(y) for y, t in zip(outputs, tangents, strict=True)]


def _moved_point(f: Any, x: Any, v: Any) -> tuple[list[float], list[float]]:
    return _right_jvp(f, [a + b for a, b in zip(x, v, strict=True)], v)


def _zipped(pairs: list[tuple[float, float]]) -> tuple[Any, ...]:
    return tuple(zip(*pairs, strict=True))


def _parts(output: Any) -> tuple[Any, Any]:
    total = output + Dual(0.0)
    return total.value, total.tangent


JVP = Exercise(
    name="forward_mode.jvp",
    probe=probe_jvp,
    reference=_right_jvp,
    alternatives=(
        lambda f, x, v: _zipped([(getattr(y, "value", y), getattr(y, "tangent", 0)) for y in f([*map(Dual, x, v)])]),
        lambda f, x, v: np.array([_parts(y) for y in f([Dual(a, b) for a, b in zip(x, v, strict=True)])]).T,
    ),
    mistakes=(
        Mistake(
            "v ignored",
            _seeded(lambda v: [1.0] * len(v)),
            "Your tangents are the same whatever v is: every input was given the tangent 1. The direction says how "
            "fast each of them moves.",
        ),
        Mistake(
            "nothing moves",
            _seeded(lambda v: [0.0] * len(v)),
            "All tangents come back 0: the inputs were given no tangents. Each Dual takes its entry of v.",
        ),
        Mistake(
            "only the first input moves",
            _first_input_only,
            "Only the first input moves. Each takes its own entry of v.",
        ),
        Mistake(
            "the first entry for all",
            _seeded(lambda v: [v[0]] * len(v)),
            "Every input was given the first entry of v. Each takes its own.",
        ),
        Mistake(
            "sizes of the tangents",
            _reported(lambda values, tangents, x: (values, [abs(t) for t in tangents])),
            "Your tangents have lost their signs. An output that falls has a negative one.",
        ),
        Mistake(
            "arguments for a list",
            lambda f, x, v: f(*[Dual(a, b) for a, b in zip(x, v, strict=True)]),
            "It looks as if f was given the Duals as arguments of their own. It takes one list of them: no star.",
        ),
        Mistake(
            "unit length",
            _seeded(lambda v: [b / (math.hypot(*v) or 1.0) for b in v]),
            "v was shortened to length 1. A direction twice as long means a movement twice as fast: use it as it is.",
        ),
        Mistake(
            "v reversed",
            _seeded(lambda v: v[::-1]),
            "The tangents went to the inputs in reverse order: the first entry of v belongs to the first input.",
        ),
        Mistake(
            "sign of v",
            _seeded(lambda v: [-b for b in v]),
            "The sizes are right and the signs are wrong: the inputs move in the direction v, not against it.",
        ),
        Mistake(
            "x and v swapped",
            lambda f, x, v: _right_jvp(f, v, x),
            "The point and the direction have changed places: a Dual takes the value first, then the tangent.",
        ),
        Mistake(
            "the point moved",
            _moved_point,
            "The function was evaluated at x + v. It is asked at x; only the tangents hold v.",
        ),
        Mistake(
            "small step",
            _small_step_jvp,
            "It looks as if you took small steps: the digits are right at first and then go wrong, and f is called "
            "more than once. Give the inputs tangents, and f brings the rates along.",
        ),
        Mistake(
            "one pass an input",
            _one_pass_an_input,
            "The numbers are right, but f was called once for each input. If all inputs move at once, each with its "
            "entry of v, a single call does.",
        ),
        Mistake(
            "called for the values too",
            _one_call_an_output,
            "The numbers are right, but f was called twice. One call brings values and tangents together.",
        ),
        Mistake(
            "plain number crashes",
            _crash_on_plain_numbers,
            "Your code asks every output for its value and tangent. An output that doesn't depend on the inputs is a "
            "plain number and has neither: what is its tangent?",
        ),
        Mistake(
            "constants left out",
            _without_constants,
            "The outputs that are plain numbers are missing from your lists. They have a value, and they have a "
            "tangent.",
        ),
        Mistake(
            "constants given 1",
            _one_for_constants,
            "Where an output is a plain number, your tangent is 1. How fast does a constant change?",
        ),
        Mistake(
            "constants given their value",
            _own_value_for_constants,
            "Where an output is a plain number, it stands among the tangents too. How fast does a constant change?",
        ),
        Mistake(
            "only the tangents",
            _reported(lambda values, tangents, x: tangents),
            "Only the tangents came back. The values are asked for as well, first.",
        ),
        Mistake(
            "lists swapped",
            _reported(lambda values, tangents, x: (tangents, values)),
            "The two lists are right and stand the wrong way round: the values come first.",
        ),
        Mistake(
            "pairs",
            _reported(lambda values, tangents, x: list(zip(values, tangents, strict=True))),
            "You return one pair for each output. Two lists are asked for: all values, and all tangents.",
        ),
        Mistake(
            "summed",
            _reported(lambda values, tangents, x: (values, sum(tangents))),
            "The tangents were added up. Each output has one of its own.",
        ),
        Mistake(
            "Duals returned",
            lambda f, x, v: f([Dual(a, b) for a, b in zip(x, v, strict=True)]),
            "The outputs came back as Duals. Take them apart: a list of the values, a list of the tangents.",
        ),
        Mistake(
            "first output only",
            _reported(lambda values, tangents, x: (values[:1], tangents[:1])),
            "Only the first output came back. f may have several.",
        ),
        Mistake(
            "x for the values",
            _reported(lambda values, tangents, x: (list(x), tangents)),
            "The first list holds x. It should hold the values of f's outputs.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "What does f expect, and what should each input's tangent be? What has an output that is a plain number "
        "instead?",
        "Make a Dual of each entry of x with the entry of v at the same place, and call f once. A plain number has the "
        "tangent 0.",
        "outputs = f([Dual(a, b) for a, b in zip(x, v)]); then two lists, with isinstance(y, Dual) to tell numbers.",
    ),
    section="One pass, one direction",
    notice="One pass costs the same for every direction, and no table was made on the way.",
)


def probe_jacobian(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, n, f in _functions(draw):
        given = _Given(f)
        points = [(again, [draw.signed(0.4, 2.0) for _ in range(n)]) for again in ("", ", at another point")]
        if n == 3:
            points.append((", where p₁ = 0", [points[0][1][0], 0.0, points[0][1][2]]))
        for again, x in points:
            mine = list(x)
            result = answer(given, mine)
            yield f"{words}{again}", result, 20.0
            yield f"{words}: what came back", _kind(result)
            yield Rule("f is given lists of Duals"), sorted(given.given)
            yield Rule("x is left as it was"), repr(mine) == repr(x)
    x = [draw.signed(0.4, 2.0)] * 2
    f = next(_functions(draw))[2]
    first = answer(f, x)
    answer(f, [2.0, 1.0])
    yield "a result kept while another is computed, both inputs alike", first, 20.0


def _kind(result: Any) -> str:
    if not isinstance(result, np.ndarray):
        return f"a {type(result).__name__}"
    return f"an array of {result.dtype}"


def _columns(f: Any, x: Any, seed: Callable[[int, int], float] = lambda i, j: float(i == j)) -> Any:
    """Return the tangents of a pass for each input, as rows, with the tangents that `seed(i, j)` gives."""
    return np.array([_right_jvp(f, x, [seed(i, j) for i in range(len(x))])[1] for j in range(len(x))])


def _right_jacobian(f: Any, x: Any) -> Any:
    return np.ascontiguousarray(_columns(f, x).T)


def _from(change: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a jacobian that is changed afterwards."""
    return lambda f, x: change(_right_jacobian(f, x))


def _square_only(f: Any, x: Any) -> Any:
    table = _right_jacobian(f, x)
    return table[: len(x), : len(table)]


def _drop_constants(f: Any, x: Any) -> Any:
    rows = [i for i, y in enumerate(f([Dual(a) for a in x])) if isinstance(y, Dual)]
    return _right_jacobian(f, x)[rows]


JACOBIAN = Exercise(
    name="forward_mode.jacobian",
    probe=probe_jacobian,
    reference=_right_jacobian,
    alternatives=(
        lambda f, x: np.stack([_right_jvp(f, x, row)[1] for row in np.eye(len(x)).tolist()], axis=1),
        lambda f, x: np.column_stack([_right_jvp(f, x, list(row))[1] for row in np.identity(len(x))]),
    ),
    mistakes=(
        Mistake(
            "transposed",
            lambda f, x: _columns(f, x),
            "Your table is the transpose of the right one: each pass makes a column, and NumPy stacks what it is given "
            "as rows.",
        ),
        Mistake(
            "reshaped",
            lambda f, x: _columns(f, x).reshape(-1, len(x)),
            "The shape is right and the entries are in the wrong places: `reshape` doesn't turn rows into columns.",
        ),
        Mistake(
            "one seed of ones",
            lambda f, x: np.array([_right_jvp(f, x, [1.0] * len(x))[1]]).T,
            "One pass with all tangents 1 adds all columns up into one. Each column needs a pass of its own, in which"
            " a single input moves.",
        ),
        Mistake(
            "ones in every pass",
            lambda f, x: _columns(f, x, lambda i, j: 1.0).T,
            "All columns are alike: in every pass all inputs move. Only the one whose column it is should.",
        ),
        Mistake(
            "seeds not reset",
            lambda f, x: _columns(f, x, lambda i, j: float(i <= j)).T,
            "The first column is right, and each later one has the earlier ones added: the tangent of the pass before "
            "was left at 1.",
        ),
        Mistake(
            "seeds never set",
            lambda f, x: _columns(f, x, lambda i, j: 0.0).T,
            "Everything is 0: in none of the passes does an input move. The one whose column it is needs the tangent "
            "1.",
        ),
        Mistake(
            "x for the seed",
            lambda f, x: _columns(f, x, lambda i, j: x[j] if i == j else 0.0).T,
            "Each column is too large by the value of its input: the tangent that moves it should be 1.",
        ),
        Mistake(
            "columns reversed",
            _from(lambda table: table[:, ::-1]),
            "The columns stand in reverse order.",
        ),
        Mistake(
            "rows reversed",
            _from(lambda table: table[::-1]),
            "The rows stand in reverse order.",
        ),
        Mistake(
            "first row only",
            _from(lambda table: table[:1]),
            "Only the first output's row came back. f may have several outputs.",
        ),
        Mistake(
            "first column only",
            _from(lambda table: table[:, :1]),
            "Only the first input's column came back: one pass for each input is needed.",
        ),
        Mistake(
            "last column missing",
            _from(lambda table: table[:, :-1]),
            "The last column is missing: the loop ends one input too early.",
        ),
        Mistake(
            "flattened",
            _from(lambda table: table.ravel()),
            "The numbers came back in one row. A table of m rows and n columns is asked for.",
        ),
        Mistake(
            "squeezed",
            _from(lambda table: table.squeeze()),
            "With one output or one input an axis is lost. The table has two axes even then.",
        ),
        Mistake(
            "sign",
            _from(lambda table: -table),
            "The sizes are right and all signs are wrong.",
        ),
        Mistake(
            "rows added up",
            _from(lambda table: table.sum(axis=0, keepdims=True)),
            "The rows were added up. Each output has a row of its own.",
        ),
        Mistake(
            "values, not tangents",
            lambda f, x: np.array([_right_jvp(f, x, [0.0] * len(x))[0] for _ in x]).T,
            "The table holds f's values. Its entries are the tangents.",
        ),
        Mistake(
            "square only",
            _square_only,
            "The table is cut to a square, or taken for one. It has a row for each output and a column for each "
            "input, and the two numbers may differ.",
        ),
        Mistake(
            "constants left out",
            _drop_constants,
            "Outputs that are plain numbers have no row in your table. They have one, of zeros.",
        ),
        Mistake(
            "plain number crashes",
            lambda f, x: _crash_on_plain_numbers(f, x, [1.0] * len(x)),
            "Your code asks every output for its tangent. An output that doesn't depend on the inputs is a plain "
            "number and has none: what stands in its row?",
        ),
        Mistake(
            "constants given 1",
            lambda f, x: np.array([_one_for_constants(f, x, row)[1] for row in np.eye(len(x)).tolist()]).T,
            "Where an output is a plain number, its row holds ones. How fast does a constant change?",
        ),
        Mistake(
            "constants given their value",
            lambda f, x: np.array([_own_value_for_constants(f, x, row)[1] for row in np.eye(len(x)).tolist()]).T,
            "Where an output is a plain number, its row holds that number. How fast does a constant change?",
        ),
        Mistake(
            "equal inputs move together",
            lambda f, x: _columns(f, x, lambda i, j: float(x[i] == x[j])).T,
            "Right while all inputs differ. Two inputs of the same value move together in yours: compare their places, "
            "not their values.",
        ),
        Mistake(
            "whole numbers",
            _from(lambda table: table.astype(int)),
            "The entries have lost their fractions: the array was made for whole numbers.",
        ),
        Mistake(
            "single precision",
            _from(lambda table: table.astype(np.float32)),
            "The table is float32, which holds about seven digits. float64 is asked for.",
        ),
        Mistake(
            "a list",
            _from(lambda table: table.tolist()),
            "The numbers are right, but they came back as a list of lists. Make it a NumPy array.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Which direction gives the slopes with respect to the first input alone?",
        "One pass for each input, with the tangent 1 for that input and 0 for all others. Its tangents are a column.",
        "Collect `jvp(f, x, direction)[1]` for each unit direction in a list; `np.array(list)` has them as rows: "
        "transpose.",
    ),
    section="A table, column by column",
    notice="n passes for n columns, however many outputs there are.",
)


EXERCISES = (DUAL_MUL, DUAL_DIV, DUAL_POW, DUAL_TANH, JVP, JACOBIAN)
