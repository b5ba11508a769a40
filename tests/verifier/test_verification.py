"""What `verify` promises besides finding errors: bad use, what it leaves alone, what it costs, what it shows."""

import random
import re
import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch

import autograd_lab as lab
from autograd_lab.engine import Dual, Tensor, Value


def numbers(*shape: int, dtype: torch.dtype = torch.float64, grad: bool = True) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(shape, dtype=dtype, generator=generator).requires_grad_(grad)


def function(forward: Any, backward: Any) -> Any:
    class Made(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *args: Any) -> Any:
            ctx.save_for_backward(*args)
            return forward(*args)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return backward(grad, *ctx.saved_tensors)

    return Made.apply


# What can be given


def test_functions_modules_rules_and_engines_are_checked() -> None:
    assert lab.verify(torch.tanh, numbers(5))
    assert lab.verify(lambda x, y: (x * y, x + y), [numbers(3, 2), numbers(3, 2)])
    assert lab.verify(np.tanh, np.array([0.5, -1.0]), backward=lambda grad, x: grad * (1 - np.tanh(x) ** 2))
    assert lab.verify(lambda x, n: x**n, [np.array([0.5, 2.0]), 3], backward=lambda grad, x, n: (grad * n * x**2, None))
    assert lab.verify(torch.exp, numbers(4, grad=False), backward=lambda grad, x: grad * x.exp())
    assert lab.verify(lambda x, w: (x @ w).relu(), [Tensor(np.eye(2) + 1), Tensor(np.ones((2, 3)))])
    assert lab.verify(lambda x, y: (x * y).exp(), [Value(0.5), Value(-2.0)])
    assert lab.verify(lambda x, y: x.sin() * y, [Dual(0.5), Dual(2.0)])
    assert lab.verify(lambda z: z * z.conj() + z.exp(), numbers(4, dtype=torch.complex128))


def test_parameters_of_a_module_are_checked_by_name() -> None:
    class Scale(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gain = torch.nn.Parameter(torch.tensor([1.5, -2.0]))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            times = function(lambda x, g: x * g, lambda grad, x, g: (grad * g, (grad * x).sum(0) * 2))
            return times(x, self.gain)  # type: ignore[no-any-return]

    report = lab.verify(Scale(), numbers(3, 2, dtype=torch.float32))
    finding = report.findings[0]
    assert (report.status, finding.cause) == ("wrong", "factor")
    assert finding.input is not None
    assert (finding.input, finding.input.name) == (1, "gain")
    assert [row.verdict for row in report.inputs] == ["right", "wrong"]


def test_rules_with_several_outputs_take_a_tuple() -> None:
    def rule(grad: Any, x: Any, y: Any) -> Any:
        total, product = grad
        return total + product * y, total + product * x

    inputs = [np.array([1.0, 2.0]), np.array([0.5, -3.0])]
    assert lab.verify(lambda x, y: (x + y, x * y), inputs, backward=rule)
    swapped = lab.verify(lambda x, y: (x + y, x * y), inputs, backward=lambda grad, x, y: rule(grad, y, x))
    assert swapped.status == "wrong"


# Where nothing can be checked

X = numbers(3)
BAD_USE: dict[str, tuple[Any, Any, str]] = {
    "integers": (lambda x: x, torch.arange(3), "at least one floating-point input; got int64"),
    "no grad": (lambda x: x, numbers(3, grad=False), "requires_grad_()"),
    "constant": (lambda x: torch.ones(3), X, "don't depend on the inputs"),
    "raises": (lambda x: x @ torch.ones(5), X, "fn raised"),
    "not a number": (lambda x: torch.log(-x.abs()), X, "NaN or infinity"),
    "not a function": (3, X, "a function to call; got int"),
    "not a tensor": (lambda x: "text", X, "must return a tensor"),
    "NumPy without a rule": (np.tanh, np.ones(3), "backward="),
    "integers back": (lambda x: x.long(), X, "no floating-point output"),
    "empty": (torch.tanh, torch.zeros(0, requires_grad=True), "have no entries"),
}


@pytest.mark.parametrize("case", BAD_USE)
def test_bad_use_gets_one_clear_sentence(case: str) -> None:
    fn, inputs, said = BAD_USE[case]
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        lab.verify(fn, inputs)
    assert "\n" not in str(caught.value)


def test_outputs_of_changing_shape_are_told() -> None:
    lengths = iter([2, 2, 2, 2, 3, 2, 3, 2, 3, 2])
    with pytest.raises(ValueError, match="changing shape"):
        lab.verify(lambda x: x[: next(lengths)] * 2, X)


def test_a_random_function_is_unsure_and_says_why() -> None:
    report = lab.verify(lambda x: torch.nn.functional.dropout(x, 0.5), numbers(20))
    assert report.status == "unsure"
    assert [f.cause for f in report.findings] == ["nondeterministic"]


def test_a_kink_at_the_inputs_is_unsure_and_says_where() -> None:
    x = torch.tensor([1.0, 0.0, -2.0], dtype=torch.float64, requires_grad=True)
    report = lab.verify(torch.relu, x)
    assert (report.status, report.findings[0].cause) == ("unsure", "kink")
    assert "[1]" in report.findings[0].message


# What is left alone


def test_the_callers_tensors_and_random_states_are_as_before() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5))
    x = numbers(6, 3, dtype=torch.float32)
    x.grad = torch.ones_like(x)
    kept = {name: tensor.clone() for name, tensor in [*module.state_dict().items(), ("x", x.detach())]}
    torch.manual_seed(5)
    random.seed(5)
    np.random.seed(5)
    wanted = (torch.rand(2).tolist(), random.random(), np.random.rand())
    torch.manual_seed(5)
    random.seed(5)
    np.random.seed(5)
    lab.verify(module, x)
    with pytest.raises(ValueError, match="NaN"):
        lab.verify(lambda x: x / 0 * 0, x)
    assert (torch.rand(2).tolist(), random.random(), np.random.rand()) == wanted
    assert all(torch.equal(kept[name], tensor) for name, tensor in [*module.state_dict().items(), ("x", x.detach())])
    assert all(p.grad is None for p in module.parameters())
    assert x.grad is not None
    assert torch.equal(x.grad, torch.ones_like(x))
    assert torch.get_default_dtype() is torch.float32
    assert x.requires_grad


