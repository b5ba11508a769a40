"""Lesson 00, `welcome`: its exercises, in order."""

EXERCISES = ("slope", "scalar_loss", "bias_change")
