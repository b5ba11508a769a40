# %% [markdown]
# # 02 · Forward mode: a slope carried along
#
# Lesson 01 ended with a machine that finds exact slopes, and didn't say how it works. The simplest such machine can be written in
# twenty lines: it lets every number carry its own rate of change along. **How does a program carry a derivative forward through
# a computation, and why are networks not trained that way?**
#
# The answer to the second half is a count that you will make yourself. And on the way there waits a trap that
# a widely used library fell into: a program of one line whose derivative everybody gets right by hand, and the machine gets
# wrong.
#
# After this lesson you will be able to
#
# - write the rule that carries a rate of change through an operation;
# - find how outputs change in a direction of the inputs, in one pass, without choosing a step;
# - build the table of all partial derivatives, column by column, and say what it costs;
# - say when a derivative inside a derivative goes wrong, and what cures it.
#
# Time: 50 minutes. You need lesson 01.

# %%
import math
import warnings

import numpy as np
import torch

import autograd_lab as lab
from autograd_lab import figures

Dual = lab.engine.Dual
# PyTorch's forward mode uses a deprecated part of PyTorch, and warns about it
warnings.filterwarnings("ignore", "`torch.jit.script`", FutureWarning)

# %% [markdown]
# ## A number and its rate
#
# A square has sides of 3 m, and each grows by 0.1 m a second. How fast does its area grow? The area is s², and its slope in s is 2s = 6,
# so it grows by 6 · 0.1 = 0.6 m² a second. We multiplied a slope by a rate, and got a rate.
#
# Go on: the square is the base of a box 2 m high, whose height *shrinks* by 0.2 m a second. The volume is area times height. The
# growing area adds 0.6 · 2 = 1.2, and the shrinking height takes away 9 · 0.2 = 1.8: the volume changes by −0.6 m³ a second. To
# say so we needed the values 9 and 2 and the rates 0.6 and −0.2, and no formula for the volume in terms of time.
#
# So carry two numbers instead of one: the **value** and how fast it changes, the **tangent**. Such a pair is called a **dual number**.
# Every operation that has a slope can take dual numbers and return one: its result's value, as always, and its result's tangent, by
# the chain rule. Here is the box again, as a table that a program fills from the top:
#
# | | value | tangent |
# | --- | ---: | ---: |
# | s | 3 | 0.1 |
# | height | 2 | −0.2 |
# | s · s | 9 | 0.6 |
# | s · s · height | 18 | −0.6 |
#
# To check it, write down the formula in time after all, and take small steps:


# %%
def volume(t):
    """Return the volume of the box after t seconds."""
    return (3 + 0.1 * t) ** 2 * (2 - 0.2 * t)


h = 1e-5
print(f"by small steps: {(volume(h) - volume(-h)) / (2 * h):.6f} m³ a second")

# %% [markdown]
# ## Rules for pairs
#
# You write four of the rules. Each takes values and tangents, and returns a pair. A sum is the easiest, so here it is: its value is
# x + y, and the two rates add up.


# %%
def dual_add(x, dx, y, dy):
    """Return the value and the tangent of x + y."""
    return x + y, dx + dy


print(dual_add(3.0, 0.1, 2.0, -0.2))

# %% [markdown]
# **Exercise: `forward_mode.dual_mul`.** Write `dual_mul(x, dx, y, dy)`: four floats, the value and the tangent of x and of y. It returns
# the pair (value, tangent) of x · y. For example, `dual_mul(2.0, 1.0, 5.0, 0.0)` is `(10.0, 5.0)`.


# %%
def dual_mul(x, dx, y, dy):
    """Return the value and the tangent of x * y."""
    ### BEGIN SOLUTION
    return x * y, dx * y + x * dy
    ### END SOLUTION


dual_mul = lab.check("forward_mode.dual_mul", dual_mul)

# %% [markdown] tags=["solution"]
# Both factors move: x's movement counts y times, and y's counts x times. That is the product rule. The product of the two tangents
# doesn't occur: it belongs to a movement of second order, which vanishes against the first for small times.

# %% [markdown]
# **Exercise: `forward_mode.dual_div`.** Write `dual_div(x, dx, y, dy)`: the pair (value, tangent) of x / y, for y ≠ 0. For example,
# `dual_div(6.0, 0.0, 2.0, 1.0)` is `(3.0, -1.5)`.


