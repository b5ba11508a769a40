"""The judge, on exercises of its own: what any answer at all gets, and how a diagnosis is made."""

import dataclasses
import math
import sys
import time
import types
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import autograd_lab.grading.judge as judging
from autograd_lab.grading import lending
from autograd_lab.grading.exercise import Draw, Exercise, Mistake, Rule, Step
from autograd_lab.grading.judge import Verdict, judge


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for _ in range(3):
        x = draw.array(2, 3)
        before = x.copy()
        yield "a matrix", answer(x)
        yield Rule("`x` is left as it was"), x, float(np.abs(before).max())


def in_place(x: np.ndarray) -> np.ndarray:
    x *= 2
    return x.copy()


def endless(x: np.ndarray) -> np.ndarray:
    while True:
        x = x + 0


DOUBLE = Exercise(
    name="test.double",
    probe=probe,
    reference=lambda x: 2 * x,
    alternatives=(lambda x: x + x,),
    mistakes=(
        Mistake("sign", lambda x: -2 * x, "The sign is turned around in your answer."),
        Mistake("square", lambda x: x**2, "You square where a factor is wanted."),
        Mistake("last row", lambda x: np.vstack([2 * x[:1], x[1:] ** 2]), "The last row is squared in your answer."),
        Mistake("in place", in_place, "You change the argument itself, not a copy."),
        Mistake("never ends", endless, "Your loop has no end."),
        Mistake("divides by zero", lambda x: 1 / 0, "You divide by zero somewhere."),
    ),
    hints=("a", "b", "c"),
    section="s",
    notice="n",
    seconds=0.4,
)
VALUE = dataclasses.replace(
    DOUBLE,
    name="test.value",
    probe=lambda answer, draw: iter([("the value", answer)]),
    reference=4.0 * 1,
    mistakes=(Mistake("half", 2.0, "That is half of what is asked for."),),
)


def grade(name: str, answer: Any, seed: int = 0) -> Verdict:
    return judge({"test.double": DOUBLE, "test.value": VALUE}[name], answer, seed)


