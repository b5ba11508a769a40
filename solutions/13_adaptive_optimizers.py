# %% [markdown]
# # 13 · Adaptive optimizers: a step size for every weight
#
# Lesson 12 ended in a valley that is steep across and flat along. One learning rate serves both directions, so it is too large
# for the one or too small for the other. A network has thousands of weights, and no valley is the same for all of them.
# **Can every weight have a step size of its own, without anyone choosing it?**
#
# Three short rules answer that, each made to mend the one before. The third of them, Adam, or its descendant AdamW, is what
# many networks are trained with today. It contains a correction of two divisions that looks like mere tidiness. You will be
# asked what happens without it, before you see it.
#
# After this lesson you will be able to
#
# - write AdaGrad, RMSProp, Adam and AdamW as PyTorch computes them, state by state;
# - say what the bias correction corrects, where eps stands and what it does;
# - explain why weight decay has to stay out of Adam's gradient;
# - write an optimizer that takes the place of `torch.optim.Adam`, and that can be stopped and carried on;
# - name what a step size for every weight can't do.
#
# Time: 80 minutes. You need lesson [08 A training step](08_training_step.ipynb), for what an optimizer does with `.grad`, and
# [12 Gradient descent](12_gradient_descent.ipynb), for momentum and the condition number.

# %%
import math

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

import autograd_lab as lab
from autograd_lab import figures

# %% [markdown]
# ## Divide by the size
#
# Take the valley ½(100x² + y²). At (1, 1) its slopes are 100 and 1. Plain gradient descent multiplies x by 1 − 100·lr and y by
# 1 − lr in every step, so lr has to stay below 2/100, and then y shrinks by less than 2 % a step. If x and y each had a rate of
# their own, 1/100 and 1, both would be at the goal in one step.
#
# The right rate is one over the curvature, and nobody tells us the curvature. But where a valley is steep, slopes tend to be
# large. So the first idea is to divide each slope by its own size: g/|g|, which is its sign, +1 or −1 (if it isn't 0). Now every
# weight moves by lr, whatever the unit of its slope. From here on we measure steps **in units of lr**.
#
# But a sign forgets too much. Say mini-batches give one weight the slopes
#
# $$+1,\; +1,\; +1,\; +1,\; +1,\; +1,\; +1,\; +1,\; +1,\; -9,$$
#
# over and over. Their sum is 0: on the whole this weight has no reason to move. The signs add up to 9 − 1 = +8, so sign by sign
# it walks off. If all ten are divided by *one* number instead, the sum stays 0. So the size to divide by should be that of many
# slopes, not of one: the slopes have to be remembered.
#
# ## AdaGrad: remember every slope
#
# **AdaGrad** (J. Duchi and others, 2011) keeps for each weight the sum G of the squares of all its slopes, and divides by the
# root of it:
#
# $$G \leftarrow G + g^2, \qquad w \leftarrow w - \text{lr} \cdot \frac{g}{\sqrt{G} + \varepsilon} .$$
#
# The ε, in code `eps`, is a tiny number such as 10⁻¹⁰. It is there so that a weight whose slopes have all been 0 doesn't divide
# by 0. By hand, with the slopes 3, 4, 0, −12 and no ε:
#
# | step | g | G | √G | moves, in units of lr |
# | ---: | ---: | ---: | ---: | ---: |
# | 1 | 3 | 9 | 3 | −3/3 = −1 |
# | 2 | 4 | 25 | 5 | −4/5 = −0.8 |
# | 3 | 0 | 25 | 5 | 0 |
# | 4 | −12 | 169 | 13 | +12/13 = +0.923 |
#
# The first step is always one lr long, unless its slope is 0: nothing is known yet but this slope, and it is divided by its own
# size.

# %% [markdown]
# **Exercise: `adaptive_optimizers.adagrad_step`.** Write `adagrad_step(param, grad, total, lr, eps)`: one step of AdaGrad.
# `total` is the sum of the squares of all gradients so far, zeros before the first step. First
# the new gradient's square is added to the total. Then param moves against the gradient by lr · grad divided by (the root of
# the new total, plus eps). Return the pair (new param, new total).
#
# In all exercises of this lesson but the last, `param`, `grad` and every state tensor are plain float64 tensors (they don't
# require grad) of one shape, any shape, `()` too; the settings are floats. Squares, roots and divisions are taken entry by
# entry. Leave the arguments as they were, and return new tensors that share no memory with them. The conventions are those of
# `torch.optim`: eps, a small positive float, is added to the root, not under it.
#
# For example, param 1.0, grad 3.0, total 16.0, lr 0.5 and eps 1.0 give param 0.75 and total 25.0.


# %%
def adagrad_step(param, grad, total, lr, eps):
    """Return the new param and the new total after one step of AdaGrad."""
    ### BEGIN SOLUTION
    total = total + grad * grad
    return param - lr * grad / (total.sqrt() + eps), total
    ### END SOLUTION


adagrad_step = lab.check("adaptive_optimizers.adagrad_step", adagrad_step)

# %% [markdown] tags=["solution"]
# `total = total + …` makes a new tensor, where `total += …` would write into the caller's. Adding the square first is what
# makes the first step one lr long, and keeps every later one from being longer.

# %% [markdown]
# PyTorch has the rule as `torch.optim.Adagrad`, and calls the total `sum`. The next cell gives both the same 20 random slopes
# and compares the weight and the state after each. We shall use it for the other rules as well.


