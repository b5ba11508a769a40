# %% [markdown]
# # 00 · Welcome: eleven million slopes
#
# A network for recognising pictures holds more than eleven million numbers, and somebody has to decide, for each of
# them, whether it should be a little larger or a little smaller. Nobody tries them out one by one. **How can a
# machine know, after looking at one picture once, which way to turn every one of eleven million knobs?**
#
# The whole course answers that question. This first lesson shows the answer at work, in a few lines of PyTorch, and
# shows you how the lessons check what you write.
#
# After it you will be able to
#
# - answer an exercise, read what the check says, and ask for a hint;
# - name the four moves of a training step: forward, loss, backward, step;
# - say which number a gradient is the slope of, and why `backward` starts from one number;
# - predict what one step of an optimizer does to one weight, before it is run.
#
# Time: 15 minutes. You need Python, and the derivative of x² from school.

# %%
import os

import torch
from torchvision.models import ResNet18_Weights, resnet18

import autograd_lab as lab
from autograd_lab import figures, timing

# %% [markdown]
# The cell above imports what the lesson needs. Run a cell with Shift+Enter. If you go back later and change something,
# run all the cells below it again too, from the one that builds the model on: weights that have moved stay moved. After a
# restart, or on another day, nothing is remembered but what is written here: run the cells above first (menu Run, then Run
# All Above Selected Cell).
#
# ## An exercise that checks itself
#
# A **slope** says how fast something grows: at a slope of 4, one small step to the right lifts you by about four small
# steps. The slope of a function at a point is its **derivative** there.
#
# Every exercise is one cell. You replace the dots by your answer and run the cell. Its last line hands the answer to
# `lab.check`, which tries it and shows a **card**, the box under the cell: whether it is right, and if not, what it looks
# like you did. When there is no right answer yet, the check lends ours, so that the rest of the lesson runs; a lent
# answer never counts as yours.
#
# You can be wrong as often as you like. Three hints fold out at the bottom of the card, one inside the other;
# `lab.hint("welcome.slope")` shows the next one too, and once you have tried, `lab.solution("welcome.slope")` shows
# how we would write it, and why.

# %% [markdown]
# **Exercise: `welcome.slope`.** Set `slope` to the derivative of x² at x = 3, as a number. (For comparison: at x = 0
# the derivative of x² is 0, since the parabola is flat there.)

# %%
### BEGIN SOLUTION
slope = 6.0
### END SOLUTION

slope = lab.check("welcome.slope", slope)

# %% [markdown] tags=["solution"]
# The derivative of x² is 2x: the exponent comes down as a factor, and one power of x stays. At x = 3 that is 2 · 3 = 6.
# Check it with a small step: (3.001² − 3²) / 0.001 = 6.001.

# %% [markdown]
# That was one slope, found by hand. Now for eleven million.
#
# ## A network and a picture
#
# ResNet-18 is a network that takes a picture and returns 1,000 scores, one for each kind of thing it knows. It works in
# **layers**, stages that hand their numbers on from one to the next. Its own numbers, the **weights**, can be had ready
# trained on 1.28 million photographs. That is a download of 47 MB; where it can't be had, random weights will do here,
# because everything below is about how the weights are *moved*, not about how good they are. (Some numbers that you see
# depend on the weights. The ones that you'll be asked for do not.)

# %%
try:
    if os.environ.get("AUTOGRAD_LAB_OFFLINE") == "1":
        raise OSError("no download is tried")
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    print("The weights are pretrained ones.")
except (OSError, RuntimeError):
    _ = torch.manual_seed(0)
    model = resnet18(weights=None)
    print("No pretrained weights, so they are random. All that follows works the same.")

# %%
tensors = list(model.parameters())
print(f"{sum(p.numel() for p in tensors):,} numbers in {len(tensors)} tensors")

# %% [markdown]
# There they are: 11,689,512 numbers, kept in 62 arrays, which PyTorch calls **tensors**.
#
# The picture is random: one image of three colour channels and 64 × 64 pixels. The labels, what the network *should*
# have said, are 1,000 random numbers between 0 and 1. Nonsense in, nonsense out; the mechanics don't mind.

