"""What the exercises of `gradient_checking` share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from autograd_lab.grading.difference import kind_of, same
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.plain import freeze
from autograd_lab.grading.slips import mistakes

Tensor = torch.Tensor

_Rule = Callable[..., Any]  # (grad, *arguments of forward, value) -> what backward returns

@dataclass(frozen=True)
class _Broken:
    """One of the eight: what its forward computes, the names of its arguments, and how to draw them."""

    name: str
    formula: Callable[..., Tensor]
    names: tuple[str, ...]
    draw: Callable[[Draw], Iterator[tuple[Any, ...]]]  # in float64

    def words(self, arguments: tuple[Any, ...]) -> str:
        said = []
        for name, a in zip(self.names, arguments, strict=True):
            if not isinstance(a, Tensor):
                said.append(f"{name} = {a:.3g}")
            elif a.is_floating_point():
                said.append(f"{name} of shape {tuple(a.shape)}")
            else:
                said.append(f"{name} = {a.tolist()}")
        return ", ".join(said)

def _function(name: str, forward: _Rule, backward: _Rule, setup_context: _Rule | None = None) -> Any:
    """Return a subclass of torch.autograd.Function of that name, which torch's own messages repeat."""
    parts = {"forward": forward, "backward": backward}
    if setup_context:
        parts["setup_context"] = setup_context
    return type(name, (torch.autograd.Function,), {key: staticmethod(part) for key, part in parts.items()})

def _made(broken: _Broken, rule: _Rule, forward: _Rule | None = None, shared: str = "") -> Any:
    """Return a Function whose backward is `rule(grad, *arguments, value)`.

    With `shared`, what one call saves ("tensors", or "all") replaces what the call before has saved.
    """
    last: list[Any] = []

    def whole(ctx: Any, *arguments: Any) -> Any:
        value = (forward or broken.formula)(*arguments)
        ctx.save_for_backward(*(a for a in arguments if isinstance(a, Tensor)), value)
        ctx.numbers = [a for a in arguments if not isinstance(a, Tensor)]
        last[:] = ([t.detach() for t in (*arguments, value) if isinstance(t, Tensor)], ctx.numbers) if shared else ()
        return value

    def backward(ctx: Any, grad: Tensor) -> Any:
        tensors = last[0] if shared else ctx.saved_tensors
        numbers = last[1] if shared == "all" else ctx.numbers
        return rule(grad, *tensors[:-1], *numbers, tensors[-1])  # among the arguments, a number comes last

    return _function(broken.name, whole, backward)

def _by_autograd(broken: _Broken) -> Any:
    """Return a Function whose backward asks torch for the gradient of the formula."""

    def rule(grad: Tensor, *rest: Any) -> Any:
        arguments = [a.detach().requires_grad_() if _is_float(a) else a for a in rest[:-1]]
        with torch.enable_grad():
            value = broken.formula(*arguments)
        back = iter(torch.autograd.grad(value, [a for a in arguments if _is_float(a)], grad))
        return tuple(next(back) if _is_float(a) else None for a in arguments)

    return _made(broken, rule)

def _is_float(argument: Any) -> bool:
    return isinstance(argument, Tensor) and argument.is_floating_point()

A_FUNCTION = "a subclass of torch.autograd.Function"

def _kind(answer: Any) -> str:
    if isinstance(answer, type):
        if answer is torch.autograd.Function:
            return "torch.autograd.Function itself"
        return A_FUNCTION if issubclass(answer, torch.autograd.Function) else "a class, but no " + A_FUNCTION[2:]
    owner = getattr(answer, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, torch.autograd.Function):
        return "a method of the class, not the class itself"
    if isinstance(answer, torch.autograd.Function):
        return "an object of the class, not the class itself"
    return kind_of(freeze(answer))

def _turned(tensor: Tensor) -> Tensor:
    """Return the same numbers, lying in memory with gaps, and in another order of the axes."""
    room = tensor.new_zeros((*reversed(tensor.shape), 2))
    turned = room[..., 0].permute(tuple(reversed(range(tensor.ndim))))
    return turned.copy_(tensor)

def _own(tensor: Tensor) -> Tensor:
    """Return a copy that lies in memory as the tensor does."""
    if 0 in tensor.stride():
        return tensor[:1].clone().expand(tensor.shape)
    return _turned(tensor) if tensor.numel() > 1 and not tensor.is_contiguous() else tensor.clone()

