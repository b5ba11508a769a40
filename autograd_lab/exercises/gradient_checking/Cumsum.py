"""`Cumsum.apply(x)`, running sums along the last axis: its backward turns the axis round once instead of twice."""

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_checking.operations import HUNT, Operation, of_shapes
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import without

DRAWN = of_shapes((3, 3), (3, 3), (2, 4), (2, 3, 4), (2, 2, 2, 2), (3, 3, 3), (5,), (3, 1), (1,))
CUMSUM = Operation("Cumsum", lambda x: x.cumsum(-1), DRAWN)

def _right(g: Tensor, *rest: Tensor) -> Tensor:
    return g.flip(-1).cumsum(-1).flip(-1)

def _triangle(g: Tensor) -> Tensor:
    return torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).tril()

EXERCISE = Exercise(
    name="gradient_checking.Cumsum",
    probe=CUMSUM.probe,
    reference=CUMSUM.by_autograd(),
    alternatives=CUMSUM.all(
        CUMSUM.function(
            lambda x: torch.cumsum(x, x.ndim - 1), lambda ctx, g: g @ _triangle(g), lambda ctx, inputs, output: None),
        lambda g, x, y: g.sum(-1, keepdim=True) - g.cumsum(-1) + g,
        lambda g, x, y: (torch.einsum("...i,ij->...j", g, _triangle(g)), None),
    ),
    mistakes=CUMSUM.mistakes(without(CUMSUM.slips(_right), "remembered by the class") | {
        "flipped once only": (lambda g, x, y: g.flip(-1).cumsum(-1),
            "The sums are right, but they stand in reverse order: the first entry of x gets what belongs to the last."),
        "not flipped": (lambda g, x, y: g.cumsum(-1),
            "Your sums run as the forward's do. The first entry of x goes into every sum, the last one only into one."),
        "flipped at the end only": (lambda g, x, y: g.cumsum(-1).flip(-1),
            "You sum from the front and turn the result round. Turning round comes before the sum, too."),
        "second flip along another axis": (lambda g, x, y: g.flip(-1).cumsum(-1).flip(0),
            "The second flip goes along axis 0. It has to undo the first."),
        "all axes flipped": (lambda g, x, y: g.flip(-1).cumsum(-1).flip(tuple(range(g.ndim))),
            "The second flip turns all axes round. It has to undo the first, which turned one."),
        "flips along axis 0": (lambda g, x, y: g.flip(0).cumsum(-1).flip(0),
            "You turn axis 0 round, and back. The sums run along the last axis."),
        "sums along axis 0": (lambda g, x, y: g.flip(0).cumsum(0).flip(0),
            "Everything happens along axis 0. The forward sums along the last."),
        "right flips, sum along axis 0": (lambda g, x, y: g.flip(-1).cumsum(0).flip(-1),
            "The flips are right; the sum between them runs along axis 0."),
        "axis 1": (lambda g, x, y: g.flip(1).cumsum(1).flip(1),
            "Axis 1 is the last only for a matrix. x may have one axis, or three."),
        "passed on": (lambda g, x, y: g.clone(),
            "Each entry gets what comes back to its own place. It went into the sums behind it, too."),
        "total for all": (lambda g, x, y: g.sum(-1, keepdim=True).expand(g.shape),
            "All entries get the same total. An entry goes into the sums from its place on, not into those before it."),
        "own place left out": (lambda g, x, y: _right(g) - g,
            "What comes back to the entry's own place is missing: the sum there ends with it, and includes it."),
        "triangle in float32": (lambda g, x, y: g @ _triangle(g.float()),
            "Your ones are float32, as `torch.ones` makes them by itself. They need the incoming gradient's dtype."),
        "own place twice": (lambda g, x, y: _right(g) + g,
            "What comes back to the entry's own place counts twice."),
        "axis lost in the total": (lambda g, x, y: g.sum(-1) - g.cumsum(-1) + g,
            "The total has lost its axis: where the shapes fit at all, each row's total goes to a column. Keep the "
            "axis."),
        "differences": (lambda g, x, y: torch.diff(g, prepend=torch.zeros_like(g[..., :1])),
            "Differences undo the sums. The gradient isn't the inverse: it asks into which sums an entry went."),
        "mean for sum": (lambda g, x, y: _right(g) / g.shape[-1],
            "You divide by the length. Contributions add up; none of the sums was a mean."),
        "forward turned round": (CUMSUM.made(lambda g, x, y: g.cumsum(-1), _right),
            "Your forward sums from the end, to fit the backward. It was right as it was."),
    }),
    hints=(
        "Into which of the running sums does the j-th entry go?",
        "Into those from its place on: the gradient is the sum of the incoming ones from j to the end, a running sum "
        "from behind.",
        "Turn round, sum, and turn back: `.flip(-1)` before `.cumsum(-1)`, and once more after it.",
    ),
    section=HUNT,
    notice="Written as a matrix, the forward is a triangle of ones, and the backward is its transpose.",
)
