# %% [markdown]
# # 01 · Derivatives: three ways to a slope
#
# A slope can be found by hand, with the rules from school. It can be found by trying: take a small step and see how far
# you rise. And it can be found by a machine that has watched the computation. All three are called computing a
# derivative. **Which of them can you trust, to how many digits, and what does each cost?**
#
# One of them has a limit that surprises nearly everybody. You will guess where it is before you see it.
#
# After this lesson you will be able to
#
# - find a slope in three ways, and say what each is good for;
# - choose a step for a difference quotient;
# - tell PyTorch what to watch, and explain what `Q.backward(gradient=w)` collects when Q is more than one number;
# - compare two computed gradients without being fooled by rounding.
#
# Time: 45 minutes. You need lesson 00, or to know how an exercise is answered, and the rules for derivatives of powers.

# %%
import numpy as np
import torch

import autograd_lab as lab
from autograd_lab import figures

# %% [markdown]
# ## By hand
#
# The function of this lesson is
#
# $$Q = 3a^3 - b^2 .$$
#
# It is small enough for a hand, and it has what makes derivatives interesting: a power, a factor, a minus, and two
# inputs. We give it two values of a and two of b at once, as tensors, so Q has two entries as well.

# %%
a = torch.tensor([2.0, 3.0])
b = torch.tensor([6.0, 4.0])
print("Q =", (3 * a**3 - b**2).tolist())

# %% [markdown]
# The first entry is 3 · 2³ − 6² = 24 − 36 = −12, the second 3 · 3³ − 4² = 81 − 16 = 65. Entry 0 of Q depends only on entry 0
# of a and entry 0 of b, and entry 1 likewise. So each entry has its own little problem: how fast does this Q grow with this a?
#
# A derivative with respect to one input, with the others held still, is called a **partial derivative**, written ∂Q/∂a.

# %% [markdown]
# **Exercise: `derivatives.dq_da`.** Write `dq_da(a)`: by hand, the derivative of Q = 3a³ − b² with respect to a. `a` is a
# tensor of any shape; the result has the same shape and holds, in each place, the derivative with respect to that entry of
# a. For example, at a = 1 it is 9. Like every answer in this lesson, it leaves its argument as it was.


# %%
def dq_da(a):
    """Return the derivative of Q = 3a³ - b² with respect to a, entry by entry."""
    ### BEGIN SOLUTION
    return 9 * a**2
    ### END SOLUTION


dq_da = lab.check("derivatives.dq_da", dq_da)

# %% [markdown] tags=["solution"]
# The exponent 3 comes down and multiplies the 3 that is there; the power falls to 2. The part −b² doesn't change when a does,
# so it adds nothing: ∂Q/∂a = 9a².

# %% [markdown]
# **Exercise: `derivatives.dq_db`.** Write `dq_db(b)`: the derivative of Q = 3a³ − b² with respect to b, in the same way. For
# example, at b = 1 it is −2.


# %%
def dq_db(b):
    """Return the derivative of Q = 3a³ - b² with respect to b, entry by entry."""
    ### BEGIN SOLUTION
    return -2 * b
    ### END SOLUTION


dq_db = lab.check("derivatives.dq_db", dq_db)

# %% [markdown] tags=["solution"]
# The exponent 2 comes down, the power falls to 1, and the minus stays: ∂Q/∂b = −2b.

# %%
by_hand = dq_da(a), dq_db(b)
print("slopes in a:", by_hand[0].tolist())
print("slopes in b:", by_hand[1].tolist())

# %% [markdown]
# By hand the formula is exact, and you can read what it says. But it took a person, and the person may slip. For a network
# with its eleven million weights nobody would begin.
#
# ## By small steps
#
# The second way asks nothing about the formula. Stand at x, take a step of width h, and see how far f has risen:
#
# $$\text{slope} \approx \frac{\text{rise}}{\text{run}} = \frac{f(x + h) - f(x)}{h} .$$
#
# The line through the two points is a **secant**; the line that we want, which only touches the curve at x, is the
# **tangent**. This quotient is called the **forward difference**, because the step goes forward.

