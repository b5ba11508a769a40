"""Lesson 03, `reverse_mode`: its exercises, in order."""

EXERCISES = ("mul_vjp", "div_vjp", "pow_vjp", "tanh_vjp", "relu_vjp", "topological_order", "backward")
