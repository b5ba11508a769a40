"""What Adam and AdamW share: runs, torch's step, and slips in the two means and their correction."""

import math
from collections.abc import Callable
from typing import Any

import torch

from autograd_lab.exercises.adaptive_optimizers.one_mean import Answer, Tensor, a_zero_slope, tiny_slopes
from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.update_rules import Run, by_torch, no_slope, same_slope, transposed


def adam_settings(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return t, draw.number(0.05, 0.6), draw.number(0.6, 0.9), draw.number(0.92, 0.99), draw.number(0.01, 0.3)

def _later(draw: Draw, step: int) -> tuple[int, float, float, float, float]:
    return adam_settings(draw, int(draw.rng.integers(3, 30)))

def still_later(draw: Draw, step: int) -> tuple[int, float, float, float, float]:
    """Return settings of one step and of the next, which agree in all but lr."""
    return (11 + step, draw.number(0.05, 0.6), 0.8, 0.95, 0.1)

def _small_eps(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return (*adam_settings(draw, t)[:-1], 1e-3)

def _no_means(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return t, draw.number(0.05, 0.6), 0.0, 0.0, draw.number(0.01, 0.3)

ADAM_RUNS = (
    Run((3,), steps=4, fresh=True),
    Run((), steps=3, fresh=True),
    Run((2, 3), settings=_later),
    Run((2, 3), words="a slope that is 0, with nothing kept from before", alter=a_zero_slope, settings=_later),
    Run((2, 1, 4), words="slopes that are all 0", alter=no_slope, settings=_later),
    Run((4,), steps=2, words="tiny slopes", alter=tiny_slopes, settings=_small_eps),
    Run((3, 3), steps=2, words="slopes that are all equal", alter=same_slope, settings=still_later),
    Run((3,), words="both betas 0", settings=_no_means),
    Run((2,), words="lr 0", settings=lambda draw, step: (5, 0.0, 0.8, 0.95, 0.1)),
    Run((2,), words="after two thousand steps", settings=lambda draw, step: (2001, 0.3, 0.9, 0.9999, 0.1)),
    Run((2,), fresh=True, words="after six slopes of 0", settings=lambda draw, step: (7, 0.3, 0.8, 0.95, 0.1)),
    Run((2, 3), words="transposed tensors", alter=transposed, settings=_later),
    Run((1,), fresh=True),
    Run((3,), steps=2, settings=still_later),
)

def of_torch(
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

def adam_of_torch(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, *settings: float) -> Any:
    return of_torch(torch.optim.Adam, p, g, m, v, t, *settings)

def _corrected(m: Any, v: Any, t: int, b1: float, b2: float) -> tuple[Any, Any]:
    return m / (1 - b1**t), v / (1 - b2**t)

def new_means(g: Any, m: Any, v: Any, b1: float, b2: float) -> tuple[Any, Any]:
    return b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g

def _uncorrected(m: Any, v: Any, t: int, b1: float, b2: float) -> tuple[Any, Any]:
    return m, v

def with_moments(
    means: Callable[..., tuple[Any, Any]] = new_means,
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
    m, v = new_means(g, m, v, b1, b2)
    return p - lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + eps), m, v

def _correcting(first: Callable[..., float], second: Callable[..., float]) -> Answer:
    """Return an Adam whose corrections are other ones, of (t, b1, b2)."""
    return with_moments(correct=lambda m, v, t, b1, b2: (m / first(t, b1, b2), v / second(t, b1, b2)))

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

ADAM_SLIPS: dict[str, tuple[Answer, str]] = {
    "no bias correction": (
        with_moments(correct=_uncorrected),
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
        with_moments(correct=lambda m, v, t, b1, b2: (m * (1 - b1**t), v * (1 - b2**t))),
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
        with_moments(move=lambda m, v, g, eps: m / (v + eps).sqrt()),
        "You add eps under the root. In torch it is added to the root.",
    ),
    "eps before the correction": (
        _tensorflows,
        "You add eps to the root of the uncorrected v, as TensorFlow does and the paper's second form. In torch it is "
        "added after the correction.",
    ),
    "no eps": (
        with_moments(move=lambda m, v, g, eps: torch.where(m == 0, m, m / v.sqrt())),
        "eps has no effect. Where only zeros have come yet, 0 would be divided by 0.",
    ),
    "no eps, NaN at 0": (
        with_moments(move=lambda m, v, g, eps: m / v.sqrt()),
        "eps has no effect, and where only zeros have come yet, 0 is divided by 0: that is NaN.",
    ),
    "no root": (
        with_moments(move=lambda m, v, g, eps: m / (v + eps)),
        "You divide by v itself. Its root has the size of a gradient.",
    ),
    "gradient instead of m": (
        with_moments(move=lambda m, v, g, eps: g / (v.sqrt() + eps)),
        "You move by the gradient, as RMSProp does. Adam moves by the corrected m.",
    ),
    "not divided": (
        with_moments(move=lambda m, v, g, eps: m),
        "You move by m alone. It is divided by the root of the corrected v, plus eps.",
    ),
    "one size for all": (
        with_moments(move=lambda m, v, g, eps: m / (v.sum().sqrt() + eps)),
        "You divide all entries by one number. Each has a step size of its own.",
    ),
    "the mean size for all": (
        with_moments(move=lambda m, v, g, eps: m / (v.mean().sqrt() + eps)),
        "You divide all entries by one number. Each has a step size of its own.",
    ),
    "corrected means kept": (
        with_moments(state=lambda new, corrected, old, g: corrected),
        "You return the corrected means. The next step needs the plain ones, and corrects them itself.",
    ),
    "corrected m kept": (
        with_moments(state=lambda new, corrected, old, g: (corrected[0], new[1])),
        "You return the corrected m. The next step needs the plain one, and corrects it itself.",
    ),
    "corrected v kept": (
        with_moments(state=lambda new, corrected, old, g: (new[0], corrected[1])),
        "You return the corrected v. The next step needs the plain one, and corrects it itself.",
    ),
    "root of v kept": (
        with_moments(state=lambda new, corrected, old, g: (new[0], new[1].sqrt())),
        "You return the root of v. The next step needs v itself.",
    ),
    "m not renewed": (
        with_moments(state=lambda new, corrected, old, g: (old[0].clone(), new[1])),
        "The m that you return is the old one.",
    ),
    "v not renewed": (
        with_moments(state=lambda new, corrected, old, g: (new[0], old[1].clone())),
        "The v that you return is the old one.",
    ),
    "betas swapped": (
        lambda p, g, m, v, t, lr, b1, b2, eps: adam_of_torch(p, g, m, v, t, lr, b2, b1, eps),
        "The betas are swapped: beta1 is for m, beta2 for v.",
    ),
    "in float32": (
        with_moments(move=lambda m, v, g, eps: (m.float() / (v.float().sqrt() + eps)).double()),
        "Only about seven digits are right: somewhere the numbers went through float32.",
    ),
    **{
        name: (with_moments(means=means), because)
        for name, means, because in (
            ("gradient not squared", lambda g, m, v, b1, b2: (new_means(g, m, v, b1, b2)[0], b2 * v + (1 - b2) * g),
                "You average the gradient itself in v. Its square belongs there."),
            (
                "m squared in v",
                lambda g, m, v, b1, b2: (lambda a: (a, b2 * v + (1 - b2) * a * a))(b1 * m + (1 - b1) * g),
                "Your v averages the square of m. It averages the square of the gradient.",
            ),
            ("no 1 − beta", lambda g, m, v, b1, b2: (b1 * m + g, b2 * v + g * g),
                "The new gradient enters both in full. It gets the share 1 − beta, so that the result is a mean."),
            ("no 1 − beta1", lambda g, m, v, b1, b2: (b1 * m + g, new_means(g, m, v, b1, b2)[1]),
                "The gradient enters m in full, as in momentum. Here it gets the share 1 − beta1."),
            ("no 1 − beta2", lambda g, m, v, b1, b2: (new_means(g, m, v, b1, b2)[0], b2 * v + g * g),
                "The square enters v in full. It gets the share 1 − beta2."),
            ("betas the wrong way round", lambda g, m, v, b1, b2: ((1 - b1) * m + b1 * g, (1 - b2) * v + b2 * g * g),
                "beta and 1 − beta are swapped: the old mean keeps the share beta."),
            ("beta1 for v", lambda g, m, v, b1, b2: (new_means(g, m, v, b1, b2)[0], b1 * v + (1 - b1) * g * g),
                "Your v is a mean with beta1. It has a beta of its own."),
            ("beta2 for m", lambda g, m, v, b1, b2: (b2 * m + (1 - b2) * g, new_means(g, m, v, b1, b2)[1]),
                "Your m is a mean with beta2. That is for v."),
            ("AdaGrad's v", lambda g, m, v, b1, b2: (new_means(g, m, v, b1, b2)[0], v + g * g),
                "Your v adds up, as AdaGrad's total does. Here it is a running mean."),
            (
                "squares averaged over entries",
                lambda g, m, v, b1, b2: (new_means(g, m, v, b1, b2)[0], b2 * v + (1 - b2) * (g * g).mean()),
                "You average the squares over the entries. Each entry has a mean of its own, over the steps.",
            ),
        )
    },
    "old means used": (
        lambda p, g, m, v, t, lr, b1, b2, eps: (
            p - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps),
            *new_means(g, m, v, b1, b2),
        ),
        "You move by the old means. Renew them first, then move.",
    ),
    "AMSGrad": (
        lambda p, g, m, v, t, lr, b1, b2, eps: (
            lambda new: (p - lr * new[0] / (1 - b1**t) / ((torch.maximum(new[1], v) / (1 - b2**t)).sqrt() + eps), *new)
        )(new_means(g, m, v, b1, b2)),
        "You divide by the larger of the old v and the new: that goes towards AMSGrad. Adam takes the new one.",
    ),
}
