"""Answers written blind for `welcome.bias_change`, each under the verdict that it deserves."""

from decimal import Decimal

import numpy as np
import torch
from submissions import passes, rejected
from torch import nn


def _measured_step(copied=True):
    bias = nn.Parameter(torch.tensor([0.0123, -0.0123]))
    optimizer = torch.optim.SGD([bias], lr=1e-2, momentum=0.9)
    before = bias.detach().clone() if copied else bias.detach()
    bias.sum().backward()
    optimizer.step()
    return (bias.detach() - before)[0]

decimal = passes(Decimal("-0.01"))
numpy_float32 = passes(np.float32(-0.01))
tensor_that_requires_grad = passes(torch.tensor(-0.01, dtype=torch.float64, requires_grad=True))
measured = passes(_measured_step())
entry_of_all_changes = passes(torch.full((1000,), -0.01)[0])

before_minus_after = rejected("uphill")(-_measured_step())
before_not_copied = rejected("nothing moves")(_measured_step(copied=False))
velocity_nine_tenths = rejected("momentum in the first step")(-0.01 * 0.9)
velocity_one_and_nine_tenths = rejected("momentum added")(-0.01 * 1.9)
velocity_one_tenth = rejected("one minus momentum")(-0.01 * (1 - 0.9))
velocity_in_the_long_run = rejected("final speed")(-0.01 / (1 - 0.9))
squared_loss = rejected("twice the gradient")(-0.01 * 2)
after_two_steps = rejected("two steps")(-0.01 * (1 + 1.9))
value_after_step = rejected()(0.0123 - 0.01)
weight_decay = rejected()(-0.01 * (1 + 1e-3))
all_changes = rejected()(torch.full((1000,), -0.01))
function_not_called = rejected()(lambda: -0.01)
in_dict = rejected()({"fc.bias[0]": -0.01})
what_step_returns = rejected()(None)
ellipsis_for_the_change = rejected(status="todo")(...)
