# %% [markdown]
# # 16 · Gradient checking: who checks the checker?
#
# In lesson 15 a gradient was checked entry by entry: two calls of the function for each. A small network has a million entries. And a
# check can be fooled: several in this lesson pass something that is wrong. **How do you check a long gradient with a few calls, and how do you
# know that the check would have noticed?**
#
# After this lesson you will be able to
#
# - check a gradient of any length along one random direction, and say what that can't see;
# - test forward mode and reverse mode against each other with two inner products;
# - write a checker that doesn't depend on the scale of a function, and hardly on luck;
# - use `torch.autograd.gradcheck` and `gradgradcheck`, and name what makes a check pass something wrong, or refuse something right;
# - find out from a report what is wrong with a backward, and mend it.
#
# Time: 75 minutes. You need lessons 04 and 15.

# %%
import warnings

import numpy as np
import torch

import autograd_lab as lab
from autograd_lab import figures

_ = torch.manual_seed(1)
rows = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)  # for the hunt

# %% [markdown]
# ## One direction at a time
#
# Walk from x a small step h along a direction d, an array of the shape of x. To first order, f changes by
#
# $$f(x + h\,d) - f(x) \approx h \sum_i g_i\, d_i ,$$
#
# where g is the gradient: all its entries at once, in one number. So two calls of f test a gradient of any length:
#
# $$\frac{f(x + h\,d) - f(x - h\,d)}{2h} \quad\text{against}\quad \sum_i g_i\, d_i .$$
#
# The price: only one number is compared. If g is wrong by an array e, the test sees the sum of the products $e_i d_i$ and nothing else.

# %% [markdown]
# **Exercise: `gradient_checking.directional_error`.** Write `directional_error(f, gradient, x, direction, h)`: how far a claimed gradient is from the difference quotient along
# one direction. `f` takes an array of the shape of x and returns one number. `gradient`, `x` and `direction` are float64 arrays of one shape, any shape, perhaps read-only; h > 0 is a float. Return
#
# $$\left| \frac{f(x + h\,d) - f(x - h\,d)}{2h} - \sum_i g_i\, d_i \right| ,$$
#
# with the direction as it is given: don't normalise it. Leave the arguments as they were. For example, f(x) = sum of x² at x = [1, 2], with the gradient [2, 5], the
# direction [1, −1] and h = 0.1: the quotient is −2, the sum is −3, and the error 1.0.


# %%
def directional_error(f, gradient, x, direction, h):
    """Return how far the gradient is from the difference quotient along the direction."""
    ### BEGIN SOLUTION
    quotient = (f(x + h * direction) - f(x - h * direction)) / (2 * h)
    return abs(quotient - np.sum(gradient * direction))
    ### END SOLUTION


directional_error = lab.check("gradient_checking.directional_error", directional_error)

# %% [markdown] tags=["solution"]
# `x + h * direction` makes a new array, so that x stays as it was. `np.sum` of the products works for every shape, where `@` would multiply matrices.

# %% [markdown]
# Take a function of a thousand numbers, and four gradients of it. Which of the four will each direction find wrong? **Decide before you run it.**


# %%
def energy(x):
    """Return the sum of sin(x)."""
    return float(np.sin(x).sum())


rng = np.random.default_rng(0)
x = rng.normal(size=1000)
right = np.cos(x)
one_off, shuffled = right.copy(), np.roll(right, 1)
one_off[700] += 0.5
gradients = {"right": right, "one entry off": one_off, "shifted by one": shuffled}
gradients["two entries off"] = one_off - 0.5 * (np.arange(1000) == 300)
directions = {"all ones": np.ones(1000), "first entry": np.eye(1000)[0]}
directions["random signs"] = rng.choice([-1.0, 1.0], 1000)
directions["random sizes"] = directions["random signs"] * rng.uniform(0.5, 1.5, 1000)
for name, gradient in gradients.items():
    said = [
        f"{what}: {'wrong' if directional_error(energy, gradient, x, d, 1e-4) > 1e-4 else '-'}"
        for what, d in directions.items()
    ]
    print(f"{name:<16}", "   ".join(f"{words:<20}" for words in said))

