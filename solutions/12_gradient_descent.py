# %% [markdown]
# # 12 · Gradient descent: how far to step
#
# The gradient says which way is up, so the other way is down. It does not say how far down it goes. **How far should you
# step, what sets the limit, and what can be done when one direction is steep and another one flat?**
#
# One of the answers will look like a mistake at first. Keep your trust in the numbers.
#
# After this lesson you will be able to
#
# - say which learning rates converge, and how fast, from the curvature alone;
# - write the update rules of SGD with momentum, Nesterov's momentum and weight decay, as PyTorch does them;
# - choose learning rate and momentum for a valley that is steep one way and flat the other;
# - tell from a plot of the loss whether a learning rate is too small, too large, or too large for the noise.
#
# Time: 70 minutes. You need lesson [00 Welcome](00_welcome.ipynb), for how an exercise is answered, and lesson
# [01 Derivatives](01_derivatives.ipynb), for what a gradient is.

# %%
import math

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F

import autograd_lab as lab
from autograd_lab import figures

float64 = torch.float64

# %% [markdown]
# ## One step downhill
#
# **Gradient descent** is one line. With the parameters x, the loss f and the **learning rate** lr:
#
# $$x \leftarrow x - \text{lr} \cdot \nabla f(x) .$$
#
# The learning rate is not the length of the step: that is lr times the length of the gradient. On a steep slope the steps are
# long, and they get shorter by themselves as the ground gets flat.
#
# All through this lesson there is one loss that we know everything about, a valley with two directions:
#
# $$f(x, y) = \tfrac12 (\lambda_1 x^2 + \lambda_2 y^2), \qquad \nabla f = (\lambda_1 x,\ \lambda_2 y) .$$
#
# The numbers λ₁ and λ₂ are its **curvatures**: how fast the slope grows as you move away from the middle. The minimum is 0, at
# (0, 0), so the distance from there is exactly how wrong we are.
#
# By hand, with λ₁ = 1, λ₂ = 10, from the point (4, 1): the gradient is (4, 10). With lr = 0.05 the step goes to
# (4 − 0.2, 1 − 0.5) = (3.8, 0.5).

# %% [markdown]
# **Exercise: `gradient_descent.sgd_step`.** Write `sgd_step(param, grad, lr)`: one step of plain gradient descent. `param` and
# `grad` are tensors of one shape, any shape, `()` too; `lr` is a positive float. Return the new param.
#
# As in all exercises of this lesson, the tensors are plain float64 tensors that don't require grad. Leave your arguments as
# they were, and return a new tensor that shares no memory with them. For example, param 1.0, grad 4.0, lr 0.1 give 0.6.


# %%
def sgd_step(param, grad, lr):
    """Return the new param after one step of gradient descent."""
    ### BEGIN SOLUTION
    return param - lr * grad
    ### END SOLUTION


sgd_step = lab.check("gradient_descent.sgd_step", sgd_step)

# %% [markdown] tags=["solution"]
# A minus, because the gradient points to where the loss grows. `param -= lr * grad` would have the same numbers, but in the
# caller's tensor.

# %% [markdown]
# `torch.optim.SGD` does the same. It reads each parameter's `.grad`, and it changes the parameter in place. Here are four
# steps down the valley, by both, with another learning rate in each step.

# %%
curvature = torch.tensor([1.0, 10.0], dtype=float64)
rates = [0.05, 0.1, 0.02, 0.15]

theirs = torch.tensor([4.0, 1.0], dtype=float64, requires_grad=True)
optimizer = torch.optim.SGD([theirs], lr=1.0)
mine = theirs.detach().clone()
for lr in rates:
    theirs.grad = curvature * theirs.detach()
    optimizer.param_groups[0]["lr"] = lr
    optimizer.step()
    mine = sgd_step(mine, curvature * mine, lr)
    yours, torchs = ([round(x, 6) + 0.0 for x in p.tolist()] for p in (mine, theirs))
    print("yours", yours, " torch", torchs)

# %% [markdown]
# In the second step y jumped from 0.5 to exactly 0, since 0.1 · 10 = 1. That is no accident, and it is where the theory begins.
#
# ## How far: the limit
#
# Take one direction alone, with curvature λ. Let e, the **error**, be how far we are from the middle, with its sign. The slope
# there is λe, so a step makes
#
# $$e \leftarrow e - \text{lr} \cdot \lambda e = (1 - \text{lr} \cdot \lambda)\, e .$$
#
# Each step multiplies the error by the same factor, 1 − lr·λ, wherever you are. By hand, with λ = 1 and e = 1:
#
# | lr | factor | e after 1, 2, 3 steps |
# | ---: | ---: | --- |
# | 0.5 | 0.5 | 0.5, 0.25, 0.125 |
# | 1 | 0 | 0, 0, 0 |
# | 1.5 | −0.5 | −0.5, 0.25, −0.125 |
#
# With lr = 1/λ you are there in one step. Half of that and one and a half times that are equally good: one creeps up from one
# side, the other one jumps across and back.
#
# **Say it before you run it.** The next cell takes 30 steps with lr = 0.5/λ, 1/λ, 1.9/λ and 2.01/λ, for λ = 10, from e = 1.
# Which of them diverge? And which is the slowest of those that don't?

# %%
steep = 10.0
fig, ax = figures.new(height=3.0)
ends = []
for times, colour in zip((0.5, 1.0, 1.9, 2.01), figures.COLOURS, strict=True):
    e, losses = 1.0, []
    for _ in range(31):
        losses.append(0.5 * steep * e * e)
        e -= times / steep * steep * e
    ends.append(losses[-1] / losses[0])
    factor = 1 - times
    steps = np.arange(31) if factor else np.arange(1)
    theory = losses[0] * factor ** (2 * steps)
    ax.semilogy(steps, theory, "-", color=colour, linewidth=1)
    ax.semilogy(losses, "o", color=colour, markersize=3.5, label=f"lr = {times:g}/λ")
