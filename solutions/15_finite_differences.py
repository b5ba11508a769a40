# %% [markdown]
# # 15 · Finite differences: how to trust a number
#
# You have written a gradient, and want to know whether it is right. The plainest witness is a difference quotient: it knows nothing of
# your formulas and asks only for values of the function. But it is nearly always off itself. **How near can such a number come to the
# derivative, and how do you know how near it has come?**
#
# Lesson 01 ended with a step that should not be made smaller. Here you will learn to say beforehand which step that is, for any type of
# number; to make two bad estimates into a good one; and to take a step that may be as small as 10⁻²⁰⁰.
#
# After this lesson you will be able to
#
# - say how far apart two arrays are, in a way that doesn't depend on their size;
# - tell truncation from rounding on a curve, and predict the best step;
# - compute the gradient of any function of an array by numbers, without three common slips;
# - improve a difference quotient by Richardson's trick, and let it estimate its own error;
# - use the complex step, and say where it fails.
#
# Time: 50 minutes. You need lesson 01.

# %%
import math

import numpy as np

import autograd_lab as lab
from autograd_lab import figures

# %% [markdown]
# ## How far apart
#
# Is 0.001 a large error? Beside 1000 it is nothing; beside 0.002 it is half. So an error is measured against the size of the
# numbers: the **relative error**. For arrays there are several ways to do that. Dividing entry by entry is a bad one: where the right value is
# 0, or nearly, one entry that hardly matters decides the whole result.
#
# Treat the array as one long vector instead. Its size is its **2-norm**, the root of the sum of the squares of all entries,
# $\lVert x \rVert = \sqrt{\sum_i x_i^2}$. Then
#
# $$\text{relative error} = \frac{\lVert \text{got} - \text{want} \rVert}{\max(\lVert \text{got} \rVert,\, \lVert \text{want} \rVert)} .$$
#
# Why the larger of the two? So that it doesn't matter which of them is called right, and so that the result has a limit: since
# ‖got − want‖ ≤ ‖got‖ + ‖want‖, it is never more than 2. The price: a small entry may be quite wrong beside large ones, and this number hardly shows it.

# %% [markdown]
# **Exercise: `finite_differences.relative_error`.** Write `relative_error(got, want)` by that formula. Both are NumPy arrays of one shape, any
# shape, float64. Where both are 0 everywhere, the error is 0.0. Return one number, and leave the arguments as they were. For example, for
# got = [3, 0] and want = [0, 4] it is 5 / 4 = 1.25.


# %%
def relative_error(got, want):
    """Return the distance of got from want, divided by the larger norm."""
    ### BEGIN SOLUTION
    size = max(np.linalg.norm(got), np.linalg.norm(want))
    if size == 0:
        return 0.0
    return np.linalg.norm(got - want) / size
    ### END SOLUTION


relative_error = lab.check("finite_differences.relative_error", relative_error)

# %% [markdown] tags=["solution"]
# Without further options `np.linalg.norm` is the root of the sum of all squares, whatever the shape. (With a 2 behind, it is something else for a matrix.)

# %% [markdown]
# ## Two errors
#
# Take f(x) = x³/3, whose slope is x². Put x + h in and multiply out: the one-sided quotient is
#
# $$\frac{f(x+h) - f(x)}{h} = x^2 + x\,h + \tfrac13 h^2,$$
#
# and the central one
#
# $$\frac{f(x+h) - f(x-h)}{2h} = x^2 + \tfrac13 h^2 .$$
#
# What comes after x² is the **truncation error**: the price for a step that isn't 0. It shrinks like h for the one-sided quotient, and
# like h² for the central one: we say that they are of **first** and of **second order**. For any smooth function it is the same, with other
# factors (unless a factor happens to be 0).
#
# The other error comes from the numbers themselves. A float holds a fixed number of digits. The distance from 1 to the next larger
# float is called **eps**; around 1, every result is rounded by up to half of it.

# %%
for dtype in (np.float16, np.float32, np.float64):
    print(f"{np.dtype(dtype).name}: eps = {np.finfo(dtype).eps:.2e}")

