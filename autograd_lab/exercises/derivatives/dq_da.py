"""`dq_da(a)`: the derivative of Q = 3a³ − b² for a, by hand, entry by entry of a tensor."""

import torch

from autograd_lab.exercises.derivatives.by_hand import of_power, tensors
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.probes import over
from autograd_lab.grading.slips import mistakes

EXERCISE = Exercise(
    name="derivatives.dq_da",
    probe=over(tensors),
    reference=lambda a: 9 * a * a,
    alternatives=(
        lambda a: 3 * 3 * a**2, lambda a: (3 * a).square(), lambda a: torch.func.jacrev(lambda x: (3 * x**3).sum())(a)),
    mistakes=mistakes(of_power(3, 3, "a") | {
        "factor lost": (lambda a: 3 * a**2,
            "The power is right, but a factor is missing: the 3 in front and the exponent that comes down multiply."),
        "new exponent as the factor": (lambda a: 6 * a**2,
            "You multiplied by the 2 that is left as the power. It is the old exponent that comes down as a factor."),
        "sign": (lambda a: -9 * a**2, "The size is right and the sign is wrong: the minus in Q belongs to b."),
        "differentiated twice": (lambda a: 18 * a, "That is the second derivative: you differentiated once too often."),
        "power lowered twice": (lambda a: 9 * a, "The power falls by one, from 3 to 2, and yours fell by two."),
        "factor cubed too": (lambda a: 81 * a**2,
            "You differentiated (3a)³. In 3a³ only a stands under the power; the 3 waits in front."),
        "the example's value": (lambda a: torch.full_like(a, 9.0),
            "You return 9 whatever a is: that is the derivative at a = 1 only. It changes with a."),
    }),
    hints=(
        "Which part of Q changes when a changes? The other part is a constant, and a constant has the slope 0.",
        "The derivative of xⁿ is n·xⁿ⁻¹, and a constant factor stays in front.",
        "The exponent 3 comes down and multiplies the 3 that is there; a keeps the power 2.",
    ),
    section="By hand",
    notice="b does not appear: where a changes, b stands still. Such a derivative is called a partial one.",
)