ax.set(xlabel="steps", ylabel="loss", ylim=(1e-10, 20))
ax.legend(ncols=2)
text = ", ".join(f"{end:.2g}" for end in ends)
figures.show(
    fig,
    "Points: the loss. Lines: what the factor (1 − lr·λ)² predicts. "
    f"The loss after 30 steps is this times the first, in order: {text}.",
)

# %% [markdown]
# The loss is ½λe², so it is multiplied by the square of the factor, and on a log axis it is a straight line. With lr = 1/λ it
# is 0 after one step, and 0 has no place on a log axis: there is only its first point, hidden under the others. With 1.9/λ the factor is −0.9: it
# jumps across the valley each time, and loses a tenth of the distance. With 2.01/λ the factor is −1.01. That line climbs so
# slowly that on a short plot you could take it for "it doesn't learn".
#
# So the error shrinks if and only if −1 < 1 − lr·λ < 1, which is
#
# $$0 < \text{lr} < \frac{2}{\lambda} .$$
#
# Most losses are not valleys along the axes. But near a minimum most smooth losses are, up to a constant, nearly ½ xᵀHx, with x
# measured from the minimum. H is the **Hessian**, the matrix of second derivatives, and the gradient is Hx. H is symmetric, and
# a symmetric matrix has perpendicular directions of its own, its *eigenvectors*. Along each of them it only multiplies, by a
# number called the **eigenvalue**. So in those directions the loss *is* a valley along the axes, and the eigenvalues are its
# curvatures. `torch.linalg.eigvalsh` finds them, the smallest first. Here our valley is turned by a matrix, from both sides:

# %%
turn = torch.tensor([[0.8, -0.6], [0.6, 0.8]], dtype=float64)
turned = turn @ torch.diag(torch.tensor([1.0, 10.0], dtype=float64)) @ turn.T
print("the valley with curvatures 1 and 10, turned:")
for row in turned.tolist():
    print("   ", [f"{number:5.2f}" for number in row])
print("its eigenvalues:", [f"{e:.4f}" for e in torch.linalg.eigvalsh(turned).tolist()])

# %% [markdown]
# No entry of that matrix is 10, and none is 1. One learning rate has to serve all directions, and each direction has a limit
# of its own.

# %% [markdown]
# **Exercise: `gradient_descent.largest_stable_lr`.** Write `largest_stable_lr(hessian)`. On ½ xᵀHx, plain gradient descent
# with a learning rate below a certain limit gets as near to the minimum as you like from every start, and above the limit it
# runs away from nearly every start. Return that limit, as a Python float.
#
# `hessian` is H: a symmetric positive definite tensor of shape (n, n), n at least 1, in general not diagonal. (*Positive
# definite* means that all its eigenvalues are positive: it goes uphill in every direction.) For example, the rows (5, 2) and
# (2, 2), whose eigenvalues are 6 and 1, give 0.3333.


# %%
def largest_stable_lr(hessian):
    """Return the learning rate at which gradient descent stops converging, as a float."""
    ### BEGIN SOLUTION
    return 2 / torch.linalg.eigvalsh(hessian)[-1].item()
    ### END SOLUTION


largest_stable_lr = lab.check("gradient_descent.largest_stable_lr", largest_stable_lr)

# %% [markdown] tags=["solution"]
# The steepest direction has the smallest limit, and the first direction to run away takes all the others with it. So the
# largest eigenvalue decides. Only the diagonal would not do: in the turned valley its largest entry is 6.76, not 10.

# %%
limit = largest_stable_lr(turned)
print(f"the limit of the turned valley: {limit:.4f}")
for lr in (0.99 * limit, 1.01 * limit):
    x = torch.tensor([1.0, 1.0], dtype=float64)
    for _ in range(1000):
        x = sgd_step(x, turned @ x, lr)
    print(f"lr = {lr:.4f}: distance after 1,000 steps {x.norm().item():.1e}")

# %% [markdown]
# A factor of 1.02 between the two learning rates, and a factor of 10¹⁷ between the results.
#
# ## Zig-zag: the condition number
#
# So keep below 2/λ of the steepest direction. But the flat directions want long steps. Here is the size of the factor,
# |1 − lr·λ|, for both curvatures of our valley, 1 and 10. The smaller the better, and the *worse* of the two decides how fast
# you get there. Look for the best learning rate, the point in the figure, and say why it is there.

# %%
small, large = 1.0, 10.0
rates = np.linspace(0, 0.22, 221)
best = 2 / (small + large)
fig, ax = figures.new(height=2.8)
for curve, label in ((small, "flat: λ = 1"), (large, "steep: λ = 10")):
    ax.plot(rates, np.abs(1 - rates * curve), label=label)
ax.axvline(2 / large, color=figures.COLOURS[3], linestyle="--", linewidth=1)
ax.plot(best, abs(1 - best * small), "ko")
ax.set(xlabel="lr", ylabel="|1 − lr·λ|", ylim=(0, 1.25))
ax.legend()
figures.show(
    fig,
    f"The two curves cross at lr = 2/(1 + 10) = {best:.4f} (the point), where both are "
    f"{abs(1 - best * small):.4f} and {abs(1 - best * large):.4f}. Dashed: the limit, {2 / large}.",
)

# %% [markdown]
# To the left of the crossing the flat direction is the slow one, to the right the steep one. At the crossing both are equally
# slow: 1 − lr·λ₁ = lr·λ₂ − 1, so
#
# $$\text{lr} = \frac{2}{\lambda_1 + \lambda_2}, \qquad \text{factor} = \frac{\lambda_2 - \lambda_1}{\lambda_2 + \lambda_1} =
# \frac{\kappa - 1}{\kappa + 1}, \qquad \kappa = \frac{\lambda_2}{\lambda_1} .$$
#
# κ is the **condition number**: how much steeper the steepest direction is than the flattest. At the best lr it is all that
# matters for the speed. By hand: for κ = 10 the factor is 9/11 = 0.818, for κ = 100 it is 99/101 = 0.980. To make the error 100
# times smaller takes log 0.01 / log 0.818 = 23 steps for the first, and 231 for the second. Ten times the condition number, ten
# times the steps.


