"""`Adam(params, lr, betas, eps)`: the method `step` of an optimizer that can take the place of torch.optim.Adam."""

from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Any

import torch
import torch._dynamo  # the first optimizer does so, for seconds; where the time limit cuts that off, it stays broken

from autograd_lab.exercises.adaptive_optimizers.moments import ADAM_SLIPS, adam, in_one_factor, with_moments
from autograd_lab.exercises.adaptive_optimizers.optimizer_runs import probe
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import Table, mistakes, of_pieces, of_update, without


class _Written(torch.optim.Optimizer):
    """A right Adam in small pieces; each wrong one replaces a piece."""

    rule: Any = staticmethod(with_moments())

    def __init__(self, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999), eps: float = 1e-8) -> None:
        if lr < 0 or eps < 0 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError("Invalid setting")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        loss = self.call(closure)
        for group in self.param_groups:
            for p in group["params"]:
                grad = self.gradient(p)
                if grad is not None:
                    self.renew(p, grad, self.settings(group))
        return loss

    def call(self, closure: Any) -> Any:
        with torch.enable_grad():
            return closure and closure()

    def gradient(self, p: Any) -> Any:
        return p.grad

    def settings(self, group: dict[str, Any]) -> dict[str, Any]:
        return group

    def kept(self, p: Any) -> dict[str, Any]:
        state: dict[str, Any] = self.state[p]
        if not state:
            state.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
        return state

    def count(self, state: dict[str, Any]) -> int:
        state["t"] += 1
        return int(state["t"])

    def renew(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        state = self.kept(p)
        before = state["m"], state["v"], self.count(state)
        new, state["m"], state["v"] = self.rule(p, grad, *before, group["lr"], *group["betas"], group["eps"])
        self.move(p, new)

    def move(self, p: Any, new: Any) -> None:
        p.copy_(new)

def _with(**pieces: Any) -> type[_Written]:
    if "step" in pieces:
        pieces["step"].__qualname__ = "Adam.step"  # Python's own messages name it so
    return type("Adam", (_Written,), pieces)

def _with_rule(rule: Any) -> type[_Written]:
    return _with(rule=staticmethod(rule))

def _group_with(change: Callable[[Any, dict[str, Any]], dict[str, Any]]) -> type[_Written]:
    """Return an answer that takes some settings of a group from elsewhere."""
    return _with(settings=lambda self, group: {**group, **change(self, group)})

def _first(change: Callable[[Any, Any], Any]) -> type[_Written]:
    """Return an answer that changes something before it renews a parameter."""
    def renew(self: Any, p: Any, grad: Any, group: dict[str, Any]) -> None:
        change(self, p)
        _Written.renew(self, p, grad, group)
    return _with(renew=renew)

def _begin_with_the_gradient(self: Any, p: Any) -> None:
    if not self.state[p]:
        self.state[p].update(t=0, m=p.grad.clone(), v=p.grad.square())

def _to_float32(self: Any, p: Any) -> None:
    state = self.kept(p)
    state.update(m=state["m"].float(), v=state["v"].float())

def _then(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a method `step` that changes something at its end."""
    def step(self: Any, closure: Any = None) -> Any:
        loss = _Written.step(self, closure)
        change(self)
        return loss
    return step

def _counted_in_group(self: Any, p: Any, grad: Any, group: dict[str, Any]) -> None:
    if p is group["params"][0]:
        group["t"] = group.get("t", 0) + 1
    self.kept(p)["t"] = group.get("t", 1) - 1
    _Written.renew(self, p, grad, group)

def _counted_in_self(self: Any, state: dict[str, Any]) -> int:
    ages = self.__dict__.setdefault("ages", {})
    ages[id(state)] = ages.get(id(state), 0) + 1
    return int(ages[id(state)])

def _kept_in_self(key: Callable[[Any], Any]) -> type[_Written]:
    def kept(self: Any, p: Any) -> Any:
        fresh = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
        return self.__dict__.setdefault("means", {}).setdefault(key(p), fresh)
    return _with(kept=kept)

Groups = list[dict[str, Any]]

def _through(parameters: Callable[[Groups], Iterable[tuple[dict[str, Any], Any]]]) -> type[_Written]:
    """Return an answer that goes through these parameters, each with its group, and doesn't ask for None."""
    def step(self: Any, closure: Any = None) -> Any:
        loss = self.call(closure)
        with torch.no_grad():
            for group, p in parameters(self.param_groups):
                self.renew(p, p.grad, group)
        return loss
    return _with(step=step)

def _all(groups: Groups) -> Iterator[tuple[dict[str, Any], Any]]:
    return ((group, p) for group in groups for p in group["params"])

def _has_gradient(p: Any) -> bool:
    return p.grad is not None

def _dropping_state(self: Any, p: Any) -> Any:
    if p.grad is None:
        self.state.pop(p, None)
    return p.grad

def _counting_missing(self: Any, p: Any) -> Any:
    if p.grad is None and p.requires_grad:
        self.kept(p)["t"] += 1
    return p.grad

def _loss_as_number(self: Any, closure: Any) -> Any:
    loss = _Written.call(self, closure)
    return loss.item() if isinstance(loss, torch.Tensor) else loss

def _closure_last(self: Any, closure: Any = None) -> Any:
    _Written.step(self)
    return self.call(closure)

def _loss_dropped(self: Any, closure: Any = None) -> None:
    _Written.step(self, closure)

def _tracked_move(self: Any, closure: Any = None) -> Any:
    with torch.enable_grad():
        for _, p in _all(self.param_groups):
            if p.grad is not None:
                p += p.grad

def _zeros_refused(self: Any, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999), eps: float = 1e-8) -> None:
    if not (lr and eps and all(betas)):
        raise ValueError("Invalid setting")
    _Written.__init__(self, params, lr, betas, eps)

def _unchecked(self: Any, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999), eps: float = 1e-8) -> None:
    torch.optim.Optimizer.__init__(self, params, {"lr": lr, "betas": betas, "eps": eps})

