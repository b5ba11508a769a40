# %% [markdown]
# # 00 · Welcome: eleven million slopes
#
# A network for recognising pictures holds about eleven million numbers, and somebody has to decide, for each of
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
# - say what a gradient is of, and why `backward` starts from one number;
# - predict what one step of an optimizer does to one weight, before it is run.
#
# Time: 15 minutes. You need Python, and the derivative of x² from school.

# %%
import os

import torch
from torchvision.models import ResNet18_Weights, resnet18

import autograd_lab as lab
from autograd_lab import figures

_ = torch.manual_seed(0)

# %% [markdown]
# The cell above imports what the lesson needs and fixes the random numbers, so that you see what we saw. Run a cell
# with Shift+Enter.
#
# ## An exercise that checks itself
#
# A **slope** says how fast something grows: at a slope of 4, one small step to the right lifts you by four small
# steps. The slope of a function at a point is its **derivative** there.
#
# Every exercise is one cell. You replace the dots, or the line `raise NotImplementedError`, and run the cell. Its last
# line hands your answer to `lab.check`, which runs it, compares, and says what it sees. When an answer is wrong, the
# card says what it looks like you did. When there is none yet, the check lends ours, so that the rest of the lesson
# runs; a lent answer never counts as yours.
#
# You can be wrong as often as you like. The three hints fold out under the card one after the other;
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
# One number is in it, and you did it by hand. Now eleven million.
#
# ## A network and a picture
#
# ResNet-18 is a network that takes a picture and returns 1,000 scores, one for each kind of thing it knows. Its numbers,
# the **weights**, can be had ready trained on 1.2 million photographs. That is a download of 45 MB; where it can't be
# had, random weights will do here, because everything below is about how the weights are *moved*, not about how good
# they are.

# %%
try:
    if os.environ.get("AUTOGRAD_LAB_OFFLINE") == "1":
        raise OSError("no download is tried")
    model = resnet18(weights=ResNet18_Weights.DEFAULT)
    print("The weights are pretrained ones.")
except (OSError, RuntimeError):
    model = resnet18(weights=None)
    print("No pretrained weights could be had, so the weights are random; all that follows works the same.")

# %%
tensors = list(model.parameters())
print(f"{sum(p.numel() for p in tensors):,} numbers in {len(tensors)} tensors")

# %% [markdown]
# There they are: 11,689,512 numbers, kept in 62 arrays, which PyTorch calls **tensors**.
#
# The picture is random too: one image of three colour channels and 64 × 64 pixels. The labels, what the network *should*
# have said, are 1,000 random numbers between 0 and 1. Nonsense in, nonsense out; the mechanics don't mind.

# %%
image = torch.rand(1, 3, 64, 64)
labels = torch.rand(1, 1000)

# %% [markdown]
# ## Forward: the network's best guess
#
# Calling the model runs the image through its layers, from the first to the last. This is the **forward pass**. While it
# runs, PyTorch writes down every operation, and you can see that it did: the result knows the last operation that made
# it, under the name `grad_fn`.

# %%
prediction = model(image)
print("shape of the prediction:", tuple(prediction.shape))
print("made by:", type(prediction.grad_fn).__name__)

# %% [markdown]
# `AddmmBackward0` is a product of matrices plus a bias: the last layer, called `fc`, for *fully connected*. The name ends
# in "Backward" because this object knows how to go back through that operation. It links to the operation before it,
# and so on, back to the weights.
#
# ## From a prediction to one number
#
# Which way should a weight move? That question needs a goal: *one* number that should become smaller. A prediction has
# 1,000 entries, and a weight that improves one may spoil another. So the prediction is boiled down to one number, the
# **loss**, and the **gradient** is a list of slopes: for each weight, how fast the loss grows when that weight grows.
#
# Our loss is the plainest there is: subtract the labels from the prediction, entry by entry, and add up all the
# differences, signs and all.

# %% [markdown]
# **Exercise: `welcome.scalar_loss`.** Write `scalar_loss(prediction, labels)`. It takes two tensors of the same shape,
# whatever that shape is, and returns the sum of `prediction - labels` over all entries.
#
# For example, a prediction of `[2.0, 5.0]` with labels `[1.0, 7.0]` has the loss (2 − 1) + (5 − 7) = −1.
#
# Return a tensor of shape `()`, a *0-d tensor*, that is still connected to `prediction`: PyTorch must be able to go back
# from it. Only compute the loss; change neither argument, and call nothing backward yet.
#
# The cell already holds an attempt, with a slip that everybody makes once. Run it, read the card, then mend it.


# %%
def scalar_loss(prediction, labels):
    """Return the sum of prediction - labels as a 0-d tensor that is still connected to prediction."""
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
# ## A prediction before you run
#
# The optimizer is the part that moves the weights. Ours is **stochastic gradient descent with momentum**, and it has two
# lines. For each weight w with gradient g it keeps a number v, the *velocity*, and in every step does
#
# $$v \leftarrow 0.9\,v + g, \qquad w \leftarrow w - 0.01\,v .$$
#
# The 0.9 is the **momentum**: how much of the last step's velocity is carried on. The 0.01 is the **learning rate**. In
# the first step there is no velocity yet, so v is just g.

# %%
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9)

