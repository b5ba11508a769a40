"""The exercises of lesson 03, `reverse_mode`."""

import gc
import itertools
import math
import operator
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lab.engine import Value, topological_order
from autograd_lab.exercises.forward_mode import power, powers
from autograd_lab.grading.exercise import NOTHING_RETURNED, Draw, Exercise, Mistake, Rule, Step, mistakes

RULES = "One rule for each operation"


def _by_value(operation: Callable[..., Value], inputs: int) -> Callable[..., Any]:
    """Return the vjp of an operation of the first so many arguments, as the engine's Value computes it."""

    def vjp(grad: float, *numbers: float) -> Any:
        leaves = [Value(number) for number in numbers[:inputs]]
        operation(*leaves, *numbers[inputs:]).backward()
        back = tuple(grad * leaf.grad for leaf in leaves)
        return back if inputs > 1 else back[0]

    return vjp


GRAD_IGNORED = "Your result is the same whatever comes back: `grad` is ignored. The chain rule multiplies by it."
GRAD_ADDED = "You add `grad` to the slope. Along a path, slopes multiply."
GRAD_DIVIDES = "You divide by `grad`. Along a path, slopes multiply."
TIMES_TUPLE = "Python doesn't multiply a tuple by a float, entry by entry: multiply each of the two slopes by `grad`."
NOT_SENT = "Nothing comes back from you, whatever arrives: everything is 0."


def _pair_observations(answer: Any, draw: Draw, zero_y: bool) -> Iterator[Step]:
    for words in ("", "again, "):
        for gradient in (draw.signed(0.4, 2.0), draw.signed(0.4, 2.0), 1.0, 0.0):
            x, y = draw.signed(0.4, 2.0), draw.signed(0.4, 2.0)
            yield f"{words}grad = {gradient:.3f}, x = {x:.3f}, y = {y:.3f}", answer(gradient, x, y), 8.0
    gradient, x = draw.signed(0.4, 2.0), draw.signed(0.4, 2.0)
    yield "x and y the same", answer(gradient, x, x), 8.0
    yield "the same with another grad", answer(2 * gradient + 1, x, x), 8.0
    yield "x = 0", answer(gradient, 0.0, x), 8.0
    if zero_y:
        yield "y = 0", answer(gradient, x, 0.0), 8.0
    small = 1e-4 * x
    yield "y small", answer(gradient, x, small), 8.0 if zero_y else abs(gradient * x / small**2)
    yield "large numbers", answer(gradient, 300 * x, 7 * x + 1), 5000.0
    first = answer(gradient, x, 2 * x)
    answer(2 * gradient, 3 * x, x)
    yield "a result kept while another is computed", first, 8.0