# %%
_ = torch.manual_seed(1)
image = torch.rand(1, 3, 64, 64)
labels = torch.rand(1, 1000)

# %% [markdown]
# ## Forward: from the picture to the scores
#
# Calling the model runs the image through its layers, from the first to the last. This is the **forward pass**, and the
# scores that come out are the network's **prediction**. While it runs, PyTorch writes down every operation that the
# weights take part in, and you can see that it did: the result knows the last operation that made it, under the name
# `grad_fn`.

# %%
prediction = model(image)
print("shape of the prediction:", tuple(prediction.shape))
print("made by:", type(prediction.grad_fn).__name__)

# %% [markdown]
# `AddmmBackward0` belongs to `addmm`, a product of matrices plus a **bias**, one number added to each score (biases count
# among the weights). That is the last layer, called `fc`, for *fully connected*. The name ends in "Backward" because this
# object knows how to go back through the operation. It links to the one before it, and so on, back to the weights.
#
# ## From a prediction to one number
#
# Which way should a weight move? That question needs a goal: *one* number that should become smaller. A prediction has
# 1,000 entries, and a weight that improves one may spoil another. So the prediction is boiled down to one number, the
# **loss**, and the **gradient** is a list of slopes: for each weight, how fast the loss grows when that weight grows.
#
# Our loss is the plainest there is: subtract the labels from the prediction, entry by entry, and add up all the
# differences, signs and all. (As a goal it is useless, since it can always become smaller. We take it because its slopes
# can be found in your head; the last section comes back to this.)

# %% [markdown]
# **Exercise: `welcome.scalar_loss`.** Write `scalar_loss(prediction, labels)`. It takes two tensors of the same shape,
# whatever that shape is, and returns the sum of `prediction - labels` over all entries.
#
# For example, a prediction of `[2.0, 5.0]` with labels `[1.0, 7.0]` has the loss (2 − 1) + (5 − 7) = −1.
#
# Return a tensor of shape `()`, a *0-d tensor*, that is still connected to `prediction`: PyTorch must be able to go back
# from it. Only compute the loss; change neither argument, and don't call `backward` yet.
#
# The cell already holds an attempt, with a small slip. Run it, read the card, then mend it.


# %%
def scalar_loss(prediction, labels):
    """Return the sum of prediction - labels as a 0-d tensor connected to prediction."""
    ### BEGIN SOLUTION
    return (prediction - labels).sum()
    ### STARTER
    # loss = (prediction - labels).sum
    # return loss
    ### END SOLUTION


scalar_loss = lab.check("welcome.scalar_loss", scalar_loss)

# %% [markdown] tags=["solution"]
# `(prediction - labels).sum` only names the method; the parentheses call it. The result of the call is a tensor with a
# `grad_fn`, so the way back stays open. `.item()` would give the same number as a plain float, and the way back would be
# gone.

# %%
loss = scalar_loss(prediction, labels)
print("shape of the loss:", tuple(loss.shape))
print("made by:", type(loss.grad_fn).__name__)

# %% [markdown]
# Why one number? Ask the prediction itself to go backward, and PyTorch refuses: with 1,000 entries it can't know whose
# slopes you mean.

# %%
try:
    prediction.backward()
except RuntimeError as error:
    print(error)

# %% [markdown]
# ## Say it before you run it
#
# The **optimizer** is the part that moves the weights. Ours is *stochastic gradient descent with momentum* (stochastic,
# because in real training the pictures are drawn at random), and it has two lines. For each weight w with slope g it
# keeps a number v, the *velocity*, and in every step does
#
# $$v \leftarrow 0.9\,v + g, \qquad w \leftarrow w - 0.01\,v .$$
#
# The 0.9 is the **momentum**: how much of the last step's velocity is carried on. The 0.01 is the **learning rate**. In
# the first step there is no velocity yet, so v is just g.

# %%
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9)

