"""What an exercise is: a probe that observes an answer, the reference, and the mistakes people make.

An author fills in an `Exercise`; `observation.observe` runs its probe on an answer and `judge` compares what was
seen with the same probe run on the reference. Nothing here judges.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lab.engine import Array

if TYPE_CHECKING:
    import torch


class Draw:
    """Seeded inputs for a probe: the same seed draws the same inputs, in the same order.

    Parameters
    ----------
    seed : int
        Any non-negative integer. In a notebook it is 0, since outputs are compared.

    Attributes
    ----------
    rng : numpy.random.Generator
        For whatever the methods below don't offer.
    """

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def number(self, low: float = -2.0, high: float = 2.0) -> float:
        """Return one float, uniform between `low` and `high`."""
        return float(self.rng.uniform(low, high))

    def signed(self, low: float, high: float) -> float:
        """Return one float of either sign, whose size is uniform between `low` and `high`."""
        return self.number(low, high) * (1 if self.number() > 0 else -1)

    def array(self, *shape: int, low: float = -2.0, high: float = 2.0) -> Array:
        """Return an ndarray of the given shape, float64, uniform between `low` and `high`."""
        return np.asarray(self.rng.uniform(low, high, shape))

    def tensor(self, *shape: int, low: float = -2.0, high: float = 2.0) -> "torch.Tensor":
        """Return a torch tensor of the given shape, float64, uniform between `low` and `high`."""
        import torch

        return torch.from_numpy(np.array(self.rng.uniform(low, high, shape)))


# A step of a probe: (label, value), or (label, value, scale) where a tolerance must follow larger terms than the
# value shows, as in a sum that cancels.
Step = tuple[str, Any] | tuple[str, Any, float]
Probe = Callable[[Any, Draw], Iterator[Step]]


class Rule(str):
    """The label of an observation about what must not happen, worded as the rule: "`x` is left as it was".

    The judge keeps such observations apart: they name a mistake only when every returned value is right.
    """


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, as running code.

    Parameters
    ----------
    name : str
        Short and unique within the exercise, such as ``"grad ignored"``.
    answer : object
        The wrong answer itself: a function, a class or a value, whatever the exercise asks for.
    because : str
        One to three sentences to the person who wrote it: what it looks like they did, and what to think of. The
        answer itself must not be given away.
    """

    name: str
    answer: Any
    because: str


@dataclass(frozen=True)
class Exercise:
    """One exercise: how to observe an answer, and what the right and the wrong ones are.

    Parameters
    ----------
    name : str
        ``"lesson.exercise"``, where lesson is the module's name.
    probe : callable
        ``probe(answer, draw)``, a generator of ``(label, value)``; see `Step`. It never compares anything.
    reference : object
        A right answer, whose observations are what others are compared with.
    mistakes : tuple of Mistake
        At least four.
    alternatives : tuple
        Other right answers, of a different spelling or a different result where several are right.
    hints : tuple of str
        Three, each a step closer: the question to ask oneself, the formula, almost the code.
    section : str
        The heading of the lesson's section to read again.
    notice : str
        One line for the person who passed: what is worth noticing.
    rtol : float
        Largest error, relative to the largest magnitude in the observation or its scale. The default 1e-9 is far
        above the rounding of float64 in the few operations of an exercise (about 1e-14) and far below any mistake.
    seconds : float
        How long an answer may take.
    """

    name: str
    probe: Probe
    reference: Any
    mistakes: tuple[Mistake, ...]
    alternatives: tuple[Any, ...]
    hints: tuple[str, str, str]
    section: str
    notice: str
    rtol: float = 1e-9
    seconds: float = 10.0

    @property
    def is_value(self) -> bool:
        """Whether the answer is a value, whose expected result would give the answer away."""
        return not callable(self.reference)