# %%
def largest_difference(optimizer_class, settings, step, names):
    """Return how far your weight and states ever are from torch's, in 20 steps."""
    generator = torch.Generator().manual_seed(0)
    slopes = torch.randn(20, 3, 4, generator=generator, dtype=torch.float64)
    weight = torch.ones(3, 4, dtype=torch.float64, requires_grad=True)
    optimizer = optimizer_class([weight], **settings)
    mine = weight.detach().clone()
    states = [torch.zeros_like(mine) for _ in names]
    worst = 0.0
    for t, g in enumerate(slopes, start=1):
        weight.grad = g.clone()
        optimizer.step()
        mine, *states = step(mine, g, *states, t)
        theirs = [weight.detach(), *(optimizer.state[weight][name] for name in names)]
        for a, b in zip([mine, *states], theirs, strict=True):
            worst = max(worst, (a - b).abs().max().item())
    return worst


# %%
difference = largest_difference(
    torch.optim.Adagrad,
    {"lr": 0.1, "eps": 1e-3},
    lambda w, g, total, t: adagrad_step(w, g, total, 0.1, 1e-3),
    ["sum"],
)
print("AdaGrad, weight and total as torch's to 1e-12:", difference < 1e-12)

# %% [markdown]
# What it was made for are slopes that are seldom there. In a model of language most words are missing from most batches, and
# what belongs to a rare word has the slope 0 nearly always. Take two weights, the first with the slope 1 in each of 1,000 steps,
# the second with the slope 1 in every hundredth step only, ten times. By the formula a weight moves by 1/√n lr when it meets its
# nth slope of size 1. So in step 1,000 the busy weight moves by 1/√1000 lr and the rare one by 1/√10 lr.

# %%
total = torch.tensor([999.0, 9.0], dtype=torch.float64)
moved, _ = adagrad_step(
    torch.zeros_like(total), torch.ones_like(total), total, 1.0, 1e-10
)
print("step 1000, busy and rare:", [f"{move:+.2f} lr" for move in moved.tolist()])

# %% [markdown]
# The rare weight makes the most of its few occasions, and nobody had to say which one it was.
#
# The busy weight shows the price: the total only grows, so under a constant slope steps only shrink, 1, 0.707, 0.577, 0.5, …,
# like 1/√t. For the bowl-shaped problems of the paper that is right. In a network, where the slopes of the beginning say
# little about those of the end, weights may come to rest too soon.
#
# ## RMSProp: forget the old ones
#
# **RMSProp** (T. Tieleman and G. Hinton, 2012) replaces the sum by a **running mean**:
#
# $$s \leftarrow \alpha\, s + (1 - \alpha)\, g^2, \qquad w \leftarrow w - \text{lr} \cdot \frac{g}{\sqrt{s} + \varepsilon} .$$
#
# Written out, the square from k steps ago counts with the weight (1 − α)·αᵏ: the last one most, old ones ever less. With
# α = 0.99, PyTorch's default, a square has lost about two thirds of its weight after 100 steps, so one says that this mean
# remembers about 1/(1 − α) = 100 steps. (The name is root mean square, RMS.) By hand, from s = 16, with α = 0.75:
#
# | step | g | s | √s | moves, in units of lr |
# | ---: | ---: | ---: | ---: | ---: |
# | 1 | 2 | 0.75 · 16 + 0.25 · 4 = 13 | 3.606 | −0.555 |
# | 2 | 0 | 0.75 · 13 = 9.75 | 3.122 | 0 |
# | 3 | 2 | 0.75 · 9.75 + 0.25 · 4 = 8.3125 | 2.883 | −0.694 |
#
# The same slope, 2, moves the weight further in step 3 than in step 1. AdaGrad can't do that.

# %% [markdown]
# **Exercise: `adaptive_optimizers.rmsprop_step`.** Write `rmsprop_step(param, grad, square_avg, lr, alpha, eps)`: one step of
# RMSProp, as `torch.optim.RMSprop(..., lr=lr, alpha=alpha, eps=eps)` takes it. `square_avg` is a running mean of squared
# gradients, zeros before the first step: the new one is alpha times the old one plus (1 − alpha) times the square of the
# gradient. Then param moves as in AdaGrad, with the new running mean in place of the total. Return the pair (new param, new
# square_avg). For example, param 10.0, grad 8.0, square_avg 0.0, lr 0.5, alpha 0.75 and eps 1.0 give param 9.2 and square_avg
# 16.0.


# %%
def rmsprop_step(param, grad, square_avg, lr, alpha, eps):
    """Return the new param and the new mean of squares after one step of RMSProp."""
    ### BEGIN SOLUTION
    square_avg = alpha * square_avg + (1 - alpha) * grad * grad
    return param - lr * grad / (square_avg.sqrt() + eps), square_avg
    ### END SOLUTION


rmsprop_step = lab.check("adaptive_optimizers.rmsprop_step", rmsprop_step)

# %% [markdown] tags=["solution"]
# One line differs from AdaGrad: the old squares are multiplied by alpha before the new one comes in.

# %%
difference = largest_difference(
    torch.optim.RMSprop,
    {"lr": 0.1, "alpha": 0.9, "eps": 1e-3},
    lambda w, g, s, t: rmsprop_step(w, g, s, 0.1, 0.9, 1e-3),
    ["square_avg"],
)
print("RMSProp, weight and mean as torch's to 1e-12:", difference < 1e-12)

# %% [markdown]
# Now a slope that is 1 for 300 steps and 0.1 from then on, as it may be when a weight has left a steep part. How long are the
# steps at the end of the steep part, right behind it, and 700 steps later?

# %%
total = square_avg = zero = torch.zeros((), dtype=torch.float64)
for t in range(1, 1001):
    g = torch.tensor(1.0 if t <= 300 else 0.1, dtype=torch.float64)
    by_sum, total = adagrad_step(zero, g, total, 1.0, 1e-10)
    by_mean, square_avg = rmsprop_step(zero, g, square_avg, 1.0, 0.99, 1e-10)
    if t in (300, 301, 1000):
        print(f"step {t:>4}: AdaGrad {-by_sum:.4f} lr    RMSProp {-by_mean:.4f} lr")