# %%
def contours(ax, curvature, reach):
    """Draw the contours of the valley, as wide as the reach."""
    x, y = np.meshgrid(
        np.linspace(-reach[0], reach[0], 120), np.linspace(-reach[1], reach[1], 120)
    )
    height = 0.5 * (curvature[0] * x**2 + curvature[1] * y**2)
    ax.contour(x, y, np.sqrt(height), 9, colors="#BBBBBB", linewidths=0.8)
    ax.plot(0, 0, "k+")
    ax.grid(False)


def descend(curvature, start, lr, steps):
    """Return the path of plain gradient descent, one row a point."""
    path = [torch.tensor(start, dtype=float64)]
    for _ in range(steps):
        path.append(
            sgd_step(path[-1], torch.tensor(curvature, dtype=float64) * path[-1], lr)
        )
    return torch.stack(path)


# %%
fig, axes = figures.new(width=7.2, height=2.6, columns=3)
ends = []
for ax, lr in zip(axes, (0.05, best, 0.195), strict=True):
    path = descend((small, large), (4.0, 1.0), lr, 23)
    contours(ax, (small, large), (4.5, 1.6))
    ax.plot(*path.T, ".-", color=figures.COLOURS[0], linewidth=1)
    ax.set(title=f"lr = {lr:.3f}", xlabel="x")
    ends.append(path[-1].norm().item() / path[0].norm().item())
axes[0].set(ylabel="y")
text = ", ".join(f"{end:.3f}" for end in ends)
figures.show(
    fig,
    "23 steps from (4, 1); y is drawn nearly three times as large as x. "
    f"The distance that is left, as a share of the first: {text}.",
)

# %% [markdown]
# On the left it goes down the steep side quickly and then creeps along the bottom. On the right it leaps from side to side
# and hardly gets calmer. In the middle it does both, in equal measure: the **zig-zag**. 0.01 of the distance is left, as
# predicted. It is the best that one fixed learning rate can do, and it is not good.
#
# ## Momentum: a heavy ball
#
# A ball that rolls down the valley does not turn at every point into the direction of steepest descent. It has a velocity.
# What it gained along the bottom of the valley adds up, step after step; what it gained across the valley, now from the left
# and now from the right, cancels. **Momentum** gives the parameters a velocity v:
#
# $$v \leftarrow \mu v + g, \qquad x \leftarrow x - \text{lr} \cdot v ,$$
#
# where g is the gradient, and μ, the momentum, says how much of the velocity is left after a step. v is 0 at the beginning.
# PyTorch calls it the momentum buffer. It adds up gradients, so it points uphill, and the move is −lr · v.
#
# Under a steady slope g the velocity grows to g + μg + μ²g + … = g/(1 − μ). So with μ = 0.9 the steps get ten times as long
# where the slope stays the same, and hardly longer where it changes its sign.
#
# Two conventions differ from book to book, and these are PyTorch's. First, the gradient enters in full; some write
# μv + (1 − μ)g, a running mean, with steps 1 − μ times as long. Second, lr stands outside the velocity; others write
# v ← μv − lr·g and x ← x + v. That is the same as long as lr stays the same. When lr changes, here the whole velocity obeys
# the new one at once, and there the old part keeps the old one.
#
# By hand, from x = 1 with v = 2, g = 4, lr = 0.1, μ = 0.5: v becomes 0.5 · 2 + 4 = 5, and x becomes 1 − 0.1 · 5 = 0.5.

# %% [markdown]
# **Exercise: `gradient_descent.momentum_step`.** Write `momentum_step(param, grad, velocity, lr, momentum)`: one step of
# `torch.optim.SGD(..., lr=lr, momentum=momentum)`. All three tensors have one shape, any shape; `velocity` is what the step
# before returned, zeros before the first; `momentum` is a float from 0 to 1.
#
# Return the pair (new param, new velocity), two new tensors. For example, param 1.0, grad 4.0, velocity 2.0, lr 0.1, momentum
# 0.5 give param 0.5 and velocity 5.0. lr is no part of the velocity, so it may change from
# step to step.


# %%
def momentum_step(param, grad, velocity, lr, momentum):
    """Return the new param and the new velocity after one step of the heavy ball."""
    ### BEGIN SOLUTION
    velocity = momentum * velocity + grad
    return param - lr * velocity, velocity
    ### END SOLUTION


momentum_step = lab.check("gradient_descent.momentum_step", momentum_step)

# %% [markdown] tags=["solution"]
# First the velocity, then the move, by the *new* velocity. `velocity = momentum * velocity + grad` makes a new tensor and gives
# it the old name; the caller's tensor stays as it was.


# %%
def beside_torch(rule, steps=5, **settings):
    """Take steps by the rule and by torch.optim.SGD, and return the largest differences."""
    theirs = torch.tensor([4.0, 1.0], dtype=float64, requires_grad=True)
    optimizer = torch.optim.SGD([theirs], lr=1.0, **settings)
    mine, velocity = theirs.detach().clone(), torch.zeros(2, dtype=float64)
    apart = 0.0
    for k in range(steps):
        lr = 0.05 / (k + 1)
        optimizer.param_groups[0]["lr"] = lr
        theirs.grad = curvature * theirs.detach()
        optimizer.step()
        mine, velocity = rule(mine, curvature * mine, velocity, lr, settings["momentum"])
        kept = optimizer.state[theirs]["momentum_buffer"]
        apart = max(
            apart,
            (mine - theirs).abs().max().item(),
            (velocity - kept).abs().max().item(),
        )
    return apart


print(
    "as torch, params and velocities:", beside_torch(momentum_step, momentum=0.9) < 1e-12
)

