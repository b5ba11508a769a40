"""The exercises of lesson 00, `welcome`."""

import warnings
from collections.abc import Iterator
from typing import Any

import torch

from autograd_lab.grading.exercise import Draw, Exercise, Mistake, Rule, Step


def probe_value(answer: Any, draw: Draw) -> Iterator[Step]:
    yield "the value", answer


SLOPE = Exercise(
    name="welcome.slope",
    probe=probe_value,
    reference=2 * 3.0,
    alternatives=(6, torch.tensor(6.0)),
    mistakes=(
        Mistake(
            "value instead of slope",
            9.0,
            "That is how high the curve is at 3, which is x² itself. The slope is how fast it climbs there.",
        ),
        Mistake(
            "exponent",
            2.0,
            "That is the exponent. It comes down as a factor, and one power of x stays behind it.",
        ),
        Mistake("x itself", 3.0, "That is x itself: the factor that the exponent leaves in front is missing."),
        Mistake(
            "exponent not lowered",
            18.0,
            "The factor is right, but x is still squared: when the exponent comes down as a factor, the power "
            "falls by one.",
        ),
        Mistake(
            "sign",
            -6.0,
            "The size is right. To the right of 0 the parabola climbs: is the sign of your slope that of a climb?",
        ),
        Mistake(
            "secant over a whole step",
            7.0,
            "That is the rise from x = 3 to x = 4, a step of 1. The slope at a point is what is left when the step "
            "shrinks to nothing.",
        ),
        Mistake(
            "power of two",
            8.0,
            "That is 2³. In x² it is x that is squared, and the exponent that comes down as a factor.",
        ),
        Mistake(
            "added up twice",
            12.0,
            "That is twice the slope. If a machine found it for you, it was asked twice, and PyTorch adds up what it "
            "finds.",
        ),
        Mistake("slope at zero", 0.0, "That is the slope at x = 0, where the parabola is flat. At 3 it climbs."),
        Mistake(
            "added instead of multiplied",
            5.0,
            "That is 2 + 3. The exponent that comes down is a factor: it multiplies.",
        ),
    ),
    hints=(
        "Walk a tiny step h to the right of x = 3. By how much does x² grow, compared with h?",
        "(3 + h)² − 3² = 2·3·h + h². Divide by h, then let h shrink to nothing.",
        "The derivative of xⁿ is n·xⁿ⁻¹. Here n = 2 and x = 3.",
    ),
    section="An exercise that checks itself",
    notice="A slope is a number at a point: x² has a different one at every x.",
)


# Every number of axes up to four, one axis longer than a picture's 1,000 scores, and one shape twice: an answer that
# is right for the first alone, or remembers it, is found out.
SHAPES = ((3, 4), (5,), (), (2, 3, 2), (1, 7), (2, 1, 3, 2), (1201,), (3, 4))


def _way_back(loss: Any, leaf: torch.Tensor, incoming: torch.Tensor) -> tuple[str, torch.Tensor | None]:
    """Say in words whether a gradient can flow back from the loss to the leaf; if so, return it as well."""
    if not isinstance(loss, torch.Tensor):
        return "no tensor, so no gradient can flow back from it", None
    if not loss.requires_grad:
        return "a tensor cut off from the prediction", None
    try:
        gradient = torch.autograd.grad(loss, leaf, incoming.to(loss.dtype).expand(loss.shape), allow_unused=True)[0]
    except RuntimeError as error:
        if "second time" not in str(error):
            raise
        return "a tensor whose graph was used up by a `backward`", None
    if gradient is None:
        return "a tensor connected to something else than the prediction", None
    return "a tensor connected to the prediction", gradient