# %% [markdown]
# Now look at one weight out of the eleven million: `fc.bias[0]`. It does one simple thing, with any weights and any
# image: the network adds it to entry 0 of the prediction, and to nothing else.
#
# Think before you run: when `fc.bias[0]` grows by 0.001, by how much does the loss grow? That is its gradient. What does
# the optimizer make of it?

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
# **backward pass**. Afterwards every weight holds its slope in `.grad`.

# %%
loss.backward()
print("gradients:", sum(p.grad is not None for p in tensors), "of", len(tensors), "tensors")
print("fc.weight:", tuple(model.fc.weight.shape), "  its gradient:", tuple(model.fc.weight.grad.shape))

# %% [markdown]
# A gradient has the shape of the weight that it belongs to: one slope for each number. This is how large they are, on
# average, from the first layer to the last.

# %%
sizes = [p.grad.abs().mean().item() for p in tensors]
fig, ax = figures.new()
ax.semilogy(range(1, 62), sizes[:-1], "o", color=figures.BLUE, markersize=4.5)
ax.semilogy(62, sizes[-1], "s", color=figures.ORANGE, markersize=6)
ax.annotate("bias of fc", (62, sizes[-1]), (62, 4 * sizes[-1]), ha="center", color=figures.ORANGE)
ax.set(xlabel="weight tensor, from the first layer (1) to the last (62)", ylabel="average |slope|")
ax.margins(y=0.1)
figures.show(
    fig,
    f"One backward pass, and all {sum(s > 0 for s in sizes)} weight tensors have slopes. "
    f"Those of the last, the bias of fc, are {sizes[-1]:.0f} on average.",
)

# %% [markdown]
# Every dot stands for one tensor, some of them for more than two million slopes, and one call found them all. However many
# weights there are, it takes a small multiple of the time of the forward pass. That is the surprise behind all of deep
# learning, and the course takes it apart until you can build it yourself.
#
# The square at the end is the bias of `fc`. You predicted it: its slopes are 1.

# %%
print("fc.bias.grad holds only these values:", model.fc.bias.grad.unique().tolist())

# %% [markdown]
# ## Step: the weights move
#
# Two weights before and after: the first number of the first layer, `conv1`, and the bias that you predicted.


# %%
def watched():
    """Return the two weights that we watch, in float64, so that their differences are exact."""
    return torch.stack([model.conv1.weight[0, 0, 0, 0], model.fc.bias[0]]).detach().double()


before = watched()
optimizer.step()
after = watched()
conv_change, measured = (after - before).tolist()
print(f"fc.bias[0] was {before[1]:+.4f} and is {after[1]:+.4f}")
print(f"it changed by {measured:+.4f}; predicted {float(bias_change):+.4f}")

# %% [markdown]
# The bias obeys the prediction, on every machine, with pretrained weights or random ones. The first weight of `conv1`
# moved too, by an amount that nobody can tell in their head: seventeen more layers stand between it and the loss. The
# rule that moved it is the same.

# %%
slope_of_conv = model.conv1.weight.grad[0, 0, 0, 0].item()
print("conv1 moved by -0.01 times its slope:", abs(conv_change + 0.01 * slope_of_conv) < 1e-6)

# %% [markdown]
# ## Two steps are not twice one step
#
# A second step with the same loss: forward, loss, backward, step. The bias's slope is 1 again. So it moves by −0.01
# again, and is then at −0.02 from where it began?
#
# Follow v in the two lines of the optimizer:
#
# | step | g | v = 0.9 · v + g | change of the bias, −0.01 · v | since the beginning |
# | ---: | ---: | ---: | ---: | ---: |
# | 1 | 1 | 1 | −0.010 | −0.010 |
# | 2 | 1 | 0.9 · 1 + 1 = 1.9 | −0.019 | −0.029 |
#
# The second step is almost twice as long, because the first one carries on. (Old gradients are cleared with `zero_grad`
# first: PyTorch *adds* new gradients to those that are there.)

# %%
optimizer.zero_grad()
loss = scalar_loss(model(image), labels)
loss.backward()
optimizer.step()
total = (watched() - before)[1].item()
print(f"after two steps fc.bias[0] has changed by {total:+.4f}")

# %% [markdown]
# ## What this loss can't do
#
# An honest word about the loss that we used. It shows the mechanics and nothing else. Its slope with respect to each
# entry of the prediction is 1, *whatever the labels are*: it pushes all scores down, for ever, and learns nothing from
# the labels. Try other labels, as different as you like:

# %%
guess = prediction.detach().requires_grad_()
for name, other in {"these labels": labels, "labels times -100": -100 * labels}.items():
    (grad,) = torch.autograd.grad(scalar_loss(guess, other), guess)
    print(f"{name}: every slope is 1: {bool((grad == 1).all())}")

# %% [markdown]
# A loss that learns weighs each entry by how wrong it is, so that its slopes depend on the labels. Nothing else in the
# four moves changes.
#
# ## Recap
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
# - PyTorch documentation, [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html): the two
#   lines of the optimizer, and how they differ from other textbooks'.
# - PyTorch documentation, [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html): what is recorded
#   in a forward pass.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind,
#   [Automatic Differentiation in Machine Learning: a Survey](https://jmlr.org/papers/v18/17-468.html), 2018, section
#   3.2: why the backward pass costs no more than a few forward passes.
