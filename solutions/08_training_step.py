# %% [markdown]
# # 08 · A training step: four lines in a circle
#
# Four lines train nearly every network there is:
#
#     optimizer.zero_grad()
#     loss = loss_fn(model(data), labels)
#     loss.backward()
#     optimizer.step()
#
# Move one of them, or lose it, and Python very often runs them all the same, without a word. **What does each of the four
# lines do to the numbers, which orders train, and how would you notice that yours doesn't?**
#
# One of the commonest slips turns out to be a famous method, turned up too far. You may guess which.
#
# After this lesson you will be able to
#
# - follow the slope of one weight by hand, through the last layer of ResNet-18;
# - write the update that SGD with momentum makes, as PyTorch does it;
# - say what an order of the four lines does, and write the right one;
# - give a trained network a new head and train the head alone.
#
# Time: 65 minutes, in two parts: 45 for the step, 20 for the new head. You need only lesson [00 Welcome](00_welcome.ipynb),
# for how an exercise is answered, and lesson [01 Derivatives](01_derivatives.ipynb), for what `backward` collects.

# %%
import copy
import os

import torch
from sklearn.datasets import load_digits, load_sample_images
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional as F
from torchvision.models import ResNet18_Weights, resnet18

import autograd_lab as lab
from autograd_lab import figures, timing

# %% [markdown]
# ## Forward: the best guess
#
# The network is ResNet-18 again, with pretrained weights where they can be had and random ones where not. What follows holds
# for both, except where it says otherwise.


# %%
def resnet():
    """Return ResNet-18 and what its weights are: pretrained if they can be had, else random."""
    _ = torch.manual_seed(0)
    try:
        if os.environ.get("AUTOGRAD_LAB_OFFLINE") == "1":
            raise OSError("no download is tried")
        return resnet18(weights=ResNet18_Weights.DEFAULT), "pretrained"
    except (OSError, RuntimeError):
        return resnet18(weights=None), "random"


model, weights = resnet()
print("The weights are", weights + ".")

# %% [markdown]
# It gets two photographs, which come with scikit-learn: a palace and a flower, made small. Two pictures at once are a
# **batch** of two. We write N for the number of pictures in a batch.

# %%
photos = torch.stack([torch.tensor(image) for image in load_sample_images().images])
pictures = F.interpolate(
    photos.permute(0, 3, 1, 2) / 255, size=(64, 96), mode="bilinear", antialias=True
)
fig, axes = figures.new(height=1.9, columns=2)
for ax, picture in zip(axes, pictures, strict=True):
    ax.imshow(picture.permute(1, 2, 0))
    ax.axis("off")
figures.show(fig, f"The batch: {len(pictures)} pictures of 3 × 64 × 96 numbers.")

# %% [markdown]
# The **forward pass** turns each picture into 1,000 scores: the network's best guess, given the weights that it has. Most of
# the work is done in the *body*, everything but the last layer. It boils a picture down to 512 numbers, its **features**. The
# last layer, `fc`, is the *head*: it makes the scores from the features.

# %%
all_but_the_head = list(model.children())[:-1]
body = nn.Sequential(*all_but_the_head, nn.Flatten())
features = body(pictures)
scores = model.fc(features)
print("features:", tuple(features.shape), "  scores:", tuple(scores.shape))

# %% [markdown]
# The head is a **linear layer**. With x for the features, W for its weight and b for its bias it computes y = xWᵀ + b. In
# indices, for picture n and score k, with j running over the features:
#
# $$y_{nk} = \sum_j x_{nj} W_{kj} + b_k .$$
#
# W is kept with a row for each score, so its shape is (scores, features): row k says how much each feature counts for score
# k. So W is turned on its side (ᵀ) before features meet features; in code that is `x @ W.T`, where `@` is the product of
# matrices. `nn.Linear(3, 2)` makes such a layer, with random numbers, from 3 features to 2 scores; it remembers the two sizes
# as `in_features` and `out_features`.
#
# By hand, with one picture, three features and two scores: let x = (1, 2, 3), W have the rows (1, 0, −1) and (2, 1, 0), and
# b = (10, 20). Then y₀ = 1·1 + 2·0 + 3·(−1) + 10 = 8 and y₁ = 1·2 + 2·1 + 3·0 + 20 = 24.