def probe_scalar_loss(answer: Any, draw: Draw) -> Iterator[Step]:
    for number, shape in enumerate(SHAPES):
        # Multiples of 1/8 up to ±999: any order of adding up is exact, in float32 too, so that what is cut off or
        # converted is told from what is computed wrongly.
        size = 999.0 if number % 2 else 4.0
        leaf, labels = ((draw.tensor(*shape, low=-size, high=size) * 8).round() / 8 for _ in range(2))
        leaf.requires_grad_()
        prediction = leaf * 1.5 if len(shape) == 2 else leaf + 0  # a model's output is no leaf
        incoming = torch.tensor(round(draw.number(1.1, 4.0) * 8) / 8, dtype=torch.float64)

        terms = float(prediction.detach().abs().sum() + labels.abs().sum())
        case = f"a prediction of shape {shape}"
        loss = answer(prediction, labels)
        yield case, loss, terms
        filled = _grad_of(leaf, prediction)
        words, gradient = _way_back(loss, leaf, incoming)
        yield f"{case}, what came back", words
        yield f"{case}, the gradient", gradient
        yield Rule("`prediction` is left as it was"), prediction
        yield Rule("`labels` are left as they were"), labels
        yield (
            Rule("`requires_grad` of the arguments is left alone"),
            [prediction.requires_grad, labels.requires_grad],
        )
        yield Rule("`prediction.grad` stays empty: the loss is only computed here"), filled


def _grad_of(*tensors: torch.Tensor) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # asking a tensor that is no leaf is a warning
        return [tensor.grad for tensor in tensors]


