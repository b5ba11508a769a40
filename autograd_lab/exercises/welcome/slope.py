"""`slope`, a value: the slope of x² at x = 3."""

import torch

from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.probes import the_value
from autograd_lab.grading.slips import mistakes

EXERCISE = Exercise(
    name="welcome.slope",
    probe=the_value,
    reference=2 * 3.0,
    alternatives=(6, torch.tensor(6.0)),
    mistakes=mistakes({
        "value instead of slope": (9.0,
            "That is how high the curve is at 3, which is x² itself. The slope is how fast it climbs there."),
        "exponent": (2.0, "That is the exponent. It comes down as a factor, and one power of x stays behind it."),
        "x itself": (3.0, "That is x itself: the factor that the exponent leaves in front is missing."),
        "exponent not lowered": (18.0,
            "The factor is right, but x is still squared: when the exponent comes down, the power falls by one."),
        "sign": (-6.0,
            "The size is right. To the right of 0 the parabola climbs: is the sign of your slope that of a climb?"),
        "secant over a whole step": (7.0,
            "That is the rise from x = 3 to x = 4, a step of 1. The slope at a point is what is left when the step "
            "shrinks to nothing."),
        "power of two": (8.0,
            "That is 2³. In x² it is x that is squared, and the exponent that comes down as a factor."),
        "added up twice": (12.0,
            "That is twice the slope. If a machine found it, it was asked twice, and PyTorch adds up what it finds."),
        "slope at zero": (0.0, "That is the slope at x = 0, where the parabola is flat. At 3 it climbs."),
        "added instead of multiplied": (5.0, "That is 2 + 3. The exponent that comes down is a factor: it multiplies."),
    }),
    hints=(
        "Walk a tiny step h to the right of x = 3. By how much does x² grow, compared with h?",
        "(3 + h)² − 3² = 2·3·h + h². Divide by h, then let h shrink to nothing.",
        "The derivative of xⁿ is n·xⁿ⁻¹. Here n = 2 and x = 3.",
    ),
    section="An exercise that checks itself",
    notice="A slope is a number at a point: x² has a different one at every x.",
)
