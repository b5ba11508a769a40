"""`scalar_loss(prediction, labels)`: the sum of the differences, as a tensor through which gradients find back."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.probes import eighths
from autograd_lab.grading.slips import mistakes

# Every number of axes up to four, one axis longer than a picture's 1,000 scores, and one shape twice: an answer that
# is right for the first alone, or remembers it, is found out.
SHAPES = ((3, 4), (5,), (), (2, 3, 2), (1, 7), (2, 1, 3, 2), (1201,), (3, 4))

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for number, shape in enumerate(SHAPES):
        # Any order of adding up eighths is exact, so that what is cut off or converted is told from what is wrong.
        weights, labels = (eighths(draw, *shape, size=999.0 if number % 2 else 4.0).double() for _ in range(2))
        weights.requires_grad_()
        prediction = weights * 1.5 if len(shape) == 2 else weights + 0  # a model's output has a past
        prediction.retain_grad()
        incoming = torch.tensor(round(draw.number(1.1, 4.0) * 8) / 8, dtype=torch.float64)
        terms = float(prediction.detach().abs().sum() + labels.abs().sum())
        case = f"a prediction of shape {shape}"
        loss = answer(prediction, labels)
        yield case, loss, terms
        filled = "by `backward`" if weights.grad is not None else "by hand" if prediction.grad is not None else ""
        words, gradient = _way_back(loss, weights, incoming)
        yield f"{case}, what came back", words
        yield f"{case}, the gradient", gradient
        yield Rule("`prediction` is left as it was"), prediction
        yield Rule("`labels` are left as they were"), labels
        yield Rule("`requires_grad` of the arguments is left alone"), [prediction.requires_grad, labels.requires_grad]
        yield Rule("`prediction.grad` stays empty: the loss is only computed here"), filled

def _way_back(loss: Any, weights: Tensor, incoming: Tensor) -> tuple[str, Tensor | None]:
    """Say in words whether a gradient finds back from the loss to the weights; if so, return it as well."""
    if not isinstance(loss, Tensor):
        return "no tensor, so no gradient can flow back from it", None
    if not loss.requires_grad:
        return "a tensor cut off from the prediction", None
    try:
        (gradient,) = torch.autograd.grad(loss, weights, incoming.to(loss.dtype).expand(loss.shape), allow_unused=True)
    except RuntimeError as error:
        if "second time" not in str(error):
            raise
        return "a tensor whose graph was used up by a `backward`", None
    if gradient is None:
        return "a tensor connected to something else than the prediction", None
    return "a tensor connected to the prediction", gradient

def _entry_by_entry(prediction: Tensor, labels: Tensor) -> Tensor:
    total = prediction.new_zeros(())
    for p, y in zip(prediction.reshape(-1), labels.reshape(-1), strict=True):
        total = total + p - y
    return total

def _backward_inside(prediction: Tensor, labels: Tensor, keep: bool = True) -> Tensor:
    loss = (prediction - labels).sum()
    loss.backward(retain_graph=keep)  # type: ignore[no-untyped-call]
    return loss

EXERCISE = Exercise(
    name="welcome.scalar_loss",
    probe=probe,
    reference=lambda prediction, labels: torch.sum(torch.sub(prediction, labels)),
    alternatives=(
        lambda prediction, labels: prediction.sum() - labels.sum(),
        _entry_by_entry,
        lambda prediction, labels: sum((prediction - labels).flatten()),
        lambda prediction, labels: (prediction - labels).float().sum(),
    ),
    mistakes=mistakes({
        "sum without parentheses": (lambda prediction, labels: (prediction - labels).sum,
            "You return the method `.sum` itself. Without its parentheses a method is only mentioned, not called, and "
            "nothing is added up yet."),
        "plain number": (lambda prediction, labels: (prediction - labels).sum().item(),
            "The number is right, but it is a plain number (from `.item()`, `float()` or NumPy). It has forgotten how "
            "it was computed, so no gradient can flow back through it."),
        "detached": (lambda prediction, labels: (prediction - labels).sum().detach(),
            "The number is right, but the tensor is cut off from the prediction: `.detach()`, `.data`, `no_grad` or a "
            "new `torch.tensor(...)` drops the record that `backward` needs."),
        "mean": (lambda prediction, labels: (prediction - labels).mean(),
            "You return the mean: the sum divided by the number of entries. The sum is asked for."),
        "absolute values": (lambda prediction, labels: (prediction - labels).abs().sum(),
            "You add up absolute values. Here differences keep their signs, so some cancel others."),
        "squares": (lambda prediction, labels: ((prediction - labels) ** 2).sum(),
            "You add up squares, as many losses do. Here the differences themselves are wanted, with their signs."),
        "labels minus prediction": (lambda prediction, labels: (labels - prediction).sum(),
            "The size is right and the sign is wrong: it looks like labels − prediction."),
        "sum over the last axis": (lambda prediction, labels: (prediction - labels).sum(dim=-1),
            "You add up along the last axis only, leaving one number a row. One is asked for, whatever the shape."),
        "sum over the first axis": (lambda prediction, labels: (prediction - labels).sum(0),
            "You add up along the first axis only. One number is asked for, whatever the shape."),
        "loop over the first axis": (lambda prediction, labels: sum(prediction - labels),
            "You go through the first axis only, as Python's own `sum` and a `for` do, and a 0-d tensor has none. A "
            "tensor has a sum of its own, over all entries."),
        "not summed": (lambda prediction, labels: prediction - labels,
            "You return all the differences. `backward` starts from one number: they still have to be added up."),
        "shape (1,)": (lambda prediction, labels: (prediction - labels).sum().reshape(1),
            "The number is right, but it stands in a tensor of shape (1,). A 0-d tensor, of shape (), is asked for."),
        "nothing returned": (lambda prediction, labels: None,
            "Nothing came back: a `return` is missing, or it returns what `print` or `backward` does, which is None."),
        "labels left out": (lambda prediction, labels: prediction.sum(),
            "Your sum doesn't depend on the labels: it is the sum of the prediction alone."),
        "added instead of subtracted": (lambda prediction, labels: (prediction + labels).sum(),
            "You add the labels to the prediction. What is asked for is how far the one is from the other."),
        "backward called inside": (_backward_inside,
            "The number is right, but `.grad` is filled already: your function has called `backward`. It is to compute "
            "the loss only; calling `backward` is the next step, and gradients of two calls add up."),
        "backward used up the graph": (lambda prediction, labels: _backward_inside(prediction, labels, keep=False),
            "The number is right, but your function has already called `backward`, which used up the record of how the "
            "loss came about. It is to compute the loss only."),
        "connected to something else": (lambda prediction, labels: (prediction - labels).sum().data.requires_grad_(),
            "The number is right and it wants a gradient, but not the prediction's: it was made anew, or from a copy, "
            "and the way back ends there."),
        "in place": (lambda prediction, labels: prediction.sub_(labels).sum(),
            "You subtract into `prediction` itself (`-=` or a method that ends in `_`), so the caller's prediction is "
            "lost. Let the difference be a new tensor."),
        "only one entry": (lambda prediction, labels: (prediction - labels).flatten()[0],
            "You return the first difference only. All of them are to be added up."),
        "only the last entry": (lambda prediction, labels: (prediction - labels).flatten()[-1],
            "You return the last difference only: in a loop, `=` replaces where `+=` adds."),
        "absolute value of the sum": (lambda prediction, labels: (prediction - labels).sum().abs(),
            "Your loss is never negative. This one may be: it is the sum itself, with its sign."),
        "negative differences dropped": (lambda prediction, labels: (prediction - labels).clamp(min=0).sum(),
            "You drop the negative differences. All of them count, each with its sign."),
        "only the labels summed": (lambda prediction, labels: prediction - labels.sum(),
            "Only the labels are added up: a method binds tighter than a minus. Put the difference in parentheses."),
        "the example's loss": (lambda prediction, labels: torch.tensor(-1.0),
            "You return −1 whatever is given: that is the loss of the example. Compute it from the two arguments."),
        "the example's loss as a plain number": (lambda prediction, labels: -1.0,
            "You return −1 whatever is given: that is the loss of the example. Compute it from the two arguments."),
        "the loss of other tensors": (lambda prediction, labels: torch.tensor(-1.0, requires_grad=True) + 0,
            "You return −1 whatever is given, as for the example: it looks as if the tensors of another cell are used. "
            "Compute it from the two arguments."),
        "labels summed first": (lambda prediction, labels: (prediction - labels.sum()).sum(),
            "You subtract the sum of all labels from every entry. Each has a label of its own: subtract, then add up."),
        "every entry against every label": (lambda p, y: (p.flatten()[:, None] - y.flatten()).sum(),
            "You compare every entry with every label, so each counts many times. Each entry has its own label."),
        "left PyTorch for NumPy": (lambda prediction, labels: (prediction - labels).numpy().sum(),
            "`.numpy()` leaves PyTorch, which refuses because a gradient is to flow back. Don't follow its advice to "
            "detach: tensors have a sum of their own."),
        "the gradient": (lambda prediction, labels: torch.ones_like(prediction),
            "You return the slopes of the loss, one for each entry. The loss itself is asked for."),
    }),
    hints=(
        "Two steps: how far is each entry from its label, and then one number out of all of them.",
        "loss = Σ (prediction − label), over all entries, and it stays a tensor.",
        "Subtract the two tensors, then call the method that adds up all entries, with its parentheses.",
    ),
    section="From a prediction to one number",
    notice="The gradient of this loss with respect to every entry of the prediction is 1, whatever the labels are.",
)
