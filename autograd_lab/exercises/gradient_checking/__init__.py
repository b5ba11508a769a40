"""Lesson 16, `gradient_checking`: its exercises, in order."""

EXERCISES = (
    "directional_error", "adjoint_gap", "gradcheck",
    "Scale", "AddBias", "LeakyReLU", "Softmax", "MeanSquare", "Gather", "Norm", "Cumsum",  # the hunt
)
