"""`bias_change`, a value: by how much the first step of the lesson's optimizer changes `fc.bias[0]`."""

import torch

from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.probes import the_value
from autograd_lab.grading.slips import mistakes

EXERCISE = Exercise(
    name="welcome.bias_change",
    probe=the_value,
    reference=-1e-2 * 1.0,
    rtol=1e-5,
    alternatives=(torch.tensor(-0.01), -0.009999998),
    mistakes=mistakes({
        "uphill": (0.01,
            "The size is right. The gradient points to where the loss grows: does the optimizer go there? And the "
            "change is after minus before."),
        "learning rate left out": (-1.0, "That is a step as long as the gradient itself. The learning rate scales it."),
        "gradient instead of change": (1.0,
            "That is the gradient of the loss with respect to the bias; the change is what the optimizer makes of it."),
        "nothing moves": (0.0,
            "The bias does move: `fc.bias[0]` adds straight into one entry of the prediction, and so into the loss."),
        "momentum in the first step": (-0.009,
            "You multiplied by the momentum. In the first step there is no earlier step to carry on from: it has "
            "nothing to act on yet."),
        "one minus momentum": (-0.001,
            "You damped the first step by 1 − 0.9, or took a learning rate of 0.001. In the optimizer's two lines g "
            "enters v in full."),
        "momentum added": (-0.019,
            "That is what a second step adds, when momentum carries the first one on. In the first step there is "
            "nothing to carry on from."),
        "final speed": (-0.1,
            "That is the step that momentum builds up to after very many steps, lr / (1 − 0.9). This is the first."),
        "all entries counted": (-10.0, "You counted all 1000 entries. `fc.bias[0]` is added to entry 0 alone."),
        "twice the gradient": (-0.02,
            "That is twice the right size: a squared loss would bring such a factor, or a second step. Look at the "
            "loss again, and count one step."),
        "momentum for learning rate": (-0.9, "You multiplied by the momentum where the learning rate belongs."),
        "two steps": (-0.029, "That is the change after two steps. The first one alone is asked for."),
        "mean over the classes": (-1e-5,
            "You divided by the 1000 entries, as a mean would. This loss is a sum: each entry counts in full."),
    }),
    hints=(
        "By how much does the loss grow when `fc.bias[0]` grows by a little? Follow it: bias, prediction, loss.",
        "The first step of SGD is −lr · gradient; momentum has nothing to carry on from yet.",
        "The gradient is 1, since the bias is added to one prediction, which is added into the loss. lr is 1e-2.",
    ),
    section="Say it before you run it",
    notice="The change is the same on every machine and with any weights: the loss has slope 1 in each bias of `fc`.",
)