# %% [markdown]
# Both steps fall to a tenth when the slope does. (Why 1.0255 and not 1? That comes with Adam.) RMSProp then forgets the steep part and is back near one lr. AdaGrad's steps,
# at one and the same slope, can only shrink.
#
# ## Adam: two running means
#
# **Adam** (D. Kingma and J. Ba, 2015) takes a running mean of the slopes too. That is its momentum: slopes that agree stay, slopes
# that alternate cancel.
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 .$$
#
# The usual settings are β₁ = 0.9, about 10 steps of memory, and β₂ = 0.999, about 1,000 steps. (Mind the convention: the
# velocity of `torch.optim.SGD` is a sum, without the factor 1 − β. Here both are means.)
#
# Both begin at 0, and there is the catch: a mean that has begun at 0 is too small at first. Put a constant slope g into it and
# count the weights: after t steps
#
# $$m = (1 - \beta_1)\,(1 + \beta_1 + \dots + \beta_1^{t-1})\, g = (1 - \beta_1^t)\, g .$$
#
# Of the weights, which should add up to 1, a share of β₁ᵗ still lies on the 0 at the beginning. So m is divided by 1 − β₁ᵗ, and
# likewise v by 1 − β₂ᵗ, where t counts from 1. This is the **bias correction**:
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \text{lr} \cdot \frac{\hat m}{\sqrt{\hat v} + \varepsilon} .$$
#
# What is kept for the next step is the plain m and v; the corrected ones are used once and dropped. By hand, with β₁ = 0.5,
# β₂ = 0.75 and no ε:
#
# | t | g | m | v | m̂ | v̂ | moves, in units of lr |
# | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
# | 1 | 4 | 2 | 4 | 2/0.5 = 4 | 4/0.25 = 16 | −4/4 = −1 |
# | 2 | 0 | 1 | 3 | 1/0.75 = 1.333 | 3/0.4375 = 6.857 | −1.333/2.619 = −0.509 |
# | 3 | −4 | −1.5 | 6.25 | −1.5/0.875 = −1.714 | 6.25/0.578 = 10.811 | +1.714/3.288 = +0.521 |

# %% [markdown]
# **Exercise: `adaptive_optimizers.adam_step`.** Write `adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)`: step number t
# of Adam, as `torch.optim.Adam(..., lr=lr, betas=(beta1, beta2), eps=eps)` takes it. `m` and `v` are the running means of the
# gradients and of their squares, with beta1 and beta2, zeros before the first step; `t` is an int and counts from 1, so it is 1
# in the first step. Both means start at 0 and are too small at first: m divided by 1 − beta1ᵗ and v divided by 1 − beta2ᵗ are
# the corrected means. param moves against the corrected mean of gradients by lr times it, divided by (the root of the corrected
# mean of squares, plus eps). Return (new param, new m, new v), m and v uncorrected, as the next step wants them. For example,
# param 1.0, grad 4.0, m 0.0, v 0.0, t 1, lr 0.1, beta1 0.5, beta2 0.75, eps 1.0 give param 0.92, m 2.0 and v 4.0.