# %% [markdown]
# **Exercise: `derivatives.forward_difference`.** Write `forward_difference(f, x, h)`: exactly (f(x + h) − f(x)) / h. `f` is a
# function of one float that returns a float, `x` is a float, `h` a positive float; the result is a float. For example, for
# f(x) = x², x = 3 and h = 1 it is (16 − 9) / 1 = 7.


# %%
def forward_difference(f, x, h):
    """Return (f(x + h) - f(x)) / h."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


forward_difference = lab.check("derivatives.forward_difference", forward_difference)

# %% [markdown] tags=["solution"]
# Rise over run. Without the parentheses Python would divide f(x) alone, since a slash binds more tightly than a minus.

# %% [markdown]
# Try it on the part of Q that depends on a, at a = 1.3. The exact slope is 9 · 1.3² = 15.21. Move the slider: watch the
# secant turn into the tangent as h shrinks.


# %%
def f(x):
    """Return the part of Q that depends on a."""
    return 3 * x * x * x


def secant(ax, h):
    """Draw f, its tangent at 1.3, and the secant of width h."""
    x = np.linspace(0.6, 2.4, 100)
    slope = forward_difference(f, 1.3, h)
    ax.plot(x, f(x), color=figures.COLOURS[3])
    blue, orange = figures.COLOURS[:2]
    ax.plot(x, f(1.3) + 15.21 * (x - 1.3), "--", color=blue, label="tangent")
    ax.plot(x, f(1.3) + slope * (x - 1.3), color=orange, label="secant")
    ax.plot([1.3, 1.3 + h], [f(1.3), f(1.3 + h)], "o", color=orange)
    ax.set(title=f"h = {h:g}: slope {slope:.2f}", xlabel="a", ylim=(-10, 45))
    ax.legend(loc="upper left")


# %%
widths = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.01]
figures.slide(secant, "h", values=widths, stills=[1, 0.3, 0.05])
for h in (1, 0.3, 0.05):
    print(f"h = {h:<5} slope of the secant {forward_difference(f, 1.3, h):.2f}")

# %% [markdown]
# The error shrinks in step with h: a tenth of the step, about a tenth of the error. There is a cheap way to do much better.
# Step to both sides and divide by the whole width: the **central difference**. On both sides the curve lies above its tangent
# by nearly the same amount, and in the difference the two cancel.

# %% [markdown]
# **Exercise: `derivatives.central_difference`.** Write `central_difference(f, x, h)`: exactly (f(x + h) − f(x − h)) / (2h), with
# `f`, `x`, `h` as before. For example, for f(x) = x³, x = 1 and h = 1 it is (8 − 0) / 2 = 4.


# %%
def central_difference(f, x, h):
    """Return (f(x + h) - f(x - h)) / (2h)."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


central_difference = lab.check("derivatives.central_difference", central_difference)

# %% [markdown] tags=["solution"]
# From x − h to x + h the run is 2h. The parentheses around `2 * h` matter: `/ 2 * h` would divide by 2 and multiply by h.

# %%
for h in (0.1, 0.01, 0.001):
    errors = [abs(d(f, 1.3, h) - 15.21) for d in (forward_difference, central_difference)]
    print(f"h = {h:<6} error forward {errors[0]:.6f}   central {errors[1]:.6f}")

# %% [markdown]
# A tenth of the step: a tenth of the forward error, but a *hundredth* of the central one. Shall we go on, down to
# h = 10⁻¹⁶ or further? A float64, the type of a Python float, holds about 16 digits, and goes down to about 10⁻³⁰⁸.
#
# **Say it before you run it:** of all powers of ten from 1 to 10⁻¹⁶, at which h is the forward difference best, and about how
# many digits of the slope are right there? Write both numbers down.

# %%
steps = 10.0 ** -np.arange(0, 17)
ways = {
    "forward difference": forward_difference,
    "central difference": central_difference,
}
error = {name: [abs(d(f, 1.3, h) - 15.21) for h in steps] for name, d in ways.items()}
fig, ax = figures.new()
for (name, values), mark in zip(error.items(), "os", strict=True):
    ax.loglog(steps, values, mark + "-", label=name)
