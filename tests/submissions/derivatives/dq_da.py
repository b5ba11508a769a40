"""Answers written blind for `derivatives.dq_da`, each under the verdict that it deserves."""

import numpy as np
import torch
from submissions import passes, rejected
from torch import nn

three_a_squared = passes(lambda a: (3 * a) ** 2)

@passes
def entry_by_entry_with_item(a):
    out = torch.empty_like(a)
    for place in np.ndindex(tuple(a.shape)):
        out[place] = 9 * a[place].item() ** 2
    return out

@passes
def complex_step(a):
    z = torch.complex(a.detach(), torch.full_like(a, 1e-200))
    return (3 * z * z * z).imag / 1e-200

@passes
def learnable_nine(a):
    nine = torch.tensor(9.0, dtype=a.dtype, requires_grad=True)
    return nine * a * a

class _PowerRule(nn.Module):
    def __init__(self, factor, exponent):
        super().__init__()
        self.factor, self.exponent = factor, exponent
    def forward(self, x):
        return self.factor * self.exponent * x ** (self.exponent - 1)
module_with_power_rule = passes(_PowerRule(3, 3))
numpy_and_back = passes(lambda a: torch.as_tensor(9 * np.square(a.detach().numpy())))
vjp_instead_of_by_hand = passes(lambda a: torch.func.vjp(lambda a: 3 * a**3, a)[1](torch.ones_like(a))[0])

exponent_not_multiplied_in = rejected("factor lost")(lambda a: 3 * a**2)
new_exponent_as_the_factor = rejected("new exponent as the factor")(lambda a: 3 * 2 * a**2)
nine_inside_square = rejected("factor cubed too")(lambda a: (9 * a) ** 2)
both_derivatives_at_a = rejected()(lambda a: 9 * a**2 - 2 * a)
a_times_abs_a = rejected()(lambda a: 9 * a * a.abs())
example_for_all_entries = rejected("the example's value")(lambda a: torch.full_like(a, 9.0))
summed_up = rejected("summed")(lambda a: (9 * a**2).sum())
flattened = rejected()(lambda a: 9 * a.flatten() ** 2)

numpy_array = passes(lambda a: 9 * a.detach().numpy() ** 2)

rounded_to_float32 = rejected()(lambda a: (9 * a.float() ** 2).to(a.dtype))

@rejected()
def squares_a_in_place(a):
    a *= a
    return 9 * a

@rejected()
def backward_on_a_itself(a):
    a.requires_grad_()
    (3 * a**3).sum().backward()
    return a.grad

@rejected("nothing returned")
def no_return(a):
    9 * a**2

caret_as_power = rejected("caret for a power", status="error")(lambda a: 9 * a ^ 2)
minus_2b_with_no_b = rejected(status="error")(lambda a: 9 * a**2 - 2 * b)  # noqa: F821
whole_jacobian = rejected()(lambda a: torch.autograd.functional.jacobian(lambda x: 3 * x**3, a))