@dataclass(frozen=True)
class _Asked:
    """One call of apply: on what, what came back, and what is to be sent back through it."""

    words: str
    given: tuple[Any, ...]
    incoming: Tensor
    value: Any

    @property
    def scale(self) -> float:
        """Return the size of what is added up; far more in float32, whose rounding is no mistake."""
        size = max(1.0, float(self.incoming.abs().max()))
        return size if self.incoming.dtype == torch.float64 else 1e4 * size

    def gradients(self) -> Iterator[tuple[int, Any]]:
        """Yield for each input that needs one its place and its gradient, or in words why there is none."""
        wanted = [i for i, a in enumerate(self.given) if isinstance(a, Tensor) and a.requires_grad]
        why = ""
        if not isinstance(self.value, Tensor):
            why = f"none: what came from forward is {kind_of(freeze(self.value))}"
        elif self.value.shape != self.incoming.shape:
            why = f"none: what came from forward has the shape {tuple(self.value.shape)}"
        elif not self.value.requires_grad:
            why = "none: what came from forward is cut off from its arguments"
        if why:
            yield from ((i, why) for i in wanted)
            return
        inputs = [self.given[i] for i in wanted]
        yield from zip(wanted, torch.autograd.grad(self.value, inputs, self.incoming, allow_unused=True), strict=True)

def _probe(
    broken: _Broken, free: Callable[..., tuple[Any, str]] | None = None
) -> Callable[[Any, Draw], Iterator[Step]]:
    """Return the probe of one of the eight.

    Parameters
    ----------
    broken : _Broken
    free : callable, optional
        For entries that several gradients are right for: ``free(gradient, incoming, *arguments)`` returns the gradient
        without them, and what they are in words (``""`` where there are none).
    """

    def ask(answer: Any, words: str, arguments: tuple[Any, ...], incoming: Tensor, needs: str = "") -> _Asked:
        given = tuple(
            _own(a).requires_grad_(_is_float(a) and needs in ("", name)) if isinstance(a, Tensor) else a
            for name, a in zip(broken.names, arguments, strict=True)
        )
        return _Asked(broken.words(arguments) + words, given, incoming, answer.apply(*given))

    def back(asked: _Asked, arguments: tuple[Any, ...]) -> Iterator[Step]:
        value, before = asked.value, freeze(asked.value)
        sent = asked.incoming.clone()
        for i, gradient in asked.gradients():
            label = f"{asked.words}, the gradient of {broken.names[i]}"
            said = ""
            if free:
                gradient, said = free(gradient, sent, *arguments)
            yield label, gradient, asked.scale
            if said:
                yield f"{label} where it is 0", said
        yield Rule("the incoming gradient is left as it was"), torch.equal(asked.incoming, sent)
        for name, mine, drawn in zip(broken.names, asked.given, arguments, strict=True):
            if isinstance(drawn, Tensor):
                yield Rule(f"{name} is left as it was"), torch.equal(mine, drawn)
        yield Rule("what forward returned is left as it was"), same(before, freeze(value), 0.0)

    def probe(answer: Any, draw: Draw) -> Iterator[Step]:
        kind = _kind(answer)
        yield "what the check was given", kind
        if kind != A_FUNCTION:
            raise TypeError(f"{kind} has no apply to call")
        dtypes, written = [], False
        cases = list(broken.draw(draw))
        wide = next(c for c in cases if c[0].ndim > 1 and c[0].shape[0] != c[0].shape[1])
        deep = max(cases, key=lambda c: c[0].ndim)
        floats = tuple(name for name, a in zip(broken.names, wide, strict=True) if _is_float(a))
        narrow = tuple(a.float() if _is_float(a) else a for a in wide)
        turned = tuple(_turned(a) if _is_float(a) else a for a in deep)
        todo: list[tuple[str, tuple[Any, ...], str]] = [("", case, "") for case in cases]
        todo += [(f", only {name} needs a gradient", wide, name) for name in floats if len(floats) > 1]
        todo += [(", in float32", narrow, ""), (", x not contiguous", turned, "")]
        if broken.formula(*wide).ndim:
            how = "incoming gradient not contiguous", "incoming gradient expanded"
            todo += [(f", {words}", deep, "") for words in how]
        for words, arguments, needs in todo:
            incoming = _incoming(broken, arguments, draw)
            if "gradient not" in words:
                incoming = _turned(incoming)
            elif "expanded" in words:
                incoming = incoming[:1].expand(incoming.shape)
                incoming = incoming.clone() if written else incoming  # torch refuses writes into an expanded tensor
            sent = incoming.clone()
            asked = ask(answer, words, arguments, incoming, needs)
            yield f"{asked.words}, the value", asked.value, asked.scale
            dtypes.append((arguments[0].dtype, getattr(asked.value, "dtype", None)))
            yield from back(asked, arguments)
            written = written or not torch.equal(incoming, sent)
            if arguments is cases[-1]:
                yield from in_between(answer, cases, draw)
        yield "the dtype of the value", next((f"{b} where x is {a}" for a, b in dtypes if a != b), "the dtype of x")

    def in_between(answer: Any, cases: list[tuple[Any, ...]], draw: Draw) -> Iterator[Step]:
        """Apply it twice before any gradient is asked for."""
        both = [(case, _incoming(broken, case, draw)) for case in cases[:2]]
        words = (", before another call of apply", ", after another call of apply")
        calls = [ask(answer, w, case, incoming) for w, (case, incoming) in zip(words, both, strict=True)]
        for asked, (case, _) in zip(calls, both, strict=True):
            yield from back(asked, case)

    return probe

