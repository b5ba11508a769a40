"""`new_head(model, classes)`: freeze a model, and give it a new head that can be trained."""

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from autograd_lab.exercises.training_step.models import fill, names
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes


class _Model(nn.Module):
    """A model whose head is not its last layer in order, and not its only layer that is called `fc`."""

    def __init__(self, inputs: int, classes: int, bias: bool = True) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.fc = nn.Linear(inputs, classes, bias=bias)
        self.fc_shift = nn.Parameter(torch.ones(3))
        layers = {"norm": nn.BatchNorm1d(3), "fc": nn.Linear(3, inputs), "last": nn.LayerNorm(inputs)}
        self.body = nn.Sequential(OrderedDict(layers))

    def forward(self, x: Tensor) -> Any:
        return self.fc(self.body(self.scale * x + self.fc_shift))

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    a, b, c = (int(n) for n in 2 + draw.rng.permutation(9)[:3])
    for number, (inputs, old, classes) in enumerate(((a, b, c), (11, 5, 5), (c, a, b), (5, 1, 1))):
        model = _Model(inputs, old, bias=number != 2)
        fill(model, draw)
        model.requires_grad_(number != 1)  # one comes frozen, head and all
        if number == 3:
            model.body.tied = model.fc.weight  # the old head's weight is used in the body too
        weight, before = model.fc.weight, {name: number.clone() for name, number in _outside(model).items()}
        case = f"a head from {inputs} features to {old} scores, {classes} classes wanted"
        yield f"{case}: what came back", _whose(answer(model, classes), model)
        yield f"{case}: the head", _head(model)
        yield f"{case}: what is trainable", names([p for p in model.parameters() if p.requires_grad], model)
        yield f"{case}: the numbers in the head", "old" if getattr(model.fc, "weight", None) is weight else "new"
        now = _outside(model)
        kept = all(name in now and torch.equal(now[name], number) for name, number in before.items())
        yield Rule("no number outside the head changes"), kept
        yield Rule("no layer is added or lost"), now.keys() == before.keys()
        yield f"{case}: scores of four inputs", _scores(model)

def _in_the_head(name: str) -> bool:
    return name.startswith("fc.")

def _outside(model: nn.Module) -> dict[str, Tensor]:
    return {name: number for name, number in model.state_dict().items() if not _in_the_head(name)}

def _scores(model: nn.Module) -> str:
    try:
        return f"an array of shape {tuple(model.eval()(torch.ones(4, 3)).shape)}"
    except Exception as error:  # whatever a head may raise
        return f"{type(error).__name__} in the forward pass"

def _whose(result: Any, model: nn.Module) -> str:
    for words, one in (("the model itself", model), ("None", None), ("its head", model.fc)):
        if result is one:
            return words
    return "another model" if isinstance(result, nn.Module) else f"an object of type {type(result).__name__[:40]}"

def _head(model: nn.Module) -> str:
    head = model.fc
    if not isinstance(head, nn.Linear) or isinstance(head, nn.LazyLinear):  # the lazy one has no shape yet
        return f"a {type(head).__name__[:40]}"
    if not any(layer is head for layer in model.children()):
        return "a Linear that is no layer of the model"
    outputs, inputs = head.weight.shape
    return f"a Linear from {inputs} to {outputs}{'' if head.bias is not None else ', without a bias'}"

def _linear(fc: Any, classes: int) -> nn.Linear:
    return nn.Linear(fc.in_features, classes)

def _right(model: Any, classes: int) -> Any:
    model.requires_grad_(False).fc = _linear(model.fc, classes)
    return model

def _with_add_module(model: Any, classes: int) -> Any:
    inputs = model.fc.weight.shape[1]
    model.requires_grad_(False).add_module("fc", nn.Linear(inputs, classes))
    return model

def _by_name(
    head: Callable[[Any, int], nn.Module] = _linear,
    frozen: Callable[[str], bool] = lambda name: not _in_the_head(name),
    trained: Callable[[str], bool] = lambda name: False,
    result: Callable[[Any], Any] = lambda model: model,
) -> Callable[[Any, int], Any]:
    """Return an answer that makes a head of the old one and the number of classes, then freezes or trains by name."""
    def new_head(model: Any, classes: int) -> Any:
        model.fc = head(model.fc, classes)
        for name, p in model.named_parameters():
            if frozen(name) or trained(name):
                p.requires_grad = trained(name)
        return result(model)
    return new_head

def _taken_for_the_head(which: Callable[[str], bool], made: bool) -> Callable[[Any, int], Any]:
    """Return an answer that freezes all but what has such a name; and makes that trainable, where it wasn't."""
    return _by_name(frozen=lambda name: not which(name), trained=lambda name: made and which(name))

def _only_the_attribute(fc: Any, classes: int) -> nn.Module:
    fc.out_features = classes
    return fc  # type: ignore[no-any-return]

def _another_name(model: Any, classes: int) -> Any:
    model.requires_grad_(False).head = _linear(model.fc, classes)
    return model

def _the_last_two(model: Any, classes: int) -> Any:
    model.fc = _linear(model.fc, classes)
    for p in list(model.parameters())[:-2]:
        p.requires_grad = False
    return model

def _all_but_the_old_head(model: Any, classes: int) -> Any:
    for p in model.parameters():
        p.requires_grad_(p is model.fc.weight or p is model.fc.bias)
    model.fc = _linear(model.fc, classes)
    return model

def _begun_anew(model: Any) -> Any:
    for layer in model.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    return model

