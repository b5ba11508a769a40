"""What Adam and AdamW share: the runs, torch's step, and slips in the means, their corrections and the move."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.adaptive_optimizers.one_mean import tiny_slopes
from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.slips import Table, of_pieces
from autograd_lab.grading.update_rules import COMMON_RUNS, Run, Settings, by_torch

Answer = Callable[..., Any]

def adam_settings(draw: Draw, t: int) -> tuple[int, float, float, float, float]:
    return t, draw.number(0.05, 0.6), draw.number(0.6, 0.9), draw.number(0.92, 0.99), draw.number(0.01, 0.3)

def later(draw: Draw, step: int) -> tuple[int, float, float, float, float]:
    return adam_settings(draw, int(draw.rng.integers(3, 30)))

def _always(*settings: float) -> Settings:
    return lambda draw, step: settings

ADAM_RUNS = (
    *(run if run.fresh else replace(run, settings=later) for run in COMMON_RUNS),
    Run((4,), steps=2, words="tiny slopes", alter=tiny_slopes,
        settings=lambda draw, t: (*adam_settings(draw, t)[:-1], 1e-3)),
    Run((3,), words="both betas 0", settings=_always(1, 0.3, 0.0, 0.0, 0.1)),
    Run((2,), words="lr 0", settings=_always(5, 0.0, 0.8, 0.95, 0.1)),
    Run((2,), words="after two thousand steps", settings=_always(2001, 0.3, 0.9, 0.9999, 0.1)),
    Run((2,), fresh=True, words="after six slopes of 0", settings=_always(7, 0.3, 0.8, 0.95, 0.1)),
)

def of_torch(kind: Any, p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, *settings: float, **more: Any) -> Any:
    lr, *betas, eps = settings
    state = {"exp_avg": m, "exp_avg_sq": v, "step": float(t - 1)}
    new, renewed = by_torch(kind, p, g, state, lr=lr, betas=betas, eps=eps, **more)
    return new, renewed["exp_avg"], renewed["exp_avg_sq"]

def adam(
    param: Tensor, grad: Tensor, m: Tensor, v: Tensor, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> Any:
    return of_torch(torch.optim.Adam, param, grad, m, v, t, lr, beta1, beta2, eps)

def new_m(g: Tensor, m: Tensor, b1: float) -> Tensor:
    return b1 * m + (1 - b1) * g

def new_v(g: Tensor, v: Tensor, b2: float) -> Tensor:
    return b2 * v + (1 - b2) * g * g

def with_moments(
    means: Answer = lambda g, m, v, b1, b2: (new_m(g, m, b1), new_v(g, v, b2)),
    correct: Answer = lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b2**t)),
    move: Answer = lambda m, v, g, eps: m / (v.sqrt() + eps),
    state: Answer = lambda new, corrected, old: new,
) -> Answer:
    """Return an Adam of these pieces; `move` gets the corrected means, `state` the new, the corrected and the old."""
    def step(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
        new = means(g, m, v, b1, b2)
        corrected = correct(*new, t, b1, b2)
        return (p - lr * move(*corrected, g, eps), *state(new, corrected, (m, v)))
    return step

_CORRECTIONS = of_pieces(lambda correct: with_moments(correct=correct), {
    "no bias correction": (lambda m, v, t, b1, b2: (m, v),
        "You don't correct m and v, which begin at 0 and are too small at first."),
    "only m corrected": (lambda m, v, t, b1, b2: (m / (1 - b1**t), v), "You correct m, but not v."),
    "only v corrected": (lambda m, v, t, b1, b2: (m, v / (1 - b2**t)), "You correct v, but not m."),
    "both corrected by beta1": (lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b1**t)),
        "Both means are corrected by beta1. v is a mean with beta2."),
    "both corrected by beta2": (lambda m, v, t, b1, b2: (m / (1 - b2**t), v / (1 - b2**t)),
        "Both means are corrected by beta2. m is a mean with beta1."),
    "corrections swapped": (lambda m, v, t, b1, b2: (m / (1 - b2**t), v / (1 - b1**t)),
        "The corrections are swapped: m is a mean with beta1, v with beta2."),
    "corrected without t": (lambda m, v, t, b1, b2: (m / (1 - b1), v / (1 - b2)),
        "You divide by 1 − beta in every step. That is right in the first only: the power t is missing."),
    "corrected by beta times t": (lambda m, v, t, b1, b2: (m / (1 - b1 * t), v / (1 - b2 * t)),
        "You take beta times t. It is beta to the power t."),
    "multiplied by the corrections": (lambda m, v, t, b1, b2: (m * (1 - b1**t), v * (1 - b2**t)),
        "You multiply by 1 − betaᵗ. The means are too small at first: divide."),
    "divided by betaᵗ": (lambda m, v, t, b1, b2: (m / b1**t, v / b2**t),
        "You divide by betaᵗ. The share of the zeros at the beginning is betaᵗ, what counts is the rest."),
    "t from 0": (lambda m, v, t, b1, b2: (m / (1 - b1 ** (t - 1)), v / (1 - b2 ** (t - 1))),
        "You take one step less than t. t is 1 in the first step, where it would be a division by 0."),
    "one t too much": (lambda m, v, t, b1, b2: (m / (1 - b1 ** (t + 1)), v / (1 - b2 ** (t + 1))),
        "You add 1 to t. It counts from 1 already."),
})

_MOVES = of_pieces(lambda move: with_moments(move=move), {
    "eps inside the root": (lambda m, v, g, eps: m / (v + eps).sqrt(),
        "You add eps under the root. In torch it is added to the root."),
    "no eps": (lambda m, v, g, eps: torch.where(m == 0, m, m / v.sqrt()),
        "eps has no effect. Where only zeros have come yet, 0 would be divided by 0."),
    "no eps, NaN at 0": (lambda m, v, g, eps: m / v.sqrt(),
        "eps has no effect, and where only zeros have come yet, 0 is divided by 0: that is NaN."),
    "no root": (lambda m, v, g, eps: m / (v + eps), "You divide by v itself. Its root has the size of a gradient."),
    "gradient instead of m": (lambda m, v, g, eps: g / (v.sqrt() + eps),
        "You move by the gradient, as RMSProp does. Adam moves by the corrected m."),
    "not divided": (lambda m, v, g, eps: m,
        "You move by m alone. It is divided by the root of the corrected v, plus eps."),
    "one size for all": (lambda m, v, g, eps: m / (v.sum().sqrt() + eps),
        "You divide all entries by one number. Each has a step size of its own."),
    "the mean size for all": (lambda m, v, g, eps: m / (v.mean().sqrt() + eps),
        "You divide all entries by one number. Each has a step size of its own."),
    "in float32": (lambda m, v, g, eps: (m.float() / (v.float().sqrt() + eps)).double(),
        "Only about seven digits are right: somewhere the numbers went through float32."),
})

_STATES = of_pieces(lambda state: with_moments(state=state), {
    "corrected means kept": (lambda new, corrected, old: corrected,
        "You return the corrected means. The next step needs the plain ones, and corrects them itself."),
    "corrected m kept": (lambda new, corrected, old: (corrected[0], new[1]),
        "You return the corrected m. The next step needs the plain one, and corrects it itself."),
    "corrected v kept": (lambda new, corrected, old: (new[0], corrected[1]),
        "You return the corrected v. The next step needs the plain one, and corrects it itself."),
    "root of v kept": (lambda new, corrected, old: (new[0], new[1].sqrt()),
        "You return the root of v. The next step needs v itself."),
    "m not renewed": (lambda new, corrected, old: (old[0].clone(), new[1]), "The m that you return is the old one."),
    "v not renewed": (lambda new, corrected, old: (new[0], old[1].clone()), "The v that you return is the old one."),
})

_MEANS = of_pieces(lambda means: with_moments(means=means), {
    "gradient not squared": (lambda g, m, v, b1, b2: (new_m(g, m, b1), b2 * v + (1 - b2) * g),
        "You average the gradient itself in v. Its square belongs there."),
    "m squared in v": (lambda g, m, v, b1, b2: (new_m(g, m, b1), new_v(new_m(g, m, b1), v, b2)),
        "Your v averages the square of m. It averages the square of the gradient."),
    "no 1 − beta": (lambda g, m, v, b1, b2: (b1 * m + g, b2 * v + g * g),
        "The new gradient enters both in full. It gets the share 1 − beta, so that the result is a mean."),
    "no 1 − beta1": (lambda g, m, v, b1, b2: (b1 * m + g, new_v(g, v, b2)),
        "The gradient enters m in full, as in momentum. Here it gets the share 1 − beta1."),
    "no 1 − beta2": (lambda g, m, v, b1, b2: (new_m(g, m, b1), b2 * v + g * g),
        "The square enters v in full. It gets the share 1 − beta2."),
    "betas the wrong way round": (lambda g, m, v, b1, b2: (new_m(g, m, 1 - b1), new_v(g, v, 1 - b2)),
        "beta and 1 − beta are swapped: the old mean keeps the share beta."),
    "beta1 for v": (lambda g, m, v, b1, b2: (new_m(g, m, b1), new_v(g, v, b1)),
        "Your v is a mean with beta1. It has a beta of its own."),
    "beta2 for m": (lambda g, m, v, b1, b2: (new_m(g, m, b2), new_v(g, v, b2)),
        "Your m is a mean with beta2. That is for v."),
    "AdaGrad's v": (lambda g, m, v, b1, b2: (new_m(g, m, b1), v + g * g),
        "Your v adds up, as AdaGrad's total does. Here it is a running mean."),
    "squares averaged over entries": (lambda g, m, v, b1, b2: (new_m(g, m, b1), b2 * v + (1 - b2) * (g * g).mean()),
        "You average the squares over the entries. Each entry has a mean of its own, over the steps."),
})

def in_one_factor(p: Any, g: Any, m: Any, v: Any, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
    m, v = new_m(g, m, b1), new_v(g, v, b2)
    return p - lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + eps), m, v

def _by_the_old(p: Any, g: Any, m: Any, v: Any, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
    return p - lr * m / (1 - b1**t) / ((v / (1 - b2**t)).sqrt() + eps), new_m(g, m, b1), new_v(g, v, b2)

def _by_the_larger(p: Any, g: Any, m: Any, v: Any, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
    m, new = new_m(g, m, b1), new_v(g, v, b2)
    return p - lr * m / (1 - b1**t) / ((torch.maximum(new, v) / (1 - b2**t)).sqrt() + eps), m, new

ADAM_SLIPS: Table = _CORRECTIONS | _MOVES | _STATES | _MEANS | {
    "eps before the correction": (in_one_factor,
        "You add eps to the root of the uncorrected v, as TensorFlow does and the paper's second form. In torch it is "
        "added after the correction."),
    "betas swapped": (lambda p, g, m, v, t, lr, b1, b2, eps: adam(p, g, m, v, t, lr, b2, b1, eps),
        "The betas are swapped: beta1 is for m, beta2 for v."),
    "old means used": (_by_the_old, "You move by the old means. Renew them first, then move."),
    "AMSGrad": (_by_the_larger,
        "You divide by the larger of the old v and the new: that goes towards AMSGrad. Adam takes the new one."),
}