# %% [markdown]
# What does it do to one direction with curvature λ? A step is eₖ₊₁ = eₖ − lr·λeₖ − μ · lr·vₖ, where vₖ is the velocity before
# it. That can be had from the last two points: lr·vₖ is the last move, backwards, eₖ₋₁ − eₖ. Put in, the two lines become one:
#
# $$e_{k+1} = (1 + \mu - \text{lr} \cdot \lambda)\, e_k - \mu\, e_{k-1} .$$
#
# Try eₖ = zᵏ. It fits if z² = (1 + μ − lr·λ) z − μ, a quadratic equation with two roots, and every solution is a sum of two
# such, one for each root. (When they are equal there is a factor k more. We shall meet it.) The root with the larger size
# decides what happens in the long run. Two facts about the roots are enough. They multiply to μ, the last term of the equation.
# And when they are not real numbers, they are a pair of complex ones that have one and the same size: so that is √μ.
#
# Where is the limit, for μ below 1? A complex pair has the size √μ, which is below 1. A real root of size 1 can't be z = 1, since
# then lr·λ = 0. So it is z = −1: 1 = −(1 + μ − lr·λ) − μ, which gives lr·λ = 2(1 + μ). The heavy ball converges for
#
# $$\text{lr} < \frac{2(1 + \mu)}{\lambda} ,$$
#
# nearly twice the plain limit when μ is nearly 1. Momentum allows longer steps, because a swing across the valley finds the
# velocity against it.


# %%
def rate(lr, curvature, momentum):
    """Return by how much a step of the heavy ball multiplies the error in the long run."""
    return max(abs(np.roots([1, -(1 + momentum - lr * curvature), momentum])))


for momentum in (0.0, 0.5, 0.9):
    limit = 2 * (1 + momentum) / steep
    below, above = (rate(times * limit, steep, momentum) for times in (0.999, 1.001))
    print(
        f"momentum {momentum}: limit {limit:.2f}, rate below it {below:.4f}, above it {above:.4f}"
    )

# %% [markdown]
# (With 0.9 the rate jumps: its roots are complex, with the size √0.9 = 0.9487, until just before the limit.)
#
# ## The best heavy ball
#
# As long as the roots are complex, their size is √μ. *Whatever λ is.* Where the steep and the flat direction had each its own
# factor, they now share one, as long as both of them are in the range where the roots are complex (or just equal).
#
# The roots are complex when (1 + μ − lr·λ)² < 4μ, which is when 1 + μ − lr·λ lies between −2√μ and 2√μ. Since
# (1 ± √μ)² = 1 + μ ± 2√μ, the range, its edges included, is
#
# $$(1 - \sqrt\mu)^2 \le \text{lr} \cdot \lambda \le (1 + \sqrt\mu)^2 .$$
#
# The smaller μ the faster it decays, but the narrower the range. The best μ is the one whose range just holds all curvatures
# from the smallest to the largest: the smallest at the lower edge and the largest at the upper one. (With a smaller μ one of
# them falls out of the range, and outside the rate is larger.)

# %%
ratios = np.linspace(0.0, 4.2, 400)
fig, ax = figures.new(height=2.8)
for momentum, colour in zip((0.0, 0.25, 0.64), figures.COLOURS, strict=False):
    sizes = [rate(1.0, ratio, momentum) for ratio in ratios]
    ax.plot(ratios, sizes, color=colour, label=f"momentum {momentum:g}")
ax.axhline(1, color=figures.COLOURS[3], linestyle="--", linewidth=1)
ax.set(xlabel="lr·λ", ylabel="rate of decay", ylim=(0, 1.3))
ax.legend(loc="lower right")
flat_part = [rate(1.0, ratio, 0.64) for ratio in (0.05, 0.5, 2.0, 3.2)]
text = ", ".join(f"{size:.4f}" for size in flat_part)
figures.show(
    fig,
    "How much of the error is left after a step, in the long run. With momentum 0.64, at lr·λ = 0.05, 0.5, "
    f"2 and 3.2: {text}. Above the dashed line nothing converges.",
)

# %% [markdown]
# Without momentum there is one good spot and two slopes, the |1 − lr·λ| from before. With momentum 0.64 there is a plateau at
# √0.64 = 0.8, from (1 − 0.8)² = 0.04 to (1 + 0.8)² = 3.24. That holds curvatures of which the largest is 81 times the
# smallest. Plain gradient descent with κ = 81 has 80/82 = 0.976 at best.

# %% [markdown]
# **Exercise: `gradient_descent.best_heavy_ball`.** Write `best_heavy_ball(smallest, largest)`: the learning rate and the
# momentum with which `momentum_step` brings the error on ½ xᵀHx down fastest in the long run, when the eigenvalues of H lie
# between `smallest` and `largest` (two positive floats, smallest less than largest; both ends may occur). Return the pair (lr,
# momentum) of floats. For example, 1 and 16 give lr 0.16 and momentum 0.36.


# %%
def best_heavy_ball(smallest, largest):
    """Return the pair (lr, momentum) that decays fastest for eigenvalues between the two."""
    ### BEGIN SOLUTION
    low, high = math.sqrt(smallest), math.sqrt(largest)
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2
    ### END SOLUTION


best_heavy_ball = lab.check("gradient_descent.best_heavy_ball", best_heavy_ball)

# %% [markdown] tags=["solution"]
# Take roots on both edges: √lr · √smallest = 1 − √μ and √lr · √largest = 1 + √μ. Their sum gives √lr = 2/(√smallest +
# √largest), their quotient √μ = (√largest − √smallest)/(√largest + √smallest).

# %% [markdown]
# The rate is √μ = (√κ − 1)/(√κ + 1): the formula of plain gradient descent, with √κ in the place of κ. For κ = 100 it is
# 9/11, what plain descent had for κ = 10.
#
# **Say it before you run it.** A valley with curvatures 0.01 and 1, so κ = 100, from the point (1, 1). Your best heavy ball,
# against plain descent with its best learning rate. After the *first* step: which of the two has the smaller loss?