# %%
x = torch.tensor([[1.0, 2.0, 3.0]])
W = torch.tensor([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
b = torch.tensor([10.0, 20.0])
print("small:", (x @ W.T + b).tolist())

W, b = model.fc.weight, model.fc.bias
features = body(pictures)
scores = model.fc(features)
agree = torch.allclose(features @ W.T + b, scores, rtol=1e-4, atol=1e-4)
print("W of the head:", tuple(W.shape), "  the same formula:", agree)

# %% [markdown]
# ## Backward: send the error back
#
# As in lesson 00, the first loss is the plainest: the sum of all y − label, with random labels. It is useless as a goal, but
# its slopes can be found in your head. When one score grows by a little, the loss grows by as much: each of the 2 · 1000
# scores has slope 1. The slope of the loss in a score is called the score's **error**, since it is what is sent back into the
# network to be mended. Here the error is 1 for all.
#
# Follow it to one weight, W₃₇ (score 3, feature 7). It stands in the sum for y₀₃, beside feature 7 of the first picture, and
# in the sum for y₁₃, beside feature 7 of the second, and nowhere else. When W₃₇ grows by δ, y₀₃ grows by x₀₇ · δ and y₁₃ by
# x₁₇ · δ, and the loss by both together. So the slope of the loss in W₃₇ is x₀₇ + x₁₇.

# %%
_ = torch.manual_seed(1)
labels = torch.rand(2, 1000)
model.zero_grad()
features = body(pictures)
loss = (model.fc(features) - labels).sum()
loss.backward()
summed = model.fc.weight.grad.clone()
by_hand = features[0, 7] + features[1, 7]
print("W has", summed.numel(), "slopes; that of W[3, 7] is as found by hand:", end=" ")
print(torch.isclose(summed[3, 7], by_hand, rtol=1e-4).item())

# %% [markdown]
# **Say it before you run it.** `fc.weight.grad` is a table of 1,000 rows, one for each score, and 512 columns, one for each
# feature. You have found one of its 512,000 numbers. How many *different* rows does it have? Here is the table as a picture,
# the larger the number the darker.

# %%
fig, ax = figures.new(height=2.6)
ax.imshow(summed, aspect="auto", cmap="Purples", interpolation="nearest")
ax.set(xlabel="feature j", ylabel="score k")
ax.grid(False)
same = bool((summed == summed[0]).all())
as_features = torch.allclose(summed[0], features.sum(0), rtol=1e-4, atol=1e-5)
figures.show(
    fig,
    f"fc.weight.grad under the plain sum. All 1000 rows are equal: {same}. "
    f"Each is the features of the two pictures, added up: {as_features}.",
)

# %% [markdown]
# Stripes from top to bottom: one row, a thousand times. W₃₇ and W₄₇ stand beside the same features, and the errors of scores
# 3 and 4 are the same 1. And look at what is *not* in the picture: the labels. Whatever they are, the network is told the
# same thing. This is why that loss can't teach it anything.
#
# In general each score of each picture has a slope of its own. Say `grad_output` holds them, one row a picture and one column
# a score, as `backward` would bring them from the loss to y. What is the table then?

# %% [markdown]
# **Exercise: `training_step.fc_weight_gradient`.** Write `fc_weight_gradient(features, grad_output)`. A linear layer has
# turned `features`, of shape (N, in), into y = features · Wᵀ + b, of shape (N, out). `grad_output`, of shape (N, out), is the
# gradient of the loss with respect to y. Return the gradient of the loss with respect to W, of shape (out, in), like W
# itself. All N pictures of the batch contribute, and their contributions add up.
#
# Both arguments are plain float tensors; like every answer of this lesson, leave your arguments as they were, unless changing
# them is the job. For example, one picture with features `[[1., 2., 3.]]` and grad_output `[[10., -1.]]` gives `[[10., 20.,
# 30.], [-1., -2., -3.]]`.


# %%
def fc_weight_gradient(features, grad_output):
    """Return the gradient of the loss with respect to the weight of a linear layer."""
    ### BEGIN SOLUTION
    return grad_output.T @ features
    ### END SOLUTION


fc_weight_gradient = lab.check("training_step.fc_weight_gradient", fc_weight_gradient)

# %% [markdown] tags=["solution"]
# The slope of W_kj is Σₙ g_nk · x_nj: for each picture, the slope of the score times the feature that the weight stands
# beside. A sum over the first axis of both is a product of matrices with the first one transposed, (out, N) @ (N, in).

# %% [markdown]
# ## A loss that learns
#
# The usual loss for telling classes apart is **cross-entropy**. It turns the scores of a picture into probabilities, with the
# function **softmax**, and looks at the probability of the right class c only:
#
# $$p_k = \frac{e^{y_k}}{\sum_i e^{y_i}}, \qquad \text{loss} = -\log p_c .$$
#
# (The logarithm is the natural one.) The probabilities are positive and add up to 1. The loss goes to 0 as the network gets
# certain and right, and grows without limit as the right class gets less likely.
#
# By hand, with three classes: the scores (2, 1, 0) give e² + e + 1 = 11.107, so p = (0.665, 0.245, 0.090). If class 1 is
# right, the loss is −log 0.2447 = 1.408. And its slopes? Written out, the loss is $\log \sum_i e^{y_i} - y_c$. By the
# chain rule the first part has the slope $e^{y_k} / \sum_i e^{y_i} = p_k$ in $y_k$; the second takes 1 away at the right
# class:
#
# $$\frac{\partial\,\text{loss}}{\partial y_k} = p_k - [k = c],$$
#
# where $[k = c]$ is 1 for the right class and 0 for all others. So the slopes are (0.665, −0.755, 0.090).

# %%
y = torch.tensor([[2.0, 1.0, 0.0]], requires_grad=True)
loss = F.cross_entropy(y, torch.tensor([1]))
loss.backward()
print(f"loss {loss.item():.3f}, slopes", [f"{s:.3f}" for s in y.grad[0].tolist()])

# %% [markdown]
# That is an error worth sending back: probability given minus probability wanted. It is small where the network is nearly
# right, it names the right class by its sign, and the slopes of a picture add up to 0: what one score is to gain, the others
# are to lose.
#
# ResNet's classes 698 and 985 are called "palace" and "daisy". For a batch, `F.cross_entropy` takes the mean over the
# pictures, so each slope is divided by N. Your function makes the table of it.

# %%
classes = torch.tensor([698, 985])
print([ResNet18_Weights.DEFAULT.meta["categories"][c] for c in classes])

model.zero_grad()
features = body(pictures)
scores = model.fc(features)
F.cross_entropy(scores, classes).backward()
table = model.fc.weight.grad
grad_output = (scores.softmax(1) - F.one_hot(classes, 1000)) / len(pictures)
mine = fc_weight_gradient(features.detach(), grad_output.detach())
print("your table is autograd's:", torch.allclose(mine, table, rtol=1e-4, atol=1e-6))
print("each column adds up to 0:", bool(table.sum(0).abs().max() < 1e-4))

# %%
rows = [*range(694, 703), *range(981, 990)]
others = [k for k in rows if k not in (698, 985)]
size = table.abs().mean(1)
far = bool(size[[698, 985]].min() > 100 * size[others].max())

fig, ax = figures.new(height=2.8)
scale = {"vmin": -table.abs().max(), "vmax": table.abs().max(), "cmap": "PuOr"}
image = ax.imshow(table[rows, :100], aspect="auto", interpolation="nearest", **scale)
ax.set(xlabel="feature j", ylabel="score k", yticks=[4, 13], yticklabels=[698, 985])
ax.grid(False)
fig.colorbar(image, ax=ax, label="slope")
figures.show(
    fig,
    "Under cross-entropy: the rows around 698 and 985, and 100 features. "
    f"The slopes in these two are on average over 100 times their neighbours': {far}.",
)

# %% [markdown]
# Now each row is its own mixture of the features of the two pictures. Features are never negative (the body's last step cuts
# negative numbers off), and the error of the right class is: so row 698, nearly all palace, and row 985, nearly all flower,
# are negative nearly everywhere, which is orange here. The optimizer goes *against* the slope, so these weights grow, and the
# next time the palace scores higher in the first picture. Their neighbours are positive, too faint to be seen: a little less
# of everything else. (So it is with random weights, which give every class a small probability. Pretrained ones have
# expectations, and the rows of wrong guesses stand out too.) The labels decide now, and training has a direction.
#
# ## Where gradients live
#
# `backward` leaves its result in `.grad`, but only in tracked tensors that are **leaves**: made by you or by a layer, not
# computed from other tracked ones. The weights are leaves; features, scores and the loss are not, and their slopes are
# used on the way and dropped.
#
# And it *adds* to what is there. So what `.grad` holds depends on what has happened since it was last cleared. Under the
# plain sum each bias of the head has the slope 1 from each of the two pictures:

# %%
print("leaves: fc.bias", model.fc.bias.is_leaf, "  features", features.is_leaf)

model.zero_grad()
print("cleared:           ", model.fc.bias.grad)
for turn in ("first ", "second"):
    (model(pictures) - labels).sum().backward()
    print(f"after the {turn} time: {model.fc.bias.grad[0].item()}")

# %% [markdown]
# Twice the call, twice the slope. Nothing is wrong with that: it is how the gradients of many small batches are added up that
# would not fit into memory together. But it has to be meant.
#
# `model.zero_grad()` clears all parameters of the model, `optimizer.zero_grad()` those that the optimizer holds. Both put
# None there, and not 0, unless told otherwise. For an optimizer that is a difference: what has None it leaves alone, while at
# a slope of 0 momentum would carry the weight on.
#
# ## Step: two lines of momentum
#
# The optimizer holds the weights and moves each one against its `.grad`. SGD with momentum keeps one more number for every
# weight, the velocity v, which PyTorch calls the *momentum buffer*. For a weight w with slope g, with the learning rate lr
# and the momentum μ:
#
# | | the first step | every later step |
# | --- | --- | --- |
# | velocity | v ← g | v ← μ · v + g |
# | weight | w ← w − lr · v | w ← w − lr · v |
#
# The learning rate stands outside the velocity, so a change of lr acts at once on all of it. (Other books put it inside,
# where old slopes keep their old rate.)
#
# By hand, for w = 1, lr = 0.1, μ = 0.5 and the slopes 2, 4, 0, one after the other:
#
# | step | g | v | w |
# | ---: | ---: | ---: | ---: |
# | 1 | 2 | 2 | 1 − 0.1 · 2 = 0.8 |
# | 2 | 4 | 0.5 · 2 + 4 = 5 | 0.8 − 0.1 · 5 = 0.3 |
# | 3 | 0 | 0.5 · 5 + 0 = 2.5 | 0.3 − 0.1 · 2.5 = 0.05 |
#
# In the third step the slope is 0, and the weight moves all the same. That is momentum.

# %% [markdown]
# **Exercise: `training_step.sgd_update`.** Write `sgd_update(param, grad, buffer, lr, momentum)`: what one `optimizer.step()`
# of `torch.optim.SGD(..., lr=lr, momentum=momentum)` does to one parameter. `param` and `grad` are plain tensors of one
# shape, any shape; `buffer` is the velocity that the step before left, of the same shape, or None when there was no step
# before; `lr` and `momentum` are floats, momentum more than 0 and at most 1.
#
# Return the pair (new param, new buffer). Both are new tensors: none of the arguments is changed, and what is written into
# `grad` afterwards must change neither of them (`zero_grad` and the next backward pass may do that). For example, param 1.0,
# grad 2.0, buffer 3.0, lr 0.1, momentum 0.5 give param 0.65 and buffer 3.5.


# %%
def sgd_update(param, grad, buffer, lr, momentum):
    """Return the new param and the new buffer after one step of SGD with momentum."""
    ### BEGIN SOLUTION
    velocity = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * velocity, velocity
    ### END SOLUTION


sgd_update = lab.check("training_step.sgd_update", sgd_update)

# %% [markdown] tags=["solution"]
# The learning rate stands in the second line only, so that the velocity doesn't know it. And the copy in the first step is
# needed: without it the buffer would *be* the gradient, and change when the gradient does.

# %%
weight = torch.tensor([1.0, -2.0], requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.5)
mine, buffer = weight.detach().clone(), None
for g in ([2.0, 1.0], [4.0, -3.0], [0.0, 0.5]):
    weight.grad = torch.tensor(g)
    optimizer.step()
    mine, buffer = sgd_update(mine, torch.tensor(g), buffer, 0.1, 0.5)
    torch_says = [f"{w:.3f}" for w in weight.tolist()]
    print("yours", [f"{w:.3f}" for w in mine.tolist()], "  torch", torch_says)

# %% [markdown]
# ## Seven orders of four lines
#
# Now the four lines together. Give them letters: **Z** for `zero_grad`, **F** for the forward pass and the loss, **B** for
# `backward`, **S** for `step`. To see what an order does, one weight is enough. The loss is ½(w − 3)², its slope is w − 3,
# and w begins at 0, with lr = 0.4 and no momentum.
#
# By hand, in the order Z F B S: the slope at 0 is −3, so w becomes 0 + 0.4 · 3 = 1.2. There it is −1.8, and w becomes
# 1.2 + 0.72 = 1.92. And on it goes, towards 3.


# %%
def run(order, calls=12, momentum=0.0):
    """Return w before the first call and after each call of the lines in that order."""
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.4, momentum=momentum)
    seen = [w.item()]
    for _ in range(calls):
        for line in order:
            if line == "Z":
                optimizer.zero_grad()
            elif line == "F":
                loss = 0.5 * (w - 3) * (w - 3)
            elif line == "B":
                loss.backward()
            elif line == "S":
                optimizer.step()
        seen.append(w.item())
    return seen


orders = ["ZFBS", "FZBS", "FBSZ", "SZFB", "FSZB", "FBZS", "FBS"]

# %% [markdown]
# The next cell draws what the seven orders do, w against the number of calls, without their names. Some orders do the same
# thing, so there are only five pictures, A to E. The orders are
#
# - ZFBS, FZBS, FBSZ, SZFB, FSZB, FBZS: all four lines;
# - FBS: without Z.
#
# **Run it, and stop there.** Which picture belongs to each order? Follow the first three calls of each with a pencil. It is
# worth it. Only then run the cell after it.

# %%
curves = sorted({tuple(run(order)) for order in orders}, key=lambda curve: curve[4])
fig, axes = figures.new(height=2.1, columns=5)
for ax, curve, name in zip(axes, curves, "ABCDE", strict=True):
    ax.axhline(3, color=figures.COLOURS[3], linewidth=1)
    ax.plot(curve, ".-", color=figures.COLOURS[0])
    ax.set(title=name, xlabel="calls", ylim=(-0.6, 6.6))
axes[0].set(ylabel="w")
ends = ", ".join(f"{n} {c[3]:.2f}" for n, c in zip("ABCDE", curves, strict=True))
figures.show(
    fig, f"w against calls; the grey line is 3, the goal. After three calls: {ends}."
)

# %%
for order in orders:
    curve = run(order)
    name = "ABCDE"[curves.index(tuple(curve))]
    print(f"{order:<5} {name}  ", "  ".join(f"{w:.3f}" for w in curve[1:6]))

# %% [markdown]
# Seven orders, and not one error message. What happened?
#
# - **C** is right, and three orders give it: clear, collect, move, with F before B. Z may stand before or after F. (FBSZ trusts
#   that nothing has been collected before its first call.)
# - **B**, SZFB, goes round the same circle but enters it at S, before there is a slope. From then on it is one call late, and the
#   last slope of all is never used. Harmless, and still not what you meant.
# - **D**, FSZB, enters at S too, and computes its loss *before* it, so each move uses the slope from one move earlier. It
#   runs past the goal and has to come back.
# - **A**, FBZS, collects and throws away. Nothing ever moves.
# - **E**, FBS, never clears. It runs past 6, turns, comes back, and does not come to rest.
#
# D gets away with it because its way back needs only w − 3, a number that was computed before the step, and not w itself.
# With one layer on top of another, B needs the upper layer's weights as they were in F, and S has changed them in between.
# PyTorch notices, in the second call:

# %%
net = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.4)
try:
    for _ in range(2):
        loss = (net(torch.ones(1, 1)) - 3).square().sum()
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
except RuntimeError as refusal:
    print(str(refusal).split(":")[0])