def _incoming(broken: _Broken, arguments: tuple[Any, ...], draw: Draw) -> Tensor:
    """Return a random incoming gradient of either sign, none of its entries near 0, in the dtype of the value."""
    value = broken.formula(*arguments)
    size = draw.tensor(*value.shape, low=0.5, high=2.0)
    signs = torch.from_numpy(draw.rng.permutation(value.numel()) % 2 * 2 - 1).reshape(value.shape)
    return (size * (signs if value.numel() > 1 else draw.signed(1.0, 1.0))).to(value.dtype)

_Table = dict[str, tuple[Any, str]]  # name -> a rule or a whole class, and a because

def _writing(right: _Rule, at: int) -> _Rule:
    """Return a rule with the right result that writes into one of the things given to it."""

    def rule(*given: Any) -> Any:
        back = right(given[0].clone(), *given[1:])
        given[at].mul_(2)
        return back

    return rule

def _common(right: _Rule) -> _Table:
    """Return the mistakes that any backward invites, made from a right rule."""
    return {
        "incoming gradient ignored": (lambda grad, *rest: right(torch.ones_like(grad), *rest),
            "The result is the same whatever comes back. The chain rule multiplies by the incoming gradient."),
        "sign": (lambda grad, *rest: right(-grad, *rest), "The size is right and the sign is wrong."),
        "incoming gradient written into": (_writing(right, 0),
            "The numbers are right, but the incoming gradient isn't as it was: it belongs to the caller, who may send "
            "it elsewhere, too. Operations with a trailing underscore, and assignments to its entries, write into it."),
        "argument written into": (_writing(right, 1),
            "The numbers are right, but x isn't as it was: something writes into it. What forward is given, and what "
            "ctx has saved, is x itself, and `detach()` is no copy. Compute a new tensor."),
        "no gradient": (lambda grad, *rest: (None,) * (len(rest) - 1),
            "No gradient comes back: None stands in its place, or a `return` is missing."),
    }

def _result_written(right: _Rule) -> tuple[Any, str]:
    return _writing(right, -1), (
        "The numbers are right, but what forward returned has changed under its owner's hands: what ctx has saved is "
        "the result itself. Compute a new tensor."
    )

def _remembered(broken: _Broken, right: _Rule, tensors_only: bool = False) -> tuple[Any, str]:
    return _made(broken, right, shared="tensors" if tensors_only else "all"), (
        "After another call of apply the backward of the first uses what belongs to the second. The class is one for "
        "all calls; each call has a ctx of its own."
    )

def _viewed(right: _Rule, at: int = 0) -> tuple[Any, str]:
    """Return the mistake of viewing the incoming gradient, or x, as one flat row."""
    return lambda *given: right(*given[:at], given[at].view(-1).view(given[at].shape), *given[at + 1 :]), (
        "`view` wants the numbers to lie in memory in order. After a transpose they don't: `reshape` copies where it "
        "must, and often no other shape is needed."
    )

def _one_gradient(right: _Rule) -> tuple[Any, str]:
    return lambda *given: right(*given)[0], (
        "forward takes two arguments, so backward returns two things in the same order, with a comma between them and "
        "no brackets: a gradient for each, or None for what has none. Torch counted one."
    )

def _two_gradients(right: _Rule) -> tuple[Any, str]:
    return lambda grad, *rest: (right(grad, *rest), grad), (
        "backward returns more gradients than forward takes arguments: x is the only one."
    )

NO_GRADIENT_FOR_A_NUMBER = (
    "The second thing that backward returns is for forward's second argument. It is a plain number, no tensor: nobody "
    "can take a gradient for it, and its place holds None."
)

def hunted(
    broken: _Broken,
    table: _Table,
    alternatives: tuple[Any, ...],
    hints: tuple[str, str, str],
    notice: str,
    free: Callable[..., tuple[Any, str]] | None = None,
) -> Exercise:
    def whole(answer: Any) -> Any:
        return answer if isinstance(answer, type) else _made(broken, answer)

    return Exercise(
        name=f"gradient_checking.{broken.name}",
        probe=_probe(broken, free),
        reference=_by_autograd(broken),
        alternatives=tuple(map(whole, alternatives)),
        # The last is a function that returns nothing: here any function would be taken for it.
        mistakes=mistakes({name: (whole(answer), because) for name, (answer, because) in table.items()})[:-1],
        hints=hints,
        section="The hunt",
        notice=notice,
    )

def _eighths(draw: Draw, low: int, high: int) -> float:
    """Return a multiple of 1/8, which float32 holds, where `torch.tensor` and `torch.where` put a number by themselves.

    `low` and `high` are in eighths.
    """
    return int(draw.rng.integers(low, high + 1)) / 8
