"""Lesson 12, `gradient_descent`: its exercises, in order."""

EXERCISES = (
    "sgd_step", "largest_stable_lr", "momentum_step", "best_heavy_ball", "nesterov_step", "decayed_step", "minimize",
)