def test_a_function_that_writes_into_its_input_does_not_reach_the_callers() -> None:
    x = np.array([1.0, 2.0, 3.0])

    def doubled(x: Any) -> Any:
        x *= 2
        return x.copy()

    report = lab.verify(doubled, x, backward=lambda grad, x: 2 * grad)
    assert report.findings[0].cause == "changes_input"
    assert x.tolist() == [1.0, 2.0, 3.0]


def test_it_works_without_grad_mode() -> None:
    with torch.no_grad():
        assert lab.verify(torch.tanh, numbers(4))


# What usual checks can't see


def test_one_wrong_entry_of_ten_thousand_is_caught() -> None:
    slope = torch.ones(10_000, dtype=torch.float64)
    slope[6789] = 2.0
    fn = function(lambda x, s: x.clone(), lambda grad, x, s: (grad * s, None))
    for seed in range(5):
        report = lab.verify(fn, [numbers(10_000), slope], seed=seed)
        assert report.status == "wrong"
        evidence = report.findings[0].evidence
        assert evidence is not None
        assert evidence.entries == [(6789,)]


def test_a_small_slope_that_is_five_times_too_large_is_caught() -> None:
    fn = function(lambda x: x * 1e-6, lambda grad, x: grad * 5e-6)
    x = numbers(10)
    assert torch.autograd.gradcheck(fn, x)
    assert torch.autograd.gradcheck(fn, x, fast_mode=True)
    assert lab.verify(fn, x).findings[0].cause == "factor"


def test_float32_is_lifted_and_its_rounding_told_apart() -> None:
    report = lab.verify(torch.nn.Linear(20, 5), numbers(4, 20, dtype=torch.float32))
    assert report
    assert "float64" in report.notes[0]


@pytest.mark.parametrize("seed", range(5))
def test_another_seed_tells_the_same(seed: int) -> None:
    fn = function(lambda x: torch.softmax(x, -1), lambda grad, x: grad * x.softmax(-1) * (1 - x.softmax(-1)))
    assert lab.verify(fn, numbers(3, 4), seed=seed).findings[0].cause == "cross_terms"


# What it costs


def calls(n: int) -> int:
    count = 0

    def fn(x: torch.Tensor) -> torch.Tensor:
        nonlocal count
        count += 1
        return x.tanh()

    assert lab.verify(fn, numbers(n))
    return count


def test_the_calls_of_fn_do_not_grow_with_the_input() -> None:
    few, many = calls(10), calls(10_000)
    assert many <= few + 16
    assert many < 200


def test_a_failing_check_needs_no_whole_jacobian() -> None:
    x = np.random.default_rng(0).normal(size=20_000)
    tracemalloc.start()
    report = lab.verify(np.tanh, x, backward=lambda grad, x: grad * (1 - np.tanh(x)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.status == "wrong"
    assert peak < x.nbytes * x.size / 20


# What it shows


def wrong_report() -> Any:
    fn = function(lambda x, b: x + b, lambda grad, x, b: (grad, grad[0]))
    return lab.verify(fn, [numbers(5, 3), numbers(3)], name="AddBias")


def test_text_and_html_say_the_same() -> None:
    report = wrong_report()
    text, page = str(report), report.to_html()
    for piece in ("AddBias", "missing_sum", "float64", "(5, 3)", "expected", "found"):
        assert piece in text
        assert piece in page
    assert "<script" not in page
    assert '<img alt="3 of 3 entries' in page
    assert report._repr_mimebundle_() == {"text/plain": text, "text/html": page}


def test_assert_right_raises_with_the_text() -> None:
    lab.verify(torch.tanh, numbers(3)).assert_right()
    report = wrong_report()
    with pytest.raises(AssertionError) as caught:
        report.assert_right()
    assert str(report) in str(caught.value)


def test_the_evidence_holds_both_gradients() -> None:
    finding = wrong_report().findings[0]
    assert finding.input == 1
    for place, expected, found in zip(
        finding.evidence.entries, finding.evidence.expected, finding.evidence.found, strict=True
    ):
        assert len(place) == 1
        assert expected != pytest.approx(found, rel=1e-3)


def test_two_explanations_that_tie_are_both_told() -> None:
    fn = function(lambda x: (x * x).sum(), lambda grad, x: grad * x)
    report = lab.verify(fn, numbers(2))
    assert {f.cause for f in report.findings} <= {"factor", "scaled_by_size"}
    resized = lab.verify(function(lambda x: x.mean(0), lambda grad, x: grad.expand(x.shape)), numbers(2, 5))
    assert [f.cause for f in resized.findings] == ["scaled_by_size"]