# %% [markdown]
# E is the one to look at twice. Since nothing is cleared, `.grad` is the sum of all slopes so far: it grows by g in every call.
# Call it v, then the call does v ← v + g and w ← w − lr · v. You have seen these two lines. They are momentum, with μ = 1.

# %%
forgot = run("FBS", calls=40)
momentum_1 = run("ZFBS", calls=40, momentum=1.0)
fig, ax = figures.new(height=2.3)
ax.axhline(3, color=figures.COLOURS[3], linewidth=1)
ax.plot(forgot, "-", color=figures.COLOURS[1], label="FBS: zero_grad forgotten")
ax.plot(
    momentum_1, "o", color=figures.COLOURS[0], markersize=3.5, label="ZFBS, momentum = 1"
)
ax.set(xlabel="calls", ylabel="w", ylim=(-0.6, 8.6))
ax.legend(ncols=2, loc="upper center")
apart = max(abs(a - b) for a, b in zip(forgot, momentum_1, strict=True))
figures.show(
    fig,
    f"Forgetting zero_grad is momentum 1; largest difference below 1e-12: {apart < 1e-12}.",
)
both = run("FBS", calls=40, momentum=0.9)
print(f"forgotten, and with momentum 0.9: w gets as far as {max(both):,.0f} in 40 calls")