# %%
def adam_step(param, grad, m, v, t, lr, beta1, beta2, eps):
    """Return the new param, m and v after step t of Adam."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return param - lr * m_hat / (v_hat.sqrt() + eps), m, v
    ### END SOLUTION


adam_step = lab.check("adaptive_optimizers.adam_step", adam_step)

# %% [markdown] tags=["solution"]
# Four names for four numbers: m and v go on to the next step, m_hat and v_hat don't. A state that is corrected and kept would
# be corrected again in the next step, and grow.

# %%
difference = largest_difference(
    torch.optim.Adam,
    {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3},
    lambda w, g, m, v, t: adam_step(w, g, m, v, t, 0.1, 0.8, 0.95, 1e-3),
    ["exp_avg", "exp_avg_sq"],
)
print("Adam, weight, m and v as torch's to 1e-12:", difference < 1e-12)

zero = torch.zeros((), dtype=torch.float64)

# %% [markdown]
# ## Without the correction
#
# **Say it before you run the next cell.** The slope is constant, with the usual β₁ = 0.9 and β₂ = 0.999. With the correction
# m̂ = g and v̂ = g², so every step is one lr long. Now leave the correction out. Both means are too small at first. Are the
# first steps shorter than lr or longer? By what factor? And does it matter whether the slope is 0.001 or 1,000?
#
# To leave it out, one needn't write a new function: with a large t, such as a million, βᵗ is 0, and the correction
# divides by 1.


# %%
def moves(slopes, steps, correct):
    """Return how far Adam moves in each step under constant slopes, per lr."""
    m = v = zero = torch.zeros_like(slopes)
    seen = []
    for t in range(1, steps + 1):
        number = t if correct else 10**6
        w, m, v = adam_step(zero, slopes, m, v, number, 1.0, 0.9, 0.999, 1e-8)
        seen.append(-w)
    return torch.stack(seen)


two_slopes = torch.tensor([1e-3, 1e3], dtype=torch.float64)
with_it, without = (moves(two_slopes, 4000, correct) for correct in (True, False))

# %%
fig, ax = figures.new(height=3)
t = range(1, 4001)
for curve, colour, name in ((without, 1, "without"), (with_it, 0, "with")):
    small, large = curve.T
    ax.plot(t, small, color=figures.COLOURS[colour], linewidth=4, alpha=0.45)
    ax.plot(t, large, "--", color=figures.COLOURS[colour], label=f"{name} correction")
ax.set(xscale="log", xlabel="step t", ylabel="length of the step / lr", ylim=(0, 7.2))
ax.legend()
peak = int(without[:, 1].argmax())
same = torch.allclose(without[:, 0], without[:, 1], rtol=1e-3)
settled = bool((with_it - 1).abs().max() < 1e-3)
lengths = [f"{without[k, 1]:.2f} lr" for k in (0, peak, 999)]
figures.show(
    fig,
    f"Without the correction step 1 is {lengths[0]}, step {peak + 1} is "
    f"{lengths[1]}, step 1000 still {lengths[2]}. With it all are 1 lr to 0.1 %: "
    f"{settled}. Pale bands: slope 0.001; dashes: slope 1000. They agree to 0.1 %: {same}.",
)

# %% [markdown]
# Longer, by far. Both means are too small, but one of them stands below the line, and under a root. In the first step m is
# 0.1·g, ten times too small, and v is 0.001·g², a thousand times too small; its root is 31.6 times too small. So
#
# $$\frac{m}{\sqrt v} = \frac{0.1\, g}{\sqrt{0.001}\; |g|} = 3.16 \cdot \text{sign}(g) .$$
#
# And it gets worse before it gets better. m remembers ten steps and is soon filled; v remembers a thousand and fills slowly. In
# step 12 the move is more than six times what you asked for, and it stays above for more than a thousand, all while least is
# known about the slopes. **With these β's the correction doesn't speed up the beginning; it holds it back.** (The first step
# without it is (1 − β₁)/√(1 − β₂) lr. That is more than 1 when β₂ > 1 − (1 − β₁)², which is 0.99 for β₁ = 0.9. With the
# β's of the table above, 0.5 and 0.75, it is exactly 1.)
#
# RMSProp, as PyTorch has it, has no correction. What is the length of its first step with α = 0.99? (1 − α is 0.01.)

# %%
for g in (1e-3, -1.0, 1e3):
    slope = torch.tensor(g, dtype=torch.float64)
    rms = rmsprop_step(zero, slope, zero, 1.0, 0.99, 1e-8)[0]
    adam = adam_step(zero, slope, zero, zero, 1, 1.0, 0.9, 0.999, 1e-8)[0]
    print(f"slope {g:>7}: RMSProp moves by {rms:+.3f} lr, Adam by {adam:+.3f} lr")

# %% [markdown]
# Ten lr, in a direction known from a single batch. Adam's first step is one lr against the sign of the slope, whatever the
# slope is. (The lr of Adam has thus a unit that one can imagine: it is a distance that a weight travels in a step.)
#
# One thing the correction can't mend: a slope of 0 counts as a step. (A gradient of None doesn't.) A weight whose slope has been 0
# for thousands of steps has m = v = 0, and its t is large. When it wakes, it follows the curve without correction.
#
# ## What the two means say
#
# Once the means are filled, m/√v compares the mean of the slopes with their size. If the slopes agree, it is ±1. If they
# contradict each other, m is small beside √v, and the weight waits. Two weights whose slopes have the same size, 1, the one
# constant and the other alternating between −1 and 1:

# %%
m = v = here = torch.zeros(2, dtype=torch.float64)
for t in range(1, 1001):
    g = torch.tensor([1.0, (-1.0) ** t], dtype=torch.float64)
    w, m, v = adam_step(here, g, m, v, t, 1.0, 0.9, 0.999, 1e-8)
print("in step 1000 they move by", [f"{abs(move):.2f} lr" for move in w.tolist()])

# %% [markdown]
# RMSProp, without a mean of the slopes, moves both by one lr: its s is 1 for both.
#
# Adam also doesn't care in which unit the loss is measured. Multiply the loss by 1,000: every slope is 1,000 times as large,
# m too, √v too, and the quotient is what it was, but for ε. Here on the valley of the beginning, for 100 steps. (In code a
# valley is ½wᵀHw with a matrix H, the Hessian, which holds its second derivatives; the slopes are Hw.)


# %%
def descend(hessian, start, lr, steps, scale=1.0, beta1=0.9, beta2=0.999):
    """Return Adam's path on the valley scale · ½ wᵀHw."""
    w, m, v = start, torch.zeros_like(start), torch.zeros_like(start)
    path = [w]
    for t in range(1, steps + 1):
        g = scale * (hessian @ w)
        w, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, 1e-8)
        path.append(w)
    return torch.stack(path)


valley = torch.diag(torch.tensor([100.0, 1.0], dtype=torch.float64))
start = torch.tensor([1.0, 1.0], dtype=torch.float64)
paths = [descend(valley, start, 0.05, 100, scale) for scale in (1.0, 1000.0)]
gap = (paths[0] - paths[1]).abs().max()
print("Adam's two paths are never further apart than 1e-5:", bool(gap < 1e-5))

# %% [markdown]
# ## Where eps stands
#
# The ε avoids a division by 0. But it does more: where √v̂ is much larger than ε, ε doesn't matter; where it is much smaller, the
# step is lr · m̂/ε, in proportion to the slope, as with plain momentum at the rate lr/ε. So it matters where it stands. Three
# places are in use:
#
# - outside the root and after the correction, √v̂ + ε: the paper's algorithm, PyTorch, and this lesson;
# - under the root, √(v̂ + ε): some books. A number under the root counts with *its* root: 10⁻⁸ there acts like 10⁻⁴ outside;
# - outside the root, before the correction, √v + ε: TensorFlow's form, which the paper mentions as the quicker way to
#   compute, m/(√v + ε) times √(1 − β₂ᵗ)/(1 − β₁ᵗ). In the first step √v is 31.6 times too small, so ε counts 31.6 times as much.
#
# **Before you run it:** in the first step, with ε = 10⁻⁸ and a slope of 10⁻⁸, how long is PyTorch's step?

# %%
print("    slope   outside (torch)   under the root   before the correction")
for g in (1e-2, 1e-4, 1e-6, 1e-8, 1e-10):
    slope = torch.tensor(g, dtype=torch.float64)
    moved, _, _ = adam_step(zero, slope, zero, zero, 1, 1.0, 0.9, 0.999, 1e-8)
    under = g / math.sqrt(g * g + 1e-8)
    before = 0.1 * g / (math.sqrt(0.001) * g + 1e-8) * math.sqrt(0.001) / 0.1
    print(f"{g:>9.0e} {-moved:>14.3f} lr {under:>13.3f} lr {before:>20.3f} lr")

