"""`fc_weight_gradient(features, grad_output)`: the gradient of a linear layer's weight, for a batch."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, eighths, over
from autograd_lab.grading.slips import mistakes

SIZES = ((1, 3, 2), (4, 5, 2), (3, 3, 3), (2, 4, 7), (5, 1, 3), (3, 2, 1), (4, 4, 4), (4, 5, 2))

def _batches(draw: Draw) -> Iterator[Case]:
    for number, (batch, inputs, outputs) in enumerate(SIZES):
        features, grad_output = (eighths(draw, batch, n, size=99.0 if number % 2 else 2.0) for n in (inputs, outputs))
        if number == 6:  # the same picture twice
            features[2], grad_output[2] = features[0], grad_output[0]
        terms = float((features.abs().T @ grad_output.abs()).max())
        yield f"N = {batch}, {inputs} features, {outputs} scores", (features, grad_output), terms

def _by_autograd(features: Tensor, grad_output: Tensor) -> Tensor:
    weight = features.new_zeros(grad_output.shape[1], features.shape[1], requires_grad=True)
    return torch.autograd.grad(nn.functional.linear(features, weight), weight, grad_output)[0]

ENTRY_BY_ENTRY = "`*` multiplies entry by entry, and these shapes don't fit. A product of matrices is wanted: `@`."
WRONG_AXIS = "You sum over the wrong axis: features and scores are not to be added up, pictures are."

EXERCISE = Exercise(
    name="training_step.fc_weight_gradient",
    probe=over(_batches, names=("features", "grad_output")),
    reference=_by_autograd,
    alternatives=(
        lambda features, grad_output: torch.einsum("ni,no->oi", features, grad_output),
        lambda features, grad_output: sum(torch.outer(g, x) for g, x in zip(grad_output, features, strict=True)),
        lambda features, grad_output: (features.T @ grad_output).mT,
    ),
    mistakes=mistakes({
        "transposed": (lambda x, g: x.T @ g,
            "The numbers are right, but they lie as (in, out). The weight is kept as (out, in), a row for each score, "
            "and its gradient has the same shape."),
        "reshaped instead of transposed": (lambda x, g: (x.T @ g).reshape(g.shape[1], x.shape[1]),
            "The shape is right and the numbers stand in the wrong places: `reshape` and `view` keep the order in "
            "which the numbers lie. To turn rows into columns, transpose."),
        "mean over the batch": (lambda x, g: g.T @ x / len(x),
            "You divide by the number of pictures. If the loss is a mean, `grad_output` has it already: just add up."),
        "batch not summed": (lambda x, g: g[:, :, None] * x[:, None, :],
            "You return one matrix for each picture. They all belong to the same weight: add them up."),
        "first picture only": (lambda x, g: torch.outer(g[0], x[0]),
            "Only the first picture counts in your answer. Every picture of the batch contributes."),
        "last picture only": (lambda x, g: torch.outer(g[-1], x[-1]),
            "Only the last picture counts in your answer: in a loop, `=` replaces where `+=` adds."),
        "summed before multiplying": (lambda x, g: torch.outer(g.sum(0), x.sum(0)),
            "You add up the pictures first and multiply then, so the features of one picture meet the slopes of "
            "another. Multiply picture by picture, then add."),
        "averaged before multiplying": (lambda x, g: torch.outer(g.mean(0), x.mean(0)),
            "You average over the pictures first and multiply then, so the features of one picture meet the slopes of "
            "another. Multiply picture by picture, then add up."),
        "grad_output ignored": (lambda x, g: x.sum(0).expand(g.shape[1], -1),
            "Every row is the sum of the features, as under a loss that is a plain sum. In general each score has a "
            "slope of its own, and it stands in `grad_output`."),
        "features ignored": (lambda x, g: g.sum(0)[:, None].expand(-1, x.shape[1]),
            "Every column is the same: features don't count. A weight is multiplied by a feature; so is its slope."),
        "gradient of the bias": (lambda x, g: g.sum(0),
            "That is the gradient of the bias b: one number a score. A weight also has a feature to multiply with."),
        "sign": (lambda x, g: -(g.T @ x),
            "The size is right and the sign is wrong. The minus of the way downhill belongs to the optimizer."),
        "features with themselves": (lambda x, g: x.T @ x,
            "You multiply the features with themselves; `grad_output` does not enter."),
        "slopes with themselves": (lambda x, g: g.T @ g,
            "You multiply `grad_output` with itself; the features do not enter."),
        "everything with everything": (lambda x, g: torch.outer(g.flatten(), x.flatten()),
            "You multiply each slope with each feature, whatever their pictures. Only those of one belong together."),
        "summed to one number": (lambda x, g: (g.T @ x).sum(),
            "You add everything up to one number. Only the pictures are added up; each weight keeps its own slope."),
        "multiplied entry by entry": (lambda x, g: g * x, ENTRY_BY_ENTRY),
        "multiplied entry by entry, the other way round": (lambda x, g: x * g, ENTRY_BY_ENTRY),
        "multiplied entry by entry, one transposed": (lambda x, g: g.T * x, ENTRY_BY_ENTRY),
        "multiplied entry by entry, the other one transposed": (lambda x, g: x.T * g, ENTRY_BY_ENTRY),
        "slopes not transposed": (lambda x, g: g @ x,
            "(N, out) @ (N, in) don't fit: the axis that is summed over has to be the last of the first and the first "
            "of the second. That axis is N: what has to be turned?"),
        "not transposed, the other way round": (lambda x, g: x @ g,
            "(N, in) @ (N, out) don't fit: the axis that is summed over has to be the last of the first and the first "
            "of the second. That axis is N: what has to be turned?"),
        "the wrong one transposed": (lambda x, g: g @ x.T, WRONG_AXIS),
        "the wrong one transposed, the other way round": (lambda x, g: x @ g.T, WRONG_AXIS),
        "grad_output changed": (lambda x, g: g.t_() @ x,
            "The numbers are right, but the caller's `grad_output` is not as it was: `.t_()`, `-=`, `requires_grad_()` "
            "and the like change the tensor itself. `.T` gives a turned view and leaves the tensor alone."),
    }),
    hints=(
        "In which of the y does one weight, W with indices k and j, stand? And what does it stand beside there?",
        "Its slope is the sum over n of (slope of y, indices n and k) times (x, indices n and j).",
        "It is a product of two matrices that sums over N, the first axis of both: transpose `grad_output`, use `@`.",
    ),
    section="Backward: send the error back",
    notice="Each picture adds an outer product: slopes down the side, features along the top.",
)