# %%
def dual_div(x, dx, y, dy):
    """Return the value and the tangent of x / y."""
    ### BEGIN SOLUTION
    return x / y, (dx * y - x * dy) / y**2
    ### END SOLUTION


dual_div = lab.check("forward_mode.dual_div", dual_div)

# %% [markdown] tags=["solution"]
# The quotient rule. With q = x / y it can be read in another way: the tangent is (dx − q · dy) / y.

# %% [markdown]
# **Exercise: `forward_mode.dual_pow`.** Write `dual_pow(x, dx, n)`: the pair (value, tangent) of xⁿ. n is a constant, an int or a float,
# and doesn't change; it may be negative, 0, 1 or 0.5. x is positive where n isn't whole, and x isn't 0 where n is negative. With n = 0, 1, 2 … x may be 0 too
# (0⁰ is 1, as in Python). For example, `dual_pow(1.0, 2.0, 3)` is `(1.0, 6.0)`.


# %%
def dual_pow(x, dx, n):
    """Return the value and the tangent of x ** n, for a constant n."""
    ### BEGIN SOLUTION
    if n == 0:
        return 1.0, 0.0
    return x**n, n * x ** (n - 1) * dx
    ### END SOLUTION


dual_pow = lab.check("forward_mode.dual_pow", dual_pow)

# %% [markdown] tags=["solution"]
# The power's slope, n · xⁿ⁻¹, times the tangent of x. x⁰ doesn't change at all; without a line of its own, x = 0 would ask for 0⁻¹.

# %% [markdown]
# **Exercise: `forward_mode.dual_tanh`.** Write `dual_tanh(x, dx)`: the pair (value, tangent) of tanh x, for any x. The slope is 1 − tanh² x. For
# example, `dual_tanh(0.0, 2.0)` is `(0.0, 2.0)`.


# %%
def dual_tanh(x, dx):
    """Return the value and the tangent of tanh(x)."""
    ### BEGIN SOLUTION
    y = math.tanh(x)
    return y, (1 - y * y) * dx
    ### END SOLUTION


dual_tanh = lab.check("forward_mode.dual_tanh", dual_tanh)

# %% [markdown] tags=["solution"]
# The slope can be computed from the result, so tanh is needed once. Many rules are like that: exp, sqrt, sigmoid.

# %% [markdown]
# Every rule has the same form: **for each number that goes in, multiply the slope in it by its tangent; the sum of these products
# is the tangent of the result.** That sentence is the chain rule, and forward mode does nothing else.
#
# Now put the pair into a class, so that programs can be written as always. Python calls `__mul__` when it meets a `*`.


# %%
class Pair:
    """A value and a tangent that travel together."""

    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        return Pair(*dual_add(self.value, self.tangent, other.value, other.tangent))

    def __mul__(self, other):
        return Pair(*dual_mul(self.value, self.tangent, other.value, other.tangent))

    def __pow__(self, n):
        return Pair(*dual_pow(self.value, self.tangent, n))

    def tanh(self):
        return Pair(*dual_tanh(self.value, self.tangent))


side, height = Pair(3.0, 0.1), Pair(2.0, -0.2)
box = side * side * height
print(f"volume {box.value:.1f} m³, changing by {box.tangent:.1f} m³ a second")

# %% [markdown]
# The program `side * side * height` knows nothing of derivatives. It was handed other numbers, and its result brought the slope along.
#
# `lab.engine.Dual` is this class, finished: `+ - * / **`, plain numbers mixed in, and `exp log sin cos tanh sqrt relu`. Its source is
# short (`lab.engine.Dual??`).
#
# ## One pass, one direction
#
# Here is a function of two inputs, with three outputs: x · y + sin x, y², and the constant 7. Give x the tangent 1 and y the tangent 0:
# then only x moves, and each output's tangent is its partial derivative in x.


# %%
def f(p):
    """Return three outputs of two inputs."""
    x, y = p
    return [x * y + x.sin(), y**2, 7.0]


for v in ([1.0, 0.0], [0.0, 1.0], [3.0, -1.0]):
    outputs = f([Dual(2.0, v[0]), Dual(5.0, v[1])])
    print(v, "->", [f"{out.tangent:.4f}" for out in outputs[:2]])