# %%
def losses_of(lr, momentum, steps=120, rule=None):
    """Return the loss after each step in the valley with curvatures 0.01 and 1."""
    rule = rule or momentum_step
    lam = torch.tensor([0.01, 1.0], dtype=float64)
    x, v = torch.ones(2, dtype=float64), torch.zeros(2, dtype=float64)
    losses = []
    for _ in range(steps + 1):
        losses.append(0.5 * (lam * x * x).sum().item())
        x, v = rule(x, lam * x, v, lr, momentum)
    return losses


chosen = best_heavy_ball(0.01, 1.0)
print("heavy ball: lr = {:.4f}, momentum = {:.4f}".format(*chosen))
plain, ball = losses_of(2 / 1.01, 0.0), losses_of(*chosen)
for k in (0, 1, 2, 3, 10, 20, 40, 80):
    print(f"after {k:3} steps: plain {plain[k]:.2e}, heavy ball {ball[k]:.2e}")

# %%
steps = np.arange(121)
fig, ax = figures.new(height=3.0)
for losses, factor, label, colour in (
    (plain, 99 / 101, "plain, best lr", figures.COLOURS[0]),
    (ball, 9 / 11, "heavy ball, best lr and momentum", figures.COLOURS[1]),
):
    ax.semilogy(losses, color=colour, label=label)
    ax.semilogy(losses[0] * factor ** (2.0 * steps), "--", color=colour, linewidth=1)
ax.set(xlabel="steps", ylabel="loss", ylim=(1e-16, 50))
ax.legend()
worse, peak = ball[1] / ball[0], max(ball) / ball[0]
figures.show(
    fig,
    "Dashed: the factor 99/101 (hidden under its curve) or 9/11 a step, squared. The heavy "
    f"ball's loss is {worse:.2f} times the first after one step, and at most {peak:.2f} times.",
)

# %% [markdown]
# The best setting begins by making the loss five times as large, and then almost fourteen times. Its lr, 3.31, is far beyond 2/λ
# of the steep direction. The first step, which has no velocity yet, multiplies the error there by 1 − 3.31 = −2.31, and the loss
# by 5.3.
#
# And it is not only the first step. At the edges of the range the two roots are equal, and there the error goes like k·ρᵏ and
# not like ρᵏ, with ρ = √μ. The factor k is why the curve lies above its dashed line, and ever farther above, though its slope
# comes nearer and nearer to that of the line. The larger κ, the worse the beginning. An optimizer that is best in the long run
# may be bad in a short one: whoever judges this setting by its first twenty steps throws it away.


# %%
def steps_until(losses, share):
    """Return after how many steps the loss is at most that share of the first."""
    return next(k for k, loss in enumerate(losses) if loss <= share * losses[0])


slow, fast = losses_of(2 / 1.01, 0.0, 800), losses_of(*chosen, 800)
for share in (1e-2, 1e-4, 1e-8):
    print(
        f"to {share:.0e} of the loss: plain {steps_until(slow, share)}, ball {steps_until(fast, share)}"
    )

# %% [markdown]
# Ten times as fast in the long run; the bad beginning uses up much of that.
#
# ## Nesterov: look ahead
#
# The heavy ball takes the slope where it stands, and is then carried on by its velocity. Nesterov's idea: you know that you
# will be carried on, so look at the slope *there*, at the look-ahead point, and brake in time.
#
# PyTorch keeps the look-ahead point as the parameter. So the gradient is taken at the stored parameter as always, and the rule
# reads
#
# $$v \leftarrow \mu v + g, \qquad x \leftarrow x - \text{lr} \cdot (g + \mu v) ,$$
#
# with the new v in the second formula. The stored x is ahead of the ball by lr·μ·v, the part of its next move that the velocity
# alone will make. A step moves the ball by lr·v, takes the old look-ahead back and adds the new one, and together that is
# lr · (g + μv), as long as lr stays the same.
#
# By hand, from x = 1 with v = 2, g = 4, lr = 0.1, μ = 0.5: v becomes 5 as before, the move is 0.1 · (4 + 0.5 · 5) = 0.65, and
# x becomes 0.35.

# %% [markdown]
# **Exercise: `gradient_descent.nesterov_step`.** Write `nesterov_step(param, grad, velocity, lr, momentum)`: one step of
# `torch.optim.SGD(..., lr=lr, momentum=momentum, nesterov=True)`. `grad` was taken at `param`, as always in torch: the stored
# param is already the look-ahead point. Arguments and result are as for `momentum_step`, and the velocity is renewed in the
# same way; only the move differs: param moves by lr times (the gradient, plus momentum times the new velocity). For example,
# param 1.0, grad 4.0, velocity 2.0, lr 0.1, momentum 0.5 give param 0.35 and velocity 5.0.


# %%
def nesterov_step(param, grad, velocity, lr, momentum):
    """Return the new param and the new velocity after one step of Nesterov's method."""
    ### BEGIN SOLUTION
    velocity = momentum * velocity + grad
    return param - lr * (grad + momentum * velocity), velocity
    ### END SOLUTION


nesterov_step = lab.check("gradient_descent.nesterov_step", nesterov_step)

# %% [markdown] tags=["solution"]
# The velocity is the heavy ball's. In the move the velocity is damped once more and the gradient added once more: a step of
# the velocity that would come next.

# %%
apart = beside_torch(nesterov_step, momentum=0.9, nesterov=True)
print("as torch, params and velocities:", apart < 1e-12)