# %% [markdown]
# Half an lr: √v̂ and ε are equal. With the same ε = 10⁻⁸, a slope of 10⁻⁶ makes a first step of 0.99, 0.01 or 0.76 lr. Nobody is
# wrong, but a setting of ε copied from one library to another may mean something else there.
#
# ## Turn the valley
#
# Now the valley is turned. Take one that is curved a thousand times as much across as along, ½(w₁² + 1000 w₂²), and the same valley turned by 45°.
# Count the steps until the loss is, and stays up to step 1,000, below a ten-thousandth of its first value. Adam gets the best of
# five learning rates in each valley, 0.2 to 2. Beside it runs the heavy ball of lesson 12 with the setting that shrinks fastest in
# the long run. That one is made from both curvatures, l = 1 and L = 1000, which nobody has told Adam:
#
# $$\text{lr} = \frac{4}{(\sqrt L + \sqrt l)^2}, \qquad \mu = \left(\frac{\sqrt L - \sqrt l}{\sqrt L + \sqrt l}\right)^2 .$$
#
# **Say first** which of the two methods will notice that the valley has been turned, and which of them wins in each.


# %%
def heavy_ball(hessian, start, lr, momentum, steps):
    """Return the path of the heavy ball on the valley ½ wᵀHw."""
    w, velocity = start, torch.zeros_like(start)
    path = [w]
    for _ in range(steps):
        velocity = momentum * velocity + hessian @ w
        w = w - lr * velocity
        path.append(w)
    return torch.stack(path)


def steps_needed(hessian, path):
    """Return after how many steps the loss stays below 1e-4 of its first value."""
    loss = ((path @ hessian) * path).sum(1)
    return int((loss >= 1e-4 * loss[0]).nonzero().max()) + 1


# %%
along = torch.diag(torch.tensor([1.0, 1000.0], dtype=torch.float64))
c = math.sqrt(0.5)
turn = torch.tensor([[c, -c], [c, c]], dtype=torch.float64)
turned = turn @ along @ turn.T
corner = torch.tensor([10.0, 1.0], dtype=torch.float64)
valleys = {
    "along the axes": (along, corner),
    "turned by 45°": (turned, turn @ corner),
}

# %%
root = math.sqrt(1000)
ball = (4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2)
fig, axes = figures.new(6.8, 3.9, columns=2)
said = []
for ax, (name, (hessian, first)) in zip(axes, valleys.items(), strict=True):
    runs = [descend(hessian, first, lr, 1000) for lr in (0.2, 0.5, 1.0, 1.5, 2.0)]
    adam = min(runs, key=lambda path: steps_needed(hessian, path))
    other = heavy_ball(hessian, first, *ball, 1000)
    counts = [steps_needed(hessian, path) for path in (adam, other)]
    said.append(f"{name}, Adam {counts[0]} and the heavy ball {counts[1]}")
    grid = torch.linspace(-12, 12, 400, dtype=torch.float64)
    points = torch.stack(torch.meshgrid(grid, grid, indexing="xy"), -1)
    height = ((points @ hessian) * points).sum(-1).sqrt()
    ax.contour(grid, grid, height, [10, 50, 100, 150, 200], colors="#BBBBBB")
    ax.plot(*adam[:120].T, ".-", color=figures.COLOURS[0], linewidth=1, markersize=4)
    ax.plot(0, 0, "x", color=figures.COLOURS[1], markersize=9, markeredgewidth=2)
    ax.set(title=name, xlabel="w₁", aspect="equal", xlim=(-12, 12), ylim=(-12, 12))
axes[0].set_ylabel("w₂")
figures.show(
    fig,
    f"Adam's first 120 steps at its best lr; the cross is the goal. Steps needed: "
    f"{'; '.join(said)}.",
)

# %% [markdown]
# The heavy ball doesn't notice: its path is turned with the valley, and its count is the same, from any start. So it is with every
# rule that only adds gradients up and multiplies them by numbers. Adam treats each weight by itself. Along the axes that makes
# two separate slopes of the valley, each scaled by its own size, and from this start it wins. Turned, *both* weights have had the
# steep slope at the beginning, and v remembers it for about a thousand steps. Both are divided by the same large number long
# after the steep direction has come to rest, and the flat one is left with small steps. (How much it loses depends on the start,
# and on the β's: with a shorter memory it loses less.)
#
# So **a step size for every weight is only as good as the weights are directions of the problem.** For the weights of a rare word
# they are: those belong to it alone.
#
# ## AdamW: decay on its own
#
# **Weight decay** pulls every weight towards 0 a little in each step. For plain gradient descent there are two ways to write
# it, and they are the same: add λw to the gradient, as the slope of a penalty ½λw² would (called **L2**), or subtract lr·λ·w
# from the weight.
#
# For Adam they differ. **Say how, before you read on:** three weights, all 1, have slopes of size 100, 1 and 0.01, which change
# sign from step to step, so that only the decay has a direction. λ is 0.1. Which of the three does L2 decay most, and which
# least?
#
# What is added to the gradient goes through m and v like the rest of it, and is divided by √v, which is, roughly, the size of the
# gradient:
#
# | size of the slopes | √v, about | decay by L2, λw/√v | decay on its own, λw |
# | ---: | ---: | ---: | ---: |
# | 100 | 100 | 0.001 lr | 0.1 lr |
# | 1 | 1 | 0.1 lr | 0.1 lr |
# | 0.01 | 0.1, mostly λw itself | 1 lr | 0.1 lr |
#
# L2 hardly touches the weight with large slopes, and drives the one with small slopes to 0 as fast as Adam can go. **AdamW**
# (I. Loshchilov and F. Hutter, 2019) keeps the decay out of the gradient, **decoupled**:
#
# $$w \leftarrow w - \text{lr} \cdot \lambda\, w - \text{lr} \cdot \frac{\hat m}{\sqrt{\hat v} + \varepsilon} ,$$
#
# with the old w on the right. (A convention again: in PyTorch the decay is multiplied by lr. In the paper it is multiplied by
# the schedule only, and not by Adam's own rate. So λ = 0.01 doesn't mean the same in both.)

