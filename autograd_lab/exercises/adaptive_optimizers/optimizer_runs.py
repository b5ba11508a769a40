"""The probe of an optimizer: plain steps, groups, missing gradients, closures, a round trip, refused settings."""

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch.nn import Parameter

from autograd_lab.grading.exercise import Draw, Rule, Step


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    """Call the answer as the class of an optimizer like Adam, many times, and watch what its instances do."""
    for part in (_plain_steps, _groups, _missing_gradients, _closures, _round_trip):
        yield from part(answer, draw)
    refused = (("lr", -0.1), ("eps", -1.0), ("betas", (1.0, 0.9)), ("betas", (0.9, -0.1)))
    for name, value in (*refused, ("lr", 0.0), ("eps", 0.0), ("betas", (0.0, 0.0))):
        yield f"{name} = {value}", _refusal(answer, draw, name, value)

def _parameters(draw: Draw) -> list[Parameter]:
    return [Parameter(draw.tensor(*shape)) for shape in ((3,), (2, 3), (), (3,))]

def _settings(draw: Draw) -> dict[str, Any]:
    lr, betas, eps = draw.number(0.01, 0.3), (draw.number(0.5, 0.9), draw.number(0.9, 0.99)), draw.number(0.01, 0.2)
    return {"lr": lr, "betas": betas, "eps": eps}

def _give(parameters: list[Parameter], draw: Draw, none: tuple[int, ...] = ()) -> None:
    """Put new gradients into the parameters, and None into some."""
    for number, p in enumerate(parameters):
        p.grad = None if number in none else draw.tensor(*p.shape)

def _after(words: str, parameters: list[Parameter]) -> Iterator[Step]:
    for number, p in enumerate(parameters, start=1):
        yield f"{words}, parameter {number} of {len(parameters)}", p.detach()

def _one_step(optimizer: Any, words: str, parameters: list[Parameter], draw: Draw) -> Iterator[Step]:
    _give(parameters, draw)
    optimizer.step()
    yield from _after(words, parameters)

def _plain_steps(answer: Any, draw: Draw) -> Iterator[Step]:
    settings, parameters = _settings(draw), _parameters(draw)
    optimizer = answer(parameters, **settings)
    views = [p.detach() for p in parameters]
    for step in range(1, 5):
        _give(parameters, draw)
        if step in (1, 3):  # slopes of 0, with nothing kept from before and with something
            parameters[step % 3 * 3].grad = torch.zeros(3, dtype=torch.float64)
        before = [p.grad.clone() for p in parameters if p.grad is not None]
        returned = optimizer.step()
        yield from _after(f"step {step}", parameters)
        in_place = all(torch.equal(view, p.detach()) for view, p in zip(views, parameters, strict=True))
        yield Rule("parameters move in place: what shares their memory moves too"), in_place
        left = [p.grad is not None and torch.equal(p.grad, g) for p, g in zip(parameters, before, strict=True)]
        yield Rule("`.grad` is left as it is"), all(left)
        yield Rule("without a closure `step` returns None"), returned is None
        yield Rule("parameters still require grad"), all(p.requires_grad for p in parameters)
    tried = [Parameter(torch.zeros_like(view)) for view in views]
    _give(tried, draw)
    for p in tried:
        answer([p], **settings).step()
    yield from _after("another optimizer's first step", tried)
    default = _parameters(draw)
    optimizer = answer(default)
    for _ in range(2):  # with slopes so small that eps shows
        for p in default:
            p.grad = 1e-7 * draw.tensor(*p.shape)
        optimizer.step()
    yield from _after("two steps with the default settings", default)
    single = Parameter(draw.tensor(2, 2).float())
    optimizer = answer([single], **settings)
    single.grad = torch.tensor([[0.5, -2.0], [0.25, 0.0]])
    optimizer.step()
    yield "a float32 parameter: what it is after a step", str(single.dtype)

