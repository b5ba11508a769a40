"""The exercises of lesson 13, `adaptive_optimizers`."""

import copy
import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Any

import torch
from torch import nn

from autograd_lab.grading.exercise import Draw, Exercise, Mistake, Rule, Step, mistakes
from autograd_lab.grading.update_rules import Run, Settings, by_torch, drive, no_slope, same_slope, slips, transposed

Tensor = torch.Tensor
Answer = Callable[..., Any]


def _a_zero(tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if name != "param":
            tensor.view(-1)[0] = 0


def _tiny(tensors: dict[str, Tensor]) -> None:
    """Make slopes so small that it shows where eps stands."""
    for name, tensor in tensors.items():
        if name != "param":
            tensor.mul_(1e-4 if name in ("grad", "m") else 1e-8)


_RUNS = (
    Run((3,), steps=4, fresh=True),
    Run((), steps=3, fresh=True),
    Run((2, 3)),
    Run((2, 3), words="a slope that is 0, with nothing kept from before", alter=_a_zero),
    Run((2, 1, 4), words="slopes that are all 0", alter=no_slope),
    Run((4,), steps=2, words="tiny slopes", alter=_tiny),
    Run((3, 3), steps=2, words="slopes that are all equal", alter=same_slope),
    Run((2, 3), words="transposed tensors", alter=transposed),
    Run((1,), fresh=True),
    Run((3,), steps=2),
)


# AdaGrad


def _lr_eps(draw: Draw, step: int) -> tuple[float, float]:
    return draw.number(0.05, 0.6), draw.number(0.01, 0.3)


def probe_adagrad_step(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from drive(answer, draw, ("total",), _lr_eps, _RUNS)


def _adagrad(param: Tensor, grad: Tensor, total: Tensor, lr: float, eps: float) -> tuple[Any, Any]:
    new, state = by_torch(torch.optim.Adagrad, param, grad, {"sum": total, "step": 0.0}, lr=lr, eps=eps)
    return new, state["sum"]


Kept = Callable[..., Tensor]
Move = Callable[..., Tensor]


def _one_mean(kept: Kept, move: Move, state: Kept | None = None) -> Answer:
    """Return a rule that keeps one tensor: kept(old, grad, *settings), then param − move(grad, kept, old, *settings).

    `state` is what is returned instead of it, of (kept, old, grad, *settings).
    """

    def rule(param: Tensor, grad: Tensor, old: Tensor, *settings: float) -> tuple[Tensor, Tensor]:
        new = kept(old, grad, *settings)
        returned = new if state is None else state(new, old, grad, *settings)
        return param - move(grad, new, old, *settings), returned

    return rule


def _sum(total: Tensor, g: Tensor, lr: float, eps: float) -> Tensor:
    return total + g * g


def _divided(g: Tensor, new: Tensor, old: Tensor, lr: float, *rest: float) -> Tensor:
    return lr * g / (new.sqrt() + rest[-1])


# Slips that AdaGrad and RMSProp share: name, move of (grad, new, old, lr, …, eps), because.
_MOVES: tuple[tuple[str, Move, str], ...] = (
    (
        "eps inside the root",
        lambda g, new, old, lr, *rest: lr * g / (new + rest[-1]).sqrt(),
        "You add eps under the root. In torch it is added to the root.",
    ),
    (
        "no eps",
        lambda g, new, old, lr, *rest: torch.where(g == 0, g, lr * g / new.sqrt()),
        "eps has no effect. Where nothing but zeros has come yet, 0 would be divided by 0.",
    ),
    (
        "no eps, NaN at 0",
        lambda g, new, old, lr, *rest: lr * g / new.sqrt(),
        "eps has no effect, and where nothing but zeros has come yet, 0 is divided by 0: that is NaN.",
    ),
    (
        "no root",
        lambda g, new, old, lr, *rest: lr * g / (new + rest[-1]),
        "You divide by the squares themselves. Their root has the size of a gradient.",
    ),
    (
        "multiplied by the root",
        lambda g, new, old, lr, *rest: lr * g * (new.sqrt() + rest[-1]),
        "You multiply by the root. Large slopes are to make the step size smaller: divide.",
    ),
    (
        "not divided",
        lambda g, new, old, lr, *rest: lr * g,
        "What is kept is right, but the param takes a plain gradient step. Divide by the root of it.",
    ),
    (
        "the old squares",
        lambda g, new, old, lr, *rest: lr * g / (old.sqrt() + rest[-1]),
        "You divide by the root of what was kept from before. The new gradient's square belongs to it already.",
    ),
    (
        "one size for all",
        lambda g, new, old, lr, *rest: lr * g / (new.sum().sqrt() + rest[-1]),
        "You divide all entries by one number. Each entry has a step size of its own: that is the point.",
    ),
    (
        "the mean size for all",
        lambda g, new, old, lr, *rest: lr * g / (new.mean().sqrt() + rest[-1]),
        "You divide all entries by one number. Each entry has a step size of its own: that is the point.",
    ),
    (
        "only the sign",
        lambda g, new, old, lr, *rest: lr * g.sign(),
        "You step by the sign of the gradient. The gradient itself is divided by the root.",
    ),
    (
        "gradient squared in the move",
        lambda g, new, old, lr, *rest: lr * g * g / (new.sqrt() + rest[-1]),
        "You move by the square of the gradient, which never points uphill or downhill. The move has the gradient.",
    ),
    (
        "size of the gradient in the move",
        lambda g, new, old, lr, *rest: lr * g.abs() / (new.sqrt() + rest[-1]),
        "You move by the size of the gradient, so its direction is lost.",
    ),
    (
        "a gradient of 1 in the move",
        lambda g, new, old, lr, *rest: lr / (new.sqrt() + rest[-1]) + 0 * g,
        "You subtract the step size itself. It is still to be multiplied by the gradient.",
    ),
    (
        "learning rate in the denominator",
        lambda g, new, old, lr, *rest: g / (lr * new.sqrt() + rest[-1]),
        "The learning rate stands in the denominator. A larger one makes larger steps.",
    ),
    (
        "eps outside the fraction",
        lambda g, new, old, lr, *rest: torch.where(g == 0, g, lr * g / new.sqrt()) + rest[-1],
        "You add eps to the whole step. It belongs into the denominator.",
    ),
    (
        "in float32",
        lambda g, new, old, lr, *rest: (lr * g.float() / (new.float().sqrt() + rest[-1])).double(),
        "Only about seven digits are right: somewhere the numbers went through float32.",
    ),
)


def _moved(kept: Kept) -> dict[str, tuple[Answer, str]]:
    return {name: (_one_mean(kept, move), because) for name, move, because in _MOVES}


ADAGRAD_STEP = Exercise(
    name="adaptive_optimizers.adagrad_step",
    probe=probe_adagrad_step,
    reference=_adagrad,
    alternatives=(
        _one_mean(_sum, _divided),
        lambda p, g, total, lr, eps: [
            p.addcdiv(g, (total + g.square()).sqrt().add(eps), value=-lr),
            total.addcmul(g, g),
        ],
    ),
    mistakes=mistakes(
        slips(_adagrad, ("total",))
        | _moved(_sum)
        | {
            name: (_one_mean(kept, _divided), because)
            for name, kept, because in (
                (
                    "gradient not squared",
                    lambda total, g, lr, eps: total + g,
                    "You add the gradient itself to the total. Its square is added, so that nothing cancels; roots of "
                    "sums that went below 0 are NaN.",
                ),
                (
                    "size of the gradient added",
                    lambda total, g, lr, eps: total + g.abs(),
                    "You add the size of the gradient to the total. Its square is added, since a root is taken.",
                ),
                (
                    "total not added up",
                    lambda total, g, lr, eps: g * g,
                    "Your total is the newest square alone. All squares so far add up.",
                ),
                (
                    "new squares left out",
                    lambda total, g, lr, eps: total.clone(),
                    "The new gradient's square doesn't get into the total.",
                ),
                (
                    "squares summed over entries",
                    lambda total, g, lr, eps: total + (g * g).sum(),
                    "You add the squares of all entries to each total. Each entry has a total of its own.",
                ),
                (
                    "running mean",
                    lambda total, g, lr, eps: 0.9 * total + 0.1 * g * g,
                    "You keep a running mean, as RMSProp does. AdaGrad adds up and forgets nothing.",
                ),
                (
                    "learning rate in the total",
                    lambda total, g, lr, eps: total + lr * g * g,
                    "The learning rate gets into the total. Only the squares of gradients do.",
                ),
                (
                    "eps in the total",
                    lambda total, g, lr, eps: total + g * g + eps,
                    "You add eps to the total, again in every step. It is added to the root, when that is used.",
                ),
                (
                    "square of the sum",
                    lambda total, g, lr, eps: (total + g) ** 2,
                    "You square the sum of total and gradient. Square the gradient, then add.",
                ),
            )
        }
        | {
            "the root kept": (
                _one_mean(_sum, _divided, lambda new, *rest: new.sqrt()),
                "The new param is right, but you return the root of the total. The next step adds to the total itself.",
            ),
            "the move with the old gradient's total": (
                _one_mean(_sum, _divided, lambda new, old, g, *rest: g * g),
                "The new param is right, but you return the newest square alone. The next step needs the total.",
            ),
        }
    ),
    hints=(
        "What is remembered is one number for each entry. What is added to it, and what is it used for?",
        "total ← total + grad², then param ← param − lr · grad / (√total + eps).",
        "`new = total + grad**2`, then `param - lr * grad / (new.sqrt() + eps)`, and return both.",
    ),
    section="AdaGrad: remember every slope",
    notice="In the first step the slope divides itself: but for eps, every entry moves by lr, steep or flat.",
)

# RMSProp


def _lr_alpha_eps(draw: Draw, step: int) -> tuple[float, float, float]:
    return draw.number(0.05, 0.6), draw.number(0.6, 0.95), draw.number(0.01, 0.3)


def probe_rmsprop_step(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from drive(answer, draw, ("square_avg",), _lr_alpha_eps, _RUNS)


def _rmsprop(param: Tensor, grad: Tensor, square_avg: Tensor, lr: float, alpha: float, eps: float) -> tuple[Any, Any]:
    state = {"square_avg": square_avg, "step": 0.0}
    new, renewed = by_torch(torch.optim.RMSprop, param, grad, state, lr=lr, alpha=alpha, eps=eps)
    return new, renewed["square_avg"]


def _mean(s: Tensor, g: Tensor, lr: float, alpha: float, eps: float) -> Tensor:
    return alpha * s + (1 - alpha) * g * g


RMSPROP_STEP = Exercise(
    name="adaptive_optimizers.rmsprop_step",
    probe=probe_rmsprop_step,
    reference=_rmsprop,
    alternatives=(
        _one_mean(_mean, _divided),
        lambda p, g, s, lr, alpha, eps: (lambda new: [p - lr * g / (new**0.5 + eps), new])(
            torch.lerp(g.square(), s, alpha)
        ),
    ),
    mistakes=mistakes(
        slips(_rmsprop, ("square_avg",))
        | _moved(_mean)
        | {
            name: (_one_mean(kept, _divided), because)
            for name, kept, because in (
                (
                    "alpha the wrong way round",
                    lambda s, g, lr, a, eps: (1 - a) * s + a * g * g,
                    "alpha and 1 − alpha are swapped: the old mean keeps the share alpha.",
                ),
                (
                    "no 1 − alpha",
                    lambda s, g, lr, a, eps: a * s + g * g,
                    "The new square enters in full. It gets the share 1 − alpha, so that the result is a mean.",
                ),
                (
                    "alpha twice",
                    lambda s, g, lr, a, eps: a * s + a * g * g,
                    "Both get the share alpha. The shares of a mean add up to 1.",
                ),
                (
                    "AdaGrad",
                    lambda s, g, lr, a, eps: s + g * g,
                    "You add up, as AdaGrad does: alpha has no effect, and nothing is forgotten.",
                ),
                (
                    "gradient not squared",
                    lambda s, g, lr, a, eps: a * s + (1 - a) * g,
                    "You average the gradient itself. Its square is averaged; the root of a mean below 0 is NaN.",
                ),
                (
                    "size of the gradient averaged",
                    lambda s, g, lr, a, eps: a * s + (1 - a) * g.abs(),
                    "You average the size of the gradient. Its square is averaged, since a root is taken.",
                ),
                (
                    "square of the share too",
                    lambda s, g, lr, a, eps: a * s + ((1 - a) * g) ** 2,
                    "1 − alpha is squared as well. Square the gradient alone.",
                ),
                (
                    "old mean in full",
                    lambda s, g, lr, a, eps: s + (1 - a) * g * g,
                    "The old mean is kept in full. It gets the share alpha.",
                ),
                (
                    "squares averaged over entries",
                    lambda s, g, lr, a, eps: a * s + (1 - a) * (g * g).mean(),
                    "You average over the entries. Each entry has a running mean of its own, over the steps.",
                ),
                (
                    "mean of roots",
                    lambda s, g, lr, a, eps: (a * s.sqrt() + (1 - a) * g.abs()) ** 2,
                    "You average the roots. The squares are averaged, and the root comes last.",
                ),
                (
                    "the newest square alone",
                    lambda s, g, lr, a, eps: g * g,
                    "Only the newest square counts: nothing is carried over.",
                ),
                (
                    "new squares left out",
                    lambda s, g, lr, a, eps: a * s,
                    "The new gradient's square doesn't get into the mean.",
                ),
                (
                    "a fixed alpha",
                    lambda s, g, lr, a, eps: 0.99 * s + 0.01 * g * g,
                    "Your alpha is always 0.99, torch's default. Use the one that is given.",
                ),
            )
        }
        | {
            "the root kept": (
                _one_mean(_mean, _divided, lambda new, *rest: new.sqrt()),
                "The new param is right, but you return the root of the mean. The next step needs the mean of squares.",
            ),
            "bias correction": (
                _one_mean(_mean, lambda g, new, old, lr, a, eps: lr * g / ((new / (1 - a)).sqrt() + eps)),
                "You divide the mean by 1 − alpha. RMSProp has no bias correction; that is Adam's.",
            ),
        }
    ),
    hints=(
        "It is AdaGrad with another memory. What is a running mean of squares?",
        "square_avg ← alpha · square_avg + (1 − alpha) · grad², and the move is AdaGrad's.",
        "`new = alpha * square_avg + (1 - alpha) * grad**2`; `param - lr * grad / (new.sqrt() + eps)`; return both.",
    ),
    section="RMSProp: forget the old ones",
    notice="After 1/(1 − alpha) steps, or so, a slope is forgotten: step sizes may grow again.",
)

# Adam


def _adam_settings(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return t, draw.number(0.05, 0.6), draw.number(0.6, 0.9), draw.number(0.92, 0.99), draw.number(0.01, 0.3)


def _later(draw: Draw, step: int) -> tuple[int, float, float, float, float]:
    return _adam_settings(draw, int(draw.rng.integers(3, 30)))


def _still_later(draw: Draw, step: int) -> tuple[int, float, float, float, float]:
    """Return settings of one step and of the next, which agree in all but lr."""
    return (11 + step, draw.number(0.05, 0.6), 0.8, 0.95, 0.1)


def _small_eps(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return (*_adam_settings(draw, t)[:-1], 1e-3)


def _no_means(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return t, draw.number(0.05, 0.6), 0.0, 0.0, draw.number(0.01, 0.3)


_ADAM_RUNS = (
    Run((3,), steps=4, fresh=True),
    Run((), steps=3, fresh=True),
    Run((2, 3), settings=_later),
    Run((2, 3), words="a slope that is 0, with nothing kept from before", alter=_a_zero, settings=_later),
    Run((2, 1, 4), words="slopes that are all 0", alter=no_slope, settings=_later),
    Run((4,), steps=2, words="tiny slopes", alter=_tiny, settings=_small_eps),
    Run((3, 3), steps=2, words="slopes that are all equal", alter=same_slope, settings=_still_later),
    Run((3,), words="both betas 0", settings=_no_means),
    Run((2,), words="lr 0", settings=lambda draw, step: (5, 0.0, 0.8, 0.95, 0.1)),
    Run((2,), words="after two thousand steps", settings=lambda draw, step: (2001, 0.3, 0.9, 0.9999, 0.1)),
    Run((2,), fresh=True, words="after six slopes of 0", settings=lambda draw, step: (7, 0.3, 0.8, 0.95, 0.1)),
    Run((2, 3), words="transposed tensors", alter=transposed, settings=_later),
    Run((1,), fresh=True),
    Run((3,), steps=2, settings=_still_later),
)


def probe_adam_step(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from drive(answer, draw, ("m", "v"), _adam_settings, _ADAM_RUNS)


def _of_torch(
    kind: Any,
    p: Tensor,
    g: Tensor,
    m: Tensor,
    v: Tensor,
    t: int,
    lr: float,
    b1: float,
    b2: float,
    eps: float,
    **more: Any,
) -> tuple[Any, Any, Any]:
    state = {"exp_avg": m, "exp_avg_sq": v, "step": float(t - 1)}
    new, renewed = by_torch(kind, p, g, state, lr=lr, betas=(b1, b2), eps=eps, **more)
    return new, renewed["exp_avg"], renewed["exp_avg_sq"]


def _adam(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
    return _of_torch(torch.optim.Adam, p, g, m, v, t, lr, b1, b2, eps)


def _corrected(m: Any, v: Any, t: int, b1: float, b2: float) -> tuple[Any, Any]:
    return m / (1 - b1**t), v / (1 - b2**t)


def _means(g: Any, m: Any, v: Any, b1: float, b2: float) -> tuple[Any, Any]:
    return b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g


def _uncorrected(m: Any, v: Any, t: int, b1: float, b2: float) -> tuple[Any, Any]:
    return m, v


def _moments(
    means: Callable[..., tuple[Any, Any]] = _means,
    correct: Callable[..., tuple[Any, Any]] = _corrected,
    move: Callable[..., Any] = lambda m, v, g, eps: m / (v.sqrt() + eps),
    state: Callable[..., tuple[Any, Any]] = lambda new, corrected, old, g: new,
) -> Answer:
    """Return an Adam: means(g, m, v, b1, b2); correct(m, v, t, b1, b2); move(m, v, g, eps) of the corrected means.

    `state` chooses what is returned behind the param, of the new means, the corrected ones, the old ones and g.
    """

    def step(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
        new = means(g, m, v, b1, b2)
        corrected = correct(*new, t, b1, b2)
        return (p - lr * move(*corrected, g, eps), *state(new, corrected, (m, v), g))

    return step


def _tensorflows(p: Any, g: Any, m: Any, v: Any, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
    m, v = _means(g, m, v, b1, b2)
    return p - lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + eps), m, v


def _correcting(first: Callable[..., float], second: Callable[..., float]) -> Answer:
    """Return an Adam whose corrections are other ones, of (t, b1, b2)."""
    return _moments(correct=lambda m, v, t, b1, b2: (m / first(t, b1, b2), v / second(t, b1, b2)))


def _right1(t: int, b1: float, b2: float) -> float:
    return 1 - b1**t


def _right2(t: int, b1: float, b2: float) -> float:
    return 1 - b2**t


def _one(t: int, b1: float, b2: float) -> float:
    return 1.0


def _t_of(change: Callable[[int], int]) -> Answer:
    return lambda p, g, m, v, t, *rest: _adam_at_any_t(p, g, m, v, change(t), *rest)


def _or_tiny(x: float) -> float:
    return x or 1e-300  # a division by 0 gives infinity in an array, and an exception in a float


_adam_at_any_t = _correcting(lambda t, b1, b2: _or_tiny(1 - b1**t), lambda t, b1, b2: _or_tiny(1 - b2**t))

_ADAM_SLIPS: dict[str, tuple[Answer, str]] = {
    "no bias correction": (
        _moments(correct=_uncorrected),
        "You don't correct m and v, which begin at 0 and are too small at first.",
    ),
    "only m corrected": (_correcting(_right1, _one), "You correct m, but not v."),
    "only v corrected": (_correcting(_one, _right2), "You correct v, but not m."),
    "both corrected by beta1": (
        _correcting(_right1, _right1),
        "Both means are corrected by beta1. v is a mean with beta2.",
    ),
    "both corrected by beta2": (
        _correcting(_right2, _right2),
        "Both means are corrected by beta2. m is a mean with beta1.",
    ),
    "corrections swapped": (
        _correcting(_right2, _right1),
        "The corrections are swapped: m is a mean with beta1, v with beta2.",
    ),
    "corrected without t": (
        _correcting(lambda t, b1, b2: 1 - b1, lambda t, b1, b2: 1 - b2),
        "You divide by 1 − beta in every step. That is right in the first only: the power t is missing.",
    ),
    "corrected by beta times t": (
        _correcting(lambda t, b1, b2: 1 - b1 * t, lambda t, b1, b2: 1 - b2 * t),
        "You take beta times t. It is beta to the power t.",
    ),
    "multiplied by the corrections": (
        _moments(correct=lambda m, v, t, b1, b2: (m * (1 - b1**t), v * (1 - b2**t))),
        "You multiply by 1 − betaᵗ. The means are too small at first: divide.",
    ),
    "divided by betaᵗ": (
        _correcting(lambda t, b1, b2: _or_tiny(b1**t), lambda t, b1, b2: _or_tiny(b2**t)),
        "You divide by betaᵗ. The share of the zeros at the beginning is betaᵗ, what counts is the rest.",
    ),
    "t from 0": (
        _t_of(lambda t: t - 1),
        "You take one step less than t. t is 1 in the first step, where it would be a division by 0.",
    ),
    "one t too much": (_t_of(lambda t: t + 1), "You add 1 to t. It counts from 1 already."),
    "eps inside the root": (
        _moments(move=lambda m, v, g, eps: m / (v + eps).sqrt()),
        "You add eps under the root. In torch it is added to the root.",
    ),
    "eps before the correction": (
        _tensorflows,
        "You add eps to the root of the uncorrected v, as TensorFlow does and the paper's second form. In torch it is "
        "added after the correction.",
    ),
    "no eps": (
        _moments(move=lambda m, v, g, eps: torch.where(m == 0, m, m / v.sqrt())),
        "eps has no effect. Where only zeros have come yet, 0 would be divided by 0.",
    ),
    "no eps, NaN at 0": (
        _moments(move=lambda m, v, g, eps: m / v.sqrt()),
        "eps has no effect, and where only zeros have come yet, 0 is divided by 0: that is NaN.",
    ),
    "no root": (
        _moments(move=lambda m, v, g, eps: m / (v + eps)),
        "You divide by v itself. Its root has the size of a gradient.",
    ),
    "gradient instead of m": (
        _moments(move=lambda m, v, g, eps: g / (v.sqrt() + eps)),
        "You move by the gradient, as RMSProp does. Adam moves by the corrected m.",
    ),
    "not divided": (
        _moments(move=lambda m, v, g, eps: m),
        "You move by m alone. It is divided by the root of the corrected v, plus eps.",
    ),
    "one size for all": (
        _moments(move=lambda m, v, g, eps: m / (v.sum().sqrt() + eps)),
        "You divide all entries by one number. Each has a step size of its own.",
    ),
    "the mean size for all": (
        _moments(move=lambda m, v, g, eps: m / (v.mean().sqrt() + eps)),
        "You divide all entries by one number. Each has a step size of its own.",
    ),
    "corrected means kept": (
        _moments(state=lambda new, corrected, old, g: corrected),
        "You return the corrected means. The next step needs the plain ones, and corrects them itself.",
    ),
    "corrected m kept": (
        _moments(state=lambda new, corrected, old, g: (corrected[0], new[1])),
        "You return the corrected m. The next step needs the plain one, and corrects it itself.",
    ),
    "corrected v kept": (
        _moments(state=lambda new, corrected, old, g: (new[0], corrected[1])),
        "You return the corrected v. The next step needs the plain one, and corrects it itself.",
    ),
    "root of v kept": (
        _moments(state=lambda new, corrected, old, g: (new[0], new[1].sqrt())),
        "You return the root of v. The next step needs v itself.",
    ),
    "m not renewed": (
        _moments(state=lambda new, corrected, old, g: (old[0].clone(), new[1])),
        "The m that you return is the old one.",
    ),
    "v not renewed": (
        _moments(state=lambda new, corrected, old, g: (new[0], old[1].clone())),
        "The v that you return is the old one.",
    ),
    "betas swapped": (
        lambda p, g, m, v, t, lr, b1, b2, eps: _adam(p, g, m, v, t, lr, b2, b1, eps),
        "The betas are swapped: beta1 is for m, beta2 for v.",
    ),
    "in float32": (
        _moments(move=lambda m, v, g, eps: (m.float() / (v.float().sqrt() + eps)).double()),
        "Only about seven digits are right: somewhere the numbers went through float32.",
    ),
    **{
        name: (_moments(means=means), because)
        for name, means, because in (
            (
                "gradient not squared",
                lambda g, m, v, b1, b2: (_means(g, m, v, b1, b2)[0], b2 * v + (1 - b2) * g),
                "You average the gradient itself in v. Its square belongs there.",
            ),
            (
                "m squared in v",
                lambda g, m, v, b1, b2: (lambda a: (a, b2 * v + (1 - b2) * a * a))(b1 * m + (1 - b1) * g),
                "Your v averages the square of m. It averages the square of the gradient.",
            ),
            (
                "no 1 − beta",
                lambda g, m, v, b1, b2: (b1 * m + g, b2 * v + g * g),
                "The new gradient enters both in full. It gets the share 1 − beta, so that the result is a mean.",
            ),
            (
                "no 1 − beta1",
                lambda g, m, v, b1, b2: (b1 * m + g, _means(g, m, v, b1, b2)[1]),
                "The gradient enters m in full, as in momentum. Here it gets the share 1 − beta1.",
            ),
            (
                "no 1 − beta2",
                lambda g, m, v, b1, b2: (_means(g, m, v, b1, b2)[0], b2 * v + g * g),
                "The square enters v in full. It gets the share 1 − beta2.",
            ),
            (
                "betas the wrong way round",
                lambda g, m, v, b1, b2: ((1 - b1) * m + b1 * g, (1 - b2) * v + b2 * g * g),
                "beta and 1 − beta are swapped: the old mean keeps the share beta.",
            ),
            (
                "beta1 for v",
                lambda g, m, v, b1, b2: (_means(g, m, v, b1, b2)[0], b1 * v + (1 - b1) * g * g),
                "Your v is a mean with beta1. It has a beta of its own.",
            ),
            (
                "beta2 for m",
                lambda g, m, v, b1, b2: (b2 * m + (1 - b2) * g, _means(g, m, v, b1, b2)[1]),
                "Your m is a mean with beta2. That is for v.",
            ),
            (
                "AdaGrad's v",
                lambda g, m, v, b1, b2: (_means(g, m, v, b1, b2)[0], v + g * g),
                "Your v adds up, as AdaGrad's total does. Here it is a running mean.",
            ),
            (
                "squares averaged over entries",
                lambda g, m, v, b1, b2: (_means(g, m, v, b1, b2)[0], b2 * v + (1 - b2) * (g * g).mean()),
                "You average the squares over the entries. Each entry has a mean of its own, over the steps.",
            ),
        )
    },
    "old means used": (
        lambda p, g, m, v, t, lr, b1, b2, eps: (
            p - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps),
            *_means(g, m, v, b1, b2),
        ),
        "You move by the old means. Renew them first, then move.",
    ),
    "AMSGrad": (
        lambda p, g, m, v, t, lr, b1, b2, eps: (
            lambda new: (
                p - lr * new[0] / (1 - b1**t) / ((torch.maximum(new[1], v) / (1 - b2**t)).sqrt() + eps),
                *new,
            )
        )(_means(g, m, v, b1, b2)),
        "You divide by the larger of the old v and the new: that goes towards AMSGrad. Adam takes the new one.",
    ),
}

ADAM_STEP = Exercise(
    name="adaptive_optimizers.adam_step",
    probe=probe_adam_step,
    reference=_adam,
    alternatives=(
        _moments(),
        lambda p, g, m, v, t, lr, b1, b2, eps: (
            lambda a, c: [p - lr / (1 - b1**t) * a / (c.sqrt() / math.sqrt(1 - b2**t) + eps), a, c]
        )(torch.lerp(m, g, 1 - b1), (b2 * v).addcmul(g, g, value=1 - b2)),
    ),
    mistakes=mistakes(slips(_adam, ("m", "v"), lr=1) | _ADAM_SLIPS),
    hints=(
        "Four lines: m, v, the two corrected means, the move. Which of them does the next step need?",
        "m ← beta1·m + (1 − beta1)·grad and v ← beta2·v + (1 − beta2)·grad²; the move is lr · m/(1 − beta1ᵗ) divided "
        "by √(v/(1 − beta2ᵗ)) + eps.",
        "Call the corrected means `m_hat` and `v_hat`, and return m and v: "
        "`param - lr * m_hat / (v_hat.sqrt() + eps), m, v`.",
    ),
    section="Adam: two running means",
    notice="In the first step the corrections cancel the shares: whatever the slope, the move is lr, but for eps.",
)

# AdamW


def _with_decay(settings: Settings, decay: float | None = None) -> Settings:
    return lambda draw, step: (*settings(draw, step), draw.number(0.05, 0.9) if decay is None else decay)


_ADAMW_RUNS = tuple(dataclasses.replace(run, settings=run.settings and _with_decay(run.settings)) for run in _ADAM_RUNS)


def probe_adamw_step(answer: Any, draw: Draw) -> Iterator[Step]:
    runs = (
        Run((3,), words="no decay", settings=_with_decay(_still_later, 0.0)),
        Run((3,), fresh=True, words="no decay, slopes of 0", alter=no_slope, settings=_with_decay(_still_later, 0.0)),
        Run((3,), words="a decay above 1/lr", settings=_with_decay(_still_later, 25.0)),
    )
    yield from drive(answer, draw, ("m", "v"), _with_decay(_adam_settings), (*_ADAMW_RUNS, *runs))


def _adamw(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float, decay: float
) -> Any:
    return _of_torch(torch.optim.AdamW, p, g, m, v, t, lr, b1, b2, eps, weight_decay=decay)


def _decaying(decay: Callable[..., Any], adam: Answer = _adam) -> Answer:
    """Return an AdamW with another decay: decay(old param, new param, lr, weight_decay) is subtracted."""

    def step(p: Any, g: Any, m: Any, v: Any, t: int, lr: float, b1: float, b2: float, eps: float, wd: float) -> Any:
        result = adam(p, g, m, v, t, lr, b1, b2, eps)
        return (result[0] - decay(p, result[0], lr, wd), *result[1:])

    return step


def _coupled(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float, decay: float
) -> Any:
    return _adam(p, g + decay * p, m, v, t, lr, b1, b2, eps)


def _right_decay(p: Any, new: Any, lr: float, wd: float) -> Any:
    return lr * wd * p


# Which of Adam's slips people make here, too, if they write it anew.
_ADAM_AGAIN = (
    "no bias correction",
    "both corrected by beta1",
    "t from 0",
    "one t too much",
    "eps inside the root",
    "eps before the correction",
    "corrected means kept",
    "betas swapped",
    "gradient not squared",
    "no 1 − beta",
    "old means used",
)

ADAMW_STEP = Exercise(
    name="adaptive_optimizers.adamw_step",
    probe=probe_adamw_step,
    reference=_adamw,
    alternatives=(
        _decaying(_right_decay),
        lambda p, g, m, v, t, lr, b1, b2, eps, wd: _moments()(p * (1 - lr * wd), g, m, v, t, lr, b1, b2, eps),
    ),
    mistakes=mistakes(
        slips(_adamw, ("m", "v"), lr=1)
        | {
            "coupled": (
                _coupled,
                "You add the decay to the gradient, as torch's Adam does: so it gets into m and v and is divided by "
                "the root. Here it is decoupled.",
            ),
            "coupled in m only": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: _moments(
                    means=lambda g, m, v, b1, b2: (b1 * m + (1 - b1) * (g + wd * p), b2 * v + (1 - b2) * g * g)
                )(p, g, m, v, t, lr, b1, b2, eps),
                "The decay gets into m. It is to bypass both means.",
            ),
            "decay divided by the root too": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: (
                    lambda a, c: (p - lr * (a / (1 - b1**t) + wd * p) / ((c / (1 - b2**t)).sqrt() + eps), a, c)
                )(*_means(g, m, v, b1, b2)),
                "Your decay is divided by the root of v as well. It stands beside the fraction, not in it.",
            ),
            "decay not scaled by lr": (
                _decaying(lambda p, new, lr, wd: wd * p),
                "The decay isn't multiplied by the learning rate.",
            ),
            "decay after the step": (
                _decaying(lambda p, new, lr, wd: lr * wd * new),
                "You decay the param that has moved already. It is taken at the param from before the step.",
            ),
            "decay not scaled, after the step": (
                _decaying(lambda p, new, lr, wd: wd * new),
                "You multiply the moved param by 1 − weight_decay. It is lr · weight_decay · param, with param from "
                "before the step.",
            ),
            "no decay": (
                _decaying(lambda p, new, lr, wd: 0.0),
                "The weight decay has no effect.",
            ),
            "weights grow": (
                _decaying(lambda p, new, lr, wd: -lr * wd * p),
                "Your weights grow: the decay is to be subtracted.",
            ),
            "half the decay": (
                _decaying(lambda p, new, lr, wd: lr * wd * p / 2),
                "You decay half as much. The half in ½ · weight_decay · param² goes away with the slope.",
            ),
            "twice the decay": (
                _decaying(lambda p, new, lr, wd: 2 * lr * wd * p),
                "You decay twice as much.",
            ),
            "sign of the param": (
                _decaying(lambda p, new, lr, wd: lr * wd * p.sign()),
                "Each weight decays by the same amount. It decays in proportion to its size.",
            ),
            "square of the param": (
                _decaying(lambda p, new, lr, wd: lr * wd * p**2),
                "You subtract the square of the param. It is the param itself that is subtracted, times lr and "
                "weight_decay.",
            ),
            "a constant": (
                _decaying(lambda p, new, lr, wd: lr * wd),
                "You subtract lr · weight_decay without the param: weights would not decay, but drift.",
            ),
            "the gradient decays": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: _adam(p, g * (1 - lr * wd), m, v, t, lr, b1, b2, eps),
                "You shrink the gradient. It is the param that decays.",
            ),
            "the step decays": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: (lambda new, a, c: (p - (1 - lr * wd) * (p - new), a, c))(
                    *_adam(p, g, m, v, t, lr, b1, b2, eps)
                ),
                "You shrink the step. It is the param that decays.",
            ),
            "the means decay": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: (lambda new, a, c: (new - lr * wd * p, a + wd * p, c))(
                    *_adam(p, g, m, v, t, lr, b1, b2, eps)
                ),
                "The new param is right, but the m that you return has the decay in it. m and v know nothing of it.",
            ),
        }
        | {
            name: (_decaying(_right_decay, answer), because)
            for name, (answer, because) in _ADAM_SLIPS.items()
            if name in _ADAM_AGAIN
        }
    ),
    hints=(
        "What is Adam's step, and what is subtracted besides? Which of the two knows m and v?",
        "param ← param − lr · weight_decay · param − Adam's move.",
        "Call `adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)`, and subtract `lr * weight_decay * param` "
        "from its param.",
    ),
    section="AdamW: decay on its own",
    notice="With lr = 0 nothing decays either: in torch the schedule of lr is the schedule of the decay.",
)

# A whole optimizer


def _parameters(draw: Draw) -> list[nn.Parameter]:
    return [nn.Parameter(draw.tensor(*shape)) for shape in ((3,), (2, 3), (), (3,))]


def _after(words: str, parameters: list[nn.Parameter]) -> Iterator[Step]:
    for number, p in enumerate(parameters, start=1):
        yield f"{words}, parameter {number} of {len(parameters)}", p.detach()


def _settings(draw: Draw) -> dict[str, Any]:
    return {
        "lr": draw.number(0.01, 0.3),
        "betas": (draw.number(0.5, 0.9), draw.number(0.9, 0.99)),
        "eps": draw.number(0.01, 0.2),
    }


def _give(parameters: list[nn.Parameter], draw: Draw, none: tuple[int, ...] = ()) -> None:
    """Put new gradients into the parameters, and None into some."""
    for number, p in enumerate(parameters):
        p.grad = None if number in none else draw.tensor(*p.shape)


def probe_adam(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from _plain_steps(answer, draw)
    yield from _groups(answer, draw)
    yield from _missing_gradients(answer, draw)
    yield from _closures(answer, draw)
    yield from _round_trip(answer, draw)
    refused = (("lr", -0.1), ("eps", -1.0), ("betas", (1.0, 0.9)), ("betas", (0.9, -0.1)))
    for name, value in (*refused, ("lr", 0.0), ("eps", 0.0), ("betas", (0.0, 0.0))):
        yield f"{name} = {value}", _refusal(answer, draw, name, value)


def _plain_steps(answer: Any, draw: Draw) -> Iterator[Step]:
    settings, parameters = _settings(draw), _parameters(draw)
    optimizer = answer(parameters, **settings)
    views = [p.detach() for p in parameters]
    for step in range(1, 5):
        _give(parameters, draw)
        if step in (1, 3):  # slopes of 0, with nothing kept from before and with something
            parameters[step % 3 * 3].grad = torch.zeros(3, dtype=torch.float64)
        before = [p.grad.clone() for p in parameters if p.grad is not None]
        returned = optimizer.step()
        yield from _after(f"step {step}", parameters)
        in_place = all(torch.equal(view, p.detach()) for view, p in zip(views, parameters, strict=True))
        yield Rule("parameters move in place: what shares their memory moves too"), in_place
        left = [p.grad is not None and torch.equal(p.grad, g) for p, g in zip(parameters, before, strict=True)]
        yield Rule("`.grad` is left as it is"), all(left)
        yield Rule("without a closure `step` returns None"), returned is None
        yield Rule("parameters still require grad"), all(p.requires_grad for p in parameters)
    tried = [nn.Parameter(torch.zeros_like(view)) for view in views]
    _give(tried, draw)
    for p in tried:
        answer([p], **settings).step()
    yield from _after("another optimizer's first step", tried)
    default = _parameters(draw)
    optimizer = answer(default)
    for _ in range(2):  # with slopes so small that eps shows
        _give(default, draw)
        for p in default:
            p.grad.mul_(1e-7)  # type: ignore[union-attr]
        optimizer.step()
    yield from _after("two steps with the default settings", default)
    single = [nn.Parameter(draw.tensor(2, 2).float())]
    optimizer = answer(single, **settings)
    single[0].grad = torch.tensor([[0.5, -2.0], [0.25, 0.0]])
    optimizer.step()
    yield "a float32 parameter: what it is after a step", str(single[0].dtype)


def _groups(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters, settings = _parameters(draw), [_settings(draw) for _ in range(4)]
    first, second, third, fourth = parameters
    groups: list[dict[str, Any]] = [
        {"params": [first], "lr": settings[0]["lr"], "betas": settings[0]["betas"]},
        {"params": [second, fourth], "eps": settings[1]["eps"]},
    ]
    optimizer = answer(groups, **settings[2])
    for step in (1, 2):
        _give(parameters, draw)
        optimizer.step()
        yield from _after(f"two groups with settings of their own, step {step}", [first, second, fourth])
    for group in optimizer.param_groups:
        group["lr"] /= 8
    _give(parameters, draw)
    optimizer.step()
    yield from _after("lr changed in both groups", [first, second, fourth])
    optimizer.param_groups[0]["betas"] = settings[3]["betas"]
    optimizer.param_groups[1]["eps"] = settings[3]["eps"]
    optimizer.add_param_group({"params": [third], "lr": settings[3]["lr"]})
    for step in (1, 2):
        _give(parameters, draw)
        optimizer.step()
        yield from _after(f"a group added, step {step}", parameters)


def _missing_gradients(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters = _parameters(draw)
    frozen = nn.Parameter(draw.tensor(2), requires_grad=False)
    groups = [{"params": [*parameters[:3], frozen]}, {"params": parameters[3:]}]
    optimizer = answer(groups, **_settings(draw))
    for step, none in enumerate(((1,), (1,), (), (0, 2, 3), ()), start=1):
        _give(parameters, draw, none)
        optimizer.step()
        yield from _after(f"{len(none)} of the gradients None in step {step}", [*parameters, frozen])


class _Closure:
    """A closure for one step, which remembers how it was called and what it returned."""

    def __init__(self, parameters: list[nn.Parameter], draw: Draw, zero: bool) -> None:
        self.parameters, self.zero = parameters, zero
        self.goal = [draw.tensor(*p.shape) for p in parameters]
        self.before = [p.detach().clone() for p in parameters]
        self.calls: list[str] = []
        self.returned: Any = self

    def __call__(self) -> Any:
        moved = not all(torch.equal(p, old) for p, old in zip(self.parameters, self.before, strict=True))
        grad_mode = "on" if torch.is_grad_enabled() else "off"
        self.calls.append(f"{'after' if moved else 'before'} the move, with gradients switched {grad_mode}")
        with torch.enable_grad():
            for p in self.parameters:
                p.grad = None
            parts = [(p - y).square().sum() for p, y in zip(self.parameters, self.goal, strict=True)]
            loss = torch.stack(parts).sum()
            loss.backward()  # type: ignore[no-untyped-call]
        self.returned = 0.0 * loss.item() if self.zero else loss
        return self.returned


def _closures(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters = _parameters(draw)
    optimizer = answer(parameters, **_settings(draw))
    for step in (1, 2):  # with gradients from the closure alone; with old ones, within no_grad, and a loss of 0
        closure = _Closure(parameters, draw, zero=step == 2)
        for p in parameters:
            p.grad = torch.ones_like(p) if step == 2 else None
        with torch.set_grad_enabled(step == 1):
            returned = optimizer.step(closure)
        yield from _after(f"step {step} with a closure", parameters)
        yield f"calls of the closure in step {step}", ", ".join(closure.calls) or "none"
        own = "what the closure returned" if returned is closure.returned else "something else"
        yield f"what step {step} returned", "None" if returned is None else own
    _give(parameters, draw)
    optimizer.step(closure=None)
    yield from _after("a step without a closure", parameters)


def _round_trip(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters, settings = _parameters(draw), _settings(draw)
    optimizer = answer(parameters, **settings)
    for step in range(3):
        _give(parameters, draw, none=(2,) if step == 0 else ())
        optimizer.step()
    copies = [nn.Parameter(p.detach().clone()) for p in parameters]
    other = answer(copies)
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for step in (1, 2):
        _give(parameters, draw)
        for p, twin in zip(parameters, copies, strict=True):
            assert p.grad is not None
            twin.grad = p.grad.clone()
        other.step()
        yield from _after(f"another optimizer with this one's state_dict, step {step}", copies)
        optimizer.step()
        yield from _after(f"step {step} after the state_dict was read", parameters)


def _refusal(answer: Any, draw: Draw, name: str, wrong: Any) -> str:
    try:
        answer(_parameters(draw), **{name: wrong})
    except ValueError:
        return "refused with a ValueError"
    return "accepted"


class _Written(torch.optim.Optimizer):
    """A right Adam in small pieces; each wrong one replaces a piece."""

    rule: Any = staticmethod(_moments())

    def __init__(self, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999), eps: float = 1e-8) -> None:
        if lr < 0 or eps < 0 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError("Invalid setting")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        loss = self.call(closure)
        self.begin()
        for group in self.param_groups:
            for p in group["params"]:
                grad = self.gradient(p)
                if grad is not None:
                    self.renew(p, grad, self.settings(group))
        self.end()
        return loss

    def call(self, closure: Any) -> Any:
        if closure is None:
            return None
        with torch.enable_grad():
            return closure()

    def begin(self) -> None:
        pass

    def end(self) -> None:
        pass

    def gradient(self, p: Any) -> Any:
        return p.grad

    def settings(self, group: dict[str, Any]) -> dict[str, Any]:
        return group

    def kept(self, p: Any) -> dict[str, Any]:
        state: dict[str, Any] = self.state[p]
        if not state:
            state.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
        return state

    def count(self, state: dict[str, Any]) -> int:
        state["t"] += 1
        return int(state["t"])

    def renew(self, p: Any, grad: Any, settings: dict[str, Any]) -> None:
        state = self.kept(p)
        t = self.count(state)
        new, state["m"], state["v"] = self.rule(
            p, grad, state["m"], state["v"], t, settings["lr"], *settings["betas"], settings["eps"]
        )
        self.move(p, new)

    def move(self, p: Any, new: Any) -> None:
        p.copy_(new)


def _with(**pieces: Any) -> type[_Written]:
    if "step" in pieces:
        pieces["step"].__qualname__ = "Adam.step"  # Python's own messages name it so
    return type("Adam", (_Written,), pieces)


def _count_in_self(self: Any, state: dict[str, Any]) -> int:
    return int(self.steps)


def _one_more(self: Any) -> None:
    self.steps = getattr(self, "steps", 0) + 1


def _count_in_group(self: Any, p: Any, grad: Any, settings: dict[str, Any]) -> None:
    if p is settings["params"][0]:
        settings["t"] = settings.get("t", 0) + 1
    self.state[p]["t"] = settings.get("t", 1) - 1
    self.state[p].setdefault("m", torch.zeros_like(p))
    self.state[p].setdefault("v", torch.zeros_like(p))
    _Written.renew(self, p, grad, settings)


def _kept_in_self(key: Callable[[Any, Any], Any]) -> Callable[..., dict[str, Any]]:
    def kept(self: Any, p: Any) -> dict[str, Any]:
        if not hasattr(self, "means"):
            self.means = {}
        fresh = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
        state: dict[str, Any] = self.means.setdefault(key(self, p), fresh)
        return state

    return kept


def _t_in_self(self: Any, state: dict[str, Any]) -> int:
    ages = self.__dict__.setdefault("ages", {})
    ages[id(state)] = ages.get(id(state), 0) + 1
    return int(ages[id(state)])


def _forgetting(self: Any, p: Any) -> dict[str, Any]:
    return {"t": self.state[p].setdefault("t", 0), "m": torch.zeros_like(p), "v": torch.zeros_like(p)}


Groups = list[dict[str, Any]]


def _through(parameters: Callable[[Groups], Iterable[tuple[dict[str, Any], Any]]]) -> Callable[..., Any]:
    """Return a method `step` that goes through these parameters, each with its group, and doesn't ask for None."""

    def step(self: Any, closure: Any = None) -> Any:
        loss = self.call(closure)
        with torch.no_grad():
            for group, p in parameters(self.param_groups):
                self.renew(p, p.grad, group)
        return loss

    return step


def _all(groups: Groups) -> Iterator[tuple[dict[str, Any], Any]]:
    return ((group, p) for group in groups for p in group["params"])


def _has_gradient(p: Any) -> bool:
    return p.grad is not None


def _state_dropped(self: Any, p: Any) -> Any:
    if p.grad is None:
        self.state.pop(p, None)
    return p.grad


def _begun_with_the_gradient(self: Any, p: Any) -> dict[str, Any]:
    state: dict[str, Any] = self.state[p]
    if not state:
        state.update(t=0, m=p.grad.clone(), v=p.grad.square())
    return state


def _float32_state(self: Any, p: Any) -> dict[str, Any]:
    state: dict[str, Any] = self.state[p]
    if not state:
        state.update(t=0, m=torch.zeros(p.shape), v=torch.zeros(p.shape))
    state["m"], state["v"] = state["m"].float(), state["v"].float()
    return state


def _loss_as_number(self: Any, closure: Any) -> Any:
    loss = _Written.call(self, closure)
    return loss.item() if isinstance(loss, Tensor) else loss


def _counting_missing(self: Any, p: Any) -> Any:
    if p.grad is None and p.requires_grad:
        self.kept(p)["t"] += 1
    return p.grad


def _zeros_for_none(self: Any, p: Any) -> Any:
    return torch.zeros_like(p) if p.grad is None else p.grad


def _clear(self: Any) -> None:
    self.zero_grad()


def _closure_last(self: Any, closure: Any = None) -> Any:
    _Written.step(self)
    return self.call(closure)


def _closure_required(self: Any, closure: Any) -> Any:
    return _Written.step(self, closure)


def _no_closure_argument(self: Any) -> Any:
    return _Written.step(self)


def _loss_dropped(self: Any, closure: Any = None) -> None:
    _Written.step(self, closure)


def _called_twice(self: Any, closure: Any) -> Any:
    _Written.call(self, closure)
    return _Written.call(self, closure)


def _without_gradients(self: Any, closure: Any) -> Any:
    return None if closure is None else closure()


def _nothing_allowed(self: Any, closure: Any = None) -> Any:
    with torch.enable_grad():
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p += p.grad


_CLASS_SLIPS: dict[str, tuple[Any, str]] = {
    "None not skipped": (
        _with(step=_through(_all)),
        "A parameter's `grad` may be None, and None can't be computed with. Leave such a parameter alone.",
    ),
    "a group skipped for one None": (
        _with(step=_through(lambda groups: _all([g for g in groups if all(map(_has_gradient, g["params"]))]))),
        "Where one gradient of a group is None you skip the whole group. Leave only that parameter alone.",
    ),
    "zeros taken for None": (
        _with(gradient=lambda self, p: p.grad if p.grad is not None and p.grad.any() else None),
        "You skip gradients that are 0, too. 0 is a gradient: m still carries the parameter on, and t counts.",
    ),
    "state dropped at None": (
        _with(gradient=_state_dropped),
        "Where a gradient is None you throw away what was kept for that parameter. Leave its state alone.",
    ),
    "state begun with the gradient": (
        _with(kept=_begun_with_the_gradient),
        "m and v begin with the first gradient and its square. They begin at 0.",
    ),
    "float32 state": (
        _with(kept=_float32_state),
        "Your state is in float32, and so only about seven digits are right: `torch.zeros(p.shape)` makes that unless "
        "told otherwise. `torch.zeros_like(p)` takes p's dtype.",
    ),
    "eps of the beginning": (
        _with(settings=lambda self, group: {**group, "eps": self.defaults["eps"]}),
        "You use the eps given at the beginning for all. Each group has its own.",
    ),
    "betas and eps of the beginning": (
        _with(settings=lambda self, group: {**group, "betas": self.defaults["betas"], "eps": self.defaults["eps"]}),
        "lr comes from the group, but betas and eps are those given at the beginning. Each group has its own.",
    ),
    "lr of the beginning": (
        _with(settings=lambda self, group: {**group, "lr": self.defaults["lr"]}),
        "You use the lr given at the beginning for all. Each group has its own, and it may change on the way.",
    ),
    "lr of the first group": (
        _with(settings=lambda self, group: {**group, "lr": self.param_groups[0]["lr"]}),
        "You use the lr of the first group for all. Each group has its own.",
    ),
    "loss as a number": (
        _with(call=_loss_as_number),
        "You return the loss as a number (`.item()`). Return what the closure returned, whatever it is.",
    ),
    "loss or None": (
        _with(call=lambda self, closure: _Written.call(self, closure) or None),
        "A loss of 0 comes back as None: 0 counts as false. Return what the closure returned.",
    ),
    "None taken for zeros": (
        _with(gradient=_zeros_for_none),
        "You take a missing gradient for zeros, and m still carries the parameter on. Where `grad` is None, leave it "
        "and its state alone.",
    ),
    "None counts as a step": (
        _with(gradient=_counting_missing),
        "A step without a gradient counts in your t. Each parameter's t counts the steps that it has taken itself.",
    ),
    "stops at None": (
        _with(step=_through(lambda groups: takewhile(lambda pair: _has_gradient(pair[1]), _all(groups)))),
        "At the first gradient that is None you leave, and the parameters behind it don't move. Go on with the next.",
    ),
    "next group at None": (
        _with(step=_through(lambda groups: ((g, p) for g in groups for p in takewhile(_has_gradient, g["params"])))),
        "At a gradient that is None you leave the whole group (`break`). Go on with the next parameter (`continue`).",
    ),
    "the first group's settings": (
        _with(settings=lambda self, group: self.param_groups[0]),
        "You use the settings of the first group for all. Each group has its own.",
    ),
    "the default settings": (
        _with(settings=lambda self, group: self.defaults),
        "You use the settings given at the beginning (`self.defaults`) for all. Each group has its own, which may "
        "change on the way.",
    ),
    "only the first group": (
        _with(settings=lambda self, group: group if group is self.param_groups[0] else {**group, "lr": 0.0}),
        "Only the parameters of the first group move.",
    ),
    "lr remembered": (
        _with(
            settings=lambda self, group: {
                **group,
                "lr": self.__dict__.setdefault("rates", {}).setdefault(id(group), group["lr"]),
            }
        ),
        "You remember the lr of the beginning. It may change on the way: read it from the group in every step.",
    ),
    "one t for all": (
        _with(begin=_one_more, count=_count_in_self),
        "You count the steps of the optimizer, in `self`. Each parameter counts its own, in its state: one may come "
        "later, or miss steps, and `state_dict` carries only what is in `self.state`.",
    ),
    "t in the group": (
        _with(renew=_count_in_group),
        "You count the steps once for the whole group. Each parameter counts its own: one may miss steps.",
    ),
    "t in self": (
        _with(count=_t_in_self),
        "Your t lives outside `self.state`, and `state_dict` doesn't carry it: in another instance it begins anew.",
    ),
    "state outside self.state": (
        _with(kept=_kept_in_self(lambda self, p: p)),
        "What you keep lives outside `self.state`, and `state_dict` doesn't carry it: in another instance it begins "
        "anew.",
    ),
    "one state for a shape": (
        _with(kept=_kept_in_self(lambda self, p: p.shape)),
        "Parameters of one shape share their state. Each has its own.",
    ),
    "nothing kept": (
        _with(kept=_forgetting, count=lambda self, state: 1),
        "Every step begins with m and v at 0: what you compute is not kept. Put it into `self.state[p]`.",
    ),
    "means not kept": (
        _with(kept=_forgetting, count=lambda self, state: _count_only(self, state)),
        "m and v are 0 at the beginning of every step: what you compute is not kept. Put them into `self.state[p]`.",
    ),
    "t stays 1": (
        _with(count=lambda self, state: 1),
        "Your t is 1 in every step. Keep it in the state, and add 1 each time.",
    ),
    "parameters not moved": (
        _with(move=lambda self, p, new: None),
        "The parameters don't move: `p = ...` only gives a name to another tensor. Change p itself, by `p.copy_(...)` "
        "or another method that ends in `_`.",
    ),
    "parameters replaced": (
        _with(move=lambda self, p, new: setattr(p, "data", new)),
        "You give the parameter other memory (`p.data = ...`). What shares the old memory doesn't move along: change "
        "it in place, by `p.copy_(...)`, say.",
    ),
    "gradients cleared": (
        _with(end=_clear),
        "The parameters are right, but you clear the gradients. That is `zero_grad`'s job.",
    ),
    "closure not called": (
        _with(call=lambda self, closure: None),
        "You don't call the closure. It computes the gradients that the step is to use.",
    ),
    "closure without gradients": (
        _with(call=_without_gradients),
        "You call the closure with gradients switched off, as they are inside `step`: its `backward` would fail. Use "
        "`with torch.enable_grad():` around the call.",
    ),
    "closure called last": (
        _with(step=_closure_last),
        "You call the closure after the move. It comes first: the move needs its gradients.",
    ),
    "closure called twice": (
        _with(call=lambda self, closure: None if closure is None else _called_twice(self, closure)),
        "You call the closure twice in a step.",
    ),
    "closure required": (
        _with(step=_closure_required),
        "Your `step` can't be called without a closure. Make it `closure=None`.",
    ),
    "no closure": (
        _with(step=_no_closure_argument),
        "Your `step` takes no closure. Make it `step(self, closure=None)`.",
    ),
    "loss not returned": (
        _with(step=_loss_dropped),
        "All is done, but `step` doesn't return what the closure returned.",
    ),
    "gradients not switched off": (
        _with(step=_nothing_allowed),
        "A leaf that requires grad can't be changed in place while operations are recorded. Keep `@torch.no_grad()` "
        "above `step`.",
    ),
}


def _count_only(self: Any, state: dict[str, Any]) -> int:
    owner = next(p for group in self.param_groups for p in group["params"] if self.state[p].get("t", -1) == state["t"])
    self.state[owner]["t"] += 1
    return int(self.state[owner]["t"])


def _zeros_refused(self: Any, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999), eps: float = 1e-8) -> None:
    if not (lr and eps and all(betas)):
        raise ValueError("Invalid setting")
    _Written.__init__(self, params, lr, betas, eps)


def _settings_unchecked(self: Any, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999), eps: float = 1e-8) -> None:
    torch.optim.Optimizer.__init__(self, params, {"lr": lr, "betas": betas, "eps": eps})


# Slips of the rule that an optimizer which begins at zeros can't tell from others.
_ALIKE = ("corrected without t", "squares averaged over entries")

ADAM = Exercise(
    name="adaptive_optimizers.Adam",
    probe=probe_adam,
    reference=torch.optim.Adam,
    alternatives=(_Written,),
    mistakes=tuple(
        Mistake(name, answer, because)
        for name, (answer, because) in (
            _CLASS_SLIPS
            | {
                name: (_with(rule=staticmethod(rule)), because)
                for name, (rule, because) in _ADAM_SLIPS.items()
                if name not in _ALIKE
            }
            | {
                "uphill": (
                    _with(rule=staticmethod(slips(_adam, ("m", "v"), lr=1)["uphill"][0])),
                    "The parameters move the other way. The gradient points to where the loss grows: subtract.",
                ),
                "settings of 0 refused": (
                    _with(__init__=_zeros_refused),
                    "You refuse settings that are 0. They do no harm: keep the checks that `__init__` came with.",
                ),
                "settings not checked": (
                    _with(__init__=_settings_unchecked),
                    "Bad settings are accepted. Keep the checks that `__init__` came with.",
                ),
            }
        ).items()
    ),
    hints=(
        "Two loops, over the groups and over each group's parameters. What has to be there before a parameter's first "
        "step, and where does it stay?",
        "For each p that has a gradient: fill `self.state[p]` if it is empty (t 0, two zeros like p), add 1 to its t, "
        "take `adam_step` with the settings of the group, keep m and v.",
        "`state = self.state[p]`, then `new, state['m'], state['v'] = adam_step(p, p.grad, state['m'], ...)`, and "
        "`p.copy_(new)`. The closure is called before, `with torch.enable_grad()`.",
    ),
    section="A whole optimizer",
    notice="All that an optimizer knows is in its groups and its state: saved and loaded, it goes on as before.",
)


EXERCISES = (ADAGRAD_STEP, RMSPROP_STEP, ADAM_STEP, ADAMW_STEP, ADAM)