# %% [markdown]
# **Exercise: `adaptive_optimizers.adamw_step`.** Write `adamw_step(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay)`:
# step number t of AdamW, as `torch.optim.AdamW(..., weight_decay=weight_decay)` takes it. The decay is decoupled: it doesn't
# enter the gradient nor m and v. Besides Adam's step, lr · weight_decay · param is subtracted, with param as it was before the
# step. Return (new param, new m, new v). For example, param 10.0 with weight_decay 0.5 and otherwise the numbers of
# `adam_step`'s example give param 9.42, m 2.0 and v 4.0. You may call your `adam_step`.


# %%
def adamw_step(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    """Return the new param, m and v after step t of AdamW."""
    ### BEGIN SOLUTION
    moved, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return moved - lr * weight_decay * param, m, v
    ### END SOLUTION


adamw_step = lab.check("adaptive_optimizers.adamw_step", adamw_step)

# %% [markdown] tags=["solution"]
# `moved` has a name of its own, so that `param` is still the old one in the last line. Adam's step depends on the gradient
# only, so it may be taken before the decay or after it; the decay is the part that asks where the weight was.

# %%
difference = largest_difference(
    torch.optim.AdamW,
    {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.5},
    lambda w, g, m, v, t: adamw_step(w, g, m, v, t, 0.1, 0.8, 0.95, 1e-3, 0.5),
    ["exp_avg", "exp_avg_sq"],
)
print("AdamW, weight, m and v as torch's to 1e-12:", difference < 1e-12)

# %% [markdown]
# Now the three weights of the table, for 1,000 steps with lr = 0.01. On its own, the decay multiplies a weight by 1 − 0.001 in
# each step, and 0.999¹⁰⁰⁰ = 0.368.


# %%
def decays(kind, steps=1000, lr=0.01, decay=0.1):
    """Return three weights under alternating slopes of size 100, 1 and 0.01."""
    w = torch.ones(3, dtype=torch.float64)
    m = v = torch.zeros_like(w)
    sizes = torch.tensor([100.0, 1.0, 0.01], dtype=torch.float64)
    path = [w]
    for t in range(1, steps + 1):
        g = sizes * (-1.0) ** t
        if kind == "L2":
            w, m, v = adam_step(w, g + decay * w, m, v, t, lr, 0.9, 0.999, 1e-8)
        else:
            w, m, v = adamw_step(w, g, m, v, t, lr, 0.9, 0.999, 1e-8, decay)
        path.append(w)
    return torch.stack(path)


# %%
fig, axes = figures.new(6.8, 2.8, columns=2)
said = []
styles = (("100", 6, 3), ("1", 3.5, 1), ("0.01", 1.2, 0))
for ax, kind in zip(axes, ("L2", "decoupled"), strict=True):
    path = decays(kind)
    for curve, (name, width, colour) in zip(path.T, styles, strict=True):
        style = {"linewidth": width, "color": figures.COLOURS[colour]}
        ax.plot(curve, label=f"slopes ±{name}", **style)
    ax.set(title=kind, xlabel="step", ylim=(-0.05, 1.12))
    said.append(f"{kind} " + ", ".join(f"{abs(w):.2f}" for w in path[-1]))
axes[0].set_ylabel("weight")
axes[1].legend(loc="upper right")
figures.show(
    fig,
    f"Three weights after 1000 steps (slopes ±100, ±1, ±0.01): {'; '.join(said)}. "
    f"1 multiplied by 0.999 a thousand times is {0.999**1000:.2f}.",
)

# %% [markdown]
# Under L2 the weight with large slopes has kept everything and that with small slopes has lost everything: how much a weight
# decays depends on its slopes as much as on λ. (1.01 and not below 1, since the first of the alternating steps pushes up.)
# Decoupled, all three fall to the same 0.37, the three lines one upon the other, and λ means what it says.
#
# In PyTorch `torch.optim.Adam(..., weight_decay=…)` is L2, unless told otherwise, and `torch.optim.AdamW` is decoupled.
#
# ## A whole optimizer
#
# So far you have carried the state yourself. An optimizer carries it for all parameters of a network. The base class
# `torch.optim.Optimizer` does most of the work:
#
# - `self.param_groups` is a list of **parameter groups**: dicts with a list of parameters under `"params"` and this group's own
#   settings beside it, here `"lr"`, `"betas"` and `"eps"`. So the last layer may have another lr than the rest;
# - `self.state[p]` is a dict for parameter p, empty at first, for whatever has to be kept;
# - `state_dict()` packs state and settings into plain data, `load_state_dict()` unpacks them in another instance. That is how
#   training is stopped and carried on. What is kept elsewhere, such as in `self.t`, is lost.
#
# What is left is `step`. It changes parameters in place, with `p.copy_(…)` for example, and must not be recorded by autograd;
# the decorator `@torch.no_grad()` sees to that. Inside it, gradients are switched on again with `with torch.enable_grad():`.

# %% [markdown]
# **Exercise: `adaptive_optimizers.Adam`.** Write the method `step` of the class below, which makes it an optimizer that can
# take the place of `torch.optim.Adam`. `step(closure=None)` moves every parameter of every group once, in place, by Adam's
# rule with its group's own settings, and renews what is kept for it in `self.state[p]`. A parameter whose `grad` is None is
# left alone, and so is its state: its t does not count that step.
#
# If a `closure` is given (a function that clears the gradients, computes the loss, calls backward and returns the loss), `step`
# calls it once, first, with gradients switched on, and returns what it returned; otherwise it returns None.
#
# All that is kept from step to step lives in `self.state[p]`, one dict for each parameter, under names of your choice, so that
# `state_dict()` and `load_state_dict()`, which the base class has, carry it to another instance. Keep t as a Python int there.
# (`load_state_dict` converts tensors to the dtype of their parameter.) `.grad` is left as it is. You may call your `adam_step`.


# %%
class Adam(torch.optim.Optimizer):
    """Adam, as in torch.optim, for parameter groups."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not lr >= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        """Take one step and return the closure's loss, or None."""
        ### BEGIN SOLUTION
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            settings = (group["lr"], *group["betas"], group["eps"])
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["t"] += 1
                moved, state["m"], state["v"] = adam_step(
                    p, p.grad, state["m"], state["v"], state["t"], *settings
                )
                p.copy_(moved)
        return loss
        ### END SOLUTION


Adam = lab.check("adaptive_optimizers.Adam", Adam)

# %% [markdown] tags=["solution"]
# The closure comes first, since it makes the gradients that the step needs. t is kept for each parameter, and counted up only
# behind the `continue`: a parameter that joins later starts with its own t = 1, and its own correction. `p.copy_` writes into
# the parameter that the network holds; `p = moved` would only give a local name to another tensor.

# %% [markdown]
# The test is real training: a network of 64, 32 and 10 units, in float64, on the digits of scikit-learn, in batches of 64.
# Two equal networks see the same batches; one has PyTorch's Adam, the other yours. After 40 steps yours is stopped: its
# `state_dict` goes into a fresh instance, which has been made with no settings at all, and that one takes the last ten steps.


# %%
digits = load_digits()
pictures, labels = torch.tensor(digits.data / 16), torch.tensor(digits.target)


def network():
    """Return a small network, always with the same first weights."""
    _ = torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10)).double()