# %% [markdown]
# A pendulum without friction. With μ = 0.9 a tenth of the velocity is lost in every step, and the swinging dies away; with μ
# = 1 nothing is lost. So whoever forgets `zero_grad` under plain SGD gets not garbage but another optimizer, and at first it
# even looks fast. With momentum besides, the swings grow and grow.
#
# How would you notice?
#
# - Under plain SGD, after *one* call on fresh weights, w should be w₀ − lr · slope. In A, B and D it has not moved at all.
# - Call it twice on the same batch with lr = 0. Nothing moves, so `.grad` should be the same after both calls. In E it has
#   doubled, as above.
# - Write the four lines in one function, once, and test that. You do it now.

# %% [markdown]
# **Exercise: `training_step.step`.** Write `step(model, data, labels, optimizer)`: one whole training step. The loss is the
# sum of all entries of `model(data) - labels`. Afterwards the weights that `optimizer` holds have moved once, as that
# optimizer does it (it may be SGD, Adam or another one that is called in the same way). Gradients that were left in `.grad`
# before the call must not count. Call the model once.
#
# Return the loss as it was before the weights moved, as a Python `float`. `data` and `labels` stay as they were.


# %%
def step(model, data, labels, optimizer):
    """Take one training step and return the loss from before it, as a float."""
    ### BEGIN SOLUTION
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


