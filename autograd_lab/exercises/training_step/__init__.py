"""Lesson 08, `training_step`: its exercises, in order."""

EXERCISES = ("fc_weight_gradient", "sgd_update", "step", "trainable_parameters", "new_head")
