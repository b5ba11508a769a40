"""Walks that many probes take: call an answer for each case on copies, and yield what came back and what must hold.

A probe says which cases there are; `walk` does the rest, and `over` makes a probe of cases alone. `copied`,
`unchanged`, `shared` and `tracked` are for probes that walk in a way of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import Draw, Probe, Rule, Step
from autograd_lab.grading.plain import freeze

if TYPE_CHECKING:
    import torch

# What a case is, in words; the arguments; and, where the result may be small beside its terms, the largest of these.
Case = tuple[str, tuple[Any, ...]] | tuple[str, tuple[Any, ...], float]

LEFT_ALONE = Rule("the arguments are left as they were")
NOT_TRACKED = Rule("what is returned doesn't require grad")
STAYS = Rule("what an earlier call returned stays as it was")


def walk(answer: Any, cases: Iterable[Case], names: Sequence[str] = ()) -> Iterator[Step]:
    """Call ``answer(*arguments)`` for each case and yield what came back.

    Then yield that the arguments are as they were, and what the first case gives once more, looked at only when
    another has been computed since: an answer that keeps something between calls, or one buffer for all, shows here.

    Parameters
    ----------
    answer : callable
        Anything may come back.
    cases : iterable of Case
        Two or more. Arrays and tensors are copied for each call.
    names : sequence of str
        Those of all arguments, where a mistake is about one of them: then each has a rule of its own.
    """
    changed, cases = set(), list(cases)
    for words, arguments, *scale in cases:
        given = copied(arguments)
        yield words, answer(*given), *scale
        changed |= {at for at, argument in enumerate(arguments) if not unchanged(given[at], argument)}
    if names:
        yield from ((Rule(f"`{name}` is left as it was"), at not in changed) for at, name in enumerate(names))
    else:
        yield LEFT_ALONE, not changed
    (words, first, *scale), (_, second, *_) = cases[0], cases[1]
    result = answer(*copied(first))
    answer(*copied(second))
    yield f"{words}, a result kept while another is computed", result, *scale


def over(cases: Callable[[Draw], Iterable[Case]], scale: float = 0.0, names: Sequence[str] = ()) -> Probe:
    """Return the probe that walks through the cases that are drawn; those that state no scale have the given one."""
    return lambda answer, draw: walk(answer, ((*case, scale)[:3] for case in cases(draw)), names)


def the_value(answer: Any, draw: Draw) -> Iterator[Step]:
    """Observe an answer that is a value itself; a probe as it stands."""
    yield "the value", answer


def eighths(draw: Draw, *shape: int, size: float = 2.0) -> "torch.Tensor":
    """Return a float32 tensor of multiples of 1/8 between −size and size, which few operations in any order keep exact.

    So it doesn't matter whether an answer computes in float32, as PyTorch does by itself, or in float64.
    """
    return ((draw.tensor(*shape, low=-size, high=size) * 8).round() / 8).float()


def copied(value: Any) -> Any:
    """Return a copy for an answer to keep or spoil: arrays and tensors lie in memory as the given ones do."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, (list, tuple)):
        return type(value)(map(copied, value))
    return value.detach().clone().requires_grad_(value.requires_grad) if hasattr(value, "requires_grad_") else value


def unchanged(now: Any, before: Any) -> bool:
    """Whether an argument is as it was: same numbers and dtype, and of a tensor, still tracked or not, no gradient."""
    if isinstance(before, (list, tuple)):
        return len(now) == len(before) and all(map(unchanged, now, before))
    if hasattr(before, "requires_grad_"):
        if now.dtype != before.dtype or now.requires_grad != before.requires_grad or now.grad is not None:
            return False
        now, before = now.detach().numpy(), before.detach().numpy()
    if isinstance(before, np.ndarray):
        return now.dtype == before.dtype and np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")
    return True


def shared(result: Any, arguments: Mapping[str, Any]) -> list[str]:
    """Write into all arguments, which are tensors, and return the names of those that have changed the result."""

    def changed(some: Mapping[str, Any]) -> bool:
        kept = freeze(result)
        for tensor in some.values():
            tensor.data.add_(1000.0)
        return not same(kept, freeze(result), 0.0)

    return [name for name, tensor in arguments.items() if changed({name: tensor})] if changed(arguments) else []


def left_alone(result: Any, given: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Step]:
    """Yield of each argument that it is as before and shares no memory with the result; write into `given`."""
    for name, tensor in given.items():
        yield Rule(f"`{name}` is left as it was"), unchanged(tensor, before[name])
    through = shared(result, given)
    for name in given:
        yield Rule(f"what is returned shares no memory with `{name}`"), name not in through


def parts_of(result: Any) -> Sequence[Any]:
    """Return what a tuple or list holds, or the only thing that came back."""
    return result if isinstance(result, (tuple, list)) else (result,)


def tracked(result: Any) -> bool:
    """Whether a tensor, or one in a tuple or list, requires grad."""
    return any(getattr(part, "requires_grad", False) for part in parts_of(result))
