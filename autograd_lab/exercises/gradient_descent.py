"""The exercises of lesson 12, `gradient_descent`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

from autograd_lab.exercises.training_step import HEAVY_BALL_SLIPS, heavy_ball, heavy_ball_step, new_velocity
from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step, mistakes
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.update_rules import Run, by_torch, drive, no_slope, same_slope, slips, transposed, unchanged

Tensor = torch.Tensor
Function = Callable[[Tensor], Tensor]


def _lr(draw: Draw, step: int) -> tuple[float]:
    return (draw.number(0.05, 0.6),)


def _a_zero(tensors: dict[str, Tensor]) -> None:
    tensors["grad"].view(-1)[0] = 0
    if "velocity" in tensors:
        tensors["velocity"].view(-1)[-1] = 0


def _large(tensors: dict[str, Tensor]) -> None:
    tensors["param"].mul_(1e4)


def _large_slopes(tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if name != "param":
            tensor.mul_(1e3)


_RUNS = (
    Run((3,), steps=4, fresh=True),
    Run((), steps=3, fresh=True),
    Run((2, 3)),
    Run((2, 3), words="a slope that is 0", alter=_a_zero),
    Run((2, 1, 4), words="slopes that are all 0", alter=no_slope),
    Run((2, 2), words="large numbers", alter=_large),
    Run((3, 3), steps=2, words="slopes that are all equal", alter=same_slope),
    Run((2, 2), steps=2, words="large slopes", alter=_large_slopes),
    Run((1,), fresh=True),
    Run((3,), steps=2),
    Run((2, 3), words="transposed tensors", alter=transposed),
)

# Plain gradient descent


def probe_sgd_step(answer: Any, draw: Draw) -> Iterator[Step]:
    tiny = Run((2,), words="a tiny lr", settings=lambda draw, step: (5e-7,))
    yield from drive(answer, draw, (), _lr, (*_RUNS, tiny))


def _sgd(param: Tensor, grad: Tensor, lr: float) -> Tensor:
    return by_torch(torch.optim.SGD, param, grad, {}, lr=lr)[0]


_UNIT_LENGTH = "You make the gradient's length 1 first. Plain gradient descent takes it as it is."

SGD_STEP = Exercise(
    name="gradient_descent.sgd_step",
    probe=probe_sgd_step,
    reference=_sgd,
    alternatives=(
        lambda param, grad, lr: param - lr * grad,
        lambda param, grad, lr: torch.sub(param, grad, alpha=lr),
    ),
    mistakes=mistakes(
        slips(_sgd)
        | {
            "grad returned": (lambda p, g, lr: g.clone(), "You return the gradient. The new param is asked for."),
            "param returned": (lambda p, g, lr: p.clone(), "The param came back as it was."),
            "param itself returned": (lambda p, g, lr: p, "The param itself came back, as it was."),
            "divided by lr": (
                lambda p, g, lr: p - g / lr,
                "You divide by the learning rate. A larger one makes a larger step.",
            ),
            "param scaled by lr": (
                lambda p, g, lr: lr * p - g,
                "The learning rate multiplies the param. It belongs to the gradient.",
            ),
            "lr on both": (
                lambda p, g, lr: lr * (p - g),
                "The learning rate multiplies the param as well. Only the gradient is scaled.",
            ),
            "lr subtracted": (
                lambda p, g, lr: p - g - lr,
                "You subtract the learning rate. It is a factor of the gradient.",
            ),
            "only the sign": (
                lambda p, g, lr: p - lr * g.sign(),
                "You step by the sign of the gradient alone, as far wherever you stand. Its size counts too.",
            ),
            "unit length": (
                lambda p, g, lr: p - lr * g / g.norm().clamp(min=1e-12),
                _UNIT_LENGTH,
            ),
            "unit length, NaN at 0": (lambda p, g, lr: p - lr * g / g.norm(), _UNIT_LENGTH),
            "divided by the number of entries": (
                lambda p, g, lr: p - lr * g / g.numel(),
                "You divide by the number of entries. Whether the loss is a mean is already in the gradient.",
            ),
            "param and grad swapped": (lambda p, g, lr: g - lr * p, "Param and gradient are swapped."),
            "mean of the gradient": (
                lambda p, g, lr: p - lr * g.mean(),
                "You average the gradient over all entries, so each moves by the same. Each has its own slope.",
            ),
            "sum of the gradient": (
                lambda p, g, lr: p - lr * g.sum(),
                "You add the gradient up over all entries, so each moves by the same. Each has its own slope.",
            ),
            "times the param": (
                lambda p, g, lr: p - lr * g * p,
                "Your step is also multiplied by the param. It is the learning rate times the gradient, no more.",
            ),
            "in float32": (
                lambda p, g, lr: (p.float() - lr * g.float()).double(),
                "Only about seven digits are right: somewhere the numbers went through float32.",
            ),
        }
    ),
    hints=(
        "Which way is downhill, seen from where the gradient points?",
        "The move is minus lr times the gradient.",
        "`param - ...`, with lr and grad in one product; `-=` would change the caller's tensor.",
    ),
    section="One step downhill",
    notice="Where it gets flat the steps get short by themselves: the gradient shrinks, lr doesn't have to.",
)

# How far: the limit


def _hessian(draw: Draw, *eigenvalues: float) -> Tensor:
    """Return a symmetric matrix with these eigenvalues, turned at random."""
    turned, _ = torch.linalg.qr(draw.tensor(len(eigenvalues), len(eigenvalues)))
    matrix: Tensor = turned @ torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) @ turned.T
    return 0.5 * matrix + 0.5 * matrix.T


def probe_largest_stable_lr(answer: Any, draw: Draw) -> Iterator[Step]:
    a, b, c, d = sorted(draw.number(0.2, 1.0) * 3**k for k in range(4))
    for eigenvalues in ((a, d), (b, a, c), (d,), (c, c, c), (a, b, c, d), (1e-6 * a, 1e-6 * b), (a, 2e3 * b), (c, b)):
        hessian = _hessian(draw, *eigenvalues)
        before = hessian.clone()
        yield f"{len(eigenvalues)} eigenvalues", answer(hessian)
        yield Rule("`hessian` is left as it was"), unchanged(hessian, before)
    for diagonal in ((b, d, a), (a, b)):
        yield "a diagonal matrix", answer(torch.diag(torch.tensor(diagonal, dtype=torch.float64)))
    yield "the rows (2, −1) and (−1, 2)", answer(torch.tensor([[2.0, -1.0], [-1.0, 2.0]], dtype=torch.float64))


def _limit(eigenvalue: Callable[[Tensor], Any]) -> Callable[[Tensor], float]:
    return lambda hessian: 2 / float(eigenvalue(torch.linalg.eigvalsh(hessian)))


def _of_matrix(size: Callable[[Tensor], Any]) -> Callable[[Tensor], float]:
    return lambda hessian: 2 / float(size(hessian))


def _scaled_in_place(hessian: Tensor) -> float:
    return 2 / float(torch.linalg.eigvalsh(hessian.div_(2)).max()) / 2


LARGEST_STABLE_LR = Exercise(
    name="gradient_descent.largest_stable_lr",
    probe=probe_largest_stable_lr,
    reference=_limit(torch.max),
    alternatives=(
        _of_matrix(lambda h: torch.linalg.matrix_norm(h, ord=2)),
        _of_matrix(lambda h: torch.linalg.eigvals(h).real.max()),
        lambda hessian: float((2 / torch.linalg.eigvalsh(hessian)).min()),
    ),
    mistakes=mistakes(
        {
            "1/λ": (
                lambda h: 1 / float(torch.linalg.eigvalsh(h).max()),
                "That is 1/λ: there the steepest direction is solved in one step, and it still converges above it. "
                "When does |1 − lr·λ| reach 1?",
            ),
            "smallest eigenvalue": (
                _limit(torch.min),
                "You take the smallest eigenvalue. Which direction runs away first, the flat one or the steep one?",
            ),
            "1/λ of the smallest": (
                lambda h: 1 / float(torch.linalg.eigvalsh(h).min()),
                "You take 1/λ of the smallest eigenvalue. Which direction runs away first, and when does |1 − lr·λ| "
                "reach 1?",
            ),
            "trace": (
                _of_matrix(torch.trace),
                "You divide by the sum of the eigenvalues, the trace. Directions don't add up: each has a limit of its "
                "own.",
            ),
            "1 over the trace": (
                lambda h: 1 / float(torch.trace(h)),
                "You divide by the sum of the eigenvalues, the trace. Directions don't add up: each has a limit of its "
                "own.",
            ),
            "diagonal only": (
                _of_matrix(lambda h: torch.diagonal(h).max()),
                "You look at an entry of H; the largest stands on the diagonal. When the valley is turned, its "
                "steepness is in the other entries too.",
            ),
            "1 over the diagonal": (
                lambda h: 1 / float(torch.diagonal(h).max()),
                "You look at the diagonal only, and take 1 instead of 2. When the valley is turned, its steepness is "
                "in the other entries too.",
            ),
            "best rate": (
                lambda h: (lambda e: 2 / float(e.min() + e.max()))(torch.linalg.eigvalsh(h)),
                "That is 2/(smallest + largest), the rate at which both decay equally fast. The limit is where one of "
                "them stops decaying.",
            ),
            "two largest": (
                lambda h: (lambda e: 2 / float(e[-2:].sum()))(torch.linalg.eigvalsh(h)),
                "You add eigenvalues up. Directions don't add up: each has a limit of its own.",
            ),
            "mean eigenvalue": (
                _limit(torch.mean),
                "You take the mean of the eigenvalues. The steepest direction runs away first, whatever the others do.",
            ),
            "determinant": (
                _of_matrix(torch.linalg.det),
                "You divide by the determinant, the product of the eigenvalues. One of them decides.",
            ),
            "Frobenius norm": (
                _of_matrix(torch.linalg.norm),
                "You divide by the root of the sum of squares (`torch.linalg.norm` of a matrix is that unless told "
                "otherwise). The largest eigenvalue is smaller.",
            ),
            "largest row": (
                _of_matrix(lambda h: h.abs().sum(1).max()),
                "You take the largest sum of a row, which is only an upper bound of the largest eigenvalue.",
            ),
            "the largest eigenvalue": (
                lambda h: float(torch.linalg.eigvalsh(h).max()),
                "That is the largest eigenvalue. The steeper, the shorter a step must be.",
            ),
            "condition number": (
                lambda h: (lambda e: float(e.max() / e.min()))(torch.linalg.eigvalsh(h)),
                "That is the condition number, which says how far the directions differ. The limit depends on one "
                "direction.",
            ),
            "4/λ": (
                lambda h: 4 / float(torch.linalg.eigvalsh(h).max()),
                "That is twice the limit. The gradient of ½ xᵀHx is Hx: the ½ is gone with it.",
            ),
            "twice the eigenvalue": (
                lambda h: 2 * float(torch.linalg.eigvalsh(h).max()),
                "Upside down: the steeper, the shorter a step must be.",
            ),
            "all eigenvalues multiplied": (
                lambda h: 2 / float(torch.linalg.eigvalsh(h).max() * torch.linalg.eigvalsh(h).min()),
                "You multiply eigenvalues. Each direction has a limit of its own, and the first to be reached counts.",
            ),
            "2 over the condition number": (
                lambda h: (lambda e: 2 / float(e.max() / e.min()))(torch.linalg.eigvalsh(h)),
                "You divide by the condition number. The limit depends on one direction, not on how far they differ.",
            ),
            "half the eigenvalue": (
                lambda h: float(torch.linalg.eigvalsh(h).max()) / 2,
                "Upside down: that is λ/2.",
            ),
            "hessian changed": (
                _scaled_in_place,
                "The number is right, but you change the caller's `hessian`.",
            ),
            "all limits": (
                lambda h: 2 / torch.linalg.eigvalsh(h),
                "You return a limit for each direction. One learning rate serves them all: which is the limit of all?",
            ),
        }
        | {
            f"{words} momentum 0.9": (
                lambda h, size=size: size / float(torch.linalg.eigvalsh(h).max()),
                "That is a limit with momentum. Plain gradient descent is asked for.",
            )
            for words, size in {"heavy ball,": 2 * 1.9, "Nesterov,": 2 * 1.9 / 2.8}.items()
        }
    ),
    hints=(
        "Along an eigenvector with eigenvalue λ, what does one step do to the error?",
        "It multiplies the error by 1 − lr·λ. That must stay between −1 and 1 for every eigenvalue: which is the first "
        "to leave?",
        "`torch.linalg.eigvalsh(hessian)` gives the eigenvalues, smallest first. At the limit 1 − lr·λ is −1.",
    ),
    section="How far: the limit",
    notice="One direction sets the limit for all, however many others would have liked longer steps.",
)

# The heavy ball


def _lr_and_momentum(draw: Draw, step: int) -> tuple[float, float]:
    return draw.number(0.05, 0.6), draw.number(0.2, 0.95)


def _with(momentum: float) -> Callable[[Draw, int], tuple[float, float]]:
    return lambda draw, step: (draw.number(0.05, 0.6), momentum)


_MOMENTUM_RUNS = (
    *_RUNS,
    Run((3,), steps=2, words="momentum 1", settings=_with(1.0)),
    Run((3,), steps=2, words="momentum 0", settings=_with(0.0)),
    Run((2,), steps=3, fresh=True, words="momentum 0.5", settings=_with(0.5)),
)


def probe_momentum(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from drive(answer, draw, ("velocity",), _lr_and_momentum, _MOMENTUM_RUNS)


def _momentum_of_torch(nesterov: bool) -> Callable[..., tuple[Any, Any]]:
    def step(param: Tensor, grad: Tensor, velocity: Tensor, lr: float, momentum: float) -> tuple[Any, Any]:
        if momentum == 0:  # torch keeps no velocity then
            return _sgd(param, grad, lr), grad.clone()
        state = {"momentum_buffer": velocity}
        settings: dict[str, Any] = {"lr": lr, "momentum": momentum, "nesterov": nesterov}
        new, renewed = by_torch(torch.optim.SGD, param, grad, state, **settings)
        return new, renewed["momentum_buffer"]

    return step


_momentum, _nesterov = _momentum_of_torch(nesterov=False), _momentum_of_torch(nesterov=True)


def _velocity_as_grad(rule: Callable[..., Any]) -> dict[str, tuple[Callable[..., Any], str]]:
    return {
        "gradient as the new velocity": (
            lambda p, g, v, lr, mu: (rule(p, g, v, lr, mu)[0], g.clone()),
            "The new param is right, but you return the gradient as the velocity. The next step needs the new "
            "velocity.",
        ),
    }


MOMENTUM_STEP = Exercise(
    name="gradient_descent.momentum_step",
    probe=probe_momentum,
    reference=_momentum,
    alternatives=(
        lambda p, g, v, lr, mu: (p - lr * (mu * v + g), mu * v + g),
        lambda p, g, v, lr, mu: [p - lr * g - lr * mu * v, torch.add(g, v, alpha=mu)],
    ),
    mistakes=mistakes(
        slips(_momentum, ("velocity",))
        | {name: (heavy_ball(velocity, move), because) for name, velocity, move, because in HEAVY_BALL_SLIPS}
        | _velocity_as_grad(_momentum)
        | {
            "learning rate once and for all": (
                heavy_ball(lambda g, b, lr, mu: mu * b + lr * g, lambda p, v, g, b, lr, mu: p - (lr * mu * b + lr * g)),
                "The param is right, but the velocity that you return holds the learning rate. In torch it doesn't.",
            ),
            "Nesterov": (
                _nesterov,
                "That is Nesterov's form: the gradient once more, plus momentum times the new velocity. The heavy ball "
                "moves by the new velocity.",
            ),
        }
    ),
    hints=(
        "Two lines: first the velocity, then the param, which moves by the velocity that you have just made.",
        "v ← momentum · v + grad, then param ← param − lr · v.",
        "Name the new velocity: `new = momentum * velocity + grad`. Then use `new` in the param, and return both.",
    ),
    section="Momentum: a heavy ball",
    notice="Change lr and the very next step has it, in full: the velocity remembers slopes, not steps.",
)

# The best heavy ball


def probe_best_heavy_ball(answer: Any, draw: Draw) -> Iterator[Step]:
    pairs = [(draw.number(0.05, 0.9), draw.number(1.1, 9.0)) for _ in range(3)]
    pairs += [(draw.number(1e-4, 1e-3), draw.number(1.5, 3.0)), (draw.number(20.0, 30.0), draw.number(400.0, 900.0))]
    pairs += [(2.0, 2.25), (0.25, 1.0), (1e-3, draw.number(800.0, 900.0))]
    for smallest, largest in pairs:
        yield f"eigenvalues {smallest:.3g} to {largest:.3g}", answer(smallest, largest)


Formula = Callable[[float, float], Any]


def _ball(lr: Formula, momentum: Formula) -> Callable[[float, float], Any]:
    """Return an answer that computes with the roots of the eigenvalues, r of the smallest and s of the largest."""

    def answer(smallest: float, largest: float) -> Any:
        r, s = math.sqrt(smallest), math.sqrt(largest)
        return lr(r, s), momentum(r, s)

    return answer


def _best_lr(r: float, s: float) -> float:
    return 4 / (r + s) ** 2


def _best_momentum(r: float, s: float) -> float:
    return ((s - r) / (s + r)) ** 2


_best = _ball(_best_lr, _best_momentum)
_RIGHT_LR = "The learning rate is right, the momentum is not: "
_RIGHT_MOMENTUM = "The momentum is right, the learning rate is not: "

BEST_HEAVY_BALL = Exercise(
    name="gradient_descent.best_heavy_ball",
    probe=probe_best_heavy_ball,
    reference=_best,
    alternatives=(
        _ball(_best_lr, lambda r, s: (1 - 2 * r / (r + s)) ** 2),
        lambda smallest, largest: (lambda k: [(2 / (math.sqrt(smallest) * (1 + k))) ** 2, ((k - 1) / (k + 1)) ** 2])(
            math.sqrt(largest / smallest)
        ),
        lambda smallest, largest: (
            lambda lr: (lr, max(abs(1 - math.sqrt(lr * smallest)), abs(1 - math.sqrt(lr * largest))) ** 2)
        )(4 / (smallest**0.5 + largest**0.5) ** 2),
    ),
    mistakes=mistakes(
        {
            "momentum not squared": (
                _ball(_best_lr, lambda r, s: (s - r) / (s + r)),
                f"{_RIGHT_LR}yours is √μ, the rate of decay. The momentum is its square.",
            ),
            "κ for √κ": (
                _ball(lambda r, s: 4 / (r * r + s * s) ** 2, lambda r, s: ((s * s - r * r) / (s * s + r * r)) ** 2),
                "You use the eigenvalues where their square roots belong.",
            ),
            "κ for √κ in the momentum": (
                _ball(_best_lr, lambda r, s: ((s * s - r * r) / (s * s + r * r)) ** 2),
                f"{_RIGHT_LR}there the eigenvalues stand where their square roots belong.",
            ),
            "κ for √κ in the learning rate": (
                _ball(lambda r, s: 4 / (r * r + s * s) ** 2, _best_momentum),
                f"{_RIGHT_MOMENTUM}there the eigenvalues stand where their square roots belong.",
            ),
            "the rate of plain descent": (
                _ball(lambda r, s: 2 / (r * r + s * s), _best_momentum),
                f"{_RIGHT_MOMENTUM}yours is 2/(smallest + largest), the best one without momentum.",
            ),
            "the best without momentum": (
                _ball(lambda r, s: 2 / (r * r + s * s), lambda r, s: (s * s - r * r) / (s * s + r * r)),
                "Your learning rate is the best one without momentum, and your momentum is the rate at which that "
                "decays.",
            ),
            "no momentum": (
                _ball(lambda r, s: 2 / (r * r + s * s), lambda r, s: 0.0),
                "That is the best without momentum. A heavy ball does better.",
            ),
            "Nesterov's": (
                _ball(lambda r, s: 1 / s**2, lambda r, s: (s - r) / (s + r)),
                "Those are the usual settings for Nesterov's method, 1/L and (√κ − 1)/(√κ + 1). The heavy ball can "
                "take a longer step.",
            ),
            "1/L": (
                _ball(lambda r, s: 1 / s**2, _best_momentum),
                f"{_RIGHT_MOMENTUM}yours is 1 over the largest eigenvalue. With momentum a longer step is better.",
            ),
            "2/L": (
                _ball(lambda r, s: 2 / s**2, _best_momentum),
                f"{_RIGHT_MOMENTUM}yours is the limit of plain descent.",
            ),
            "the limit": (
                _ball(lambda r, s: 2 * (1 + _best_momentum(r, s)) / s**2, _best_momentum),
                f"{_RIGHT_MOMENTUM}yours is the limit beyond which it runs away. The best is half way of it, or so.",
            ),
            "learning rate not squared": (
                _ball(lambda r, s: 4 / (r + s), _best_momentum),
                f"{_RIGHT_MOMENTUM}its denominator has to be squared.",
            ),
            "2 over the square": (
                _ball(lambda r, s: 2 / (r + s) ** 2, _best_momentum),
                f"{_RIGHT_MOMENTUM}it is half of the best.",
            ),
            "1 over the square": (
                _ball(lambda r, s: 1 / (r + s) ** 2, _best_momentum),
                f"{_RIGHT_MOMENTUM}it is a quarter of the best.",
            ),
            "2 over the sum of roots": (
                _ball(lambda r, s: 2 / (r + s), _best_momentum),
                f"{_RIGHT_MOMENTUM}yours is the root of the best one. It has to be squared.",
            ),
            "nothing squared": (
                _ball(lambda r, s: 2 / (r + s), lambda r, s: (s - r) / (s + r)),
                "Both of your numbers are the roots of the right ones.",
            ),
            "momentum's square root twice": (
                _ball(_best_lr, lambda r, s: math.sqrt((s - r) / (s + r))),
                f"{_RIGHT_LR}you took a root where a square belongs.",
            ),
            "momentum upside down": (
                _ball(_best_lr, lambda r, s: ((s + r) / (s - r)) ** 2),
                f"{_RIGHT_LR}it is upside down. A momentum above 1 gains speed for ever.",
            ),
            "1 minus the momentum": (
                _ball(_best_lr, lambda r, s: 1 - _best_momentum(r, s)),
                f"{_RIGHT_LR}yours is 1 minus the momentum, the part that is lost at each step.",
            ),
            "the wrong edge": (
                _ball(lambda r, s: (1 + _best_momentum(r, s) ** 0.5) ** 2 / r**2, _best_momentum),
                f"{_RIGHT_MOMENTUM}you put the smallest eigenvalue at the upper edge. The largest belongs there.",
            ),
            "the pair swapped": (
                _ball(_best_momentum, _best_lr),
                "The two are swapped: the learning rate comes first.",
            ),
            "only the momentum": (lambda a, b: _best(a, b)[1], "Only the momentum came back. Return the pair."),
            "only the learning rate": (
                lambda a, b: _best(a, b)[0],
                "Only the learning rate came back. Return the pair.",
            ),
        }
    ),
    hints=(
        "Both ends must lie just within the range where the rate is √μ. Which two equations say so?",
        "√(lr·smallest) = 1 − √μ and √(lr·largest) = 1 + √μ. Add them, and you have lr; divide them, and you have μ.",
        "With r and s for the roots of smallest and largest: √lr = 2/(r + s), and √μ = (s − r)/(s + r).",
    ),
    section="The best heavy ball",
    notice="Roots of κ where plain descent has κ itself: at κ = 10,000 that is 100 steps instead of 10,000.",
)

# Nesterov

NESTEROV_STEP = Exercise(
    name="gradient_descent.nesterov_step",
    probe=probe_momentum,
    reference=_nesterov,
    alternatives=(
        lambda p, g, v, lr, mu: (p - lr * (g + mu * (mu * v + g)), mu * v + g),
        lambda p, g, v, lr, mu: [p - lr * ((1 + mu) * g + mu**2 * v), torch.add(g, v, alpha=mu)],
    ),
    mistakes=mistakes(
        slips(_nesterov, ("velocity",))
        | _velocity_as_grad(_nesterov)
        | {
            name: (heavy_ball(velocity, move), because)
            for name, velocity, move, because in (
                (
                    "heavy ball",
                    new_velocity,
                    lambda p, v, g, b, lr, mu: p - lr * v,
                    "That is the heavy ball's move: the new velocity alone, which is the gradient plus momentum times "
                    "the old one. Nesterov's is the gradient plus momentum times the new one.",
                ),
                (
                    "velocity in full",
                    new_velocity,
                    lambda p, v, g, b, lr, mu: p - lr * (g + v),
                    "You add the new velocity in full. It is multiplied by the momentum once more.",
                ),
                (
                    "gradient left out",
                    new_velocity,
                    lambda p, v, g, b, lr, mu: p - lr * mu * v,
                    "You move by momentum times the new velocity alone. The gradient is added to it.",
                ),
                (
                    "momentum on the gradient",
                    new_velocity,
                    lambda p, v, g, b, lr, mu: p - lr * (mu * g + v),
                    "The momentum stands at the wrong one: it multiplies the velocity, and the gradient stands alone.",
                ),
                (
                    "momentum on both",
                    new_velocity,
                    lambda p, v, g, b, lr, mu: p - lr * mu * (g + v),
                    "The momentum multiplies the gradient as well. It belongs to the velocity alone.",
                ),
                (
                    "damped",
                    lambda g, b, lr, mu: mu * b + (1 - mu) * g,
                    lambda p, v, g, b, lr, mu: p - lr * (g + mu * v),
                    "You multiply the gradient by 1 − momentum in the velocity. There it enters in full.",
                ),
                (
                    "learning rate in the velocity",
                    lambda g, b, lr, mu: mu * b + lr * g,
                    lambda p, v, g, b, lr, mu: p - (lr * g + mu * v),
                    "You put the learning rate into the velocity. In torch it multiplies the whole move, and the "
                    "velocity stays free of it.",
                ),
                (
                    "textbook form",
                    lambda g, b, lr, mu: mu * b - lr * g,
                    lambda p, v, g, b, lr, mu: p - mu * b + (1 + mu) * v,
                    "Your velocity points downhill and holds the learning rate, as in some textbooks. In torch it adds "
                    "up the gradients themselves.",
                ),
                (
                    "plain step",
                    new_velocity,
                    lambda p, v, g, b, lr, mu: p - lr * g,
                    "The velocity is right, but the param moves by the gradient alone.",
                ),
                (
                    "velocity looks ahead too",
                    lambda g, b, lr, mu: g + mu * (mu * b + g),
                    lambda p, v, g, b, lr, mu: p - lr * v,
                    "The param is right, but you keep the whole move as the velocity. The velocity is renewed as in "
                    "the heavy ball.",
                ),
                (
                    "twice Nesterov",
                    lambda g, b, lr, mu: g + mu * (mu * b + g),
                    lambda p, v, g, b, lr, mu: p - lr * (g + mu * v),
                    "The gradient is added twice: your velocity is the move already. It is renewed as in the heavy "
                    "ball.",
                ),
                (
                    "momentum ignored in the velocity",
                    lambda g, b, lr, mu: b + g,
                    lambda p, v, g, b, lr, mu: p - lr * (g + mu * v),
                    "In the velocity you add the old one in full. The momentum says how much of it is carried on.",
                ),
            )
        }
    ),
    hints=(
        "The velocity is as in the heavy ball. What is the move?",
        "The move is the gradient plus momentum times the new velocity.",
        "`new = momentum * velocity + grad`, then `param - lr * (grad + momentum * new)`, and return both.",
    ),
    section="Nesterov: look ahead",
    notice="The move is what the heavy ball would do next if the slope stayed the same: it looks one step ahead.",
)

# Weight decay


def _lr_and_decay(draw: Draw, step: int) -> tuple[float, float]:
    return draw.number(0.05, 0.6), draw.number(0.05, 0.9)


def probe_decayed_step(answer: Any, draw: Draw) -> Iterator[Step]:
    runs = (
        Run((3,), words="no decay", settings=lambda draw, step: (draw.number(0.05, 0.6), 0.0)),
        Run((3,), words="no decay, and slopes that are all 0", alter=no_slope, settings=lambda draw, step: (0.5, 0.0)),
        Run((3,), words="a decay above 1/lr", settings=lambda draw, step: (0.5, draw.number(2.5, 4.0))),
    )
    yield from drive(answer, draw, (), _lr_and_decay, (*_RUNS, *runs))


def _decayed(param: Tensor, grad: Tensor, lr: float, weight_decay: float) -> Tensor:
    return by_torch(torch.optim.SGD, param, grad, {}, lr=lr, weight_decay=weight_decay)[0]


DECAYED_STEP = Exercise(
    name="gradient_descent.decayed_step",
    probe=probe_decayed_step,
    reference=_decayed,
    alternatives=(
        lambda p, g, lr, wd: p - lr * (g + wd * p),
        lambda p, g, lr, wd: (1 - lr * wd) * p - lr * g,
    ),
    mistakes=mistakes(
        slips(_decayed)
        | {
            "decay after the step": (
                lambda p, g, lr, wd: (1 - lr * wd) * (p - lr * g),
                "You decay the param that has moved already. Both are taken at the param from before the step.",
            ),
            "decay not scaled by lr": (
                lambda p, g, lr, wd: p - lr * g - wd * p,
                "The decay isn't multiplied by the learning rate.",
            ),
            "decay not scaled, after the step": (
                lambda p, g, lr, wd: (1 - wd) * (p - lr * g),
                "You multiply the moved param by 1 − weight_decay. The decay is lr · weight_decay · param, with param "
                "from before the step.",
            ),
            "no decay": (lambda p, g, lr, wd: p - lr * g, "The weight decay has no effect."),
            "only decay": (
                lambda p, g, lr, wd: p - lr * wd * p,
                "Only the decay is left: the step against the gradient is missing.",
            ),
            "weights grow": (
                lambda p, g, lr, wd: p - lr * (g - wd * p),
                "Your weights grow: the decay has the sign of the gradient's step the wrong way round.",
            ),
            "twice the decay": (
                lambda p, g, lr, wd: p - lr * (g + 2 * wd * p),
                "You decay twice as much: that is the slope of weight_decay · param², without a half.",
            ),
            "half the decay": (
                lambda p, g, lr, wd: p - lr * (g + wd * p / 2),
                "You decay half as much. The half in ½ · weight_decay · param² goes away with the slope.",
            ),
            "decays the gradient": (
                lambda p, g, lr, wd: p - lr * (1 - wd) * g,
                "You shrink the gradient. It is the param that decays.",
            ),
            "gradient scaled by the decay": (
                lambda p, g, lr, wd: p - lr * (wd * g + p),
                "weight_decay multiplies the gradient in your step. It belongs to the param.",
            ),
            "gradient added to the decay": (
                lambda p, g, lr, wd: p - lr * wd * (g + p),
                "weight_decay multiplies the gradient too. It belongs to the param alone.",
            ),
            "sign of the param": (
                lambda p, g, lr, wd: p - lr * (g + wd * p.sign()),
                "Each weight decays by the same amount. That is the slope of |param|; here it decays in proportion.",
            ),
            "square of the param": (
                lambda p, g, lr, wd: p - lr * (g + wd * p**2),
                "You add weight_decay · param² to the gradient. Its slope belongs there.",
            ),
            "half the square": (
                lambda p, g, lr, wd: p - lr * (g + wd / 2 * p**2),
                "You add ½ · weight_decay · param² to the gradient. Its slope belongs there.",
            ),
            "sum of the params": (
                lambda p, g, lr, wd: p - lr * (g + wd * p.sum()),
                "Every weight decays by the sum of all. Each decays by its own size.",
            ),
            "norm of the params": (
                lambda p, g, lr, wd: p - lr * (g + wd * p.norm()),
                "Every weight decays by the norm of all. Each decays by its own size.",
            ),
            "a constant": (
                lambda p, g, lr, wd: p - lr * (g + wd),
                "You subtract lr · weight_decay without the param: weights would not decay, but drift.",
            ),
            "settings swapped": (
                lambda p, g, lr, wd: p - wd * (g + lr * p),
                "Learning rate and weight decay are swapped.",
            ),
            "grad in place": (
                lambda p, g, lr, wd: p - lr * g.add_(wd * p),
                "The numbers are right, but you change the caller's `grad` (`+=`, or a method that ends in `_`).",
            ),
        }
    ),
    hints=(
        "Two things are subtracted from param. Which param do both of them see?",
        "lr · grad and lr · weight_decay · param.",
        "`param - lr * (grad + ...)`: what has to be added to the gradient?",
    ),
    section="Weight decay",
    notice="Without a gradient the weight shrinks by the factor 1 − lr · weight_decay at each step, towards 0.",
)

# The whole descent


def _bowl(draw: Draw, d: int) -> Function:
    hessian = _hessian(draw, *(draw.number(0.3, 3.0) for _ in range(d)))
    middle = draw.tensor(d)
    return lambda x: 0.5 * (x - middle) @ hessian @ (x - middle)


def _rosenbrock(x: Tensor) -> Tensor:
    return (1 - x[0]) ** 2 + 5 * (x[1] - x[0] ** 2) ** 2


def _waves(x: Tensor) -> Tensor:
    return torch.sin(x).sum() + 0.3 * x.square().sum() + x[0] * x[-1]


def _graph_behind(x: Tensor, most: int = 50) -> int:
    """Return how many nodes of autograd's graph lie behind a tensor, at most `most`."""
    waiting, seen = [x.grad_fn], 0
    while waiting and seen < most:
        node = waiting.pop()
        if node is not None:
            seen += 1
            waiting += [before for before, _ in node.next_functions]
    return seen


