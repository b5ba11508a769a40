"""What holds for every exercise: its grader is graded.

An answer is observed once a seed in a process, and every test asks that observation. The tests of an exercise go to one
process, one after the other (``--dist=loadgroup``).
"""

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any

import mutants
import pytest
import submissions
from conftest import SEEDS

import autograd_lab.grading.judge as judging
from autograd_lab.authoring.lesson import read
from autograd_lab.exercises import find, lessons, names
from autograd_lab.grading import lending
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.judge import disagreements, expected, judge
from autograd_lab.grading.observation import Observation, Observed, observe
from autograd_lab.learner.workspace import course

EXERCISES = [find(name) for lesson in lessons() for name in names(lesson)]


def of_exercise(name: str, *more: Any) -> Any:
    """Return a test's parameters about one exercise: all of these run in the same process."""
    return pytest.param(find(name), *more, id="-".join([name, *more]), marks=pytest.mark.xdist_group(name))


every_exercise = pytest.mark.parametrize("exercise", [of_exercise(exercise.name) for exercise in EXERCISES])


class Seen:
    """What was observed of the answers to one exercise, by answer, seed and time limit."""

    def __init__(self) -> None:
        self.exercise = ""
        self.kept: dict[tuple[int, int, float], tuple[Any, Observed]] = {}

    def __call__(
        self, exercise: Exercise, answer: Any, seed: int, seconds: float | None = None, go_on: Any = None
    ) -> Observed:
        if exercise.name != self.exercise:
            self.exercise, self.kept = exercise.name, {}
        key = (id(answer), seed, exercise.seconds)
        if key not in self.kept:
            self.kept[key] = (answer, observe(exercise, answer, seed, seconds))  # the answer too, or its id goes on
        return self.kept[key][1]


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    """Let the judge take what was seen already, instead of observing it again."""
    monkeypatch.setattr(judging, "observe", seen)


observed_once = pytest.mark.usefixtures("once")


@functools.cache
def lesson_of(name: str) -> Any:
    return read(next((course() / "solutions").glob(f"[0-9][0-9]_{name.partition('.')[0]}.py")))


@functools.cache
def answer_in_lesson(name: str, starter: bool = False) -> Any:
    """Return the answer that the lesson's own cell builds, from the first cell and earlier solution cells alone."""
    lesson = lesson_of(name)
    space: dict[str, Any] = {"__name__": "lesson"}
    exec(lesson.first_cell, space)
    for exercise, solved, unsolved in lesson.solution_cells():
        source = unsolved if starter and exercise == name else solved
        exec(compile(source, f"<{exercise}>", "exec"), space)
        if exercise == name:
            return space[name.partition(".")[2]]
    raise AssertionError(f"{name} stands in no cell of its lesson")


