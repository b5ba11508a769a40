"""What exercises on update rules share: driving a rule over several steps, and torch's own rules.

A rule is called as ``rule(param, grad, *state, *settings)`` and returns the new param, or a tuple of it and the new
state. `drive` calls an answer on its own results, with new gradients and settings for each step, and yields what came
back; `by_torch` lets an optimizer of torch take one step from a given state. `slips.of_update` makes wrong rules.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.optim.adagrad import adagrad
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.rmsprop import rmsprop
from torch.optim.sgd import sgd

from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import Draw, Step
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.probes import NOT_TRACKED, STAYS, left_alone, parts_of, tracked

Tensor = torch.Tensor
Settings = Callable[[Draw, int], tuple[Any, ...]]

# States that are never negative.
_SQUARES = ("total", "square_avg", "v")


@dataclass(frozen=True)
class Run:
    """Some steps of a rule, one after the other.

    Parameters
    ----------
    shape : tuple of int
        Of the param, its gradient and each state.
    steps : int
        How many; the state that a step returns goes into the next.
    fresh : bool
        Whether the state begins at zeros, as before the first step; else it is drawn.
    words : str
        What is special about it, for the label.
    alter : callable, optional
        ``alter(tensors)`` changes the drawn tensors before each step, in place or in the dict; they go by name.
    settings : callable, optional
        ``settings(draw, step)``, instead of the rule's usual ones.
    """

    shape: tuple[int, ...]
    steps: int = 1
    fresh: bool = False
    words: str = ""
    alter: Callable[[dict[str, Tensor]], None] | None = None
    settings: Settings | None = None


def no_slope(tensors: dict[str, Tensor]) -> None:
    """Alter a run: every slope is 0."""
    tensors["grad"].zero_()


def _zeros(tensors: dict[str, Tensor]) -> None:
    """Alter a run: two slopes are 0, one with states of 0 and one without; so are the states of another slope."""
    for name, tensor in tensors.items():
        if name != "param":
            tensor.view(-1)[0] = 0
            tensor.view(-1)[1 if name == "grad" else -1] = 0


def same_slope(tensors: dict[str, Tensor]) -> None:
    """Alter a run: all slopes are equal."""
    tensors["grad"].fill_(-0.75)


def transposed(tensors: dict[str, Tensor]) -> None:
    """Alter a run: the tensors are not contiguous."""
    for name, tensor in tensors.items():
        tensors[name] = tensor.mT.contiguous().mT


# For any rule; what is special to one comes besides.
COMMON_RUNS = (
    Run((3,), steps=4, fresh=True),
    Run((), steps=3, fresh=True),
    Run((2, 3)),
    Run((2, 3), words="slopes that are 0", alter=_zeros),
    Run((2, 1, 4), words="slopes that are all 0", alter=no_slope),
    Run((3, 3), steps=2, words="slopes that are all equal", alter=same_slope),
    Run((1,), fresh=True),
    Run((3,), steps=2),
    Run((2, 3), words="transposed tensors", alter=transposed),
)


def drive(answer: Any, draw: Draw, state: Sequence[str], settings: Settings, runs: Sequence[Run]) -> Iterator[Step]:
    """Call a rule through all the runs, in float64, and yield what it returned and what it must not have done.

    Parameters
    ----------
    answer : callable
        The rule; anything may come back.
    draw : Draw
    state : sequence of str
        The names of its state tensors, in order.
    settings : callable
        ``settings(draw, step)`` returns the numbers behind the tensors; step counts from 1.
    runs : sequence of Run

    Yields
    ------
    Steps of a probe. Where what came back can't be used for the next step, that begins where this one began.
    """
    kept: list[tuple[Any, Any]] = []
    for run in runs:
        tensors = {name: draw.tensor(*run.shape) for name in ("param", "grad", *state)}
        for name in state:
            if run.fresh:
                tensors[name].zero_()
            elif name in _SQUARES:
                tensors[name].square_()
        for step in range(1, run.steps + 1):
            tensors["grad"] = draw.tensor(*run.shape)
            if run.alter:
                run.alter(tensors)
            numbers = (run.settings or settings)(draw, step)
            given = {name: tensor.clone() for name, tensor in tensors.items()}
            result = answer(*given.values(), *numbers)
            kept_from = f", {'from zeros' if run.fresh else 'in the middle'}" if state else ""
            label = f"shape {run.shape}{kept_from}{f', step {step}' if run.steps > 1 else ''}"
            yield f"{label}{run.words and ', '}{run.words}", result
            yield NOT_TRACKED, not tracked(result)
            came = freeze(result)
            yield from left_alone(result, given, tensors)
            kept.append((result, freeze(result)))  # of its own: the parts of `came` go on as tensors
            parts = parts_of(came)
            if len(parts) == 1 + len(state) and all(_usable(part, run.shape) for part in parts):
                tensors.update(zip(("param", *state), map(torch.from_numpy, parts), strict=True))
    yield STAYS, all(same(then, freeze(result), 0.0) for result, then in kept)


def _usable(part: Any, shape: tuple[int, ...]) -> bool:
    return isinstance(part, np.ndarray) and part.shape == shape and part.dtype == np.float64


# For each optimizer, the function that its step calls, and the states that this takes, in order. The optimizers
# themselves import torch's compiler when one is made, for a second or more.
_STEPS: dict[type[torch.optim.Optimizer], tuple[Callable[..., None], tuple[str, ...]]] = {
    torch.optim.SGD: (sgd, ("momentum_buffer",)),
    torch.optim.Adagrad: (adagrad, ("sum", "step")),
    torch.optim.RMSprop: (rmsprop, ("square_avg", "", "", "step")),
    torch.optim.Adam: (adam, ("exp_avg", "exp_avg_sq", "", "step")),
    torch.optim.AdamW: (adamw, ("exp_avg", "exp_avg_sq", "", "step")),
}


def by_torch(
    kind: type[torch.optim.Optimizer], param: Tensor, grad: Tensor, state: Mapping[str, Any], **settings: Any
) -> tuple[Tensor, dict[str, Any]]:
    """Let an optimizer of torch take one step from a given state; return the new param and the new state.

    Settings that aren't given are the optimizer's own, as its constructor has them.
    """
    step, names = _STEPS[kind]
    new, states = param.clone(), {name: torch.as_tensor(state[name]).clone() for name in names if name in state}
    lists: list[list[Any]] = [[states.get(name)] if name else [] for name in names]
    with torch.no_grad():
        step([new], [grad.clone()], *lists, **(_DEFAULTS[kind] | _spelled(settings)))
    return new, {name: held[0] for name, held in zip(names, lists, strict=True) if name}


def _defaults(kind: type[torch.optim.Optimizer]) -> dict[str, Any]:
    """Return the settings of an optimizer as its step takes them, each with the value it has by default."""
    usual = {name: given.default for name, given in inspect.signature(kind).parameters.items()}
    taken = inspect.signature(_STEPS[kind][0]).parameters
    return {name: value for name, value in _spelled(usual).items() if name in taken} | {"foreach": False}


def _spelled(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the betas apart, as steps take them."""
    one, two = settings.get("betas", (None, None))
    apart = {"beta1": one, "beta2": two} if "betas" in settings else {}
    return {name: value for name, value in settings.items() if name not in ("betas", "params")} | apart


