"""`adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)`: one step of Adam, as torch has it."""

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.adaptive_optimizers.moments import ADAM_RUNS, ADAM_SLIPS, adam, adam_settings, with_moments
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_update
from autograd_lab.grading.update_rules import drive


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from drive(answer, draw, ("m", "v"), adam_settings, ADAM_RUNS)

def _lerped(p: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int, lr: float, b1: float, b2: float, eps: float) -> Any:
    m, v = torch.lerp(m, g, 1 - b1), (b2 * v).addcmul(g, g, value=1 - b2)
    return [p - lr / (1 - b1**t) * m / (v.sqrt() / math.sqrt(1 - b2**t) + eps), m, v]

EXERCISE = Exercise(
    name="adaptive_optimizers.adam_step",
    probe=probe,
    reference=adam,
    alternatives=(with_moments(), _lerped),
    mistakes=mistakes(of_update(adam, ("m", "v"), lr=1) | ADAM_SLIPS),
    hints=(
        "Four lines: m, v, the two corrected means, the move. Which of them does the next step need?",
        "m ← beta1·m + (1 − beta1)·grad and v ← beta2·v + (1 − beta2)·grad²; the move is lr · m/(1 − beta1ᵗ) divided "
        "by √(v/(1 − beta2ᵗ)) + eps.",
        "Call the corrected means `m_hat` and `v_hat`, and return m and v: `param - lr * m_hat / (v_hat.sqrt() + eps), "
        "m, v`.",
    ),
    section="Adam: two running means",
    notice="In the first step the corrections cancel the shares: whatever the slope, the move is lr, but for eps.",
)
