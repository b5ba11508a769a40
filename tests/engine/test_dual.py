import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lab.engine import Dual, Value, derivative

fixed = settings(max_examples=100, derandomize=True, deadline=None)
POSITIVE = st.floats(0.2, 2.0)
SIGNED = st.floats(-2.0, 2.0).filter(lambda x: abs(x) > 0.1)

RULES: dict[str, Any] = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x * y": lambda x, y: x * y,
    "x / y": lambda x, y: x / y,
    "x ** y": lambda x, y: (x * x + 0.1) ** y,
    "numbers on the right": lambda x, y: ((x + 2) * 3 - 1) / 4 + y**3 + y**-1 + x**0 + x**1,
    "numbers on the left": lambda x, y: 2 + 3 * x - (5 - y) + 1 / y + 2**x,
    "-x": lambda x, y: -x * y,
    "exp": lambda x, y: (x * y).exp(),
    "log": lambda x, y: (x * x + y * y).log(),
    "sin": lambda x, y: (x * y).sin(),
    "cos": lambda x, y: (x * y).cos(),
    "tanh": lambda x, y: (x * y).tanh(),
    "sqrt": lambda x, y: (x * x + y * y).sqrt(),
    "relu": lambda x, y: x.relu() * y + (x * y).relu() * x,
    "x ** 0.5": lambda x, y: (x * x + 1) ** 0.5 * y,
}


@pytest.mark.parametrize("name", RULES)
@fixed
@given(x=SIGNED, y=SIGNED, u=SIGNED, v=SIGNED)
def test_a_rule_has_torchs_first_and_second_derivative(name: str, x: float, y: float, u: float, v: float) -> None:
    rule = RULES[name]
    point = torch.tensor([x, y], dtype=torch.float64)
    direction = torch.tensor([u, v], dtype=torch.float64)

    def along(t: Any) -> Any:
        p = point + t * direction
        return rule(_Torch(p[0]), _Torch(p[1])).t

    zero = torch.zeros((), dtype=torch.float64, requires_grad=True)
    value = along(zero)
    (slope,) = torch.autograd.grad(value, zero, create_graph=True)
    bend = torch.autograd.grad(slope, zero)[0].item() if slope.requires_grad else 0.0

    nested = rule(Dual(Dual(x, u), Dual(u)), Dual(Dual(y, v), Dual(v)))
    size = 1 + abs(bend) + abs(slope.item()) + abs(value.item())
    assert nested.value.value == pytest.approx(value.item(), abs=1e-12 * size)
    assert nested.value.tangent == pytest.approx(slope.item(), abs=1e-11 * size)
    assert nested.tangent.value == pytest.approx(slope.item(), abs=1e-11 * size)
    assert nested.tangent.tangent == pytest.approx(bend, abs=1e-10 * size)


class _Torch:
    """A torch number with the methods of a Dual."""

    def __init__(self, t: Any) -> None:
        self.t = t

    def __getattr__(self, name: str) -> Any:
        return lambda: _Torch(getattr(torch, name)(self.t))


for _name in ["add", "sub", "mul", "truediv", "pow", "neg", "radd", "rsub", "rmul", "rtruediv", "rpow"]:

    def _method(self: _Torch, *other: Any, name: str = f"__{_name}__") -> _Torch:
        return _Torch(getattr(self.t, name)(*(o.t if isinstance(o, _Torch) else o for o in other)))

    setattr(_Torch, f"__{_name}__", _method)


@st.composite
def programs(draw: Any) -> list[tuple[str, int, int]]:
    names = st.sampled_from(["+", "-", "*", "/", "tanh", "exp", "relu", "log", "power"])
    return [(draw(names), draw(st.integers(0, 99)), draw(st.integers(0, 99))) for _ in range(draw(st.integers(5, 50)))]


def run(program: list[tuple[str, int, int]], values: list[Any]) -> list[Any]:
    """Run a program on numbers; each step appends one, kept small by tanh. Return the last three."""
    values = list(values)
    for name, i, j in program:
        a, b = values[i % len(values)], values[j % len(values)]
        new = {
            "+": lambda a, b: a + b,
            "-": lambda a, b: a - b,
            "*": lambda a, b: a * b,
            "/": lambda a, b: a / (b * b + 1),
            "log": lambda a, b: (a * a + 1).log(),
            "power": lambda a, b: (a * a + 0.5) ** b,
        }.get(name, lambda a, b, name=name: getattr(a, name)())(a, b)
        values.append(new.tanh())
    return values[-3:]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    program=programs(),
    x=st.lists(SIGNED, min_size=3, max_size=3),
    u=st.lists(SIGNED, min_size=3, max_size=3),
    w=st.lists(SIGNED, min_size=3, max_size=3),
)
def test_forward_and_reverse_mode_are_adjoint_on_random_programs(
    program: Any, x: list[float], u: list[float], w: list[float]
) -> None:
    forward = run(program, [Dual(value, tangent) for value, tangent in zip(x, u, strict=True)])
    leaves = [Value(value) for value in x]
    final = sum(weight * out for weight, out in zip(w, run(program, leaves), strict=True))
    final.backward()
    jv = sum(weight * out.tangent for weight, out in zip(w, forward, strict=True))
    vj = sum(tangent * leaf.grad for tangent, leaf in zip(u, leaves, strict=True))
    size = sum(abs(weight * out.tangent) for weight, out in zip(w, forward, strict=True)) + 1
    assert jv == pytest.approx(vj, abs=1e-11 * size)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(program=programs(), x=st.lists(SIGNED, min_size=3, max_size=3))