@pytest.fixture(autouse=True)
def exercises(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    judging._kept.clear()
    yield
    judging._kept.clear()


def deep(x: Any) -> Any:
    return deep(x)


def printing(x: Any) -> Any:
    for _ in range(1000):
        print("x" * 10_000)
    return 2 * x


def selfish(x: Any) -> Any:
    answer: list[Any] = [1.0]
    answer.append(answer)
    return answer


class Liar:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return np.ones((2, 3))

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self

    @property
    def __class__(self) -> Any:
        return np.ndarray


class LyingArray(np.ndarray):
    def __eq__(self, other: object) -> Any:
        return True

    def __sub__(self, other: object) -> Any:
        return np.zeros((2, 3))

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return np.ones((2, 3))


class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function: Any, kinds: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.ones(2, 3)


class LyingFloat(float):
    def __sub__(self, other: object) -> float:
        return 0.0

    def __float__(self) -> float:
        return 4.0


class BadError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


class LyingError(Exception):
    @property
    def __class__(self) -> Any:
        raise RuntimeError

    @property
    def __traceback__(self) -> Any:  # type: ignore[override]
        return 5


def raising(error: BaseException) -> Any:
    def answer(x: Any) -> Any:
        raise error

    return answer


async def coroutine(x: Any) -> Any:
    return 2 * x


def generator(x: Any) -> Any:
    yield 2 * x


def sleeping(x: Any) -> Any:
    time.sleep(1000)


def stubborn(x: Any) -> Any:
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


def swallowing(x: Any) -> Any:
    while True:
        try:
            if (x + x).sum() == "zero":
                return x
        except:  # noqa: E722
            continue


def swallowing_twice(x: Any) -> Any:
    while True:
        try:
            swallowing(x)
        except BaseException:
            x = x + 0


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (endless, "timeout", "loop has no end"),
        (sleeping, "timeout", "loop has no end"),
        (stubborn, "timeout", "loop has no end"),
        (swallowing, "timeout", "loop has no end"),
        (swallowing_twice, "timeout", "loop has no end"),
        (deep, "error", "calls itself too deeply"),
        (raising(SystemExit(3)), "error", "SystemExit"),
        (raising(KeyboardInterrupt()), "error", "interrupted"),
        (raising(GeneratorExit()), "error", "GeneratorExit"),
        (raising(StopIteration(5)), "error", "StopIteration"),
        (raising(MemoryError()), "error", "MemoryError"),
        (raising(BadError()), "error", "could not be read"),
        (raising(ValueError("y" * 10**7)), "error", "ValueError"),
        (raising(BaseException("odd")), "error", "odd"),
        (raising(LyingError()), "error", "it raised"),
        (raising(type("E" * 5000, (Exception,), {})()), "error", "EEE"),
        (raising(ValueError("\ud800")), "error", "ud800"),
        (lambda x: sys.stdout.write(b"bytes"), "error", "write() takes a str"),
        (lambda x: [[0.0] * 1000] * 1000, "wrong", "too many"),
        (lambda x: np.ma.array(2 * x, mask=x > 0), "wrong", "a masked array"),
        (lambda x: np.zeros((1,) * 64), "wrong", "64 axes"),
        (lambda x: np.array("6"), "wrong", "text"),
        (lambda x: 1 / 0, "error", "divide by zero"),
        (lambda x: x.nothing, "error", "AttributeError"),
        (lambda: 3, "wrong", "0 positional arguments"),
        (7, "wrong", "A number was handed to the check"),
        (None, "wrong", "the function itself, not called"),
        (generator, "wrong", "a generator"),
        (coroutine, "wrong", "a coroutine"),
        (lambda x: sys, "wrong", "a module"),
        (selfish, "wrong", "contains itself"),
        (lambda x: torch.zeros(1).expand(10**8), "wrong", "too large"),
        (lambda x: np.broadcast_to(0.0, (10**8,)), "wrong", "too large"),
        (lambda x: [0.0] * (2 * 10**6), "wrong", "2000000 elements"),
        (lambda x: 1 << 10**6, "wrong", "bits"),
        (lambda x: Liar(), "wrong", "an object of type Liar"),
        (lambda x: np.ones((2, 3)).view(LyingArray), "wrong", "came back"),
        (lambda x: torch.zeros(2, 3).as_subclass(LyingTensor), "wrong", "zero"),
        (lambda x: x.tolist, "wrong", "parentheses"),
        (lambda x: None, "wrong", "`return`"),
        (lambda x: str(2 * x), "wrong", "text"),
        (lambda x: {"a": 2 * x}, "wrong", "dict"),
        (lambda x: (2 * x).astype(object), "wrong", "dtype object"),
        (lambda x: (2 * x).astype(np.float32), "wrong", "float32"),
        (lambda x: 2 * x * math.nan, "wrong", "NaN"),
        (lambda x: 6 * x, "wrong", "3 times"),
        (lambda x: np.where(x == x.max(), 0, 2 * x), "wrong", "1 of 6 entries"),
        (raising(NotImplementedError()), "todo", "Not answered"),
        (..., "todo", "Not answered"),
        (printing, "passed", ""),
        (lambda x: torch.tensor(2 * x, requires_grad=True), "passed", ""),
        (lambda x: (2 * x).tolist(), "passed", ""),
        (lambda x: np.broadcast_to(2 * x, (2, 3)), "passed", ""),
        (types.SimpleNamespace(f=lambda x: 2 * x).f, "passed", ""),
    ],
)
def test_any_answer_at_all_gets_a_verdict(answer: Any, status: str, said: str) -> None:
    begin = time.monotonic()
    verdict = judge(DOUBLE, answer)
    assert verdict.status == status, verdict
    assert said in verdict.message + verdict.evidence, verdict
    assert (verdict.message == "") == (status == "passed")
    assert len(verdict.message) + len(verdict.evidence) < 1500
    assert len(verdict.output) < 21_000
    assert time.monotonic() - begin < 6


