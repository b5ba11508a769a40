"""`momentum_step(param, grad, velocity, lr, momentum)`: one step of a heavy ball, as torch has it."""

import torch

from autograd_lab.exercises.gradient_descent.rules import momentum, nesterov, with_velocity
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_update
from autograd_lab.grading.update_rules import HEAVY_BALL_SLIPS, heavy_ball

_FORMULAS = {name: (heavy_ball(velocity, move), because) for name, velocity, move, because in HEAVY_BALL_SLIPS}

EXERCISE = Exercise(
    name="gradient_descent.momentum_step",
    probe=with_velocity,
    reference=momentum,
    alternatives=(
        lambda p, g, v, lr, mu: (p - lr * (mu * v + g), mu * v + g),
        lambda p, g, v, lr, mu: [p - lr * g - lr * mu * v, torch.add(g, v, alpha=mu)],
    ),
    mistakes=mistakes(of_update(momentum, ("velocity",)) | _FORMULAS | {
        "learning rate once and for all": (
            heavy_ball(lambda g, b, lr, mu: mu * b + lr * g, lambda p, v, g, b, lr, mu: p - (lr * mu * b + lr * g)),
            "The param is right, but the velocity that you return holds the learning rate. In torch it doesn't."),
        "Nesterov": (nesterov,
            "That is Nesterov's form: the gradient once more, plus momentum times the new velocity. The heavy ball "
            "moves by the new velocity."),
    }),
    hints=(
        "Two lines: first the velocity, then the param, which moves by the velocity that you have just made.",
        "v ← momentum · v + grad, then param ← param − lr · v.",
        "Name the new velocity: `new = momentum * velocity + grad`. Then use `new` in the param, and return both.",
    ),
    section="Momentum: a heavy ball",
    notice="Change lr and the very next step has it, in full: the velocity remembers slopes, not steps.",
)
