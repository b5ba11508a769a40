"""`step(model, data, labels, optimizer)`: one whole training step, which returns the loss from before it."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch._dynamo  # the first optimizer does so, for seconds; where the time limit cuts that off, it stays broken
from torch import Tensor, nn

from autograd_lab.exercises.training_step.models import fill
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.probes import copied, eighths, unchanged
from autograd_lab.grading.slips import mistakes


class _Counted(nn.Sequential):
    """A small model that counts its calls."""

    calls = 0

    def forward(self, x: Tensor) -> Any:
        self.calls += 1
        return super().forward(x)  # type: ignore[no-untyped-call]

def _trainings(draw: Draw) -> Iterator[tuple[str, _Counted, torch.optim.Optimizer, tuple[int, int, int]]]:
    """Yield models with an optimizer each, and the sizes of batch, input and output."""
    linear = _Counted(nn.Linear(3, 2))
    yield "a linear model and SGD", linear, torch.optim.SGD(linear.parameters(), lr=0.125, momentum=0.5), (4, 3, 2)
    deep = _Counted(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 3)).double()
    yield "two layers, batch norm and Adam", deep, torch.optim.Adam(deep.parameters(), lr=0.2, eps=1e-2), (6, 4, 3)
    partly = _Counted(nn.Linear(3, 4).requires_grad_(False), nn.Tanh(), nn.Linear(4, 2), nn.Sigmoid()).double()
    groups: Any = [{"params": [partly[2].weight]}, {"params": [partly[2].bias], "lr": 0.3}]
    yield "a frozen layer and two learning rates", partly, torch.optim.SGD(groups, lr=0.1, weight_decay=0.2), (1, 3, 2)
    less = _Counted(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 4)).double()
    some = torch.optim.SGD(less[2].parameters(), lr=0.2, momentum=0.9, nesterov=True)
    yield "an optimizer that holds the last layer only", less, some, (3, 2, 4)

def _moved(held: list[Tensor], before: list[Tensor], seen: list[str]) -> str:
    """Say what has moved, or why nothing has, of what was seen happening."""
    if not all(map(torch.equal, held, before)):
        return "the weights"
    if "step" not in seen:
        return "nothing: `step` was not called"
    if "gradients" not in seen:
        return "nothing: no gradients were computed"
    gone = all(p.grad is None for p in held)
    return f"nothing: when `step` was called, gradients were {'gone again' if gone else 'still to come'}"

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    seen: list[str] = []
    for words, model, optimizer, (batch, inputs, outputs) in _trainings(draw):
        fill(model, draw)
        trained = [p for p in model.parameters() if p.requires_grad]
        for p in trained[:-1]:  # one has no gradient yet
            p.grad = eighths(draw, *p.shape).to(p.dtype)
        held = [p for group in optimizer.param_groups for p in group["params"]]
        optimizer.register_step_pre_hook(lambda *arguments: seen.append("step"))
        for p in held:
            p.register_post_accumulate_grad_hook(lambda p: seen.append("gradients"))
        for number in ("first", "second"):
            data, labels = (eighths(draw, batch, n).to(trained[0].dtype) for n in (inputs, outputs))
            given, before = copied((data, labels)), copied(held)
            model.calls = 0
            seen.clear()
            loss = answer(model, *given, optimizer)
            case = f"{words}, {number} step"
            yield f"{case}: what was returned", loss, float(batch * outputs)
            yield f"{case}: its kind", "float" if isinstance(loss, float) else type(loss).__name__[:40]
            yield f"{case}: what moved", _moved(held, before, seen)
            yield f"{case}: the weights", model.state_dict()
            yield f"{case}: calls of the model", model.calls
            yield Rule("`data` is left as it was"), unchanged(given[0], data)
            yield Rule("`labels` are left as they were"), unchanged(given[1], labels)
            same = [id(p) for p in model.parameters() if p.requires_grad] == [id(p) for p in trained]
            yield Rule("nothing is frozen or made trainable"), same

def _loss(model: Any, data: Any, labels: Any) -> Any:
    return (model(data) - labels).sum()

def _lines(order: str, loss: Any = _loss, result: Callable[[Any], Any] = lambda loss: loss.item()) -> Any:
    """Return a step that runs its lines in that order: Zero, Forward, Backward, Step, or Evaluation mode."""
    def step(model: Any, data: Any, labels: Any, optimizer: Any) -> Any:
        value: Any = torch.zeros(())
        for line in order:
            if line == "F":
                value = loss(model, data, labels)
            elif line == "B":
                value.backward(retain_graph=True)  # for those who go back twice
            else:
                {"Z": optimizer.zero_grad, "S": optimizer.step, "E": model.eval}[line]()
        return result(value)
    return step

def _of_the_difference(change: Callable[[Any], Any]) -> Any:
    """Return a step that makes its loss of `model(data) - labels` in another way."""
    return _lines("ZFBS", lambda model, data, labels: change(model(data) - labels))

def _by_grad(model: Any, data: Any, labels: Any, optimizer: Any) -> float:
    held = [p for group in optimizer.param_groups for p in group["params"]]
    loss = torch.sum(model(data)) - torch.sum(labels)
    for p, gradient in zip(held, torch.autograd.grad(loss, held), strict=True):
        p.grad = gradient
    optimizer.step()
    return float(loss)

def _with_closure(model: Any, data: Any, labels: Any, optimizer: Any) -> float:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = _loss(model, data, labels)
        loss.backward()
        return loss.item()
    return float(optimizer.step(closure))

def _own_optimizer(model: Any, data: Any, labels: Any, optimizer: Any) -> Any:
    mine = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    return _lines("ZFBS")(model, data, labels, mine)

def _moved_by_hand(model: Any, data: Any, labels: Any, optimizer: Any) -> Any:
    loss = _lines("ZFB")(model, data, labels, optimizer)
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                p -= group["lr"] * p.grad
    return loss

def _none_cleared(model: Any, *more: Any) -> Any:
    for p in model.parameters():
        p.grad.zero_()
    return _lines("FBS")(model, *more)

EXERCISE = Exercise(
    name="training_step.step",
    probe=probe,
    reference=_by_grad,
    alternatives=(_lines("FZBS"), _lines("ZFBSZ"), _with_closure),
    mistakes=mistakes({
        "no zero_grad": (_lines("FBS"),
            "Old gradients still count: `backward` adds to what `.grad` holds. Clear them before `backward`. (If you "
            "wrote `zero_grad`, did you call it, with parentheses?)"),
        "zeroed only at the end": (_lines("FBSZ"),
            "Gradients from before the first call still count: clear them before `backward`, not only afterwards."),
        "zero_grad between backward and step": (_lines("FBZS"),
            "You clear the gradients after `backward` and before `step`: the optimizer finds none and nothing moves."),
        "step first": (_lines("SZFB"),
            "The optimizer steps before it has seen this batch, by the last one's gradients: always a call late."),
        "step before backward": (_lines("ZFSB"),
            "The optimizer steps before `backward` has found any gradient, so nothing moves."),
        "no step": (_lines("ZFB"),
            "Gradients are computed, but nothing moves. The optimizer's part is missing: `step`, with parentheses."),
        "no backward": (_lines("ZFS"),
            "The loss is computed, but no gradient reaches the weights, so the optimizer has nothing to go by. "
            "`backward` is missing, or its parentheses are, or the prediction was cut off from the model before."),
        "loss cut off": (_of_the_difference(lambda d: d.sum().detach()),
            "`backward` finds no way back: `detach`, `.data`, `no_grad` or a new tensor has cut off the loss."),
        "plain number too early": (_of_the_difference(lambda d: d.sum().item()),
            "A Python float has no `backward`. Keep the loss a tensor until that is done; return a number of it."),
        "not summed": (_of_the_difference(lambda d: d),
            "`backward` starts from one number, and your loss has many entries: add them up."),
        "sum without parentheses": (_of_the_difference(lambda d: d.sum),
            "`.sum` without its parentheses only mentions the method: nothing is added up, and it has no `backward`."),
        "item without parentheses": (_lines("ZFBS", result=lambda loss: loss.item),
            "You return the method `.item` itself: its parentheses are missing."),
        "the tensor returned": (_lines("ZFBS", result=lambda loss: loss),
            "All moves as it should, but you return the loss as a tensor. A Python float is asked for: a tensor may "
            "keep the whole record of the forward pass alive."),
        "nothing returned": (_lines("ZFBS", result=lambda loss: None),
            "All moves as it should, but nothing came back: is a `return` missing?"),
        "loss after the step": (_lines("ZFBSF"),
            "You return the loss after the weights have moved, of a second call. The first call's loss is asked for."),
        "a second forward for the loss": (_lines("ZFBFS"),
            "You call the model twice. That doubles the cost, and layers like batch norm count the batch twice. Keep "
            "the loss of the first call."),
        "mean": (_of_the_difference(lambda d: d.mean()),
            "Your loss is the mean of the differences. Their sum is asked for."),
        "mean over the batch": (_of_the_difference(lambda d: d.sum() / len(d)),
            "You divide the loss by the number of pictures. The plain sum is asked for."),
        "labels minus prediction": (_of_the_difference(lambda d: -d.sum()),
            "The loss has the wrong sign, so the weights move the wrong way: it looks like labels − model(data)."),
        "labels added": (_lines("ZFBS", lambda model, data, labels: (model(data) + labels).sum()),
            "You add the labels to the prediction. What is asked for is how far the one is from the other."),
        "squares": (_of_the_difference(lambda d: (d**2).sum()),
            "You add up squares, as many losses do. Here the differences themselves are wanted, with their signs."),
        "absolute values": (_of_the_difference(lambda d: d.abs().sum()),
            "You add up absolute values. Here the differences keep their signs."),
        "labels left out": (_lines("ZFBS", lambda model, data, labels: model(data).sum()),
            "Your loss doesn't depend on the labels. (The weights move rightly all the same: under this loss labels "
            "don't matter for the gradient.)"),
        "own optimizer": (_own_optimizer,
            "You make an optimizer of your own. The one that is given knows its settings, weights and velocity."),
        "moved by hand": (_moved_by_hand,
            "You move the weights by hand. The optimizer given may have momentum, or another rule: call its `step`."),
        "evaluation mode": (_lines("EZFBS"),
            "You switch the model to evaluation mode, where batch norm uses stored statistics. Leave the mode alone."),
        "backward twice": (_lines("ZFBBS"), "`backward` runs twice, so every gradient counts double."),
        "None cleared": (_none_cleared,
            "Before the first `backward`, `.grad` is None, which has no `zero_`. `optimizer.zero_grad()` knows that."),
        "prediction changed in place": (_lines("ZFBS", lambda model, data, labels: model(data).sub_(labels).sum()),
            "You subtract the labels inside the prediction (`-=`, or a method that ends in `_`). Some layers need "
            "their result for the way back. Let the difference be a new tensor."),
        "stepped twice": (_lines("ZFBSS"), "The optimizer steps twice with the same gradient."),
        "labels changed": (_lines("ZFBS", lambda model, data, labels: -labels.sub_(model(data)).sum()),
            "You change `labels` themselves (`-=`, or a method that ends in `_`). Make the difference a new tensor."),
        "nothing done": (lambda *arguments: None, "Nothing moved and nothing came back."),
    }),
    hints=(
        "Four lines, one for each of: old gradients away, loss, gradients, weights. In which circle do they stand?",
        "zero_grad, then forward and loss, then backward, then step. What do you have to keep for the `return`?",
        "`optimizer.zero_grad()`, `loss = (model(data) - labels).sum()`, `loss.backward()`, `optimizer.step()`; return "
        "`loss.item()`.",
    ),
    section="Seven orders of four lines",
    notice="`zero_grad` may stand before or after the forward pass: it only has to come before `backward` adds up.",
)
