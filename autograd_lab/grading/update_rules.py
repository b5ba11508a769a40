"""What exercises on update rules share: driving a rule over several steps, torch's own rules, and slips of any rule.

A rule is called as ``rule(param, grad, *state, *settings)`` and returns the new param, or a tuple of it and the new
state. `drive` calls an answer on its own results, with new gradients and settings for each step, and yields what came
back; `by_torch` lets an optimizer of torch take one step from a given state; `slips` makes from a right rule the wrong
ones that have nothing to do with its formula.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch._dynamo  # optimizers import it in their first step, which takes seconds; not while an answer's time runs

from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import Draw, Rule, Step
from autograd_lab.grading.plain import freeze

Tensor = torch.Tensor
Update = Callable[..., Any]
Settings = Callable[[Draw, int], tuple[Any, ...]]

# States that are never negative.
_SQUARES = ("total", "square_avg", "v")


def unchanged(tensor: Tensor, before: Tensor) -> bool:
    """Whether a plain tensor is as it was: same numbers, still not tracked, no gradient left in it."""
    alike = tensor.shape == before.shape and tensor.dtype == before.dtype
    equal = alike and torch.allclose(tensor.detach(), before, rtol=0, atol=0, equal_nan=True)
    return equal and not tensor.requires_grad and tensor.grad is None


def shared(result: Any, arguments: Mapping[str, Tensor]) -> list[str]:
    """Write into all arguments, and return the names of those through which the result has changed."""

    def changed(some: Mapping[str, Tensor]) -> bool:
        kept = freeze(result)
        for tensor in some.values():
            tensor.data.add_(1000.0)
        return not same(kept, freeze(result), 0.0)

    return [name for name, tensor in arguments.items() if changed({name: tensor})] if changed(arguments) else []


def tracked(result: Any) -> bool:
    """Whether a tensor, or one in a tuple or list, requires grad."""
    return any(getattr(part, "requires_grad", False) for part in _parts(result))


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


def same_slope(tensors: dict[str, Tensor]) -> None:
    """Alter a run: all slopes are equal."""
    tensors["grad"].fill_(-0.75)


def transposed(tensors: dict[str, Tensor]) -> None:
    """Alter a run: the tensors are not contiguous."""
    for name, tensor in tensors.items():
        tensors[name] = tensor.mT.contiguous().mT


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
            yield Rule("what is returned doesn't require grad"), not tracked(result)
            for name, tensor in given.items():
                yield Rule(f"`{name}` is left as it was"), unchanged(tensor, tensors[name])
            came = freeze(result)
            through = shared(result, given)
            for name in given:
                yield Rule(f"what is returned shares no memory with `{name}`"), name not in through
            kept.append((result, freeze(result)))  # of its own: the parts of `came` go on as tensors
            parts = _parts(came)
            if len(parts) == 1 + len(state) and all(_usable(part, run.shape) for part in parts):
                tensors.update(zip(("param", *state), map(torch.from_numpy, parts), strict=True))
    stays = all(same(then, freeze(result), 0.0) for result, then in kept)
    yield Rule("what an earlier call returned stays as it was"), stays


def _parts(result: Any) -> Sequence[Any]:
    return result if isinstance(result, (tuple, list)) else (result,)


def _usable(part: Any, shape: tuple[int, ...]) -> bool:
    return isinstance(part, np.ndarray) and part.shape == shape and part.dtype == np.float64


def by_torch(
    kind: Callable[..., torch.optim.Optimizer], param: Tensor, grad: Tensor, state: Mapping[str, Any], **settings: Any
) -> tuple[Tensor, dict[str, Any]]:
    """Let an optimizer of torch take one step from a given state; return the new param and the new state."""
    mine = param.clone().requires_grad_()
    mine.grad = grad.clone()
    optimizer = kind([mine], **settings)
    optimizer.state[mine].update({name: torch.as_tensor(value).clone() for name, value in state.items()})
    optimizer.step()
    return mine.detach(), dict(optimizer.state[mine])


def slips(rule: Update, state: Sequence[str] = (), lr: int = 0) -> dict[str, tuple[Update, str]]:
    """Return wrong rules made from a right one, by name, each with what to say.

    `state` are the names of its state tensors, which may be None before the first step; `lr` is the place of the
    learning rate among the settings.
    """
    states = " and ".join(f"`{name}`" for name in state)
    are = "are" if len(state) > 1 else "is"
    first = 2 + len(state)

    def parts(*arguments: Any) -> tuple[Tensor, tuple[Tensor, ...]]:
        result = rule(*arguments)
        return (result[0], tuple(result[1:])) if state else (result, ())

    def returning(choose: Callable[[Tensor, Tensor, tuple[Tensor, ...], tuple[Tensor, ...]], Any]) -> Update:
        """Return an answer; `choose` gets the old param, the new one, the old state and the new one."""

        def answer(*arguments: Any) -> Any:
            new, renewed = parts(*arguments)
            return choose(arguments[0], new, arguments[2:first], renewed)

        return answer

    def pair(param: Tensor, renewed: tuple[Tensor, ...]) -> Any:
        return (param, *renewed) if state else param

    def with_lr_1(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[first + lr] = 1.0
        return rule(*changed)

    def grad_changed(*arguments: Any) -> Any:
        result = rule(*arguments)
        arguments[1].mul_(2)
        return result

    def in_place(*names: str) -> Update:
        def answer(*arguments: Any) -> Any:
            new, renewed = parts(*arguments)
            old = dict(zip(("param", *state), (arguments[0], *arguments[2:first]), strict=True))
            fresh = dict(zip(("param", *state), (new, *renewed), strict=True))
            written = [
                old[name].copy_(new) if name in names and old[name] is not None else new for name, new in fresh.items()
            ]
            return pair(written[0], tuple(written[1:]))

        return answer

    right = f"{states} {are} right, but" if state else "The size is right, but"
    made: dict[str, tuple[Update, str]] = {
        "uphill": (
            returning(lambda old, new, s, renewed: pair(2 * old - new, renewed)),
            f"{right} the param moves the other way. The gradient points to where the loss grows: subtract.",
        ),
        "no learning rate": (with_lr_1, "The learning rate has no effect on your step; it scales the move."),
        "the change instead of the param": (
            returning(lambda old, new, s, renewed: pair(new - old, renewed)),
            "You return by how much the param changes. The new param itself is asked for.",
        ),
        "the length of the change instead of the param": (
            returning(lambda old, new, s, renewed: pair(old - new, renewed)),
            "You return what is to be subtracted from the param. The new param itself is asked for.",
        ),
        "param in place": (
            in_place("param"),
            "The numbers are right, but you change the caller's `param` (`-=`, a method that ends in `_`, or an "
            "optimizer that was given `param` itself). Return a new tensor.",
        ),
    }
    made |= {
        "grad in place": (
            grad_changed,
            "The numbers are right, but you change the caller's `grad` (`*=`, or a method that ends in `_`). Return "
            "new tensors.",
        ),
        "tracked": (
            returning(lambda old, new, s, renewed: pair(new.requires_grad_(), renewed)),
            "The numbers are right, but the new param requires grad (`requires_grad_()`, or `nn.Parameter`). A plain "
            "tensor is asked for.",
        ),
    }
    if not state:
        return made
    made |= {
        "param not moved": (
            returning(lambda old, new, s, renewed: pair(old.clone(), renewed)),
            f"{right} the param that you return is the old one.",
        ),
        f"{' and '.join(state)} not renewed": (
            returning(lambda old, new, s, renewed: pair(new, tuple(x if x is None else x.clone() for x in s))),
            f"The new param is right, but the {states} that you return {are} still the old. "
            "The next step needs the new.",
        ),
        "only the param": (
            returning(lambda old, new, s, renewed: new),
            f"Only the new param came back. Return it together with the new {states}.",
        ),
        "only the state": (
            returning(lambda old, new, s, renewed: renewed if len(state) > 1 else renewed[0]),
            f"Only the new {states} came back. Return the new param first.",
        ),
        "the pair swapped" if len(state) == 1 else "the param last": (
            returning(lambda old, new, s, renewed: (*renewed, new)),
            f"The order is another: the new param comes first, then {states}.",
        ),
    }
    if len(state) > 1:
        made[f"{' and '.join(state)} swapped"] = (
            returning(lambda old, new, s, renewed: (new, *renewed[::-1])),
            f"The order is another: after the new param come {states}.",
        )
    for names in ([state[0]], [*state], ["param", *state]) if len(state) > 1 else ([state[0]], ["param", *state]):
        written = " and ".join(f"`{name}`" for name in names)
        made[f"{' and '.join(names)} in place"] = (
            in_place(*names),
            f"The numbers are right, but you change the caller's {written} (`+=`, `*=`, or a method that ends in `_`). "
            "Return new tensors.",
        )
    return made
