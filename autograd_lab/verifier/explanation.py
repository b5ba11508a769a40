"""What a wrong gradient looks like: the guesses at the slip, asked in order, the likeliest first.

`explain` takes a `Case` and returns `Guess`es. `hypotheses.py` compares the two gradients entry by entry;
`structure.py` asks which outputs flow into an entry and whether the right numbers stand in wrong places; `factors.py`
looks for powers and terms that are missing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autograd_lab.verifier import factors, hypotheses, structure
from autograd_lab.verifier.hypotheses import Elsewhere, Guess
from autograd_lab.verifier.localise import Case


def explain(case: Case, elsewhere: Elsewhere) -> list[Guess]:
    """Return the guesses for a case, the likeliest first; never none."""
    nothing = hypotheses.zero(case)
    if nothing:
        return [nothing]
    asked: Sequence[Callable[[], Any]] = (
        lambda: hypotheses.conjugate(case),
        lambda: hypotheses.precision(case),
        lambda: hypotheses.factor(case, elsewhere),
        lambda: structure.moved(case),
        lambda: hypotheses.partly(case),
        lambda: structure.flows(case),
        lambda: factors.powers(case),
        lambda: factors.terms(case),
    )
    for question in asked:
        answer = question()
        if answer:
            return answer if isinstance(answer, list) else [answer]
    return [structure.rest(case)]
