"""The gradient verifier: which gradient is wrong, where, and what mistake it looks like.

what is given     one thing, arrays in and arrays out            subject.py
protocol          what no comparison of numbers can see          protocol.py
detection         is each gradient right, along few directions   detection.py, with slopes.py
localising        only on failure: which entries, and by what    localise.py
hypotheses        what slip explains all of them                 hypotheses.py, structure.py, factors.py
report            as objects, as text, as HTML                   report.py
"""

from autograd_lab.verifier.report import Evidence, Finding, Input, Report
from autograd_lab.verifier.verification import CAUSES, verify

__all__ = ["CAUSES", "Evidence", "Finding", "Input", "Report", "verify"]