# %% [markdown]
# The first line holds the slopes of both outputs in x: y + cos x = 5 + cos 2 = 4.5839, and 0. The second holds those in y: x = 2, and 2y = 10. And
# the third? Both inputs move at once, x by 3 and y by −1: that is 3 times the first line minus the second, 3 · 4.58385 − 2 = 11.7516 and −10.
#
# The list of rates that we choose for the inputs is a **direction**, v. (Its length counts: twice the rates give twice the result.) What comes out is the table of all partial derivatives, the
# **Jacobian** J (lesson 01), times v: the **Jacobian–vector product**, or **JVP**. One pass gives one JVP, with no step to choose, and the table itself
# is never made. The third output, 7.0, doesn't depend on the inputs at all. It is a plain number, and its tangent is 0.

# %% [markdown]
# **Exercise: `forward_mode.jvp`.** Write `jvp(f, x, v)`. `f` takes a list of `lab.engine.Dual` and returns a list of them, in which some
# entries may be plain numbers (int or float) where an output doesn't depend on the inputs. `x` and `v` are lists of floats of one length,
# the point and the direction. Return two lists of floats, `(values, tangents)`: f's outputs at x, and how fast they change when x moves
# in the direction v. Call f once, and leave `x` and `v` as they were. A Dual is made by `Dual(value, tangent)` and has `.value` and
# `.tangent`. For example, for `f(p) = [p[0] * p[1], 7.0]`, `jvp(f, [2.0, 5.0], [1.0, 0.0])` is `([10.0, 7.0], [5.0, 0.0])`.


# %%
def jvp(f, x, v):
    """Return the values of f at x and their rates of change in the direction v."""
    ### BEGIN SOLUTION
    outputs = f([Dual(value, tangent) for value, tangent in zip(x, v)])
    outputs = [y if isinstance(y, Dual) else Dual(y) for y in outputs]
    return [y.value for y in outputs], [y.tangent for y in outputs]
    ### END SOLUTION


jvp = lab.check("forward_mode.jvp", jvp)

# %% [markdown] tags=["solution"]
# A plain number is a Dual whose tangent is 0: turn it into one, and the last line needs no cases.

# %%
values, tangents = jvp(f, [2.0, 5.0], [3.0, -1.0])
print("values:  ", [f"{value:.4f}" for value in values])
print("tangents:", [f"{tangent:.4f}" for tangent in tangents])

# %% [markdown]
# Compare that with a difference quotient: no step was chosen, so there is no error from a step. What is left is the rounding of each
# operation.
#
# ## A table, column by column
#
# With the direction (1, 0) a pass gave the slopes of all outputs in the first input: the first *column* of the Jacobian. So the whole
# table takes one pass for each input, each with a 1 in another place.

# %% [markdown]
# **Exercise: `forward_mode.jacobian`.** Write `jacobian(f, x)`, with f and x as before: f returns a list of m Duals or plain numbers, x is a list
# of n floats, n at least 1. Return a float64 NumPy array of shape (m, n): in row i and column j stands the derivative of output i with respect
# to input j. You may use `jvp`. For example, for `f(p) = [p[0] * p[1], 7.0, p[0]]` at x = [2.0, 5.0] it is [[5, 2], [0, 0], [1, 0]].


# %%
def jacobian(f, x):
    """Return the table of all partial derivatives of f at x."""
    ### BEGIN SOLUTION
    columns = []
    for j in range(len(x)):
        direction = [1.0 if i == j else 0.0 for i in range(len(x))]
        _, column = jvp(f, x, direction)
        columns.append(column)
    return np.array(columns).T
    ### END SOLUTION


jacobian = lab.check("forward_mode.jacobian", jacobian)

# %% [markdown] tags=["solution"]
# Each pass makes a column, and NumPy stacks what it is given as rows: hence the transpose. Every pass has its own direction; a 1 that
# is left from the pass before would give the sum of two columns.

# %%
table = jacobian(f, [2.0, 5.0])
print(np.array2string(table, precision=4, suppress_small=True))
print("times (3, -1):", np.array2string(table @ [3.0, -1.0], precision=4))