WRONG_NAMES: dict[str, tuple[Callable[[str], bool], str]] = {
    "every fc": (lambda name: "fc" in name,
        "Everything with `fc` in its name is trainable; parts of the body may have it. Take `model.fc` alone."),
    "every fc within": (lambda name: "fc." in name,
        "Everything with `fc.` in its name is trainable, in the body too. The head's own names begin with `fc.`."),
    "every name that begins with fc": (lambda name: name.startswith("fc"),
        "All that begins with `fc` is trainable, even a part called `fc_shift`. The head's own begin with `fc.`."),
}

EXERCISE = Exercise(
    name="training_step.new_head",
    probe=probe,
    reference=_right,
    alternatives=(_by_name(), _by_name(frozen=lambda name: name.split(".")[0] != "fc"), _with_add_module),
    mistakes=mistakes({
        "head frozen too": (_by_name(frozen=lambda name: True),
            "The new head is frozen as well, so nothing is left to train. Is everything frozen after the head was "
            "replaced? Freeze first, then replace."),
        "512 hard-coded": (_by_name(lambda fc, classes: nn.Linear(512, classes)),
            "Your head takes 512 features, as ResNet-18's does. Other models have another number: ask the old head."),
        "nothing frozen": (_by_name(frozen=lambda name: False),
            "The head is right, but everything else is trainable still. (`requires_grad = False` set on a layer does "
            "nothing, and neither does `eval()`: it is the parameters that are frozen.)"),
        "a copy": (lambda model, classes: _right(copy.deepcopy(model), classes),
            "You return another model, and the one that you were given is as it was. Change that one."),
        "old head kept": (_by_name(lambda fc, classes: fc),
            "The body is frozen, but the head is the old one, with its old number of scores."),
        "only frozen": (lambda model, classes: model.requires_grad_(False),
            "All is frozen and the head is the old one. Replace it."),
        "only out_features changed": (_by_name(_only_the_attribute, trained=_in_the_head),
            "`out_features` only says how many scores there are; the weight keeps its shape. Make the layer anew."),
        "in and out swapped": (_by_name(lambda fc, classes: nn.Linear(classes, fc.in_features)),
            "The two numbers of your `Linear` are swapped: features first, then classes."),
        "old scores as features": (_by_name(lambda fc, classes: nn.Linear(fc.out_features, classes)),
            "Your head takes as many features as the old one had scores. It stands in its place: what did that take?"),
        "a layer on top": (_by_name(lambda fc, classes: nn.Sequential(fc, nn.Linear(fc.out_features, classes)),
                                    frozen=lambda name: not name.startswith("fc.1.")),
            "You put a layer on top of the old head. The new one takes its place."),
        "another name": (_another_name,
            "Your new layer has another name, which the model's forward pass doesn't know. The head is `model.fc`."),
        "no bias": (_by_name(lambda fc, classes: nn.Linear(fc.in_features, classes, bias=False)),
            "Your head has no bias. `torch.nn.Linear` has one unless told otherwise."),
        "bias as before": (_by_name(lambda fc, classes: nn.Linear(fc.in_features, classes, fc.bias is not None)),
            "Where the old head had no bias, yours has none. A `torch.nn.Linear` has one unless told otherwise."),
        "only the weight trainable": (_by_name(frozen=lambda name: name != "fc.weight"),
            "The bias of the head is frozen. All of the head is to be trained."),
        "body trained, head frozen": (_by_name(frozen=_in_the_head),
            "It is the wrong way round: your head is frozen and the body is trained."),
        "only weights frozen": (_by_name(frozen=lambda name: not _in_the_head(name) and name.endswith("weight")),
            "You freeze what is called weight only. Biases and other parameters of the body are trainable still."),
        "batch norm left trainable": (_by_name(frozen=lambda name: not _in_the_head(name) and ".norm." not in name),
            "Batch norm has a weight and a bias of its own, which are trainable still. Freeze all but the head."),
        "everything made trainable": (_by_name(trained=lambda name: True),
            "You make everything trainable. Everything but the head is to be frozen: `requires_grad` False."),
    } | {
        f"{name} {how} trainable": (_taken_for_the_head(which, how == "made"), because)
        for name, (which, because) in WRONG_NAMES.items() for how in ("left", "made")
    } | {
        "the last two left trainable": (_the_last_two,
            "You leave the last two parameters trainable. The head need not be last: it is known by its name, `fc`."),
        "old head left out of the freezing": (_all_but_the_old_head,
            "You don't freeze the old head's parameters, since they go away. But one of them may be used in the body "
            "as well, and there it is trainable still."),
        "the model's own parameters left trainable": (_by_name(frozen=lambda name: name.startswith("body.")),
            "You freeze layer by layer, and miss what the model holds directly. Go through `model.parameters()`."),
        "body begun anew": (_by_name(result=_begun_anew),
            "Numbers outside the head have changed: made anew, or, in batch norm, by a forward pass in training mode. "
            "What the body has learned is what makes it useful."),
        "the head returned": (_by_name(result=lambda model: model.fc),
            "All is done, but you return the head. Return the model."),
        "nothing returned": (_by_name(result=lambda model: None),
            "All is done, but nothing came back: is a `return` missing?"),
        "nothing frozen, nothing returned": (_by_name(frozen=lambda name: False, result=lambda model: None),
            "The head is new, but nothing is frozen, and nothing came back: is a `return` missing?"),
        "nothing done": (lambda model, classes: model, "The model came back as it was."),
    }),
    hints=(
        "Two jobs: no parameter requires grad any more, and there is a new head. In which order?",
        "For each p in `model.parameters()`: `p.requires_grad = False`. A new `Linear` is trainable when it is made.",
        "After the loop, `model.fc = torch.nn.Linear(model.fc.in_features, classes)`, and `return model`.",
    ),
    section="Freeze the body",
    notice="A frozen weight still takes part in the forward pass; its gradient is saved, and the trip back to it.",
)