step = lab.check("training_step.step", step)

# %% [markdown] tags=["solution"]
# `loss.item()` may stand last: the loss is a number that was computed before the weights moved, and it doesn't change with
# them. Calling the model again would give another one.

# %% [markdown]
# Now three steps of ResNet-18 (of a copy, so that the cells above can be run again), with lr = 0.01 and momentum 0.9. Under
# the plain sum the bias `fc.bias[0]` has the slope 2, one from each picture. By the two lines, v is 2, then 0.9 · 2 + 2 = 3.8,
# then 0.9 · 3.8 + 2 = 5.42. Together that is 11.22, so the bias is to move by −0.1122.

# %%
moving = copy.deepcopy(model)
optimizer = torch.optim.SGD(moving.parameters(), lr=1e-2, momentum=0.9)
losses = [step(moving, pictures, labels, optimizer) for _ in range(3)]
print(f"fc.bias[0] moved by {(moving.fc.bias[0] - model.fc.bias[0]).item():+.4f}")
print("the loss fell in every step:", losses[0] > losses[1] > losses[2])

# %% [markdown]
# ## Part two: a new head
#
# Here are 1,797 digits, written by hand, 8 × 8 pixels each, which come with scikit-learn. They have ten classes, and
# ResNet-18 returns 1,000 scores. You need not train eleven million weights for 1,797 small pictures. The least that one can
# do is to keep the body with all it has learned, put a new head on it, and train only that. It is the plainest kind of
# **fine-tuning**, called *linear probing*.