ax.set(xlabel="step h, getting smaller to the right", ylabel="error of the slope")
ax.invert_xaxis()
ax.legend()
best = {name: steps[int(np.argmin(values))] for name, values in error.items()}
said = ", ".join(f"{name} at h = {h:.0e}" for name, h in best.items())
figures.show(fig, f"Smallest error: {said}.")

# %% [markdown]
# First both lines fall, the central one twice as steeply. Then they turn and *rise*: at h = 10⁻¹⁶ the slope is off by 15.21,
# because the quotient is 0 there. What has happened?
#
# At h = 10⁻¹² the values f(x + h) and f(x) agree in their first 11 digits or so. In the subtraction these leading digits cancel,
# and the rounding in the last ones remains: about four good digits are left. (x + h is rounded too, so the step isn't quite h;
# that costs about as much.) The smaller the step, the less is left, until x + h *is* x. There are two errors, one that shrinks
# with h and one that grows, and the best h is about where they cross. For numbers of ordinary size that is near the square root
# of the rounding, √10⁻¹⁶ = 10⁻⁸, for the forward difference, and near its cube root, about 10⁻⁵, for the central one. Even there
# the forward difference has half of its 16 digits wrong.
#
# And the cost? A function of n inputs needs n + 1 values for all its forward differences, since f(x) serves for all, and 2n for
# the central ones.
#
# ## By machine
#
# The third way lets PyTorch watch the computation; the part of it that does is called **autograd**. It watches only what it is
# told to. A tensor doesn't track what is done to it unless it requires grad: made with `requires_grad=True`, switched on later with
# `requires_grad_()`, or computed from one that does. What made a tracked tensor stands in its `grad_fn`.

# %%
a, b = torch.tensor([2.0, 3.0]), torch.tensor([6.0, 4.0])
print("untracked:", (3 * a**3 - b**2).grad_fn)

a.requires_grad_()
b.requires_grad_()
Q = 3 * a**3 - b**2
print("tracked:  ", type(Q.grad_fn).__name__)

# %% [markdown]
# Now Q knows where it came from. This is the record, from the inputs at the left to Q at the right. Each box stands for one
# operation and knows how to carry a slope back through it: `PowBackward0` for a power, `MulBackward0` for a product, `SubBackward0`
# for a difference.

# %%
lab.draw_graph(Q, names={"a": a, "b": b, "Q": Q})

# %% [markdown]
# To go back, PyTorch walks this picture from the right to the left and multiplies slopes on the way. Along the upper path, from Q
# to a, it meets a minus (slope 1 for its first input), a factor of 3 (slope 3) and a cube (slope 3a²): 1 · 3 · 3a² = 9a².
# Each box needs one short rule, and no box needs to know the others.
#
# ## What `backward` collects
#
# One thing stands in the way.

# %%
try:
    Q.backward()
except RuntimeError as refusal:
    print(refusal)

# %% [markdown]
# ("Scalar outputs" are outputs of one number.) Q is two numbers, and "the slope of two numbers" is not a question with one answer.
# So you make one number of them: choose a weight for each entry and add up,
#
# $$S = w_0 Q_0 + w_1 Q_1 = \sum_i w_i Q_i .$$
#
# The slope of S with respect to a₀ is w₀ · ∂Q₀/∂a₀, plus w₁ times the slope of Q₁ in a₀, which here is zero. All slopes of one
# number together are called its **gradient**. **`Q.backward(gradient=w)` collects the gradient of this one number S**: in `a.grad`
# the slopes in a, in `b.grad` those in b. (The argument's name means: w is the gradient of S with respect to Q.)
#
# Two habits of `backward` to know: it *adds* to what `.grad` holds already, and it uses the record up. So the loop empties `.grad`
# (None means that nothing has been collected yet) and computes Q anew.

# %%
for w in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0]):
    a.grad = b.grad = None
    Q = 3 * a**3 - b**2
    Q.backward(gradient=torch.tensor(w))
    print("w =", w, "  a.grad =", a.grad.tolist(), "  b.grad =", b.grad.tolist())