def sized_probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for rows in (2, 3, 4):
        x = draw.array(rows)
        yield f"x of shape ({rows},)", answer(x)
        yield Rule("a rule"), True


def test_an_error_says_on_which_input() -> None:
    sized = dataclasses.replace(DOUBLE, probe=sized_probe)
    verdict = judge(sized, lambda x: 2 * x if len(x) != 3 else 1 / 0)
    assert verdict.message.startswith("With x of shape (3,): it raised ZeroDivisionError")


def test_numbers_too_small_to_hold_are_no_warning() -> None:
    assert judge(DOUBLE, lambda x: 2 * x + np.exp(x - 2000)).output == ""


def test_a_lying_number_is_asked_for_its_true_value() -> None:
    assert judge(VALUE, LyingFloat(5.0)).status == "wrong"


def test_an_endless_answer_is_stopped_outside_the_main_thread_too() -> None:
    import threading

    got: list[Verdict] = []
    thread = threading.Thread(target=lambda: got.append(judge(DOUBLE, endless)))
    thread.start()
    thread.join(10)
    assert got
    assert got[0].status == "timeout"


def test_a_check_outside_the_main_thread_leaves_no_exception_announced(capfd: pytest.CaptureFixture[str]) -> None:
    import faulthandler
    import threading

    thread = threading.Thread(target=lambda: judge(DOUBLE, lambda x: 2 * x))
    thread.start()
    thread.join()
    tracer = sys.gettrace()
    with capfd.disabled():
        faulthandler.dump_traceback_later(10, exit=True)  # where one is, Python 3.11 never enters a traced call
        sys.settrace(lambda *event: None)
        (lambda: None)()
        sys.settrace(tracer)
        faulthandler.cancel_dump_traceback_later()


def test_what_an_answer_prints_and_warns_is_kept_and_changes_nothing() -> None:

    def answer(x: Any) -> Any:
        print("here I am")
        print("and here", file=sys.stderr)
        warnings.warn("watch out", stacklevel=1)
        return 2 * x

    verdict = judge(DOUBLE, answer)
    assert verdict.status == "passed"
    assert verdict.output.splitlines()[:3] == ["here I am", "and here", "UserWarning: watch out"]
    assert verdict.output.count("watch out") == 1 < verdict.output.count("here I am")


def test_a_mistake_is_named_when_it_behaves_alike_with_two_seeds() -> None:
    assert judge(DOUBLE, lambda x: -x - x).mistake == "sign"
    first = Draw(0).array(2, 3)
    lucky = judge(DOUBLE, lambda x: -2 * x if np.array_equal(x, first) else 2.5 * x)
    assert lucky.status == "wrong"
    assert lucky.mistake is None


def test_a_mistake_that_agrees_everywhere_is_preferred() -> None:
    # Wrong in the second row only: "square" agrees there, but "last row" agrees in the right first row too.
    def answer(x: np.ndarray) -> np.ndarray:
        out = 2 * x
        out[1] = x[1] * x[1]
        return out

    assert judge(DOUBLE, answer).mistake == "last row"


def test_a_mistake_that_breaks_many_more_rules_is_another_one() -> None:
    calls: list[int] = []

    def once(x: np.ndarray) -> np.ndarray:
        calls.append(1)
        return in_place(x) if len(calls) % 3 == 1 else 2 * x

    verdict = judge(DOUBLE, once)
    assert (verdict.status, verdict.mistake) == ("wrong", None)
    assert "`x` is left as it was" in verdict.message


