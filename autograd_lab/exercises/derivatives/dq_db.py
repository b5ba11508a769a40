"""`dq_db(b)`: the derivative of Q = 3a³ − b² for b, by hand, entry by entry of a tensor."""

import torch

from autograd_lab.exercises.derivatives.by_hand import of_power, tensors
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.probes import over
from autograd_lab.grading.slips import mistakes

EXERCISE = Exercise(
    name="derivatives.dq_db",
    probe=over(tensors),
    reference=lambda b: -(b + b),
    alternatives=(lambda b: -2 * b, lambda b: torch.func.jacrev(lambda x: -(x**2).sum())(b)),
    mistakes=mistakes(of_power(-1, 2, "b") | {
        "sign lost": (lambda b: 2 * b, "The size is right; the minus in front of b² is lost. It stays."),
        "exponent lost": (lambda b: -b, "The power is right, but the exponent that comes down to multiply is missing."),
        "differentiated twice": (lambda b: torch.full_like(b, -2.0),
            "You return −2 whatever b is: that is the second derivative. The first one changes with b."),
        "the rule for a": (lambda b: 9 * b**2,
            "That is the derivative of 3b³. In Q it is b that is squared, with a minus."),
    }),
    hints=(
        "Which part of Q changes when b changes? Mind the sign in front of it.",
        "The derivative of xⁿ is n·xⁿ⁻¹, and a constant factor, here −1, stays in front.",
        "The exponent 2 comes down; b keeps the power 1; the minus stays.",
    ),
    section="By hand",
    notice="The minus means: when b grows, Q falls, as long as b is positive. For a negative b it is the other way.",
)
