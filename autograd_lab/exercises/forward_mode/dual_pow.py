"""`dual_pow(x, dx, n)`: the value of a moving float to a constant power, and its tangent."""

import math
from collections.abc import Iterator

from autograd_lab.exercises.forward_mode.pairs import RULES, beside_the_value, by_dual
from autograd_lab.exercises.forward_mode.powers import power, powers
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_jvp, of_pieces

RIGHT = by_dual(lambda x, n: x**n)

def _cases(draw: Draw) -> Iterator[Case]:
    for words, x, n in powers(draw):
        dx = draw.signed(0.4, 2.0)
        scale = 1 + abs(x) ** n + abs(n * dx) * abs(x) ** (n - 1) if x else 1.0
        yield f"{words}x = {x:.3f}, n = {n}", (x, dx, n), scale
    yield "x standing still", (x, 0.0, 3), 8.0

EXERCISE = Exercise(
    name="forward_mode.dual_pow",
    probe=over(_cases),
    reference=RIGHT,
    alternatives=(
        lambda x, dx, n: (x**n, 0.0 if n == 0 else n * dx * x ** (n - 1)),
        lambda x, dx, n: (x**n, n * x**n / x * dx if x else (dx if n == 1 else 0.0)),
        lambda x, dx, n: [math.pow(x, n), dx * (n and n * math.pow(x, n - 1))],
    ),
    mistakes=mistakes(of_jvp(RIGHT, "x") | of_pieces(beside_the_value(RIGHT), {
        "power not lowered": (lambda x, dx, n: n * x**n * dx,
            "The exponent comes down as a factor, and then the power falls by one. Yours still stands at n."),
        "factor lost": (lambda x, dx, n: power(x, n - 1) * dx,
            "The power is lowered, but the exponent that comes down as a factor is missing."),
        "lowered factor": (lambda x, dx, n: (n - 1) * power(x, n - 1) * dx,
            "The factor is the old exponent, not the lowered one."),
        "dx to the power": (lambda x, dx, n: n * dx ** (n - 1),
            "The power stands on the tangent. It belongs on the value, and the tangent is a factor."),
        "tangent to the power n": (lambda x, dx, n: dx**n,
            "You raise the tangent to the power n. The power belongs to x, and the tangent is a factor."),
        "power raised": (lambda x, dx, n: n * x ** (n + 1) * dx,
            "The power has grown by one. When the exponent comes down, it falls by one."),
        "integrated": (lambda x, dx, n: x ** (n + 1) / (n + 1) * dx if n != -1 else 0.0,
            "That is the integral of the power. The derivative goes the other way."),
        "slope of the exponential": (lambda x, dx, n: x**n * math.log(abs(x)) * dx if x else 0.0,
            "A logarithm belongs to the slope in the exponent. Here the exponent is constant, and x moves."),
        "absolute exponent": (lambda x, dx, n: abs(n) * power(x, n - 1) * dx,
            "For negative exponents your sign is wrong: a negative exponent comes down with its minus."),
        "absolute value": (lambda x, dx, n: n * power(abs(x), n - 1) * dx,
            "For a negative x your sign is wrong: the power of x itself is meant, not of its size."),
        "rule of the square": (lambda x, dx, n: 2 * x * dx,
            "That is right for n = 2 only. Where does the exponent come in?"),
        "precedence": (lambda x, dx, n: n * power(x, n) - 1 * dx,
            "`x**n - 1` is xⁿ minus 1: a power binds more tightly than the minus. Put the exponent in parentheses."),
        "exponent whole": (lambda x, dx, n: int(n) * power(x, n - 1) * dx,
            "Your factor is the exponent without its fraction. n may be 0.5."),
    }) | {
        "nothing for n = 0": (lambda x, dx, n: (x**n, n * x ** (n - 1) * dx),
            "Right but for n = 0 at x = 0: there you ask for 0⁻¹, and Python refuses. How fast does x⁰ change?"),
        "0 at zero": (lambda x, dx, n: (x**n, n * x ** (n - 1) * dx) if x else (0.0, 0.0),
            "At x = 0 you return 0 for both. But x⁰ is 1 there, and x¹ changes as fast as x."),
        "tangent 0 at zero": (lambda x, dx, n: (x**n, n * x ** (n - 1) * dx if x else 0.0),
            "At x = 0 your tangent is always 0. For n = 1 the power is x itself: how fast does that change?"),
        "only whole powers": (lambda x, dx, n: RIGHT(x, dx, max(int(n), 0)),
            "You take n for a whole number of factors. It may also be 0.5: the power rule is the same for every n."),
    }),
    hints=(
        "What is the slope of xⁿ in x? And what does x⁰ do when x moves?",
        "The tangent is n · xⁿ⁻¹ · dx. For n = 0 it is 0, without asking for a power.",
        "If n is 0, return `1.0, 0.0`. Else return `x**n` and `n * x ** (n - 1) * dx`.",
    ),
    section=RULES,
    notice="n doesn't move, so it has no tangent. If it did, a logarithm of x would come in.",
)