# %% [markdown]
# ## What it costs
#
# Now the count. To train a network is to move its weights, so for training the *inputs* of the function are the weights, n of them, and
# its one output is the loss. The gradient is the one *row* of the Jacobian, and each of its n entries is a column. **Say it before you run
# it:** for n = 1000 weights, how many passes does forward mode need? And if one pass through the program takes as long as reading this
# sentence, 8 seconds, how long does the gradient take?
#
# Here is a small stand-in for a network: x₀ plus the sum of tanh(xᵢ · xᵢ₊₁) over all neighbours. The engine of lesson 03 lists the operations of
# a program, so they can be counted; the other columns follow. A pass forward visits each operation once; the table multiplies that by the number
# of passes. Reverse mode, the next lesson, visits each operation twice: on the way there, and once on the way back.


# %%
def network(x):
    """Return x[0] plus the sum of tanh(x[i] * x[i + 1])."""
    total = x[0]
    for left, right in zip(x, x[1:]):
        total = total + (left * right).tanh()
    return total


print("    n   operations   visits, forward   visits, reverse")
counts = []
for n in (10, 100, 1000):
    result = network([lab.engine.Value(0.1) for _ in range(n)])
    once = len([node for node in lab.engine.topological_order(result) if node.parents])
    counts.append((n, once, n * once, 2 * once))
    print(f"{n:>5} {once:>12,} {n * once:>17,} {2 * once:>17,}")

# %%
n, once, forward, reverse = map(np.array, zip(*counts))
fig, ax = figures.new(5.5, 2.8)
ax.loglog(n, forward, "o-", label="forward mode: n passes")
ax.loglog(n, reverse, "s-", label="reverse mode: there and back")
ax.loglog(n, once, "^--", color=figures.COLOURS[3], label="the program itself")
ax.set(xlabel="number of inputs n", ylabel="visits to an operation")
ax.legend()
caption = "Ten times as many inputs make about ten times as many visits for the program "
caption += "and for reverse mode, and a hundred times as many for forward mode: "
figures.show(fig, caption + f"{forward[-1]:,} against {reverse[-1]:,} at n = {n[-1]:,}.")

# %% [markdown]
# A thousand passes of 8 seconds are more than two hours, for one gradient. For the 11.7 million weights of ResNet-18 the same 8 seconds
# make nearly three years. Reverse mode makes the same row in one trip there and one back. (A visit that carries a derivative does two to
# four small calculations in place of one, in both modes, so both cost a few times more than the number of visits suggests.)
#
# It is the other way round for a function of *one* input and many outputs: one pass forward gives all their slopes, and reverse mode needs a
# trip back for each output. Forward mode gives columns, reverse mode rows.
#
# ## A derivative inside a derivative
#
# The value and the tangent of a Dual may be Duals themselves. Begin with x = 3, which moves: (3, 1). To differentiate once more, give each
# of these two numbers a tangent of its own. The 3 moves, so it becomes `Dual(3, 1)`; the 1 is constant, so it becomes `Dual(1, 0)`. Then the pass
# carries the slope of the slope along: the second derivative.

# %%
x = Dual(Dual(3.0, 1.0), Dual(1.0, 0.0))
y = x**3
print("value", y.value.value, "  slope", y.tangent.value, "  second", y.tangent.tangent)

# %% [markdown]
# For x³ at 3 that is 27, 3x² = 27, and 6x = 18.
#
# And here is the trap. It takes an inner function that uses the variable of the outer derivative. What is
#
# $$\frac{d}{dx}\left[\, x \cdot \frac{d}{dy}(x + y) \,\right] \quad\text{at } x = 1,\; y = 1\;?$$
#
# The inner derivative asks how fast x + y grows with y: the answer is 1, whatever x is. So the outer function is x · 1, and its derivative is 1. **Write down what the
# next cell will print** if each `slope` makes a Dual with the tangent 1.


# %%
def slope(f, x):
    """Return the derivative of f at x. It looks right."""
    y = f(Dual(x, 1.0))
    return y.tangent if isinstance(y, Dual) else 0.0


print(slope(lambda x: x * slope(lambda y: x + y, 1.0), 1.0))

