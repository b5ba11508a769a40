import re
from dataclasses import replace

import pytest

from autograd_lab.exercises import find, lessons, of_lesson
from autograd_lab.grading.judge import Verdict
from autograd_lab.learner import cards
from autograd_lab.learner.notebook import grade

EXERCISE = find("welcome.scalar_loss")
EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)> `<b>` & \"quotes\""


def all_cards() -> list[cards.Card]:
    verdicts = [
        grade("welcome.scalar_loss", answer)
        for answer in (
            lambda p, y: (p - y).sum(),
            lambda p, y: (p - y).sum,
            lambda p, y: 1 / 0,
            lambda p, y: (print(EVIL), (p - y).sum())[1],
            ...,
        )
    ]
    verdicts.append(Verdict("welcome.scalar_loss", "error", None, EVIL, EVIL, (EVIL,), EVIL))
    verdicts.append(Verdict("welcome.scalar_loss", "timeout", None, "It did not finish."))
    made = [cards.card(EXERCISE, v, ("Your progress could not be saved.",)) for v in verdicts]
    made.append(cards.card(EXERCISE, verdicts[1], stuck=True))
    made.append(cards.card(EXERCISE, verdicts[0], ours=(EVIL, EVIL)))
    return made


@pytest.mark.parametrize("number", range(9))
def test_the_text_and_the_html_say_the_same(number: int) -> None:
    card = all_cards()[number]
    visible = re.sub(r"<details.*</details>", "", card.to_html(), flags=re.DOTALL)
    visible = re.sub(r"<[^>]+>", "", visible)
    for entity, character in {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&"}.items():
        visible = visible.replace(entity, character)
    words = str(card).replace("`", "")
    words = re.sub(r"(\d hints, one at a time|Another way to write it).*", "", words)
    assert re.sub(r"\s|`", "", visible) == re.sub(r"\s", "", words)


@pytest.mark.parametrize("number", range(9))
def test_nothing_that_an_answer_says_becomes_html(number: int) -> None:
    html = all_cards()[number].to_html()
    tags = {tag.split()[0].strip("/") for tag in re.findall(r"<(/?\w[^>]*)>", html)}
    assert tags <= {"div", "strong", "code", "pre", "details", "summary", "a"}
    assert "script" not in re.sub(r"&lt;/?script", "", html)
    assert html.count("<div") == html.count("</div>")
    assert html.count("<details") == html.count("</details>")


def test_the_state_is_told_by_a_word_and_a_symbol() -> None:
    titles = [card.title for card in all_cards()]
    assert titles[0].startswith("✓ Right")
    assert titles[1].startswith("✗ Not right yet")
    assert titles[2].startswith("✗ It raised an error")
    assert titles[4].startswith("○ Not answered yet")
    assert titles[6].startswith("✗ Out of time")


def test_a_card_sets_no_text_colour() -> None:
    for card in all_cards():
        assert not re.search(r"[;\"]\s*(color|background)", card.to_html())


def test_hints_are_nested_and_only_where_they_are_needed() -> None:
    right, wrong = all_cards()[0].to_html(), all_cards()[1].to_html()
    assert "<details" not in right
    assert wrong.count("<details") == 3
    assert re.search(r"<details.*<details.*<details.*</details></div></details></div></details>", wrong)


def test_the_name_that_holds_our_answer_is_told() -> None:
    assert "`scalar_loss` holds ours" in str(all_cards()[1])
    assert "holds ours" not in str(all_cards()[0])


def test_the_verdict_goes_along_as_json() -> None:
    bundle = all_cards()[1]._repr_mimebundle_()
    assert bundle[cards.VERDICT_MIME] == {
        "exercise": "welcome.scalar_loss",
        "status": "wrong",
        "mistake": "sum without parentheses",
        "message": next(m.because for m in EXERCISE.mistakes if m.name == "sum without parentheses"),
    }


def test_ten_megabytes_of_output_are_shown_in_brief() -> None:
    def answer(p: object, y: object) -> None:
        print("x" * 10**7)

    card = cards.card(EXERCISE, grade("welcome.scalar_loss", answer))
    assert len(card.to_html()) < 6000
    assert "more characters" in str(card)


def test_a_link_leads_to_the_heading_as_jupyterlab_names_it() -> None:
    exercise = replace(EXERCISE, section="What `backward` collects")
    card = cards.card(exercise, grade("welcome.scalar_loss", 1), stuck=True)
    assert '<a href="#What-backward-collects">What <code>backward</code> collects</a>' in card.to_html()


def test_every_section_is_plain_enough_for_a_link() -> None:
    """JupyterLab takes a heading's text; beyond ASCII, or with other marks, the address would be spelled otherwise."""
    for lesson in lessons():
        for exercise in of_lesson(lesson):
            assert re.fullmatch(r"[A-Za-z0-9`:;,.? -]+", exercise.section), exercise.name