# %% [markdown]
# The last column finds all three. All ones miss whatever cancels: numbers in the wrong order have the right sum, and +0.5 and −0.5 add up to nothing. One entry
# sees itself only. Random signs may cancel too: two equal errors do so half the time.
#
# Random sizes as well as signs cancel by a rare accident only: for two errors of 0.5, about once in 5,000 directions here, and a second direction makes that once in 25 million. So with a few *random* directions, one number each,
# even a single wrong entry of a thousand is found. The limit is another: here the quotient itself is off by up to $10^{-6}$, and the cell calls wrong only what exceeds $10^{-4}$. A smaller error, in sum, stays hidden.
#
# Look at the table once more: it answers the second question, too. You know that a check would have noticed because you broke the gradient on purpose and saw it fail. **A check that you have never seen failing has told you nothing.**
#
# ## Forth and back
#
# So far f gave one number. In general a function has many outputs, and a Jacobian J. You never need the whole of it. Forward mode gives **J v**, how
# the output changes along v (lesson 02). Reverse mode gives **Jᵀu**, the gradient for the incoming u (lesson 03). They have to fit together: for all u and v
#
# $$\langle u,\; J v\rangle = \langle J^{\mathsf T} u,\; v\rangle , \qquad \langle a, b\rangle = \sum_i a_i\, b_i .$$
#
# Both sides are the sum of all $u_i\, J_{ij}\, v_j$. Geophysicists, who turn recorded waves into pictures of the ground, have used this **dot-product test** for decades: no step h, no truncation, exact up to rounding.
# It tells whether what goes back is the transpose of what goes forward. Whether both belong to your f, it can't tell.

# %% [markdown]
# **Exercise: `gradient_checking.adjoint_gap`.** Write `adjoint_gap(jvp, vjp, x, u, v)`. `jvp(x, v)` is J v; `vjp(u, x)` is Jᵀu. x and v are arrays of one shape; u has the shape of the output,
# which may be another one; all of any shape, float64, perhaps read-only. Return ⟨u, jvp(x, v)⟩ − ⟨vjp(u, x), v⟩, signed, as one number. For example, with jvp(x, v) = 3v, vjp(u, x) = 2u, u = [1, 2], v = [4, −1]: ⟨u, 3v⟩ = 6
# and ⟨2u, v⟩ = 4, so the gap is 2.0.


# %%
def adjoint_gap(jvp, vjp, x, u, v):
    """Return the difference of the two inner products."""
    ### BEGIN SOLUTION
    return np.sum(u * jvp(x, v)) - np.sum(vjp(u, x) * v)
    ### END SOLUTION


adjoint_gap = lab.check("gradient_checking.adjoint_gap", adjoint_gap)

# %% [markdown] tags=["solution"]
# Each product is of two arrays of one shape: u with what has the shape of the output, v with what has the shape of x.

# %% [markdown]
# Differences of neighbours, $y_i = x_{i+1} - x_i$, are linear, so J v is made of the differences of v. Three candidates for the way back, from five numbers to six:

# %%
u, v, at = rng.normal(size=5), rng.normal(size=6), rng.normal(size=6)
ways_back = {
    "differences, 0 at both ends": lambda u, x: np.diff(u, prepend=0, append=0),
    "the same, negative": lambda u, x: -np.diff(u, prepend=0, append=0),
    "the same, from the end": lambda u, x: -np.diff(u[::-1], prepend=0, append=0),
}
for name, back in ways_back.items():
    gap = adjoint_gap(lambda x, v: np.diff(v), back, at, u, v)
    print(f"{name:<32} gap is 0 up to rounding: {abs(gap) < 1e-12}")