def probe_minimize(answer: Any, draw: Draw) -> Iterator[Step]:
    a, b = _bowl(draw, 2), _bowl(draw, 3)
    cases: tuple[tuple[str, Function, int, float, float, int], ...] = (
        ("a bowl", a, 2, 0.2, 0.5, 1),
        ("a bowl", a, 2, draw.number(0.1, 0.3), draw.number(0.3, 0.9), 6),
        ("a bowl", b, 3, 0.15, draw.number(0.3, 0.9), 4),
        ("no step at all", a, 2, 0.2, 0.5, 0),
        ("momentum 0", b, 3, draw.number(0.1, 0.3), 0.0, 3),
        ("Rosenbrock's valley", _rosenbrock, 2, 0.004, 0.8, 5),
        ("waves", _waves, 1, 0.3, 0.6, 4),
        ("waves", _waves, 4, 0.2, 0.7, 9),
        ("a bowl", a, 2, 0.2, 0.5, 120),
        ("a bowl again", a, 2, 0.25, 0.6, 3),
    )
    kept: list[tuple[Any, Any]] = []
    for name, f, d, lr, momentum, steps in cases:
        start = draw.tensor(d)
        before = start.clone()
        graphs: list[int] = []

        def watched(x: Tensor, f: Function = f, graphs: list[int] = graphs) -> Tensor:
            graphs.append(_graph_behind(x) if isinstance(x, torch.Tensor) else 0)
            return f(x)

        path = answer(watched, start, lr, momentum, steps)
        yield f"{name}, {d} numbers, {steps} steps", path, float(before.abs().max())
        yield Rule("`start` is left where it was"), torch.equal(start.detach(), before)
        yield Rule("`start` is not made to require grad"), not start.requires_grad and start.grad is None
        yield Rule("the path doesn't require grad"), not getattr(path, "requires_grad", False)
        grows = len(graphs) > 2 and graphs[-1] > graphs[1]
        yield Rule("what `f` is given drags no graph of earlier steps behind it"), not grows
        start.data.add_(1000.0)
        kept.append((path, freeze(path)))
        start.data.sub_(1000.0)
    stays = all(same(then, freeze(path), 0.0) for path, then in kept)
    yield Rule("the path shares no memory with `start`, nor with an earlier path"), stays


