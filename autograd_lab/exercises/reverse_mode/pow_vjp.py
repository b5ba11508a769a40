"""`pow_vjp(grad, x, n)`: the way back through a power of a float, whose exponent is a constant."""

import math
from collections.abc import Iterator

from autograd_lab.exercises.forward_mode.powers import power, powers
from autograd_lab.exercises.reverse_mode.rules import RULES, by_value
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_scalar_vjp

RIGHT = by_value(lambda x, n: x**n, 1)

def _cases(draw: Draw) -> Iterator[Case]:
    drawn = [(words, draw.signed(0.4, 2.0), x, n) for words, x, n in powers(draw)]
    same = drawn[-1][2]
    for words, grad, x, n in [*drawn, ("the same x: ", 1.0, same, 3), ("the same x: ", 0.0, same, 3)]:
        yield f"{words}grad = {grad:.3f}, x = {x:.3f}, n = {n}", (grad, x, n), 1 + abs(RIGHT(grad, x, n)) if x else 1.0

EXERCISE = Exercise(
    name="reverse_mode.pow_vjp",
    probe=over(_cases),
    reference=RIGHT,
    alternatives=(
        lambda grad, x, n: grad * n * x ** (n - 1) if n else 0.0,
        lambda grad, x, n: grad * (n and n * math.pow(x, n - 1)),
        lambda grad, x, n: n * grad * x**n / x if x else (grad if n == 1 else 0.0),
    ),
    mistakes=mistakes(of_scalar_vjp(RIGHT, "x") | {
        "power not lowered": (lambda grad, x, n: grad * n * x**n,
            "The exponent comes down as a factor, and then the power falls by one. Yours still stands at n."),
        "factor lost": (lambda grad, x, n: grad * power(x, n - 1),
            "The power is lowered, but the exponent that comes down as a factor is missing."),
        "lowered factor": (lambda grad, x, n: grad * (n - 1) * power(x, n - 1),
            "The factor is the old exponent, not the lowered one."),
        "grad to the power": (lambda grad, x, n: n * x * (power(grad, n - 1) if grad > 0 or n % 1 == 0 else 0.0),
            "The power stands on `grad`. It belongs on x, and `grad` is a factor."),
        "value sent back": (lambda grad, x, n: grad * x**n,
            "You multiply by the value of the power. The factor is its slope."),
        "grad only": (lambda grad, x, n: grad, "`grad` comes back unchanged. A power stretches it by its slope."),
        "power raised": (lambda grad, x, n: grad * n * x ** (n + 1),
            "The power has grown by one. When the exponent comes down, it falls by one."),
        "integrated": (lambda grad, x, n: grad * x ** (n + 1) / (n + 1) if n != -1 else 0.0,
            "That is the integral of the power. The derivative goes the other way."),
        "slope in the exponent": (lambda grad, x, n: grad * x**n * math.log(abs(x)) if x else 0.0,
            "A logarithm belongs to the slope in the exponent. Here the exponent is constant, and x moves."),
        "size of the exponent": (lambda grad, x, n: grad * abs(n) * power(x, n - 1),
            "For negative exponents your sign is wrong: a negative exponent comes down with its minus."),
        "size of x": (lambda grad, x, n: grad * n * (abs(x) ** (n - 1) if x or n >= 1 else 0.0),
            "For a negative x your sign is wrong: the power of x itself is meant, not of its size."),
        "rule of the square": (lambda grad, x, n: grad * 2 * x,
            "That is right for n = 2 only. Where does the exponent come in?"),
        "precedence": (lambda grad, x, n: grad * n * x**n - 1,
            "`x**n - 1` is xⁿ minus 1: a power binds more tightly than the minus. Put the exponent in parentheses."),
        "whole exponent": (lambda grad, x, n: grad * int(n) * power(x, n - 1),
            "Your factor is the exponent without its fraction. n may be 0.5."),
        "exponent made whole": (lambda grad, x, n: grad * int(n) * power(x, int(n) - 1),
            "You take the exponent without its fraction. n may be 0.5."),
        "times n for the power": (lambda grad, x, n: grad * n * x * (n - 1),
            "You multiply by n − 1 where a power is meant: `**`."),
        "nothing for n = 0": (lambda grad, x, n: grad * n * x ** (n - 1),
            "Right where a lower power exists. But for n = 0 at x = 0 the rule asks for 0⁻¹, which Python refuses: "
            "what does x⁰ do when x moves?"),
        "0 at zero": (lambda grad, x, n: grad * n * x ** (n - 1) if x else 0.0,
            "At x = 0 nothing comes back from you. For n = 1 the power is x itself: how fast does that change?"),
        "one for the exponent too": (lambda grad, x, n: (RIGHT(grad, x, n), 0.0),
            "Two numbers came back. The exponent is a constant and gets no gradient: return one float."),
    }),
    hints=(
        "What is the slope of xⁿ in x? And what does x⁰ do when x moves?",
        "grad · n · xⁿ⁻¹. For n = 0 it is 0, without asking for a power.",
        "If n is 0, return `0.0`. Else return `grad * n * x ** (n - 1)`.",
    ),
    section=RULES,
    notice="For n = 1 the gradient goes through unchanged; for n = 0 nothing comes back, since x⁰ doesn't move with x.",
)