# %% [markdown]
# So the two values of f are each off by about eps. In the difference the leading digits cancel, and the error stays; divided by h,
# it becomes about eps/h. This is the **rounding error**, and it *grows* when h shrinks.
#
# The cell measures both. Every step is a power of two, so that here x + h is exact as well. With another h it would be rounded, which adds one more error
# of about eps/h.


# %%
def f(x):
    """Return x³/3, computed in the type of x."""
    return x * x * x / type(x)(3)


def quotient(order, x, h):
    """Return the one-sided (order 1) or the central quotient (order 2)."""
    return (f(x + h) - f(x)) / h if order == 1 else (f(x + h) - f(x - h)) / (h + h)


def errors(order, dtype, steps):
    """Return how far the quotient is from the slope, for each step."""
    x = dtype(1.1)
    slope = float(x) * float(x)
    return np.array([abs(float(quotient(order, x, dtype(h))) - slope) for h in steps])


cases = [(order, dtype) for dtype in (np.float32, np.float64) for order in (1, 2)]
ways = {1: "one-sided", 2: "central"}
steps = {np.float32: 2.0 ** -np.arange(1, 23), np.float64: 2.0 ** -np.arange(1, 51)}

# %% [markdown]
# ## Where the two errors meet
#
# **Before you run it:** let the step shrink, from the right to the left. Which of the four curves will reach down furthest, and which will turn up first?


# %%
def draw(marked=None):
    """Draw the four curves; mark the steps that `marked(order, dtype)` returns."""
    fig, axes = figures.new(7, 3, columns=2)
    for order, dtype in cases:
        ax = axes[int(dtype is np.float64)]
        colour = figures.COLOURS[order - 1]
        curve = errors(order, dtype, steps[dtype])
        ax.loglog(steps[dtype], np.maximum(curve, 1e-17), color=colour, label=ways[order])
        ax.set(title=np.dtype(dtype).name, xlabel="step h")
        if marked:
            ax.axvline(marked(order, dtype), color=colour, linestyle=":")
    axes[0].set_ylabel("error of the slope")
    axes[0].legend()
    return fig


lowest = {
    case: steps[case[1]][np.argmin(errors(*case, steps[case[1]]))] for case in cases
}
said = [f"{ways[o]} in {np.dtype(d).name}: {h:.0e}" for (o, d), h in lowest.items()]
figures.show(draw(), "The step with the smallest error: " + ", ".join(said) + ".")

# %% [markdown]
# The central quotient in float64 reaches down furthest, and the central one in float32 turns first, at the largest step. Each curve is a U, seen from the right: a straight line down (truncation, of slope 1 or 2 on these axes), a lowest point, and a ragged line up
# (rounding; it looks random because each rounding falls as it will). Some single points lie very low by luck. Don't trust luck: the line that
# counts is the one that the ragged points stay below.
#
# The lowest point lies where the two errors are about equal: for the one-sided quotient where h = eps/h. What is that for the central one?

# %% [markdown]
# **Exercise: `finite_differences.best_step`.** Write `best_step(order, dtype)`: about which step h makes the error smallest, for a function that is, with
# its derivatives and with x, about 1. `order` is 1 for the one-sided quotient and 2 for the central one; `dtype` is a NumPy dtype of floats or its name
# (np.float32, np.dtype("float16"), "float64" …; `np.finfo` takes all of them). Return one positive number. Constants don't matter: it is right if it lies
# within a factor of 4 of what theory says.


# %%
def best_step(order, dtype):
    """Return about the best step for a quotient of that order in that dtype."""
    ### BEGIN SOLUTION
    return np.finfo(dtype).eps ** (1 / (order + 1))
    ### END SOLUTION


best_step = lab.check("finite_differences.best_step", best_step)

# %% [markdown] tags=["solution"]
# The truncation error is about h to the power of the order, and the rounding error about eps/h. They are equal where h to the power of (order + 1) is eps.

# %%
predicted = {case: best_step(*case) for case in cases}
said = [f"{ways[o]} in {np.dtype(d).name}: {h:.0e}" for (o, d), h in predicted.items()]
figures.show(draw(best_step), "Dotted: the predicted best step, " + ", ".join(said) + ".")

