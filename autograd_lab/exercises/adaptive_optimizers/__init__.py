"""Lesson 13, `adaptive_optimizers`: its exercises, in order."""

EXERCISES = ("adagrad_step", "rmsprop_step", "adam_step", "adamw_step", "Adam")
