"""Operations whose `torch.autograd.Function` the learner mends: how one is observed, and what goes wrong in any.

An `Operation` knows its formula and draws its arguments; its `probe` and `by_autograd` make an exercise. Right and
wrong answers are written as rules, the backward alone: ``rule(grad, *arguments, value)`` returns the gradient of the
first argument, where the others are numbers or indices and get None, or a tuple of all that backward returns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograd_lab.grading.difference import kind_of, same
from autograd_lab.grading.exercise import Draw, Mistake, Rule, Step
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.slips import Table, mistakes, of_pieces, of_vjp, renamed, without

HUNT = "The hunt"
A_FUNCTION = "a subclass of torch.autograd.Function"
NO_GRADIENT_FOR_A_NUMBER = (
    "The second thing that backward returns is for forward's second argument. It is a plain number, no tensor: nobody "
    "can take a gradient for it, and its place holds None.")
REMEMBERED = (
    "After another call of apply the backward of the first uses what belongs to the second. The class is one for all "
    "calls; each call has a ctx of its own.")
INCOMING_KEPT = Rule("the incoming gradient is left as it was")
VALUE_KEPT = Rule("what forward returned is left as it was")

Backward = Callable[..., Any]
Layout = Callable[[Tensor], Tensor]

def signed(draw: Draw, *shape: int) -> Tensor:
    """Return a tensor of both signs, none of its entries near 0."""
    return draw.tensor(*shape, low=0.3) * torch.sign(draw.tensor(*shape))

def eighth(draw: Draw, low: int, high: int) -> float:
    """Return a multiple of 1/8 between `low` and `high` eighths: float32 holds it, which torch takes by itself."""
    return int(draw.rng.integers(low, high + 1)) / 8

def of_shapes(*shapes: tuple[int, ...]) -> Callable[[Draw], Iterator[tuple[Tensor]]]:
    """Return what draws for each shape a tensor as the only argument."""
    return lambda draw: ((draw.tensor(*shape),) for shape in shapes)

def _turned(tensor: Tensor) -> Tensor:
    """Return the same numbers, lying in memory with gaps, and in another order of the axes."""
    room = tensor.new_zeros((*reversed(tensor.shape), 2))
    return room[..., 0].permute(tuple(reversed(range(tensor.ndim)))).copy_(tensor)

def _expanded(tensor: Tensor) -> Tensor:
    return tensor[:1].expand(tensor.shape)

def _narrow(argument: Any) -> Any:
    return argument.float() if isinstance(argument, Tensor) and argument.is_floating_point() else argument

def _kind(answer: Any) -> str:
    if answer is torch.autograd.Function:
        return "torch.autograd.Function itself"
    if isinstance(answer, type):
        return A_FUNCTION if issubclass(answer, torch.autograd.Function) else "a class, but no " + A_FUNCTION[2:]
    owner = getattr(answer, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, torch.autograd.Function):
        return "a method of the class, not the class itself"
    if isinstance(answer, torch.autograd.Function):
        return "an object of the class, not the class itself"
    return kind_of(freeze(answer))

def _gradients(value: Any, given: tuple[Any, ...], incoming: Tensor) -> Iterator[tuple[int, Any]]:
    """Yield for each argument that needs one its place and its gradient, or in words why there is none."""
    wanted = [at for at, a in enumerate(given) if isinstance(a, Tensor) and a.requires_grad]
    if not isinstance(value, Tensor):
        why = f"none: what came from forward is {kind_of(freeze(value))}"
    elif value.shape != incoming.shape:
        why = f"none: what came from forward has the shape {tuple(value.shape)}"
    elif not value.requires_grad:
        why = "none: what came from forward is cut off from its arguments"
    else:
        inputs = [given[at] for at in wanted]
        yield from zip(wanted, torch.autograd.grad(value, inputs, incoming, allow_unused=True), strict=True)
        return
    yield from ((at, why) for at in wanted)

@dataclass(frozen=True)
class Operation:
    """What a Function computes, and how it is observed.

    Parameters
    ----------
    name : str
        The Function's, which torch's messages repeat.
    formula : callable
        ``formula(*arguments)`` returns the value, a tensor.
    cases : callable
        ``cases(draw)`` yields tuples of arguments in float64, one at least with a matrix that isn't square.
    inputs, others : tuple of str
        The names of the arguments that get a gradient, and of those behind them that get none.
    free : callable, optional
        For entries that several gradients are right for: ``free(gradient, incoming, *arguments)`` returns the gradient
        without them, and what they are in words (``""`` where there are none).
    """

    name: str
    formula: Callable[..., Tensor]
    cases: Callable[[Draw], Iterable[tuple[Any, ...]]]
    inputs: tuple[str, ...] = ("x",)
    others: tuple[str, ...] = ()
    free: Callable[..., tuple[Any, str]] = lambda gradient, incoming, *arguments: (gradient, "")

    def function(self, forward: Callable[..., Any], backward: Backward, setup: Callable[..., Any] | None = None) -> Any:
        """Return a Function of that name; with `setup`, its setup_context, forward has no ctx."""
        parts = {"forward": forward, "backward": backward} | ({"setup_context": setup} if setup else {})
        return type(self.name, (torch.autograd.Function,), {key: staticmethod(part) for key, part in parts.items()})

    def made(self, rule: Backward, forward: Callable[..., Any] | None = None, remembers: str = "") -> Any:
        """Return a Function with that rule, and perhaps another forward.

        Where it `remembers`, what one call saves ("tensors", or "all") replaces what the call before has saved.
        """
        last: list[Any] = []

        def whole(ctx: Any, *arguments: Any) -> Any:
            value = (forward or self.formula)(*arguments)
            ctx.save_for_backward(*(a for a in arguments if isinstance(a, Tensor)), value)
            ctx.numbers = [a for a in arguments if not isinstance(a, Tensor)]
            if remembers:
                last[:] = [a.detach() for a in (*arguments, value) if isinstance(a, Tensor)], ctx.numbers
            return value

        def backward(ctx: Any, grad: Tensor) -> Any:
            *tensors, value = last[0] if remembers else ctx.saved_tensors
            back = rule(grad, *tensors, *(last[1] if remembers == "all" else ctx.numbers), value)
            return back if isinstance(back, tuple) else (back, *(None for _ in self.others))

        return self.function(whole, backward)

    def all(self, *answers: Any) -> tuple[Any, ...]:
        """Return Functions as they are, and those of rules."""
        return tuple(answer if isinstance(answer, type) else self.made(answer) for answer in answers)

    def by_autograd(self) -> Any:
        """Return the Function whose backward asks torch for the gradient of the formula."""
        count = len(self.inputs)

        def rule(grad: Tensor, *rest: Any) -> Any:
            inputs = [x.detach().requires_grad_() for x in rest[:count]]
            with torch.enable_grad():
                value = self.formula(*inputs, *rest[count:-1])
            return *torch.autograd.grad(value, inputs, grad), *(None for _ in self.others)

        return self.made(rule)

    def mistakes(self, table: Mapping[str, tuple[Any, str]]) -> tuple[Mistake, ...]:
        """Return the mistakes of a table of rules and Functions; no function that returns nothing, as any would be."""
        return mistakes(of_pieces(lambda answer: self.all(answer)[0], table), returns=False)

    def slips(self, rule: Backward) -> Table:
        """Return what goes wrong in any such Function, made from a right rule that uses what it has saved."""
        def writing(at: int) -> Backward:
            def writes(*given: Any) -> Any:
                back = rule(given[0].clone(), *given[1:])
                given[at].mul_(2)
                return back
            return writes

        def viewing(at: int) -> Backward:
            return lambda *given: rule(*given[:at], given[at].view(-1).view(given[at].shape), *given[at + 1:])

        def first(*given: Any) -> Any:
            return rule(*given)[0] if len(self.inputs) > 1 else rule(*given)

        arguments, table = len(self.inputs) + len(self.others), of_vjp(rule, *self.inputs)
        table = without(table, *{"a tuple", "only the first", "added up"} & table.keys())
        table = renamed(table, {"grad ignored": "incoming gradient ignored"}) | {
            "no gradient": (lambda *given: (None,) * arguments,
                "No gradient comes back: None stands in its place, or a `return` is missing."),
            "incoming gradient written into": (writing(0),
                "The numbers are right, but the incoming gradient isn't as it was: it belongs to the caller, who may "
                "send it elsewhere, too. Operations with a trailing underscore, and assignments to its entries, write "
                "into it."),
            "argument written into": (writing(1),
                "The numbers are right, but x isn't as it was: something writes into it. What forward is given, and "
                "what ctx has saved, is x itself, and `detach()` is no copy. Compute a new tensor."),
            "result written into": (writing(-1),
                "The numbers are right, but what forward returned has changed under its owner's hands: what ctx has "
                "saved is the result itself. Compute a new tensor."),
            "remembered by the class": (self.made(rule, remembers="all"), REMEMBERED),
        }
        for at, what in enumerate(("the incoming gradient", "x")):
            table[f"view of {what}"] = (viewing(at),
                "`view` wants the numbers to lie in memory in order. After a transpose they don't: `reshape` copies "
                "where it must, and often no other shape is needed.")
        return table | ({
            "one gradient only": (lambda *given: (first(*given),),
                "forward takes two arguments, so backward returns two things in the same order, with a comma between "
                "them and no brackets: a gradient for each, or None for what has none. Torch counted one."),
        } if arguments > 1 else {
            "two gradients": (lambda grad, *rest: (rule(grad, *rest), grad),
                "backward returns more gradients than forward takes arguments: x is the only one."),
        })

    def probe(self, answer: Any, draw: Draw) -> Iterator[Step]:
        kind = _kind(answer)
        yield "what the check was given", kind
        if kind != A_FUNCTION:
            raise TypeError(f"{kind} has no apply to call")
        cases = list(self.cases(draw))
        wide = next(case for case in cases if case[0].ndim > 1 and case[0].shape[0] != case[0].shape[1])
        deep = max(cases, key=lambda case: case[0].ndim)
        kept: dict[Rule, bool] = {}
        dtypes: list[tuple[Any, Any]] = []

        def calls(*todo: tuple[str, tuple[Any, ...]], **how: Any) -> Iterator[Step]:
            """Apply it to all, then send all back."""
            called = [self._applied(answer, draw, words, drawn, **how) for words, drawn in todo]
            for words, drawn, given, incoming, value in called:
                dtypes.append((given[0].dtype, getattr(value, "dtype", None)))
                yield from self._sent_back(words, drawn, given, incoming, value, kept)

        for case in cases:
            yield from calls(("", case))
        yield from calls((", before another call of apply", cases[0]), (", after another call of apply", cases[1]))
        for name in self.inputs if len(self.inputs) > 1 else ():
            yield from calls((f", only {name} needs a gradient", wide), needs=(name,))
        yield from calls((", in float32", tuple(map(_narrow, wide))))
        yield from calls((", x not contiguous", deep), lay=_turned)
        if self.formula(*wide).ndim:
            yield from calls((", incoming gradient not contiguous", deep), send=_turned)
            # Torch refuses writes into an expanded tensor.
            send = _expanded if kept[INCOMING_KEPT] else lambda incoming: _expanded(incoming).clone()
            yield from calls((", incoming gradient expanded", deep), send=send)
        yield "the dtype of the value", next((f"{b} where x is {a}" for a, b in dtypes if a != b), "the dtype of x")
        yield from kept.items()

    def _applied(self, answer: Any, draw: Draw, words: str, drawn: tuple[Any, ...], needs: tuple[str, ...] = (),
                 lay: Layout = torch.clone, send: Layout = torch.clone) -> tuple[str, Any, Any, Tensor, Any]:
        """Apply an answer to copies of what was drawn; return it in words, both, what to send back, and the value."""
        given, said = [], []
        for name, a in zip((*self.inputs, *self.others), drawn, strict=True):
            if name in self.inputs:
                given.append(lay(a).requires_grad_(name in (needs or self.inputs)))
                said.append(f"{name} of shape {tuple(a.shape)}")
            else:
                given.append(a.clone() if isinstance(a, Tensor) else a)
                said.append(f"{name} = {a.tolist() if isinstance(a, Tensor) else format(a, '.3g')}")
        value = self.formula(*drawn)
        # Of either sign, and none of its entries near 0.
        signs = torch.from_numpy(draw.rng.permutation(value.numel()) % 2 * 2 - 1).reshape(value.shape)
        sizes = draw.tensor(*value.shape, low=0.5, high=2.0)
        incoming = (sizes * (signs if value.numel() > 1 else draw.signed(1.0, 1.0))).to(value.dtype)
        return ", ".join(said) + words, drawn, given, send(incoming), answer.apply(*given)

    def _sent_back(self, words: str, drawn: Any, given: Any, incoming: Tensor, value: Any, kept: dict[Rule, bool],
                   ) -> Iterator[Step]:
        """Yield the value and the gradients of a call; note in `kept` whether what must stay as it was did so."""
        names, before, sent = (*self.inputs, *self.others), freeze(value), incoming.clone()
        scale = max(1.0, float(sent.abs().max())) * (1.0 if sent.dtype == torch.float64 else 1e4)  # float32 rounds
        yield f"{words}, the value", value, scale
        for at, gradient in _gradients(value, given, incoming):
            decided, said = self.free(gradient, sent, *drawn)
            yield f"{words}, the gradient of {names[at]}", decided, scale
            if said:
                yield f"{words}, the gradient of {names[at]} where it is 0", said
        stays = {INCOMING_KEPT: torch.equal(incoming, sent), VALUE_KEPT: same(before, freeze(value), 0.0)}
        for name, mine, original in zip(names, given, drawn, strict=True):
            if isinstance(original, Tensor):
                stays[Rule(f"{name} is left as it was")] = torch.equal(mine, original)
        kept |= {rule: kept.get(rule, True) and stayed for rule, stayed in stays.items()}