# %%
for (order, dtype), h in predicted.items():
    error = errors(order, dtype, [h])[0]
    good = error < 10 * np.finfo(dtype).eps ** (order / (order + 1))
    name = np.dtype(dtype).name
    print(
        f"{ways[order]:<9} in {name}: within ten times eps^({order}/{order + 1}): {good}"
    )

# %% [markdown]
# The lowest measured points lie a few times further to the left: constants, and luck. At the best step the error is about eps to the power of 1/2 for the one-sided quotient, and of 2/3 for the central one. In digits: of the 7 that float32 has, the
# one-sided quotient gets three or four, and the central one about five. Of the 16 of float64 they get about 8 and about 10. **With these two formulas no choice of h
# gets more**, luck and special functions aside.
# So never judge a float32 gradient by a float32 difference: lift the function to float64 first.
#
# ## A gradient by numbers
#
# For a function of an array, move one entry at a time. It sounds easier than it is:

# %%
x = np.array([1, 2, 3])
x[0] += 0.1
print("an array of whole numbers after x[0] += 0.1:", x.tolist())

# %% [markdown]
# Whole numbers stay whole, and nobody complains. float32 arrays stay float32. And `ravel`, which lays all entries in one row, gives the same memory in one case and a copy
# in another: what you change in a copy, f never sees. All three make gradients that are wrong for some inputs only.

# %% [markdown]
# **Exercise: `finite_differences.numerical_gradient`.** Write `numerical_gradient(f, x, h)`: the gradient of f at x by central differences with the step h, one entry
# after another. `f` takes an array of the shape of x and returns one number. `x` is an array of any shape, also (), of floats of any precision or of whole numbers, and may lie
# in memory in any order (a transposed array, every second entry, read-only). Compute on a float64 copy. Return a float64 array of the shape of x: in each place
# (f(x + h in that place) − f(x − h in that place)) / (2h). `x` is left as it was. For example, for f(x) = sum of x² at x = [1, 2] and h = 0.5 it is [2, 4].
# (`np.ndindex(shape)` goes through all places of an array of that shape.)


# %%
def numerical_gradient(f, x, h):
    """Return the gradient of f at x by central differences."""
    ### BEGIN SOLUTION
    y = np.array(x, dtype=np.float64)
    gradient = np.empty(y.shape)
    for place in np.ndindex(y.shape):
        old = y[place]
        y[place] = old + h
        above = f(y)
        y[place] = old - h
        below = f(y)
        y[place] = old
        gradient[place] = (above - below) / (2 * h)
    return gradient
    ### END SOLUTION


numerical_gradient = lab.check(
    "finite_differences.numerical_gradient", numerical_gradient
)

# %% [markdown] tags=["solution"]
# `np.array(x, dtype=np.float64)` always copies. Each entry is put back before the next one moves: `old`, and not `y[place] += h`, since adding h and
# taking it away again needn't give back the same number.

# %% [markdown]
# Now it can be a witness. Here is a function, and two gradients of it that somebody wrote. One of them is wrong.


# %%
def g(x):
    """Return the logarithm of the sum of the exponentials."""
    return float(np.log(np.sum(np.exp(x))))


x = np.array([[0.5, -1.0, 2.0], [0.0, 1.5, -0.5]])
candidates = {
    "exp(x) / sum(exp(x))": np.exp(x) / np.exp(x).sum(),
    "exp(x) / sum of its row": np.exp(x) / np.exp(x).sum(axis=1, keepdims=True),
}
witness = numerical_gradient(g, x, best_step(2, np.float64))
for name, gradient in candidates.items():
    error = relative_error(gradient, witness)
    print(f"{name:<24} below 1e-8: {error < 1e-8!s:<6} above 0.1: {error > 0.1}")

