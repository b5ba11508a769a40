"""`central_difference(f, x, h)`: how fast f rises from x − h to x + h."""

from autograd_lab.exercises.derivatives.functions import functions
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.probes import over
from autograd_lab.grading.slips import mistakes, of_central, renamed

EXERCISE = Exercise(
    name="derivatives.central_difference",
    probe=over(functions),
    reference=lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    alternatives=(
        lambda f, x, h: ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2,
        lambda f, x, h: 0.5 / h * (f(x + h) - f(x - h)),
    ),
    mistakes=mistakes(renamed(of_central(lambda quotient: lambda f, x, h: quotient(lambda d: f(x + d), h)), {
        "one-sided": "forward difference", "to the left only": "backward difference", "not divided": "no division",
        "a step of its own": "h ignored",
    }) | {
        "forward difference": (lambda f, x, h: (f(x + h) - f(x)) / h,
            "That is the forward difference. The central one steps to both sides of x."),
        "half steps": (lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "You step h/2 to each side and divide by h: a central difference too, but with half the step asked for."),
        "one-sided over 2h": (lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "You step to the right only, but divide as if you had stepped to both sides."),
        "added": (lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h),
            "You add the two values. A slope comes from their difference."),
        "second derivative": (lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
            "That is how fast the slope itself changes, the second derivative."),
    }),
    hints=(
        "How wide is the step when you go h to the left and h to the right?",
        "The rise from x − h to x + h, divided by 2h.",
        "Like the forward difference, with f(x − h) for f(x) and (2 * h) for h: mind the parentheses.",
    ),
    section="By small steps",
    notice="f(x) itself is not needed: the point in the middle says nothing about the slope between its neighbours.",
)