def probe_mul(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from _pair_observations(answer, draw, zero_y=True)


def probe_div(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from _pair_observations(answer, draw, zero_y=False)


MUL_VJP = Exercise(
    name="reverse_mode.mul_vjp",
    probe=probe_mul,
    reference=_by_value(lambda x, y: x * y, 2),
    alternatives=(
        lambda grad, x, y: [y * grad, x * grad],
        lambda grad, x, y: tuple(grad * other for other in (y, x)),
    ),
    mistakes=mistakes(
        {
            "grad ignored": (lambda grad, x, y: (y, x), GRAD_IGNORED),
            "swapped": (
                lambda grad, x, y: (grad * x, grad * y),
                "Each input got its own number. When x moves a little, how much the product changes depends on y.",
            ),
            "swapped and grad ignored": (
                lambda grad, x, y: (x, y),
                "Each input got its own number, and `grad` is ignored. How much the product changes with x "
                "depends on y, and the chain rule multiplies by `grad`.",
            ),
            "grad only": (
                lambda grad, x, y: (grad, grad),
                "Both inputs get `grad` unchanged: that is the rule of a sum. A product has other slopes.",
            ),
            "product for both": (
                lambda grad, x, y: (grad * x * y, grad * x * y),
                "Both inputs get grad times the product. An input's slope is the product without that input.",
            ),
            "grad added": (lambda grad, x, y: (grad + y, grad + x), GRAD_ADDED),
            "grad divides": (
                lambda grad, x, y: (y / grad if grad else 0.0, x / grad if grad else 0.0),
                GRAD_DIVIDES,
            ),
            "only x": (
                lambda grad, x, y: (grad * y, 0.0),
                "Nothing goes back to y. Both factors move the product.",
            ),
            "only y": (
                lambda grad, x, y: (0.0, grad * x),
                "Nothing goes back to x. Both factors move the product.",
            ),
            "grad squared": (
                lambda grad, x, y: (grad * grad * y, grad * grad * x),
                "`grad` is multiplied in twice. Once is enough.",
            ),
            "size of grad": (
                lambda grad, x, y: (abs(grad) * y, abs(grad) * x),
                "Where `grad` is negative your signs are wrong: it looks as if only its size counted.",
            ),
            "sign of y": (
                lambda grad, x, y: (grad * y, -grad * x),
                "The second has the wrong sign. A product is the same whichever factor comes first.",
            ),
            "sign": (lambda grad, x, y: (-grad * y, -grad * x), "The sizes are right and both signs are wrong."),
            "grad for x only": (
                lambda grad, x, y: (grad * y, x),
                "The first is right. The second forgets `grad`, which multiplies both.",
            ),
            "grad for y only": (
                lambda grad, x, y: (y, grad * x),
                "The second is right. The first forgets `grad`, which multiplies both.",
            ),
            "added up": (
                lambda grad, x, y: grad * y + grad * x,
                "The two slopes are added up into one number. They belong to two different inputs: return both.",
            ),
            "only the first": (
                lambda grad, x, y: grad * y,
                "One number came back, that for x. Return a pair, one for each input.",
            ),
            "quotients": (
                lambda grad, x, y: (grad / y if y else 0.0, grad / x if x else 0.0),
                "You divide by the other factor. The slope of a product in x is y itself.",
            ),
            "halved": (
                lambda grad, x, y: (grad * y / 2, grad * x / 2),
                "Both are half of what they should be: the gradient isn't shared out between the inputs, each "
                "gets all of it times its slope.",
            ),
            "nothing sent": (lambda grad, x, y: (0.0, 0.0), NOT_SENT),
            "grad times a tuple": (lambda grad, x, y: grad * (y, x), TIMES_TUPLE),
        }
    ),
    hints=(
        "If x moves a little and y stands still, how much does x · y move?",
        "The slope of x · y in x is y, and in y it is x. The chain rule multiplies by grad.",
        "Return a pair: `grad * y` for x, and `grad * x` for y.",
    ),
    section=RULES,
    notice="Each factor's gradient needs the value of the other: that is why the way back must remember the way there.",
)


DIV_VJP = Exercise(
    name="reverse_mode.div_vjp",
    probe=probe_div,
    reference=_by_value(lambda x, y: x / y, 2),
    alternatives=(
        lambda grad, x, y: [grad / y, -(grad / y) * (x / y)],
        lambda grad, x, y: (grad * y**-1, grad * x * -(y**-2)),
    ),
    mistakes=mistakes(
        {
            "grad ignored": (lambda grad, x, y: (1 / y, -x / y**2), GRAD_IGNORED),
            "swapped": (
                lambda grad, x, y: (-grad * x / y**2, grad / y),
                "The two numbers have changed places: the first belongs to x.",
            ),
            "sign": (
                lambda grad, x, y: (grad / y, grad * x / y**2),
                "The second has the wrong sign. When a positive divisor grows, a positive quotient gets smaller.",
            ),
            "all signs": (
                lambda grad, x, y: (-grad / y, grad * x / y**2),
                "The sizes are right and both signs are wrong.",
            ),
            "both negative": (
                lambda grad, x, y: (-grad / y, -grad * x / y**2),
                "The first has the wrong sign: when x grows and y is positive, x / y grows.",
            ),
            "divisor not squared": (
                lambda grad, x, y: (grad / y, -grad * x / y),
                "The first is right. In the second y stands to a higher power: differentiate x · y⁻¹ in y.",
            ),
            "x lost": (
                lambda grad, x, y: (grad / y, -grad / y**2),
                "The second is right for 1 / y. Here x is divided, so x belongs into it.",
            ),
            "rule of the product": (
                lambda grad, x, y: (grad * y, grad * x),
                "That is the rule of x · y. Here x is divided by y.",
            ),
            "log": (
                lambda grad, x, y: (grad / y, grad * x * math.log(abs(y))),
                "A logarithm comes from integrating 1 / y. Here the slope is wanted.",
            ),
            "x squared below": (
                lambda grad, x, y: (grad / y, -grad * y / x**2 if x else 0.0),
                "The second has x and y exchanged: the divisor is what is squared.",
            ),
            "only x": (
                lambda grad, x, y: (grad / y, 0.0),
                "Nothing goes back to y. A quotient changes when its divisor does.",
            ),
            "grad for x only": (
                lambda grad, x, y: (grad / y, -x / y**2),
                "The first is right. The second forgets `grad`, which multiplies both.",
            ),
            "grad for y only": (
                lambda grad, x, y: (1 / y, -grad * x / y**2),
                "The second is right. The first forgets `grad`, which multiplies both.",
            ),
            "numerator's gradient not divided": (
                lambda grad, x, y: (grad, -grad * x / y**2),
                "x gets `grad` unchanged. A movement of x is divided by y on its way.",
            ),
            "times y": (
                lambda grad, x, y: (grad * y, -grad * x / y**2),
                "The first multiplies by y. A movement of x is divided by y on its way.",
            ),
            "cubed": (
                lambda grad, x, y: (grad / y, -grad * x / y**3),
                "In the second you divide by y once too often.",
            ),
            "times the quotient": (
                lambda grad, x, y: (grad * (x / y), -grad * x / y**2),
                "The first multiplies by the quotient. The slope of x / y in x doesn't contain x.",
            ),
            "added up": (
                lambda grad, x, y: grad / y - grad * x / y**2,
                "The two slopes are added up into one number. They belong to two different inputs: return both.",
            ),
            "only the first": (
                lambda grad, x, y: grad / y,
                "One number came back, that for x. Return a pair, one for each input.",
            ),
            "grad squared": (
                lambda grad, x, y: (grad * grad / y, -grad * grad * x / y**2),
                "`grad` is multiplied in twice. Once is enough.",
            ),
            "size of grad": (
                lambda grad, x, y: (abs(grad) / y, -abs(grad) * x / y**2),
                "Where `grad` is negative your signs are wrong: it looks as if only its size counted.",
            ),
            "whole-number division": (
                lambda grad, x, y: (grad // y, -grad * x // y**2),
                "`//` rounds down to a whole number. `/` divides.",
            ),
            "nothing sent": (lambda grad, x, y: (0.0, 0.0), NOT_SENT),
            "grad times a tuple": (lambda grad, x, y: grad * (1 / y, -x / y**2), TIMES_TUPLE),
            "precedence": (
                lambda grad, x, y: (grad / y, -grad * x / y * y),
                "In the second `/ y * y` divides by y and multiplies by it again. Put y * y in parentheses, or "
                "write `y**2`.",
            ),
            "quotient squared": (
                lambda grad, x, y: (grad / y, -grad * (x / y) ** 2),
                "In the second the whole quotient is squared. Only y is: differentiate x · y⁻¹ in y.",
            ),
            "size of y": (
                lambda grad, x, y: (grad / abs(y), -grad * x / y**2),
                "Where y is negative the first has the wrong sign: 1 / y is negative there, too.",
            ),
        }
    ),
    hints=(
        "Write x / y as x · y⁻¹. What are its slopes in x and in y?",
        "The slope in x is 1/y. In y the power rule gives −x · y⁻².",
        "Return a pair: `grad / y` for x, and `-grad * x / y**2` for y.",
    ),
    section=RULES,
    notice="Where y is small, a huge gradient goes back: dividing by small numbers can make training jump.",
)


def probe_pow(answer: Any, draw: Draw) -> Iterator[Step]:
    def observe(words: str, x: float, n: float) -> Step:
        gradient = draw.signed(0.4, 2.0)
        scale = abs(gradient * n) * abs(x) ** (n - 1) + 1 if x else 1.0
        return f"{words}grad = {gradient:.3f}, x = {x:.3f}, n = {n}", answer(gradient, x, n), scale

    for words, x, n in powers(draw):
        yield observe(words, x, n)
    yield "grad = 1", answer(1.0, x, 3), 8.0
    yield "grad = 0", answer(0.0, x, 3), 1.0


def _whole_power(x: float, n: float) -> float:
    """Return x to the power n where that is real, else 0."""
    return power(x, n) if x >= 0 or float(n).is_integer() else 0.0


POW_VJP = Exercise(
    name="reverse_mode.pow_vjp",
    probe=probe_pow,
    reference=_by_value(lambda x, n: x**n, 1),
    alternatives=(
        lambda grad, x, n: grad * n * x ** (n - 1) if n else 0.0,
        lambda grad, x, n: grad * (n and n * math.pow(x, n - 1)),
        lambda grad, x, n: n * grad * x**n / x if x else (grad if n == 1 else 0.0),
    ),
    mistakes=mistakes(
        {
            "grad ignored": (lambda grad, x, n: n * power(x, n - 1), GRAD_IGNORED),
            "power not lowered": (
                lambda grad, x, n: grad * n * x**n,
                "The exponent comes down as a factor, and then the power falls by one. Yours still stands at n.",
            ),
            "factor lost": (
                lambda grad, x, n: grad * power(x, n - 1),
                "The power is lowered, but the exponent that comes down as a factor is missing.",
            ),
            "lowered factor": (
                lambda grad, x, n: grad * (n - 1) * power(x, n - 1),
                "The factor is the old exponent, not the lowered one.",
            ),
            "grad to the power": (
                lambda grad, x, n: n * _whole_power(grad, n - 1) * x,
                "The power stands on `grad`. It belongs on x, and `grad` is a factor.",
            ),
            "value sent back": (
                lambda grad, x, n: grad * x**n,
                "You multiply by the value of the power. The factor is its slope.",
            ),
            "grad only": (
                lambda grad, x, n: grad,
                "`grad` comes back unchanged. A power stretches it by its slope.",
            ),
            "grad added": (lambda grad, x, n: grad + n * power(x, n - 1), GRAD_ADDED),
            "power raised": (
                lambda grad, x, n: grad * n * x ** (n + 1),
                "The power has grown by one. When the exponent comes down, it falls by one.",
            ),
            "integrated": (
                lambda grad, x, n: grad * x ** (n + 1) / (n + 1) if n != -1 else 0.0,
                "That is the integral of the power. The derivative goes the other way.",
            ),
            "slope in the exponent": (
                lambda grad, x, n: grad * x**n * math.log(abs(x)) if x else 0.0,
                "A logarithm belongs to the slope in the exponent. Here the exponent is constant, and x moves.",
            ),
            "sign": (
                lambda grad, x, n: -grad * n * power(x, n - 1),
                "The size is right and the sign is wrong.",
            ),
            "size of the exponent": (
                lambda grad, x, n: grad * abs(n) * power(x, n - 1),
                "For negative exponents your sign is wrong: a negative exponent comes down with its minus.",
            ),
            "size of x": (
                lambda grad, x, n: grad * n * (abs(x) ** (n - 1) if x or n >= 1 else 0.0),
                "For a negative x your sign is wrong: the power of x itself is meant, not of its size.",
            ),
            "rule of the square": (
                lambda grad, x, n: grad * 2 * x,
                "That is right for n = 2 only. Where does the exponent come in?",
            ),
            "precedence": (
                lambda grad, x, n: grad * n * x**n - 1,
                "`x**n - 1` is xⁿ minus 1: a power binds more tightly than the minus. Put the exponent in parentheses.",
            ),
            "whole exponent": (
                lambda grad, x, n: grad * int(n) * power(x, n - 1),
                "Your factor is the exponent without its fraction. n may be 0.5.",
            ),
            "exponent made whole": (
                lambda grad, x, n: grad * int(n) * power(x, int(n) - 1),
                "You take the exponent without its fraction. n may be 0.5.",
            ),
            "times n for the power": (
                lambda grad, x, n: grad * n * x * (n - 1),
                "You multiply by n − 1 where a power is meant: `**`.",
            ),
            "nothing for n = 0": (
                lambda grad, x, n: grad * n * x ** (n - 1),
                "Right where a lower power exists. But for n = 0 at x = 0 the rule asks for 0⁻¹, which Python "
                "refuses: what does x⁰ do when x moves?",
            ),
            "0 at zero": (
                lambda grad, x, n: grad * n * x ** (n - 1) if x else 0.0,
                "At x = 0 nothing comes back from you. For n = 1 the power is x itself: how fast does that change?",
            ),
            "one for the exponent too": (
                lambda grad, x, n: (grad * n * power(x, n - 1), 0.0),
                "Two numbers came back. The exponent is a constant and gets no gradient: return one float.",
            ),
            "nothing sent": (lambda grad, x, n: 0.0, NOT_SENT),
            "grad squared": (
                lambda grad, x, n: grad * grad * n * power(x, n - 1),
                "`grad` is multiplied in twice. Once is enough.",
            ),
        }
    ),
    hints=(
        "What is the slope of xⁿ in x? And what does x⁰ do when x moves?",
        "grad · n · xⁿ⁻¹. For n = 0 it is 0, without asking for a power.",
        "If n is 0, return `0.0`. Else return `grad * n * x ** (n - 1)`.",
    ),
    section=RULES,
    notice="For n = 1 the gradient goes through unchanged; for n = 0 nothing comes back, since x⁰ doesn't move with x.",
)


def probe_tanh(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, low, high in (("x small", 0.1, 0.9), ("x large", 1.1, 3.0), ("x negative", -2.5, -0.2)):
        for _ in range(2):
            gradient, x = draw.signed(0.4, 2.0), draw.number(low, high)
            yield f"{words}: grad = {gradient:.3f}, x = {x:.3f}", answer(gradient, x)
    x = draw.number(0.3, 0.8)
    for gradient in (1.0, 0.0, -2.0, 30.0):
        yield f"the same x, grad = {gradient}", answer(gradient, x), max(abs(gradient), 1.0)
    yield "x = 0", answer(draw.signed(0.4, 2.0), 0.0)
    yield "x beyond 3", answer(draw.signed(0.4, 2.0), draw.number(3.1, 4.5))
    yield "x below −3", answer(draw.signed(0.4, 2.0), draw.number(-4.5, -3.1))
    yield "x far out", answer(draw.signed(0.4, 2.0), draw.number(20, 25)), 1.0
    yield "x farther out", answer(draw.signed(0.4, 2.0), -340.0), 1.0


TANH_VJP = Exercise(
    name="reverse_mode.tanh_vjp",
    probe=probe_tanh,
    reference=_by_value(lambda x: x.tanh(), 1),
    alternatives=(
        lambda grad, x: grad / math.cosh(x) ** 2,
        lambda grad, x: grad * (1 + math.tanh(x)) * (1 - math.tanh(x)),
    ),
    mistakes=mistakes(
        {
            "grad ignored": (lambda grad, x: 1 - math.tanh(x) ** 2, GRAD_IGNORED),
            "output for the input": (
                lambda grad, x: grad * (1 - x * x),
                "You square x. It is the result, tanh x, that is squared, and the argument is the input.",
            ),
            "1 - tanh": (
                lambda grad, x: grad * (1 - math.tanh(x)),
                "The square is missing: the slope is 1 − tanh², which is the same for x and −x.",
            ),
            "tanh of a square": (
                lambda grad, x: grad * (1 - math.tanh(x * x)),
                "You take tanh of the square. It is the square of tanh that is meant.",
            ),
            "plus for minus": (
                lambda grad, x: grad * (1 + math.tanh(x) ** 2),
                "Your slope grows where tanh flattens out. Look at the sign.",
            ),
            "sign": (
                lambda grad, x: grad * (math.tanh(x) ** 2 - 1),
                "The size is right and the sign is wrong: tanh rises everywhere.",
            ),
            "square only": (
                lambda grad, x: grad * math.tanh(x) ** 2,
                "At x = 0 nothing comes back from you, but there tanh is steepest: the square is taken from 1.",
            ),
            "forward": (
                lambda grad, x: math.tanh(x),
                "That is the way forward, tanh itself. The way back sends `grad` times its slope.",
            ),
            "value for the slope": (
                lambda grad, x: grad * math.tanh(x),
                "You multiply by tanh x. The factor is the slope of tanh at x.",
            ),
            "tanh of grad": (
                lambda grad, x: math.tanh(grad),
                "You took tanh of `grad`. The gradient is multiplied by the slope of tanh at x.",
            ),
            "slope at grad": (
                lambda grad, x: x * (1 - math.tanh(grad) ** 2),
                "`grad` and x have changed places.",
            ),
            "tanh twice": (
                lambda grad, x: grad * (1 - math.tanh(math.tanh(x)) ** 2),
                "tanh is taken twice: the slope's formula was given the result, as if it were x.",
            ),
            "slope of the sigmoid": (
                lambda grad, x: grad * math.tanh(x) * (1 - math.tanh(x)),
                "y · (1 − y) is the slope of the sigmoid. That of tanh is 1 − y².",
            ),
            "precedence": (
                lambda grad, x: grad * 1 - math.tanh(x) ** 2,
                "`grad * 1 - …` multiplies only the 1. Put the slope in parentheses.",
            ),
            "grad times the square": (
                lambda grad, x: 1 - grad * math.tanh(x) ** 2,
                "Only the square is multiplied by `grad`. Put 1 − tanh² in parentheses.",
            ),
            "grad added": (lambda grad, x: grad + 1 - math.tanh(x) ** 2, GRAD_ADDED),
            "grad only": (
                lambda grad, x: grad,
                "`grad` comes back unchanged. tanh shrinks it by its slope.",
            ),
            "slope of tan": (
                lambda grad, x: grad * (1 + math.tan(x) ** 2),
                "1 + tan² is the slope of tan. Here it is the hyperbolic tangent, tanh.",
            ),
            "tan for tanh": (
                lambda grad, x: grad * (1 - math.tan(x) ** 2),
                "tan is the tangent of an angle. tanh is another function: `math.tanh`.",
            ),
            "a tuple": (
                lambda grad, x: (grad * (1 - math.tanh(x) ** 2),),
                "The number is right, but it came back in a tuple. With one input, return one float.",
            ),
            "size of grad": (
                lambda grad, x: abs(grad) * (1 - math.tanh(x) ** 2),
                "Where `grad` is negative your sign is wrong: it looks as if only its size counted.",
            ),
            "nothing sent": (lambda grad, x: 0.0, NOT_SENT),
            "grad squared": (
                lambda grad, x: grad * grad * (1 - math.tanh(x) ** 2),
                "`grad` is multiplied in twice. Once is enough.",
            ),
        }
    ),
    hints=(
        "The slope of tanh is given in the text. What does the chain rule do with grad?",
        "With y = tanh x: grad · (1 − y²).",
        "Compute `y = math.tanh(x)` first, then return `grad * (1 - y * y)`.",
    ),
    section=RULES,
    notice="The slope is at most 1, so tanh never enlarges a gradient. Many of them in a row can make it vanish.",
)


def probe_relu(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, low, high in (
        ("x > 1", 1.1, 3.0),
        ("0 < x < 1", 0.05, 0.9),
        ("x < −1", -3.0, -1.1),
        ("−1 < x < 0", -0.9, -0.05),
    ):
        for sign in (1, -1):
            gradient, x = sign * draw.number(0.3, 3.0), draw.number(low, high)
            yield f"{words}: grad = {gradient:.3f}, x = {x:.3f}", answer(gradient, x)
    x = draw.number(0.3, 0.8)
    for gradient in (1.0, 0.0, -2.5):
        yield f"the same x, grad = {gradient}", answer(gradient, x), 1.0
        yield f"its negative, grad = {gradient}", answer(gradient, -x), 1.0
    for tiny in (1e-9, -1e-9):
        yield f"x = {tiny}", answer(draw.signed(0.4, 2.0), tiny)
    for large in (7.5, 1e6, -1e6):
        yield f"x = {large:g}", answer(draw.signed(0.4, 2.0), large)
    for gradient in (2.0, -3.0):
        yield f"x = 0, grad = {gradient}", _between(answer(gradient, 0.0), gradient)


def _between(back: Any, gradient: float) -> str:
    """Say in words whether a gradient at the kink is one that is right."""
    try:
        share = float(back) / gradient
    except (TypeError, ValueError):
        return f"a {type(back).__name__}"
    return "between 0 and grad" if -1e-9 <= share <= 1 + 1e-9 else "not between 0 and grad"


def _gate(open_at: Callable[[float], bool]) -> Callable[[float, float], float]:
    return lambda grad, x: grad if open_at(x) else 0.0


RELU_VJP = Exercise(
    name="reverse_mode.relu_vjp",
    probe=probe_relu,
    reference=_by_value(lambda x: x.relu(), 1),
    alternatives=(
        _gate(lambda x: x >= 0),
        lambda grad, x: grad * (x > 0),
        lambda grad, x: grad * (math.copysign(0.5, x) + 0.5) if x else 0.5 * grad,
    ),
    mistakes=mistakes(
        {
            "grad ignored": (lambda grad, x: 1.0 if x > 0 else 0.0, GRAD_IGNORED),
            "relu of grad": (
                lambda grad, x: max(grad, 0.0),
                "You asked whether `grad` is positive. It is x that decides; negative gradients go back as well.",
            ),
            "both positive": (
                lambda grad, x: max(grad, 0.0) if x > 0 else 0.0,
                "Where x is positive, a negative `grad` is cut off. Only x decides.",
            ),
            "forward": (
                lambda grad, x: max(x, 0.0),
                "That is the way forward, relu itself. The way back sends `grad` on or holds it back.",
            ),
            "value for the slope": (
                lambda grad, x: grad * max(x, 0.0),
                "You multiply by the result. The factor is the slope of relu, which is 1 or 0.",
            ),
            "times x": (
                lambda grad, x: grad * x,
                "You multiply by x. The factor is the slope of relu, which is 1 or 0.",
            ),
            "grad only": (
                lambda grad, x: grad,
                "`grad` comes back for negative x too. There the result doesn't move.",
            ),
            "turned round": (
                _gate(lambda x: x < 0),
                "It is the wrong way round: where x is positive the gradient passes, where it is negative nothing"
                " does.",
            ),
            "sign of x": (
                lambda grad, x: grad if x > 0 else -grad,
                "For a negative x you send −grad: that is the rule of |x|. relu is flat there.",
            ),
            "leaky": (
                lambda grad, x: grad if x > 0 else 0.01 * grad,
                "A little comes back for negative x: that is the leaky relu. relu itself is flat there.",
            ),
            "open from 1": (
                _gate(lambda x: x > 1),
                "Nothing comes back where x is between 0 and 1. The kink is at 0.",
            ),
            "clipped at 1": (
                _gate(lambda x: 0 < x < 1),
                "Nothing comes back where x is larger than 1. relu has no upper end.",
            ),
            "x for grad": (
                lambda grad, x: x if grad > 0 else 0.0,
                "`grad` and x have changed places.",
            ),
            "sign": (lambda grad, x: -grad if x > 0 else 0.0, "The size is right and the sign is wrong."),
            "None for negative": (
                lambda grad, x: grad if x > 0 else None,
                "For a negative x nothing is returned. Return 0.0 there: is an `else` missing?",
            ),
            "1 for negative": (
                lambda grad, x: grad if x > 0 else 1.0,
                "For a negative x you return 1. relu is flat there: which slope has a flat line?",
            ),
            "a tuple": (
                lambda grad, x: (grad if x > 0 else 0.0,),
                "The number is right, but it came back in a tuple. With one input, return one float.",
            ),
            "size of grad": (
                lambda grad, x: abs(grad) if x > 0 else 0.0,
                "Where `grad` is negative your sign is wrong: it looks as if only its size counted.",
            ),
            "nothing sent": (lambda grad, x: 0.0, NOT_SENT),
            "grad added": (lambda grad, x: grad + (1.0 if x > 0 else 0.0), GRAD_ADDED),
        }
    ),
    hints=(
        "Where x is positive, how does max(x, 0) move when x does? And where x is negative?",
        "The slope is 1 for positive x and 0 for negative x. The chain rule multiplies by grad.",
        "Return `grad` if x is positive, else `0.0`.",
    ),
    section=RULES,
    notice="A neuron whose input is negative for every example gets no gradient, and its weights stay: it is dead.",
)


# Graphs


class _Counts:
    """How often each node was asked for its parents, what its vjp was called with, how often nodes were compared."""

    def __init__(self) -> None:
        self.comparisons = 0
        self.asked: Counter[int] = Counter()
        self.calls: defaultdict[int, list[float]] = defaultdict(list)


class _Node:
    """A node of a graph that keeps count. All of a graph have the same data: only identity tells them apart."""

    def __init__(self, counts: _Counts, parents: tuple["_Node", ...], slopes: tuple[float, ...]) -> None:
        self.data, self.grad = 2.0, 0.0
        self._counts, self._parents, self._slopes = counts, parents, slopes

    @property
    def parents(self) -> tuple["_Node", ...]:
        self._counts.asked[id(self)] += 1
        return self._parents

    @parents.setter
    def parents(self, parents: tuple["_Node", ...]) -> None:
        self._parents = parents

    def vjp(self, grad: float) -> tuple[float, ...]:
        self._counts.calls[id(self)].append(grad)
        return tuple(grad * slope for slope in self._slopes)

    def __eq__(self, other: object) -> bool:
        self._counts.comparisons += 1
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "Node()"


@dataclass
class _Graph:
    """A graph under observation: its nodes in the order in which they were made, the root last."""

    words: str
    counts: _Counts
    nodes: list[_Node]

    @property
    def root(self) -> _Node:
        return self.nodes[-1]

    def reached(self) -> list[_Node]:
        """Return the nodes that can be reached from the root, in a right order."""
        return topological_order(self.root)

    def gradients(self) -> dict[_Node, float]:
        """Return the gradient of the root with respect to each node that it comes from."""
        found = dict.fromkeys(self.reached(), 0.0) | {self.root: 1.0}
        for node in reversed(found):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                found[parent] += found[node] * slope
        return found


def _graph(words: str, draw: Draw, parents: Sequence[Sequence[int]]) -> _Graph:
    """Make a graph: for each node the numbers of its parents."""
    counts = _Counts()
    nodes: list[_Node] = []
    edges = sum(map(len, parents))
    drawn = iter((draw.array(edges, low=0.5, high=1.5) * draw.rng.choice([1, -1], edges)).tolist())
    for chosen in parents:
        nodes.append(_Node(counts, tuple([nodes[i] for i in chosen]), tuple(itertools.islice(drawn, len(chosen)))))
    return _Graph(words, counts, nodes)


def _random_parents(draw: Draw, size: int) -> list[list[int]]:
    """Return the parents of each node in a random graph: one made shortly before, and up to two from anywhere."""
    parents: list[list[int]] = [[], []]
    for i in range(2, size):
        near = int(draw.rng.integers(max(0, i - 3), i))
        far = [int(j) for j in draw.rng.integers(0, i, int(draw.rng.integers(0, 3)))]
        parents.append([near, *far] if draw.number() > 0 else [*far, near])
    return parents


def _ladder_parents(steps: int) -> list[list[int]]:
    """Return the parents in a ladder: each step uses the one before twice, and adds."""
    parents: list[list[int]] = [[]]
    for _ in range(steps):
        top = len(parents) - 1
        parents += [[top], [top], [top + 1, top + 2]]
    return parents


def _graphs(draw: Draw) -> Iterator[_Graph]:
    yield _graph("a single node", draw, [[]])
    yield _graph("x → y → root", draw, [[], [0], [1]])
    yield _graph("x·x", draw, [[], [0, 0]])
    yield _graph("y from x, root.parents = (y, x)", draw, [[], [0], [1, 0]])
    yield _graph("y from x, root.parents = (x, y)", draw, [[], [0], [0, 1]])
    yield _graph("the lesson's x, y, z, L", draw, [[], [0, 0], [1, 0], [1, 2]])
    yield _graph("y = x·x, z from x, root.parents = (y, z)", draw, [[], [0, 0], [0], [1, 2]])
    yield _graph("y = x·x, z from x, root.parents = (z, y)", draw, [[], [0], [0, 0], [1, 2]])
    yield _graph("y, z from x, root.parents = (z, y), z from y too", draw, [[], [0], [0, 1], [2, 1]])
    yield _graph("a diamond, root.parents = (y, z)", draw, [[], [0], [0], [1, 2]])
    yield _graph("a diamond with legs of 1 and 3", draw, [[], [0], [0], [2], [3], [1, 4]])
    yield _graph("the same, legs exchanged", draw, [[], [0], [0], [2], [3], [4, 1]])
    yield _graph("a from d, b from a, root.parents = (a, d, b)", draw, [[], [0], [1], [1, 0, 2]])
    yield _graph("a from d, b from a, root.parents = (b, d, a)", draw, [[], [0], [1], [2, 0, 1]])
    yield _graph("six leaves, one used three times at once", draw, [[]] * 6 + [[0, 1], [2, 3, 2, 2], [4, 5, 6], [8, 7]])
    yield _graph("a node that the root doesn't come from", draw, [[], [], [0, 1], [0], [0, 3]])
    for size in (8, 15, 40):
        parents = _random_parents(draw, size)
        yield _graph(f"a graph of {size} nodes and {sum(map(len, parents))} arrows", draw, parents)


LADDER = 10  # steps; 1,024 paths: enough to notice, and done in a moment
LONG = 300  # where every node is compared with every other, that many are enough to notice
DEEP = 4_000  # deeper than Python's stack, also where a notebook's completion has raised its limit to 3,000
LONGEST = 100_000


def _costs(work: Callable[[_Graph], Iterator[Step]], draw: Draw) -> Generator[Step, None, tuple[bool, bool]]:
    """Observe what an answer costs where graphs grow; return whether it can be asked for deep chains, and the longest.

    One that would take for ever isn't asked.
    """
    ladder = _graph(f"a ladder of {LADDER} steps", draw, _ladder_parents(LADDER))
    yield from work(ladder)
    most = max(ladder.counts.asked.total(), sum(map(len, ladder.counts.calls.values())))
    by_nodes = most <= 30 * len(ladder.nodes)
    yield Rule("the work grows with the nodes, not with the paths"), by_nodes
    chain = _graph(f"a chain of {LONG}", draw, [[], *([i] for i in range(LONG))])
    yield from work(chain)
    few = chain.counts.comparisons <= 20 * LONG
    yield Rule("a node is looked up without comparing it with all others"), few
    return few, few and by_nodes


class _Link:
    """A node of a long chain, which keeps no count and so is quickly made."""

    def __init__(self, parents: tuple["_Link", ...], slopes: tuple[float, ...]) -> None:
        self.data, self.grad, self.parents, self._slopes = 2.0, 0.0, parents, slopes

    def vjp(self, grad: float) -> tuple[float, ...]:
        return tuple([grad * slope for slope in self._slopes])


def _chain(draw: Draw, length: int) -> list[_Link]:
    """Return the nodes of a chain of so many links, from the leaf to the root; each slope is 1 or -1."""
    nodes = [_Link((), ())]
    collecting = gc.isenabled()
    gc.disable()  # it would look through all of them again and again, and find nothing
    for slope in draw.rng.choice([1.0, -1.0], length).tolist():
        nodes.append(_Link((nodes[-1],), (slope,)))
    if collecting:
        gc.enable()
    return nodes


RIGHT_ORDER = "a list of all nodes, each once and after its parents"


def probe_order(answer: Any, draw: Draw) -> Iterator[Step]:
    right = True

    def work(graph: _Graph) -> Iterator[Step]:
        nonlocal right
        before = [(node._parents, len(vars(node)), node.grad, node.data) for node in graph.nodes]
        said = _order_in_words(answer(graph.root), graph)
        right = right and said == RIGHT_ORDER
        yield graph.words, said
        after = [(node._parents, len(vars(node)), node.grad, node.data) for node in graph.nodes]
        same = all(x[0] is y[0] and x[1:] == y[1:] for x, y in zip(before, after, strict=True))
        yield Rule("nodes are left as they were"), same

    for graph in _graphs(draw):
        yield from work(graph)
        yield f"{graph.words}, again", _order_in_words(answer(graph.root), graph)
    deep, deeper = yield from _costs(work, draw)
    for length, ask in ((DEEP, deep), (LONGEST, deeper and right)):
        said = RIGHT_ORDER  # of one that would take for ever, or is wrong already, nothing more is asked
        if ask:
            nodes = _chain(draw, length)
            order = list(answer(nodes[-1]))
            if len(order) != len(nodes) or not all(map(operator.is_, order, nodes)):
                said = "not a list of the nodes from the leaf to the root"
        yield f"a chain of {length:,}", said


def _order_in_words(result: Any, graph: _Graph) -> str:
    """Say what a list of nodes is: all of them or not, each once or not, in which order."""
    if not isinstance(result, (list, tuple, deque, np.ndarray)):
        return "nothing (None)" if result is None else f"no list, but a {type(result).__name__}"
    reached = graph.reached()
    place: dict[int, int] = {}
    for i, node in enumerate(result):
        if not isinstance(node, _Node):
            return f"a list with a {type(node).__name__} in it"
        place.setdefault(id(node), i)
    missing = [node for node in reached if id(node) not in place]
    inner = [node for node in reached if node._parents]
    said = []
    if any(node is graph.root for node in missing):
        said.append("the root is missing")
    if any(node is not graph.root and not node._parents for node in missing):
        said.append("leaves are missing")
    if any(node is not graph.root and node._parents for node in missing):
        said.append("nodes between root and leaves are missing")
    if len(place) > len(reached) - len(missing):
        said.append("nodes are listed that the root doesn't come from")
    if len(result) > len(place):
        said.append("nodes are listed more than once")
    pairs = [(place[id(p)], place[id(n)]) for n in inner for p in n._parents if id(p) in place and id(n) in place]
    if pairs and all(parent > node for parent, node in pairs):
        said.append("each node comes before its parents")
    elif any(parent > node for parent, node in pairs):
        early = len({node for parent, node in pairs if parent > node})
        said.append(f"{early} of the {len(reached)} nodes come before one of their parents")
    return "a list in which " + "; ".join(said) if said else RIGHT_ORDER


def _depth_first(root: Any, before: bool = False) -> list[Any]:
    """List the nodes depth first, each after or before its parents."""
    order, seen, waiting = [], set(), [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            if before:
                order.append(node)
            else:
                waiting.append((node, True))
            waiting.extend((parent, False) for parent in reversed(node.parents))
    return order


def _marked_when_pushed(root: Any) -> list[Any]:
    order, seen, waiting = [], {root}, [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
            continue
        waiting.append((node, True))
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append((parent, False))
    return order


def _as_they_come(root: Any, take: Callable[[Any], Any]) -> list[Any]:
    """List each node when `take` takes it out of those that wait; its parents are marked when they begin to wait."""
    order, seen, waiting = [], {root}, deque([root])
    while waiting:
        node = take(waiting)
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return order


def _breadth_first(root: Any) -> list[Any]:
    return _as_they_come(root, deque.popleft)


def _every_path(root: Any) -> list[Any]:
    """List the nodes along every path, each after its parents."""
    order, waiting = [], [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
        else:
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


def _recursive(root: Any) -> list[Any]:
    order, seen = [], set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def _recursive_further(root: Any) -> list[Any]:
    sys.setrecursionlimit(20_000)
    return _recursive(root)


def _recursive_before(root: Any) -> list[Any]:
    order: list[Any] = []
    seen = set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            order.append(node)
            for parent in node.parents:
                visit(parent)

    visit(root)
    return order


def _recursive_every_path(root: Any) -> list[Any]:
    return [node for parent in root.parents for node in _recursive_every_path(parent)] + [root]


def _searching_lists(root: Any) -> list[Any]:
    order: list[Any] = []
    waiting = [root]
    while waiting:
        node = waiting[-1]
        todo = [parent for parent in node.parents if parent not in order]
        if todo:
            waiting.append(todo[0])
        else:
            waiting.pop()
            if node not in order:
                order.append(node)
    return order


def _by_data(root: Any) -> list[Any]:
    found: dict[Any, Any] = {}
    for node in topological_order(root):
        found.setdefault((node.data, len(node.parents)), node)
    return list(found.values())


def _one_branch(root: Any) -> list[Any]:
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


def _marking(root: Any) -> list[Any]:
    order, waiting = [], [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
        elif not hasattr(node, "visited"):
            node.visited = True
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order


def _last_parent_first(root: Any) -> list[Any]:
    order, waiting, seen = [], [root], set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        waiting.extend(node.parents)
    return order[::-1]


def _kahn(root: Any, uses_in: Callable[[Any], Any] = lambda node: node.parents) -> list[Any]:
    """List the nodes by counting their uses, those that `uses_in` finds in a node, from the root on."""
    uses = Counter(parent for node in _breadth_first(root) for parent in uses_in(node))
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    return order[::-1]


RECURSES = (
    "Right, until the graph is deep: your function calls itself once for each node on the way down, and Python allows "
    "about a thousand calls within one another. Keep the nodes that wait in a list of your own."
)
RECURSES_FURTHER = (
    "Raising the limit moves the end further away: a loop over data makes graphs deeper than that. Keep the nodes that "
    "wait in a list of your own."
)
EVERY_PATH = (
    "You go along every path. In a ladder of 10 steps that is 1,024 of them for 31 nodes, and twice as many with each "
    "further step. Remember which nodes were met, and go on from each only once."
)
SEARCHES = (
    "Right, but slow where graphs are large: to find out whether a node was met, it is compared with all the others. "
    "That is what `in` does on a list; in a set or a dict it takes one look."
)
TOO_EARLY_HINT = "A node has to wait for all nodes that use it, also for those that lie a longer way from the root."


TOPOLOGICAL_ORDER = Exercise(
    name="reverse_mode.topological_order",
    probe=probe_order,
    reference=topological_order,
    alternatives=(_kahn, lambda root: tuple(_depth_first(root))),
    mistakes=(
        Mistake("recursion", _recursive, RECURSES),
        Mistake("searches lists", _searching_lists, SEARCHES),
        Mistake("duplicates", _every_path, f"Nodes are listed once for each path that leads to them. {EVERY_PATH}"),
        Mistake(
            "duplicates, recursion",
            _recursive_every_path,
            f"Nodes are listed once for each path that leads to them. {EVERY_PATH}",
        ),
        Mistake("every path, duplicates removed", lambda root: list(dict.fromkeys(_every_path(root))), EVERY_PATH),
        Mistake(
            "breadth-first",
            lambda root: _breadth_first(root)[::-1],
            "The nodes stand in the order of their distance from the root, nearest last. That goes wrong where a node"
            " is "
            f"used twice, by a short and by a long way. {TOO_EARLY_HINT}",
        ),
        Mistake(
            "reversed pre-order",
            lambda root: _depth_first(root, before=True)[::-1],
            "You list each node as soon as it is met, before its parents, and turn the list round in the end. That "
            "goes wrong where a node is met by one way and used by another. List it after its parents instead.",
        ),
        Mistake(
            "reversed pre-order, last parent first",
            _last_parent_first,
            "You list each node as soon as it comes off the pile, and turn the list round in the end. That goes wrong "
            "where a node is met by one way and used by another. List it after its parents instead.",
        ),
        Mistake(
            "reversed pre-order, marked when pushed",
            lambda root: _as_they_come(root, deque.pop)[::-1],
            "You list each node as soon as it comes off the pile, and turn the list round in the end. That goes wrong "
            "where a node is met by one way and used by another. List it after its parents instead.",
        ),
        Mistake(
            "reversed pre-order, recursion",
            lambda root: _recursive_before(root)[::-1],
            "You list each node as soon as it is met, before its parents, and turn the list round in the end. That "
            "goes wrong where a node is met by one way and used by another; and a function that calls itself for each"
            " node fails where the graph is deep.",
        ),
        Mistake(
            "marked when pushed",
            _marked_when_pushed,
            "You take a node for met as soon as it lies on the pile. Another node above it may need it first, and "
            "finds it marked, but not listed yet. Mark it when it comes off the pile.",
        ),
        Mistake(
            "pre-order",
            lambda root: _depth_first(root, before=True),
            "You list each node when you meet it, and its parents afterwards. They have to come first.",
        ),
        Mistake(
            "pre-order, recursion",
            _recursive_before,
            "You list each node when you meet it, and its parents afterwards. They have to come first. And a function "
            "that calls itself for each node fails where the graph is deep.",
        ),
        Mistake(
            "breadth-first, root first",
            _breadth_first,
            "The root comes first in your list, and nodes stand before their parents. Going by the distance from the "
            "root doesn't help when it is turned round, either: a node may be used by a short and by a long way.",
        ),
        Mistake(
            "root first",
            lambda root: topological_order(root)[::-1],
            "Your order is the other way round: the root comes first. Every node should come after its parents.",
        ),
        Mistake(
            "leaves left out",
            lambda root: [node for node in topological_order(root) if node.parents],
            "The leaves are missing from your list: nodes without parents are nodes, too.",
        ),
        Mistake(
            "root left out",
            lambda root: topological_order(root)[:-1],
            "The root is missing from your list. It is the last.",
        ),
        Mistake(
            "root only",
            lambda root: [root],
            "Only the root came back. Its parents belong before it, and theirs before them.",
        ),
        Mistake(
            "one generation",
            lambda root: [*dict.fromkeys(root.parents), root],
            "Only the root and its parents came back. Their parents belong into the list as well, all the way down.",
        ),
        Mistake(
            "first parents only",
            _one_branch,
            "You follow the first parent of each node only. All of them have to be listed.",
        ),
        Mistake(
            "told apart by value",
            _by_data,
            "Nodes are missing that are equal to others in some way. Two nodes are the same only if they are one "
            "object, whatever they hold.",
        ),
        Mistake(
            "remembers the first call",
            _marking,
            "The first call is right; a second one on the same graph isn't. Something is kept from the first: marks on "
            "the nodes, or a default argument, which is made only once. Make a new set in each call.",
        ),
        Mistake("recursion, limit raised", _recursive_further, RECURSES_FURTHER),
        Mistake(
            "used twice, counted once",
            lambda root: _kahn(root, uses_in=lambda node: set(node.parents)),
            "You count how often a node is used, and in x·x the two uses count as one there and as two elsewhere. Then "
            "the count never comes to 0 at the right time.",
        ),
        Mistake(
            "a set",
            lambda root: set(topological_order(root)),
            "A set came back. It knows no order: make a list.",
        ),
        Mistake(
            "a generator",
            lambda root: (node for node in topological_order(root)),
            "A generator came back. A list is asked for: it can be walked more than once, and from the back.",
        ),
        Mistake(
            "reversed, not a list",
            lambda root: reversed(_depth_first(root)),
            "`reversed` gives an iterator, which can be walked once. Make a list of it.",
        ),
        NOTHING_RETURNED,
    ),
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


def probe_backward(answer: Any, draw: Draw) -> Iterator[Step]:
    right = True

    def work(graph: _Graph) -> Iterator[Step]:
        nonlocal right
        truth, calls = graph.gradients(), graph.counts.calls
        answer(graph.root)
        grads = [node.grad for node in graph.nodes]
        few = len(grads) <= 50
        yield (
            f"{graph.words}: the gradients{'' if few else ' of some nodes, the root first'}",
            grads if few else grads[-1::-1][:: LONG // 2],
        )
        yield Rule("each vjp is called at most once"), max(map(len, calls.values()), default=1)
        complete = all(
            abs(given - truth.get(node, 0.0)) <= 1e-9 * abs(given) for node in graph.nodes for given in calls[id(node)]
        )
        yield Rule("each vjp is called with its node's complete gradient"), complete
        right = right and max(abs(node.grad - truth.get(node, 0.0)) for node in graph.nodes) < 1e-6

    for graph in _graphs(draw):
        yield from work(graph)
    shut = _graph("x from w, y from x, z from x and y, y's slope in x is 0", draw, [[], [0], [1], [1, 2], [2, 3]])
    shut.nodes[2]._slopes = (0.0,)
    yield from work(shut)
    dead = _graph("y from x, z from y, root.parents = (z, x), z's slope is 0", draw, [[], [0], [1], [2, 0]])
    dead.nodes[2]._slopes = (0.0,)
    yield from work(dead)
    deep, deeper = yield from _costs(work, draw)
    for length, ask in ((DEEP, deep), (LONGEST, deeper and right)):
        off = 0.0  # as above
        if ask:
            nodes = _chain(draw, length)
            answer(nodes[-1])
            truth = itertools.accumulate((node._slopes[0] for node in nodes[:0:-1]), operator.mul, initial=1.0)
            off = max(abs(node.grad - expected) for node, expected in zip(nodes[::-1], truth, strict=True))
        yield f"a chain of {length:,}: the largest error of a gradient", off, 1.0


def _swept(
    order: Callable[[Any], Any] = lambda root: topological_order(root)[::-1],
    seed: Callable[[Any], float] = lambda root: 1.0,
    send: Callable[[Any, Any], None] | None = None,
) -> Callable[[Any], None]:
    """Return a backward that goes through the nodes in that order, begins with that gradient and sends like that."""

    def backward(root: Any) -> None:
        root.grad = seed(root)
        for node in order(root):
            (send or _send)(node, node.grad)

    return backward


def _send(node: Any, grad: float) -> None:
    for parent, back in zip(node.parents, node.vjp(grad), strict=True):
        parent.grad += back


def _sending(pairs: Callable[[Any, Any], Any]) -> Callable[[Any], None]:
    """Return a backward that adds other gradients to other parents: `pairs(node, grad)` lists them."""

    def send(node: Any, grad: float) -> None:
        for parent, back in pairs(node, grad):
            parent.grad += back

    return _swept(send=send)


def _send_instead(node: Any, grad: float) -> None:
    for parent, back in zip(node.parents, node.vjp(grad), strict=True):
        parent.grad = back


def _send_and_clear(node: Any, grad: float) -> None:
    _send(node, grad)
    if node.parents:
        node.grad = 0.0


def _clearing_inner_nodes(root: Any) -> None:
    order = topological_order(root)
    _swept()(root)
    for node in order[:-1]:
        if node.parents:
            node.grad = 0.0


def _root_left_out(root: Any) -> None:
    _swept()(root)
    root.grad = 0.0


def _per_use(root: Any) -> None:
    """Send every contribution on by itself."""
    waiting = [(root, 1.0)]
    while waiting:
        node, grad = waiting.pop()
        node.grad += grad
        waiting.extend(zip(node.parents, node.vjp(grad), strict=True))


def _per_use_overwriting(root: Any) -> None:
    waiting = [(root, 1.0)]
    while waiting:
        node, grad = waiting.pop()
        node.grad = grad
        waiting.extend(reversed(list(zip(node.parents, node.vjp(grad), strict=True))))


def _again_for_each_use(root: Any) -> None:
    """Add up, and send the sum so far on each time that something arrives."""
    root.grad = 1.0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for parent, back in zip(node.parents, node.vjp(node.grad), strict=True):
            parent.grad += back
            waiting.append(parent)


def _as_met(root: Any) -> None:
    root.grad = 1.0
    met = set()

    def ask(node: Any) -> None:
        met.add(node)
        for parent, back in zip(node.parents, node.vjp(node.grad), strict=True):
            parent.grad += back
            if parent not in met:
                ask(parent)

    ask(root)


def _recursive_per_use(root: Any, grad: float = 1.0) -> None:
    root.grad += grad
    for parent, back in zip(root.parents, root.vjp(grad), strict=True):
        _recursive_per_use(parent, back)


def _into_a_dict(root: Any) -> dict[Any, float]:
    grads = {root: 1.0}
    for node in topological_order(root)[::-1]:
        for parent, back in zip(node.parents, node.vjp(grads[node]), strict=True):
            grads[parent] = grads.get(parent, 0.0) + back
    return grads


def _ready_by_counting(root: Any) -> None:
    """Send from whichever node has received everything."""
    missing = Counter(parent for node in _breadth_first(root) for parent in node.parents)
    root.grad, ready = 1.0, deque([root])
    while ready:
        node = ready.popleft()
        for parent, back in zip(node.parents, node.vjp(node.grad), strict=True):
            parent.grad, missing[parent] = parent.grad + back, missing[parent] - 1
            if not missing[parent]:
                ready.append(parent)


TOO_EARLY = (
    "A node that is used more than once was asked before everything had arrived; what came later was never sent on. "
)


BACKWARD = Exercise(
    name="reverse_mode.backward",
    probe=probe_backward,
    reference=_swept(),
    alternatives=(
        _ready_by_counting,
        _swept(order=lambda root: [node for node in _kahn(root)[::-1] if node.parents]),
    ),
    mistakes=(
        Mistake(
            "overwritten",
            _swept(send=_send_instead),
            "What arrives is put in the place of what was there: where a "
            "node is used twice, one contribution is lost. Look at your `=`.",
        ),
        Mistake(
            "too early",
            _swept(order=lambda root: _depth_first(root, before=True)),
            f"{TOO_EARLY}Depth first, each node as soon as it is met, is no order to send in: go through a topological "
            "order from the back.",
        ),
        Mistake(
            "too early, last parent first",
            _swept(order=lambda root: _last_parent_first(root)[::-1]),
            f"{TOO_EARLY}Taking nodes off a pile, each as soon as it is met, is no order to send in: go through a "
            "topological order from the back.",
        ),
        Mistake(
            "too early, by recursion",
            _as_met,
            f"{TOO_EARLY}Go through a topological order from the back instead. And a function that calls itself for"
            " each node fails where the graph is deep.",
        ),
        Mistake(
            "breadth-first",
            _swept(order=_breadth_first),
            f"{TOO_EARLY}The distance from the root doesn't say who may go next: a node may be used by a short and by "
            "a long way.",
        ),
        Mistake(
            "from the leaves",
            _swept(order=topological_order),
            "You go through the nodes from the leaves to the root. The gradient starts at the root: the leaves have "
            "nothing to send yet when their turn comes.",
        ),
        Mistake("recursion", _swept(order=lambda root: _recursive(root)[::-1]), RECURSES),
        Mistake("recursion, limit raised", _swept(order=lambda root: _recursive_further(root)[::-1]), RECURSES_FURTHER),
        Mistake("searches lists", _swept(order=lambda root: _searching_lists(root)[::-1]), SEARCHES),
        Mistake(
            "sent once per use",
            _per_use,
            "The gradients are right, but each contribution was sent on by itself, so a vjp is called once for every "
            "path that leads to its node. Add up first, and send the sum once.",
        ),
        Mistake(
            "sent once per use, by recursion",
            _recursive_per_use,
            "Each contribution is sent on by itself, so a vjp is called once for every path that leads to its node. "
            "Add up first, and send the sum once. And a function that calls itself for each node fails where the "
            "graph is deep.",
        ),
        Mistake(
            "sent once per use, overwriting",
            _per_use_overwriting,
            "Each contribution is sent on by itself and put in the place of what was there before: only the last "
            "path counts. Add up first, and send the sum once.",
        ),
        Mistake(
            "the sum sent again",
            _again_for_each_use,
            "Each time that something arrives at a node, all that it has so far is sent on once more: the first "
            "contribution counts again and again. Send once, when everything has arrived.",
        ),
        Mistake(
            "root seeded with its value",
            _swept(seed=lambda root: float(root.data)),
            "The root's gradient is its own value in yours. How fast does the root change with itself?",
        ),
        Mistake(
            "root not seeded",
            _swept(seed=lambda root: 0.0),
            "All gradients are 0: none was given to the root to begin with. How fast does the root change with itself?",
        ),
        Mistake(
            "unique parents",
            _sending(lambda node, grad: zip(dict.fromkeys(node.parents), node.vjp(grad), strict=False)),
            "Where a node stands twice among the parents, as in x·x, half of what comes back is lost: a set or a dict"
            " keeps it once. Pair each place in `parents` with its own gradient.",
        ),
        Mistake(
            "unique parents, the last kept",
            _sending(lambda node, grad: dict(zip(node.parents, node.vjp(grad), strict=True)).items()),
            "Where a node stands twice among the parents, as in x·x, half of what comes back is lost: a dict keeps one "
            "gradient for each. Pair each place in `parents` with its own.",
        ),
        Mistake(
            "found by index",
            _sending(lambda node, grad: [(p, node.vjp(grad)[node.parents.index(p)]) for p in node.parents]),
            "Where a node stands twice among the parents, it gets the first gradient twice: `index` finds the first "
            "place. And the vjp is asked anew for each parent. Use `zip`.",
        ),
        Mistake(
            "asked for each parent",
            _sending(lambda node, grad: [(p, node.vjp(grad)[i]) for i, p in enumerate(node.parents)]),
            "The gradients are right, but the vjp is called anew for each parent. Call it once, and keep what it "
            "returns.",
        ),
        Mistake(
            "first parents only",
            _sending(lambda node, grad: list(zip(node.parents, node.vjp(grad), strict=True))[:1]),
            "Only the first parent of each node gets something. Each gets its own gradient.",
        ),
        Mistake(
            "parents in reverse",
            _sending(lambda node, grad: zip(node.parents, node.vjp(grad)[::-1], strict=True)),
            "The gradients go to the wrong parents: they come in the order of `.parents`.",
        ),
        Mistake(
            "the sum for each",
            _sending(lambda node, grad: [(p, sum(node.vjp(grad))) for p in node.parents]),
            "Each parent gets the sum of what comes back from the operation. Each should get its own part.",
        ),
        Mistake(
            "not chained",
            _sending(lambda node, grad: zip(node.parents, node.vjp(1.0), strict=True)),
            "Every vjp is asked with 1. Only the root's gradient is 1; each node passes on its own.",
        ),
        Mistake(
            "multiplied twice",
            _sending(lambda node, grad: [(p, grad * b) for p, b in zip(node.parents, node.vjp(grad), strict=True)]),
            "What the vjp returns is multiplied by the node's gradient once more. The vjp has done that already.",
        ),
        Mistake(
            "one generation",
            _swept(order=lambda root: [root]),
            "Only the root's own parents get something. Go on from them, down to the leaves.",
        ),
        Mistake(
            "leaves left out",
            _sending(
                lambda node, grad: [(p, b) for p, b in zip(node.parents, node.vjp(grad), strict=True) if p.parents]
            ),
            "The leaves get nothing. They send nothing on, but they are what the gradients are wanted for.",
        ),
        Mistake(
            "cleared after sending",
            _swept(send=_send_and_clear),
            "The leaves are right, and the others have lost their gradients: they should keep them.",
        ),
        Mistake(
            "cleared between root and leaves",
            _clearing_inner_nodes,
            "The nodes between root and leaves have lost their gradients: they should keep them.",
        ),
        Mistake(
            "root left out",
            _root_left_out,
            "All is right but the root's own gradient, which is still 0. How fast does the root change with itself?",
        ),
        Mistake(
            "not stored",
            _into_a_dict,
            "The nodes' `.grad` is as it was before, even the root's. Whatever you computed, put it on the nodes.",
        ),
    ),
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


EXERCISES = (MUL_VJP, DIV_VJP, POW_VJP, TANH_VJP, RELU_VJP, TOPOLOGICAL_ORDER, BACKWARD)
