"""What holds for every exercise: its grader is graded."""

import dataclasses
import functools
import importlib
from collections.abc import Iterator
from typing import Any

import mutants
import pytest

import autograd_lab.grading.judge as judging
from autograd_lab.authoring.lesson import read
from autograd_lab.exercises import lessons, of_lesson
from autograd_lab.grading import lending
from autograd_lab.grading.exercise import Exercise, Mistake
from autograd_lab.grading.judge import disagreements, expected, judge
from autograd_lab.grading.observation import Observed, observe
from autograd_lab.learner.workspace import course

SEEDS = range(20)
EXERCISES = [exercise for lesson in lessons() for exercise in of_lesson(lesson)]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


@functools.cache
def lesson_of(name: str) -> Any:
    return read(next((course() / "solutions").glob(f"[0-9][0-9]_{name.partition('.')[0]}.py")))


@functools.cache
def answers_in_lesson(name: str, starter: bool = False) -> Any:
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


def wrapped(function: Any) -> Any:
    return lambda *args, **kwargs: function(*args, **kwargs)


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
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_pass(exercise: Exercise, seed: int) -> None:
    for answer in (exercise.reference, *exercise.alternatives, answers_in_lesson(exercise.name)):
        verdict = judge(exercise, answer, seed)
        assert verdict.status == "passed", (answer, verdict)


@pytest.fixture
def each_observed_once(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Let the judge reuse what it has seen: a mistake given as an answer is the mistake that it is compared with.

    With seed 0, which notebooks use, everything is observed anew.
    """
    if seed == 0:
        return
    seen: dict[tuple[int, int], Observed] = {}

    def once(exercise: Exercise, answer: Any, seed: int, *limit: float | None) -> Observed:
        key = (id(answer), seed)
        if key not in seen:
            seen[key] = observe(exercise, answer, seed, *limit)
        return seen[key]

    monkeypatch.setattr(judging, "observe", once)


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("each_observed_once")
def test_each_mistake_is_rejected_and_named_as_itself(exercise: Exercise, seed: int) -> None:
    for mistake in exercise.mistakes:
        verdict = judge(exercise, mistake.answer, seed)
        assert verdict.status in ("wrong", "error", "timeout"), (mistake.name, verdict)
        assert verdict.mistake == mistake.name, (mistake.name, verdict)


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_the_starter_is_todo_or_named_as_its_own_bug(exercise: Exercise, seed: int) -> None:
    verdict = judge(exercise, answers_in_lesson(exercise.name, starter=True), seed)
    assert verdict.status == "todo" or verdict.mistake, verdict


def dressed_up(exercise: Exercise) -> Iterator[Any]:
    """Yield the lent answer, and ways of passing it off as one's own."""
    lent = lending.lend(exercise)
    yield lent
    if isinstance(lent, type):
        yield type("Mine", (lent,), {})
    elif callable(lent):
        yield wrapped(lent)
        yield functools.partial(lent)
        yield type("Mine", (), {"__call__": lambda self, *args: lent(*args)})()


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_a_lent_answer_never_counts(exercise: Exercise, seed: int) -> None:
    for answer in dressed_up(exercise):
        assert judge(exercise, answer, seed).status == "todo"


@every_exercise
def test_a_probe_sees_the_same_each_time(exercise: Exercise) -> None:
    first, second = expected(exercise, 3), observe(exercise, exercise.reference, 3)
    assert disagreements(first, second, exercise.rtol) == []
    assert len(first.steps) > 0


@every_exercise
def test_other_seeds_draw_other_inputs(exercise: Exercise) -> None:
    if not exercise.is_value:
        assert disagreements(expected(exercise, 1), expected(exercise, 2), exercise.rtol)


# Blind submissions

SUBMISSIONS = [
    (lesson, number, submission)
    for lesson in lessons()
    for number, submission in enumerate(importlib.import_module(f"submissions.{lesson}").SUBMISSIONS)
]


@pytest.mark.parametrize(("lesson", "number", "submission"), SUBMISSIONS, ids=lambda x: str(getattr(x, "what", x)))
def test_a_blind_submission_gets_what_it_deserves(lesson: str, number: int, submission: Any) -> None:
    exercise = next(e for e in of_lesson(lesson) if e.name == submission.exercise)
    quick = exercise if submission.status != "timeout" else _with_seconds(exercise, 0.5)
    for seed in (0, 11):
        verdict = judge(quick, submission.answer, seed)
        assert (verdict.status, verdict.mistake) == (submission.status, submission.mistake), verdict


def _with_seconds(exercise: Exercise, seconds: float) -> Exercise:
    return dataclasses.replace(exercise, seconds=seconds)


@pytest.mark.parametrize("lesson", lessons())
def test_a_lesson_has_enough_blind_submissions(lesson: str) -> None:
    got = importlib.import_module(f"submissions.{lesson}").SUBMISSIONS
    assert sum(s.status == "passed" for s in got) >= 10
    assert sum(s.status != "passed" for s in got) >= 20
    assert {s.exercise for s in got} == {e.name for e in of_lesson(lesson)}


# Mutants of the lessons' own solutions


def test_every_mutant_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    killed = equivalent = named = total = 0
    survivors, names, used = [], [], set()
    for exercise in EXERCISES:
        for mutant in mutants.of(lesson_of(exercise.name), exercise.name):
            total += 1
            verdict = judge(_with_seconds(exercise, 1.0), mutant.answer())
            if verdict.status != "passed":
                killed += 1
                named += verdict.mistake is not None
                names.append(f"{exercise.name}: {mutant.line} -> {verdict.status} {verdict.mistake}")
                continue
            known = next((e for e in mutants.EQUIVALENT if (e.exercise, e.line) == (exercise.name, mutant.line)), None)
            if known:
                equivalent += 1
                used.add(known)
            else:
                survivors.append(f"{exercise.name}: {mutant.line}")
    with capsys.disabled():
        print(f"\nmutants: killed {killed} of {total} ({equivalent} equivalent), named {named}")
    assert total > 0
    assert not survivors, "these pass:\n" + "\n".join(survivors)
    assert set(mutants.EQUIVALENT) == used, "an entry of EQUIVALENT matches no mutant"


def test_a_mistake_is_told_to_the_person_who_made_it() -> None:
    for exercise in EXERCISES:
        for mistake in exercise.mistakes:
            assert isinstance(mistake, Mistake)
            assert 20 < len(mistake.because) < 400, (exercise.name, mistake.name)