# %% [markdown]
# In one direction the rule becomes eₖ₊₁ = (1 + μ)(1 − lr·λ) eₖ − μ(1 − lr·λ) eₖ₋₁. The roots multiply to μ(1 − lr·λ) now, and
# not to μ. With lr near 1/λ of the steepest direction both roots are small there, and swings die quickly. The price is the
# limit. At z = −1 it is lr·λ · (1 + 2μ) = 2(1 + μ), so
#
# $$\text{lr} < \frac{2(1 + \mu)}{\lambda (1 + 2\mu)} ,$$
#
# for μ near 1 about 4/3 of 1/λ, where the heavy ball has 4.


# %%
def nesterov_rate(lr, curvature, momentum):
    """Return by how much a step of Nesterov's method multiplies the error in the long run."""
    left = 1 - lr * curvature
    return max(abs(np.roots([1, -(1 + momentum) * left, momentum * left])))


limit = 2 * 1.9 / (1 + 2 * 0.9)
below, above = (nesterov_rate(times * limit, 1.0, 0.9) for times in (0.999, 1.001))
print(
    f"momentum 0.9: limit {limit:.4f}/λ, rate below it {below:.4f}, above it {above:.4f}"
)

ahead, behind = (
    losses_of(1.0, 0.8, 100, rule) for rule in (nesterov_step, momentum_step)
)
for k in (10, 100):
    print(
        f"lr 1, momentum 0.8, {k:3} steps: Nesterov {ahead[k]:.1e}, heavy ball {behind[k]:.1e}"
    )

# %% [markdown]
# Early on Nesterov is ahead, since it has no swings to get rid of; with these settings the heavy ball is faster along the floor
# in the long run.

# %% [markdown]
# ## The playground
#
# Now try it. Click into the valley to choose where to start, and move the sliders: learning rate, momentum, condition number,
# Nesterov or not. The limit of the present settings is marked.
#
# - With momentum 0 and κ = 20, find the best learning rate by hand. Then compute it; the curvatures are 1/20 and 1.
# - Set the learning rate just above the limit, then add momentum until it converges. Then switch Nesterov on.
# - Find a setting that reaches the middle in as few steps as you can, for κ = 50. Compare it with `best_heavy_ball(0.02, 1)`.

# %%
lab.playground()

# %% [markdown]
# What you see there are the three faults of a learning rate. A loss that goes down evenly and slowly: too small. A path that
# leaps from side to side: near the limit. A loss that goes up evenly: above it. With noise there is a fourth, which comes at
# the end.
#
# ## Weight decay
#
# In training one often adds ½ · wd · |x|² to the loss, so that weights which the data don't ask for go to 0. Its gradient is
# wd · x. So **weight decay**, in SGD, is one more term in the step:
#
# $$x \leftarrow x - \text{lr} \cdot (g + \text{wd} \cdot x) .$$
#
# By hand, for x = 10, g = 4, lr = 0.1, wd = 0.01: 10 − 0.1 · (4 + 0.1) = 9.59.

# %% [markdown]
# **Exercise: `gradient_descent.decayed_step`.** Write `decayed_step(param, grad, lr, weight_decay)`: one step of plain gradient
# descent with weight decay, as `torch.optim.SGD(..., lr=lr, weight_decay=weight_decay)` takes it: besides the step against the
# gradient, lr · weight_decay · param is subtracted, with param as it was before the step. `weight_decay` is a float, 0 or
# more. Return the new param. For example, param 10.0, grad 4.0, lr 0.1, weight_decay 0.01 give 9.59.


# %%
def decayed_step(param, grad, lr, weight_decay):
    """Return the new param after one step of gradient descent with weight decay."""
    ### BEGIN SOLUTION
    return param - lr * (grad + weight_decay * param)
    ### END SOLUTION


decayed_step = lab.check("gradient_descent.decayed_step", decayed_step)

# %% [markdown] tags=["solution"]
# Both terms are taken at the param from before the step. Decaying the moved param instead would differ by lr² · weight_decay ·
# grad: too little to notice in a training run, and enough to be no longer what torch does.

# %% [markdown]
# With momentum, torch adds wd · x to the gradient before the velocity is renewed, so that momentum carries the decay as well.
#
# In the valley, decay adds wd to every curvature. With curvatures 0.01 and 1 and wd = 0.1 they become 0.11 and 1.1: the
# condition number falls from 100 to 10, and the goal is no longer quite the same. Let the loss be ½λ(x − 1)², with its minimum
# at 1. With decay the slope is λ(x − 1) + wd·x, which is 0 at x = λ/(λ + wd). Where the loss is steep that is near 1; where it
# is flat, decay wins.

# %%
theirs = torch.tensor([4.0, 1.0], dtype=float64, requires_grad=True)
optimizer = torch.optim.SGD([theirs], lr=0.05, weight_decay=0.1)
mine = theirs.detach().clone()
for _ in range(20):
    theirs.grad = curvature * theirs.detach()
    optimizer.step()
    mine = decayed_step(mine, curvature * mine, 0.05, 0.1)
print("as torch:", bool((mine - theirs).abs().max() < 1e-12))

lam = torch.tensor([0.01, 1.0], dtype=float64)
x = torch.zeros(2, dtype=float64)
for _ in range(200):
    x = decayed_step(x, lam * (x - 1), 1.0, 0.1)
print("reached:  ", [f"{number:.4f}" for number in x.tolist()])
print("predicted:", [f"{number:.4f}" for number in (lam / (lam + 0.1)).tolist()])

# %% [markdown]
# ## The whole descent
#
# So far the gradient was known as a formula. In general autograd finds it. The loop is always the same: track a copy of the
# point, compute f, ask for the gradient, drop the graph, move.

# %% [markdown]
# **Exercise: `gradient_descent.minimize`.** Write `minimize(f, start, lr, momentum, steps)`: gradient descent with momentum
# (the rule of `momentum_step`), from the point `start`, a tensor of shape (d,), with velocity 0 before the first step. `f`
# takes a tensor of shape (d,) and returns a tensor of shape (); let torch.autograd find its gradient.
#
# Return the path: one tensor of shape (steps + 1, d), of start's dtype, whose row k is the point after k steps; row 0 is start.
# The path doesn't require grad. `steps` may be 0. What f is given at each step must not drag the graph of all earlier steps
# behind it, and `start` is left as it was. For example, with f(x) = (x · x).sum(), start (1, −2), lr 0.25, momentum 0.5 and 2
# steps the path is (1, −2), (0.5, −1), (0, 0).