# %%
digits = load_digits()
targets = torch.tensor(digits.target)
small = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
fig, axes = figures.new(height=0.9, columns=10)
for ax, picture in zip(axes, small, strict=False):
    ax.imshow(picture[0], cmap="gray_r")
    ax.axis("off")
figures.show(fig, f"The first ten of {len(small)} digits: {targets[:10].tolist()}.")

# %% [markdown]
# ## Freeze the body
#
# A parameter is **frozen** by switching its tracking off: `p.requires_grad = False`. It takes part in the forward pass as
# before, but `backward` leaves no `.grad` in it. An optimizer should be given only what is to be trained: it moves whatever
# it has been given that has a `.grad`, be it an old one that nobody has cleared. A new layer is put in by assigning it to the
# old one's name; its parameters are trainable from the start.
#
# A model's method `parameters()` goes through its layers and the layers within them. A parameter may belong to two layers at
# once (language models often share one table between their first and their last layer). It is still one tensor, has to be
# moved once, and `parameters()` gives it once.

# %% [markdown]
# **Exercise: `training_step.trainable_parameters`.** Write `trainable_parameters(model)`: the parameters of `model` that an
# optimizer is to be given, that is, those that require grad, in all its layers and their layers, each of them once even where
# two layers share it. A list, a generator or any other iterable of parameters will do, in any order. A layer's weight may be
# trainable while its bias is frozen. Nothing about the model changes.


# %%
def trainable_parameters(model):
    """Return the parameters of the model that require grad, each once."""
    ### BEGIN SOLUTION
    return [p for p in model.parameters() if p.requires_grad]
    ### END SOLUTION


trainable_parameters = lab.check(
    "training_step.trainable_parameters", trainable_parameters
)

# %% [markdown] tags=["solution"]
# `model.parameters()` goes through all layers and their layers and gives each parameter once, even a shared one. What is left
# is to choose.

# %% [markdown]
# **Exercise: `training_step.new_head`.** Write `new_head(model, classes)`: prepare a trained `model` for a new task with
# `classes` classes. The last layer of the model, its head, is the `torch.nn.Linear` that is called `model.fc`. Afterwards
# everything in the model is frozen (its parameters don't require grad) except the head, and the head is a new
# `torch.nn.Linear`, with a bias, that takes as many features as the old one did and returns `classes` scores, and is
# trainable.
#
# This changes `model` itself, and returns it. Apart from the head no number in the model changes. Not every model has 512
# features.


# %%
def new_head(model, classes):
    """Freeze the model, give it a new trainable head with that many classes, and return it."""
    ### BEGIN SOLUTION
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model
    ### END SOLUTION


new_head = lab.check("training_step.new_head", new_head)

# %% [markdown] tags=["solution"]
# The order matters here too: a new layer's parameters require grad, so everything that is to be frozen is frozen before it
# comes. The old head knows how many features there are.

# %%
classifier = new_head(resnet()[0], 10)
trained = sum(p.numel() for p in trainable_parameters(classifier))
everything = sum(p.numel() for p in classifier.parameters())
print(f"{trained:,} of {everything:,} numbers are trained")

