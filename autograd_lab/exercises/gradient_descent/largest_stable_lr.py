"""`largest_stable_lr(hessian)`: the learning rate beyond which gradient descent in a valley runs away."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_descent.rules import hessian_of
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.probes import Case, walk
from autograd_lab.grading.slips import Table, mistakes, of_pieces


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    a, b, c, d = sorted(draw.number(0.2, 1.0) * 3**k for k in range(4))
    spectra = ((a, d), (b, a, c), (d,), (c, c, c), (a, b, c, d), (1e-6 * a, 1e-6 * b), (a, 2e3 * b), (c, b))
    cases: list[Case] = [(f"{len(spectrum)} eigenvalues", (hessian_of(draw, *spectrum),)) for spectrum in spectra]
    diagonals = (torch.tensor(entries, dtype=torch.float64) for entries in ((b, d, a), (a, b)))
    cases += [("a diagonal matrix", (torch.diag(diagonal),)) for diagonal in diagonals]
    rows = torch.tensor([[2.0, -1.0], [-1.0, 2.0]], dtype=torch.float64)
    yield from walk(answer, [*cases, ("the rows (2, −1) and (−1, 2)", (rows,))])

def _of_eigenvalues(number: Callable[[Tensor], Any]) -> Callable[[Tensor], float]:
    """Return an answer made of the eigenvalues, which stand in order, the smallest first."""
    return lambda hessian: float(number(torch.linalg.eigvalsh(hessian)))

_OF_EIGENVALUES = of_pieces(_of_eigenvalues, {
    "1/λ": (lambda e: 1 / e[-1],
        "1/λ solves the steepest direction in one step, and above it still converges. When does |1 − lr·λ| reach 1?"),
    "smallest eigenvalue": (lambda e: 2 / e[0],
        "You take the smallest eigenvalue. Which direction runs away first, the flat one or the steep one?"),
    "1/λ of the smallest": (lambda e: 1 / e[0],
        "You take 1/λ of the smallest eigenvalue. Which direction runs away first, and when does |1 − lr·λ| reach 1?"),
    "best rate": (lambda e: 2 / (e[0] + e[-1]),
        "With 2/(smallest + largest) both decay equally fast. The limit is where one of them stops decaying."),
    "two largest": (lambda e: 2 / e[-2:].sum(),
        "You add eigenvalues up. Directions don't add up: each has a limit of its own."),
    "mean eigenvalue": (lambda e: 2 / e.mean(),
        "You take the mean of the eigenvalues. The steepest direction runs away first, whatever the others do."),
    "the largest eigenvalue": (lambda e: e[-1],
        "That is the largest eigenvalue. The steeper, the shorter a step must be."),
    "condition number": (lambda e: e[-1] / e[0],
        "That is the condition number, which says how far the directions differ. The limit depends on one direction."),
    "4/λ": (lambda e: 4 / e[-1], "That is twice the limit. The gradient of ½ xᵀHx is Hx: the ½ is gone with it."),
    "twice the eigenvalue": (lambda e: 2 * e[-1], "Upside down: the steeper, the shorter a step must be."),
    "all eigenvalues multiplied": (lambda e: 2 / (e[-1] * e[0]),
        "You multiply eigenvalues. Each direction has a limit of its own, and the first to be reached counts."),
    "2 over the condition number": (lambda e: 2 / (e[-1] / e[0]),
        "You divide by the condition number. The limit depends on one direction, not on how far they differ."),
    "half the eigenvalue": (lambda e: e[-1] / 2, "Upside down: that is λ/2."),
    "heavy ball, momentum 0.9": (lambda e: 2 * 1.9 / e[-1],
        "That is a limit with momentum. Plain gradient descent is asked for."),
    "Nesterov, momentum 0.9": (lambda e: 2 * 1.9 / 2.8 / e[-1],
        "That is a limit with momentum. Plain gradient descent is asked for."),
})

_DONT_ADD_UP = "You divide by the sum of the eigenvalues, the trace. Directions don't add up: each has its own limit."

_OF_MATRIX: Table = {
    "trace": (lambda h: 2 / h.trace(), _DONT_ADD_UP),
    "1 over the trace": (lambda h: 1 / h.trace(), _DONT_ADD_UP),
    "diagonal only": (lambda h: 2 / h.diagonal().max(),
        "You look at an entry of H, the largest of its diagonal. A turned valley is steep in the other entries too."),
    "1 over the diagonal": (lambda h: 1 / h.diagonal().max(),
        "You look at the diagonal only, and take 1 for 2. A turned valley is steep in the other entries too."),
    "determinant": (lambda h: 2 / h.det(),
        "You divide by the determinant, the product of the eigenvalues. One of them decides."),
    "Frobenius norm": (lambda h: 2 / torch.linalg.norm(h),
        "You divide by the root of the sum of squares (`torch.linalg.norm` of a matrix is that unless told otherwise). "
        "The largest eigenvalue is smaller."),
    "largest row": (lambda h: 2 / h.abs().sum(1).max(),
        "You take the largest sum of a row, which is only an upper bound of the largest eigenvalue."),
    "hessian changed": (lambda h: 1 / torch.linalg.eigvalsh(h.div_(2)).max(),
        "The number is right, but you change the caller's `hessian`."),
    "all limits": (lambda h: 2 / torch.linalg.eigvalsh(h),
        "You return a limit for each direction. One learning rate serves them all: which is the limit of all?"),
}

EXERCISE = Exercise(
    name="gradient_descent.largest_stable_lr",
    probe=probe,
    reference=_of_eigenvalues(lambda e: 2 / e[-1]),
    alternatives=(
        lambda hessian: 2 / float(torch.linalg.matrix_norm(hessian, ord=2)),
        lambda hessian: 2 / torch.linalg.eigvals(hessian).real.max().item(),
        _of_eigenvalues(lambda e: (2 / e).min()),
    ),
    mistakes=mistakes(_OF_EIGENVALUES | _OF_MATRIX),
    hints=(
        "Along an eigenvector with eigenvalue λ, what does one step do to the error?",
        "It multiplies the error by 1 − lr·λ. That must stay between −1 and 1 for every eigenvalue: which is the first "
        "to leave?",
        "`torch.linalg.eigvalsh(hessian)` gives the eigenvalues, smallest first. At the limit 1 − lr·λ is −1.",
    ),
    section="How far: the limit",
    notice="One direction sets the limit for all, however many others would have liked longer steps.",
)
