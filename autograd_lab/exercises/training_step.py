"""The exercises of lesson 08, `training_step`."""

import copy
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from torch import nn

from autograd_lab.grading.difference import same
from autograd_lab.grading.exercise import NOTHING_RETURNED, Draw, Exercise, Mistake, Rule, Step
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.update_rules import by_torch, shared, slips, unchanged

Tensor = torch.Tensor

# The gradient of a linear layer's weight


def _eighths(draw: Draw, *shape: int, size: float = 2.0) -> Tensor:
    """Return a float32 tensor of multiples of 1/8, which few operations in any order keep exact.

    So it doesn't matter whether an answer computes in float32, as PyTorch does by itself, or in float64.
    """
    return ((draw.tensor(*shape, low=-size, high=size) * 8).round() / 8).float()


def probe_fc_weight_gradient(answer: Any, draw: Draw) -> Iterator[Step]:
    sizes = ((1, 3, 2), (4, 5, 2), (3, 3, 3), (2, 4, 7), (5, 1, 3), (3, 2, 1), (4, 4, 4), (4, 5, 2))
    for number, (batch, inputs, outputs) in enumerate(sizes):
        large = 99.0 if number % 2 else 2.0
        features, grad_output = (_eighths(draw, batch, n, size=large) for n in (inputs, outputs))
        if number == 6:  # the same picture twice
            features[2], grad_output[2] = features[0], grad_output[0]
        before = features.clone(), grad_output.clone()
        terms = float((features.abs().T @ grad_output.abs()).max())
        gradient = answer(features, grad_output)
        yield f"N = {batch}, {inputs} features, {outputs} scores", gradient, terms
        yield Rule("`features` are left as they were"), unchanged(features, before[0])
        yield Rule("`grad_output` is left as it was"), unchanged(grad_output, before[1])


def _by_autograd(features: Tensor, grad_output: Tensor) -> Tensor:
    weight = features.new_zeros(grad_output.shape[1], features.shape[1], requires_grad=True)
    (gradient,) = torch.autograd.grad(nn.functional.linear(features, weight), weight, grad_output)
    return gradient


def _turned_in_place(features: Tensor, grad_output: Tensor) -> Tensor:
    return grad_output.t_() @ features