_PIECES: Table = {
    "None not skipped": (_through(_all),
        "A parameter's `grad` may be None, and None can't be computed with. Leave such a parameter alone."),
    "a group skipped for one None": (
        _through(lambda groups: _all([group for group in groups if all(map(_has_gradient, group["params"]))])),
        "Where one gradient of a group is None you skip the whole group. Leave only that parameter alone."),
    "zeros taken for None": (_with(gradient=lambda self, p: p.grad if p.grad is not None and p.grad.any() else None),
        "You skip gradients that are 0, too. 0 is a gradient: m still carries the parameter on, and t counts."),
    "state dropped at None": (_with(gradient=_dropping_state),
        "Where a gradient is None you throw away what was kept for that parameter. Leave its state alone."),
    "state begun with the gradient": (_first(_begin_with_the_gradient),
        "m and v begin with the first gradient and its square. They begin at 0."),
    "float32 state": (_first(_to_float32),
        "Your state is in float32, and so only about seven digits are right: `torch.zeros(p.shape)` makes that unless "
        "told otherwise. `torch.zeros_like(p)` takes p's dtype."),
    "eps of the beginning": (_group_with(lambda self, group: {"eps": self.defaults["eps"]}),
        "You use the eps given at the beginning for all. Each group has its own."),
    "betas and eps of the beginning": (_group_with(lambda self, group: {**self.defaults, "lr": group["lr"]}),
        "lr comes from the group, but betas and eps are those given at the beginning. Each group has its own."),
    "lr of the beginning": (_group_with(lambda self, group: {"lr": self.defaults["lr"]}),
        "You use the lr given at the beginning for all. Each group has its own, and it may change on the way."),
    "lr of the first group": (_group_with(lambda self, group: {"lr": self.param_groups[0]["lr"]}),
        "You use the lr of the first group for all. Each group has its own."),
    "the first group's settings": (_with(settings=lambda self, group: self.param_groups[0]),
        "You use the settings of the first group for all. Each group has its own."),
    "the default settings": (_with(settings=lambda self, group: self.defaults),
        "You use the settings given at the beginning (`self.defaults`) for all. Each group has its own, which may "
        "change on the way."),
    "only the first group": (_through(lambda groups: (pair for pair in _all(groups[:1]) if _has_gradient(pair[1]))),
        "Only the parameters of the first group move."),
    "lr remembered": (
        _group_with(lambda self, group: {
            "lr": self.__dict__.setdefault("rates", {}).setdefault(id(group), group["lr"])}),
        "You remember the lr of the beginning. It may change on the way: read it from the group in every step."),
    "loss as a number": (_with(call=_loss_as_number),
        "You return the loss as a number (`.item()`). Return what the closure returned, whatever it is."),
    "loss or None": (_with(call=lambda self, closure: _Written.call(self, closure) or None),
        "A loss of 0 comes back as None: 0 counts as false. Return what the closure returned."),
    "None taken for zeros": (_with(gradient=lambda self, p: torch.zeros_like(p) if p.grad is None else p.grad),
        "You take a missing gradient for zeros, and m still carries the parameter on. Where `grad` is None, leave it "
        "and its state alone."),
    "None counts as a step": (_with(gradient=_counting_missing),
        "A step without a gradient counts in your t. Each parameter's t counts the steps that it has taken itself."),
    "stops at None": (_through(lambda groups: takewhile(lambda pair: _has_gradient(pair[1]), _all(groups))),
        "At the first gradient that is None you leave, and the parameters behind it don't move. Go on with the next."),
    "next group at None": (
        _through(lambda groups: ((group, p) for group in groups for p in takewhile(_has_gradient, group["params"]))),
        "At a gradient that is None you leave the whole group (`break`). Go on with the next parameter (`continue`)."),
    "one t for all": (
        _with(steps=1, count=lambda self, state: self.steps,
              step=_then(lambda self: self.__dict__.update(steps=self.steps + 1))),
        "You count the steps of the optimizer, in `self`. Each parameter counts its own, in its state: one may come "
        "later, or miss steps, and `state_dict` carries only what is in `self.state`."),
    "t in the group": (_with(renew=_counted_in_group),
        "You count the steps once for the whole group. Each parameter counts its own: one may miss steps."),
    "t in self": (_with(count=_counted_in_self),
        "Your t lives outside `self.state`, and `state_dict` doesn't carry it: in another instance it begins anew."),
    "state outside self.state": (_kept_in_self(lambda p: p),
        "What you keep is outside `self.state`. `state_dict` doesn't carry it: in another instance it begins anew."),
    "one state for a shape": (_kept_in_self(lambda p: p.shape),
        "Parameters of one shape share their state. Each has its own."),
    "nothing kept": (_first(lambda self, p: self.state.pop(p, None)),
        "Every step begins with m and v at 0: what you compute is not kept. Put it into `self.state[p]`."),
    "means not kept": (_first(lambda self, p: self.kept(p).update(m=torch.zeros_like(p), v=torch.zeros_like(p))),
        "m and v are 0 at the beginning of every step: what you compute is not kept. Put them into `self.state[p]`."),
    "t stays 1": (_with(count=lambda self, state: 1),
        "Your t is 1 in every step. Keep it in the state, and add 1 each time."),
    "parameters not moved": (_with(move=lambda self, p, new: None),
        "The parameters don't move: `p = ...` only gives a name to another tensor. Change p itself, by `p.copy_(...)` "
        "or another method that ends in `_`."),
    "parameters replaced": (_with(move=lambda self, p, new: setattr(p, "data", new)),
        "You give the parameter other memory (`p.data = ...`). What shares the old memory doesn't move along: change "
        "it in place, by `p.copy_(...)`, say."),
    "gradients cleared": (_with(step=_then(lambda self: self.zero_grad())),
        "The parameters are right, but you clear the gradients. That is `zero_grad`'s job."),
    "closure not called": (_with(call=lambda self, closure: None),
        "You don't call the closure. It computes the gradients that the step is to use."),
    "closure without gradients": (_with(call=lambda self, closure: closure and closure()),
        "You call the closure with gradients switched off, as they are inside `step`: its `backward` would fail. Use "
        "`with torch.enable_grad():` around the call."),
    "closure called last": (_with(step=_closure_last),
        "You call the closure after the move. It comes first: the move needs its gradients."),
    "closure called twice": (_with(call=lambda self, closure: [_Written.call(self, closure) for _ in range(2)][-1]),
        "You call the closure twice in a step."),
    "closure required": (_with(step=lambda self, closure: _Written.step(self, closure)),
        "Your `step` can't be called without a closure. Make it `closure=None`."),
    "no closure": (_with(step=lambda self: _Written.step(self)),
        "Your `step` takes no closure. Make it `step(self, closure=None)`."),
    "loss not returned": (_with(step=_loss_dropped),
        "All is done, but `step` doesn't return what the closure returned."),
    "gradients not switched off": (_with(step=_tracked_move),
        "A leaf that requires grad can't be changed in place while operations are recorded. Keep `@torch.no_grad()` "
        "above `step`."),
    "settings of 0 refused": (_with(__init__=_zeros_refused),
        "You refuse settings that are 0. They do no harm: keep the checks that `__init__` came with."),
    "settings not checked": (_with(__init__=_unchecked),
        "Bad settings are accepted. Keep the checks that `__init__` came with."),
}

