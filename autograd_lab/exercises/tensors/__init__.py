"""Lesson 04, `tensors`: its exercises, in order."""

EXERCISES = ("unbroadcast", "matmul_vjp", "sum_vjp", "mean_vjp", "max_vjp", "take_vjp", "softmax_vjp")
