"""The exercises of lesson 16, `gradient_checking`: three checkers to write, and eight broken Functions to mend."""

from autograd_lab.exercises.gradient_checking.checkers import CHECKERS
from autograd_lab.exercises.gradient_checking.hunt import HUNT

EXERCISES = (*CHECKERS, *HUNT)
