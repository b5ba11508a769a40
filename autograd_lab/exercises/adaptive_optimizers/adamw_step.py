"""`adamw_step(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay)`: one step of AdamW, as torch has it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.adaptive_optimizers import moments
from autograd_lab.exercises.adaptive_optimizers.moments import (
    ADAM_SLIPS,
    Answer,
    adam,
    later,
    new_m,
    new_v,
    with_moments,
)
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_pieces, of_update
from autograd_lab.grading.update_rules import Run, Settings, drive, no_slope


def _with_decay(settings: Settings, decay: float | None = None) -> Settings:
    return lambda draw, step: (*settings(draw, step), draw.number(0.05, 0.9) if decay is None else decay)

_RUNS = (
    *(replace(run, settings=run.settings and _with_decay(run.settings)) for run in moments.ADAM_RUNS),
    Run((3,), words="no decay", settings=_with_decay(later, 0.0)),
    Run((3,), fresh=True, words="no decay, slopes of 0", alter=no_slope, settings=_with_decay(later, 0.0)),
    Run((3,), words="a decay above 1/lr", settings=_with_decay(later, 25.0)),
)

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from drive(answer, draw, ("m", "v"), _with_decay(moments.adam_settings), _RUNS)

def _adamw(
    param: Tensor, grad: Tensor, m: Tensor, v: Tensor, t: int, lr: float, beta1: float, beta2: float, eps: float,
    weight_decay: float,
) -> Any:
    return moments.of_torch(torch.optim.AdamW, param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay=weight_decay)

def _decaying(decay: Answer = lambda p, new, lr, wd: lr * wd * p, adam: Answer = adam) -> Answer:
    """Return an AdamW with another decay, which is subtracted from the new param, or on top of another Adam."""
    def step(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, *rest: float) -> Any:
        new, m, v = adam(p, g, m, v, t, lr, *rest[:-1])
        return new - decay(p, new, lr, rest[-1]), m, v
    return step

def _coupled_in_m(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, *rest: float) -> Any:
    def means(g: Tensor, m: Tensor, v: Tensor, b1: float, b2: float) -> tuple[Tensor, Tensor]:
        return new_m(g + rest[-1] * p, m, b1), new_v(g, v, b2)
    return with_moments(means)(p, g, m, v, t, *rest[:-1])

def _all_divided(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float, wd: float
) -> Any:
    m, v = new_m(g, m, b1), new_v(g, v, b2)
    return p - lr * (m / (1 - b1**t) + wd * p) / ((v / (1 - b2**t)).sqrt() + eps), m, v

_DECAYS = of_pieces(_decaying, {
    "decay not scaled by lr": (lambda p, new, lr, wd: wd * p, "The decay isn't multiplied by the learning rate."),
    "decay after the step": (lambda p, new, lr, wd: lr * wd * new,
        "You decay the param that has moved already. It is taken at the param from before the step."),
    "decay not scaled, after the step": (lambda p, new, lr, wd: wd * new,
        "You multiply the moved param by 1 − weight_decay. The decay is lr · weight_decay · the old param."),
    "no decay": (lambda p, new, lr, wd: 0.0, "The weight decay has no effect."),
    "weights grow": (lambda p, new, lr, wd: -lr * wd * p, "Your weights grow: the decay is to be subtracted."),
    "half the decay": (lambda p, new, lr, wd: lr * wd * p / 2,
        "You decay half as much. The half in ½ · weight_decay · param² goes away with the slope."),
    "twice the decay": (lambda p, new, lr, wd: 2 * lr * wd * p, "You decay twice as much."),
    "sign of the param": (lambda p, new, lr, wd: lr * wd * p.sign(),
        "Each weight decays by the same amount. It decays in proportion to its size."),
    "square of the param": (lambda p, new, lr, wd: lr * wd * p**2,
        "You subtract the square of the param. It is the param itself that is subtracted, times lr and weight_decay."),
    "a constant": (lambda p, new, lr, wd: lr * wd,
        "You subtract lr · weight_decay without the param: weights would not decay, but drift."),
    "the step decays": (lambda p, new, lr, wd: lr * wd * (new - p),
        "You shrink the step. It is the param that decays."),
})

# Which of Adam's slips people make here, too, if they write it anew.
_ADAM_AGAIN = of_pieces(lambda adam: _decaying(adam=adam), {name: ADAM_SLIPS[name] for name in (
    "no bias correction", "both corrected by beta1", "t from 0", "one t too much", "eps inside the root",
    "eps before the correction", "corrected means kept", "betas swapped", "gradient not squared", "no 1 − beta",
    "old means used",
)})

EXERCISE = Exercise(
    name="adaptive_optimizers.adamw_step",
    probe=probe,
    reference=_adamw,
    alternatives=(
        _decaying(),
        lambda p, g, m, v, t, lr, *rest: with_moments()(p * (1 - lr * rest[-1]), g, m, v, t, lr, *rest[:-1]),
    ),
    mistakes=mistakes(of_update(_adamw, ("m", "v"), lr=1) | _DECAYS | _ADAM_AGAIN | {
        "coupled": (lambda p, g, m, v, t, *rest: adam(p, g + rest[-1] * p, m, v, t, *rest[:-1]),
            "You add the decay to the gradient, as torch's Adam does: so it gets into m and v and is divided by the "
            "root. Here it is decoupled."),
        "coupled in m only": (lambda *given: _coupled_in_m(*given),
            "The decay gets into m. It is to bypass both means."),
        "decay divided by the root too": (_all_divided,
            "Your decay is divided by the root of v as well. It stands beside the fraction, not in it."),
        "the gradient decays": (
            lambda p, g, m, v, t, lr, *rest: adam(p, g * (1 - lr * rest[-1]), m, v, t, lr, *rest[:-1]),
            "You shrink the gradient. It is the param that decays."),
        "the means decay": (
            lambda p, *rest: (lambda new, m, v: (new, m + rest[-1] * p, v))(*_adamw(p, *rest)),
            "The new param is right, but the m that you return has the decay in it. m and v know nothing of it."),
    }),
    hints=(
        "What is Adam's step, and what is subtracted besides? Which of the two knows m and v?",
        "param ← param − lr · weight_decay · param − Adam's move.",
        "Call `adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)`, and subtract `lr * weight_decay * param` from "
        "its param.",
    ),
    section="AdamW: decay on its own",
    notice="With lr = 0 nothing decays either: in torch the schedule of lr is the schedule of the decay.",
)
