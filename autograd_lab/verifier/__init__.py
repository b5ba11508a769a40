"""The gradient verifier: which gradient is wrong, where, and what mistake it looks like.

Data goes through these modules, in this order:

- ``verification.py``: `verify`, and ``inquiry.py``, one run of it from what is given to the report;
- ``adapters.py``: what is given becomes a `Subject`, arrays in and arrays out (``subject.py``; its kinds are in
  ``tensors.py``, ``rules.py`` and ``engines.py``);
- ``protocol.py``: what comparing one gradient can't see: is it linear, does it write into what it was handed;
- ``detection.py``: is each gradient right, along a few directions, with the numbers of ``slopes.py``;
- ``localise.py``: only on failure, which entries are wrong and by what;
- ``explanation.py``: which slip explains all of them (``hypotheses.py``, ``structure.py``, ``factors.py``);
- ``report.py``: what was found, as objects, as text and as HTML.
"""

from autograd_lab.verifier.report import Evidence, Finding, Input, Report
from autograd_lab.verifier.verification import CAUSES, verify

__all__ = ["CAUSES", "Evidence", "Finding", "Input", "Report", "verify"]
