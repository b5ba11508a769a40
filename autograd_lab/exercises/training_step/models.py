"""What probes do with a model: give it new numbers, and say which of its parameters came back."""

from itertools import islice
from typing import Any

import torch
from torch import nn

from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.probes import eighths


def fill(model: nn.Module, draw: Draw) -> None:
    """Give a model new numbers, its statistics too."""
    with torch.no_grad():
        for name, number in model.state_dict().items():
            drawn = eighths(draw, *number.shape)
            number.copy_(drawn.abs() + 0.5 if name.endswith("running_var") else drawn)

def names(given: Any, model: nn.Module) -> str:
    """Return the names of the parameters that were given, in the model's order, or what else it was."""
    if given is None or isinstance(given, torch.Tensor):
        return "None" if given is None else "one tensor"
    try:
        things = list(islice(iter(given), 1000))
    except TypeError:
        return f"an object of type {type(given).__name__[:40]}, through which no loop can go"
    known = {id(p): name for name, p in model.named_parameters()}
    found = [known.get(id(thing), _foreign(thing)) for thing in things]
    order = [name for name in known.values() if name in found] + sorted(set(found) - set(known.values()))
    times = {name: f" {found.count(name)} times" if found.count(name) > 1 else "" for name in order}
    return ", ".join(name + often for name, often in times.items()) or "nothing"

def _foreign(thing: Any) -> str:
    if isinstance(thing, torch.Tensor):
        return "a tensor that is not the model's own parameter"
    return f"a {type(thing).__name__[:40]}"
