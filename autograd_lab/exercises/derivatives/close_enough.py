"""`close_enough(got, want)`: whether two tensors agree up to 1e-6 of the largest magnitude in them, as a bool."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.probes import copied, unchanged
from autograd_lab.grading.slips import mistakes, of_pieces


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, *tensors in _pairs(draw):
        given = copied(tensors)
        result = answer(*given)
        kind = type(result)
        yield words, result
        named = "a plain `bool`" if kind is bool else f"`{kind.__module__}.{kind.__qualname__}`"[:80]
        yield f"{words}: the type of the result", named
        for name, now, before in zip(("got", "want"), given, tensors, strict=True):
            yield Rule(f"`{name}` is left as it was"), unchanged(now, before)

def _pairs(draw: Draw) -> Iterator[tuple[str, Tensor, Tensor]]:
    def off(x: Tensor, by: float, at: int | None = None) -> Tensor:
        """Change an entry, that of the largest size unless one is named, by that fraction of it."""
        y = x.clone()
        y.view(-1)[int(x.abs().argmax()) if at is None else at] *= 1 + by
        return y

    x = draw.tensor(3, 4) + 3 * torch.sign(draw.tensor(3, 4))
    yield f"two equal tensors, beginning {x[0, 0]:.3f}", x, x
    for size in (1.0, 1e-9, 1e9):
        for by in (1e-8, 1e-4, -1e-4):
            words = f"numbers of size {size:g}, one off by {by:g} of the largest"
            yield words, off(x * size, by), x * size
            yield f"{words}, the other way round", x * size, off(x * size, by)
    large, many = torch.tensor([1.0, -2.0, 1e-5]).double() * draw.number(1, 3), draw.tensor(40, 30) + 3
    yield "a tiny entry beside large ones, off by a thousandth of itself", off(large, 1e-3, at=-1), large
    yield "a tiny entry beside large ones, a hundred times itself", off(large, 99.0, at=-1), large
    yield "negative numbers only, one off by 1e-8 of the largest", off(-x.abs(), 1e-8), -x.abs()
    yield "1200 numbers, one off by 1e-4 of the largest", off(many, 1e-4), many
    both, broken, two = x.clone(), x.clone(), torch.tensor(2.0).double()
    both[0, :2] += torch.tensor([1e-3, -1e-3])
    yield "two entries off by as much, in opposite directions", both, x
    yield "two tensors of zeros", torch.zeros(5).double(), torch.zeros(5).double()
    yield "zeros, and zeros but for one tiny entry", torch.zeros(3), torch.tensor([0.0, 1e-12, 0.0])
    yield "two numbers of shape () that are close", two + 1e-8, two
    yield "two numbers of shape () that are not", torch.tensor(2.1), torch.tensor(2.0)
    broken[1, 2] = math.nan
    yield "a NaN in got", broken, x
    yield "a NaN in want", x, broken
    yield "a NaN in both, at the same place", broken, broken
    yield "a NaN and nothing else", torch.tensor([math.nan]), torch.tensor([1.0])
    yield "opposite signs", -x, x
    three = torch.ones(3)
    for got, want in (x, x.T), (x, x.flatten()), (x[:1, :3], x[0, :3]), (three, torch.ones(())), (three, torch.ones(4)):
        yield f"shapes {tuple(got.shape)} and {tuple(want.shape)}, with the same numbers", got, want

def _largest(x: Tensor) -> Tensor:
    return x.abs().max()

def _size(got: Tensor, want: Tensor) -> Tensor:
    return torch.maximum(_largest(got), _largest(want))

def _rule(gap: Any = _largest, size: Any = _size) -> Any:
    """Return an answer that measures the difference and compares that with a size of both tensors."""
    return lambda got, want: got.shape == want.shape and bool(gap(got - want) <= 1e-6 * size(got, want))

def _close_in_numpy(got: Tensor, want: Tensor) -> bool:
    g, w = got.numpy(), want.numpy()
    if g.shape != w.shape or np.isnan(g).any() or np.isnan(w).any():
        return False
    return bool(np.all(np.abs(g - w) <= 1e-6 * max(np.abs(g).max(), np.abs(w).max())))

def _close_when_broadcast(got: Tensor, want: Tensor) -> Any:
    try:
        return RIGHT(*torch.broadcast_tensors(got, want))  # type: ignore[no-untyped-call]
    except RuntimeError:
        return False

RIGHT = _rule()

EXERCISE = Exercise(
    name="derivatives.close_enough",
    probe=probe,
    reference=RIGHT,
    alternatives=(
        _close_in_numpy,
        lambda g, w: g.shape == w.shape and all(((g - w).abs() <= 1e-6 * _size(g, w)).flatten().tolist()),
    ),
    mistakes=mistakes({
        "fixed tolerance": (_rule(size=lambda got, want: 1.0),
            "Your tolerance is 1e-6 whatever the size of the numbers. For tiny numbers that lets everything pass, for "
            "large ones nothing: it has to grow with the largest of them."),
        "size of at least 1": (_rule(size=lambda got, want: _size(got, want).clamp(min=1)),
            "For numbers smaller than 1 you measure with 1, so tiny ones always pass. Measure with their largest."),
        "size without abs": (_rule(size=lambda got, want: torch.maximum(got.max(), want.max())),
            "You measure with the largest entry, not the largest absolute value: negative numbers have a size too."),
        "sum of the differences": (_rule(gap=lambda apart: apart.sum().abs()),
            "You add up the differences and then take the absolute value: two errors can cancel. Take it of each."),
        "no abs": (_rule(gap=lambda apart: apart.max()),
            "You leave out the absolute value of the difference: a result that is too small is always close enough."),
        "mean error": (_rule(gap=lambda apart: apart.abs().mean()),
            "You look at the mean of the differences; one bad entry among many then hides. Look at the largest."),
        "abs in place": (_rule(size=lambda got, want: torch.maximum(got.abs_().max(), want.abs_().max())),
            "The answer is right, but `abs_` takes the signs from the caller's tensors. `abs` makes a new one."),
    } | of_pieces(lambda rule: lambda got, want: got.shape == want.shape and rule(got, want), {
        "zeros rejected": (lambda got, want: bool(_largest(got - want) / _size(got, want) <= 1e-6),
            "All is well except for two tensors of zeros, which are close: 0 / 0 is NaN, and 0 < 0 is false. Multiply "
            "the tolerance by the size instead of dividing, and compare with `<=`."),
        "measured by the difference": (lambda got, want: bool(_largest(got.sub_(want)) <= 1e-6 * _size(got, want)),
            "You subtract into `got` itself: the caller's tensor is lost, and its size, if taken afterwards, is that "
            "of the difference. Let the difference be a new tensor."),
        "entry by entry": (lambda got, want: torch.isclose(got, want, rtol=1e-6, atol=0).all().item(),
            "You measure each entry against its own size. A tiny one beside large ones then has to be right to more "
            "digits than it can be; measure all against the largest."),
        "torch.allclose as it comes": (lambda got, want: torch.allclose(got.double(), want.double()),
            "You use `torch.allclose` with its own settings: it measures entry by entry, with a relative tolerance of "
            "1e-5 and an absolute one of 1e-8. Neither is what is asked for."),
        "any for all": (lambda got, want: bool(((got - want).abs() <= 1e-6 * _size(got, want)).any()),
            "One close entry is enough for you. All have to be close."),
        "NaN accepted": (lambda got, want: not bool(((got - want).abs() > 1e-6 * _size(got, want)).any()),
            "NaN slips through: no comparison with NaN is true, so it is never found too large. Ask that all are small "
            "enough, or ask for NaN first."),
        "a tensor returned": (lambda got, want: _largest(got - want) <= 1e-6 * _size(got, want),
            "The answer is right, but it is a tensor. Make it a plain `bool`."),
        "only the shapes compared": (lambda got, want: True,
            "You compare the shapes only. The numbers have to be close as well."),
        "numbers never compared": (lambda got, want: not bool((got.isnan() | want.isnan()).any()),
            "You look at the shapes and for NaN, but never at how far the numbers are apart."),
    }) | {
        "equality": (lambda got, want: torch.equal(got, want),
            "You ask for equality. Two right computations that round differently are then told apart."),
        "torch.allclose alone": (lambda got, want: torch.allclose(got, want),
            "You use `torch.allclose` as it comes: it measures entry by entry, with tolerances of its own, and where "
            "shapes differ it broadcasts or raises. Compare the shapes, then measure against the largest entry."),
        "broadcast shapes accepted": (_close_when_broadcast,
            "Different shapes pass when one can be broadcast to the other. Compare the shapes first."),
        "different shapes raise": (lambda got, want: bool(_largest(got - want) <= 1e-6 * _size(got, want)),
            "Shapes aren't compared: some that differ are subtracted, others raise. Compare first, and return False."),
        "np.bool_ returned": (lambda got, want: np.bool_(RIGHT(got, want)),
            "The answer is right, but it is NumPy's bool, for which `is True` is false. Make it a plain `bool`."),
        "always True": (lambda got, want: True, "You return True for tensors that are far apart."),
        "always False": (lambda got, want: False, "You return False for tensors that are close, even equal."),
        "turned around": (lambda got, want: not RIGHT(got, want),
            "You return True where they differ, and False where they are close: it is the wrong way round."),
    }),
    hints=(
        "Which three things have to hold? Take them one after the other, the shapes first.",
        "max |got − want| ≤ 1e-6 · max(max |got|, max |want|). What does a comparison with NaN say?",
        "If the shapes differ, return False. Then compute the two maxima, compare with `<=`, and make that a `bool`.",
    ),
    section="Do they agree?",
    notice="A comparison with NaN is never true, so `<=` rejects NaN by itself, while `not >` lets it pass.",
)
