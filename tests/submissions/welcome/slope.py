"""Answers written blind for `welcome.slope`, each under the verdict that it deserves."""

import math
from fractions import Fraction

import numpy as np
import torch
from submissions import passes, rejected


def _slope_by_backward(dtype=torch.float32, times=1):
    x = torch.tensor(3.0, dtype=dtype, requires_grad=True)
    for _ in range(times):
        (x**2).backward()
    return x.grad

whole_number = passes(2 * 3)
fraction_6 = passes(Fraction(6))
numpy_int8 = passes(np.int8(6))
numpy_0_d_array = passes(np.array(6.0))
bfloat16_gradient = passes(_slope_by_backward(torch.bfloat16))

def _slope_that_requires_grad():
    x = torch.tensor(3.0, requires_grad=True)
    return torch.autograd.grad(x**2, x, create_graph=True)[0]
gradient_that_requires_grad = passes(_slope_that_requires_grad())
torch_func_grad = passes(torch.func.grad(lambda x: x**2)(torch.tensor(3.0)))
complex_step = passes(((3 + 1e-20j) ** 2).imag / 1e-20)
central_difference = passes(((3 + 1e-3) ** 2 - (3 - 1e-3) ** 2) / 2e-3)

value_as_tensor = rejected("value instead of slope")(torch.tensor(3.0) ** 2)
three_times_three_times_two = rejected("exponent not lowered")(3 * 3 * 2)
two_to_the_three = rejected("power of two")(2**3)
step_of_1 = rejected("secant over a whole step")((4**2 - 3**2) / 1)
backward_called_twice = rejected("added up twice")(_slope_by_backward(times=2))
copied_from_the_slope_at_0 = rejected("slope at zero")(0)
forward_difference = rejected()(((3 + 1e-6) ** 2 - 3**2) / 1e-6)
angle_in_degrees = rejected()(math.degrees(math.atan(6)))
derivative_as_function = rejected()(lambda x: 2 * x)
six_as_text = rejected()("6")
decimal_comma = rejected()((6, 0))
tensor_of_one_entry = rejected()(torch.tensor([6.0]))
true_for_a_number = rejected()(True)
imaginary_six = rejected()(6j)
grad_before_backward = rejected()(None)