# %% [markdown]
# The slopes g come from the next section. But one of them you can find without any machine. Look at `fc.bias[0]`, one
# weight out of the eleven million. It does one simple thing, whatever the other weights and the image are: the network
# adds it to entry 0 of the prediction, and to nothing else.
#
# When `fc.bias[0]` grows by 0.001, by how much does the loss grow? Divide that by 0.001: this is its slope, g. What does
# the optimizer make of it in the first step?

# %% [markdown]
# **Exercise: `welcome.bias_change`.** Set `bias_change` to the amount by which `fc.bias[0]` will change in the first
# step: its value after the step minus its value before, as a number with its sign.

# %%
### BEGIN SOLUTION
bias_change = -0.01
### END SOLUTION

bias_change = lab.check("welcome.bias_change", bias_change)

# %% [markdown] tags=["solution"]
# The bias is added to one entry of the prediction, and the loss adds that entry up with all others: when the bias grows
# by 0.001, so does the loss. The gradient is 1, exactly. In the first step v = g = 1, so the bias changes by
# −0.01 · 1 = −0.01.

# %% [markdown]
# ## Backward: the slopes of everything
#
# One call sends the question back through all recorded operations, from the loss to the first layer. This is the
# **backward pass**. Afterwards every weight holds its slope in `.grad`. (PyTorch *adds* new slopes to those that are
# there already, so old ones are cleared with `zero_grad` first; that makes the cell safe to run again.)

# %%
optimizer.zero_grad()
loss = scalar_loss(model(image), labels)
loss.backward()
print("gradients:", sum(p.grad is not None for p in tensors), "of", len(tensors))
weight = model.fc.weight
print("fc.weight:", tuple(weight.shape), "  its gradient:", tuple(weight.grad.shape))

# %% [markdown]
# A gradient has the shape of the tensor that it belongs to: one slope for each number. Three of these tensors hold more
# than two million numbers each, and one call found all their slopes.
#
# How else could one find them? Nudge one weight by a little, run the network again, see how much the loss has changed, put
# the weight back; then the next weight. That takes one forward pass for each of 11,689,512 weights. What would that cost,
# and what did `backward` cost? Say a guess, then measure it on your machine.


# %% tags=["nbval-ignore-output", "measures-time"]
def forward():
    return scalar_loss(model(image), labels)


one = timing.median_seconds(forward)
both = timing.median_seconds(lambda: torch.autograd.grad(forward(), tensors))
costs = {"forward": one, "backward": both - one, "nudging each weight": 11_689_512 * one}
said = {name: timing.spelled(seconds) for name, seconds in costs.items()}
fig, ax = figures.new(height=1.9)
bars = ax.barh(list(costs), list(costs.values()), color=figures.COLOURS[:3])
ax.bar_label(bars, list(said.values()), padding=4)
ax.set(xscale="log", xlabel="seconds (logarithmic axis)", xlim=(one / 10, 1e9 * one))
ax.invert_yaxis()
figures.show(fig, "All slopes: " + ", ".join(f"{k} {v}" for k, v in said.items()) + ".")

# %% [markdown]
# On the machine where this was written, nudging would have taken days. The backward pass took a few times as long as one
# forward pass, and so it does for any network: how many times does not depend on how many weights there are. (It pays in
# memory instead: what was recorded on the way forward has to be kept.)
#
# And `fc.bias`, whose slopes you were asked to find in your head:

# %%
print("fc.bias.grad holds only these values:", model.fc.bias.grad.unique().tolist())

# %% [markdown]
# ## Step: the weights move
#
# Now the optimizer takes its first step. Two weights before and after: the bias, and the very first number of the first
# layer, `conv1`.


# %%
def watched():
    """Return the bias and the weight that we watch, in float64."""
    both = torch.stack([model.fc.bias[0], model.conv1.weight[0, 0, 0, 0]])
    return both.detach().double()


before = watched()
optimizer.step()
after = watched()
print(f"fc.bias[0] was {before[0]:+.4f} and is {after[0]:+.4f}")
print(f"it changed by {after[0] - before[0]:+.4f}; expected {float(bias_change):+.4f}")