def test_a_random_program_has_torchs_gradient_and_second_derivatives(program: Any, x: list[float]) -> None:
    point = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in x]
    total = sum(out.t for out in run(program, [_Torch(p) for p in point]))
    gradient = torch.autograd.grad(total, point, create_graph=True, allow_unused=True)
    leaves = [Value(value) for value in x]
    final = sum(run(program, leaves))
    final.backward()
    for leaf, wanted in zip(leaves, gradient, strict=True):
        assert leaf.grad == pytest.approx(0.0 if wanted is None else wanted.item(), rel=1e-9, abs=1e-11)

    first = gradient[0]
    rows = (
        torch.autograd.grad(first, point, allow_unused=True)
        if first is not None and first.requires_grad
        else (None,) * 3
    )
    for j, wanted in enumerate(rows):  # d²/dx₀dxⱼ, by a dual inside a dual
        duals = [Dual(Dual(value, float(i == j)), Dual(float(i == 0))) for i, value in enumerate(x)]
        mixed = sum(run(program, duals)).tangent.tangent
        assert mixed == pytest.approx(0.0 if wanted is None else wanted.item(), rel=1e-8, abs=1e-10)


def test_comparisons_go_by_value() -> None:
    x = Dual(2.0, 5.0)
    assert x == 2.0
    assert x == Dual(2.0, -1.0)
    assert x != Dual(3.0)
    assert x < 3 < Dual(4.0)
    assert Dual(Dual(2.0, 1.0), 1.0) >= x
    assert max(x, Dual(1.0)) is x
    assert hash(x) == hash(2.0)


def test_perturbation_confusion_does_not_happen() -> None:
    assert derivative(lambda x: x * derivative(lambda y: x + y, 1.0), 1.0) == 1.0
    assert derivative(lambda x: x * derivative(lambda y: x * y, 2.0), 3.0) == 6.0
    assert derivative(lambda x: derivative(lambda y: x * y**2, x), 3.0) == 12.0


def test_derivatives_within_derivatives_keep_apart_to_the_third() -> None:
    def third(x: float) -> Any:
        return derivative(lambda y: derivative(lambda z: derivative(lambda w: w**5, z), y), x)

    assert third(2.0) == 60 * 2.0**2


@pytest.mark.parametrize("outer", ["tagged", "plain"])
def test_a_dual_made_by_hand_lives_beside_a_derivative(outer: str) -> None:
    def by_hand(f: Any, x: Any) -> Any:
        result = f(Dual(x, 1.0))
        return result.tangent if isinstance(result, Dual) else 0.0

    if outer == "tagged":
        assert derivative(lambda x: x * by_hand(lambda y: x + y, 1.0), 1.0) == 1.0
    else:
        assert by_hand(lambda x: x * derivative(lambda y: x + y, 1.0), 1.0) == 1.0


def test_a_constant_result_has_the_derivative_zero() -> None:
    assert derivative(lambda x: 7, 1.0) == 0.0
    assert derivative(lambda x: x**0, 0.0) == 0.0


def test_numpy_numbers_mix_in() -> None:
    x = Dual(np.float64(2.0), np.float32(1.0))
    for y in (np.float64(3) * x, x * np.float64(3), np.int64(3) * x):
        assert isinstance(y, Dual)
        assert (y.value, y.tangent) == (6.0, 3.0)
    assert type(x.value) is float


@pytest.mark.parametrize("bad", ["1", None, 1j, [1.0]])
def test_what_is_no_number_is_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match="Dual needs real numbers"):
        Dual(bad)
    with pytest.raises(TypeError, match="unsupported operand"):
        Dual(1.0) + bad


def test_undefined_slopes_raise() -> None:
    with pytest.raises(ZeroDivisionError):
        Dual(0.0, 1.0).sqrt()
    with pytest.raises(ValueError, match="math domain error"):
        Dual(0.0, 1.0).log()
    assert Dual(0.0, 1.0).relu().tangent == 0.0
    assert math.isclose((Dual(-2.0, 1.0) ** 3).tangent, 12.0)