# %%
def minimize(f, start, lr, momentum, steps):
    """Return the path of gradient descent with momentum, a tensor of shape (steps + 1, d)."""
    ### BEGIN SOLUTION
    x, velocity = start.clone(), torch.zeros_like(start)
    path = [x]
    for _ in range(steps):
        tracked = x.clone().requires_grad_()
        (grad,) = torch.autograd.grad(f(tracked), tracked)
        x, velocity = momentum_step(x, grad, velocity, lr, momentum)
        path.append(x)
    return torch.stack(path)
    ### END SOLUTION


minimize = lab.check("gradient_descent.minimize", minimize)

# %% [markdown] tags=["solution"]
# Only a copy is tracked, and only for the time that it takes to find its gradient. x itself never requires grad, so the steps
# don't hang together in one long graph. Since `momentum_step` returns new tensors, the points in the list don't change later.

# %% [markdown]
# A famous test is Rosenbrock's function, (1 − x)² + 100 (y − x²)². Its valley is bent like a banana and its floor nearly level;
# the minimum is at (1, 1). What does the theory say there? The Hessian, by autograd, has the eigenvalues


# %%
def rosenbrock(x):
    """Return Rosenbrock's function at the point x."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


bottom = torch.ones(2, dtype=float64)
hessian = torch.autograd.functional.hessian(rosenbrock, bottom)
flat, steepest = torch.linalg.eigvalsh(hessian).tolist()
limit = largest_stable_lr(hessian)
print(
    f"eigenvalues {flat:.4f} and {steepest:.1f}: κ = {steepest / flat:.0f}, limit {limit:.6f}"
)

# %% [markdown]
# At the customary start, (−1.2, 1), it is even steeper: there the limit is 0.00133. So lr = 0.001 is safe all the way, and
# κ = 2,508 means thousands of steps. With it, 5,000 steps without momentum, and 500 with momentum 0.9:

# %%
start = torch.tensor([-1.2, 1.0], dtype=float64)
runs = {
    "momentum 0, 5,000 steps": (0.001, 0.0, 5000),
    "momentum 0.9, 500 steps": (0.001, 0.9, 500),
}
paths = {name: minimize(rosenbrock, start, *run) for name, run in runs.items()}

# %%
fig, ax = figures.new(height=3.2)
x, y = np.meshgrid(np.linspace(-1.6, 1.5, 160), np.linspace(-0.6, 1.8, 160))
height = np.log10((1 - x) ** 2 + 100 * (y - x**2) ** 2 + 0.01)
ax.contour(x, y, height, 10, colors="#BBBBBB", linewidths=0.8)
for (name, path), style in zip(paths.items(), ("-", ".-"), strict=True):
    ax.plot(*path.T, style, linewidth=1.2, markersize=3, label=name)
ax.plot(1, 1, "k+", markersize=10)
ax.set(xlabel="x", ylabel="y", xlim=(-1.6, 1.5), ylim=(-0.6, 1.8))
ax.grid(False)
ax.legend(loc="upper center")
text = ", ".join(f"{(path[-1] - 1).norm().item():.3f}" for path in paths.values())
figures.show(
    fig, f"Rosenbrock's valley. Distances from (1, 1) at the end, in order: {text}."
)

# %% [markdown]
# A tenth of the steps, at the same lr. At first the ball swings from side to side; along the floor, where the slope is steady,
# its velocity grows to nearly ten times the slope.
#
# ## A saddle
#
# Not every place with slope 0 is a minimum. f = ½(x² − y²) goes up along x and down along y: a **saddle**. Its curvature in y is
# −1, so the factor there is 1 + lr: what is there of y grows, but if there is none, none comes. By hand, from y = 10⁻⁶ with
# lr = 0.1, y passes 1 after log 10⁶ / log 1.1 = 145 steps. Meanwhile x shrinks as 0.9ᵏ. What does the loss look like, and does
# momentum help?


# %%
def saddle(x):
    """Return the height of the saddle at the point x."""
    return 0.5 * (x[0] ** 2 - x[1] ** 2)


near, exact = (torch.tensor([1.0, y], dtype=float64) for y in (1e-6, 0.0))
path = minimize(saddle, near, 0.1, 0.0, 150)
print(
    "loss after 0, 30, 60, 90, 120, 150 steps:",
    [round(saddle(x).item(), 3) + 0.0 for x in path[::30]],
)
for momentum in (0.0, 0.9):
    y = minimize(saddle, near, 0.1, momentum, 200)[:, 1].abs()
    print(f"momentum {momentum}: y passes 1 after {int((y > 1).nonzero()[0])} steps")
print(
    "from y = 0, y after 200 steps:", minimize(saddle, exact, 0.1, 0.9, 200)[-1, 1].item()
)

# %% [markdown]
# A plateau in a loss curve need not be the end. Momentum gets off the saddle nearly three times as fast, and neither gets off it
# without a push. In practice the push comes from noise.
#
# ## The noise of mini-batches
#
# In training, the gradient is that of a **mini-batch**: a few examples drawn at random, not all of them. On average it is the
# right one, and each time it is wrong by something else. In one direction, x ← x − lr·(λx + noise). The error shrinks as
# before, and each step adds new noise. If the noise is drawn anew in each step, with a variance s² that stays the same, then the
# variance of x settles where what is lost is what comes in: V = (1 − lr·λ)² V + lr² s², so
#
# $$V = \frac{\text{lr} \cdot s^2}{\lambda\,(2 - \text{lr} \cdot \lambda)} .$$
#
# For a small lr that is about proportional to lr: half the learning rate, half the variance.

# %%
noise = np.random.default_rng(0).normal(size=(2000, 400))  # 2,000 runs of 400 steps
for lr in (0.4, 0.2, 0.1):
    x = np.zeros(2000)
    for step in range(400):
        x = x - lr * (x + noise[:, step])
    predicted = lr / (2 - lr)
    print(
        f"lr = {lr}: V predicted {predicted:.3f}, within a tenth:",
        abs(x.var() / predicted - 1) < 0.1,
    )

# %% [markdown]
# And on real data: softmax regression (one linear layer under cross-entropy) on 1,797 handwritten digits, in mini-batches of 10,
# with a little weight decay, from the same start and with the same batches. One run keeps lr = 2, one keeps lr = 0.1, and one
# begins with 2 and goes down to 0.1 after half of the steps. Say in which order they are at last, on average over the last 400
# of 1,200 steps. (The slope of cross-entropy in the scores is the probability given minus the one wanted; lesson
# [08](08_training_step.ipynb) works it out.)

# %%
digits = load_digits()
pixels = torch.tensor(digits.data / 16, dtype=float64)
labels = torch.tensor(digits.target)


def train(rate_at, steps=1200, size=10):
    """Return the loss on all digits, and the weights, after every twentieth step."""
    weight = torch.zeros(10, 64, dtype=float64)
    generator = torch.Generator().manual_seed(0)
    losses, weights = [], []
    for k in range(steps):
        if k % 20 == 0:
            losses.append(F.cross_entropy(pixels @ weight.T, labels).item())
            weights.append(weight)
        batch = torch.randint(len(labels), (size,), generator=generator)
        probability = (pixels[batch] @ weight.T).softmax(1)
        error = (probability - F.one_hot(labels[batch], 10)) / size
        weight = decayed_step(weight, error.T @ pixels[batch], rate_at(k), 1e-3)
    return losses, weights


# %%
schedules = {
    "lr = 2": lambda k: 2.0,
    "lr = 0.1": lambda k: 0.1,
    "2, then 0.1": lambda k: 2.0 if k < 600 else 0.1,
}
runs = {name: train(schedule) for name, schedule in schedules.items()}

# %%
fig, ax = figures.new(height=2.8)
for name, (losses, _) in runs.items():
    ax.semilogy(range(0, 1200, 20), losses, label=name)
ax.set(xlabel="steps", ylabel="loss on all digits")
ax.legend()
constant, small_one, lowered = (np.array(losses[-20:]) for losses, _ in runs.values())
order = bool(lowered.mean() < constant.mean() < small_one.mean())
calmer = bool(constant.std() > 10 * lowered.std())
figures.show(
    fig,
    f"On average over the last 400 steps, the lowered rate is best, then lr = 2, then lr = 0.1: {order}. "
    f"With lr = 2 the loss jumps about over ten times as much as with the lowered rate: {calmer}.",
)

# %% [markdown]
# Both halves of the trade in one picture. The large learning rate gets down fast and stays restless; the small one is calm and
# late. First large, then small has both. That is what learning-rate schedules are for.
#
# What goes away when the rate is lowered is mostly noise, nothing that was learned at that moment. One may see that in another
# way. Take the restless run, and average its *weights* over the last 400 steps. No further step is taken, and the noise of
# single steps cancels:

# %%
_, weights = runs["lr = 2"]
mean_weight = torch.stack(weights[-20:]).mean(0)
averaged = F.cross_entropy(pixels @ mean_weight.T, labels).item()
print("below the loss of each of them:", averaged < constant.min())
print("within a tenth of the lowered rate's:", abs(averaged / lowered.mean() - 1) < 0.1)

# %% [markdown]
# ## Recap
#
# The steepest direction sets the limit, lr < 2/λ without momentum. How fast you get there below it is a matter of the condition
# number κ, and momentum turns κ into √κ.
#
# - In each direction of its own, a step multiplies the error by 1 − lr·λ. λ is an eigenvalue of the Hessian.
# - The best plain learning rate is 2/(λ₁ + λ₂), with the factor (κ − 1)/(κ + 1).
# - Limits: 2/λ plain, 2(1 + μ)/λ for the heavy ball, 2(1 + μ)/(λ(1 + 2μ)) for Nesterov in torch's form.
# - The best heavy ball has the rate (√κ − 1)/(√κ + 1). When κ is large, it may begin by making things much worse.
# - Under a steady slope momentum makes steps 1/(1 − μ) times as long.
# - Weight decay adds wd to every curvature, and moves the goal.
# - Under noise that doesn't die out a constant learning rate never arrives: it settles at a variance that for a small lr is in
#   proportion to lr.
#
# One learning rate for all directions stays the trouble. Could every weight have its own? Momentum only adds up the gradients
# of a weight. One could also look at how large they are. That is the next lesson.
#
# ## Sources
#
# - B. Polyak, [Some methods of speeding up the convergence of iteration
#   methods](https://doi.org/10.1016/0041-5553(64)90137-5), 1964: the heavy ball and its best setting.
# - Y. Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²), Doklady AN SSSR 269, 1983.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, [On the importance of initialization and momentum in deep
#   learning](https://proceedings.mlr.press/v28/sutskever13.html), ICML 2013: both for networks, and Nesterov's as momentum.
# - G. Goh, [Why momentum really works](https://doi.org/10.23915/distill.00006), Distill, 2017: the quadratic in full, with
#   pictures to play with.
# - H. Rosenbrock, [An automatic method for finding the greatest or least value of a
#   function](https://doi.org/10.1093/comjnl/3.3.175), The Computer Journal 3, 1960.
# - L. Bottou, F. Curtis, J. Nocedal, [Optimization methods for large-scale machine
#   learning](https://arxiv.org/abs/1606.04838), SIAM Review 60, 2018: the noise of mini-batches.
# - PyTorch documentation, [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html): the
#   conventions used here.