def _reference_loss(prediction: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.sum(torch.sub(prediction, labels))


def _backward_inside(prediction: torch.Tensor, labels: torch.Tensor, keep: bool = True) -> torch.Tensor:
    loss = (prediction - labels).sum()
    loss.backward(retain_graph=keep)  # type: ignore[no-untyped-call]
    return loss


def _in_place(prediction: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    prediction -= labels
    return prediction.sum()


def _loop_over_rows(prediction: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    total = prediction.new_zeros(())
    for p, y in zip(prediction.reshape(-1), labels.reshape(-1), strict=True):
        total = total + p - y
    return total


SCALAR_LOSS = Exercise(
    name="welcome.scalar_loss",
    probe=probe_scalar_loss,
    reference=_reference_loss,
    alternatives=(
        lambda prediction, labels: prediction.sum() - labels.sum(),
        _loop_over_rows,
        lambda prediction, labels: sum((prediction - labels).flatten()),
        lambda prediction, labels: (prediction - labels).float().sum(),
    ),
    mistakes=(
        Mistake(
            "sum without parentheses",
            lambda prediction, labels: (prediction - labels).sum,
            "You return the method `.sum` itself. Without its parentheses a method is only mentioned, not called, "
            "and nothing is added up yet.",
        ),
        Mistake(
            "plain number",
            lambda prediction, labels: (prediction - labels).sum().item(),
            "The number is right, but it is a plain number (from `.item()`, `float()` or NumPy). It has forgotten "
            "how it was computed, so no gradient can flow back through it.",
        ),
        Mistake(
            "detached",
            lambda prediction, labels: (prediction - labels).sum().detach(),
            "The number is right, but the tensor is cut off from the prediction: `.detach()`, `.data`, `no_grad` or "
            "a new `torch.tensor(...)` drops the record that `backward` needs.",
        ),
        Mistake(
            "mean",
            lambda prediction, labels: (prediction - labels).mean(),
            "You return the mean: the sum divided by the number of entries. The sum is asked for.",
        ),
        Mistake(
            "absolute values",
            lambda prediction, labels: (prediction - labels).abs().sum(),
            "You add up absolute values. Here differences keep their signs, so some cancel others.",
        ),
        Mistake(
            "squares",
            lambda prediction, labels: ((prediction - labels) ** 2).sum(),
            "You add up squares, as many losses do. Here the differences themselves are wanted, with their signs.",
        ),
        Mistake(
            "labels minus prediction",
            lambda prediction, labels: (labels - prediction).sum(),
            "The size is right and the sign is wrong: it looks like labels − prediction.",
        ),
        Mistake(
            "sum over the last axis",
            lambda prediction, labels: (prediction - labels).sum(dim=-1),
            "You add up along the last axis only, so one number for each row is left. One number is asked for, "
            "whatever the shape.",
        ),
        Mistake(
            "sum over the first axis",
            lambda prediction, labels: (prediction - labels).sum(0),
            "You add up along the first axis only. One number is asked for, whatever the shape.",
        ),
        Mistake(
            "loop over the first axis",
            lambda prediction, labels: sum(prediction - labels),
            "You go through the first axis only, as Python's own `sum` and a `for` do, and a 0-d tensor has none. A "
            "tensor has a sum of its own, over all entries.",
        ),
        Mistake(
            "not summed",
            lambda prediction, labels: prediction - labels,
            "You return all the differences. `backward` starts from one number: they still have to be added up.",
        ),
        Mistake(
            "shape (1,)",
            lambda prediction, labels: (prediction - labels).sum().reshape(1),
            "The number is right, but it stands in a tensor of shape (1,). A 0-d tensor, of shape (), is asked for.",
        ),
        Mistake(
            "nothing returned",
            lambda prediction, labels: None,
            "Nothing came back: either a `return` is missing, or what is returned is what `print` or `backward` "
            "returns, which is None.",
        ),
        Mistake(
            "labels left out",
            lambda prediction, labels: prediction.sum(),
            "Your sum doesn't depend on the labels: it is the sum of the prediction alone.",
        ),
        Mistake(
            "added instead of subtracted",
            lambda prediction, labels: (prediction + labels).sum(),
            "You add the labels to the prediction. What is asked for is how far the one is from the other.",
        ),
        Mistake(
            "backward called inside",
            _backward_inside,
            "The number is right, but `.grad` is filled already: your function has called `backward`. It is to "
            "compute the loss only; calling `backward` is the next step, and gradients of two calls add up.",
        ),
        Mistake(
            "backward used up the graph",
            lambda prediction, labels: _backward_inside(prediction, labels, keep=False),
            "The number is right, but your function has already called `backward`, which used up the record of how "
            "the loss came about. It is to compute the loss only.",
        ),
        Mistake(
            "connected to something else",
            lambda prediction, labels: (prediction - labels).sum().detach().requires_grad_(),
            "The number is right and it wants a gradient, but not the prediction's: it was made anew, or from a copy, "
            "and the way back ends there.",
        ),
        Mistake(
            "in place",
            _in_place,
            "You subtract into `prediction` itself (`-=` or a method that ends in `_`), so the caller's prediction is "
            "lost. Let the difference be a new tensor.",
        ),
        Mistake(
            "only one entry",
            lambda prediction, labels: (prediction - labels).flatten()[0],
            "You return the first difference only. All of them are to be added up.",
        ),
        Mistake(
            "only the last entry",
            lambda prediction, labels: (prediction - labels).flatten()[-1],
            "You return the last difference only: in a loop, `=` replaces where `+=` adds.",
        ),
        Mistake(
            "absolute value of the sum",
            lambda prediction, labels: (prediction - labels).sum().abs(),
            "Your loss is never negative. This one may be: it is the sum itself, with its sign.",
        ),
        Mistake(
            "negative differences dropped",
            lambda prediction, labels: (prediction - labels).clamp(min=0).sum(),
            "You drop the negative differences. All of them count, each with its sign.",
        ),
        Mistake(
            "only the labels summed",
            lambda prediction, labels: prediction - labels.sum(),
            "Only the labels are added up: a method binds more tightly than a minus. Put the difference in "
            "parentheses.",
        ),
        Mistake(
            "the example's loss",
            lambda prediction, labels: torch.tensor(-1.0),
            "You return −1 whatever is given: that is the loss of the example. Compute it from the two arguments.",
        ),
        Mistake(
            "the example's loss as a plain number",
            lambda prediction, labels: -1.0,
            "You return −1 whatever is given: that is the loss of the example. Compute it from the two arguments.",
        ),
        Mistake(
            "the loss of other tensors",
            lambda prediction, labels: torch.tensor(-1.0, requires_grad=True) + 0,
            "You return −1 whatever is given, as for the example: it looks as if the tensors of another cell are used. "
            "Compute it from the two arguments.",
        ),
        Mistake(
            "labels summed first",
            lambda prediction, labels: (prediction - labels.sum()).sum(),
            "You subtract the sum of all labels from every entry. Each entry has its own label: subtract first, then "
            "add up.",
        ),
        Mistake(
            "every entry against every label",
            lambda prediction, labels: (prediction.flatten()[:, None] - labels.flatten()).sum(),
            "You compare every entry with every label, so each counts many times. Each entry has its own label.",
        ),
        Mistake(
            "left PyTorch for NumPy",
            lambda prediction, labels: (prediction - labels).numpy().sum(),
            "`.numpy()` leaves PyTorch, which refuses because a gradient is to flow back. Don't follow its advice to "
            "detach: tensors have a sum of their own.",
        ),
        Mistake(
            "the gradient",
            lambda prediction, labels: torch.ones_like(prediction),
            "You return the slopes of the loss, one for each entry. The loss itself is asked for.",
        ),
    ),
    hints=(
        "Two steps: how far is each entry from its label, and then one number out of all of them.",
        "loss = Σ (prediction − label), over all entries, and it stays a tensor.",
        "Subtract the two tensors, then call the method that adds up all entries, with its parentheses.",
    ),
    section="From a prediction to one number",
    notice="The gradient of this loss with respect to every entry of the prediction is 1, whatever the labels are.",
)


BIAS_CHANGE = Exercise(
    name="welcome.bias_change",
    probe=probe_value,
    reference=-1e-2 * 1.0,
    # The weights are float32: whoever subtracts before from after sees the change to about 1e-6 of itself.
    rtol=1e-5,
    alternatives=(torch.tensor(-0.01), -0.009999998),
    mistakes=(
        Mistake(
            "uphill",
            0.01,
            "The size is right. The gradient points to where the loss grows: does the optimizer go there? And the "
            "change is after minus before.",
        ),
        Mistake(
            "learning rate left out",
            -1.0,
            "That is a step as long as the gradient itself. The learning rate scales it.",
        ),
        Mistake(
            "gradient instead of change",
            1.0,
            "That is the gradient of the loss with respect to the bias; the change is what the optimizer makes of it.",
        ),
        Mistake(
            "nothing moves",
            0.0,
            "The bias does move: `fc.bias[0]` adds straight into one entry of the prediction, and so into the loss.",
        ),
        Mistake(
            "momentum in the first step",
            -0.009,
            "You multiplied by the momentum. In the first step there is no earlier step to carry on from: it has "
            "nothing to act on yet.",
        ),
        Mistake(
            "one minus momentum",
            -0.001,
            "You damped the first step by 1 − 0.9, or took a learning rate of 0.001. In the optimizer's two lines "
            "g enters v in full.",
        ),
        Mistake(
            "momentum added",
            -0.019,
            "That is what a second step adds, when momentum carries the first one on. In the first step there "
            "is nothing to carry on from.",
        ),
        Mistake(
            "final speed",
            -0.1,
            "That is the step that momentum builds up to after very many steps, lr / (1 − 0.9). This is the first.",
        ),
        Mistake(
            "all entries counted",
            -10.0,
            "You counted all 1000 entries. `fc.bias[0]` is added to entry 0 alone.",
        ),
        Mistake(
            "twice the gradient",
            -0.02,
            "That is twice the right size: a squared loss would bring such a factor, or a second step. Look at the "
            "loss again, and count one step.",
        ),
        Mistake(
            "momentum for learning rate",
            -0.9,
            "You multiplied by the momentum where the learning rate belongs.",
        ),
        Mistake("two steps", -0.029, "That is the change after two steps. The first one alone is asked for."),
        Mistake(
            "mean over the classes",
            -1e-5,
            "You divided by the 1000 entries, as a mean would. This loss is a sum: each entry counts in full.",
        ),
    ),
    hints=(
        "By how much does the loss grow when `fc.bias[0]` grows by a little? Follow it: bias, prediction, loss.",
        "The first step of SGD is −lr · gradient; momentum has nothing to carry on from yet.",
        "The gradient is 1, since the bias is added to one prediction, which is added into the loss. lr is 1e-2.",
    ),
    section="Say it before you run it",
    notice="The change is the same on every machine and with any weights: the loss has slope 1 in each bias of `fc`.",
)


EXERCISES = (SLOPE, SCALAR_LOSS, BIAS_CHANGE)