# %% [markdown]
# The first agrees to more than eight digits, and the second is off by more than a tenth. Between them there is a wide gap, and that is what one hopes for: a right gradient and a
# wrong one should not lie close together. How wide it is, is for you to arrange, by the step, by the precision, and by the function.
#
# The witness called `g` twice for each entry. For a hundred entries that is quick. For the 11.7 million weights of ResNet-18 it would be more than twenty-three million forward
# passes; lesson 16 shows how to make do with a few.
#
# ## Two estimates make a better one
#
# Better numbers needn't come from smaller steps. Let D(h) be the central quotient. For a smooth function
#
# $$D(h) = f'(x) + c\,h^2 + d\,h^4 + \dots$$
#
# with numbers c and d that we don't know. We do know how the error changes: with half the step, the term with h² is a *quarter* as large. Two equations, and c can be
# got rid of. An example with numbers: for f(x) = x⁵ at x = 1, D(1) = 16 and D(1/2) = 7.5625, where 5 is right.

# %% [markdown]
# **Exercise: `finite_differences.richardson`.** Write `richardson(f, x, h)`: combine D(h) and D(h/2) so that the term with h² drops out and f′(x) stays. x is a float and h > 0 a
# float; f takes a float and returns one. Call f at most four times. Return a float. For the example it is 4.75.


# %%
def richardson(f, x, h):
    """Return the derivative of f at x, of fourth order, from two central differences."""
    ### BEGIN SOLUTION
    wide = (f(x + h) - f(x - h)) / (2 * h)
    narrow = (f(x + h / 2) - f(x - h / 2)) / h
    return (4 * narrow - wide) / 3
    ### END SOLUTION


richardson = lab.check("finite_differences.richardson", richardson)

# %% [markdown] tags=["solution"]
# 4 D(h/2) has the same c h² as D(h). In the difference it is gone, and 4 f′ − f′ = 3 f′ is left.

# %%
print("      h   error of D(h)   error of Richardson   estimated error of D(h)")
for h in (0.2, 0.1, 0.05):
    wide = (math.exp(1 + h) - math.exp(1 - h)) / (2 * h)
    better = richardson(math.exp, 1.0, h)
    columns = (abs(wide - math.e), abs(better - math.e), abs(wide - better))
    print(f"{h:>7} {columns[0]:>15.1e} {columns[1]:>21.1e} {columns[2]:>25.1e}")

# %% [markdown]
# Half the step: a quarter of the error of D, and a *sixteenth* of Richardson's. And look at the last column. It is the difference of the two estimates, so it can be computed
# without knowing the truth, and it is nearly the true error of D(h). **A number that brings an estimate of its error along is a witness whom you can cross-examine.**
#
# It holds while the term with h² is the largest part of the error, and that can be tested: then half the step makes a quarter of the estimate, as it does above. (For sin 2πx at 0 with
# h = 1 both quotients are 0, and so is the estimate, but the slope is 2π.)
#
# `lab.verify`, which lesson 16 uses, takes its numbers this way: steps that halve, extrapolated, until the estimate says that they have settled.
#
# The trick can be used again on its own results: from two of fourth order comes one of sixth, with the weights 16 and −1 and divided by 15. Here the steps
# 0.1, 0.05 and 0.025 then give eleven digits, and at such steps rounding hardly counts.
#
# ## A step without a difference
#
# Rounding hurt because two nearly equal numbers were subtracted. There is a way without a subtraction. Take a step in a direction where the real numbers have no place: ih, where i is
# the imaginary unit, i² = −1. For x³/3,
#
# $$f(x + ih) = \frac{(x + ih)^3}{3} = \left(\frac{x^3}{3} - x\,h^2\right) + i\left(x^2 h - \frac{h^3}{3}\right) .$$
#
# The real part holds the value, and the imaginary part holds h times the slope. Nothing was subtracted that is nearly equal. For every function that is built from powers, exponentials, sines and
# the like, with real constants (an **analytic** function), it is so: f(x + ih) = f(x) + i h f′(x) − …, and the next terms have h² and h³.

# %% [markdown]
# **Exercise: `finite_differences.complex_step`.** Write `complex_step(f, x, h)`: the imaginary part of f(x + ih), divided by h. x is a float and h a positive float, as small as 1e-200. f is built
# from analytic NumPy functions and + − * / **, and takes a float or a complex number (in Python `1j` is i). Return a real number. For example, for f(x) = x³ at x = 2 and h = 0.5 it is 12 − 0.25 = 11.75.