@every_exercise
def test_an_exercise_ships_what_it_must(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 4
    assert len({m.name for m in exercise.mistakes}) == len(exercise.mistakes)
    assert exercise.alternatives
    assert len(exercise.hints) == 3
    assert exercise.notice
    source = (course() / "solutions" / f"{lesson_of(exercise.name).name}.py").read_text(encoding="utf-8")
    assert f"# {exercise.section}\n" in source, "the section is no heading of the lesson"
    if exercise.is_value:
        small = (bool, int, str, type(None))  # one that Python shares can't be told from a learner's own
        assert not isinstance(exercise.reference, small)


@every_exercise
def test_a_mistake_is_told_to_the_person_who_made_it(exercise: Exercise) -> None:
    for mistake in exercise.mistakes:
        assert 20 < len(mistake.because) < 400, mistake.name


@every_exercise
@observed_once
def test_right_answers_pass(exercise: Exercise, seed: int) -> None:
    for answer in (exercise.reference, *exercise.alternatives, answer_in_lesson(exercise.name)):
        verdict = judge(exercise, answer, seed)
        assert verdict.status == "passed", (answer, verdict)


@every_exercise
@observed_once
def test_each_mistake_is_rejected_and_named_as_itself(exercise: Exercise, seed: int) -> None:
    for mistake in exercise.mistakes:
        verdict = judge(exercise, mistake.answer, seed)
        assert verdict.status in ("wrong", "error", "timeout"), (mistake.name, verdict)
        assert verdict.mistake == mistake.name, (mistake.name, verdict)


@every_exercise
def test_a_mistake_that_is_run_only_as_far_as_it_agrees_is_named_as_well(exercise: Exercise) -> None:
    judging._kept.clear()
    for mistake in exercise.mistakes[:: max(1, len(exercise.mistakes) // 3)]:
        assert judge(exercise, mistake.answer).mistake == mistake.name


@every_exercise
@observed_once
def test_the_starter_is_todo_or_named_as_its_own_bug(exercise: Exercise, seed: int) -> None:
    verdict = judge(exercise, answer_in_lesson(exercise.name, starter=True), seed)
    assert verdict.status == "todo" or verdict.mistake, verdict


def dressed_up(exercise: Exercise) -> Iterator[Any]:
    """Yield the lent answer, and ways of passing it off as one's own."""
    lent = lending.lend(exercise)
    yield lent
    if isinstance(lent, type):
        yield type("Mine", (lent,), {})
    elif callable(lent):
        yield lambda *args, **kwargs: lent(*args, **kwargs)
        yield functools.partial(lent)
        yield type("Mine", (), {"__call__": lambda self, *args: lent(*args)})()


@every_exercise
def test_a_lent_answer_never_counts(exercise: Exercise, seed: int) -> None:
    for answer in dressed_up(exercise):
        assert judge(exercise, answer, seed).status == "todo"


@every_exercise
def test_a_probe_sees_the_same_each_time(exercise: Exercise) -> None:
    first, second = expected(exercise, 1), observe(exercise, exercise.reference, 1)
    assert disagreements(first, second, exercise.rtol) == []
    assert len(first.steps) > 0


@every_exercise
@observed_once
def test_other_seeds_draw_other_inputs(exercise: Exercise) -> None:
    if not exercise.is_value:
        assert disagreements(expected(exercise, 0), expected(exercise, 1), exercise.rtol)


# Blind submissions

SUBMISSIONS = [of_exercise(exercise.name, what) for exercise in EXERCISES for what in submissions.of(exercise.name)]


@pytest.mark.parametrize(("exercise", "what"), SUBMISSIONS)
@pytest.mark.parametrize("seed", SEEDS)  # three are enough: with the other seeds they would cost more than all else
@observed_once
def test_a_blind_submission_gets_what_it_deserves(exercise: Exercise, what: str, seed: int) -> None:
    submission = submissions.of(exercise.name)[what]
    quick = exercise if submission.status != "timeout" else dataclasses.replace(exercise, seconds=0.5)
    verdict = judge(quick, submission.answer, seed)
    named = verdict.mistake if submission.mistake is ... else submission.mistake
    assert (verdict.status, verdict.mistake) == (submission.status, named), verdict


@pytest.mark.parametrize("lesson", lessons())
def test_a_lesson_has_enough_blind_submissions(lesson: str) -> None:
    of_each = {name: submissions.of(name) for name in names(lesson)}
    everything = [submission for found in of_each.values() for submission in found.values()]
    assert sum(submission.status == "passed" for submission in everything) >= 10
    assert sum(submission.status != "passed" for submission in everything) >= 20
    assert all(of_each.values())


def test_every_file_of_submissions_is_of_an_exercise() -> None:
    assert set(submissions.exercises()) == {exercise.name for exercise in EXERCISES}


# Mutants of the lessons' own solutions


def passes(exercise: Exercise, answer: Any, seed: int) -> bool:
    """Say whether an answer is right, looking no further than to the first difference."""
    want = expected(exercise, seed)

    def agrees(at: int, step: Observation) -> bool:
        return at < len(want.steps) and judging._alike_there(step, want.steps[at], exercise.rtol)

    return answer is not ... and not disagreements(want, observe(exercise, answer, seed, 1.0, agrees), exercise.rtol)


@every_exercise
def test_every_mutant_is_rejected(exercise: Exercise, seed: int) -> None:
    found = list(mutants.of(lesson_of(exercise.name), exercise.name))
    survivors = {mutant.line for mutant in found if passes(exercise, mutant.answer(), seed)}
    equivalent = {e.line for e in mutants.EQUIVALENT if e.exercise == exercise.name}
    assert survivors <= equivalent, "these pass"
    assert equivalent <= survivors, "these are listed as EQUIVALENT and are rejected, or are no mutants"


def test_there_are_mutants_and_each_equivalent_one_is_of_an_exercise() -> None:
    assert sum(1 for exercise in EXERCISES for _ in mutants.of(lesson_of(exercise.name), exercise.name)) > 1000
    assert {e.exercise for e in mutants.EQUIVALENT} <= {exercise.name for exercise in EXERCISES}
