"""`mul_vjp(grad, x, y)`: the way back through a product of two floats."""

from autograd_lab.exercises.reverse_mode.rules import RULES, by_value, of_two
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_scalar_vjp

RIGHT = by_value(lambda x, y: x * y, 2)

EXERCISE = Exercise(
    name="reverse_mode.mul_vjp",
    probe=of_two(zero_y=True),
    reference=RIGHT,
    alternatives=(lambda grad, x, y: [y * grad, x * grad], lambda grad, x, y: tuple(grad * other for other in (y, x))),
    mistakes=mistakes(of_scalar_vjp(RIGHT, "x", "y") | {
        "swapped": (lambda grad, x, y: (grad * x, grad * y),
            "Each input got its own number. When x moves a little, how much the product changes depends on y."),
        "swapped and grad ignored": (lambda grad, x, y: (x, y),
            "Each input got its own number, and `grad` is ignored. How much the product changes with x depends on y, "
            "and the chain rule multiplies by `grad`."),
        "grad only": (lambda grad, x, y: (grad, grad),
            "Both inputs get `grad` unchanged: that is the rule of a sum. A product has other slopes."),
        "product for both": (lambda grad, x, y: (grad * x * y, grad * x * y),
            "Both inputs get grad times the product. An input's slope is the product without that input."),
        "quotients": (lambda grad, x, y: (grad / y if y else 0.0, grad / x if x else 0.0),
            "You divide by the other factor. The slope of a product in x is y itself."),
    }),
    hints=(
        "If x moves a little and y stands still, how much does x · y move?",
        "The slope of x · y in x is y, and in y it is x. The chain rule multiplies by grad.",
        "Return a pair: `grad * y` for x, and `grad * x` for y.",
    ),
    section=RULES,
    notice="Each factor's gradient needs the value of the other: that is why the way back must remember the way there.",
)
