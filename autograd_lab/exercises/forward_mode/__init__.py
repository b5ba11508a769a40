"""Lesson 02, `forward_mode`: its exercises, in order."""

EXERCISES = ("dual_mul", "dual_div", "dual_pow", "dual_tanh", "jvp", "jacobian")
