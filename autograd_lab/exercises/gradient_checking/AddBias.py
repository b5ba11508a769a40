"""`AddBias.apply(x, bias)`, a bias added to every row: its backward gives the bias what comes back to the first row."""

import torch

from autograd_lab.exercises.gradient_checking.operations import HUNT, Operation
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import without

SHAPES = (3, 3), (3, 3), (4, 2), (2, 5), (5, 3), (1, 3), (4, 1)
ADD_BIAS = Operation(
    "AddBias", lambda x, bias: x + bias,
    lambda draw: ((draw.tensor(n, d), draw.tensor(d)) for n, d in SHAPES), inputs=("x", "bias"))

EXERCISE = Exercise(
    name="gradient_checking.AddBias",
    probe=ADD_BIAS.probe,
    reference=ADD_BIAS.by_autograd(),
    alternatives=ADD_BIAS.all(
        ADD_BIAS.function(
            lambda x, bias: torch.add(x, bias), lambda ctx, g: (g, torch.einsum("nd->d", g)),
            lambda ctx, inputs, output: None),
        ADD_BIAS.function(
            lambda ctx, x, bias: x + bias[None, :],
            lambda ctx, g: (g.clone() if ctx.needs_input_grad[0] else None,
                            g.T.sum(1) if ctx.needs_input_grad[1] else None)),
        lambda g, x, b, y: (g, g),
        lambda g, x, b, y: (g, g.sum(0, keepdim=True)),
        lambda g, x, b, y: (g, g.mean(0) * len(g), None),
    ),
    mistakes=ADD_BIAS.mistakes(without(
        ADD_BIAS.slips(lambda g, x, b, y: (g, g.sum(0))), "sign of bias", "grad for x only", "grad for bias only",
        "swapped", "swapped and grad ignored", "remembered by the class") | {
        "not summed over the rows": (lambda g, x, b, y: (g, g[0]),
            "The bias gets what comes back to the first row. It was added to every row, and each of them has its say."),
        "last row only": (lambda g, x, b, y: (g, g[-1]),
            "The bias gets what comes back to the last row. It was added to every row, and each of them has its say."),
        "last row lost": (lambda g, x, b, y: (g, g[:-1].sum(0)),
            "The last row is missing from the bias's gradient: where does your range or slice end?"),
        "mean over the rows": (lambda g, x, b, y: (g, g.mean(0)),
            "You take the mean over the rows. Each row has its own effect on the result, and effects add up."),
        "summed over the columns": (lambda g, x, b, y: (g, g.sum(1)),
            "You sum over the wrong axis. The bias has an entry for each column; what was repeated are the rows."),
        "all summed up": (lambda g, x, b, y: (g, g.sum()),
            "You sum over everything, and one number is left. Each entry of the bias has a gradient of its own."),
        "all summed up and repeated": (lambda g, x, b, y: (g, g.sum().expand(g.shape[1])),
            "Every entry of the bias gets the sum of all. Each belongs to one column."),
        "largest for sum": (lambda g, x, b, y: (g, g.amax(0)),
            "You keep the largest of what comes back. Contributions along different paths add up."),
        "sizes added up": (lambda g, x, b, y: (g, g.abs().sum(0)),
            "The bias's gradient adds up sizes. What comes back has a sign, and may cancel."),
        "sign of the bias's gradient": (lambda g, x, b, y: (g, -g.sum(0)), "The bias's gradient has the wrong sign."),
        "rows counted": (lambda g, x, b, y: (g, torch.full_like(g[0], len(g))),
            "The bias's gradient is the number of rows, whatever comes back. The chain rule brings the incoming "
            "gradient in."),
        "times the other argument": (lambda g, x, b, y: (g, (g * x).sum(0)),
            "You multiply by x, as in the gradient of a weight. A bias is added: its slope is 1."),
        "exchanged": (lambda g, x, b, y: (g.sum(0), g),
            "The two gradients have changed places: the first belongs to x."),
        "nothing for the bias": (lambda g, x, b, y: (g, None),
            "The bias gets no gradient, and would never be trained."),
        "nothing for x": (lambda g, x, b, y: (None, g.sum(0)),
            "x gets no gradient: whatever lies before this operation would never be trained."),
        "x divided by the rows": (lambda g, x, b, y: (g / len(g), g.sum(0)),
            "The bias's gradient is right. x's is divided by the number of rows: no mean was taken here."),
        "ones for x": (lambda g, x, b, y: (torch.ones_like(g), g.sum(0)),
            "The bias's gradient is right. x's is 1 everywhere, whatever comes back."),
        "times the bias": (lambda g, x, b, y: (g, (g * b).sum(0)),
            "You multiply by the bias itself. How much the result moves with it doesn't depend on how large it is."),
        "ones in float32": (lambda g, x, b, y: (g, torch.ones(len(g), dtype=torch.float32) @ g),
            "Your ones are float32, as `torch.ones` makes them by itself. They need the incoming gradient's dtype."),
        "the bias asked for x": (ADD_BIAS.function(
            lambda ctx, x, bias: x + bias,
            lambda ctx, g: (g, g.sum(0)) if ctx.needs_input_grad[0] else (None, None)),
            "Right, but where x needs no gradient the bias gets none either. Each has an entry of its own in "
            "`needs_input_grad`."),
    }),
    hints=(
        "Into how many entries of the result did one entry of the bias go?",
        "Into one entry of each row. What comes back to them adds up: a sum over the rows.",
        "The rows are axis 0: `grad.sum(0)` for the bias.",
    ),
    section=HUNT,
    notice="With one row alone the broken one was right: a test needs a batch.",
)
