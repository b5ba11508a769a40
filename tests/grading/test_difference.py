import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograd_lab.grading.difference import describe, same, show
from autograd_lab.grading.plain import Unusable

FLOATS = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6))
A = np.array([[1.0, 2.0, -3.0], [4.0, 0.5, 6.0]])


@given(FLOATS)
def test_a_list_a_tuple_and_an_array_of_the_same_numbers_are_the_same(a: np.ndarray) -> None:
    assert same(a, a.tolist())
    assert same(a.tolist(), a)
    assert same(a, tuple(a))
    assert same(a.tolist(), tuple(a.tolist()))


@given(FLOATS, st.floats(1e-6, 1e6), st.sampled_from([1, -1]))
def test_an_error_above_the_tolerance_is_seen_and_one_below_is_not(a: np.ndarray, factor: float, sign: int) -> None:
    a = a * factor
    a.flat[0] = 1e6 * factor
    assert same(a, a + sign * 0.5e-9 * 1e6 * factor)
    assert not same(a, a + sign * 2e-9 * 1e6 * factor)


@pytest.mark.parametrize(
    ("want", "got"),
    [
        (1, True),
        (True, 1),
        (6, "6"),
        ("6", 6),
        (1.0, None),
        (None, 0),
        (1.0, float("nan")),
        (1.0, float("inf")),
        (float("inf"), 1e300),
        (0.0, float("nan")),
        (1.0, 1 + 0j),
        (A, A.T),
        (A, A[None]),
        (A, A.ravel()),
        (5.0, np.array([5.0])),
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        ((1.0, 2.0), 1.0),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, [("a", 1)]),
        (A, Unusable("a generator")),
        (Unusable("a generator"), A),
        ([], None),
        (1.0, 10**300),
        ((1e-8, 1.0), (2e-8, 1.0)),
    ],
)
def test_what_differs_is_not_the_same_and_can_be_described(want: object, got: object) -> None:
    assert not same(want, got)
    for reveal in (True, False):
        said = describe(want, got, reveal=reveal)
        assert 10 < len(said) < 400


@pytest.mark.parametrize(
    ("want", "got"),
    [
        (5, 5.0),
        (5.0, np.array(5.0)),
        (np.array(0.5, np.float32), 0.5),
        (float("nan"), float("nan")),
        (float("-inf"), float("-inf")),
        (np.zeros(0), []),
        ({"a": A, "b": None}, {"b": None, "a": A.tolist()}),
        ((A, 1.0), [A, 1.0]),
        (Unusable("a generator"), Unusable("a generator")),
        ("x", "x"),
    ],
)
def test_other_wrappings_of_the_same_are_the_same(want: object, got: object) -> None:
    assert same(want, got)


def test_a_scale_forgives_what_a_cancelling_sum_loses() -> None:
    assert not same(0.0, 1e-12)
    assert same(0.0, 1e-12, scale=1e3)


@pytest.mark.parametrize(
    ("want", "got", "said"),
    [
        (A, None, "`return` missing"),
        (A, -A, "sign is wrong"),
        (A, 3 * A, "3 times"),
        (A, 0 * A, "Every entry is zero"),
        (A, A.T, "transposed"),
        (A @ A.T + np.triu(np.ones((2, 2))), (A @ A.T + np.triu(np.ones((2, 2)))).T, "transposed"),
        (A.sum(0), A, "not summed over the broadcast axis"),
        (A.sum(), A, "not summed up"),
        (A, A.ravel(), "the shape is not"),
        (A, A + 1, "off by the same 1"),
        (A, A.astype(np.float32) * np.float32(1.1) / np.float32(1.1), "float32"),
        (A, np.where(A == 4, np.nan, A), "NaN came back in 1 of 6"),
        (A, np.where(A == 4, 7, A), "entry [1, 0]: 7 came back, 4 was expected"),
        (4.0, 8.0, "2 times"),
        (4.0, 2.0, "divided by 2"),
        (4.0, 0.0, "Zero"),
        ((A, A), (A, -A), "Number 2 of the 2 returned values"),
        ((A, A), A[0], "tuple of 2"),
        (A, Unusable("a method (`sum`)"), "parentheses"),
        (A, Unusable("a generator"), "`yield`"),
        ({"a": True, "b": False}, {"a": True}, "missing: 'b'"),
        (True, np.array([True]), "boolean"),
        ([True, False], [True, True], "entry [1]: True came back, False was expected"),
    ],
)
def test_a_description_names_what_a_person_would_see(want: object, got: object, said: str) -> None:
    assert said in describe(want, got), describe(want, got)


@given(st.floats(0.1, 100), st.floats(-1e3, 1e3))
def test_a_value_is_not_given_away(want: float, got: float) -> None:
    if not same(want, got):
        said = describe(want, got, reveal=False)
        assert f"{want:.6g}" not in said
        assert "times" not in said
        assert "sign" not in said


def test_what_is_shown_is_short() -> None:
    many = np.full((100, 100), -1.23456789e-300)
    for value in (1e300, -1.5 + 2j, True, many, many > 0, many * 1j, many[0, :6], np.arange(7)):
        assert len(show(value)) <= 125