def _slope(f: Function, x: Tensor) -> Tensor:
    tracked = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(tracked), tracked)
    return gradient


def _by_sgd(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
    x = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [start.clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        f(x).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        path.append(x.detach().clone())
    return torch.stack(path)


def _descent(
    rule: Callable[..., Any] = heavy_ball_step,
    result: Callable[[list[Tensor]], Any] = torch.stack,
    keep_velocity: bool = True,
    first: Callable[[Function, Tensor], Tensor] = lambda f, start: torch.zeros_like(start),
    at: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda x, start, carried: x,
) -> Callable[..., Any]:
    """Return an answer with another rule, result, first velocity, or place at which the slope is taken.

    `at` gets the point, the start, and what the velocity alone will take off the point next.
    """

    def minimize(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Any:
        x, velocity = start.clone(), first(f, start)
        path = [x]
        for _ in range(steps):
            slope = _slope(f, at(x, start, lr * momentum * velocity))
            x, renewed = rule(x, slope, velocity, lr, momentum)
            velocity = renewed if keep_velocity else velocity
            path.append(x)
        return result(path)

    return minimize


def _accumulating(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
    x, velocity = start.clone().requires_grad_(), torch.zeros_like(start)
    path = [start.clone()]
    for _ in range(steps):
        f(x).backward()  # type: ignore[no-untyped-call]
        velocity = momentum * velocity + x.grad  # type: ignore[operator]
        x.data = x.data - lr * velocity
        path.append(x.detach().clone())
    return torch.stack(path)


def _tracked(leave: bool, detach: bool = True, own: bool = True) -> Callable[..., Tensor]:
    """Return an answer that tracks all its steps; `own` makes a start of its own, `leave` detaches each point."""

    def minimize(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
        x = start.clone().requires_grad_() if own else start.requires_grad_()
        velocity = torch.zeros_like(start).detach()
        path = [x]
        for _ in range(steps):
            (gradient,) = torch.autograd.grad(f(x), x)
            velocity = momentum * velocity + gradient
            x = x - lr * velocity
            if leave:
                x = x.detach().requires_grad_()
            path.append(x)
        stacked = torch.stack(path)
        return stacked.detach() if detach else stacked

    return minimize


def _moving(own: bool, copied: bool) -> Callable[..., Tensor]:
    """Return an answer that moves one tensor in place: start itself, or its own copy; `copied` keeps each point."""

    def minimize(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
        x, velocity = start.clone() if own else start, torch.zeros_like(start)
        path = [x.clone() if copied else x]
        for _ in range(steps):
            velocity = momentum * velocity + _slope(f, x)
            x -= lr * velocity
            path.append(x.clone() if copied else x)
        return torch.stack(path)

    return minimize


def _one_step_too_many(f: Function, start: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
    return _by_sgd(f, start, lr, momentum, steps + 1)


def _into_zeros(first: bool, dtype: torch.dtype) -> Callable[[list[Tensor]], Tensor]:
    def result(path: list[Tensor]) -> Tensor:
        rows = torch.zeros(len(path), len(path[0]), dtype=dtype)
        for k, x in enumerate(path):
            if k or first:
                rows[k] = x
        return rows

    return result


def _without_last(path: list[Tensor]) -> Tensor:
    return torch.stack(path)[:-1]


MINIMIZE = Exercise(
    name="gradient_descent.minimize",
    probe=probe_minimize,
    reference=_by_sgd,
    alternatives=(
        _descent(),
        _descent(result=_into_zeros(True, torch.float64)),
        _tracked(leave=True),
    ),
    mistakes=mistakes(
        {
            "gradients accumulate": (
                _accumulating,
                "The gradients of all steps add up: `backward` adds to `.grad`. Clear it before each step, or use "
                "`torch.autograd.grad`.",
            ),
            "the graph grows": (
                _tracked(leave=False),
                "The path is right, but each point remembers the computation of all points before it, and more memory "
                "goes at every step. Detach the new point, and track it anew.",
            ),
            "the path requires grad": (
                _tracked(leave=True, detach=False),
                "The path is right, but it requires grad. Detach it.",
            ),
            "the graph grows, and the path requires grad": (
                _tracked(leave=False, detach=False),
                "The path is right, but all steps hang in one graph, and the path requires grad. Detach the new point "
                "after each step.",
            ),
            "start tracked": (
                _tracked(leave=True, own=False),
                "The path is right, but you make the caller's `start` require grad. Track a copy.",
            ),
            "start tracked, the path requires grad": (
                _tracked(leave=True, own=False, detach=False),
                "The path is right, but it requires grad, and so does the caller's `start` now. Track a copy, and "
                "detach.",
            ),
            "start moved": (
                _moving(own=False, copied=True),
                "The path is right, but you move the caller's `start`. Begin with a copy: `start.clone()`.",
            ),
            "rows that are one tensor": (
                _moving(own=True, copied=False),
                "All rows are the last point: you move one tensor in place, and keep that same tensor each time. "
                "Keep a copy of it.",
            ),
            "start moved, rows that are one tensor": (
                _moving(own=False, copied=False),
                "All rows are the last point, and the caller's `start` has moved: you move `start` itself in place, "
                "and keep that same tensor each time. Begin with a copy, and keep copies.",
            ),
            "start left out": (
                _descent(result=lambda path: torch.stack(path[1:]) if path[1:] else torch.empty(0, len(path[0]))),
                "There is one row too few: row 0 is the start.",
            ),
            "start left out, no steps": (
                _descent(result=lambda path: torch.stack(path[1:])),
                "There is one row too few: row 0 is the start. (So with no steps there is nothing to stack.)",
            ),
            "the last point left out": (
                _descent(result=_without_last),
                "There is one row too few: the point after the last step is missing.",
            ),
            "only the last point": (
                _descent(result=lambda path: path[-1]),
                "Only the last point came back. The whole path is asked for.",
            ),
            "row 0 left at zero": (
                _descent(result=_into_zeros(False, torch.float64)),
                "Row 0 is all zeros. It is the start.",
            ),
            "the path in float32": (
                _descent(result=_into_zeros(True, torch.float32)),
                "The path is in float32: `torch.zeros` makes that unless told otherwise. Give it start's dtype.",
            ),
            "points as columns": (
                _descent(result=lambda path: torch.stack(path, 1)),
                "The points stand in columns. Row k is the point after k steps.",
            ),
            "one long row": (
                _descent(result=torch.cat),
                "All points lie in one long row: `torch.cat` joins end to end, `torch.stack` makes rows.",
            ),
            "start twice": (
                _descent(result=lambda path: torch.stack([path[0], *path[:-1]])),
                "Every row is one step late: the start stands in row 0 and in row 1.",
            ),
            "a step too many": (
                _one_step_too_many,
                "There is one row too many: you take steps + 1 steps.",
            ),
            "velocity begun with the gradient": (
                _descent(first=_slope),
                "Your velocity begins with the gradient at the start, and the first step adds that once more. It "
                "begins at 0.",
            ),
            "damped, but for the first step": (
                _descent(
                    heavy_ball(
                        lambda g, b, lr, mu: mu * b + (1 - mu if b.any() else 1) * g,
                        lambda p, v, g, b, lr, mu: p - lr * v,
                    )
                ),
                "From the second step on you multiply the gradient by 1 − momentum (torch's `dampening`). Here it "
                "enters in full.",
            ),
            "the gradient ahead": (
                _descent(at=lambda x, start, carried: x - carried),
                "You take the gradient at the point to which the velocity would carry you, as in textbooks' Nesterov. "
                "The rule of `momentum_step` takes it where you stand.",
            ),
            "the gradient at start": (
                _descent(at=lambda x, start, carried: start),
                "You take the gradient at the start each time. It is needed where you stand.",
            ),
            "velocity begun anew": (
                _descent(keep_velocity=False),
                "The velocity is 0 at the beginning of every step, so momentum has no effect. Keep it from one step "
                "to the next.",
            ),
            "Nesterov": (
                _descent(_nesterov),
                "That is Nesterov's form. The rule of `momentum_step` is asked for.",
            ),
            "uphill": (
                _descent(slips(_momentum, ("velocity",))["uphill"][0]),
                "You climb: the param moves with the gradient. Subtract.",
            ),
        }
        | {
            name: (_descent(heavy_ball(velocity, move)), because)
            for name, velocity, move, because in HEAVY_BALL_SLIPS
            if name
            not in (
                "learning rate in the buffer",
                "velocity pointing downhill",
                "minus in the velocity",
                "gradient subtracted in the velocity",
                "plain gradient step",
                "momentum ignored",
            )
        }
    ),
    hints=(
        "A loop of `steps` rounds. What has to be known at its beginning, and what must be kept from round to round?",
        "In each round: a tracked copy of the point, f of it, its gradient by `torch.autograd.grad`, then the two "
        "lines of `momentum_step`.",
        "`x = x.detach().requires_grad_()`, `(grad,) = torch.autograd.grad(f(x), x)`, then `momentum_step`; append the "
        "new point to a list that begins with a copy of start, and `torch.stack` it.",
    ),
    section="The whole descent",
    notice="Each step tracks one point only: its graph is dropped when the gradient is there.",
)


EXERCISES = (
    SGD_STEP,
    LARGEST_STABLE_LR,
    MOMENTUM_STEP,
    BEST_HEAVY_BALL,
    NESTEROV_STEP,
    DECAYED_STEP,
    MINIMIZE,
)
