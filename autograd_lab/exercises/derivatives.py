"""The exercises of lesson 01, `derivatives`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from autograd_lab.grading.exercise import NOTHING_RETURNED, Draw, Exercise, Mistake, Rule, Step

Tensor = torch.Tensor
Function = Callable[[float], float]


def probe_by_hand(answer: Any, draw: Draw) -> Iterator[Step]:
    for shape in ((), (4,), (2, 3), (2, 1, 3)):
        x = draw.tensor(*shape, low=0.3) * torch.where(draw.tensor(*shape) > 0, 1.0, -1.0)
        yield f"an input of shape {shape}", answer(x)
        yield Rule("the argument is left as it was"), [x, x.requires_grad, x.grad]


DQ_DA = Exercise(
    name="derivatives.dq_da",
    probe=probe_by_hand,
    reference=lambda a: 9 * a * a,
    alternatives=(
        lambda a: 3 * 3 * a**2,
        lambda a: torch.func.jacrev(lambda x: (3 * x**3).sum())(a),
        lambda a: (3 * a).square(),
    ),
    mistakes=(
        Mistake(
            "exponent not lowered",
            lambda a: 9 * a**3,
            "The factor is right, but a still stands to the third power: when the exponent comes down as a factor, the "
            "power falls by one.",
        ),
        Mistake(
            "factor lost",
            lambda a: 3 * a**2,
            "The power is right, but a factor of 3 is missing: there is the 3 in front, and there is the exponent that "
            "comes down. Both multiply.",
        ),
        Mistake(
            "new exponent as the factor",
            lambda a: 6 * a**2,
            "You multiplied by the 2 that is left as the power. It is the old exponent that comes down as a factor.",
        ),
        Mistake(
            "caret for a power", lambda a: 9 * a ^ 2, "`^` is no power in Python, it compares bits. A power is `**`."
        ),
        Mistake(
            "not differentiated",
            lambda a: 3 * a**3,
            "That is the part of Q that depends on a, not yet its derivative.",
        ),
        Mistake(
            "integrated",
            lambda a: 3 / 4 * a**4,
            "The power has grown instead of fallen: that is the integral. A derivative goes the other way.",
        ),
        Mistake("sign", lambda a: -9 * a**2, "The size is right and the sign is wrong: the minus in Q belongs to b."),
        Mistake(
            "differentiated twice",
            lambda a: 18 * a,
            "That is the second derivative: you have differentiated once too often.",
        ),
        Mistake("power lowered twice", lambda a: 9 * a, "The power falls by one, from 3 to 2, and yours fell by two."),
        Mistake(
            "factor cubed too",
            lambda a: 81 * a**2,
            "You differentiated (3a)³. In 3a³ only a stands under the power; the 3 waits in front.",
        ),
        Mistake(
            "the example's value",
            lambda a: torch.full_like(a, 9.0),
            "You return 9 whatever a is: that is the derivative at a = 1 only. It changes with a.",
        ),
        Mistake(
            "summed",
            lambda a: (9 * a**2).sum(),
            "You add up all the entries. Each entry of a has a derivative of its own, in its own place.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Which part of Q changes when a changes? The other part is a constant, and a constant has the slope 0.",
        "The derivative of xⁿ is n·xⁿ⁻¹, and a constant factor stays in front.",
        "The exponent 3 comes down and multiplies the 3 that is there; a keeps the power 2.",
    ),
    section="By hand",
    notice="b does not appear: where a changes, b stands still. Such a derivative is called a partial one.",
)


DQ_DB = Exercise(
    name="derivatives.dq_db",
    probe=probe_by_hand,
    reference=lambda b: -(b + b),
    alternatives=(lambda b: -2 * b, lambda b: torch.func.jacrev(lambda x: -(x**2).sum())(b)),
    mistakes=(
        Mistake(
            "caret for a power", lambda b: -2 * b ^ 1, "`^` is no power in Python, it compares bits. A power is `**`."
        ),
        Mistake("sign lost", lambda b: 2 * b, "The size is right; the minus in front of b² is lost. It stays."),
        Mistake(
            "exponent not lowered",
            lambda b: -2 * b**2,
            "The factor is right, but b is still squared: when the exponent comes down, the power falls by one.",
        ),
        Mistake(
            "exponent lost",
            lambda b: -b,
            "The power is right, but the exponent that comes down is missing: it multiplies.",
        ),
        Mistake(
            "not differentiated", lambda b: -(b**2), "That is the part of Q that depends on b, not its derivative."
        ),
        Mistake(
            "integrated",
            lambda b: -(b**3) / 3,
            "The power has grown instead of fallen: that is the integral. A derivative goes the other way.",
        ),
        Mistake(
            "differentiated twice",
            lambda b: torch.full_like(b, -2.0),
            "You return −2 whatever b is. That is the derivative at b = 1, and the second derivative everywhere; the "
            "first one changes with b.",
        ),
        Mistake(
            "summed",
            lambda b: (-2 * b).sum(),
            "You add up all the entries. Each entry of b has a derivative of its own, in its own place.",
        ),
        Mistake(
            "the rule for a",
            lambda b: 9 * b**2,
            "That is the derivative of 3b³. In Q it is b that is squared, with a minus.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Which part of Q changes when b changes? Mind the sign in front of it.",
        "The derivative of xⁿ is n·xⁿ⁻¹, and a constant factor, here −1, stays in front.",
        "The exponent 2 comes down; b keeps the power 1; the minus stays.",
    ),
    section="By hand",
    notice="The minus means: when b grows, Q falls, as long as b is positive. For a negative b it is the other way.",
)


def _functions(draw: Draw) -> Iterator[tuple[str, Function]]:
    p, q, r = draw.number(0.5, 2), draw.number(-2, -0.5), draw.number(0.5, 1.5)
    yield "f(x) = px³ + qx² + x", lambda x: p * x**3 + q * x**2 + x
    yield "f(x) = sin(rx) + 2", lambda x: math.sin(r * x) + 2
    yield "f(x) = exp(rx)", lambda x: math.exp(r * x)
    yield "f(x) = x⁴ − px", lambda x: x**4 - p * x


def probe_difference(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, f in _functions(draw):
        x = draw.signed(0.4, 1.6)
        h = draw.number(0.05, 0.5)
        size = max(abs(f(x + k * h)) for k in (-1, 0, 1)) / h
        yield f"{words}, x = {x:.3f} and h = {h:.3f}", answer(f, x, h), size


FORWARD_DIFFERENCE = Exercise(
    name="derivatives.forward_difference",
    probe=probe_difference,
    reference=lambda f, x, h: (f(x + h) - f(x)) / h,
    alternatives=(lambda f, x, h: f(x + h) / h - f(x) / h, lambda f, x, h: -(f(x) - f(h + x)) * (1 / h)),
    mistakes=(
        Mistake(
            "no division",
            lambda f, x, h: f(x + h) - f(x),
            "That is how much f rises over the step. A slope is the rise for each unit of the step: divide by h.",
        ),
        Mistake(
            "only the last term divided",
            lambda f, x, h: f(x + h) - f(x) / h,
            "Only f(x) is divided by h: the slash binds more tightly than the minus. Put parentheses around the rise.",
        ),
        Mistake(
            "backward difference",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "Your step goes to the left, from x − h to x. The forward difference steps to the right.",
        ),
        Mistake(
            "central difference",
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "You step to both sides: that is the central difference, which comes next. Here one side is asked for.",
        ),
        Mistake(
            "divided by 2h",
            lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "Your result is half of what it should be: the step from x to x + h is h wide, not 2h.",
        ),
        Mistake(
            "order swapped",
            lambda f, x, h: (f(x) - f(x + h)) / h,
            "The size is right and the sign is wrong: the rise is the later value minus the earlier one.",
        ),
        Mistake(
            "multiplied by h",
            lambda f, x, h: (f(x + h) - f(x)) * h,
            "You multiply by h where a slope divides by it.",
        ),
        Mistake(
            "h ignored",
            lambda f, x, h: (f(x + 1e-6) - f(x)) / 1e-6,
            "Your result doesn't depend on h: it looks as if you chose a small step yourself. Use the h that is given.",
        ),
        Mistake(
            "half a step",
            lambda f, x, h: (f(x + h / 2) - f(x)) / (h / 2),
            "Your step is h/2 wide. The step asked for is h.",
        ),
        Mistake(
            "step of 1",
            lambda f, x, h: f(x + 1) - f(x),
            "Your step is 1 wide, as in the example. Use the h that is given.",
        ),
        Mistake(
            "minus f(x) forgotten", lambda f, x, h: f(x + h) / h, "You divide a height by h. The rise is a difference."
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "How high is f at x? How high one step further to the right? How wide is the step?",
        "Rise over run: (f(x + h) − f(x)) divided by h.",
        "Call f twice, subtract, and divide the whole difference by h: mind the parentheses.",
    ),
    section="By small steps",
    notice="It needs f twice and nothing else: no formula of f, only its values.",
)


CENTRAL_DIFFERENCE = Exercise(
    name="derivatives.central_difference",
    probe=probe_difference,
    reference=lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    alternatives=(
        lambda f, x, h: ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2,
        lambda f, x, h: 0.5 / h * (f(x + h) - f(x - h)),
    ),
    mistakes=(
        Mistake(
            "divided by h",
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "Your result is twice what it should be: from x − h to x + h the step is 2h wide.",
        ),
        Mistake(
            "/ 2 * h",
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "`/ 2 * h` divides by 2 and then multiplies by h. To divide by 2h, put 2 * h in parentheses.",
        ),
        Mistake(
            "half steps",
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "You step h/2 to each side and divide by h. That is a central difference too, but with half the step that "
            "is asked for.",
        ),
        Mistake(
            "half steps over 2h",
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / (2 * h),
            "You step h/2 to each side but divide by 2h. Step h to each side.",
        ),
        Mistake(
            "one-sided over 2h",
            lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "You step to the right only, but divide as if you had stepped to both sides.",
        ),
        Mistake(
            "forward difference",
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "That is the forward difference. The central one steps to both sides of x.",
        ),
        Mistake(
            "backward difference",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "You step to the left only. The central difference steps to both sides of x.",
        ),
        Mistake(
            "order swapped",
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
            "The size is right and the sign is wrong: the value on the right minus the value on the left.",
        ),
        Mistake(
            "no division",
            lambda f, x, h: f(x + h) - f(x - h),
            "That is how much f rises from x − h to x + h. Divide by how wide that is.",
        ),
        Mistake(
            "only the last term divided",
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Only f(x − h) is divided: the slash binds more tightly than the minus. Put the difference in parentheses.",
        ),
        Mistake(
            "added",
            lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h),
            "You add the two values. A slope comes from their difference.",
        ),
        Mistake(
            "h ignored",
            lambda f, x, h: (f(x + 1e-6) - f(x - 1e-6)) / 2e-6,
            "Your result doesn't depend on h: it looks as if you chose a small step yourself. Use the h that is given.",
        ),
        Mistake(
            "second derivative",
            lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
            "That is how fast the slope itself changes, the second derivative.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "How wide is the step when you go h to the left and h to the right?",
        "The rise from x − h to x + h, divided by 2h.",
        "Like the forward difference, with f(x − h) for f(x) and (2 * h) for h: mind the parentheses.",
    ),
    section="By small steps",
    notice="f(x) itself is not needed: the point in the middle says nothing about the slope between its neighbours.",
)


def probe_q_gradients(answer: Any, draw: Draw) -> Iterator[Step]:
    for shape in ((3,), (), (2, 3), (3, 1)):
        a, b = draw.tensor(*shape), draw.tensor(*shape)
        for time in ("", ", asked again with another external_grad"):
            w = draw.tensor(*shape, low=-3, high=3)
            case = f"tensors of shape {shape}{time}"
            yield case, answer(a, b, w)
            for name, tensor in {"a": a, "b": b, "external_grad": w}.items():
                yield Rule(f"`{name}` is left as it was"), tensor
                yield Rule(f"`{name}` doesn't require grad afterwards, and its `.grad` is None"), _flags(tensor)


def _flags(tensor: Tensor) -> list[Any]:
    return [tensor.requires_grad, tensor.grad is None]


def _by_formula(a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
    return w * 9 * a * a, w * -2 * b


def _by_autograd(a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, ...]:
    a, b = (x.clone().requires_grad_() for x in (a, b))
    return torch.autograd.grad(3 * a**3 - b**2, (a, b), w)


def _on_the_callers_tensors(a: Tensor, b: Tensor, w: Tensor) -> tuple[Any, Any]:
    a.requires_grad_()
    b.requires_grad_()
    (3 * a**3 - b**2).backward(gradient=w)  # type: ignore[no-untyped-call]
    return a.grad, b.grad


Q_GRADIENTS = Exercise(
    name="derivatives.q_gradients",
    probe=probe_q_gradients,
    reference=_by_formula,
    alternatives=(_by_autograd, lambda a, b, w: list(torch.func.vjp(lambda x, y: 3 * x**3 - y**2, a, b)[1](w))),
    mistakes=(
        Mistake(
            "external_grad ignored",
            lambda a, b, w: (9 * a**2, -2 * b),
            "Your gradients don't depend on external_grad: they are those of the plain sum of Q. Each entry of Q "
            "counts with its weight.",
        ),
        Mistake(
            "external_grad twice",
            lambda a, b, w: (9 * a**2 * w**2, -2 * b * w**2),
            "external_grad enters twice, so it is squared: perhaps Q was multiplied by it and it was handed to "
            "`backward` as well. Once is right.",
        ),
        Mistake(
            "one weight for all",
            lambda a, b, w: (9 * a**2 * w.sum(), -2 * b * w.sum()),
            "You multiply by the sum of external_grad. Each entry of Q has a weight of its own.",
        ),
        Mistake(
            "mean weight for all",
            lambda a, b, w: (9 * a**2 * w.mean(), -2 * b * w.mean()),
            "You multiply by the mean of external_grad. Each entry of Q has a weight of its own.",
        ),
        Mistake(
            "on the caller's tensors",
            _on_the_callers_tensors,
            "You call `requires_grad_` and `backward` on the tensors that you were given, so they keep their new "
            "state, and a second call adds its gradients to the first one's. Work on copies: `clone()`.",
        ),
        Mistake(
            "the two swapped",
            lambda a, b, w: (-2 * b * w, 9 * a**2 * w),
            "The two gradients are swapped: the one for a comes first.",
        ),
        Mistake(
            "sign of b",
            lambda a, b, w: (9 * a**2 * w, 2 * b * w),
            "The gradient for a is right; the one for b has the wrong sign, since b² is subtracted.",
        ),
        Mistake(
            "b not weighted",
            lambda a, b, w: (9 * a**2 * w, -2 * b),
            "The gradient for a is right; the one for b is not yet multiplied by external_grad.",
        ),
        Mistake(
            "a not weighted",
            lambda a, b, w: (9 * a**2, -2 * b * w),
            "The gradient for b is right; the one for a is not yet multiplied by external_grad.",
        ),
        Mistake(
            "added up",
            lambda a, b, w: ((9 * a**2 * w).sum(), (-2 * b * w).sum()),
            "You add up each gradient to one number. A gradient has the shape of the tensor that it belongs to.",
        ),
        Mistake(
            "divided by external_grad",
            lambda a, b, w: (9 * a**2 / w, -2 * b / w),
            "You divide by external_grad. It says how much each entry of Q counts: it multiplies.",
        ),
        Mistake(
            "added external_grad",
            lambda a, b, w: (9 * a**2 + w, -2 * b + w),
            "You add external_grad. It says how much each entry of Q counts: it multiplies.",
        ),
        Mistake(
            "Q returned",
            lambda a, b, w: 3 * a**3 - b**2,
            "You return Q itself. The gradients for a and for b are asked for.",
        ),
        Mistake(
            "parts of Q returned",
            lambda a, b, w: (3 * a**3 * w, -(b**2) * w),
            "You return the two parts of Q, weighted, but not differentiated.",
        ),
        Mistake(
            "only the first",
            lambda a, b, w: 9 * a**2 * w,
            "Only the gradient for a came back. Return the pair: the one for a, then the one for b.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "`backward(gradient=w)` collects the gradient of one number, Σ w·Q. What does entry i of a do to that number?",
        "The gradient for a is external_grad · ∂Q/∂a, entry by entry, and likewise for b.",
        "Either your two functions from above, each times external_grad; or copies made with "
        "`clone().requires_grad_()`, Q from them, `Q.backward(gradient=external_grad)`, and their `.grad`.",
    ),
    section="What `backward` collects",
    notice="Each partial derivative is multiplied by its weight on the way; the whole table of them is never made.",
)


def _pairs(draw: Draw) -> Iterator[tuple[str, Tensor, Tensor]]:
    def off(x: Tensor, by: float) -> Tensor:
        """Change the entry of the largest size by that fraction of it."""
        y = x.clone()
        at = int(x.abs().argmax())
        y.view(-1)[at] = y.view(-1)[at] * (1 + by)
        return y

    x = draw.tensor(3, 4) + 3 * torch.sign(draw.tensor(3, 4))
    yield f"two equal tensors, beginning {x[0, 0]:.3f}", x, x.clone()
    for scale in (1.0, 1e-9, 1e9):
        y = x * scale
        yield f"numbers of size {scale:g}, one off by 1e-8 of the largest", off(y, 1e-8), y
        for by in (1e-4, -1e-4):
            yield f"numbers of size {scale:g}, one off by {by:g} of the largest", off(y, by), y
            yield f"numbers of size {scale:g}, one off by {by:g} of the largest, the other way round", y, off(y, by)
    large = torch.tensor([1.0, -2.0, 1e-5], dtype=torch.float64) * draw.number(1, 3)
    yield "a tiny entry beside large ones, off by a thousandth of itself", off_last(large, 1e-3), large
    yield "a tiny entry beside large ones, a hundred times itself", off_last(large, 99.0), large
    yield "negative numbers only, one off by 1e-8 of the largest", off(-x.abs(), 1e-8), -x.abs()
    many = draw.tensor(40, 30) + 3
    yield "1200 numbers, one off by 1e-4 of the largest", off(many, 1e-4), many
    both = x.clone()
    both[0, 0], both[0, 1] = x[0, 0] + 1e-3, x[0, 1] - 1e-3
    yield "two entries off by as much, in opposite directions", both, x
    yield "two tensors of zeros", torch.zeros(5, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    yield "zeros, and zeros but for one tiny entry", torch.zeros(3), torch.tensor([0.0, 1e-12, 0.0])
    yield (
        "two numbers of shape () that are close",
        torch.tensor(2.0 + 1e-8, dtype=torch.float64),
        torch.tensor(2.0).double(),
    )
    yield "two numbers of shape () that are not", torch.tensor(2.1), torch.tensor(2.0)
    broken = x.clone()
    broken[1, 2] = math.nan
    yield "a NaN in got", broken, x
    yield "a NaN in want", x, broken
    yield "a NaN in both, at the same place", broken, broken.clone()
    yield "a NaN and nothing else", torch.tensor([math.nan]), torch.tensor([1.0])
    yield "opposite signs", -x, x
    yield "shapes (3, 4) and (4, 3)", x, x.T
    yield "shapes (3, 4) and (12,)", x, x.flatten()
    yield "shapes (1, 3) and (3,) with the same numbers", x[:1, :3], x[0, :3]
    yield "shapes (3,) and () with equal numbers", torch.ones(3), torch.ones(())
    yield "shapes (3,) and (4,)", torch.ones(3), torch.ones(4)


def off_last(x: Tensor, by: float) -> Tensor:
    """Change the last entry by that many times itself."""
    y = x.clone()
    y[-1] = y[-1] * (1 + by)
    return y


def probe_close_enough(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, got, want in _pairs(draw):
        before = got.clone(), want.clone()
        result = answer(got, want)
        yield words, result
        yield f"{words}: the type of the result", _type(result)
        yield Rule("the tensors are left as they were"), _equal(got, before[0]) and _equal(want, before[1])


def _type(result: Any) -> str:
    kind = type(result)
    return "a plain `bool`" if kind is bool else f"`{kind.__module__}.{kind.__qualname__}`"[:80]


def _equal(x: Tensor, y: Tensor) -> bool:
    return x.shape == y.shape and bool(torch.equal(x.nan_to_num(7e7), y.nan_to_num(7e7)))


def _close(got: Tensor, want: Tensor) -> bool:
    if got.shape != want.shape:
        return False
    size = max(got.abs().max().item(), want.abs().max().item())
    return bool((got - want).abs().max().item() <= 1e-6 * size)


def _close_in_numpy(got: Tensor, want: Tensor) -> bool:
    g, w = got.numpy(), want.numpy()
    if g.shape != w.shape or np.isnan(g).any() or np.isnan(w).any():
        return False
    return bool(np.all(np.abs(g - w) <= 1e-6 * max(np.abs(g).max(), np.abs(w).max())))


def _size(got: Tensor, want: Tensor) -> Tensor:
    return torch.maximum(got.abs().max(), want.abs().max())


def _same_shape(rule: Callable[[Tensor, Tensor], Any]) -> Callable[[Tensor, Tensor], Any]:
    return lambda got, want: rule(got, want) if got.shape == want.shape else False


CLOSE_ENOUGH = Exercise(
    name="derivatives.close_enough",
    probe=probe_close_enough,
    reference=_close,
    alternatives=(
        _close_in_numpy,
        lambda got, want: (
            got.shape == want.shape and all(((got - want).abs() <= 1e-6 * _size(got, want)).flatten().tolist())
        ),
    ),
    mistakes=(
        Mistake(
            "equality",
            lambda got, want: torch.equal(got, want),
            "You ask for equality. Two right computations that round differently are then told apart.",
        ),
        Mistake(
            "fixed tolerance",
            _same_shape(lambda got, want: bool((got - want).abs().max() <= 1e-6)),
            "Your tolerance is 1e-6 whatever the size of the numbers. For tiny numbers that lets everything pass, for "
            "large ones nothing: it has to grow with the largest of them.",
        ),
        Mistake(
            "zeros rejected",
            _same_shape(lambda got, want: bool((got - want).abs().max() / _size(got, want) <= 1e-6)),
            "All is well except for two tensors of zeros, which are close: 0 / 0 is NaN, and 0 < 0 is false. Multiply "
            "the tolerance by the size instead of dividing, and compare with `<=`.",
        ),
        Mistake(
            "size of at least 1",
            _same_shape(lambda got, want: bool((got - want).abs().max() <= 1e-6 * _size(got, want).clamp(min=1))),
            "For numbers smaller than 1 you measure with 1 all the same, so tiny numbers always pass. Measure with the "
            "largest of them, however small it is.",
        ),
        Mistake(
            "sum of the differences",
            _same_shape(lambda got, want: bool((got - want).sum().abs() <= 1e-6 * _size(got, want))),
            "You add up the differences before you take the absolute value, so two errors can cancel. Take the "
            "absolute value of each.",
        ),
        Mistake(
            "measured by the difference",
            lambda got, want: _after_subtracting_in_place(got, want),
            "You subtract into `got` itself, so that its size, taken afterwards, is that of the difference, and the "
            "caller's tensor is lost. Let the difference be a new tensor.",
        ),
        Mistake(
            "entry by entry",
            _same_shape(lambda got, want: bool(torch.isclose(got, want, rtol=1e-6, atol=0).all())),
            "You measure each entry against its own size. A tiny entry beside large ones then has to be right to many "
            "more digits than it can be; measure all against the largest.",
        ),
        Mistake(
            "torch.allclose as it comes",
            _same_shape(lambda got, want: torch.allclose(got.double(), want.double())),
            "You use `torch.allclose` with its own settings: it measures entry by entry, with a relative tolerance of "
            "1e-5 and an absolute one of 1e-8. Neither is what is asked for.",
        ),
        Mistake(
            "torch.allclose alone",
            lambda got, want: torch.allclose(got, want),
            "You use `torch.allclose` as it comes: it measures entry by entry, with tolerances of its own, and where "
            "the shapes differ it broadcasts or raises. Compare the shapes first, then measure against the largest "
            "entry.",
        ),
        Mistake(
            "no abs",
            _same_shape(lambda got, want: bool((got - want).max() <= 1e-6 * _size(got, want))),
            "You leave out the absolute value of the difference, so a result that is too small is always close enough.",
        ),
        Mistake(
            "size without abs",
            _same_shape(
                lambda got, want: bool((got - want).abs().max() <= 1e-6 * torch.maximum(got.max(), want.max()))
            ),
            "You take the largest entry where the largest absolute value is asked for: negative numbers have a size "
            "too.",
        ),
        Mistake(
            "any for all",
            _same_shape(lambda got, want: bool(((got - want).abs() <= 1e-6 * _size(got, want)).any())),
            "One close entry is enough for you. All have to be close.",
        ),
        Mistake(
            "mean error",
            _same_shape(lambda got, want: bool((got - want).abs().mean() <= 1e-6 * _size(got, want))),
            "You look at the mean of the differences; one bad entry among many then hides. Look at the largest.",
        ),
        Mistake(
            "NaN accepted",
            _same_shape(lambda got, want: not bool(((got - want).abs() > 1e-6 * _size(got, want)).any())),
            "NaN slips through: no comparison with NaN is true, so it is never found too large. Ask that all are small "
            "enough, or ask for NaN first.",
        ),
        Mistake(
            "broadcast shapes accepted",
            lambda got, want: _broadcast_close(got, want),
            "Different shapes pass when one can be broadcast to the other. Compare the shapes first.",
        ),
        Mistake(
            "different shapes raise",
            lambda got, want: bool((got - want).abs().max() <= 1e-6 * _size(got, want)),
            "Shapes are not compared: some that differ are subtracted all the same, and others raise an exception. "
            "Compare the shapes first, and return False.",
        ),
        Mistake(
            "a tensor returned",
            _same_shape(lambda got, want: (got - want).abs().max() <= 1e-6 * _size(got, want)),
            "The answer is right, but it is a tensor. Make it a plain `bool`.",
        ),
        Mistake(
            "np.bool_ returned",
            lambda got, want: np.bool_(_close(got, want)),
            "The answer is right, but it is NumPy's bool, for which `is True` is false. Make it a plain `bool`.",
        ),
        Mistake(
            "only the shapes compared",
            lambda got, want: got.shape == want.shape,
            "You compare the shapes only. The numbers have to be close as well.",
        ),
        Mistake(
            "numbers never compared",
            lambda got, want: got.shape == want.shape and not bool((got.isnan() | want.isnan()).any()),
            "You look at the shapes and for NaN, but never at how far the numbers are apart.",
        ),
        Mistake("always True", lambda got, want: True, "You return True for tensors that are far apart."),
        Mistake("always False", lambda got, want: False, "You return False for tensors that are close, even equal."),
        Mistake(
            "turned around",
            lambda got, want: not _close(got, want),
            "You return True where they differ, and False where they are close: it is the wrong way round.",
        ),
        NOTHING_RETURNED,
    ),
    hints=(
        "Which three things have to hold? Take them one after the other, the shapes first.",
        "max |got − want| ≤ 1e-6 · max(max |got|, max |want|). What does a comparison with NaN say?",
        "If the shapes differ, return False. Then compute the two maxima, compare with `<=`, and make that a `bool`.",
    ),
    section="Do they agree?",
    notice="A comparison with NaN is never true, so `<=` rejects NaN by itself, while `not >` lets it pass.",
)


def _after_subtracting_in_place(got: Tensor, want: Tensor) -> bool:
    if got.shape != want.shape:
        return False
    got -= want
    return bool(got.abs().max() <= 1e-6 * _size(got, want))


def _broadcast_close(got: Tensor, want: Tensor) -> bool:
    try:
        got, want = torch.broadcast_tensors(got, want)  # type: ignore[no-untyped-call]
    except RuntimeError:
        return False
    return _close(got, want)


EXERCISES = (DQ_DA, DQ_DB, FORWARD_DIFFERENCE, CENTRAL_DIFFERENCE, Q_GRADIENTS, CLOSE_ENOUGH)
