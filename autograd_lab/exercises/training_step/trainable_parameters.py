"""`trainable_parameters(model)`: those parameters that an optimizer is to be given, each once."""

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor, nn

from autograd_lab.exercises.training_step.models import fill, names
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes


def _models(draw: Draw) -> Iterator[tuple[str, nn.Module]]:
    two = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    two[0].bias.requires_grad_(False)
    yield "two layers, one bias frozen", two
    tied: Any = nn.Module()
    tied.enc, tied.dec = nn.Linear(3, 3), nn.Linear(3, 3)
    tied.dec.weight = tied.enc.weight
    tied.dec.bias.requires_grad_(False)
    yield "a weight that two layers share", tied
    nested = nn.Module()
    nested.scale, nested.shift = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2), requires_grad=False)
    nested.more = nn.ParameterList([nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))])
    inner = nn.Sequential(nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2))
    nested.body = nn.Sequential(inner, nn.Linear(2, 2).requires_grad_(False))
    nested.register_buffer("seen", torch.zeros(2))
    yield "layers in layers, and parameters of the model's own", nested
    yield "everything frozen", nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1)).requires_grad_(False)
    layer = nn.Linear(2, 2)
    yield "the same layer used twice", nn.Sequential(layer, nn.Tanh(), layer)
    yield "a single layer", nn.Linear(2, 2)
    with_gradients = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1).requires_grad_(False))
    with_gradients[0].weight.grad, with_gradients[1].weight.grad = torch.ones(3, 2), torch.ones(1, 3)
    yield "gradients left in some", with_gradients
    five = nn.Sequential(*(nn.Linear(2, 2) for _ in range(5)))
    for p, train in zip(five.parameters(), [False, *draw.rng.permutation([False] * 4 + [True] * 5)], strict=True):
        p.requires_grad = bool(train)
    yield "parameters frozen at random", five

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for number, (words, model) in enumerate(_models(draw)):
        fill(model.train(number % 2 == 0), draw)
        for p in model.parameters():
            if p.shape == (3,):  # two with the same numbers are still two
                p.data.fill_(0.5)
        before, marks = _state(model)
        yield words, names(answer(model), model)
        now, marks_now = _state(model)
        kept = len(now) == len(before) and all(map(torch.equal, now, before)) and marks_now == marks
        yield Rule("the model is left as it was"), kept

def _state(model: nn.Module) -> tuple[list[Tensor], Any]:
    """Return copies of all numbers of a model, and what else may be changed about it."""
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    marks = [(p.requires_grad, p.grad is None) for p in model.parameters()], [m.training for m in model.modules()]
    return [x.detach().clone() for x in (*model.state_dict().values(), *gradients)], marks

def _by_modules(model: nn.Module) -> Any:
    own = [p for module in model.modules() for p in vars(module)["_parameters"].values()]
    return {id(p): p for p in own if p is not None and p.requires_grad}.values()

def _trainable(parameters: Iterable[Any]) -> list[Any]:
    return [p for p in parameters if p.requires_grad]

def _in_a_list(model: nn.Module) -> Any:
    found: list[Tensor] = []
    for p in (p for m in model.modules() for p in m.parameters(recurse=False)):
        if p.requires_grad and p not in found:
            found.append(p)
    return found

def _whole_layers(model: nn.Module) -> Any:
    for layer in model.modules():
        own = list(layer.parameters(recurse=False))
        if own and own[0].requires_grad:
            yield from own

