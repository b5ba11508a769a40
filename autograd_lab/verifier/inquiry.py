"""One run of `verify` as an object: what is asked about, with which numbers, and what was found so far.

`verification.py` makes an `Inquiry`. Every module that asks something takes it as its first argument, draws from its
random numbers, and enters what it finds in its `findings`.
"""

from dataclasses import dataclass

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import draw, nudged
from autograd_lab.verifier.findings import Findings
from autograd_lab.verifier.subject import Failed, Subject


@dataclass
class Inquiry:
    """One run of `verify`.

    Attributes
    ----------
    subject : Subject
    outputs : list of ndarray
        What it gives for its values; only the outputs that have a gradient.
    eps : float
        The distance of 1 from the next number, in the least precise output.
    rng : numpy.random.Generator
        Where every direction and incoming gradient is drawn from, so that the order of the questions matters.
    findings : Findings
    """

    subject: Subject
    outputs: list[Array]
    eps: float
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.findings = Findings(self.subject)

    def cotangents(self) -> list[Array]:
        """Return a random incoming gradient, one array for each output."""
        return [draw(self.rng, f) for f in self.outputs]

    def elsewhere(self) -> list[Array] | None:
        """Return other values at which fn is defined and gives outputs of the same shapes, or None."""
        for sign, step in ((-1, 0.2), (1, 0.2), (1, 0.02)):  # of the other sign first: another branch, another mask
            values = [nudged(self.rng, sign * v, step) for v in self.subject.values]
            try:
                outs = self.subject.outputs(values)
            except Failed:
                continue
            if [f.shape for f in outs] == [f.shape for f in self.outputs] and all(np.isfinite(f).all() for f in outs):
                return values
        return None
