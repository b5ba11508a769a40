import time

import pytest

from autograd_lab.timing import median_seconds, spelled


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1e-5, "10 µs"), (0.0412, "41 ms"), (1.0, "1 s"), (2.5, "2.5 s"), (300, "5 minutes"), (3 * 86_400, "3 days")],
)
def test_a_time_is_spelled_as_a_person_would(seconds: float, said: str) -> None:
    assert spelled(seconds) == said


def test_the_first_call_does_not_count() -> None:
    waits = iter([0.5, 0.0, 0.0, 0.0])
    assert median_seconds(lambda: time.sleep(next(waits)), repeats=3) < 0.25
