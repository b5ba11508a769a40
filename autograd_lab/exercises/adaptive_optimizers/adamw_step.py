"""`adaptive_optimizers.adamw_step`."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import torch

from autograd_lab.exercises.adaptive_optimizers.moments import (
    ADAM_RUNS,
    ADAM_SLIPS,
    adam_of_torch,
    adam_settings,
    new_means,
    of_torch,
    still_later,
    with_moments,
)
from autograd_lab.exercises.adaptive_optimizers.one_mean import Answer, Tensor
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_update
from autograd_lab.grading.update_rules import Run, Settings, drive, no_slope


def _with_decay(settings: Settings, decay: float | None = None) -> Settings:
    return lambda draw, step: (*settings(draw, step), draw.number(0.05, 0.9) if decay is None else decay)

_ADAMW_RUNS = tuple(dataclasses.replace(run, settings=run.settings and _with_decay(run.settings)) for run in ADAM_RUNS)

def probe_adamw_step(answer: Any, draw: Draw) -> Iterator[Step]:
    runs = (
        Run((3,), words="no decay", settings=_with_decay(still_later, 0.0)),
        Run((3,), fresh=True, words="no decay, slopes of 0", alter=no_slope, settings=_with_decay(still_later, 0.0)),
        Run((3,), words="a decay above 1/lr", settings=_with_decay(still_later, 25.0)),
    )
    yield from drive(answer, draw, ("m", "v"), _with_decay(adam_settings), (*_ADAMW_RUNS, *runs))

def _adamw(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float, decay: float
) -> Any:
    return of_torch(torch.optim.AdamW, p, g, m, v, t, lr, b1, b2, eps, weight_decay=decay)

def _decaying(decay: Callable[..., Any], adam: Answer = adam_of_torch) -> Answer:
    """Return an AdamW with another decay: decay(old param, new param, lr, weight_decay) is subtracted."""

    def step(p: Any, g: Any, m: Any, v: Any, t: int, lr: float, b1: float, b2: float, eps: float, wd: float) -> Any:
        result = adam(p, g, m, v, t, lr, b1, b2, eps)
        return (result[0] - decay(p, result[0], lr, wd), *result[1:])

    return step

def _coupled(
    p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float, decay: float
) -> Any:
    return adam_of_torch(p, g + decay * p, m, v, t, lr, b1, b2, eps)

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

EXERCISE = Exercise(
    name="adaptive_optimizers.adamw_step",
    probe=probe_adamw_step,
    reference=_adamw,
    alternatives=(
        _decaying(_right_decay),
        lambda p, g, m, v, t, lr, b1, b2, eps, wd: with_moments()(p * (1 - lr * wd), g, m, v, t, lr, b1, b2, eps),
    ),
    mistakes=mistakes(
        of_update(_adamw, ("m", "v"), lr=1)
        | {
            "coupled": (_coupled,
                "You add the decay to the gradient, as torch's Adam does: so it gets into m and v and is divided by "
                "the root. Here it is decoupled."),
            "coupled in m only": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: with_moments(
                    means=lambda g, m, v, b1, b2: (b1 * m + (1 - b1) * (g + wd * p), b2 * v + (1 - b2) * g * g)
                )(p, g, m, v, t, lr, b1, b2, eps),
                "The decay gets into m. It is to bypass both means."),
            "decay divided by the root too": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: (
                    lambda a, c: (p - lr * (a / (1 - b1**t) + wd * p) / ((c / (1 - b2**t)).sqrt() + eps), a, c)
                )(*new_means(g, m, v, b1, b2)),
                "Your decay is divided by the root of v as well. It stands beside the fraction, not in it."),
            "decay not scaled by lr": (_decaying(lambda p, new, lr, wd: wd * p),
                "The decay isn't multiplied by the learning rate."),
            "decay after the step": (_decaying(lambda p, new, lr, wd: lr * wd * new),
                "You decay the param that has moved already. It is taken at the param from before the step."),
            "decay not scaled, after the step": (_decaying(lambda p, new, lr, wd: wd * new),
                "You multiply the moved param by 1 − weight_decay. It is lr · weight_decay · param, with param from "
                "before the step."),
            "no decay": (_decaying(lambda p, new, lr, wd: 0.0), "The weight decay has no effect."),
            "weights grow": (_decaying(lambda p, new, lr, wd: -lr * wd * p),
                "Your weights grow: the decay is to be subtracted."),
            "half the decay": (_decaying(lambda p, new, lr, wd: lr * wd * p / 2),
                "You decay half as much. The half in ½ · weight_decay · param² goes away with the slope."),
            "twice the decay": (_decaying(lambda p, new, lr, wd: 2 * lr * wd * p), "You decay twice as much."),
            "sign of the param": (_decaying(lambda p, new, lr, wd: lr * wd * p.sign()),
                "Each weight decays by the same amount. It decays in proportion to its size."),
            "square of the param": (_decaying(lambda p, new, lr, wd: lr * wd * p**2),
                "You subtract the square of the param. It is the param itself that is subtracted, times lr and "
                "weight_decay."),
            "a constant": (_decaying(lambda p, new, lr, wd: lr * wd),
                "You subtract lr · weight_decay without the param: weights would not decay, but drift."),
            "the gradient decays": (
                lambda p, g, m, v, t, lr, *rest: adam_of_torch(p, g * (1 - lr * rest[-1]), m, v, t, lr, *rest[:-1]),
                "You shrink the gradient. It is the param that decays."),
            "the step decays": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: (lambda new, a, c: (p - (1 - lr * wd) * (p - new), a, c))(
                    *adam_of_torch(p, g, m, v, t, lr, b1, b2, eps)
                ),
                "You shrink the step. It is the param that decays."),
            "the means decay": (
                lambda p, g, m, v, t, lr, b1, b2, eps, wd: (lambda new, a, c: (new - lr * wd * p, a + wd * p, c))(
                    *adam_of_torch(p, g, m, v, t, lr, b1, b2, eps)
                ),
                "The new param is right, but the m that you return has the decay in it. m and v know nothing of it."),
        }
        | {
            name: (_decaying(_right_decay, answer), because)
            for name, (answer, because) in ADAM_SLIPS.items()
            if name in _ADAM_AGAIN
        }
    ),
    hints=(
        "What is Adam's step, and what is subtracted besides? Which of the two knows m and v?",
        "param ← param − lr · weight_decay · param − Adam's move.",
        "Call `adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)`, and subtract `lr * weight_decay * param` from "
        "its param.",
    ),
    section="AdamW: decay on its own",
    notice="With lr = 0 nothing decays either: in torch the schedule of lr is the schedule of the decay.",
)
