"""The hunt: eight broken backward passes of lesson 16, `gradient_checking`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from autograd_lab.grading.difference import kind_of, same
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step, mistakes
from autograd_lab.grading.plain import freeze

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


# Classes out of their parts


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


# Observed

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


# What all eight have in common

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
        "incoming gradient ignored": (
            lambda grad, *rest: right(torch.ones_like(grad), *rest),
            "The result is the same whatever comes back. The chain rule multiplies by the incoming gradient.",
        ),
        "sign": (lambda grad, *rest: right(-grad, *rest), "The size is right and the sign is wrong."),
        "incoming gradient written into": (
            _writing(right, 0),
            "The numbers are right, but the incoming gradient isn't as it was: it belongs to the caller, who may send "
            "it elsewhere, too. Operations with a trailing underscore, and assignments to its entries, write into it.",
        ),
        "argument written into": (
            _writing(right, 1),
            "The numbers are right, but x isn't as it was: something writes into it. What forward is given, and what "
            "ctx has saved, is x itself, and `detach()` is no copy. Compute a new tensor.",
        ),
        "no gradient": (
            lambda grad, *rest: (None,) * (len(rest) - 1),
            "No gradient comes back: None stands in its place, or a `return` is missing.",
        ),
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


def _exercise(
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


# Scale


def _eighths(draw: Draw, low: int, high: int) -> float:
    """Return a multiple of 1/8, which float32 holds, where `torch.tensor` and `torch.where` put a number by themselves.

    `low` and `high` are in eighths.
    """
    return int(draw.rng.integers(low, high + 1)) / 8


def _draw_scale(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape, factor in (
        ((2, 3), _eighths(draw, 2, 7)),
        ((2, 3), _eighths(draw, -23, -9)),
        ((3,), 2.5),
        ((3, 3), _eighths(draw, -7, -2)),
        ((2, 1, 4), 0.0),
        ((1,), 3),
        ((), _eighths(draw, 9, 23)),
    ):
        yield draw.tensor(*shape, low=0.3) * torch.sign(draw.tensor(*shape)), factor


_SCALE = _Broken("Scale", lambda x, factor: x * factor, ("x", "factor"), _draw_scale)


def _scale_back(g: Tensor, x: Tensor, factor: float, y: Tensor) -> Any:
    return g * factor, None


def _keep_factor(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.factor = inputs[1]


def _scale_remembering(ctx: Any, x: Tensor, factor: float) -> Tensor:
    ctx.factor = factor
    return factor * x


SCALE = _exercise(
    _SCALE,
    {
        "factor not applied": (
            lambda g, x, f, y: (g, None),
            "The gradient passes as if nothing had happened to x. A small step of x makes another step of the result.",
        ),
        "divided by the factor": (
            lambda g, x, f, y: (g / f, None),
            "You undo the forward. A gradient asks how much the result moves when x does, and a large factor makes it "
            "move more.",
        ),
        "times x": (
            lambda g, x, f, y: (g * x, None),
            "You multiply by x. That is what the factor's own gradient is made of; which one does x's need?",
        ),
        "times factor and x": (
            lambda g, x, f, y: (g * y, None),
            "You multiply by the factor and by x as well. The slope of a straight line doesn't depend on x.",
        ),
        "factor squared": (
            lambda g, x, f, y: (g * f * f, None),
            "The factor comes in twice.",
        ),
        "factor added": (
            lambda g, x, f, y: (g + f, None),
            "You add the factor to the incoming gradient. What happens one after the other multiplies.",
        ),
        "size of the factor": (
            lambda g, x, f, y: (g * abs(f), None),
            "A negative factor turns the direction round. Yours has lost its sign.",
        ),
        "one gradient only": _one_gradient(_scale_back),
        "a gradient for the factor": (
            lambda g, x, f, y: (g * f, (g * x).sum()),
            NO_GRADIENT_FOR_A_NUMBER,
        ),
        "no factor anywhere": (
            _made(_SCALE, lambda g, x, f, y: (g, None), lambda x, f: x.clone()),
            "Your forward doesn't scale either. The two agree, but Scale has to compute what its name says.",
        ),
        "view of the incoming gradient": _viewed(_scale_back),
        "remembered by the class": _remembered(_SCALE, _scale_back),
        **_common(_scale_back),
    },
    alternatives=(
        _function("Scale", lambda x, factor: x.mul(factor), lambda ctx, g: (ctx.factor * g, None), _keep_factor),
        lambda g, x, f, y: (torch.zeros_like(g).add(g, alpha=f), None, None),
        _function(
            "Scale",
            _scale_remembering,
            lambda ctx, g: (g * ctx.factor if ctx.needs_input_grad[0] else None, None),
        ),
    ),
    hints=(
        "x moves by a little. By how much does factor · x move?",
        "The slope is the factor, the same for every entry: multiply what comes back by it.",
        "`forward` has put it on ctx already: `return grad * ctx.factor, None`",
    ),
    notice="A straight line is its own derivative: backward does to the gradient what forward did to x.",
)


# AddBias


def _draw_add_bias(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for n, d in ((3, 3), (3, 3), (4, 2), (2, 5), (5, 3), (1, 3), (4, 1)):
        yield draw.tensor(n, d), draw.tensor(d)


_ADD_BIAS = _Broken("AddBias", lambda x, bias: x + bias, ("x", "bias"), _draw_add_bias)


def _add_bias_back(g: Tensor, x: Tensor, bias: Tensor, y: Tensor) -> Any:
    return g, g.sum(0)


ADD_BIAS = _exercise(
    _ADD_BIAS,
    {
        "not summed over the rows": (
            lambda g, x, b, y: (g, g[0]),
            "The bias gets what comes back to the first row. It was added to every row, and each of them has its say.",
        ),
        "last row only": (
            lambda g, x, b, y: (g, g[-1]),
            "The bias gets what comes back to the last row. It was added to every row, and each of them has its say.",
        ),
        "last row lost": (
            lambda g, x, b, y: (g, g[:-1].sum(0)),
            "The last row is missing from the bias's gradient: where does your range or slice end?",
        ),
        "mean over the rows": (
            lambda g, x, b, y: (g, g.mean(0)),
            "You take the mean over the rows. Each row has its own effect on the result, and effects add up.",
        ),
        "summed over the columns": (
            lambda g, x, b, y: (g, g.sum(1)),
            "You sum over the wrong axis. The bias has an entry for each column; what was repeated are the rows.",
        ),
        "all summed up": (
            lambda g, x, b, y: (g, g.sum()),
            "You sum over everything, and one number is left. Each entry of the bias has a gradient of its own.",
        ),
        "all summed up and repeated": (
            lambda g, x, b, y: (g, g.sum().expand(g.shape[1])),
            "Every entry of the bias gets the sum of all. Each belongs to one column.",
        ),
        "largest for sum": (
            lambda g, x, b, y: (g, g.amax(0)),
            "You keep the largest of what comes back. Contributions along different paths add up.",
        ),
        "sizes added up": (
            lambda g, x, b, y: (g, g.abs().sum(0)),
            "The bias's gradient adds up sizes. What comes back has a sign, and may cancel.",
        ),
        "sign of the bias's gradient": (
            lambda g, x, b, y: (g, -g.sum(0)),
            "The bias's gradient has the wrong sign.",
        ),
        "rows counted": (
            lambda g, x, b, y: (g, torch.full_like(g[0], len(g))),
            "The bias's gradient is the number of rows, whatever comes back. The chain rule brings the incoming "
            "gradient in.",
        ),
        "times the other argument": (
            lambda g, x, b, y: (g, (g * x).sum(0)),
            "You multiply by x, as in the gradient of a weight. A bias is added: its slope is 1.",
        ),
        "exchanged": (
            lambda g, x, b, y: (g.sum(0), g),
            "The two gradients have changed places: the first belongs to x.",
        ),
        "nothing for the bias": (
            lambda g, x, b, y: (g, None),
            "The bias gets no gradient, and would never be trained.",
        ),
        "nothing for x": (
            lambda g, x, b, y: (None, g.sum(0)),
            "x gets no gradient: whatever lies before this operation would never be trained.",
        ),
        "x divided by the rows": (
            lambda g, x, b, y: (g / len(g), g.sum(0)),
            "The bias's gradient is right. x's is divided by the number of rows: no mean was taken here.",
        ),
        "ones for x": (
            lambda g, x, b, y: (torch.ones_like(g), g.sum(0)),
            "The bias's gradient is right. x's is 1 everywhere, whatever comes back.",
        ),
        "times the bias": (
            lambda g, x, b, y: (g, (g * b).sum(0)),
            "You multiply by the bias itself. How much the result moves with it doesn't depend on how large it is.",
        ),
        "ones in float32": (
            lambda g, x, b, y: (g, torch.ones(len(g), dtype=torch.float32) @ g),
            "Your ones are float32, as `torch.ones` makes them by itself. They need the incoming gradient's dtype.",
        ),
        "the bias asked for x": (
            _function(
                "AddBias",
                lambda ctx, x, bias: x + bias,
                lambda ctx, g: (g, g.sum(0)) if ctx.needs_input_grad[0] else (None, None),
            ),
            "Right, but where x needs no gradient the bias gets none either. Each has an entry of its own in "
            "`needs_input_grad`.",
        ),
        "one gradient only": _one_gradient(_add_bias_back),
        "view of the incoming gradient": _viewed(_add_bias_back),
        **_common(lambda g, *rest: (g.clone(), g.sum(0))),
    },
    alternatives=(
        _function(
            "AddBias",
            lambda x, bias: torch.add(x, bias),
            lambda ctx, g: (g, torch.einsum("nd->d", g)),
            lambda ctx, inputs, output: None,
        ),
        _function(
            "AddBias",
            lambda ctx, x, bias: x + bias[None, :],
            lambda ctx, g: (
                g.clone() if ctx.needs_input_grad[0] else None,
                g.T.sum(1) if ctx.needs_input_grad[1] else None,
            ),
        ),
        lambda g, x, b, y: (g, g),
        lambda g, x, b, y: (g, g.sum(0, keepdim=True)),
        lambda g, x, b, y: (g, g.mean(0) * len(g), None),
    ),
    hints=(
        "Into how many entries of the result did one entry of the bias go?",
        "Into one entry of each row. What comes back to them adds up: a sum over the rows.",
        "The rows are axis 0: `grad.sum(0)` for the bias.",
    ),
    notice="With one row alone the broken one was right: a test needs a batch.",
)


# LeakyReLU

AT_ZERO = "between slope and 1 times the incoming gradient"


def _draw_leaky(draw: Draw) -> Iterator[tuple[Any, ...]]:
    cases = (
        ((3, 3), _eighths(draw, 1, 3), 0),
        ((3, 3), _eighths(draw, 4, 7), 0),
        ((2, 3), _eighths(draw, -7, -2), 0),
        ((2, 1, 4), _eighths(draw, 10, 20), 0),
        ((6,), 0.0, 0),
        ((5, 4), _eighths(draw, 1, 3), 3),
        ((2, 3), _eighths(draw, 10, 20), 2),
        ((2, 3), _eighths(draw, -7, -2), 2),
        ((1,), _eighths(draw, -7, -2), 0),
        ((), _eighths(draw, 1, 3), 0),
    )
    for number, (shape, slope, zeros) in enumerate(cases):
        x = draw.tensor(*shape, low=0.1) * (-1) ** number  # so that the first two have different masks
        x.view(-1)[1::2] *= -1
        x.view(-1)[:zeros] = 0
        yield x, slope


_LEAKY = _Broken("LeakyReLU", lambda x, slope: torch.where(x > 0, x, slope * x), ("x", "slope"), _draw_leaky)


def _leaky_back(g: Tensor, x: Tensor, slope: float, y: Tensor) -> Any:
    return torch.where(x > 0, g, slope * g), None


def _free_at_zero(gradient: Any, incoming: Tensor, x: Tensor, slope: float) -> tuple[Any, str]:
    """Return the gradient without what stands where x is 0, and in words what stands there."""
    zero = x == 0
    if not isinstance(gradient, Tensor) or not zero.any():
        return gradient, AT_ZERO if zero.any() else ""
    wrong = [
        ratio
        for ratio in (gradient / incoming)[zero].tolist()
        if not min(slope, 1) - 1e-6 <= ratio <= max(slope, 1) + 1e-6
    ]
    said = f"{wrong[0]:.3g} times the incoming gradient, in {len(wrong)} of {int(zero.sum())} places" if wrong else ""
    return gradient.masked_fill(zero, 0.0), said or AT_ZERO


LEAKY_RELU = _exercise(
    _LEAKY,
    {
        "mask missing": (
            lambda g, x, s, y: (g, None),
            "Where x is negative the incoming gradient passes as it is. The forward does something else there: does "
            "your backward ask where x is positive, and where not?",
        ),
        "mask turned round": (
            lambda g, x, s, y: (torch.where(x > 0, s * g, g), None),
            "The two branches have changed places: the slope belongs to where x is negative.",
        ),
        "slope everywhere": (
            lambda g, x, s, y: (s * g, None),
            "The slope multiplies everywhere. Where x is positive it comes out as it is.",
        ),
        "nothing below 0": (
            lambda g, x, s, y: (g * (x > 0), None),
            "Where x is negative nothing comes back, as in a plain ReLU. This one leaks.",
        ),
        "mask of the gradient": (
            lambda g, x, s, y: (torch.where(g > 0, g, s * g), None),
            "Your mask asks for the sign of the incoming gradient. Which branch was taken was decided by x.",
        ),
        "mask of the result": (
            lambda g, x, s, y: (torch.where(y > 0, g, s * g), None),
            "Your mask asks for the sign of the result. With a negative slope the result is positive on both sides: "
            "which branch was taken was decided by x.",
        ),
        "gradient lost below 0": (
            lambda g, x, s, y: (torch.where(x > 0, g, torch.full_like(g, s)), None),
            "Where x is negative you return the slope alone. The chain rule brings the incoming gradient in there, "
            "too.",
        ),
        "value below 0": (
            lambda g, x, s, y: (torch.where(x > 0, g, s * x), None),
            "Where x is negative you return the value of the forward. Its derivative is wanted, times what comes back.",
        ),
        "times the result": (
            lambda g, x, s, y: (g * y, None),
            "You multiply by the result itself. How much it moves is its derivative.",
        ),
        "minus slope": (
            lambda g, x, s, y: (torch.where(x > 0, g, -s * g), None),
            "Where x is negative your sign is wrong.",
        ),
        "size of the slope": (
            lambda g, x, s, y: (torch.where(x > 0, g, abs(s) * g), None),
            "A slope may be negative; yours has lost its sign.",
        ),
        "a slope of its own": (
            lambda g, x, s, y: (torch.where(x > 0, g, 0.01 * g), None),
            "Where x is negative you multiply by 0.01, whatever slope is given.",
        ),
        "threshold at the slope": (
            lambda g, x, s, y: (torch.where(x > s, g, s * g), None),
            "Your mask compares x with the slope. The function has its corner at 0.",
        ),
        "0 where x is 0": (
            lambda g, x, s, y: (g * (x > 0) + s * g * (x < 0), None),
            "Right, but where x is exactly 0 neither of your cases holds, and nothing comes back.",
        ),
        "both where x is 0": (
            lambda g, x, s, y: (g * (x >= 0) + s * g * (x <= 0), None),
            "Right, but where x is exactly 0 both of your cases hold, and they add up.",
        ),
        "NaN where x is 0": (
            lambda g, x, s, y: (g * y / x, None),
            "Right, but where x is exactly 0 you divide 0 by 0.",
        ),
        "maximum of both": (
            _made(_LEAKY, _leaky_back, lambda x, s: torch.maximum(x, s * x)),
            "Your forward takes the larger of x and slope · x. For a slope above 1 that is the wrong one.",
        ),
        "one gradient only": _one_gradient(_leaky_back),
        "a gradient for the slope": (
            lambda g, x, s, y: (_leaky_back(g, x, s, y)[0], (g * x).sum()),
            NO_GRADIENT_FOR_A_NUMBER,
        ),
        "view of x": _viewed(_leaky_back, at=1),
        "view of the incoming gradient": _viewed(_leaky_back),
        "remembered by the class": _remembered(_LEAKY, _leaky_back),
        "mask remembered by the class": _remembered(_LEAKY, _leaky_back, tensors_only=True),
        **_common(_leaky_back),
    },
    alternatives=(
        _function(
            "LeakyReLU",
            lambda x, slope: torch.nn.functional.leaky_relu(x, slope),
            lambda ctx, g: (g * ctx.factor, None),
            lambda ctx, inputs, output: setattr(
                ctx, "factor", torch.where(inputs[0] >= 0, torch.ones_like(inputs[0]), inputs[1])
            ),
        ),
        lambda g, x, s, y: (g * ((1 + s) / 2 + (1 - s) / 2 * x.sign()), None),
        lambda g, x, s, y: (g * (x > 0) + s * g * (x <= 0), None, None),
        lambda g, x, s, y: (g * torch.where(x > 0, 1.0, s), None),  # float32, which holds these slopes
    ),
    hints=(
        "Which of the two branches did an entry take, and what is the slope of that branch?",
        "1 where x > 0, the slope elsewhere; times the incoming gradient.",
        "x is in `ctx.saved_tensors`: `torch.where(x > 0, grad, ctx.slope * grad)`",
    ),
    notice="Had all of x been positive, no check could have seen it: each branch must be taken.",
    free=_free_at_zero,
)


# Softmax


def _draw_softmax(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape in ((3, 3), (3, 3), (2, 4), (2, 3, 4), (3, 3, 3), (5,), (3, 1)):
        yield (draw.tensor(*shape),)
    yield (draw.tensor(2, 3) + 1000 * torch.tensor([[1.0], [-1.0]], dtype=torch.float64),)
    yield (draw.tensor(4) * 20,)


_SOFTMAX = _Broken("Softmax", lambda x: torch.softmax(x, -1), ("x",), _draw_softmax)


def _softmax_back(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return y * (g - (g * y).sum(-1, keepdim=True))


def _with_axis(axis: int) -> Callable[[Tensor], Tensor]:
    return lambda x: torch.softmax(x, axis)


SOFTMAX = _exercise(
    _SOFTMAX,
    {
        "only the diagonal": (
            lambda g, x, y: g * y * (1 - y),
            "That is how each result moves with its own entry. All of them share a denominator: each moves with the "
            "others' entries, too.",
        ),
        "only the diagonal, incoming gradient ignored": (
            lambda g, x, y: y * (1 - y),
            "That is how each result moves with its own entry, whatever comes back. The incoming gradient is missing, "
            "and so is what the others have to do with it.",
        ),
        "denominator taken for constant": (
            lambda g, x, y: g * y,
            "Your gradient is that of exp(x) over a fixed number. The denominator moves with x, too.",
        ),
        "summed over everything": (
            lambda g, x, y: y * (g - (g * y).sum()),
            "Your sum runs over all entries. Each row has a softmax of its own.",
        ),
        "summed over axis 0": (
            lambda g, x, y: y * (g - (g * y).sum(0)),
            "Your sum runs over axis 0. The entries that share a denominator lie along the last.",
        ),
        "summed over axis 1": (
            lambda g, x, y: y * (g - (g * y).sum(1, keepdim=True)),
            "Axis 1 is the last only for a matrix. x may have one axis, or three.",
        ),
        "axis lost in the sum": (
            lambda g, x, y: y * (g - (g * y).sum(-1)),
            "The sum runs over the right axis and takes it away: where the shapes fit at all, each row's sum goes to a "
            "column. Keep the axis.",
        ),
        "mean for sum": (
            lambda g, x, y: y * (g - (g * y).mean(-1, keepdim=True)),
            "You subtract a mean where a sum is due: the weights y add up to 1 already.",
        ),
        "sum without weights": (
            lambda g, x, y: y * (g - g.sum(-1, keepdim=True)),
            "The sum that you subtract takes all incoming gradients alike. Each has its weight.",
        ),
        "mean without weights": (
            lambda g, x, y: y * (g - g.mean(-1, keepdim=True)),
            "The mean that you subtract takes all incoming gradients alike. Each has its weight.",
        ),
        "plus for minus": (
            lambda g, x, y: y * (g + (g * y).sum(-1, keepdim=True)),
            "The right two terms, joined by the wrong sign: what another entry gains is taken from this one.",
        ),
        "not weighted in front": (
            lambda g, x, y: g - (g * y).sum(-1, keepdim=True),
            "What stands in the bracket is right. How much an entry moves the result also depends on its own share.",
        ),
        "second term not weighted": (
            lambda g, x, y: g * y - (g * y).sum(-1, keepdim=True),
            "The sum is subtracted from every entry alike. Each entry's share belongs to that term, too.",
        ),
        "own entry taken away twice": (
            lambda g, x, y: g * y * (1 - y) - y * (g * y).sum(-1, keepdim=True),
            "To the diagonal you add the whole sum, which has the entry itself in it: it counts twice.",
        ),
        "log-softmax": (
            lambda g, x, y: g - y * g.sum(-1, keepdim=True),
            "That is the backward of the logarithm of softmax. This one returns the softmax itself.",
        ),
        "arguments for shares": (
            lambda g, x, y: _softmax_back(g, x, x),
            "The formula is right, but it is fed with x. It speaks of the result.",
        ),
        "overflow": (
            _made(_SOFTMAX, _softmax_back, lambda x: x.exp() / x.exp().sum(-1, keepdim=True)),
            "Right for small numbers. exp(1000) is infinite and exp(−1000) is 0: `torch.softmax` takes care of that.",
        ),
        "forward over axis 0": (
            _made(_SOFTMAX, lambda g, x, y: y * (g - (g * y).sum(0)), _with_axis(0)),
            "Your forward goes along axis 0. It was right along the last.",
        ),
        "view of the incoming gradient": _viewed(_softmax_back),
        "two gradients": _two_gradients(_softmax_back),
        "result written into": _result_written(_softmax_back),
        "remembered by the class": _remembered(_SOFTMAX, _softmax_back),
        **_common(_softmax_back),
    },
    alternatives=(
        _function(
            "Softmax",
            lambda x: (x - x.logsumexp(-1, keepdim=True)).exp(),
            lambda ctx, g: torch.ops.aten._softmax_backward_data(g, ctx.saved_tensors[0], -1, g.dtype),
            lambda ctx, inputs, output: ctx.save_for_backward(output),
        ),
        lambda g, x, y: torch.einsum("...ij,...j->...i", torch.diag_embed(y) - y[..., None] * y[..., None, :], g),
        lambda g, x, y: (g * y * (1 - y) - y * ((g * y).sum(-1, keepdim=True) - g * y), None),
    ),
    hints=(
        "x at j moves: which of the results move, and by how much, the j-th and another one, the i-th?",
        "The i-th moves by yᵢ(1 − yᵢ) with its own entry, and by −yᵢyⱼ with another. Times gᵢ and added up over i: "
        "yⱼ(gⱼ − Σ gᵢyᵢ).",
        "`y * (grad - (grad * y).sum(-1, keepdim=True))`",
    ),
    notice="Every row of the gradient adds up to 0: adding the same number to a whole row of x changes nothing.",
)


# MeanSquare


def _draw_mean_square(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape in ((3, 3), (3, 3), (2, 4), (2, 3, 2), (5,), (1,), ()):
        yield (draw.tensor(*shape),)


_MEAN_SQUARE = _Broken("MeanSquare", lambda x: (x * x).mean(), ("x",), _draw_mean_square)


def _mean_square_back(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return g * 2 * x / x.numel()


MEAN_SQUARE = _exercise(
    _MEAN_SQUARE,
    {
        "mean taken for a sum": (
            lambda g, x, y: g * 2 * x,
            "That is the gradient of the sum of the squares. The forward takes their mean.",
        ),
        "forward a sum, too": (
            _made(_MEAN_SQUARE, lambda g, x, y: g * 2 * x, lambda x: (x * x).sum()),
            "Now the two agree, but on the sum of the squares. MeanSquare has to compute what its name says.",
        ),
        "divided by the number of rows": (
            lambda g, x, y: g * 2 * x / len(x),
            "`len(x)` is the length of the first axis alone, and a single number has none. How many squares went into "
            "the mean?",
        ),
        "divided by the last axis": (
            lambda g, x, y: g * 2 * x / x.shape[-1],
            "You divide by the length of one axis, and a single number has none. How many squares went into the mean?",
        ),
        "matrices only": (
            lambda g, x, y: g * 2 * x / (x.shape[0] * x.shape[1]),
            "You divide by the lengths of two axes. x may have one, three or none: how many squares went into the "
            "mean?",
        ),
        "2 missing": (
            lambda g, x, y: g * x / x.numel(),
            "Half of what it should be. What is the derivative of a square?",
        ),
        "divided by one less": (
            lambda g, x, y: g * 2 * x / (x.numel() - 1),
            "You divide by one less than the number of entries, as a variance does. This is a plain mean.",
        ),
        "divided twice": (
            lambda g, x, y: g * 2 * x / x.numel() ** 2,
            "You divide by the number of entries twice. The mean did so once.",
        ),
        "mean of the gradient": (
            lambda g, x, y: (g * 2 * x).mean(),
            "You return one number, a mean over all entries. Each entry of x has a gradient of its own.",
        ),
        "mean of the gradient, repeated": (
            lambda g, x, y: (g * 2 * x).mean().expand(x.shape),
            "All entries get the same, a mean. Each entry of x has a gradient of its own.",
        ),
        "x squared": (
            lambda g, x, y: g * 2 * x * x / x.numel(),
            "You multiply by the square itself. What is the derivative of a square?",
        ),
        "size of x": (
            lambda g, x, y: g * 2 * x.abs() / x.numel(),
            "Where x is negative your sign is wrong: a larger x makes a smaller square there.",
        ),
        "forward writes into x": (
            _made(_MEAN_SQUARE, _mean_square_back, lambda x: x.mul_(x).mean()),
            "Your forward squares x in place: afterwards neither the caller nor ctx has x, only its squares.",
        ),
        "root of the mean": (
            lambda g, x, y: g * x / (x.numel() * y.sqrt()),
            "That is the gradient of the root of the mean square. No root is taken here.",
        ),
        "mean of each row": (
            _made(_MEAN_SQUARE, lambda g, x, y: g[..., None] * 2 * x / x.shape[-1], lambda x: (x * x).mean(-1)),
            "Your forward takes a mean for each row. One mean over all entries is asked for.",
        ),
        "view of x": _viewed(_mean_square_back, at=1),
        "two gradients": _two_gradients(_mean_square_back),
        "remembered by the class": _remembered(_MEAN_SQUARE, _mean_square_back),
        **_common(_mean_square_back),
    },
    alternatives=(
        _function(
            "MeanSquare",
            lambda x: torch.nn.functional.mse_loss(x, torch.zeros_like(x)),
            lambda ctx, g: ctx.saved_tensors[0].mul(2).div(ctx.saved_tensors[0].numel()) * g,
            lambda ctx, inputs, output: ctx.save_for_backward(*inputs),
        ),
        lambda g, x, y: (2 * g.item() / x.nelement() * x, None),
        lambda g, x, y: 2 * g * x / torch.ones_like(x).sum(),
    ),
    hints=(
        "By how much does one of the squares move, and by how much the mean of all of them?",
        "2x, divided by the number of entries; times what comes back.",
        "`grad * 2 * x / x.numel()`",
    ),
    notice="Descent with the broken one would still go downhill, with steps as many times too large as x has entries.",
)


# Gather


def _draw_gather(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape, index in (
        ((4, 3), [1, 0, 1, 1]),
        ((4, 3), [2, 2, 0, 1]),
        ((3, 3), [2, 0, 2]),
        ((4, 2), [2, 0, 3, 1]),
        ((5, 2), [4, 0, 0, 3, 4, 1, 0]),
        ((2, 3, 2), [1, 1, 0]),
        ((6,), [3, 0, 3, 4, 3]),
        ((3, 2), [1]),
        ((1, 2), [0, 0, 0]),
    ):
        yield draw.tensor(*shape), torch.tensor(index)


_GATHER = _Broken("Gather", lambda x, index: x[index], ("x", "index"), _draw_gather)


def _gather_back(g: Tensor, x: Tensor, index: Tensor, y: Tensor) -> Any:
    return torch.zeros_like(x).index_add_(0, index, g), None


def _keep_index(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.shape = inputs[0].shape
    ctx.save_for_backward(inputs[1])


def _row_by_row(g: Tensor, x: Tensor, index: Tensor, reduce: Callable[[Tensor], Tensor]) -> Any:
    """Return for each row of x what `reduce` makes of the gradients that come back to it; 0 for a row never named."""
    rows = [g[index == k] for k in range(len(x))]
    return torch.stack([reduce(r) if len(r) else torch.zeros_like(x[k]) for k, r in enumerate(rows)]), None


def _neighbours(g: Tensor, x: Tensor, index: Tensor, y: Tensor) -> Any:
    back = torch.zeros_like(x)
    for k, row in enumerate(index.tolist()):
        back[row] = g[k] + (back[row] if k and row == index[k - 1] else 0)
    return back, None


def _added_where_it_stands(g: Tensor, x: Tensor, index: Tensor, y: Tensor) -> Any:
    back = torch.zeros_like(x)
    for k, row in enumerate(index.tolist()):
        back[k] += g[row]
    return back, None


GATHER = _exercise(
    _GATHER,
    {
        "assigned, not added": (
            lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r[-1]),
            "A row that index names several times keeps only one of the gradients that come back to it. `=` replaces, "
            "and so does `x_grad[index] += grad`, which writes to each row once. What happened to the others?",
        ),
        "first gradient only": (
            lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r[0]),
            "A row that index names several times keeps only the first of the gradients that come back to it.",
        ),
        "mean of a row's gradients": (
            lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r.mean(0)),
            "A row that index names several times gets the mean of what comes back. Each copy has its own effect.",
        ),
        "largest of a row's gradients": (
            lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r.amax(0)),
            "A row that index names several times gets the largest of what comes back. Each copy has its own effect.",
        ),
        "last gradient times the count": (
            lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r[-1] * len(r)),
            "You count how often a row is named, and multiply one of its gradients. The copies get different ones.",
        ),
        "last gradient twice": (
            lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r.sum(0) + r[-1]),
            "One gradient of each row counts twice: it is assigned, and then all of them are added on top.",
        ),
        "only neighbours added": (
            _neighbours,
            "A row that is named twice in a row gets both gradients; where another is named between them, one is lost.",
        ),
        "gathered again": (
            lambda g, x, i, y: (g[i], None),
            "You pick rows of the incoming gradient, as the forward does with x. On the way back, what came from a "
            "row returns to that row.",
        ),
        "places exchanged": (
            _added_where_it_stands,
            "You add up, but to the wrong rows: the k-th gradient belongs to the row that index names at k.",
        ),
        "order turned round": (
            lambda g, x, i, y: _gather_back(g.flip(0), x, i, y),
            "Gradients and rows run in opposite order: the first gradient meets the last name.",
        ),
        "zeros as the incoming gradient": (
            lambda g, x, i, y: (torch.zeros_like(g).index_add(0, i, g), None),
            "What you fill has the shape of the incoming gradient. There may be more rows in x than are named, or "
            "fewer.",
        ),
        "rows up to the last one named": (
            lambda g, x, i, y: (g.new_zeros((int(i.max()) + 1, *x.shape[1:])).index_add(0, i, g), None),
            "There are rows only up to the largest that index names. x may have more: they get zeros.",
        ),
        "added along the last axis": (
            lambda g, x, i, y: (torch.zeros_like(x).index_add(-1, i, g), None),
            "You add along the last axis. Rows are picked along axis 0.",
        ),
        "index not spread out": (
            lambda g, x, i, y: (
                torch.zeros_like(x).scatter_add(0, i.reshape(-1, *[1] * (g.ndim - 1)), g),
                None,
            ),
            "`scatter_add` goes through the entries of its index, not through rows: your index has one column, so all "
            "others get nothing.",
        ),
        "first row lost": (
            lambda g, x, i, y: (
                _gather_back(g, x, i, y)[0] * (torch.arange(len(x)) > 0).reshape(-1, *[1] * (x.ndim - 1)),
                None,
            ),
            "Row 0 gets nothing. It is a row as any other.",
        ),
        "zeros in float32": (
            lambda g, x, i, y: (torch.zeros(x.shape, dtype=torch.float32).index_add(0, i, g), None),
            "Your zeros are float32, as `torch.zeros` makes them by itself. They need the dtype of the incoming "
            "gradient.",
        ),
        "zeros in float64": (
            lambda g, x, i, y: (torch.zeros(x.shape, dtype=torch.float64).index_add(0, i, g), None),
            "Your zeros are float64, whatever comes in. They need the dtype of the incoming gradient.",
        ),
        "one gradient only": _one_gradient(_gather_back),
        "view of the incoming gradient": _viewed(_gather_back),
        "remembered by the class": _remembered(_GATHER, _gather_back),
        **_common(_gather_back),
    },
    alternatives=(
        _function(
            "Gather",
            lambda x, index: x.index_select(0, index),
            lambda ctx, g: (g.new_zeros(ctx.shape).index_put((*ctx.saved_tensors,), g, accumulate=True), None),
            _keep_index,
        ),
        lambda g, x, i, y: _row_by_row(g, x, i, lambda r: r.sum(0)),
        lambda g, x, i, y: (torch.einsum("kn,k...->n...", torch.nn.functional.one_hot(i, len(x)).to(g), g), None),
        lambda g, x, i, y: (*_gather_back(g, x, i, y), None),
    ),
    hints=(
        "A row that is named three times stands in three places of the result. What comes back to it?",
        "The sum of what comes back to its places; zero for a row that is never named.",
        "`x_grad.index_add_(0, index, grad)` instead of the assignment, or a loop with `x_grad[row] += grad[k]`.",
    ),
    notice="Words' vectors are fetched like this: of a word that comes twice, the broken one learned only once.",
)


# Norm


def _draw_norm(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape, size in (
        ((3, 3), 1.0),
        ((3, 3), 1.0),
        ((2, 4), 1.0),
        ((2, 3), 0.01),
        ((2, 3), 100.0),
        ((2, 3, 2), 1.0),
        ((5,), 1.0),
        ((1,), 1.0),
        ((), 1.0),
    ):
        yield (size * draw.tensor(*shape, low=0.3) * torch.sign(draw.tensor(*shape)),)


_NORM = _Broken("Norm", lambda x: (x * x).sum().sqrt(), ("x",), _draw_norm)


def _norm_back(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return g * x / y


NORM = _exercise(
    _NORM,
    {
        "not divided by the norm": (
            lambda g, x, y: g * x,
            "That would be the gradient of half the sum of the squares. The root has a derivative, too.",
        ),
        "without the root": (
            lambda g, x, y: 2 * g * x,
            "That is the gradient of the sum of the squares. The root has a derivative, too.",
        ),
        "2 left over": (
            lambda g, x, y: g * 2 * x / y,
            "Twice what it should be. The square has brought a 2 in: what does the root bring?",
        ),
        "divided by twice the norm": (
            lambda g, x, y: g * x / (2 * y),
            "Half of what it should be. The root has brought a 2 in: what does the square bring?",
        ),
        "times the norm": (
            lambda g, x, y: g * x * y,
            "You multiply by the norm. The root of something large grows slowly.",
        ),
        "sign of the incoming gradient lost": (
            lambda g, x, y: g.abs() * x / y,
            "Only the size of the incoming gradient counts. Where it is negative, yours should change sign, too.",
        ),
        "norm squared": (
            lambda g, x, y: g * x / y**2,
            "You divide by the square of the norm. What was returned is the root already.",
        ),
        "root of the norm": (
            lambda g, x, y: g * x / y.sqrt(),
            "You divide by the root of the norm. The norm is the root already.",
        ),
        "x missing": (
            lambda g, x, y: (g / y).expand(x.shape),
            "All entries get the same. A large entry of x moves the norm more than a small one.",
        ),
        "x missing, one number": (
            lambda g, x, y: g / y,
            "One number comes back for all entries. A large entry of x moves the norm more than a small one.",
        ),
        "size of x": (
            lambda g, x, y: g * x.abs() / y,
            "Where x is negative your sign is wrong: a larger x makes a shorter vector there.",
        ),
        "sign of x": (
            lambda g, x, y: g * x.sign(),
            "That is the gradient of the sum of the absolute values. This norm adds up squares.",
        ),
        "another norm": (
            lambda g, x, y: g * x / x.abs().sum(),
            "You divide by the sum of the absolute values. This norm is the root of the sum of the squares.",
        ),
        "norm of each row": (
            lambda g, x, y: g * x / x.norm(dim=-1, keepdim=True),
            "You divide each row by its own norm. The norm goes over all entries.",
        ),
        "something added to the norm": (
            lambda g, x, y: g * x / (y + 1e-6),
            "You add 10⁻⁶ before you divide. x is never all zero here, and for a small x that is much too much.",
        ),
        "forward writes into x": (
            _made(_NORM, _norm_back, lambda x: x.mul_(x).sum().sqrt()),
            "Your forward squares x in place: afterwards neither the caller nor ctx has x, only its squares.",
        ),
        "upside down": (
            lambda g, x, y: g * y / x,
            "You divide the norm by x. A large entry of x moves the norm more than a small one.",
        ),
        "norm at least 1": (
            lambda g, x, y: g * x / y.clamp(min=1),
            "You never divide by less than 1. A short vector has a gradient that is as long as any other's.",
        ),
        "view of x": _viewed(_norm_back, at=1),
        "two gradients": _two_gradients(_norm_back),
        "result written into": _result_written(_norm_back),
        "remembered by the class": _remembered(_NORM, _norm_back),
        **_common(_norm_back),
    },
    alternatives=(
        _function(
            "Norm",
            lambda x: torch.linalg.vector_norm(x),
            lambda ctx, g: g * ctx.unit,
            lambda ctx, inputs, output: setattr(ctx, "unit", inputs[0] / output),
        ),
        lambda g, x, y: (g * 0.5 / y) * (2 * x),
        lambda g, x, y: (g * x * (x * x).sum().rsqrt(), None),
    ),
    hints=(
        "The norm is the root of a sum of squares. What is the derivative of the root, and of the sum inside?",
        "1 / (2 · norm) times 2x: x divided by the norm, times what comes back.",
        "`norm` has been saved, too: `grad * x / norm`",
    ),
    notice="The gradient has length 1, however long x is. At x = 0 it has no direction.",
)


# Cumsum


def _draw_cumsum(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape in ((3, 3), (3, 3), (2, 4), (2, 3, 4), (2, 2, 2, 2), (3, 3, 3), (5,), (3, 1), (1,)):
        yield (draw.tensor(*shape),)


_CUMSUM = _Broken("Cumsum", lambda x: x.cumsum(-1), ("x",), _draw_cumsum)


def _cumsum_back(g: Tensor, *rest: Tensor) -> Tensor:
    return g.flip(-1).cumsum(-1).flip(-1)


def _triangle(g: Tensor, diagonal: int = 0) -> Tensor:
    return torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).tril(diagonal)


CUMSUM = _exercise(
    _CUMSUM,
    {
        "flipped once only": (
            lambda g, x, y: g.flip(-1).cumsum(-1),
            "The sums are right, but they stand in reverse order: the first entry of x gets what belongs to the last.",
        ),
        "not flipped": (
            lambda g, x, y: g.cumsum(-1),
            "Your sums run as the forward's do. The first entry of x goes into every sum, the last one only into one.",
        ),
        "flipped at the end only": (
            lambda g, x, y: g.cumsum(-1).flip(-1),
            "You sum from the front and turn the result round. Turning round comes before the sum, too.",
        ),
        "second flip along another axis": (
            lambda g, x, y: g.flip(-1).cumsum(-1).flip(0),
            "The second flip goes along axis 0. It has to undo the first.",
        ),
        "all axes flipped": (
            lambda g, x, y: g.flip(-1).cumsum(-1).flip(tuple(range(g.ndim))),
            "The second flip turns all axes round. It has to undo the first, which turned one.",
        ),
        "flips along axis 0": (
            lambda g, x, y: g.flip(0).cumsum(-1).flip(0),
            "You turn axis 0 round, and back. The sums run along the last axis.",
        ),
        "sums along axis 0": (
            lambda g, x, y: g.flip(0).cumsum(0).flip(0),
            "Everything happens along axis 0. The forward sums along the last.",
        ),
        "right flips, sum along axis 0": (
            lambda g, x, y: g.flip(-1).cumsum(0).flip(-1),
            "The flips are right; the sum between them runs along axis 0.",
        ),
        "axis 1": (
            lambda g, x, y: g.flip(1).cumsum(1).flip(1),
            "Axis 1 is the last only for a matrix. x may have one axis, or three.",
        ),
        "passed on": (
            lambda g, x, y: g.clone(),
            "Each entry gets what comes back to its own place. It went into the sums behind it, too.",
        ),
        "total for all": (
            lambda g, x, y: g.sum(-1, keepdim=True).expand(g.shape),
            "All entries get the same total. An entry goes into the sums from its place on, not into those before it.",
        ),
        "own place left out": (
            lambda g, x, y: _cumsum_back(g) - g,
            "What comes back to the entry's own place is missing: the sum there ends with it, and includes it.",
        ),
        "triangle in float32": (
            lambda g, x, y: g @ _triangle(g.float()),
            "Your ones are float32, as `torch.ones` makes them by itself. They need the incoming gradient's dtype.",
        ),
        "own place twice": (
            lambda g, x, y: _cumsum_back(g) + g,
            "What comes back to the entry's own place counts twice.",
        ),
        "axis lost in the total": (
            lambda g, x, y: g.sum(-1) - g.cumsum(-1) + g,
            "The total has lost its axis: where the shapes fit at all, each row's total goes to a column. Keep the "
            "axis.",
        ),
        "differences": (
            lambda g, x, y: torch.diff(g, prepend=torch.zeros_like(g[..., :1])),
            "Differences undo the sums. The gradient isn't the inverse: it asks into which sums an entry went.",
        ),
        "mean for sum": (
            lambda g, x, y: _cumsum_back(g) / g.shape[-1],
            "You divide by the length. Contributions add up; none of the sums was a mean.",
        ),
        "forward turned round": (
            _made(_CUMSUM, lambda g, x, y: g.cumsum(-1), _cumsum_back),
            "Your forward sums from the end, to fit the backward. It was right as it was.",
        ),
        "view of the incoming gradient": _viewed(_cumsum_back),
        "two gradients": _two_gradients(_cumsum_back),
        **_common(_cumsum_back),
    },
    alternatives=(
        _function(
            "Cumsum",
            lambda x: torch.cumsum(x, x.ndim - 1),
            lambda ctx, g: g @ _triangle(g),
            lambda ctx, inputs, output: None,
        ),
        lambda g, x, y: g.sum(-1, keepdim=True) - g.cumsum(-1) + g,
        lambda g, x, y: (torch.einsum("...i,ij->...j", g, _triangle(g)), None),
    ),
    hints=(
        "Into which of the running sums does the j-th entry go?",
        "Into those from its place on: the gradient is the sum of the incoming ones from j to the end, a running sum "
        "from behind.",
        "Turn round, sum, and turn back: `.flip(-1)` before `.cumsum(-1)`, and once more after it.",
    ),
    notice="Written as a matrix, the forward is a triangle of ones, and the backward is its transpose.",
)


HUNT = (SCALE, ADD_BIAS, LEAKY_RELU, SOFTMAX, MEAN_SQUARE, GATHER, NORM, CUMSUM)