# %% [markdown]
# 512 · 10 + 10 = 5,130.
#
# ## Train and eval
#
# Frozen is not the same as unchanged. In **training mode** ResNet's **batch norm** layers bring each channel of their input
# to mean 0 and variance 1 over the batch at hand (and then scale and shift it by two parameters). On the side they keep
# running averages of mean and variance. Those are no parameters: no gradient moves them, the forward pass does. In
# **evaluation mode** the layer uses the stored averages instead and leaves them alone.
#
# `model.train()` and `model.eval()` switch between the two. (Dropout, in networks that have it, is switched off in evaluation
# mode as well.) A new model is in training mode.

# %%
picture, company = pictures[:1], torch.rand(3, 3, 64, 96)
with torch.no_grad():
    for mode in ("train", "eval"):
        classifier.train(mode == "train")
        stored = classifier.bn1.running_mean.clone()
        alone = classifier(picture)
        among = classifier(torch.cat([picture, company]))[:1]
        moved = not torch.equal(stored, classifier.bn1.running_mean)
        same = torch.allclose(alone, among, rtol=1e-3, atol=1e-3)
        print(
            f"{mode:<5}  averages moved: {moved!s:<5}  same scores in other company: {same}"
        )

# %% [markdown]
# Everything but the head is frozen, no gradient is even computed, and still the averages move in training mode; and there a
# picture's scores depend on which pictures happen to stand in the batch with it. (All of the first part ran in training mode:
# the flower has had a say in the palace's features.) A body that is to stay as it is belongs in evaluation mode.
#
# In evaluation mode a frozen body gives each picture the same features every time. So they are computed once and kept, a
# table of 1797 × 512 numbers, and training the head goes through that table. (The digits are enlarged to 32 × 32, and get
# three equal colours and the brightness that ResNet's pretrained weights expect.)

# %%
classifier = new_head(resnet()[0], 10).eval()  # anew, since the averages have moved
frozen = nn.Sequential(*list(classifier.children())[:-1], nn.Flatten())
enlarged = F.interpolate(small, size=(32, 32), mode="bilinear").expand(-1, 3, -1, -1)
with torch.no_grad():
    cached = torch.cat([frozen(part) for part in ((enlarged - 0.45) / 0.225).split(100)])
train, test = torch.randperm(1797, generator=torch.Generator().manual_seed(0)).split(
    [1347, 450]
)
print("cached features:", tuple(cached.shape))

# %% [markdown]
# The four lines, once more, with a loss that learns: batches of 50 digits, 30 passes through the 1,347 training digits. The
# other 450 are never trained on; they tell how good the head is. Beside it stands something much simpler: logistic regression
# on the 64 pixels themselves, which is a single linear layer under cross-entropy and has no body at all. Say who wins.

# %%
_ = torch.manual_seed(0)
classifier.fc.reset_parameters()
optimizer = torch.optim.SGD(trainable_parameters(classifier), lr=0.01, momentum=0.9)
generator = torch.Generator().manual_seed(0)
accuracy = []
for _ in range(30):
    for batch in train[torch.randperm(len(train), generator=generator)].split(50):
        optimizer.zero_grad()
        loss = F.cross_entropy(classifier.fc(cached[batch]), targets[batch])
        loss.backward()
        optimizer.step()
    right = classifier.fc(cached[test]).argmax(1) == targets[test]
    accuracy.append(right.double().mean().item())


# %%
def regression(x):
    """Return the share right of the test digits, by logistic regression on such inputs."""
    x = ((x - x[train].mean(0)) / x[train].std(0).mean()).numpy()
    y = targets.numpy()
    fitted = LogisticRegression(max_iter=1000).fit(x[train], y[train])
    return fitted.score(x[test], y[test])


# %%
on_pixels, on_features = regression(small.flatten(1)), regression(cached)
fig, ax = figures.new(height=2.5)
ax.plot(range(1, 31), accuracy, ".-", label="new head, trained by the four lines")
ax.axhline(
    on_pixels, color=figures.COLOURS[1], linestyle="--", label="regression on pixels"
)
ax.set(
    xlabel="times through the training digits",
    ylabel="share of 450 right",
    ylim=(0.4, 1.02),
)
ax.legend(loc="lower right")
level = abs(on_features - on_pixels) < 0.04
figures.show(
    fig,
    f"On digits never seen. The head is over 85 %: {accuracy[-1] > 0.85}. "
    f"It stays below logistic regression on the pixels: {accuracy[-1] < on_pixels}. "
    f"The same regression on the body's features is level with that: {level}.",
)