def test_an_argument_that_was_changed_is_named_separately() -> None:
    def both(x: np.ndarray) -> np.ndarray:
        x *= -2
        return x.copy()

    assert judge(DOUBLE, in_place).mistake == "in place"
    verdict = judge(DOUBLE, both)
    assert verdict.mistake == "sign"

    def zeroed(x: np.ndarray) -> np.ndarray:
        out = 2 * x
        x[:] = 0
        return out

    other = judge(DOUBLE, zeroed)
    assert other.mistake is None
    assert "`x` is left as it was" in other.message


def test_the_same_seed_gives_the_same_verdict_whatever_the_global_state() -> None:
    def noisy(x: np.ndarray) -> Any:
        return 2 * x + np.random.rand() + torch.rand(()).item()

    torch.manual_seed(1)
    first = judge(DOUBLE, noisy)
    torch.manual_seed(2)
    assert judge(DOUBLE, noisy).message == first.message


def test_global_states_are_the_callers_own_again_afterwards() -> None:
    def vandal(x: np.ndarray) -> Any:
        torch.manual_seed(123)
        np.random.seed(5)
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        np.seterr(all="raise")
        sys.setrecursionlimit(5000)
        sys.stdout = None  # type: ignore[assignment]
        return 2 * x

    states = torch.get_rng_state(), np.random.get_state()[1], np.geterr(), sys.getrecursionlimit(), sys.stdout
    judge(DOUBLE, vandal)
    assert torch.equal(states[0], torch.get_rng_state())
    assert np.array_equal(states[1], np.random.get_state()[1])
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32
    assert (np.geterr(), sys.getrecursionlimit()) == states[2:4]
    assert sys.stdout is states[4]


def test_the_learners_own_lines_are_shown(tmp_path: Any) -> None:
    path = tmp_path / "cell.py"
    path.write_text("def answer(x):\n    y = x\n    return y.nothing\n")
    space: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    assert judge(DOUBLE, space["answer"]).lines == ("line 3, in answer: return y.nothing",)


def test_a_lent_value_never_counts_but_the_same_number_typed_does() -> None:
    assert judge(VALUE, lending.lend(VALUE)).status == "todo"
    assert judge(VALUE, 4.0).status == "passed"
    assert judge(VALUE, VALUE.reference).status == "passed"


def test_a_lent_class_never_counts() -> None:
    class Reference:
        def __init__(self, factor: float) -> None:
            self.factor = factor

        def __call__(self, x: np.ndarray) -> np.ndarray:
            return self.factor * x

    scale = dataclasses.replace(
        DOUBLE,
        name="test.scale",
        probe=lambda answer, draw: iter([("a number", answer(2.0)(draw.array(3)))]),
        reference=Reference,
        mistakes=(),
    )
    judging._kept.clear()
    lent = lending.lend(scale)

    class Mine(lent):  # type: ignore[misc,valid-type]
        pass

    class Delegating:
        def __init__(self, factor: float) -> None:
            self.inner = lent(factor)

        def __call__(self, x: np.ndarray) -> Any:
            return self.inner(x)

    for answer in (lent, Mine, Delegating):
        assert judge(scale, answer).status == "todo"
    assert judge(scale, Reference).status == "passed"


def test_another_exercises_lent_answer_may_be_used() -> None:
    other = lending.lend(dataclasses.replace(DOUBLE, name="test.other"))
    assert judge(DOUBLE, lambda x: other(x)).status == "passed"


def test_a_value_is_not_given_away() -> None:
    for answer in (8.0, -4.0, 3.9, [4.0, 4.0], "4", True):
        verdict = judge(VALUE, answer)
        assert verdict.status == "wrong"
        assert "4.0" not in verdict.message
        assert "times" not in verdict.message