# %% [markdown]
# An entry of x counts as −1 in its own difference and as +1 in the one before. So minus the u of its own difference comes back to it, and plus the u before; only the second candidate does that. With v of all ones all three would have passed: then J v is 0, and what comes back
# adds up to 0 for each of them. Equal numbers in v hide whatever adds up to the same. **Draw u and v at random, with both signs.**
#
# ## A checker of your own
#
# Now put it together. For any f with outputs of any shape, choose a random u; then $\varphi(x) = \sum u \cdot f(x)$ is one number, its gradient is what `vjp(u, x)` claims, and lesson 15 showed how
# to compare two gradients: by numbers, and by the relative error. Entry by entry, it is dear again, two calls each; but it says *where* the two differ, and the functions that you check it on can be small.

# %%


def relative_error(got, want):
    """Return the distance of two arrays, divided by the larger norm."""
    size = max(np.linalg.norm(got), np.linalg.norm(want))
    return np.linalg.norm(got - want) / size if size else 0.0


def numerical_gradient(f, x, h):
    """Return the gradient of f, which gives a number, at x, by central differences."""
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


# %% [markdown]
# **Exercise: `gradient_checking.gradcheck`.** Write `gradcheck(f, vjp, x, h, tolerance)`: is `vjp` the right backward of `f` at x? `f` takes a float64 array of the shape of x and returns an array of any shape
# (also of shape ()). `vjp(u, x)` takes an array u of the shape of f(x) and returns what should be the gradient of the sum of u · f(x), an array of the shape of x. Draw a random u whose entries have both signs (for a single entry, either); compute
# the numerical gradient of the sum of u · f(x) by central differences with the step h; compare it with `vjp(u, x)` by the relative error. Return `True` where that is at most `tolerance`, else `False`. Where vjp's result has another shape than x, or holds
# NaN or infinity, return False. It has to work for functions whose values are about 10⁻⁸ as well as about 10⁸. x, which may lie in memory in any order, is left as it was. For example, for f(x) = x², with h = 1e-5 and the tolerance 1e-6, the rule 2 · u · x gives True, and u · x gives False.


# %%
def gradcheck(f, vjp, x, h, tolerance):
    """Return whether vjp gives the gradient of f at x, for a random incoming gradient."""
    ### BEGIN SOLUTION
    u = np.random.normal(size=np.shape(f(x)))
    got = vjp(u, x)
    if np.shape(got) != np.shape(x) or not np.isfinite(got).all():
        return False
    want = np.empty(np.shape(x))
    for place in np.ndindex(want.shape):
        step = np.zeros(want.shape)
        step[place] = h
        want[place] = np.sum(u * (f(x + step) - f(x - step))) / (2 * h)
    size = max(np.linalg.norm(got), np.linalg.norm(want))
    return bool(np.linalg.norm(got - want) <= tolerance * size)
    ### END SOLUTION


gradcheck = lab.check("gradient_checking.gradcheck", gradcheck)

# %% [markdown] tags=["solution"]
# The difference of the outputs is taken first, and u multiplied afterwards; either way is right. Multiplying by `size` instead of dividing spares two zeros a division. Normal random numbers have both signs; where f has two or three outputs only, all may have one by chance.
#
# Two limits that come with a relative error of norms: a small entry beside large ones may be quite wrong, and where the right gradient is 0 the rounding of the quotient counts as an error of its whole size.

# %% [markdown]
# ## What comes with torch
#
# `torch.autograd.gradcheck(fn, inputs)` does this for torch functions. It goes further in one way: it computes the whole Jacobian by numbers, and compares it with the whole Jacobian that backward gives, entry by entry. An entry passes when
#
# $$|\text{got} - \text{want}| \le 10^{-5} + 10^{-3}\,|\text{want}| .$$
#
# The step is 10⁻⁶, and the numbers should be float64. Its twin `gradgradcheck` asks the same of the gradient's own gradient. Here is a small factory for functions with a backward written by hand: a `torch.autograd.Function` has a static method `forward`, which may save tensors in `ctx`, and a static method
# `backward`, which takes the incoming gradient and returns one for each input.