EXERCISE = Exercise(
    name="training_step.trainable_parameters",
    probe=probe,
    reference=_by_modules,
    alternatives=(
        lambda model: (p for p in model.parameters() if p.requires_grad),
        lambda model: {p for p in reversed(list(model.parameters())) if p.requires_grad},
        lambda model: filter(lambda p: p.requires_grad, model.parameters()),
    ),
    mistakes=mistakes({
        "all parameters": (lambda model: list(model.parameters()),
            "You return all parameters, frozen ones too. An optimizer is to be given only those that require grad."),
        "only the frozen ones": (lambda model: [p for p in model.parameters() if not p.requires_grad],
            "You return the frozen ones, and leave out those that are to be trained."),
        "shared ones more than once": (lambda m: _trainable(p for _, p in m.named_parameters(remove_duplicate=False)),
            "A parameter that two layers share comes more than once in your answer; an optimizer warns of that, and in "
            "some loops it would move twice. `model.parameters()` gives each once."),
        "names": (lambda model: [name for name, p in model.named_parameters() if p.requires_grad],
            "You return names. An optimizer is given the parameters themselves. (A loop over a dict takes its keys.)"),
        "names and parameters": (lambda model: [(name, p) for name, p in model.named_parameters() if p.requires_grad],
            "You return pairs of name and parameter. The parameters alone are asked for."),
        "parameters without parentheses": (lambda model: _trainable(model.parameters),
            "`model.parameters` is a method: call it, with parentheses."),
        "layers for parameters": (lambda model: _trainable(model),
            "You go through the layers. It is their parameters that require grad, and `parameters()` gives those."),
        "requires_grad_ called": (lambda model: [p for p in model.parameters() if p.requires_grad_()],
            "`requires_grad_()` switches tracking on, it doesn't ask. `requires_grad` asks, without parentheses."),
        "everything switched on": (lambda model: list(model.requires_grad_(True).parameters()),
            "You make everything trainable, so what was frozen is no longer. Leave the model as it is and choose."),
        "the model's own only": (lambda model: _trainable(model.parameters(recurse=False)),
            "You find only what the model holds directly, and nothing inside its layers."),
        "children only": (lambda model: _trainable(p for layer in model.children() for p in layer.parameters()),
            "You go through the model's layers one by one: what the model holds directly is missed, and what two "
            "layers share comes twice. `model.parameters()` knows both."),
        "layer by layer": (lambda model: _trainable(p for m in model.modules() for p in m.parameters(recurse=False)),
            "You go through layers one by one: what two of them share comes twice. `model.parameters()` knows that."),
        "each layer with its inside": (lambda model: _trainable(p for m in model.modules() for p in m.parameters()),
            "`model.modules()` goes through layers within layers, and each gives its inside again: parameters come "
            "several times. `model.parameters()` alone goes all the way down, once."),
        "whole layers": (_whole_layers,
            "You decide for a whole layer by its first parameter. A bias may be frozen while its weight is not."),
        "weights only": (lambda model: _trainable(p for name, p in model.named_parameters() if name.endswith("weight")),
            "You take only what is called weight. Biases and other parameters are trained too."),
        "only those with a gradient": (lambda model: [p for p in model.parameters() if p.grad is not None],
            "You choose by `.grad`, None before the first `backward`. `requires_grad` says what is trained."),
        "with a gradient, and trainable": (lambda m: _trainable(p for p in m.parameters() if p.grad is not None),
            "You leave out what has no `.grad`, which before a `backward` is everything. `requires_grad` is enough."),
        "copies": (lambda model: [p.detach() for p in model.parameters() if p.requires_grad],
            "You return copies or detached tensors. An optimizer that moves those doesn't move the model."),
        "the state dict": (lambda model: list(model.state_dict().values()),
            "Values of `state_dict()` are detached, and statistics are among them. Go through `model.parameters()`."),
        "nothing found": (lambda model: _trainable(model.state_dict().values()),
            "Your answer finds nothing, in any model. (The values of `state_dict()`, for example, are detached, so "
            "none of them requires grad; and not every model has a `.fc`.) Go through `model.parameters()`."),
        "stops at the first frozen one": (lambda model: takewhile(lambda p: p.requires_grad, model.parameters()),
            "You stop at the first frozen parameter. Others to be trained may follow it: `continue`, not `break`."),
        "pairs asked": (lambda model: _trainable(model.named_parameters()),
            "`named_parameters()` gives pairs, which have no `requires_grad`: take them apart, or use `parameters()`."),
        "last layer only": (lambda model: _trainable(list(model.parameters())[-2:]),
            "You take the last two parameters only. All that require grad are asked for."),
        "the first only": (lambda model: next((p for p in model.parameters() if p.requires_grad), None),
            "You return one parameter, or none. All that require grad are asked for: a `return` inside a loop ends it "
            "at the first."),
        "how many numbers": (lambda model: sum(p.numel() for p in model.parameters() if p.requires_grad),
            "You count how many numbers are trainable. The parameters themselves are asked for."),
        "in on a list": (_in_a_list,
            "`in` on a list asks with `==`, which for tensors compares entry by entry and fails. Tell parameters apart "
            "by `id(p)`, or let `model.parameters()` do it."),
    }),
    hints=(
        "Which method of a model goes through all its layers and gives each parameter once?",
        "`model.parameters()`. Which of them are to be kept?",
        "A list of those p in `model.parameters()` for which `p.requires_grad` is True.",
    ),
    section="Freeze the body",
    notice="`model.parameters()` gives a shared parameter once, because it remembers which tensors it has seen.",
)
