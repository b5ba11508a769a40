"""`Gather.apply(x, index)`, rows of x: in its backward a row that is picked twice keeps one of its gradients."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_checking.operations import HUNT, Operation
from autograd_lab.grading.exercise import Draw, Exercise


def _cases(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape, index in (
        ((4, 3), [1, 0, 1, 1]), ((4, 3), [2, 2, 0, 1]), ((3, 3), [2, 0, 2]), ((4, 2), [2, 0, 3, 1]),
        ((5, 2), [4, 0, 0, 3, 4, 1, 0]), ((2, 3, 2), [1, 1, 0]), ((6,), [3, 0, 3, 4, 3]), ((3, 2), [1]),
        ((1, 2), [0, 0, 0]),
    ):
        yield draw.tensor(*shape), torch.tensor(index)

GATHER = Operation("Gather", lambda x, index: x[index], _cases, others=("index",))

def _right(g: Tensor, x: Tensor, i: Tensor, y: Tensor) -> Tensor:
    return torch.zeros_like(x).index_add_(0, i, g)

def _row_by_row(reduce: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """Return a rule: each row of x gets what `reduce` makes of the gradients that come back to it, or 0."""
    def rule(g: Tensor, x: Tensor, i: Tensor, y: Tensor) -> Tensor:
        rows = [g[i == k] for k in range(len(x))]
        return torch.stack([reduce(r) if len(r) else torch.zeros_like(x[k]) for k, r in enumerate(rows)])
    return rule

def _neighbours(g: Tensor, x: Tensor, i: Tensor, y: Tensor) -> Tensor:
    back = torch.zeros_like(x)
    for k, row in enumerate(i.tolist()):
        back[row] = g[k] + (back[row] if k and row == i[k - 1] else 0)
    return back

def _added_where_it_stands(g: Tensor, x: Tensor, i: Tensor, y: Tensor) -> Tensor:
    back = torch.zeros_like(x)
    for k, row in enumerate(i.tolist()):
        back[k] += g[row]
    return back

def _as_column(numbers: Tensor, like: Tensor) -> Tensor:
    return numbers.reshape(-1, *[1] * (like.ndim - 1))

def _keep_index(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.shape = inputs[0].shape
    ctx.save_for_backward(inputs[1])

EXERCISE = Exercise(
    name="gradient_checking.Gather",
    probe=GATHER.probe,
    reference=GATHER.by_autograd(),
    alternatives=GATHER.all(
        GATHER.function(
            lambda x, index: x.index_select(0, index),
            lambda ctx, g: (g.new_zeros(ctx.shape).index_put((*ctx.saved_tensors,), g, accumulate=True), None),
            _keep_index),
        _row_by_row(lambda r: r.sum(0)),
        lambda g, x, i, y: torch.einsum("kn,k...->n...", torch.nn.functional.one_hot(i, len(x)).to(g), g),
        lambda g, x, i, y: (_right(g, x, i, y), None, None),
    ),
    mistakes=GATHER.mistakes(GATHER.slips(_right) | {
        "assigned, not added": (_row_by_row(lambda r: r[-1]),
            "A row that index names several times keeps only one of the gradients that come back to it. `=` replaces, "
            "and so does `x_grad[index] += grad`, which writes to each row once. What happened to the others?"),
        "first gradient only": (_row_by_row(lambda r: r[0]),
            "A row that index names several times keeps only the first of the gradients that come back to it."),
        "mean of a row's gradients": (_row_by_row(lambda r: r.mean(0)),
            "A row that index names several times gets the mean of what comes back. Each copy has its own effect."),
        "largest of a row's gradients": (_row_by_row(lambda r: r.amax(0)),
            "A row that index names several times gets the largest of what comes back. Each copy has its own effect."),
        "last gradient times the count": (_row_by_row(lambda r: r[-1] * len(r)),
            "You count how often a row is named, and multiply one of its gradients. The copies get different ones."),
        "last gradient twice": (_row_by_row(lambda r: r.sum(0) + r[-1]),
            "One gradient of each row counts twice: it is assigned, and then all of them are added on top."),
        "only neighbours added": (_neighbours,
            "A row that is named twice in a row gets both gradients; where another is named between them, one is "
            "lost."),
        "gathered again": (lambda g, x, i, y: g[i],
            "You pick rows of the incoming gradient, as the forward does with x. On the way back, what came from a row "
            "returns to that row."),
        "places exchanged": (_added_where_it_stands,
            "You add up, but to the wrong rows: the k-th gradient belongs to the row that index names at k."),
        "order turned round": (lambda g, x, i, y: _right(g.flip(0), x, i, y),
            "Gradients and rows run in opposite order: the first gradient meets the last name."),
        "zeros as the incoming gradient": (lambda g, x, i, y: torch.zeros_like(g).index_add(0, i, g),
            "What you fill has the shape of the incoming gradient. There may be more rows in x than are named, or "
            "fewer."),
        "rows up to the last one named": (
            lambda g, x, i, y: g.new_zeros((int(i.max()) + 1, *x.shape[1:])).index_add(0, i, g),
            "There are rows only up to the largest that index names. x may have more: they get zeros."),
        "added along the last axis": (lambda g, x, i, y: torch.zeros_like(x).index_add(-1, i, g),
            "You add along the last axis. Rows are picked along axis 0."),
        "index not spread out": (lambda g, x, i, y: torch.zeros_like(x).scatter_add(0, _as_column(i, g), g),
            "`scatter_add` goes through the entries of its index, not through rows: your index has one column, so all "
            "others get nothing."),
        "first row lost": (lambda g, x, i, y: _right(g, x, i, y) * _as_column(torch.arange(len(x)) > 0, x),
            "Row 0 gets nothing. It is a row as any other."),
        "zeros in float32": (lambda g, x, i, y: torch.zeros(x.shape, dtype=torch.float32).index_add(0, i, g),
            "Your zeros are float32, as `torch.zeros` makes them by itself. They need the dtype of the incoming "
            "gradient."),
        "zeros in float64": (lambda g, x, i, y: torch.zeros(x.shape, dtype=torch.float64).index_add(0, i, g),
            "Your zeros are float64, whatever comes in. They need the dtype of the incoming gradient."),
    }),
    hints=(
        "A row that is named three times stands in three places of the result. What comes back to it?",
        "The sum of what comes back to its places; zero for a row that is never named.",
        "`x_grad.index_add_(0, index, grad)` instead of the assignment, or a loop with `x_grad[row] += grad[k]`.",
    ),
    section=HUNT,
    notice="Words' vectors are fetched like this: of a word that comes twice, the broken one learned only once.",
)
