"""The gradient verifier: which gradient is wrong, where, and what mistake it looks like.

Data goes through these modules, in this order:

- ``verification.py``: `verify`, which asks everything in order; ``inquiry.py``, one run as an object;
- ``preparation.py`` and ``adapters.py``: what is given becomes a `Subject`, arrays in and arrays out (``subject.py``;
  its kinds are in ``tensors.py``, ``rules.py`` and ``engines.py``), in float64 where it can be lifted;
- ``preconditions.py`` and ``protocol.py``: what comparing one gradient can't see: is it repeatable, is it linear, does
  it write into what it was handed;
- ``questions.py`` and ``detection.py``: is each gradient right, along a few directions, with the numbers of
  ``slopes.py``;
- ``doubts.py``: where that can't be told; ``relations.py``: two inputs, two calls, two precisions beside one another;
- ``diagnosis.py`` and ``localise.py``: only on failure, which entries are wrong and by what;
- ``explanation.py``: which slip explains all of them (``hypotheses.py``, ``structure.py``, ``factors.py``);
- ``findings.py`` and ``report.py``: what was found, as objects, as text and as HTML.

``arrays.py`` has what all of them ask of arrays; notes for maintainers are in ``README.md``. This wing uses the
engines, `display` and `random_states`.
"""

from autograd_lab.verifier.report import Evidence, Finding, Input, Report
from autograd_lab.verifier.verification import CAUSES, verify

__all__ = ["CAUSES", "Evidence", "Finding", "Input", "Report", "verify"]