# %% [markdown]
# It prints 2; the right answer is 1. The inner `slope` gave y the tangent 1, to mean "y moves". But x, which comes from outside, carries a tangent 1 as well, which means "x moves".
# In x + y the two are added up as if they belonged to the same movement. So the inner slope comes out as 1 + 1 = 2, and the outer function becomes
# x · 2. This is called **perturbation confusion**. (Your `jvp`, called inside itself, would print 2 as well. With `y * y` in place of `x + y` it prints 2,
# too, but there 2 is right: the inner function doesn't use x, and no tangent comes in from outside.)
#
# The remedy: every derivative that is being taken gets a **tag** of its own, and tangents with different tags never mix. In x + y, the y
# carries a tangent with the tag of the inner derivative. There x counts as a constant: it adds nothing to that tangent, and keeps
# its own, with the tag of the outer derivative, for later. `lab.engine.derivative` takes a fresh tag at every call:

# %%
derivative = lab.engine.derivative
print(derivative(lambda x: x * derivative(lambda y: x + y, 1.0), 1.0))

# %% [markdown]
# ## PyTorch does the same
#
# PyTorch has forward mode beside the reverse mode that it is known for. `torch.func.jvp` takes a function, a point and a direction, as
# yours does. (Point and direction come in tuples, with an entry for each argument of the function; `[1]` picks the tangents.) It may be nested:
# each call gets a level of its own, which does the work of a tag. `torch.autograd.forward_ad` shows the dual tensors inside, at one level
# only.


# %%
def f_torch(p):
    """Return the three outputs of f, for a tensor."""
    return torch.stack([p[0] * p[1] + p[0].sin(), p[1] ** 2, torch.tensor(7.0)])


point, direction = torch.tensor([2.0, 5.0]), torch.tensor([3.0, -1.0])
tangent = torch.func.jvp(f_torch, (point,), (direction,))[1]
print("torch.func.jvp:", [f"{t:.4f}" for t in tangent])

with torch.autograd.forward_ad.dual_level():
    dual = torch.autograd.forward_ad.make_dual(point, direction)
    tangent = torch.autograd.forward_ad.unpack_dual(f_torch(dual)).tangent
print("dual tensors:  ", [f"{t:.4f}" for t in tangent])


# %%
def confusing(x):
    """Return x times the slope of x + y in y."""
    one = torch.ones(())
    inner = torch.func.jvp(lambda y: x + y, (one,), (one,))[1]
    return x * inner


one = torch.ones(())
print("the trap, in PyTorch:", torch.func.jvp(confusing, (one,), (one,))[1].item())

# %% [markdown]
# ## Recap
#
# A program carries derivatives forward by computing with pairs, value and tangent; networks are not trained that way because each pass serves one
# direction of the weights, and there are millions of weights.
#
# - The tangent of a result is the sum, over the numbers that went in, of slope times tangent.
# - One pass gives J v for one direction v, without a step. A direction with a single 1 and zeros elsewhere gives one column of J.
# - The table for n inputs takes n passes, however many outputs there are. A gradient is a table with one row, and takes n passes, too.
# - Where the function inside an inner derivative uses the variable of an outer one, tags are needed, or the movements are mixed up.
#
# Next: going through the same computation backwards, where one trip serves any number of inputs.
#
# ## Sources
#
# - R. E. Wengert, [A simple automatic derivative evaluation program](https://doi.org/10.1145/355586.364791), Communications of the ACM 7, 1964:
#   forward mode.
# - A. Griewank, A. Walther, [Evaluating Derivatives](https://doi.org/10.1137/1.9780898717761), 2nd edition, SIAM, 2008, chapter 3.
# - J. M. Siskind, B. A. Pearlmutter, Perturbation confusion and referential transparency: correct functional implementation of forward-mode AD, in:
#   Implementation and Application of Functional Languages (IFL), 2005: the example of the trap, and tags.
# - ForwardDiff.jl, [issue 83](https://github.com/JuliaDiff/ForwardDiff.jl/issues/83), 2015: the trap in a library, with this very example.
# - PyTorch documentation, [torch.func.jvp](https://docs.pytorch.org/docs/stable/generated/torch.func.jvp.html) and
#   [forward-mode automatic differentiation](https://docs.pytorch.org/tutorials/intermediate/forward_ad_usage.html).