# Those left out an optimizer that begins at zeros can't tell from others.
_RULES = of_pieces(_with_rule, without(ADAM_SLIPS, "corrected without t", "squares averaged over entries") | {
    "t from 0": (lambda p, g, m, v, t, *settings: in_one_factor(p, g, m, v, t - 1, *settings),
        "Your t is 0 in the first step, where 1 − betaᵗ is 0 too. t is 1 there: add 1 before you use it."),
    "uphill": (of_update(adam, ("m", "v"), lr=1)["uphill"][0],
        "The parameters move the other way. The gradient points to where the loss grows: subtract."),
})

EXERCISE = Exercise(
    name="adaptive_optimizers.Adam",
    probe=probe,
    reference=torch.optim.Adam,
    alternatives=(_Written,),
    mistakes=mistakes(_PIECES | _RULES, returns=False),
    hints=(
        "Two loops, over the groups and over each group's parameters. What has to be there before a parameter's first "
        "step, and where does it stay?",
        "For each p that has a gradient: fill `self.state[p]` if it is empty (t 0, two zeros like p), add 1 to its t, "
        "take `adam_step` with the settings of the group, keep m and v.",
        "`state = self.state[p]`, then `new, state['m'], state['v'] = adam_step(p, p.grad, state['m'], ...)`, and "
        "`p.copy_(new)`. The closure is called before, `with torch.enable_grad()`.",
    ),
    section="A whole optimizer",
    notice="All that an optimizer knows is in its groups and its state: saved and loaded, it goes on as before.",
)