# %% [markdown]
# The bias does what was expected, on every machine, with pretrained weights or random ones. The weight of `conv1` moved
# too, and here nobody finds the slope in their head: another seventeen layers of convolutions and matrix products stand
# between it and the loss. The rule that moved it is the same.

# %%
slope_of_conv = model.conv1.weight.grad[0, 0, 0, 0].double()
change = after[1] - before[1]
print(f"conv1: slope {slope_of_conv:+.1f}, changed by {change:+.3f}")
as_expected = torch.isclose(change, -0.01 * slope_of_conv, rtol=1e-4)
print("that is -0.01 times its slope:", bool(as_expected))

# %% [markdown]
# ## Two steps are not twice one step
#
# A second step with the same loss: clear, forward, loss, backward, step. The bias's slope is 1 again. Where is the bias
# then, counted from where it began? Say a number before you read on.
#
# Many say −0.02. Follow v in the two lines of the optimizer:
#
# | step | g | v = 0.9 · v + g | change of the bias, −0.01 · v | since the beginning |
# | ---: | ---: | ---: | ---: | ---: |
# | 1 | 1 | 1 | −0.010 | −0.010 |
# | 2 | 1 | 0.9 · 1 + 1 = 1.9 | −0.019 | −0.029 |
#
# The second step is almost twice as long, because the first one carries on.

# %%
optimizer.zero_grad()
second_loss = scalar_loss(model(image), labels)
second_loss.backward()
optimizer.step()
print("the loss is smaller after the first step:", bool(second_loss < loss))
print(f"after two steps fc.bias[0] has changed by {(watched() - before)[0]:+.4f}")

# %% [markdown]
# ## What this loss can't do
#
# An honest word about the loss that we used. It shows the mechanics and nothing else. Its slope with respect to each
# entry of the prediction is 1, *whatever the labels are*: it pushes all scores down, for ever, and learns nothing from
# the labels. Here the slopes are asked for directly, for a copy of the prediction, with two sets of labels as different
# as you like:

# %%
scores = prediction.detach().requires_grad_()
for name, other in {"these labels": labels, "labels times -100": -100 * labels}.items():
    (grad,) = torch.autograd.grad(scalar_loss(scores, other), scores)
    print(f"{name}: every slope is 1: {bool((grad == 1).all())}")

# %% [markdown]
# A useful loss has slopes that depend on the labels. Σ(prediction − label)², for example, has the slope
# 2 · (prediction − label): large where the network is far off, zero where it is right. Nothing else in the four moves
# changes.
#
# ## Recap
#
# How does the machine know which way to turn each knob? It writes down every operation on the way forward. Then it asks
# each one, from the last to the first: when your input grows a little, by how much does your output grow? Multiplied
# together, the answers give every slope in one trip back.
#
# - **Forward**: the model computes a prediction, and PyTorch records how.
# - **Loss**: the prediction becomes one number, connected to all that led to it.
# - **Backward**: one call gives the slope of that number with respect to every weight.
# - **Step**: the optimizer moves each weight against its slope; with momentum, earlier steps carry on.
#
# What `backward` does inside, how you would write it yourself, and how to find out when it is wrong: that is this course.
# To see what you have done of it, and what comes next, run `lab.progress()` in a cell of your own.
#
# ## Sources
#
# - K. He, X. Zhang, S. Ren, J. Sun, [Deep Residual Learning for Image Recognition](https://arxiv.org/abs/1512.03385),
#   2015: the network, in its version with 18 layers.
# - torchvision documentation, [resnet18](https://docs.pytorch.org/vision/stable/models/generated/torchvision.models.resnet18.html):
#   its weights, their size, and what they were trained on (ImageNet-1K).
# - PyTorch documentation, [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html): the two
#   lines of the optimizer, and how they differ from those of Sutskever et al. and of other frameworks.
# - PyTorch documentation, [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html): what is recorded
#   in a forward pass.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind,
#   [Automatic Differentiation in Machine Learning: a Survey](https://jmlr.org/papers/v18/17-468.html), 2018, section
#   3.2: all slopes cost at most six times the operations of the function itself, and typically two to three times.