def take_step(net, optimizer, generator, scale=1.0):
    """Take one training step on the generator's next batch of 64 digits."""
    batch = torch.randint(len(pictures), (64,), generator=generator)
    optimizer.zero_grad()
    loss = scale * F.cross_entropy(net(pictures[batch]), labels[batch])
    loss.backward()
    optimizer.step()


def apart(a, b):
    """Return the largest difference between the parameters of two networks."""
    pairs = zip(a.parameters(), b.parameters(), strict=True)
    return max((p - q).abs().max().item() for p, q in pairs)


# %%
torch_net, my_net, bare_net = network(), network(), network()
nets = (torch_net, my_net, bare_net)
optimizers = [torch.optim.Adam(torch_net.parameters(), lr=0.01)]
optimizers += [Adam(net.parameters(), lr=0.01) for net in (my_net, bare_net)]
generators = [torch.Generator().manual_seed(1) for _ in nets]
for t in range(1, 51):
    for run in zip(nets, optimizers, generators, strict=True):
        take_step(*run)
    if t == 40:
        print("after 40 steps below 1e-12:", apart(torch_net, my_net) < 1e-12)
        saved = optimizers[1].state_dict()
        optimizers[1] = Adam(my_net.parameters())
        optimizers[1].load_state_dict(saved)
        optimizers[2] = Adam(bare_net.parameters(), lr=0.01)
print("after 50 steps below 1e-12:", apart(torch_net, my_net) < 1e-12)
print("fresh, nothing loaded, over 0.001:", apart(torch_net, bare_net) > 1e-3)

# %% [markdown]
# The same weights to twelve decimal places, across the interruption; even the lr came along, since settings are part of the
# `state_dict`. The third network shows what is at stake: its optimizer was replaced after 40 steps by a fresh one with the
# right lr and no state, which has forgotten where it was going. A saved model without its optimizer is not the same training.
#
# ## Four rules on the digits
#
# Now a comparison: SGD with momentum 0.9, AdaGrad, RMSProp, and Adam, which is your class. Each takes 200 steps from the same
# weights on the same batches. Each is given four learning rates, and the best of its own is drawn: the one with the lowest
# loss over all digits at the end. (Held-out digits and several seeds belong to a fair comparison too. Here only the
# training loss is looked at.)


# %%
def train(make, lr, steps=200, scale=1.0):
    """Return the loss over all digits before training and after every tenth step."""
    net = network()
    optimizer = make(net.parameters(), lr)
    generator = torch.Generator().manual_seed(0)
    losses = []
    for t in range(steps + 1):
        if t % 10 == 0:
            with torch.no_grad():
                losses.append(F.cross_entropy(net(pictures), labels).item())
        take_step(net, optimizer, generator, scale)
    return losses


rules = {
    "SGD with momentum": (
        lambda params, lr: torch.optim.SGD(params, lr=lr, momentum=0.9),
        (0.03, 0.1, 0.3, 1.0),
    ),
    "AdaGrad": (torch.optim.Adagrad, (0.03, 0.1, 0.3, 1.0)),
    "RMSProp": (torch.optim.RMSprop, (0.003, 0.01, 0.03, 0.1)),
    "Adam": (Adam, (0.003, 0.01, 0.03, 0.1)),
}

# %%
best = {}
for name, (make, rates) in rules.items():
    runs = {lr: train(make, lr) for lr in rates}
    lr = min(rates, key=lambda lr: runs[lr][-1])
    best[name] = (lr, runs[lr])

fig, ax = figures.new(height=3)
for (name, (lr, losses)), line in zip(best.items(), ("-", "--", "-.", ":")):
    style = {"linestyle": line, "linewidth": 2.6 if line == ":" else 1.8}
    ax.plot(range(0, 201, 10), losses, label=f"{name}, lr {lr}", **style)
ax.set(yscale="log", xlabel="step", ylabel="loss over all digits")
ax.legend(loc="upper right")
ends = [losses[-1] for _, losses in best.values()]
figures.show(
    fig,
    "Each rule at its best lr of four: "
    + ", ".join(f"{name} {lr}" for name, (lr, _) in best.items())
    + f". All four end below 0.15: {max(ends) < 0.15}. "
    f"They end within a factor of 4: {max(ends) < 4 * min(ends)}.",
)