FC_WEIGHT_GRADIENT = Exercise(
    name="training_step.fc_weight_gradient",
    probe=probe_fc_weight_gradient,
    reference=_by_autograd,
    alternatives=(
        lambda features, grad_output: torch.einsum("ni,no->oi", features, grad_output),
        lambda features, grad_output: sum(torch.outer(g, x) for g, x in zip(grad_output, features, strict=True)),
        lambda features, grad_output: (features.T @ grad_output).mT,
    ),
    mistakes=(
        Mistake(
            "transposed",
            lambda x, g: x.T @ g,
            "The numbers are right, but they lie as (in, out). The weight is kept as (out, in), a row for each score, "
            "and its gradient has the same shape.",
        ),
        Mistake(
            "reshaped instead of transposed",
            lambda x, g: (x.T @ g).reshape(g.shape[1], x.shape[1]),
            "The shape is right and the numbers stand in the wrong places: `reshape` and `view` keep the order in "
            "which the numbers lie. To turn rows into columns, transpose.",
        ),
        Mistake(
            "mean over the batch",
            lambda x, g: g.T @ x / len(x),
            "You divide by the number of pictures. Whether the loss is a mean is already in `grad_output`; here the "
            "contributions add up.",
        ),
        Mistake(
            "batch not summed",
            lambda x, g: g[:, :, None] * x[:, None, :],
            "You return one matrix for each picture. They all belong to the same weight: add them up.",
        ),
        Mistake(
            "first picture only",
            lambda x, g: torch.outer(g[0], x[0]),
            "Only the first picture counts in your answer. Every picture of the batch contributes.",
        ),
        Mistake(
            "last picture only",
            lambda x, g: torch.outer(g[-1], x[-1]),
            "Only the last picture counts in your answer: in a loop, `=` replaces where `+=` adds.",
        ),
        Mistake(
            "summed before multiplying",
            lambda x, g: torch.outer(g.sum(0), x.sum(0)),
            "You add up the pictures first and multiply then, so the features of one picture meet the slopes of "
            "another. Multiply picture by picture, then add.",
        ),
        Mistake(
            "averaged before multiplying",
            lambda x, g: torch.outer(g.mean(0), x.mean(0)),
            "You average over the pictures first and multiply then, so the features of one picture meet the slopes of "
            "another. Multiply picture by picture, then add up.",
        ),
        Mistake(
            "grad_output ignored",
            lambda x, g: x.sum(0).expand(g.shape[1], -1),
            "Every row is the sum of the features, as under a loss that is a plain sum. In general each score has a "
            "slope of its own, and it stands in `grad_output`.",
        ),
        Mistake(
            "features ignored",
            lambda x, g: g.sum(0)[:, None].expand(-1, x.shape[1]),
            "Every column is the same: the features don't count. A weight is multiplied by a feature, and so is its "
            "slope.",
        ),
        Mistake(
            "gradient of the bias",
            lambda x, g: g.sum(0),
            "That is the gradient of the bias b: one number a score. A weight also has a feature to multiply with.",
        ),
        Mistake(
            "sign",
            lambda x, g: -(g.T @ x),
            "The size is right and the sign is wrong. The minus of the way downhill belongs to the optimizer.",
        ),
        Mistake(
            "features with themselves",
            lambda x, g: x.T @ x,
            "You multiply the features with themselves; `grad_output` does not enter.",
        ),
        Mistake(
            "slopes with themselves",
            lambda x, g: g.T @ g,
            "You multiply `grad_output` with itself; the features do not enter.",
        ),
        Mistake(
            "everything with everything",
            lambda x, g: torch.outer(g.flatten(), x.flatten()),
            "You multiply each slope with each feature, whatever their pictures. Only those of one picture belong "
            "together.",
        ),
        Mistake(
            "summed to one number",
            lambda x, g: (g.T @ x).sum(),
            "You add everything up to one number. Only the pictures are added up; each weight keeps its own slope.",
        ),
        *(
            Mistake(
                f"multiplied entry by entry{how}",
                answer,
                "`*` multiplies entry by entry, and these shapes don't fit. What is wanted is a product of matrices: "
                "`@`.",
            )
            for how, answer in {
                "": lambda x, g: g * x,
                ", the other way round": lambda x, g: x * g,
                ", one transposed": lambda x, g: g.T * x,
                ", the other one transposed": lambda x, g: x.T * g,
            }.items()
        ),
        Mistake(
            "slopes not transposed",
            lambda x, g: g @ x,
            "(N, out) @ (N, in) don't fit: the axis that is summed over has to be the last of the first and the first "
            "of the second. That axis is N: what has to be turned?",
        ),
        Mistake(
            "not transposed, the other way round",
            lambda x, g: x @ g,
            "(N, in) @ (N, out) don't fit: the axis that is summed over has to be the last of the first and the first "
            "of the second. That axis is N: what has to be turned?",
        ),
        Mistake(
            "the wrong one transposed",
            lambda x, g: g @ x.T,
            "You sum over the wrong axis: features and scores are not to be added up, pictures are.",
        ),
        Mistake(
            "the wrong one transposed, the other way round",
            lambda x, g: x @ g.T,
            "You sum over the wrong axis: features and scores are not to be added up, pictures are.",
        ),
        Mistake(
            "grad_output changed",
            _turned_in_place,
            "The numbers are right, but the caller's `grad_output` is not as it was: `.t_()`, `-=`, `requires_grad_()`"
            " and the like change the tensor itself. `.T` gives a turned view and leaves the tensor alone.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "In which of the y does one weight, W with indices k and j, stand? And what does it stand beside there?",
        "Its slope is the sum over n of (slope of y, indices n and k) times (x, indices n and j).",
        "It is a product of two matrices that sums over N, the first axis of both: transpose `grad_output`, and use "
        "`@`.",
    ),
    section="Backward: send the error back",
    notice="Each picture adds an outer product: slopes down the side, features along the top.",
)

# The update of SGD with momentum

Update = tuple[Any, Any]


# Shape, whether there was a step before, and where zeros stand.
_SGD_CASES: tuple[tuple[tuple[int, ...], bool, str], ...] = (
    ((3,), False, ""),
    ((3,), True, ""),
    ((), False, ""),
    ((), True, ""),
    ((2, 3), True, "a slope that is 0, and a velocity"),
    ((2, 1, 4), False, "slopes that are all 0"),
    ((2, 1, 4), True, "a buffer that adds up to 0"),
    ((4,), True, "slopes that are all 0"),
    ((4,), True, "a buffer of zeros"),
    ((3,), False, ""),
    ((2, 2), True, "large numbers, momentum 1"),
)


def probe_sgd_update(answer: Any, draw: Draw) -> Iterator[Step]:
    returned: list[tuple[Any, Any]] = []
    for shape, carried, special in _SGD_CASES:
        param, grad, buffer = (_eighths(draw, *shape) for _ in range(3))
        lr, momentum = int(draw.rng.integers(1, 5)) / 8, int(draw.rng.integers(2, 8)) / 8
        if "a slope" in special:
            grad.view(-1)[1] = buffer.view(-1)[2] = 0
        elif "slopes" in special:
            grad.zero_()
        elif "adds up" in special:
            buffer[1] = -buffer[0]
        elif "of zeros" in special:
            buffer.zero_()
        elif special:
            momentum, param = 1.0, _eighths(draw, *shape, size=999.0)
        before = param.clone(), grad.clone(), buffer.clone()
        words = f"shape {shape}, {'a buffer from the step before' if carried else 'no step before'}"
        result = answer(param, grad, buffer if carried else None, lr, momentum)
        yield f"{words}{', ' if special else ''}{special}", result
        for name, tensor, old in zip(("param", "grad", "buffer"), (param, grad, buffer), before, strict=True):
            yield Rule(f"`{name}` is left as it was"), unchanged(tensor, old)
        through = shared(result, {"grad": grad, "param": param, "buffer": buffer})
        for name in ("grad", "param", "buffer"):
            yield Rule(f"what is returned shares no memory with `{name}`"), name not in through
        returned.append((result, freeze(result)))
    stays = all(same(then, freeze(result), 0.0) for result, then in returned)
    yield Rule("what an earlier call returned stays as it was"), stays


def _sgd_of_torch(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Update:
    state = {} if buffer is None else {"momentum_buffer": buffer}
    new, renewed = by_torch(torch.optim.SGD, param, grad, state, lr=lr, momentum=momentum)
    return new, renewed["momentum_buffer"]


def heavy_ball(
    velocity: Callable[[Any, Any, float, float], Any], move: Callable[..., Any], first: bool = False
) -> Callable[..., Update]:
    """Return an update: v from (grad, old, lr, momentum), then the param from (param, v, grad, old, lr, momentum).

    With `first`, the velocity of the first step is right.
    """

    def update(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Update:
        old = torch.zeros_like(param) if buffer is None else buffer
        v = grad.clone() if first and buffer is None else velocity(grad, old, lr, momentum)
        return move(param, v, grad, old, lr, momentum), v

    return update


def new_velocity(g: Any, b: Any, lr: float, mu: float) -> Any:
    return mu * b + g


def _w(p: Any, v: Any, g: Any, b: Any, lr: float, mu: float) -> Any:
    return p - lr * v


heavy_ball_step = heavy_ball(new_velocity, _w)


def _first_step(velocity: Callable[[Tensor, float], Any]) -> Callable[..., Update]:
    """Return an update that differs from the right one in the first step's buffer alone."""

    def update(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Update:
        v = velocity(grad, momentum) if buffer is None else momentum * buffer + grad
        return param - lr * v, v

    return update


def _truth_of_a_tensor(param: Tensor, grad: Tensor, buffer: Tensor | None, lr: float, momentum: float) -> Update:
    v = momentum * buffer + grad if buffer else grad.clone()
    return param - lr * v, v


# Slips in the formula: name, velocity, move, because.
_WRONG_VELOCITIES: tuple[tuple[str, Any, Any, str], ...] = (
    (
        "damped",
        lambda g, b, lr, mu: mu * b + (1 - mu) * g,
        _w,
        "You multiply the gradient by 1 − momentum, as in a running mean. Here it enters the velocity in full.",
    ),
    (
        "learning rate in the buffer",
        lambda g, b, lr, mu: mu * b + lr * g,
        lambda p, v, *rest: p - v,
        "You put the learning rate into the velocity. In torch it multiplies the velocity when the weight moves, "
        "so it stays free of it.",
    ),
    (
        "learning rate twice",
        lambda g, b, lr, mu: mu * b + lr * g,
        _w,
        "The learning rate enters twice: in the velocity and in the move. Only the move has it.",
    ),
    (
        "velocity pointing downhill",
        lambda g, b, lr, mu: mu * b - lr * g,
        lambda p, v, *rest: p + v,
        "Your velocity points downhill and holds the learning rate, as in some textbooks. In torch it adds up the "
        "gradients themselves, and the weight moves by minus lr times it.",
    ),
    (
        "minus in the velocity",
        lambda g, b, lr, mu: mu * b - g,
        lambda p, v, g, b, lr, mu: p + lr * v,
        "Your velocity takes the gradient with a minus. In torch gradients are added to it, and the minus stands "
        "in the move.",
    ),
    (
        "gradient subtracted in the velocity",
        lambda g, b, lr, mu: mu * b - g,
        _w,
        "Your velocity takes the gradient with a minus. Gradients are added to it; the minus stands in the move.",
    ),
    (
        "momentum on the gradient",
        lambda g, b, lr, mu: b + mu * g,
        _w,
        "The momentum multiplies the gradient in your answer. It belongs to the old velocity.",
    ),
    (
        "momentum on both",
        lambda g, b, lr, mu: mu * (b + g),
        _w,
        "The momentum multiplies the gradient too. It belongs to the old velocity alone.",
    ),
)
_WRONG_MOVES: tuple[tuple[str, Any, Any, str], ...] = (
    (
        "old velocity used",
        new_velocity,
        lambda p, v, g, b, lr, mu: p - lr * b,
        "The velocity is right, but the weight moves by the old one. First renew the velocity, then move by it.",
    ),
    (
        "plain gradient step",
        new_velocity,
        lambda p, v, g, b, lr, mu: p - lr * g,
        "The velocity is right, but the weight moves by the gradient alone. It is to move by the velocity.",
    ),
    (
        "momentum ignored",
        lambda g, b, lr, mu: g * 1,
        _w,
        "You do a step of plain gradient descent: the old velocity doesn't count.",
    ),
    (
        "old velocity in full",
        lambda g, b, lr, mu: b + g,
        _w,
        "You add the old velocity in full. Momentum says how much of it is carried on.",
    ),
    (
        "gradient left out",
        lambda g, b, lr, mu: mu * b,
        _w,
        "The new gradient doesn't enter the velocity.",
    ),
    (
        "lr and momentum swapped",
        lambda g, b, lr, mu: lr * b + g,
        lambda p, v, g, b, lr, mu: p - mu * v,
        "Learning rate and momentum are swapped.",
    ),
)
HEAVY_BALL_SLIPS = (*_WRONG_VELOCITIES, *_WRONG_MOVES)


SGD_UPDATE = Exercise(
    name="training_step.sgd_update",
    probe=probe_sgd_update,
    reference=_sgd_of_torch,
    alternatives=(
        heavy_ball_step,
        lambda p, g, b, lr, mu: (lambda v: [p.sub(v, alpha=lr), v])(
            g.clone() if b is None else torch.add(g, b, alpha=mu)
        ),
    ),
    mistakes=(
        Mistake(
            "gradient returned as the buffer",
            _first_step(lambda g, mu: g),
            "The numbers are right, but at the first step your buffer is `grad` itself, not a copy. The next "
            "`zero_grad` or backward pass may write into `grad`, and the velocity would change with it.",
        ),
        *(
            Mistake(f"{name}{', but for the first step' if first else ''}", heavy_ball(velocity, move, first), because)
            for name, velocity, move, because in _WRONG_VELOCITIES
            for first in (False, True)
        ),
        Mistake(
            "first step damped",
            _first_step(lambda g, mu: (1 - mu) * g),
            "With no step before, you multiply the gradient by 1 − momentum. There too it enters the velocity in full.",
        ),
        Mistake(
            "first step times momentum",
            _first_step(lambda g, mu: mu * g),
            "With no step before, you multiply the gradient by the momentum. Momentum acts on the old velocity, and "
            "there is none yet.",
        ),
        Mistake(
            "first step twice",
            _first_step(lambda g, mu: mu * g + g),
            "With no step before, you let the gradient count as the old velocity as well. There is none yet: the "
            "gradient counts once.",
        ),
        Mistake(
            "first step without a move",
            lambda p, g, b, lr, mu: (p.clone(), torch.zeros_like(p)) if b is None else heavy_ball_step(p, g, b, lr, mu),
            "With no step before, you don't move. The first step moves too: its velocity is the gradient.",
        ),
        Mistake(
            "Nesterov",
            heavy_ball(new_velocity, lambda p, v, g, b, lr, mu: p - lr * (g + mu * v)),
            "That is Nesterov's form: the gradient once more, plus momentum times the new velocity. The plain form "
            "moves by the new velocity.",
        ),
        *(Mistake(name, heavy_ball(velocity, move), because) for name, velocity, move, because in _WRONG_MOVES),
        *(
            Mistake(name, answer, because)
            for name, (answer, because) in slips(heavy_ball_step, ("buffer",)).items()
            if name != "tracked"  # a result that requires grad will do here
        ),
        Mistake(
            "None stays None",
            lambda p, g, b, lr, mu: (heavy_ball_step(p, g, b, lr, mu)[0], None if b is None else mu * b + g),
            "After the first step your buffer is None still. The next step needs the velocity of this one.",
        ),
        Mistake(
            "gradient as the new buffer",
            lambda p, g, b, lr, mu: (heavy_ball_step(p, g, b, lr, mu)[0], g.clone()),
            "The new param is right, but you return the gradient as the buffer. The next step needs the new velocity.",
        ),
        Mistake(
            "None multiplied",
            lambda p, g, b, lr, mu: (p - lr * (mu * b + g), mu * b + g),
            "At the first step `buffer` is None, and None can't be multiplied. Ask for that case first: `buffer is "
            "None`.",
        ),
        Mistake(
            "truth of a tensor",
            _truth_of_a_tensor,
            "`if buffer:` asks whether a whole tensor is true, which has no answer. Ask `if buffer is None`.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Two lines: first the velocity, then the param. What is the velocity when there was no step before?",
        "v ← momentum · v + grad, then param ← param − lr · v. At the first step v is the gradient.",
        "If `buffer is None`, the new buffer is `grad.clone()`, else `momentum * buffer + grad`. Return "
        "`param - lr * (the new buffer)` and the new buffer.",
    ),
    section="Step: two lines of momentum",
    notice=(
        "The buffer never holds the learning rate: when lr changes, the whole velocity is scaled by the new one at "
        "once."
    ),
)

# The whole step


class _Counted(nn.Module):
    """A small model that counts its calls."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        result: Tensor = self.layers(x)
        return result


def _fill(model: nn.Module, draw: Draw) -> None:
    """Give a model new numbers, its statistics too."""
    with torch.no_grad():
        for name, number in model.state_dict().items():
            drawn = _eighths(draw, *number.shape)
            number.copy_(drawn.abs() + 0.5 if name.endswith("running_var") else drawn)


Training = tuple[str, _Counted, torch.optim.Optimizer, tuple[int, int, int]]


def _training(draw: Draw) -> Iterator[Training]:
    """Yield models with an optimizer each, and the sizes of batch, input and output."""
    linear = _Counted(nn.Linear(3, 2))
    yield "a linear model and SGD", linear, torch.optim.SGD(linear.parameters(), lr=0.125, momentum=0.5), (4, 3, 2)
    deep = _Counted(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 3)).double()
    yield "two layers, batch norm and Adam", deep, torch.optim.Adam(deep.parameters(), lr=0.2, eps=1e-2), (6, 4, 3)
    partly = _Counted(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Sigmoid()).double()
    partly.layers[0].requires_grad_(False)
    head = partly.layers[2]
    groups: Any = [{"params": [head.weight]}, {"params": [head.bias], "lr": 0.3}]
    yield "a frozen layer and two learning rates", partly, torch.optim.SGD(groups, lr=0.1, weight_decay=0.2), (1, 3, 2)
    less = _Counted(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 4)).double()
    some = torch.optim.SGD(less.layers[2].parameters(), lr=0.2, momentum=0.9, nesterov=True)
    yield "an optimizer that holds the last layer only", less, some, (3, 2, 4)


class _Watched:
    """Say why nothing has moved, when nothing has."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self.held = [p for group in optimizer.param_groups for p in group["params"]]
        for p in self.held:
            p.register_post_accumulate_grad_hook(self._found)
        optimizer.register_step_pre_hook(self._stepped)

    def _found(self, p: Tensor) -> None:
        self.found = True

    def _stepped(self, *arguments: Any) -> None:
        self.stepped = True

    def begin(self) -> None:
        self.found = self.stepped = False
        self.before = [p.detach().clone() for p in self.held]

    def moved(self) -> str:
        if not all(torch.equal(p, old) for p, old in zip(self.held, self.before, strict=True)):
            return "the weights"
        if not self.stepped:
            return "nothing: `step` was not called"
        if not self.found:
            return "nothing: no gradients were computed"
        gone = all(p.grad is None for p in self.held)
        return f"nothing: when `step` was called, gradients were {'gone again' if gone else 'still to come'}"


def probe_step(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, model, optimizer, (batch, inputs, outputs) in _training(draw):
        _fill(model, draw)
        trained = [p for p in model.parameters() if p.requires_grad]
        for p in trained[:-1]:  # one has no gradient yet
            p.grad = _eighths(draw, *p.shape).to(p.dtype)
        watched = _Watched(model, optimizer)
        for number in ("first", "second"):
            data, labels = (_eighths(draw, batch, n).to(trained[0].dtype) for n in (inputs, outputs))
            before = data.clone(), labels.clone()
            model.calls = 0
            watched.begin()
            loss = answer(model, data, labels, optimizer)
            case = f"{words}, {number} step"
            yield f"{case}: what was returned", loss, float(batch * outputs)
            yield f"{case}: its kind", _number_kind(loss)
            yield f"{case}: what moved", watched.moved()
            yield f"{case}: the weights", {n: p.detach().clone() for n, p in model.state_dict().items()}
            yield f"{case}: calls of the model", model.calls
            yield Rule("`data` is left as it was"), unchanged(data, before[0])
            yield Rule("`labels` are left as they were"), unchanged(labels, before[1])
            yield (
                Rule("nothing is frozen or made trainable"),
                [id(p) for p in model.parameters() if p.requires_grad] == [id(p) for p in trained],
            )


def _number_kind(number: Any) -> str:
    if number is None:
        return "None"
    if isinstance(number, Tensor):
        return "a tensor"
    return "a Python float" if isinstance(number, float) else f"an object of type {type(number).__name__[:40]}"


def _loss(model: Any, data: Tensor, labels: Tensor) -> Tensor:
    return (model(data) - labels).sum()  # type: ignore[no-any-return]


def _lines(
    order: str,
    loss: Callable[[Any, Tensor, Tensor], Tensor] = _loss,
    result: Callable[[Tensor], Any] = lambda loss: loss.item(),
) -> Callable[..., Any]:
    """Return a step that runs the four lines in that order: Zero, Forward, Backward, Step."""

    def step(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
        value = labels.new_zeros(())
        for line in order:
            match line:
                case "Z":
                    optimizer.zero_grad()
                case "F":
                    value = loss(model, data, labels)
                case "B":
                    value.backward()  # type: ignore[no-untyped-call]
                case "S":
                    optimizer.step()
        return result(value)

    return step


def _reference_step(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> float:
    held = [p for group in optimizer.param_groups for p in group["params"]]
    loss = torch.sum(model(data)) - torch.sum(labels)
    for p, gradient in zip(held, torch.autograd.grad(loss, held), strict=True):
        p.grad = gradient
    optimizer.step()
    return float(loss)


def _with_closure(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> float:
    def closure() -> float:
        optimizer.zero_grad()
        loss = _loss(model, data, labels)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.item()

    result: Any = optimizer.step(closure)
    return float(result)


def _loss_after_the_step(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> float:
    _lines("ZFBS")(model, data, labels, optimizer)
    return _loss(model, data, labels).item()


def _loss_computed_twice(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> float:
    optimizer.zero_grad()
    _loss(model, data, labels).backward()  # type: ignore[no-untyped-call]
    loss = _loss(model, data, labels).item()
    optimizer.step()
    return loss


def _own_optimizer(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
    mine = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    return _lines("ZFBS")(model, data, labels, mine)


def _moved_by_hand(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> float:
    optimizer.zero_grad()
    loss = _loss(model, data, labels)
    loss.backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                p -= group["lr"] * p.grad
    return loss.item()


def _in_eval(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
    model.eval()
    return _lines("ZFBS")(model, data, labels, optimizer)


def _item_too_early(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
    optimizer.zero_grad()
    loss: Any = _loss(model, data, labels).item()
    loss.backward()


def _backward_twice(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> float:
    optimizer.zero_grad()
    loss = _loss(model, data, labels)
    loss.backward(retain_graph=True)  # type: ignore[no-untyped-call]
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.item()


def _none_cleared(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
    for p in model.parameters():
        p.grad.zero_()
    return _lines("FBS")(model, data, labels, optimizer)


def _prediction_changed(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
    return _lines("ZFBS", lambda model, data, labels: model(data).sub_(labels).sum())(model, data, labels, optimizer)


def _labels_changed(model: Any, data: Tensor, labels: Tensor, optimizer: torch.optim.Optimizer) -> Any:
    def loss(model: Any, data: Tensor, labels: Tensor) -> Tensor:
        labels -= model(data).detach()
        return model(data).sum()  # type: ignore[no-any-return]

    return _lines("ZFBS", loss)(model, data, labels, optimizer)


STEP = Exercise(
    name="training_step.step",
    probe=probe_step,
    reference=_reference_step,
    alternatives=(_lines("FZBS"), _lines("ZFBSZ"), _with_closure),
    mistakes=(
        Mistake(
            "no zero_grad",
            _lines("FBS"),
            "Old gradients still count: `backward` adds to what `.grad` holds. Clear them before `backward`. (If you "
            "wrote `zero_grad`, did you call it, with parentheses?)",
        ),
        Mistake(
            "zeroed only at the end",
            _lines("FBSZ"),
            "Gradients that were left before the first call still count, since you clear only afterwards. Clear them "
            "before `backward`.",
        ),
        Mistake(
            "zero_grad between backward and step",
            _lines("FBZS"),
            "You clear the gradients after `backward` and before `step`, so the optimizer finds none and nothing "
            "moves.",
        ),
        Mistake(
            "step first",
            _lines("SZFB"),
            "The optimizer steps before this batch has been seen, with the gradients of the last one: every step comes "
            "one call late.",
        ),
        Mistake(
            "step before backward",
            _lines("ZFSB"),
            "The optimizer steps before `backward` has found any gradient, so nothing moves.",
        ),
        Mistake(
            "no step",
            _lines("ZFB"),
            "Gradients are computed, but nothing moves. That is the optimizer's part: `step`, called with parentheses.",
        ),
        Mistake(
            "no backward",
            _lines("ZFS"),
            "The loss is computed, but no gradient reaches the weights, so the optimizer has nothing to go by. "
            "`backward` is missing, or its parentheses are, or the prediction was cut off from the model before.",
        ),
        Mistake(
            "loss cut off",
            _lines("ZFBS", lambda model, data, labels: _loss(model, data, labels).detach()),
            "`backward` finds no way back: the loss is cut off from the model, by `detach`, `.data`, `no_grad` or a "
            "new `torch.tensor(...)`.",
        ),
        Mistake(
            "plain number too early",
            _item_too_early,
            "A Python float has no `backward`. Keep the loss a tensor until `backward` is done, and make a number of "
            "it for the `return`.",
        ),
        Mistake(
            "not summed",
            _lines("ZFBS", lambda model, data, labels: model(data) - labels),
            "`backward` starts from one number, and your loss has many entries: add them up.",
        ),
        Mistake(
            "sum without parentheses",
            _lines("ZFBS", lambda model, data, labels: (model(data) - labels).sum),
            "`.sum` without its parentheses only mentions the method; nothing is added up, and a method has no "
            "`backward`.",
        ),
        Mistake(
            "item without parentheses",
            _lines("ZFBS", result=lambda loss: loss.item),
            "You return the method `.item` itself: its parentheses are missing.",
        ),
        Mistake(
            "the tensor returned",
            _lines("ZFBS", result=lambda loss: loss),
            "All moves as it should, but you return the loss as a tensor. A Python float is asked for: a tensor may "
            "keep the whole record of the forward pass alive.",
        ),
        Mistake(
            "nothing returned",
            _lines("ZFBS", result=lambda loss: None),
            "All moves as it should, but nothing came back: is a `return` missing?",
        ),
        Mistake(
            "loss after the step",
            _loss_after_the_step,
            "You return the loss after the weights have moved, from a second call of the model. The first call's loss "
            "is asked for.",
        ),
        Mistake(
            "a second forward for the loss",
            _loss_computed_twice,
            "You call the model twice. That doubles the cost, and layers like batch norm count the batch twice. Keep "
            "the loss of the first call.",
        ),
        Mistake(
            "mean",
            _lines("ZFBS", lambda model, data, labels: (model(data) - labels).mean()),
            "Your loss is the mean of the differences. Their sum is asked for.",
        ),
        Mistake(
            "mean over the batch",
            _lines("ZFBS", lambda model, data, labels: (model(data) - labels).sum() / len(data)),
            "You divide the loss by the number of pictures. The plain sum is asked for.",
        ),
        Mistake(
            "labels minus prediction",
            _lines("ZFBS", lambda model, data, labels: (labels - model(data)).sum()),
            "The loss has the wrong sign, so the weights move the wrong way: it looks like labels − model(data).",
        ),
        Mistake(
            "labels added",
            _lines("ZFBS", lambda model, data, labels: (model(data) + labels).sum()),
            "You add the labels to the prediction. What is asked for is how far the one is from the other.",
        ),
        Mistake(
            "squares",
            _lines("ZFBS", lambda model, data, labels: ((model(data) - labels) ** 2).sum()),
            "You add up squares, as many losses do. Here the differences themselves are wanted, with their signs.",
        ),
        Mistake(
            "absolute values",
            _lines("ZFBS", lambda model, data, labels: (model(data) - labels).abs().sum()),
            "You add up absolute values. Here the differences keep their signs.",
        ),
        Mistake(
            "labels left out",
            _lines("ZFBS", lambda model, data, labels: model(data).sum()),
            "Your loss doesn't depend on the labels. (The weights move rightly all the same: under this loss labels "
            "don't matter for the gradient.)",
        ),
        Mistake(
            "own optimizer",
            _own_optimizer,
            "You make an optimizer of your own. The one that is given knows its settings, its weights and its "
            "velocity.",
        ),
        Mistake(
            "moved by hand",
            _moved_by_hand,
            "You move the weights by lr times the gradient yourself. The optimizer that is given may have momentum, or "
            "another rule: call its `step`.",
        ),
        Mistake(
            "evaluation mode",
            _in_eval,
            "You switch the model to evaluation mode, in which batch norm uses its stored statistics. Leave the mode "
            "alone.",
        ),
        Mistake(
            "backward twice",
            _backward_twice,
            "`backward` runs twice, so every gradient counts double.",
        ),
        Mistake(
            "None cleared",
            _none_cleared,
            "Before the first `backward` `.grad` is None, and None has no `zero_`. `optimizer.zero_grad()` knows that.",
        ),
        Mistake(
            "prediction changed in place",
            _prediction_changed,
            "You subtract the labels inside the prediction (`-=`, or a method that ends in `_`). Some layers need "
            "their result for the way back. Let the difference be a new tensor.",
        ),
        Mistake(
            "stepped twice",
            _lines("ZFBSS"),
            "The optimizer steps twice with the same gradient.",
        ),
        Mistake(
            "labels changed",
            _labels_changed,
            "You change `labels` or `data` themselves (`-=`, or a method that ends in `_`). Let the difference be a "
            "new tensor.",
        ),
        Mistake("nothing done", lambda *arguments: None, "Nothing moved and nothing came back."),
    ),
    hints=(
        "Four lines, one for each of: old gradients away, loss, gradients, weights. In which circle do they stand?",
        "zero_grad, then forward and loss, then backward, then step. What do you have to keep for the `return`?",
        "`optimizer.zero_grad()`, `loss = (model(data) - labels).sum()`, `loss.backward()`, `optimizer.step()`; return "
        "`loss.item()`.",
    ),
    section="Seven orders of four lines",
    notice="`zero_grad` may stand before or after the forward pass: it only has to come before `backward` adds up.",
)

# What an optimizer is given


class _Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.enc, self.dec = nn.Linear(3, 3), nn.Linear(3, 3)
        self.dec.weight = self.enc.weight
        self.dec.bias.requires_grad_(False)


class _Nested(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.shift = nn.Parameter(torch.ones(2), requires_grad=False)
        self.more = nn.ParameterList([nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))])
        self.body = nn.Sequential(nn.Sequential(nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2)), nn.Linear(2, 2))
        self.body[1].requires_grad_(False)
        self.register_buffer("seen", torch.zeros(2))


def _partly_frozen() -> nn.Module:
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    model[0].bias.requires_grad_(False)
    return model


def _all_frozen() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1)).requires_grad_(False)


def _same_layer_twice() -> nn.Module:
    layer = nn.Linear(2, 2)
    return nn.Sequential(layer, nn.Tanh(), layer)


def _with_gradients() -> nn.Module:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    model[0].weight.grad = torch.ones(3, 2)
    model[1].requires_grad_(False)
    model[1].weight.grad = torch.ones(1, 3)
    return model


def _frozen_at_random(draw: Draw) -> nn.Module:
    model = nn.Sequential(*(nn.Linear(2, 2) for _ in range(5)))
    trainable = [False, *draw.rng.permutation([False] * 4 + [True] * 5).tolist()]
    for p, train in zip(model.parameters(), trainable, strict=True):
        p.requires_grad = train
    return model


_MODELS: dict[str, Callable[[Draw], nn.Module]] = {
    "two layers, one bias frozen": lambda draw: _partly_frozen(),
    "a weight that two layers share": lambda draw: _Tied(),
    "layers in layers, and parameters of the model's own": lambda draw: _Nested(),
    "everything frozen": lambda draw: _all_frozen(),
    "the same layer used twice": lambda draw: _same_layer_twice(),
    "a single layer": lambda draw: nn.Linear(2, 2),
    "gradients left in some": lambda draw: _with_gradients(),
    "parameters frozen at random": _frozen_at_random,
}


def probe_trainable_parameters(answer: Any, draw: Draw) -> Iterator[Step]:
    for number, (words, build) in enumerate(_MODELS.items()):
        model = build(draw).train(number % 2 == 0)
        _fill(model, draw)
        for p in model.parameters():
            if p.shape == (3,):  # two with the same numbers are still two
                p.data.fill_(0.5)
        before = _state(model)
        yield words, _names(answer(model), model)
        now = _state(model)
        kept = len(now[0]) == len(before[0]) and all(map(torch.equal, now[0], before[0]))
        yield Rule("the model is left as it was"), kept and now[1] == before[1]


def _state(model: nn.Module) -> tuple[list[Tensor], Any]:
    """Return copies of all numbers of a model, and what else may be changed about it."""
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    marks = [(p.requires_grad, p.grad is None) for p in model.parameters()], [m.training for m in model.modules()]
    return [x.detach().clone() for x in (*model.state_dict().values(), *gradients)], marks


def _names(given: Any, model: nn.Module) -> str:
    """Return the names of the parameters that were given, in the model's order, or what else it was."""
    if given is None:
        return "None"
    if isinstance(given, Tensor):
        return "one tensor"
    try:
        things = list(islice(iter(given), 1000))
    except TypeError:
        return f"an object of type {type(given).__name__[:40]}, through which no loop can go"
    ids = {id(p): name for name, p in model.named_parameters()}
    names = [ids.get(id(thing), _foreign(thing)) for thing in things]
    order = list(ids.values())
    counted = sorted(set(names), key=lambda name: (order.index(name) if name in order else len(order), name))
    said = [f"{name} {names.count(name)} times" if names.count(name) > 1 else name for name in counted]
    return ", ".join(said) if said else "nothing"


def _foreign(thing: Any) -> str:
    if isinstance(thing, Tensor):
        return "a tensor that is not the model's own parameter"
    return f"a {type(thing).__name__[:40]}"


def _everything_switched_on(model: nn.Module) -> Any:
    for p in model.parameters():
        p.requires_grad = True
    return list(model.parameters())


def _in_a_list(model: nn.Module) -> Any:
    found: list[Tensor] = []
    for p in (p for m in model.modules() for p in m.parameters(recurse=False)):
        if p.requires_grad and p not in found:
            found.append(p)
    return found


def _by_modules(model: nn.Module) -> Any:
    found = {}
    for module in model.modules():
        for parameter in vars(module)["_parameters"].values():
            if parameter is not None and parameter.requires_grad:
                found[id(parameter)] = parameter
    return found.values()


def _until_frozen(model: nn.Module) -> Any:
    for p in model.parameters():
        if not p.requires_grad:
            break
        yield p


def _whole_layers(model: nn.Module) -> Any:
    for layer in model.modules():
        own = list(layer.parameters(recurse=False))
        if own and own[0].requires_grad:
            yield from own


TRAINABLE_PARAMETERS = Exercise(
    name="training_step.trainable_parameters",
    probe=probe_trainable_parameters,
    reference=_by_modules,
    alternatives=(
        lambda model: (p for p in model.parameters() if p.requires_grad),
        lambda model: {p for p in reversed(list(model.parameters())) if p.requires_grad},
        lambda model: filter(lambda p: p.requires_grad, model.parameters()),
    ),
    mistakes=(
        Mistake(
            "all parameters",
            lambda model: list(model.parameters()),
            "You return all parameters, frozen ones too. An optimizer is to be given only those that require grad.",
        ),
        Mistake(
            "only the frozen ones",
            lambda model: [p for p in model.parameters() if not p.requires_grad],
            "You return the frozen ones, and leave out those that are to be trained.",
        ),
        Mistake(
            "shared ones more than once",
            lambda model: [p for _, p in model.named_parameters(remove_duplicate=False) if p.requires_grad],
            "A parameter that two layers share comes more than once in your answer; an optimizer warns of that, and in "
            "some loops it would move twice. `model.parameters()` gives each once.",
        ),
        Mistake(
            "names",
            lambda model: [name for name, p in model.named_parameters() if p.requires_grad],
            "You return names. An optimizer is given the parameters themselves. (A loop over a dict goes over its "
            "keys.)",
        ),
        Mistake(
            "names and parameters",
            lambda model: [(name, p) for name, p in model.named_parameters() if p.requires_grad],
            "You return pairs of name and parameter. The parameters alone are asked for.",
        ),
        Mistake(
            "parameters without parentheses",
            lambda model: [p for p in model.parameters if p.requires_grad],
            "`model.parameters` is a method: call it, with parentheses.",
        ),
        Mistake(
            "layers for parameters",
            lambda model: [layer for layer in model if layer.requires_grad],
            "You go through the layers. It is their parameters that require grad: `model.parameters()` goes through "
            "those.",
        ),
        Mistake(
            "requires_grad_ called",
            lambda model: [p for p in model.parameters() if p.requires_grad_()],
            "`requires_grad_()`, with the underscore, switches tracking on; it doesn't ask. Without it, "
            "`requires_grad` is the question, and takes no parentheses.",
        ),
        Mistake(
            "everything switched on",
            _everything_switched_on,
            "You make everything trainable, so what was frozen is no longer. Leave the model as it is and choose from "
            "it.",
        ),
        Mistake(
            "the model's own only",
            lambda model: [p for p in model.parameters(recurse=False) if p.requires_grad],
            "You find only what the model holds directly, and nothing inside its layers.",
        ),
        Mistake(
            "children only",
            lambda model: [p for layer in model.children() for p in layer.parameters() if p.requires_grad],
            "You go through the model's layers one by one: what the model holds directly is missed, and what two "
            "layers share comes twice. `model.parameters()` knows both.",
        ),
        Mistake(
            "layer by layer",
            lambda model: [p for m in model.modules() for p in m.parameters(recurse=False) if p.requires_grad],
            "You go through the layers one by one, so what two of them share comes twice. `model.parameters()` gives "
            "each once.",
        ),
        Mistake(
            "each layer with its inside",
            lambda model: [p for m in model.modules() for p in m.parameters() if p.requires_grad],
            "`model.modules()` goes through layers within layers, and each gives its inside again: parameters come "
            "several times. `model.parameters()` alone goes all the way down, once.",
        ),
        Mistake(
            "whole layers",
            _whole_layers,
            "You decide for a whole layer by its first parameter. A bias may be frozen while its weight is not: ask "
            "each.",
        ),
        Mistake(
            "weights only",
            lambda model: [p for name, p in model.named_parameters() if p.requires_grad and name.endswith("weight")],
            "You take only what is called weight. Biases and other parameters are trained too.",
        ),
        Mistake(
            "only those with a gradient",
            lambda model: [p for p in model.parameters() if p.grad is not None],
            "You choose by `.grad`, which is None for everything before the first `backward`. Whether a parameter is "
            "trained is said by `requires_grad`.",
        ),
        Mistake(
            "with a gradient, and trainable",
            lambda model: [p for p in model.parameters() if p.requires_grad and p.grad is not None],
            "You leave out what has no `.grad` yet, and before the first `backward` nothing has. `requires_grad` is "
            "enough.",
        ),
        Mistake(
            "copies",
            lambda model: [p.detach() for p in model.parameters() if p.requires_grad],
            "You return copies or detached tensors. An optimizer that moves those doesn't move the model.",
        ),
        Mistake(
            "the state dict",
            lambda model: list(model.state_dict().values()),
            "The values of `state_dict()` are detached tensors, and statistics like batch norm's are among them. Go "
            "through `model.parameters()`.",
        ),
        Mistake(
            "nothing found",
            lambda model: [p for p in model.state_dict().values() if p.requires_grad],
            "Your answer finds nothing, in any model. (The values of `state_dict()`, for example, are detached, so "
            "none of them requires grad; and not every model has a `.fc`.) Go through `model.parameters()`.",
        ),
        Mistake(
            "stops at the first frozen one",
            _until_frozen,
            "You stop at the first frozen parameter. Others that are to be trained may come after it: `continue`, not "
            "`break`.",
        ),
        Mistake(
            "pairs asked",
            lambda model: [p for p in model.named_parameters() if p.requires_grad],
            "`model.named_parameters()` gives pairs of name and parameter, and a pair has no `requires_grad`. Take "
            "both apart, or use `model.parameters()`.",
        ),
        Mistake(
            "last layer only",
            lambda model: [p for p in list(model.parameters())[-2:] if p.requires_grad],
            "You take the last two parameters only. All that require grad are asked for.",
        ),
        Mistake(
            "the first only",
            lambda model: next((p for p in model.parameters() if p.requires_grad), None),
            "You return one parameter, or none. All that require grad are asked for: a `return` inside a loop ends it "
            "at the first.",
        ),
        Mistake(
            "how many numbers",
            lambda model: sum(p.numel() for p in model.parameters() if p.requires_grad),
            "You count how many numbers are trainable. The parameters themselves are asked for.",
        ),
        Mistake(
            "in on a list",
            _in_a_list,
            "`in` on a list asks with `==`, which for tensors compares entry by entry and fails. Tell parameters apart"
            " by `id(p)`, or let `model.parameters()` do it.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Which method of a model goes through all its layers and gives each parameter once?",
        "`model.parameters()`. Which of them are to be kept?",
        "A list of those p in `model.parameters()` for which `p.requires_grad` is True.",
    ),
    section="Freeze the body",
    notice=(
        "`model.parameters()` already gives a shared parameter once, because it remembers which tensors it has seen."
    ),
)

# A new head


class _Body(nn.Module):
    """A part of the body that has a layer called `fc` too."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm, self.fc, self.last = nn.BatchNorm1d(inputs), nn.Linear(inputs, outputs), nn.LayerNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.last(self.fc(self.norm(x)))
        return features


class _Model(nn.Module):
    """A model whose head is not its last layer in order, and not its only part with `fc` in its name."""

    def __init__(self, inputs: int, classes: int, bias: bool = True) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.fc = nn.Linear(inputs, classes, bias=bias)
        self.fc_shift = nn.Parameter(torch.ones(3))
        self.body = _Body(3, inputs)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.fc(self.body(self.scale * x + self.fc_shift))
        return scores


def probe_new_head(answer: Any, draw: Draw) -> Iterator[Step]:
    a, b, c = (int(n) for n in 2 + draw.rng.permutation(9)[:3])
    for number, (inputs, old, classes) in enumerate(((a, b, c), (11, 5, 5), (c, a, b), (5, 1, 1))):
        model = _Model(inputs, old, bias=number != 2)
        _fill(model, draw)
        model.requires_grad_(number != 1)  # one comes frozen, head and all
        if number == 3:
            model.body.tied = model.fc.weight  # the old head's weight is used in the body too
        head = model.fc.weight
        before = {name: number.clone() for name, number in _outside(model).items()}
        case = f"a head from {inputs} features to {old} scores, {classes} classes wanted"
        result = answer(model, classes)
        yield f"{case}: what came back", _whose(result, model)
        yield f"{case}: the head", _head(model)
        yield f"{case}: what is trainable", _names([p for p in model.parameters() if p.requires_grad], model)
        yield (
            f"{case}: the numbers in the head",
            "the old ones" if getattr(model.fc, "weight", 0) is head else "new ones",
        )
        now = _outside(model)
        yield (
            Rule("no number outside the head changes"),
            all(name in now and torch.equal(now[name], number) for name, number in before.items()),
        )
        yield Rule("no layer is added or lost"), now.keys() == before.keys()
        yield f"{case}: scores of four inputs", _scores(model)


def _in_the_head(name: str) -> bool:
    return name.startswith("fc.")


def _in_the_body(name: str) -> bool:
    return not _in_the_head(name)


def _outside(model: nn.Module) -> dict[str, Tensor]:
    return {name: number for name, number in model.state_dict().items() if _in_the_body(name)}


def _scores(model: nn.Module) -> str:
    try:
        return f"an array of shape {tuple(model.eval()(torch.ones(4, 3)).shape)}"
    except Exception as error:  # whatever a head may raise
        return f"{type(error).__name__} in the forward pass"


def _whose(result: Any, model: nn.Module) -> str:
    if result is model:
        return "the model itself"
    if result is None:
        return "None"
    if result is model.fc:
        return "its head"
    return "another model" if isinstance(result, nn.Module) else f"an object of type {type(result).__name__[:40]}"


def _head(model: nn.Module) -> str:
    head = model.fc
    if not isinstance(head, nn.Linear):
        return f"a {type(head).__name__[:40]}"
    if isinstance(head, nn.LazyLinear):
        return "a LazyLinear, whose number of features is not known yet"
    if not any(layer is head for layer in model.children()):
        return "a Linear that is no layer of the model"
    outputs, inputs = head.weight.shape
    bias = "" if head.bias is not None else ", without a bias"
    return f"a Linear from {inputs} to {outputs}{bias}"


def _freeze(model: nn.Module, which: Callable[[str], bool] = lambda name: True) -> None:
    for name, p in model.named_parameters():
        if which(name):
            p.requires_grad = False


def _linear(inputs: Callable[[nn.Linear, int], int] = lambda fc, classes: fc.in_features) -> Callable[..., Any]:
    """Return an answer that is right but for the number of features of the new head."""

    def new_head(model: Any, classes: int) -> Any:
        _freeze(model)
        model.fc = nn.Linear(inputs(model.fc, classes), classes)
        return model

    return new_head


def _freezing(which: Callable[[str], bool], result: Callable[[Any], Any] = lambda model: model) -> Callable[..., Any]:
    """Return an answer that replaces the head and freezes what has such a name."""

    def new_head(model: Any, classes: int) -> Any:
        model.fc = nn.Linear(model.fc.in_features, classes)
        _freeze(model, which)
        return result(model)

    return new_head


def _with_add_module(model: Any, classes: int) -> Any:
    inputs = model.fc.weight.shape[1]
    model.requires_grad_(False).add_module("fc", nn.Linear(inputs, classes))
    return model


def _made_trainable(which: Callable[[str], bool]) -> Callable[..., Any]:
    def new_head(model: Any, classes: int) -> Any:
        model.fc = nn.Linear(model.fc.in_features, classes)
        for name, p in model.named_parameters():
            p.requires_grad = which(name)
        return model

    return new_head


def _but_the_old_head(model: Any, classes: int) -> Any:
    for p in model.parameters():
        p.requires_grad_(p is model.fc.weight or p is model.fc.bias)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def _last_two_trainable(model: Any, classes: int) -> Any:
    model.fc = nn.Linear(model.fc.in_features, classes)
    for p in list(model.parameters())[:-2]:
        p.requires_grad = False
    return model


def _head_with(change: Callable[[Any, int], Any]) -> Callable[..., Any]:
    """Return an answer that freezes everything and then does something else to the head."""

    def new_head(model: Any, classes: int) -> Any:
        _freeze(model)
        change(model, classes)
        return model

    return new_head


def _only_the_attribute(model: Any, classes: int) -> None:
    model.fc.requires_grad_(True)
    model.fc.out_features = classes


def _on_top(model: Any, classes: int) -> None:
    model.fc = nn.Sequential(model.fc, nn.Linear(model.fc.out_features, classes))


def _swapped(model: Any, classes: int) -> None:
    model.fc = nn.Linear(classes, model.fc.in_features)


def _without_bias(model: Any, classes: int) -> None:
    model.fc = nn.Linear(model.fc.in_features, classes, bias=False)


def _bias_as_before(model: Any, classes: int) -> None:
    model.fc = nn.Linear(model.fc.in_features, classes, bias=model.fc.bias is not None)


def _another_name(model: Any, classes: int) -> None:
    model.head = nn.Linear(model.fc.in_features, classes)


def _by_layers(model: Any, classes: int) -> Any:
    for layer in model.children():
        layer.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def _reset_body(model: Any, classes: int) -> Any:
    for layer in model.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    return _linear()(model, classes)


def _all_but(which: Callable[[str], bool]) -> Callable[..., Any]:
    return _freezing(lambda name: not which(name))


_TAKEN_FOR_THE_HEAD: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "every fc",
        lambda name: "fc" in name,
        "Everything that has `fc` in its name is trainable, and a layer inside the body may be called so too. The head"
        " is `model.fc` alone.",
    ),
    (
        "every fc within",
        lambda name: "fc." in name,
        "Everything that has `fc.` in its name is trainable, and a layer inside the body may be called so too. The "
        "head is `model.fc` alone, whose names begin so.",
    ),
    (
        "every name that begins with fc",
        lambda name: name.startswith("fc"),
        "Everything whose name begins with `fc` is trainable, and other parts may be called so too, such as "
        "`fc_shift`. The head's own names begin with `fc.`, with the dot.",
    ),
)


NEW_HEAD = Exercise(
    name="training_step.new_head",
    probe=probe_new_head,
    reference=_linear(),
    alternatives=(
        _freezing(_in_the_body),
        _freezing(lambda name: name.split(".")[0] != "fc"),
        _with_add_module,
    ),
    mistakes=(
        Mistake(
            "head frozen too",
            _freezing(lambda name: True),
            "The new head is frozen as well, so nothing is left to train. Is everything frozen after the head was "
            "replaced? Freeze first, then replace.",
        ),
        Mistake(
            "512 hard-coded",
            _linear(lambda fc, classes: 512),
            "Your head takes 512 features, as ResNet-18's does. Other models have another number: ask the old head.",
        ),
        Mistake(
            "nothing frozen",
            _freezing(lambda name: False),
            "The head is right, but everything else is trainable still. (`requires_grad = False` set on a layer does "
            "nothing, and neither does `eval()`: it is the parameters that are frozen.)",
        ),
        Mistake(
            "a copy",
            lambda model, classes: _linear()(copy.deepcopy(model), classes),
            "You return another model, and the one that you were given is as it was. Change that one.",
        ),
        Mistake(
            "old head kept",
            lambda model, classes: _freeze(model, _in_the_body) or model,  # type: ignore[func-returns-value]
            "The body is frozen, but the head is the old one, with its old number of scores.",
        ),
        Mistake(
            "only frozen",
            lambda model, classes: _freeze(model) or model,  # type: ignore[func-returns-value]
            "All is frozen and the head is the old one. Replace it.",
        ),
        Mistake(
            "only out_features changed",
            _head_with(_only_the_attribute),
            "You change `out_features`, which only says how many scores there are; the weight keeps its shape. The "
            "layer has to be made anew.",
        ),
        Mistake(
            "in and out swapped",
            _head_with(_swapped),
            "The two numbers of your `Linear` are swapped: features first, then classes.",
        ),
        Mistake(
            "old scores as features",
            _linear(lambda fc, classes: fc.out_features),
            "Your head takes as many features as the old one had scores. It stands in the old one's place, so it takes "
            "what the old one took.",
        ),
        Mistake(
            "a layer on top",
            _head_with(_on_top),
            "You put a layer on top of the old head. The new one takes its place.",
        ),
        Mistake(
            "another name",
            _head_with(_another_name),
            "You give the model a new layer under another name, which its forward pass doesn't know. The head is "
            "`model.fc`.",
        ),
        Mistake(
            "no bias",
            _head_with(_without_bias),
            "Your head has no bias. `torch.nn.Linear` has one unless told otherwise.",
        ),
        Mistake(
            "bias as before",
            _head_with(_bias_as_before),
            "Where the old head had no bias, yours has none either. The new one is to have one, as `torch.nn.Linear` "
            "has unless told otherwise.",
        ),
        Mistake(
            "only the weight trainable",
            _freezing(lambda name: name != "fc.weight"),
            "The bias of the head is frozen. All of the head is to be trained.",
        ),
        Mistake(
            "body trained, head frozen",
            _freezing(_in_the_head),
            "It is the wrong way round: your head is frozen and the body is trained.",
        ),
        Mistake(
            "only weights frozen",
            _freezing(lambda name: name.endswith("weight") and _in_the_body(name)),
            "You freeze what is called weight only. Biases and other parameters of the body are trainable still.",
        ),
        Mistake(
            "batch norm left trainable",
            _freezing(lambda name: "body.norm" not in name and _in_the_body(name)),
            "Batch norm has a weight and a bias of its own, which are trainable still. Everything but the head is to "
            "be frozen.",
        ),
        Mistake(
            "everything made trainable",
            _freezing(lambda name: False, lambda model: model.requires_grad_(True)),
            "You make everything trainable. Everything but the head is to be frozen: `requires_grad` False.",
        ),
        *(
            Mistake(f"{what} {how} trainable", build(which), because)
            for what, which, because in _TAKEN_FOR_THE_HEAD
            for how, build in (("left", _all_but), ("made", _made_trainable))
        ),
        Mistake(
            "the last two left trainable",
            _last_two_trainable,
            "You leave the last two parameters trainable. The head need not be the last in order, and it may be called"
            " only by its name, `model.fc`.",
        ),
        Mistake(
            "old head left out of the freezing",
            _but_the_old_head,
            "You don't freeze the old head's parameters, since they go away. But one of them may be used in the body "
            "as well, and there it is trainable still.",
        ),
        Mistake(
            "the model's own parameters left trainable",
            _by_layers,
            "You freeze the layers one by one; a parameter that the model holds directly is missed. Go through "
            "`model.parameters()`.",
        ),
        Mistake(
            "body begun anew",
            _reset_body,
            "Numbers outside the head have changed: made anew, or, in batch norm, by a forward pass in training mode. "
            "What the body has learned is what makes it useful.",
        ),
        Mistake(
            "the head returned",
            _freezing(_in_the_body, lambda model: model.fc),
            "All is done, but you return the head. Return the model.",
        ),
        Mistake(
            "nothing returned",
            _freezing(_in_the_body, lambda model: None),
            "All is done, but nothing came back: is a `return` missing?",
        ),
        Mistake(
            "nothing frozen, nothing returned",
            _freezing(lambda name: False, lambda model: None),
            "The head is new, but nothing is frozen, and nothing came back: is a `return` missing?",
        ),
        Mistake("nothing done", lambda model, classes: model, "The model came back as it was."),
    ),
    hints=(
        "Two jobs: no parameter requires grad any more, and there is a new head. In which order?",
        "For each p in `model.parameters()`: `p.requires_grad = False`. A new `Linear` is trainable when it is made.",
        "After the loop, `model.fc = torch.nn.Linear(model.fc.in_features, classes)`, and `return model`.",
    ),
    section="Freeze the body",
    notice=(
        "A frozen weight still takes part in the forward pass; what is saved is its gradient, and the trip back to it."
    ),
)


EXERCISES = (FC_WEIGHT_GRADIENT, SGD_UPDATE, STEP, TRAINABLE_PARAMETERS, NEW_HEAD)