# %%
def complex_step(f, x, h):
    """Return the derivative of f at x by the complex step."""
    ### BEGIN SOLUTION
    return f(x + 1j * h).imag / h
    ### END SOLUTION


complex_step = lab.check("finite_differences.complex_step", complex_step)

# %% [markdown] tags=["solution"]
# `.imag` first, then the division: the imaginary part of a complex number is real.

# %% [markdown]
# **Say it before you run it:** how many of 16 digits are right with h = 10⁻²⁰⁰? And what becomes of the two quotients there?


# %%
def cube(z):
    """Return z³/3 for real and for complex z."""
    return z * z * z / 3


small = 2.0 ** -np.arange(1, 1000, 9)
truth = 1.1 * 1.1
methods = {
    "one-sided": lambda h: (cube(1.1 + h) - cube(1.1)) / h,
    "central": lambda h: (cube(1.1 + h) - cube(1.1 - h)) / (2 * h),
    "complex step": lambda h: complex_step(cube, 1.1, h),
}
fig, ax = figures.new(6.5, 3)
for (name, way), mark in zip(methods.items(), ("-", "--", "-")):
    ax.loglog(small, [max(abs(way(h) - truth), 1e-17) for h in small], mark, label=name)
ax.set(xlabel="step h", ylabel="error of the slope (0 drawn at 1e-17)")
ax.legend()
worst = max(abs(complex_step(cube, 1.1, h) - truth) for h in small[small < 1e-8])
caption = (
    f"Below h = 1e-8 the complex step is off by 1e-15 at most: {worst <= 1e-15}. The two "
)
caption += "quotients have no digit left from about 1e-16 down. "
figures.show(fig, caption + f"The smallest step here is {small[-1]:.0e}.")

# %% [markdown]
# All sixteen, or fifteen: as many as the function's own arithmetic leaves. (Where f itself subtracts nearly equal numbers, the complex step suffers as f does.) The curve has no second half of
# the U: once h² is smaller than eps there is nothing left to gain or to lose, down to about 10⁻³⁰⁰. (Below 10⁻³⁰⁸ a float itself has fewer digits.)
#
# It has a price. The function must be computed with complex numbers all the way, and must be analytic. Which of two complex numbers is larger, plain Python and PyTorch refuse to say;
# NumPy compares the real parts first, which may be just what you want. An absolute value raises no error, and gives a wrong slope:

# %%
print(
    "slope of |x| at -2:  right is -1, the complex step says",
    complex_step(abs, -2.0, 1e-20),
)

# %% [markdown]
# `abs` of a complex number is its distance from 0, a real number: the imaginary part is gone, and the slope with it. A network with tanh can be checked this way; one with relu needs care.
#
# ## Recap
#
# A difference quotient comes as near as the crossing of two errors lets it, one that shrinks with h and one that grows; you know how near because you know both orders, or because a
# second step tells you.
#
# - Measure errors relative to the larger of the two norms.
# - The best step is about eps to the power of 1/2 (one-sided) or 1/3 (central). In float32 the two quotients give about four and five digits: lift to float64.
# - A numerical gradient works on a float64 copy, entry by entry, and puts each entry back.
# - Richardson: (4 D(h/2) − D(h)) / 3 is of fourth order, and its distance from D(h) is an estimate of the error of D(h).
# - The complex step takes no difference, so its step can be tiny. It needs an analytic function.
#
# Next: from one number to a whole network, and what can fool a check.
#
# ## Sources
#
# - W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery, Numerical Recipes, 3rd edition, Cambridge University Press, 2007, section 5.7: the best step.
# - L. F. Richardson, [The approximate arithmetical solution by finite differences of physical problems …](https://doi.org/10.1098/rsta.1911.0009), Philosophical Transactions of the
#   Royal Society of London A 210, 1911.
# - C. J. F. Ridders, [Accurate computation of F′(x) and F′(x)F″(x)](https://doi.org/10.1016/S0141-1195(82)80057-0), Advances in Engineering Software 4, 1982: the trick
#   used again and again, with an estimate of the error.
# - W. Squire, G. Trapp, [Using complex variables to estimate derivatives of real functions](https://doi.org/10.1137/S003614459631241X), SIAM Review 40, 1998.