# %% [markdown]
# All four get there. On this problem no rule is in another class, once each has its own lr; with another seed another one comes
# first. What the figure does show is in the legend: the lr that is best for SGD is ten times the one for Adam. An lr found for
# one rule says little about another's.
#
# And the question of the lesson, "without anyone choosing it"? Somebody did choose, among four rates for each rule. But look
# at what has been chosen. Give SGD and Adam their best lr, and let the loss be measured in another unit, 1,000 times as large:

# %%
for name in ("SGD with momentum", "Adam"):
    make, (lr, losses) = rules[name][0], best[name]
    again = train(make, lr, scale=1000.0)
    close = abs(again[-1] / losses[-1] - 1) < 0.1
    print(f"{name}: ends within 10 % of before: {close}; over 10: {again[-1] > 10}")

# %% [markdown]
# SGD's lr has to be chosen anew for every size of the slopes. Dividing by the size frees Adam of it, and AdaGrad and RMSProp as
# well, as long as the slopes are far above ε. What remains is one number: about how far a weight travels in a step when its slopes
# agree.
#
# ## What came after
#
# **AMSGrad** (S. Reddi, S. Kale, S. Kumar, 2018). One weight, kept between −1 and 1, has the slopes 3, −1, −1, over and over. Their
# sum is +1, so the weight should go to −1. Take β₁ = 0 and β₂ = 0.1, a memory of about one step. **Where does Adam go?**

# %%
for beta2, amsgrad in ((0.1, False), (0.1, True), (0.999, False)):
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.01, betas=(0.0, beta2), amsgrad=amsgrad)
    for t in range(999):
        w.grad = torch.tensor(3.0 if t % 3 == 0 else -1.0, dtype=torch.float64)
        optimizer.step()
        with torch.no_grad():
            w.clamp_(-1, 1)
    print(f"β₂ = {beta2:<6} amsgrad = {amsgrad!s:<6} w ends at {w.item():+.1f}")

# %% [markdown]
# To the wrong end. The 3 is divided by about 3 and each −1 by 1 or a little more: one step down, nearly two up. It is the row of
# nine and one from the beginning again: with a short memory, a rare large slope counts little more than a small one. AMSGrad
# divides by the root of the *largest* v so far, so that the divisor can't shrink, and it arrives. With β₂ = 0.999, a long
# memory, Adam gets this example right; the paper has another for all usual β's, with large slopes that are rarer. It says
# exactly what forgetting costs: who divides by a recent size gives rare large slopes less than their due.
#
# **Muon** (K. Jordan and others, 2024) takes up the other complaint, the turned valley. The weights of a layer are a matrix, and
# a matrix stretches some directions more than others; its **singular values** say by how much. Muon takes the momentum of the
# whole matrix and brings all its singular values near 1. So where Adam makes all *entries* of a step alike in size, Muon does it
# for all *directions*. It is meant for the matrices inside a network, with AdamW for the rest, and PyTorch has it as
# `torch.optim.Muon`. How far it carries is still being found out.
#
# ## Recap
#
# Nearly: divide each slope by the root of a mean of its squares, and every weight has a step size of its own. What is left to
# choose is one lr, about the distance that a weight travels in a step when its slopes agree.
#
# - AdaGrad divides by the root of the sum of all squares: at a constant slope its steps only shrink. RMSProp forgets, over
#   about 1/(1 − α) steps.
# - Adam adds a running mean of the slopes, and corrects both means. Without the correction, and with the usual β's, the first
#   step is 3.16 lr, the twelfth over 6 lr: the mean under the root fills a hundred times more slowly, and its lack makes steps
#   longer.
# - Adam's first step is lr against the sign of the slope. Multiplying the loss by a number changes nothing but the part of ε.
# - ε stands outside the root and after the correction, t counts from 1, the state is kept uncorrected.
# - Decay inside the gradient is divided by √v too. AdamW keeps it out, and multiplies it by lr.
# - Adam knows weights, not directions: a valley that is turned costs it more steps, and costs the heavy ball none.
#
# The lr that is left needn't be the same from the first step to the last. In practice it often rises over the first steps and
# falls towards the end, and lesson 12 has shown what the falling is good for.
#
# ## Sources
#
# - J. Duchi, E. Hazan, Y. Singer, [Adaptive subgradient methods for online learning and stochastic
#   optimization](https://jmlr.org/papers/v12/duchi11a.html), Journal of Machine Learning Research 12, 2011: AdaGrad.
# - T. Tieleman, G. Hinton, Lecture 6.5, RMSProp, Coursera: Neural Networks for Machine Learning, 2012.
# - D. P. Kingma, J. Ba, [Adam: a method for stochastic optimization](https://arxiv.org/abs/1412.6980), ICLR 2015: Algorithm 1,
#   and section 3 for the bias correction.
# - I. Loshchilov, F. Hutter, [Decoupled weight decay regularization](https://arxiv.org/abs/1711.05101), ICLR 2019: AdamW.
# - S. J. Reddi, S. Kale, S. Kumar, [On the convergence of Adam and beyond](https://arxiv.org/abs/1904.09237), ICLR 2018: the
#   counterexample, and AMSGrad.
# - K. Jordan, Y. Jin, V. Boza, J. You, F. Cesista, L. Newhouse, J. Bernstein, [Muon: an optimizer for hidden layers in neural
#   networks](https://kellerjordan.github.io/posts/muon/), 2024.
# - PyTorch documentation, [torch.optim](https://docs.pytorch.org/docs/stable/optim.html): the rules as computed here.
# - E. Alpaydin, C. Kaynak, [Optical recognition of handwritten digits](https://doi.org/10.24432/C50P49), UCI Machine Learning
#   Repository, 1998: the digits.