@pytest.mark.parametrize(
    "got", [np.array([1, 2], np.float32), np.array([True, False]), torch.zeros(2), np.zeros((2, 0))]
)
def test_an_array_in_place_of_a_pair_is_described(got: Any) -> None:
    pair = dataclasses.replace(
        VALUE,
        name="test.pair",
        probe=lambda f, draw: iter([("a pair", f())]),
        reference=lambda: (np.ones(3), np.ones(3)),
    )
    verdict = judge(dataclasses.replace(pair, mistakes=()), lambda: got)
    assert verdict.status == "wrong"
    assert "Number 1 of the 2" in verdict.message or "number 1 of the 2" in verdict.message


def test_the_device_of_the_notebook_makes_no_difference() -> None:
    tensors = dataclasses.replace(
        DOUBLE, name="test.tensors", probe=lambda f, draw: iter([("x", f(torch.ones(2)))]), mistakes=()
    )
    torch.set_default_device("meta")
    try:
        assert judge(tensors, lambda x: x + torch.ones(2)).status == "passed"
        assert torch.get_default_device().type == "meta"
    finally:
        torch.set_default_device(None)


def test_a_check_leaves_no_mode_of_torch_behind() -> None:
    modes = torch.overrides._get_current_function_mode_stack
    assert modes() == []
    judge(DOUBLE, lambda x: 2 * x)
    assert modes() == []
    judge(DOUBLE, lambda x: (torch.set_default_device("meta"), 2 * x)[1])
    assert torch.get_default_device().type == "cpu"
    torch.set_default_device(None)


def test_somebody_elses_alarm_still_goes_off() -> None:
    import signal

    struck = []
    before = signal.signal(signal.SIGALRM, lambda *args: struck.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.15)
        judge(DOUBLE, lambda x: 2 * x)
        time.sleep(0.4)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert struck


class Lingering:
    def __del__(self) -> None:
        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            pass


def test_an_exception_of_the_limit_that_is_lost_is_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: lost.append(unraisable.exc_type))

    def answer(x: Any) -> Any:
        Lingering()  # the first strike falls into its destructor
        return endless(x)

    verdict = judge(DOUBLE, answer)
    assert (verdict.status, verdict.output) == ("timeout", "")
    assert lost == []


class Failing:
    def __del__(self) -> None:
        raise ValueError


def test_what_an_answer_loses_itself_is_still_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: lost.append(unraisable.exc_type))
    judge(DOUBLE, lambda x: (Failing(), 2 * x)[1])
    assert lost == [ValueError] * 3


def test_an_answer_that_grades_is_still_stopped() -> None:
    def nested(x: Any) -> Any:
        judge(VALUE, 4.0)
        return endless(x)

    assert judge(DOUBLE, nested).status == "timeout"


def test_two_checks_at_once_leave_the_process_as_it_was() -> None:
    import threading

    stdout, filters = sys.stdout, list(warnings.filters)
    got: list[Verdict] = []

    def slow(x: Any) -> Any:
        time.sleep(0.03)
        print("x")
        return 2 * x

    threads = [threading.Thread(target=lambda: got.append(judge(DOUBLE, slow))) for _ in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert [v.status for v in got] == ["passed"] * 4
    assert [v.output.count("x") for v in got] == [3] * 4
    assert sys.stdout is stdout
    assert list(warnings.filters) == filters


@pytest.mark.parametrize("seed", [2**32, 2**40 + 7, np.int64(3)])
def test_any_seed_will_do(seed: int) -> None:
    assert judge(DOUBLE, lambda x: 2 * x, seed).status == "passed"
    assert judge(DOUBLE, lambda x: 3 * x, seed).status == "wrong"


def test_an_interrupt_during_a_diagnosis_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    sign = DOUBLE.mistakes[0]

    def interrupted(x: Any) -> Any:
        raise KeyboardInterrupt

    broken = dataclasses.replace(DOUBLE, mistakes=(dataclasses.replace(sign, answer=interrupted),))
    assert judge(broken, lambda x: -2 * x).mistake is None
    assert judge(DOUBLE, lambda x: -2 * x).mistake == "sign"