# %% [markdown]
# With w = (1, 0) only Q₀ counts, and only a₀ and b₀ have slopes. With (1, 1) S is the plain sum. (−2b times a weight of 0 is
# written −0.0; it equals 0.)
#
# In general every entry of the output may depend on every input. Here is the table of all partial derivatives, a row for each output
# and a column for each input:
#
# | | a₀ | a₁ | b₀ | b₁ |
# | --- | ---: | ---: | ---: | ---: |
# | Q₀ | 36 | 0 | −12 | 0 |
# | Q₁ | 0 | 81 | 0 | −8 |
#
# It is called the **Jacobian**, J. Multiply each row by its weight and add the rows up: that is what `backward` collects, for (1, 1) the
# row (36, 81, −12, −8). The sum is written wᵀJ and called the **vector–Jacobian product**. It comes out in one trip back, and the table
# itself is never made; to get the whole table you need one trip for each row.

# %% [markdown]
# **Exercise: `derivatives.q_gradients`.** Write `q_gradients(a, b, external_grad)`. It returns the pair of tensors that
# `Q.backward(gradient=external_grad)` would collect in `a.grad` and `b.grad`, for Q = 3a³ − b². The three are plain float tensors of
# one shape, any shape, that don't require grad; after the call they still don't, and their `.grad` is still None. You may use your
# own formulas or let autograd do the work (`a.clone()` gives a copy with the same numbers). For example, a = (1.0,), b = (1.0,), external_grad = (10.0,) give (90.0,) and
# (−20.0,).


# %%
def q_gradients(a, b, external_grad):
    """Return what Q.backward(gradient=external_grad) would collect for a and b, with Q = 3a³ - b²."""
    ### BEGIN SOLUTION
    mine_a = a.clone().requires_grad_()
    mine_b = b.clone().requires_grad_()
    Q = 3 * mine_a**3 - mine_b**2
    Q.backward(gradient=external_grad)
    return mine_a.grad, mine_b.grad
    ### END SOLUTION


q_gradients = lab.check("derivatives.q_gradients", q_gradients)

# %% [markdown] tags=["solution"]
# The copies are leaves of their own, so the caller's tensors stay as they were, and nothing is added to old gradients. The
# two formulas do as well: `external_grad * 9 * a**2` and `external_grad * -2 * b`.

# %% [markdown]
# ## Do they agree?
#
# The hand has two formulas. The machine has collected its own numbers, last with w = (1, 1). Ask the plainest way (`a.detach()` is
# the same numbers, untracked):

# %%
print("a:", (dq_da(a.detach()) == a.grad).tolist())
print("b:", (dq_db(b.detach()) == b.grad).tolist())

# %% [markdown]
# All equal, to the last bit. Now take 1.3 for a instead. (All tensors here are float32, which PyTorch uses unless told otherwise: about
# seven digits.)

# %%
c = torch.tensor([1.3], requires_grad=True)
(3 * c**3).backward(gradient=torch.ones(1))
hand = 9 * c.detach() ** 2
print("equal:", bool(hand == c.grad))
print(f"hand {hand.item():.7f}, machine {c.grad.item():.7f}")

# %% [markdown]
# Nobody made a mistake. The hand computes 9 · (a²), the machine 3 · (3 · a²), and each product is rounded. Small whole numbers like 2
# and 3 hide that, because nothing has to be rounded. Two right answers may differ in their last digits, so
# `==` is the wrong question. The right one is: are they as close as rounding allows, *measured by the size of the numbers*?

# %% [markdown]
# **Exercise: `derivatives.close_enough`.** Write `close_enough(got, want)` for two tensors. It returns a plain `bool`: True when their
# shapes are equal, nothing in them is NaN ("not a number", what 0/0 gives), and the largest |got − want| is at most 1e-6 times the largest
# of all |got| and |want|. Two tensors of zeros are close. Different shapes give False, never an exception. For example, (1.0, 2.0) and
# (1.0, 2.000001) are close; (1.0, 2.0) and (1.0, 2.1) are not. Infinite entries and empty tensors won't be asked.
#
# (Why 1e-6: a float32 rounds to about 1.2e-7 of its size, and a few roundings add up.)


