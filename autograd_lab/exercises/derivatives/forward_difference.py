"""`forward_difference(f, x, h)`: how fast f rises from x to x + h."""

from autograd_lab.exercises.derivatives.functions import functions
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.probes import over
from autograd_lab.grading.slips import mistakes

EXERCISE = Exercise(
    name="derivatives.forward_difference",
    probe=over(functions),
    reference=lambda f, x, h: (f(x + h) - f(x)) / h,
    alternatives=(lambda f, x, h: f(x + h) / h - f(x) / h, lambda f, x, h: -(f(x) - f(h + x)) * (1 / h)),
    mistakes=mistakes({
        "no division": (lambda f, x, h: f(x + h) - f(x),
            "That is how much f rises over the step. A slope is the rise for each unit of the step: divide by h."),
        "only the last term divided": (lambda f, x, h: f(x + h) - f(x) / h,
            "Only f(x) is divided by h: the slash binds more tightly than the minus. Put parentheses around the rise."),
        "backward difference": (lambda f, x, h: (f(x) - f(x - h)) / h,
            "Your step goes to the left, from x − h to x. The forward difference steps to the right."),
        "central difference": (lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "You step to both sides: that is the central difference, which comes next. Here one side is asked for."),
        "divided by 2h": (lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "Your result is half of what it should be: the step from x to x + h is h wide, not 2h."),
        "order swapped": (lambda f, x, h: (f(x) - f(x + h)) / h,
            "The size is right and the sign is wrong: the rise is the later value minus the earlier one."),
        "multiplied by h": (lambda f, x, h: (f(x + h) - f(x)) * h, "You multiply by h where a slope divides by it."),
        "h ignored": (lambda f, x, h: (f(x + 1e-6) - f(x)) / 1e-6,
            "Your result doesn't depend on h: it looks as if you chose a small step yourself. Use the given h."),
        "half a step": (lambda f, x, h: (f(x + h / 2) - f(x)) / (h / 2), "Your step is h/2 wide. It should be h."),
        "step of 1": (lambda f, x, h: f(x + 1) - f(x), "Your step is 1 wide, as in the example. Use the given h."),
        "minus f(x) forgotten": (lambda f, x, h: f(x + h) / h, "You divide a height by h. The rise is a difference."),
    }),
    hints=(
        "How high is f at x? How high one step further to the right? How wide is the step?",
        "Rise over run: (f(x + h) − f(x)) divided by h.",
        "Call f twice, subtract, and divide the whole difference by h: mind the parentheses.",
    ),
    section="By small steps",
    notice="It needs f twice and nothing else: no formula of f, only its values.",
)