# %% [markdown]
# With random weights the head learns, and loses to 64 pixels. Part of that is the recipe: `regression` scales its inputs and
# is solved to the end, and with the body's features as inputs it comes out level with the pixels. But no better: a body that
# has learned nothing turns 64 numbers into 512 others, at the price of eleven million weights, and gains nothing. Linear
# probing lives on what a body has *learned*, and pretrained weights are the whole point of it. (If yours are pretrained,
# compare.)
#
# ## On a GPU, if you have one
#
# The step knows nothing of devices: whatever device the model is on, data and labels have to be on it too. This last section
# is optional. It takes the step of ResNet-18 on your GPU if there is one, and else on the CPU, with 32 pictures, twice.
#
# Say by how much the second step moves `fc.bias[0]`. With 32 pictures the slope of this bias is 32.


# %%
def one_step_on(device, size=32):
    """Return a function that takes one training step on a device, and waits for its end."""
    _ = torch.manual_seed(0)
    model = resnet18(weights=None).to(device)
    data, labels = (
        torch.rand(size, 3, 64, 64).to(device),
        torch.rand(size, 1000).to(device),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9)

    def work():
        step(model, data, labels, optimizer)
        if device.type != "cpu":
            torch.accelerator.synchronize(device)
        return model.fc.bias[0].item()

    return work


cpu = torch.device("cpu")
device = torch.accelerator.current_accelerator(check_available=True) or cpu
work = one_step_on(device)
first, second = work(), work()
print(f"the second step moved fc.bias[0] by {second - first:+.4f}")

# %% [markdown]
# On every device: v is 32, then 0.9 · 32 + 32 = 60.8, and lr is 0.01.
#
# And the time? Two things make such a measurement honest. The first steps are slow, since memory is reserved and programs for
# the GPU are loaded, so they don't count: `timing.median_seconds` warms up and takes the median of five. And a GPU is only
# *told* what to do: a call may return before the work is done. `synchronize` waits for it, so the clock stops after the work,
# wherever your step asks for a number.
#
# The next cell wants a CUDA GPU, or another accelerator that PyTorch knows. Where there is none it times the CPU and says so.

# %% tags=["nbval-ignore-output", "measures-time", "needs-gpu"]
on_cpu = timing.median_seconds(one_step_on(cpu))
print(f"one step with 32 pictures on the CPU: {timing.spelled(on_cpu)}")
if device == cpu:
    print("No GPU was found here, so there is nothing to compare it with.")
else:
    there = timing.median_seconds(work)
    print(f"on {device}: {timing.spelled(there)}, {on_cpu / there:.1f} times as fast")

# %% [markdown]
# ## Recap
#
# Clear, collect, move, in a circle, and a forward pass with the present weights before you collect. Many other orders run;
# they don't train as meant, and seldom say so.
#
# - `backward` sends the error of each score back; in the head, a weight's slope is that error times the number that the
#   weight was multiplied by, added up over the batch.
# - Under a plain sum every score has the same error, and the labels don't matter. Under cross-entropy the error is the
#   probability given minus the probability wanted.
# - `backward` adds. Under plain SGD, forgetting `zero_grad` is momentum 1: a swing that nothing brakes.
# - In PyTorch the velocity adds up gradients, and the learning rate stands outside it.
# - Under plain SGD, after one call on fresh weights, w is w₀ − lr · slope; and with lr = 0 two calls leave the same `.grad`.
# - A frozen parameter gets no `.grad`. Freezing doesn't stop batch norm's averages; evaluation mode does.
#
# What is still in the dark is how the error gets from `fc` back through the seventeen layers below it. That is one short rule
# for each kind of layer, and some of them look much like the one that you wrote for `fc`.
#
# ## Sources
#
# - K. He, X. Zhang, S. Ren, J. Sun, [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385), 2015:
#   ResNet-18.
# - S. Ioffe, C. Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167), 2015: training and inference.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, [On the importance of initialization and momentum in deep
#   learning](https://proceedings.mlr.press/v28/sutskever13.html), ICML 2013: momentum with the learning rate inside the
#   velocity.
# - PyTorch documentation, [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html): the same
#   with the learning rate outside, as used here.
# - J. Yosinski, J. Clune, Y. Bengio, H. Lipson, [How transferable are features in deep neural
#   networks?](https://arxiv.org/abs/1411.1792), NeurIPS 2014: what a pretrained body is worth.
# - E. Alpaydin, C. Kaynak, [Optical recognition of handwritten digits](https://doi.org/10.24432/C50P49), UCI Machine Learning
#   Repository, 1998: the digits.
# - PyTorch documentation, [torch.accelerator](https://docs.pytorch.org/docs/stable/accelerator.html): the same code on any
#   device.