def _groups(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters, settings = _parameters(draw), [_settings(draw) for _ in range(4)]
    first, second, third, fourth = parameters
    optimizer = answer([
        {"params": [first], "lr": settings[0]["lr"], "betas": settings[0]["betas"]},
        {"params": [second, fourth], "eps": settings[1]["eps"]},
    ], **settings[2])
    for step in (1, 2):
        words = f"two groups with settings of their own, step {step}"
        yield from _one_step(optimizer, words, [first, second, fourth], draw)
    for group in optimizer.param_groups:
        group["lr"] /= 8
    yield from _one_step(optimizer, "lr changed in both groups", [first, second, fourth], draw)
    optimizer.param_groups[0]["betas"] = settings[3]["betas"]
    optimizer.param_groups[1]["eps"] = settings[3]["eps"]
    optimizer.add_param_group({"params": [third], "lr": settings[3]["lr"]})
    for step in (1, 2):
        yield from _one_step(optimizer, f"a group added, step {step}", parameters, draw)

def _missing_gradients(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters = _parameters(draw)
    frozen = Parameter(draw.tensor(2), requires_grad=False)
    optimizer = answer([{"params": [*parameters[:3], frozen]}, {"params": parameters[3:]}], **_settings(draw))
    for step, none in enumerate(((1,), (1,), (), (0, 2, 3), ()), start=1):
        _give(parameters, draw, none)
        optimizer.step()
        yield from _after(f"{len(none)} of the gradients None in step {step}", [*parameters, frozen])

class _Closure:
    """A closure for one step, which remembers how it was called and what it returned."""

    def __init__(self, parameters: list[Parameter], draw: Draw, zero: bool) -> None:
        self.parameters, self.zero = parameters, zero
        self.goal = [draw.tensor(*p.shape) for p in parameters]
        self.before = [p.detach().clone() for p in parameters]
        self.calls: list[str] = []
        self.returned: Any = self

    def __call__(self) -> Any:
        moved = not all(torch.equal(p, old) for p, old in zip(self.parameters, self.before, strict=True))
        grad_mode = "on" if torch.is_grad_enabled() else "off"
        self.calls.append(f"{'after' if moved else 'before'} the move, with gradients switched {grad_mode}")
        with torch.enable_grad():
            for p in self.parameters:
                p.grad = None
            parts = [(p - y).square().sum() for p, y in zip(self.parameters, self.goal, strict=True)]
            loss = torch.stack(parts).sum()
            loss.backward()  # type: ignore[no-untyped-call]
        self.returned = 0.0 * loss.item() if self.zero else loss
        return self.returned

def _closures(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters = _parameters(draw)
    optimizer = answer(parameters, **_settings(draw))
    for step in (1, 2):  # with gradients from the closure alone; with old ones, within no_grad, and a loss of 0
        closure = _Closure(parameters, draw, zero=step == 2)
        for p in parameters:
            p.grad = torch.ones_like(p) if step == 2 else None
        with torch.set_grad_enabled(step == 1):
            returned = optimizer.step(closure)
        yield from _after(f"step {step} with a closure", parameters)
        yield f"calls of the closure in step {step}", ", ".join(closure.calls) or "none"
        own = "what the closure returned" if returned is closure.returned else "something else"
        yield f"what step {step} returned", "None" if returned is None else own
    _give(parameters, draw)
    optimizer.step(closure=None)
    yield from _after("a step without a closure", parameters)

def _round_trip(answer: Any, draw: Draw) -> Iterator[Step]:
    parameters = _parameters(draw)
    optimizer = answer(parameters, **_settings(draw))
    for none in ((2,), (), ()):
        _give(parameters, draw, none)
        optimizer.step()
    twins = [Parameter(p.detach().clone()) for p in parameters]
    other = answer(twins)
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for step in (1, 2):
        _give(twins, draw)
        for p, twin in zip(parameters, twins, strict=True):
            p.grad = twin.grad.clone()  # type: ignore[union-attr]
        other.step()
        yield from _after(f"another optimizer with this one's state_dict, step {step}", twins)
        optimizer.step()
        yield from _after(f"step {step} after the state_dict was read", parameters)

def _refusal(answer: Any, draw: Draw, name: str, wrong: Any) -> str:
    try:
        answer(_parameters(draw), **{name: wrong})
    except ValueError:
        return "refused with a ValueError"
    return "accepted"
