"""`sgd_update(param, grad, buffer, lr, momentum)`: one step of SGD with momentum; at the first, buffer is None."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.probes import STAYS, copied, eighths, left_alone
from autograd_lab.grading.slips import mistakes, of_update, without
from autograd_lab.grading.update_rules import WRONG_MOVES, WRONG_VELOCITIES, by_torch, heavy_ball, heavy_ball_step

# Shape, whether there was a step before, what is special, and how that is made of a gradient and a buffer.
CASES: tuple[tuple[tuple[int, ...], bool, str, Any], ...] = (
    ((3,), False, "", None), ((3,), True, "", None), ((), False, "", None), ((), True, "", None),
    ((2, 3), True, "a slope that is 0, and a velocity", lambda g, b: (g[0, 1].zero_(), b[0, 2].zero_())),
    ((2, 1, 4), False, "slopes that are all 0", lambda g, b: g.zero_()),
    ((2, 1, 4), True, "a buffer that adds up to 0", lambda g, b: b[1].copy_(-b[0])),
    ((4,), True, "slopes that are all 0", lambda g, b: g.zero_()),
    ((4,), True, "a buffer of zeros", lambda g, b: b.zero_()),
    ((3,), False, "", None), ((2, 2), True, "large numbers, momentum 1", None),
)

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    returned: list[tuple[Any, Any]] = []
    for shape, carried, special, change in CASES:
        param, grad, buffer = (eighths(draw, *shape) for _ in range(3))
        lr, momentum = int(draw.rng.integers(1, 5)) / 8, int(draw.rng.integers(2, 8)) / 8
        if change:
            change(grad, buffer)
        elif special:
            momentum, param = 1.0, eighths(draw, *shape, size=999.0)
        before = {"param": param, "grad": grad} | ({"buffer": buffer} if carried else {})
        given = dict(zip(before, copied(list(before.values())), strict=True))
        result = answer(given["param"], given["grad"], given.get("buffer"), lr, momentum)
        words = f"shape {shape}, {'a buffer from the step before' if carried else 'no step before'}"
        yield f"{words}{special and ', '}{special}", result
        yield from left_alone(result, given, before)
        returned.append((result, freeze(result)))
    yield STAYS, all(same(then, freeze(result), 0.0) for result, then in returned)

def _by_torch(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Any:
    state = {} if buffer is None else {"momentum_buffer": buffer}
    new, renewed = by_torch(torch.optim.SGD, param, grad, state, lr=lr, momentum=momentum)
    return new, renewed["momentum_buffer"]

def _in_two_calls(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Any:
    v = grad.clone() if buffer is None else torch.add(grad, buffer, alpha=momentum)
    return [param.sub(v, alpha=lr), v]

def _begun_with(velocity: Callable[[Tensor, float], Any]) -> Callable[..., Any]:
    """Return an update that differs from the right one in the first step's velocity alone."""
    def update(p: Tensor, g: Tensor, b: Tensor | None, lr: float, mu: float) -> Any:
        v = velocity(g, mu) if b is None else mu * b + g
        return p - lr * v, v
    return update

def _keeping(buffer: Callable[..., Any]) -> Callable[..., Any]:
    """Return an update whose param is right, and whose new buffer is made of grad, the old buffer and momentum."""
    return lambda p, g, b, lr, mu: (heavy_ball_step(p, g, b, lr, mu)[0], buffer(g, b, mu))

def _truth_of_a_tensor(p: Tensor, g: Tensor, b: Tensor | None, lr: float, mu: float) -> Any:
    v = mu * b + g if b else g.clone()
    return p - lr * v, v

EXERCISE = Exercise(
    name="training_step.sgd_update",
    probe=probe,
    reference=_by_torch,
    alternatives=(heavy_ball_step, _in_two_calls),
    mistakes=mistakes({
        "gradient returned as the buffer": (_begun_with(lambda g, mu: g),
            "The numbers are right, but at the first step your buffer is `grad` itself, not a copy. The next "
            "`zero_grad` or backward pass may write into `grad`, and the velocity would change with it."),
    } | {
        f"{name}{', but for the first step' if first else ''}": (heavy_ball(velocity, move, first), because)
        for name, velocity, move, because in WRONG_VELOCITIES for first in (False, True)
    } | {
        "first step damped": (_begun_with(lambda g, mu: (1 - mu) * g),
            "With no step before, you multiply the gradient by 1 − momentum. There, too, it enters in full."),
        "first step times momentum": (_begun_with(lambda g, mu: mu * g),
            "With no step before, momentum multiplies your gradient. It acts on an old velocity, and there is none."),
        "first step twice": (_begun_with(lambda g, mu: mu * g + g),
            "With no step before, the gradient is your old velocity as well. There is none yet: it counts once."),
        "first step without a move": (_begun_with(lambda g, mu: torch.zeros_like(g)),
            "With no step before, you don't move. The first step moves too: its velocity is the gradient."),
        "Nesterov": (heavy_ball(lambda g, b, lr, mu: mu * b + g, lambda p, v, g, b, lr, mu: p - lr * (g + mu * v)),
            "That is Nesterov's form: the gradient once more, plus momentum times the new velocity. The plain form "
            "moves by the new velocity."),
    } | {
        name: (heavy_ball(velocity, move), because) for name, velocity, move, because in WRONG_MOVES
    } | without(of_update(heavy_ball_step, ("buffer",)), "tracked") | {  # a result that requires grad will do here
        "None stays None": (_keeping(lambda g, b, mu: None if b is None else mu * b + g),
            "After the first step your buffer is None still. The next step needs the velocity of this one."),
        "gradient as the new buffer": (_keeping(lambda g, b, mu: g.clone()),
            "The new param is right, but you return the gradient as the buffer. The next step needs the new velocity."),
        "None multiplied": (lambda p, g, b, lr, mu: (p - lr * (mu * b + g), mu * b + g),
            "At the first step `buffer` is None, which can't be multiplied. Ask for that first: `buffer is None`."),
        "truth of a tensor": (_truth_of_a_tensor,
            "`if buffer:` asks whether a whole tensor is true, which has no answer. Ask `if buffer is None`."),
    }),
    hints=(
        "Two lines: first the velocity, then the param. What is the velocity when there was no step before?",
        "v ← momentum · v + grad, then param ← param − lr · v. At the first step v is the gradient.",
        "If `buffer is None`, the new buffer is `grad.clone()`, else `momentum * buffer + grad`. Return `param - lr * "
        "(the new buffer)` and the new buffer.",
    ),
    section="Step: two lines of momentum",
    notice="The buffer never holds the learning rate: when lr changes, the new one scales the whole velocity at once.",
)
