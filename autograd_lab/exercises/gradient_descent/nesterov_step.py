"""`nesterov_step(param, grad, velocity, lr, momentum)`: a heavy ball that looks one step ahead, as torch has it."""

import torch

from autograd_lab.exercises.gradient_descent.rules import nesterov, with_velocity
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_pieces, of_update
from autograd_lab.grading.update_rules import heavy_ball, new_velocity

# What is subtracted from the param, of its velocity, gradient, lr and momentum, where the velocity is right.
_MOVES = of_pieces(lambda step: heavy_ball(new_velocity, lambda p, v, g, b, lr, mu: p - step(v, g, lr, mu)), {
    "heavy ball": (lambda v, g, lr, mu: lr * v,
        "That is the heavy ball's move: the new velocity alone, which is the gradient plus momentum times the old one. "
        "Nesterov's is the gradient plus momentum times the new one."),
    "velocity in full": (lambda v, g, lr, mu: lr * (g + v),
        "You add the new velocity in full. It is multiplied by the momentum once more."),
    "gradient left out": (lambda v, g, lr, mu: lr * mu * v,
        "You move by momentum times the new velocity alone. The gradient is added to it."),
    "momentum on the gradient": (lambda v, g, lr, mu: lr * (mu * g + v),
        "The momentum stands at the wrong one: it multiplies the velocity, and the gradient stands alone."),
    "momentum on both": (lambda v, g, lr, mu: lr * mu * (g + v),
        "The momentum multiplies the gradient as well. It belongs to the velocity alone."),
    "plain step": (lambda v, g, lr, mu: lr * g, "The velocity is right, but the param moves by the gradient alone."),
})

# What becomes of the gradient, the old velocity, lr and momentum, where the move makes of that what it should.
_VELOCITIES = of_pieces(lambda velocity: heavy_ball(velocity, lambda p, v, g, b, lr, mu: p - lr * (g + mu * v)), {
    "damped": (lambda g, b, lr, mu: mu * b + (1 - mu) * g,
        "You multiply the gradient by 1 − momentum in the velocity. There it enters in full."),
    "twice Nesterov": (lambda g, b, lr, mu: g + mu * (mu * b + g),
        "The gradient is added twice: your velocity is the move already. It is renewed as in the heavy ball."),
    "momentum ignored in the velocity": (lambda g, b, lr, mu: b + g,
        "In the velocity you add the old one in full. The momentum says how much of it is carried on."),
})

EXERCISE = Exercise(
    name="gradient_descent.nesterov_step",
    probe=with_velocity,
    reference=nesterov,
    alternatives=(
        lambda p, g, v, lr, mu: (p - lr * (g + mu * (mu * v + g)), mu * v + g),
        lambda p, g, v, lr, mu: [p - lr * ((1 + mu) * g + mu**2 * v), torch.add(g, v, alpha=mu)],
    ),
    mistakes=mistakes(of_update(nesterov, ("velocity",)) | _MOVES | _VELOCITIES | {
        "learning rate in the velocity": (
            heavy_ball(lambda g, b, lr, mu: mu * b + lr * g, lambda p, v, g, b, lr, mu: p - (lr * g + mu * v)),
            "You put the learning rate into the velocity. In torch it multiplies the whole move."),
        "textbook form": (
            heavy_ball(lambda g, b, lr, mu: mu * b - lr * g, lambda p, v, g, b, lr, mu: p - mu * b + (1 + mu) * v),
            "Your velocity points downhill and holds lr, as in some textbooks. In torch it adds up plain gradients."),
        "velocity looks ahead too": (heavy_ball(lambda g, b, lr, mu: g + mu * (mu * b + g)),
            "The param is right, but you keep the whole move as the velocity, which is renewed as in the heavy ball."),
    }),
    hints=(
        "The velocity is as in the heavy ball. What is the move?",
        "The move is the gradient plus momentum times the new velocity.",
        "`new = momentum * velocity + grad`, then `param - lr * (grad + momentum * new)`, and return both.",
    ),
    section="Nesterov: look ahead",
    notice="The move is what the heavy ball would do next if the slope stayed the same: it looks one step ahead.",
)