# %%
def function(forward, rule):
    """Return a function of one tensor whose backward is rule(grad, x)."""

    class Made(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return forward(x)

        @staticmethod
        def backward(ctx, grad):
            (x,) = ctx.saved_tensors
            return rule(grad, x)

    return Made.apply


# %%
def passes(fn, x, **options):
    """Return whether torch's gradcheck is content."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.autograd.gradcheck(fn, x, raise_exception=False, **options)


_ = torch.manual_seed(0)
t = torch.randn(5, dtype=torch.float64, requires_grad=True)

# %%
cube = function(lambda x: x**3, lambda grad, x: grad * 3 * x**2)
frozen = function(lambda x: x**3, lambda grad, x: grad * 3 * x.detach() ** 2)
for name, fn in {"cube": cube, "cube, x detached in backward": frozen}.items():
    second = torch.autograd.gradgradcheck(fn, t, raise_exception=False)
    print(f"{name:<30} gradcheck: {passes(fn, t)}   gradgradcheck: {second}")

# %% [markdown]
# Both have the right first derivative. To autograd, the gradient of the second one doesn't depend on x, so a second derivative lacks the part that goes through x; only `gradgradcheck` notices.
#
# ## What a check doesn't see
#
# **Ones as the incoming gradient.** A softmax sums to 1, whatever x is. So the sum of its outputs has the gradient 0, and a check that sends ones back can't tell a right backward from one that returns nothing but zeros:

# %%
nothing = function(lambda x: x.softmax(-1), lambda grad, x: torch.zeros_like(grad))
by_hand = torch.autograd.grad(nothing(t).sum(), t)[0]
by_torch = torch.autograd.grad(t.softmax(-1).sum(), t)[0]
print("with ones coming in, they agree:", torch.allclose(by_hand, by_torch))
print("gradcheck passes:", passes(nothing, t))

# %% [markdown]
# That is a check by hand, with ones; gradcheck, which takes every output by itself, isn't fooled.
#
# **A gradient that is five times too large.** gradcheck has a fast mode as well, which compares one number, $u^{\mathsf T} J v$, got in two ways: by a difference quotient along v, and by what comes back for u. What will the usual slow mode say below, and what the fast one?

# %%
tiny = function(lambda x: 1e-6 * x, lambda grad, x: 5e-6 * grad)
print(
    "slow mode passes:",
    passes(tiny, t),
    "  fast mode passes:",
    passes(tiny, t, fast_mode=True),
)
print("slow mode with atol=1e-12 passes:", passes(tiny, t, atol=1e-12))

# %% [markdown]
# An error of $4\cdot 10^{-6}$ is below the $10^{-5}$ of the **absolute tolerance**. Losses that are divided by a large batch have such gradients. Scale them up, or lower `atol`.
#
# **Too many entries.** The whole Jacobian of 10,000 outputs and as many inputs takes 0.8 GB, and gradcheck holds several. Hence the fast mode. But its random numbers are not
# signed, and its tolerance grows with the number of entries. Here one entry of n has twice the slope it should have; the cell tries 50 places for it.


# %%
def one_wrong(n, place):
    """Return the identity on n numbers, whose backward doubles one entry."""
    factors = torch.ones(n, dtype=torch.float64)
    factors[place] = 2
    return function(lambda x: x.clone(), lambda grad, x: grad * factors)


caught = {}
for n in (50, 100, 200, 500, 1000):
    y = torch.randn(n, dtype=torch.float64, requires_grad=True)
    places = range(0, n, n // 50)
    caught[n] = sum(not passes(one_wrong(n, k), y, fast_mode=True) for k in places)
fig, ax = figures.new(6, 2.6)
ax.semilogx(list(caught), [count / 50 for count in caught.values()], "o-")
ax.set(xlabel="entries", ylabel="share that is noticed", xticks=list(caught), ylim=(0, 1))
ax.set_xticklabels([str(n) for n in caught])
ax.minorticks_off()
said = ", ".join(f"{n}: {count}" for n, count in caught.items())
figures.show(
    fig, f"One wrong entry, of 50 places tried, is noticed in fast mode among {said}."
)

# %% [markdown]
# Among a thousand it is not noticed at any of the 50 places, though that entry is twice what it should be. Running it again doesn't help: the random numbers are the same each time.
#
# The other way round, gradcheck refuses things that are right.
#
# **Kinks.** relu is right, and gradcheck says it is wrong, if an entry lies nearer to 0 than the step:

# %%
for distance in (1e-7, 1e-5):
    near = torch.tensor([1.0, distance, -2.0], dtype=torch.float64, requires_grad=True)
    print(f"an entry of {distance:g}: relu passes {passes(torch.relu, near)}")

# %% [markdown]
# The step reaches across the kink, where the slope is another one. Draw inputs that keep away from kinks, or take a smaller step.
#
# **float32.** With float32 numbers a step of 10⁻⁶ leaves hardly a digit (lesson 15).
#
# **Chance.** A backward that isn't the same twice, as when it draws random numbers or adds up in changing order, is refused even where it is nearly right:

# %%
single = torch.randn(5, requires_grad=True)
print("tanh in float32 passes:", passes(torch.tanh, single))
noisy = function(
    torch.tanh,
    lambda grad, x: grad * (1 - x.tanh() ** 2) * (1 + 1e-5 * torch.rand_like(x)),
)
print("a backward with a little noise passes:", passes(noisy, t))
print("with nondet_tol=1e-3 it passes:", passes(noisy, t, nondet_tol=1e-3))

# %% [markdown]
# Lift a float32 function to float64 before you check it. `nondet_tol` says how much may differ between two runs.
#
# ## A check that says what
#
# When gradcheck finds something, it prints both Jacobians and leaves the rest to you. `lab.verify` asks the same question differently. It walks along random directions of both signs, in steps that shrink until the quotients settle (Richardson's trick of lesson 15, used again and again, with Ridders's estimate of
# the error), and allows a difference only of the size of that estimate. First it tests what comparing one gradient can't see: is the backward linear, does it write into what it was given, does it remember another call? Only when something is wrong does it look for the entries, and asks
# which slip would explain them all.

# %%
report = lab.verify(nothing, t, name="softmax with zeros")
report

# %%
wide = torch.randn(1000, dtype=torch.float64, requires_grad=True)
near = torch.tensor([1.0, 1e-7, -2.0], dtype=torch.float64, requires_grad=True)
questions = {
    "five times too large": (tiny, t),
    "one entry of 1,000": (one_wrong(1000, 700), wide),
    "relu near its kink": (torch.relu, near),
    "tanh in float32": (torch.tanh, single),
    "a little noise": (noisy, t),
}
for name, (fn, inputs) in questions.items():
    report = lab.verify(fn, inputs)
    print(f"{name}: {report.status}")
    for finding in report.findings:
        print(f"    {finding.cause}: {finding.message}")

# %% [markdown]
# A report is true when all is right (`assert lab.verify(fn, inputs)` in a test; `report.assert_right()` says more). It has a `status`, `"right"`, `"wrong"` or `"unsure"`, and `findings`, each with a `cause`, a `message` and `evidence`. **Unsure** is what it says where there is nothing to compare with: at a kink itself, or for a function whose output is random. (Where only the backward is random, the gradient is wrong.)
# A right report is no proof. It is about these inputs: a branch that wasn't taken wasn't checked.
#
# ## The hunt
#
# Eight Functions follow. Each computes the right value, and each has a broken `backward`. In every cell: read the class and say what is wrong *before* you run it; run it and read the report; mend it. The report knows numbers only, the outputs and what came back. Which line of the code makes them, you have to find. (Its first sentences come from `lab.verify`; the card below them is the exercise's own check, and says more.)
#
# For all of them: `apply` takes the same arguments as now, `forward` stays as it is, and `backward` returns one gradient for each argument, `None` for what has none. Any incoming gradient, of float32 or float64, in any order in memory; nothing that is given is written into.

# %% [markdown]
# **Exercise: `gradient_checking.Scale`.** `Scale.apply(x, factor)` is factor · x, for a tensor x of any shape and a number.


# %%
class Scale(torch.autograd.Function):
    """Multiply a tensor by a number."""

    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        ### BEGIN SOLUTION
        return grad * ctx.factor, None
        ### STARTER
        # return grad, None
        ### END SOLUTION


print(lab.verify(Scale.apply, (rows, 2.5)))
Scale = lab.check("gradient_checking.Scale", Scale)

# %% [markdown] tags=["solution"]
# The derivative of factor · x is factor. `factor` itself gets no gradient, and `None` takes its place.

# %% [markdown]
# **Exercise: `gradient_checking.AddBias`.** `AddBias.apply(x, bias)` adds a bias of shape (D,) to every row of x, which has shape (N, D).


# %%
class AddBias(torch.autograd.Function):
    """Add a bias to every row."""

    @staticmethod
    def forward(ctx, x, bias):
        return x + bias

    @staticmethod
    def backward(ctx, grad):
        ### BEGIN SOLUTION
        return grad, grad.sum(0)
        ### STARTER
        # return grad, grad[0]
        ### END SOLUTION


print(lab.verify(AddBias.apply, (rows, rows.detach()[0].requires_grad_())))
AddBias = lab.check("gradient_checking.AddBias", AddBias)

# %% [markdown] tags=["solution"]
# Each entry of the bias went into N outputs, so N gradients come back to it, and they add up.

# %% [markdown]
# **Exercise: `gradient_checking.LeakyReLU`.** `LeakyReLU.apply(x, slope)` is x where x > 0, and slope · x elsewhere; slope is any number. At x = 0 exactly, everything from slope to 1 times the incoming gradient is right.


# %%
class LeakyReLU(torch.autograd.Function):
    """Multiply what is not positive by a slope."""

    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x)
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx, grad):
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, grad, ctx.slope * grad), None
        ### STARTER
        # return grad, None
        ### END SOLUTION


print(lab.verify(LeakyReLU.apply, (rows, 0.1)))
LeakyReLU = lab.check("gradient_checking.LeakyReLU", LeakyReLU)

# %% [markdown] tags=["solution"]
# Two regions, two slopes: the same question about x decides, on the way there and on the way back.

# %% [markdown]
# **Exercise: `gradient_checking.Softmax`.** `Softmax.apply(x)` is the softmax over the last axis of x; x has at least one axis.


# %%
class Softmax(torch.autograd.Function):
    """Turn scores into probabilities, along the last axis."""

    @staticmethod
    def forward(ctx, x):
        y = torch.softmax(x, -1)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        ### BEGIN SOLUTION
        return y * (grad - (grad * y).sum(-1, keepdim=True))
        ### STARTER
        # return grad * y * (1 - y)
        ### END SOLUTION


print(lab.verify(Softmax.apply, rows))
Softmax = lab.check("gradient_checking.Softmax", Softmax)

# %% [markdown] tags=["solution"]
# $\partial y_i / \partial x_j = y_i\,([i = j] - y_j)$, where [i = j] is 1 for equal indices and 0 otherwise. The diagonal is y (1 − y); the rest is $-y_i\, y_j$, and was left out. Summed over i with the incoming gradient, it is the line above (lesson 04).

# %% [markdown]
# **Exercise: `gradient_checking.MeanSquare`.** `MeanSquare.apply(x)` is the mean of the squares of all entries of x, a tensor of shape ().


# %%
class MeanSquare(torch.autograd.Function):
    """Take the mean of the squares of all entries."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x * x).mean()

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        ### BEGIN SOLUTION
        return grad * 2 * x / x.numel()
        ### STARTER
        # return grad * 2 * x
        ### END SOLUTION


print(lab.verify(MeanSquare.apply, rows))
MeanSquare = lab.check("gradient_checking.MeanSquare", MeanSquare)

# %% [markdown] tags=["solution"]
# A mean is a sum divided by the number of entries, and so is its gradient.

# %% [markdown]
# **Exercise: `gradient_checking.Gather`.** `Gather.apply(x, index)` is x[index]: it picks parts of x along axis 0. x has at least one axis; `index` is a 1-D int64 tensor of numbers from 0 up, which may name a part several times, or never.


# %%
class Gather(torch.autograd.Function):
    """Pick parts along axis 0."""

    @staticmethod
    def forward(ctx, x, index):
        ctx.save_for_backward(index)
        ctx.shape = x.shape
        return x[index]

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        x_grad = grad.new_zeros(ctx.shape)
        ### BEGIN SOLUTION
        x_grad.index_add_(0, index, grad)
        ### STARTER
        # x_grad[index] = grad
        ### END SOLUTION
        return x_grad, None


print(lab.verify(Gather.apply, (rows, torch.tensor([2, 0, 2, 3, 2]))))
Gather = lab.check("gradient_checking.Gather", Gather)

# %% [markdown] tags=["solution"]
# Assigning to a place twice keeps the last value; adding keeps both. A part that is used twice gets two gradients.

# %% [markdown]
# **Exercise: `gradient_checking.Norm`.** `Norm.apply(x)` is the 2-norm of x, the root of the sum of the squares of all entries, a tensor of shape (). x is never 0 everywhere.


# %%
class Norm(torch.autograd.Function):
    """Take the root of the sum of all squares."""

    @staticmethod
    def forward(ctx, x):
        norm = (x * x).sum().sqrt()
        ctx.save_for_backward(x, norm)
        return norm

    @staticmethod
    def backward(ctx, grad):
        x, norm = ctx.saved_tensors
        ### BEGIN SOLUTION
        return grad * x / norm
        ### STARTER
        # return grad * x
        ### END SOLUTION


print(lab.verify(Norm.apply, rows))
Norm = lab.check("gradient_checking.Norm", Norm)

# %% [markdown] tags=["solution"]
# The outer function is a root, whose slope is one over twice the norm; the inner slope is 2x. The chain rule multiplies them: x / norm.

# %% [markdown]
# **Exercise: `gradient_checking.Cumsum`.** `Cumsum.apply(x)` are the running sums along the last axis of x; x has at least one axis.


# %%
class Cumsum(torch.autograd.Function):
    """Take running sums along the last axis."""

    @staticmethod
    def forward(ctx, x):
        return x.cumsum(-1)

    @staticmethod
    def backward(ctx, grad):
        ### BEGIN SOLUTION
        return grad.flip(-1).cumsum(-1).flip(-1)
        ### STARTER
        # return grad.flip(-1).cumsum(-1)
        ### END SOLUTION


print(lab.verify(Cumsum.apply, rows))
Cumsum = lab.check("gradient_checking.Cumsum", Cumsum)

# %% [markdown] tags=["solution"]
# An entry went into its own sum and into all later ones. So its gradient is a sum from the end; flipped once to begin there, and once more to come back in the old order.

# %% [markdown]
# All eight computed the right value, and all eight gave a gradient of the right shape, most of them of about the right size. What training does with such gradients differs: with some the loss goes down almost as it should; MeanSquare's was the right direction and a larger learning rate;
# with a broken running sum it may blow up. **A loss that goes down is no proof.**
#
# ## Recap
#
# A few random directions check a gradient of any length. You know that the check would have noticed when you have seen it fail on a gradient broken on purpose; what helps it notice is random numbers of both signs, and a tolerance relative to the numbers.
#
# - One direction costs two calls and sees one number. With signs and sizes at random, errors cancel by rare accident only.
# - Forward mode and reverse mode fit together when ⟨u, Jv⟩ = ⟨Jᵀu, v⟩. No step is needed.
# - Ones as the incoming gradient, an absolute tolerance and unsigned directions let something wrong pass; a step across a kink, float32 and chance make a check refuse something right.
# - `gradgradcheck` is for second derivatives. `lab.verify` says which input, where, and what it looks like.
# - Right at these inputs isn't right everywhere.
#
# ## Sources
#
# - PyTorch, [Gradcheck mechanics](https://docs.pytorch.org/docs/stable/notes/gradcheck.html): what the slow and the fast mode compute.
# - PyTorch, [torch.autograd.gradcheck](https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html): the tolerances.
# - J. F. Claerbout, Earth Soundings Analysis: Processing Versus Inversion, Blackwell, 1992: the dot-product test.
# - C. J. F. Ridders, [Accurate computation of F′(x) and F′(x)F″(x)](https://doi.org/10.1016/S0141-1195(82)80057-0), Advances in Engineering Software 4, 1982.