# %%
def close_enough(got, want):
    """Return whether two tensors are equal up to 1e-6 of their largest entry."""
    ### BEGIN SOLUTION
    if got.shape != want.shape:
        return False
    size = max(got.abs().max(), want.abs().max())
    return bool((got - want).abs().max() <= 1e-6 * size)
    ### END SOLUTION


close_enough = lab.check("derivatives.close_enough", close_enough)

# %% [markdown] tags=["solution"]
# The shapes come first, since tensors of different shapes can often be subtracted all the same. `<=` and not `<`, for the
# zeros. And NaN needs no line of its own: it makes both maxima NaN, and no comparison with NaN is true.

# %%
generator = torch.Generator().manual_seed(0)
many_a, many_b, w = (torch.randn(1000, generator=generator) for _ in range(3))
hand = w * dq_da(many_a), w * dq_db(many_b)
tracked_a, tracked_b = many_a.clone().requires_grad_(), many_b.clone().requires_grad_()
(3 * tracked_a**3 - tracked_b**2).backward(gradient=w)
machine = tracked_a.grad, tracked_b.grad
for name, h, m in zip("ab", hand, machine, strict=True):
    print(f"{name}: equal {bool((h == m).all())}, close enough {close_enough(h, m)}")

# %% [markdown]
# A thousand random points, with random weights. In a many entries differ in their last digit; in b none does, since multiplying by 2
# and by −1 never rounds. And they agree.
#
# ## Which way?
#
# At a = 1.3, in float64, each way at its best:

# %%
x = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
(3 * x**3).backward()
errors = {name: min(values) for name, values in error.items()}
errors["machine"] = abs(x.grad.item() - 15.21)
for name, size in errors.items():
    digits = "all" if size < 1e-14 else f"about {-np.log10(size / 15.21):.0f}"
    print(f"{name:<20} {digits} of 16 digits right")

# %% [markdown]
# | way | exact? | cost of n slopes of one number | needs |
# | --- | --- | --- | --- |
# | by hand | the formula is, its value up to rounding | a person | the formula |
# | by small steps | half of the digits, or two thirds | n + 1 evaluations, or 2n | values of f |
# | by machine | up to rounding | a few evaluations, whatever n is | the program of f |
#
# (The last cost is only claimed here. Lesson 00 measured it once, and a later lesson shows why it is so.)
#
# The machine's way is not a better approximation: it makes no step at all. It applies the rules of the hand, one operation at a
# time, to the numbers that are there. It is called **automatic differentiation**.
#
# The small steps keep one great virtue: they know nothing of the rules. So they are what you check a rule with, when you have
# written one yourself and don't trust it yet.
#
# ## Recap
#
# Trust the machine, up to rounding. Check it by small steps, to ten digits with central ones. Do by hand what you want to understand.
#
# - A difference quotient has two errors: a large step cuts off the bend of the curve, a small one loses digits in the
#   subtraction. Smaller is better only up to a point: about 10⁻⁸ forward, 10⁻⁵ central, in float64.
# - PyTorch records what is done to tensors with `requires_grad=True`, and goes back through the record.
# - `Q.backward(gradient=w)` collects the slopes of the one number Σ w·Q.
# - Compare gradients with a tolerance that follows the size of the numbers, never with `==`.
#
# How does the trip back work when many operations lie between? Before that question comes a simpler machine, which carries each
# slope along on the way *forward*.
#
# ## Sources
#
# - W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery, *Numerical Recipes*, 3rd edition, Cambridge University Press, 2007,
#   section 5.7: the best step of a difference quotient.
# - A. Griewank, A. Walther, [Evaluating Derivatives](https://doi.org/10.1137/1.9780898717761), 2nd edition, SIAM, 2008, chapters 1,
#   3 and 4: what automatic differentiation is, and what it costs.
# - PyTorch documentation, [torch.Tensor.backward](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html): the
#   argument `gradient`.
# - PyTorch tutorials, [A Gentle Introduction to torch.autograd](https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html):
#   the example Q = 3a³ − b².
