"""Lesson 15, `finite_differences`: its exercises, in order."""

EXERCISES = (
    "relative_error",
    "best_step",
    "numerical_gradient",
    "richardson",
    "complex_step",
)