_DEFAULTS = {kind: _defaults(kind) for kind in _STEPS}  # once: steps are taken thousands of times


# Heavy balls: SGD with momentum, and what goes wrong in it


def _w(p: Any, v: Any, g: Any, b: Any, lr: float, mu: float) -> Any:
    return p - lr * v


def heavy_ball(
    velocity: Callable[[Any, Any, float, float], Any], move: Callable[..., Any] = _w, first: bool = False
) -> Callable[..., Any]:
    """Return an update: v from (grad, old, lr, momentum), then the param from (param, v, grad, old, lr, momentum).

    With `first`, the velocity of the first step is right.
    """

    def update(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Any:
        old = torch.zeros_like(param) if buffer is None else buffer
        v = grad.clone() if first and buffer is None else velocity(grad, old, lr, momentum)
        return move(param, v, grad, old, lr, momentum), v

    return update


def new_velocity(g: Any, b: Any, lr: float, mu: float) -> Any:
    """Return the velocity of a heavy ball: what is left of the old one, and the gradient in full."""
    return mu * b + g


heavy_ball_step = heavy_ball(new_velocity)


# fmt: off
# Slips in the formula: name, velocity, move, because.
WRONG_VELOCITIES: tuple[tuple[str, Any, Any, str], ...] = (
    ("damped", lambda g, b, lr, mu: mu * b + (1 - mu) * g, _w,
        "You multiply the gradient by 1 − momentum, as in a running mean. Here it enters the velocity in full."),
    ("learning rate in the buffer", lambda g, b, lr, mu: mu * b + lr * g, lambda p, v, *rest: p - v,
        "You put the learning rate into the velocity. In torch it multiplies the velocity when the weight moves, so it "
        "stays free of it."),
    ("learning rate twice", lambda g, b, lr, mu: mu * b + lr * g, _w,
        "The learning rate enters twice: in the velocity and in the move. Only the move has it."),
    ("velocity pointing downhill", lambda g, b, lr, mu: mu * b - lr * g, lambda p, v, *rest: p + v,
        "Your velocity points downhill and holds the learning rate, as in some textbooks. In torch it adds up the "
        "gradients themselves, and the weight moves by minus lr times it."),
    ("minus in the velocity", lambda g, b, lr, mu: mu * b - g, lambda p, v, g, b, lr, mu: p + lr * v,
        "Your velocity takes the gradient with a minus. In torch gradients are added to it, and the minus stands in "
        "the move."),
    ("gradient subtracted in the velocity", lambda g, b, lr, mu: mu * b - g, _w,
        "Your velocity takes the gradient with a minus. Gradients are added to it; the minus stands in the move."),
    ("momentum on the gradient", lambda g, b, lr, mu: b + mu * g, _w,
        "The momentum multiplies the gradient in your answer. It belongs to the old velocity."),
    ("momentum on both", lambda g, b, lr, mu: mu * (b + g), _w,
        "The momentum multiplies the gradient too. It belongs to the old velocity alone."),
)
WRONG_MOVES: tuple[tuple[str, Any, Any, str], ...] = (
    ("old velocity used", new_velocity, lambda p, v, g, b, lr, mu: p - lr * b,
        "The velocity is right, but the weight moves by the old one. First renew the velocity, then move by it."),
    ("plain gradient step", new_velocity, lambda p, v, g, b, lr, mu: p - lr * g,
        "The velocity is right, but the weight moves by the gradient alone. It is to move by the velocity."),
    ("momentum ignored", lambda g, b, lr, mu: g * 1, _w,
        "You do a step of plain gradient descent: the old velocity doesn't count."),
    ("old velocity in full", lambda g, b, lr, mu: b + g, _w,
        "You add the old velocity in full. Momentum says how much of it is carried on."),
    ("gradient left out", lambda g, b, lr, mu: mu * b, _w, "The new gradient doesn't enter the velocity."),
    ("lr and momentum swapped", lambda g, b, lr, mu: lr * b + g, lambda p, v, g, b, lr, mu: p - mu * v,
        "Learning rate and momentum are swapped."),
)
HEAVY_BALL_SLIPS = (*WRONG_VELOCITIES, *WRONG_MOVES)
# fmt: on
