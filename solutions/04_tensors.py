# %% [markdown]
# # 04 · Tensors: the same rules on whole arrays
#
# Lesson 03 ended with an engine for single numbers. A large network has millions of them, and one rule for a whole large array at a
# time is hundreds or thousands of times faster. **What changes in the rules when numbers become arrays?**
#
# Less than you may fear: one idea, which you know already, settles nearly all of it. But here hand-written gradients often go wrong, and
# often without an error message, since broadcasting lets many wrong shapes pass: after `b = b - 0.5 * grad` a bias of shape (3,) can have
# become one of shape (4, 3).
#
# After this lesson you will be able to
#
# - say why the gradient of a broadcast array is a sum, and compute it;
# - write the vjp of a matrix product, of sums, means and maxima over any axes, of indexing, and of softmax;
# - check every gradient's shape before you look at its numbers;
# - read a tensor engine.
#
# Time: 60 minutes. You need lesson 03 and NumPy's broadcasting rules.

# %%
import numpy as np
from sklearn.datasets import load_digits

import autograd_lab as lab
from autograd_lab import figures

Tensor = lab.engine.Tensor

# %% [markdown]
# ## One gradient for each entry
#
# Everywhere in this lesson a computation ends in one number, L. The **gradient** of an array is the slope of L with respect to each of
# its entries, each in its entry's place. So **a gradient has the shape of its array**, always. Check that first: it costs nothing and
# finds many mistakes. It doesn't find all: in this lesson you will meet several that keep the right shape.
#
# For operations that work entry by entry, such as `np.tanh(x)` or `x * y` of equal shapes, nothing else is new: every entry has its own
# little graph, and the rules of lesson 03 hold in each place. What is new begins where *one* entry takes part in *several* results.
#
# ## Fan-out: what broadcasting does on the way back
#
# A layer of a network adds a bias to each row of an array: `y = x + b` with x of shape (4, 3) and b of shape (3,). NumPy **broadcasts** b: it is
# used as if it stood there in four copies.

# %%
fig, ax = figures.new(7, 2)
for j in range(3):
    colour, centre = figures.COLOURS[j], 5 * j + 1.5
    ax.text(centre, 1, f"b{j}", ha="center", va="bottom", color=colour, size=13)
    for i in range(4):
        ax.text(5 * j + i, 0, f"y{i}{j}", ha="center", va="top", size=10)
        tip = dict(arrowstyle="->", color=colour)
        ax.annotate("", (5 * j + i, 0), (centre, 1), arrowprops=tip)
ax.set(xlim=(-0.5, 13.5), ylim=(-0.2, 1.2))
ax.axis("off")
figures.show(
    fig, "b1 goes into 4 results, one in each row: 4 arrows, 4 paths. So do b0 and b2."
)

# %% [markdown]
# Each entry of b has four arrows. You know from lesson 03 what happens on the way back: what arrives along different paths *adds up*.
#
# **Predict it:** let L be `(u * (x + b)).sum()`, with the weights u below. What is the gradient of b? Its shape first, then its three numbers.

# %%
u = np.array([[1.0, 10.0, 0.5], [2.0, 20.0, 0.5], [3.0, 30.0, 0.5], [4.0, 40.0, 0.5]])
x, b = np.zeros((4, 3)), np.array([0.1, 0.2, 0.3])
h = 1e-6
for j in range(3):
    step = np.where(np.arange(3) == j, h, 0.0)
    rise = (u * (x + b + step)).sum() - (u * (x + b - step)).sum()
    print(f"slope of L in b{j}: {rise / (2 * h):.4f}")

# %% [markdown]
# The column sums of u: 10, 100 and 2. The slope of L in $y_{ij}$ is $u_{ij}$, so the gradient that arrives at y is u itself, of shape (4, 3). The gradient of b is its sum over the axis along which b was repeated.
#
# In general NumPy puts axes of length 1 in front of the shorter shape, and stretches axes of length 1 to the length that they meet. Going back,
# each of these is undone by a sum: over the axes that were *put in front*, which vanish, and over those that were *stretched*, which become 1
# again.

# %% [markdown]
# **Exercise: `tensors.unbroadcast`.** Write `unbroadcast(grad, shape)`. An array of the shape `shape` (a tuple, which may be `()`) was broadcast to
# the shape of `grad`. Return the gradient of that array: an array of shape `shape`. For example, with `grad = np.array([[1., 2., 3.], [4., 5., 6.]])`,
# shape (3,) gives [5, 7, 9], shape (2, 1) gives [[6], [15]], and shape () gives 21. As everywhere in this lesson, arrays are float64 (but
# for indices), and you don't change the arguments.


# %%
def unbroadcast(grad, shape):
    """Return grad summed down to shape."""
    ### BEGIN SOLUTION
    new = grad.ndim - len(shape)
    stretched = [new + axis for axis, length in enumerate(shape) if length == 1]
    return grad.sum(axis=(*range(new), *stretched)).reshape(shape)
    ### END SOLUTION


unbroadcast = lab.check("tensors.unbroadcast", unbroadcast)

# %% [markdown] tags=["solution"]
# The axes in front are the first `grad.ndim − len(shape)`. An axis of length 1 may be summed whether it was stretched or not. `reshape` puts the axes of length 1 back, which the sum has taken away.

# %%
print("gradient of b:", unbroadcast(u, (3,)).tolist())

# %% [markdown]
# ## Matrix products
#
# In y = a @ b, with a of shape (n, q) and b of shape (q, m), each entry is $y_{ij} = \sum_k a_{ik}\, b_{kj}$, where k goes over the q. So $a_{ik}$ goes into *all* entries of row i: m arrows,
# the one to $y_{ij}$ with the slope $b_{kj}$. Its gradient is the sum over j of what comes back along them:
#
# $$\bar a_{ik} = \sum_j \bar y_{ij}\, b_{kj} .$$
#
# (A bar over a name means the gradient with respect to it: ȳ is `grad`.) In the same way $b_{kj}$ goes into all entries of column j. Write that sum down, and
# read both as matrix products: which matrix stands on the left, and which is transposed? Unless one of the three
# matrices is square, the shapes leave hardly a choice.

# %% [markdown]
# **Exercise: `tensors.matmul_vjp`.** Write `matmul_vjp(grad, a, b)` for `a @ b`: the pair of gradients of a and b. Both have two axes or more; those in front
# of the last two are batch axes, and they broadcast: a may have the shape (4, 1, 2, 3) and b (5, 3, 6), so that the product has (4, 5, 2, 6). You may use `unbroadcast`.
# For example, `grad = [[1.]]`, `a = [[2., 3.]]`, `b = [[4.], [5.]]` (as arrays) give [[4, 5]] and [[2], [3]].


# %%
def matmul_vjp(grad, a, b):
    """Return the gradients of a and b, where grad is that of a @ b."""
    ### BEGIN SOLUTION
    da = grad @ b.swapaxes(-1, -2)
    db = a.swapaxes(-1, -2) @ grad
    return unbroadcast(da, a.shape), unbroadcast(db, b.shape)
    ### END SOLUTION


matmul_vjp = lab.check("tensors.matmul_vjp", matmul_vjp)

# %% [markdown] tags=["solution"]
# ā = ȳ bᵀ and b̄ = aᵀ ȳ. `swapaxes(-1, -2)` transposes each matrix of a batch, where `.T` would reverse all axes. A matrix that was used for a whole
# batch has fanned out, and its gradient is the sum over the batch.

# %% [markdown]
# ## Reductions
#
# A sum is fan-out turned round (**fan-in**): many entries go into one. Each has the slope 1, so each gets the whole gradient of the result: **broadcasting back**.
# The one difficulty is the shape. `x.sum(axis=1)` of a (2, 3) array has shape (2,), and broadcasting that against (2, 3) fails, or, with (3, 3), silently
# uses the wrong axis. The axis that was summed away has to come back first, with length 1.

# %%
x = np.arange(9.0).reshape(3, 3)
grad = np.array([10.0, 20.0, 30.0])  # the gradient of x.sum(axis=1)
print("without the axis:", np.broadcast_to(grad, (3, 3)).tolist())
print("with the axis:   ", np.broadcast_to(grad[:, None], (3, 3)).tolist())

# %% [markdown]
# Entry (0, 1) of x went into the sum of row 0, so it must get 10. The first line gives it 20, without a complaint.

# %% [markdown]
# **Exercise: `tensors.sum_vjp`.** Write `sum_vjp(grad, x, axis)` for `x.sum(axis)`: the gradient of x, which has one axis or more. `axis` is None (all axes), an int, or a tuple
# of one or more ints, negative ones too; the summed axes are missing in `grad`. For example, with x of shape (2, 3), axis 1 and grad = [10, 20] it is
# [[10, 10, 10], [20, 20, 20]]. (`np.expand_dims` takes an axis or a tuple of them.)


# %%
def sum_vjp(grad, x, axis):
    """Return the gradient of x, where grad is that of x.sum(axis)."""
    ### BEGIN SOLUTION
    if axis is None:
        axis = tuple(range(x.ndim))
    return np.broadcast_to(np.expand_dims(grad, axis), x.shape)
    ### END SOLUTION


sum_vjp = lab.check("tensors.sum_vjp", sum_vjp)

# %% [markdown] tags=["solution"]
# `expand_dims` puts the axes back where they were, and broadcasting repeats. The result is a read-only view, which costs no memory.

# %% [markdown]
# **Exercise: `tensors.mean_vjp`.** Write `mean_vjp(grad, x, axis)` for `x.mean(axis)`, with axis as before. For example, with x of shape (2, 3), axis 1 and
# grad = [3, 6] it is [[1, 1, 1], [2, 2, 2]].


# %%
def mean_vjp(grad, x, axis):
    """Return the gradient of x, where grad is that of x.mean(axis)."""
    ### BEGIN SOLUTION
    count = x.size / np.size(grad)
    return sum_vjp(grad, x, axis) / count
    ### END SOLUTION


mean_vjp = lab.check("tensors.mean_vjp", mean_vjp)

# %% [markdown] tags=["solution"]
# A mean is a sum divided by how many were summed: all entries of x, over all entries of the result.

# %% [markdown]
# A maximum passes on one entry, so that entry gets the gradient and the others get nothing. Where several are the largest together there is a
# kink, and a choice to make. PyTorch's `amax` shares the gradient equally among them (its `max` along an axis
# gives everything to one of them); so do we.

# %% [markdown]
# **Exercise: `tensors.max_vjp`.** Write `max_vjp(grad, x, axis)` for `x.max(axis)`, with axis as before. Where several entries are the largest together, they
# share the gradient equally. For example, x = [[1, 5, 5], [4, 2, 3]], axis 1 and grad = [10, 20] give [[0, 5, 5], [20, 0, 0]].


# %%
def max_vjp(grad, x, axis):
    """Return the gradient of x, where grad is that of x.max(axis)."""
    ### BEGIN SOLUTION
    largest = x == x.max(axis, keepdims=True)
    share = largest / largest.sum(axis, keepdims=True)
    return share * sum_vjp(grad, x, axis)
    ### END SOLUTION


max_vjp = lab.check("tensors.max_vjp", max_vjp)

# %% [markdown] tags=["solution"]
# `keepdims=True` leaves the axis in place with length 1, so that the comparison broadcasts. `largest.sum` counts the ties in each group.

# %% [markdown]
# ## Picking entries
#
# A language model keeps a row of numbers for each word, and looks rows up by the word's number (an **embedding**): `table[[3, 0, 3]]` picks row 3 twice. Row 3 fans out into two results, so its gradient is a sum again. NumPy has a
# trap here, and it is silent:

# %%
indices = np.array([3, 0, 3])
gradient = np.zeros(4)
gradient[indices] += np.array([1.0, 10.0, 100.0])
print(gradient.tolist(), "  right is [10.0, 0.0, 0.0, 101.0]")

# %% [markdown]
# `gradient[indices] += g` means `gradient[indices] = gradient[indices] + g`: all reading is done before anything is written. Place 3 is read twice,
# both times as 0; then it is written twice, and the last one wins. (Lesson 03's first failure, in another dress.) `np.add.at(gradient, indices, g)` adds for each index.

# %% [markdown]
# **Exercise: `tensors.take_vjp`.** Write `take_vjp(grad, x, indices)` for `x[indices]`: the gradient of x. `indices` is an integer array of any shape, 0-d
# too, and picks along axis 0; negative ones count from the end, and an index may come up several times. `grad` has the shape
# `indices.shape + x.shape[1:]`. For example, x of shape (3,), indices = [0, 2, 0] and grad = [1, 10, 100] give [101, 0, 10].


# %%
def take_vjp(grad, x, indices):
    """Return the gradient of x, where grad is that of x[indices]."""
    ### BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    np.add.at(gradient, indices, grad)
    return gradient
    ### END SOLUTION


take_vjp = lab.check("tensors.take_vjp", take_vjp)

# %% [markdown] tags=["solution"]
# Rows that were never picked get 0; rows picked twice get the sum. `np.add.at` works for every shape of `indices`, and counts negative ones as indexing does.

# %% [markdown]
# ## Softmax
#
# The **softmax** turns a row of scores into probabilities: $p_i = \exp(x_i) / \sum_j \exp(x_j)$. Here *every* input goes into *every* output. The slopes are
#
# $$\frac{\partial p_i}{\partial x_j} = p_i\,(\delta_{ij} - p_j), \qquad \delta_{ij} = 1 \text{ where } i = j,\ \text{else } 0 .$$
#
# **Predict it:** add up one column of this table, $\partial p_i / \partial x_j$ over all i. (What do the probabilities add up to, whatever x is?) And one row, over all j?
# (What happens to p if the same number is added to all scores?)

# %%
scores = np.array([2.0, 1.0, 0.0, -1.0])
p = np.exp(scores) / np.exp(scores).sum()
table = np.diag(p) - np.outer(p, p)
fig, ax = figures.new(3.6, 3.0)
picture = ax.imshow(table, cmap="RdBu", vmin=-0.25, vmax=0.25)
ax.set(xlabel="input j", ylabel="output i", xticks=range(4), yticks=range(4))
ax.grid(False)
fig.colorbar(picture)
zero = np.allclose(table.sum(0), 0) and np.allclose(table.sum(1), 0)
shown = ", ".join(f"{value:.2f}" for value in np.diag(table))
caption = f"Positive on the diagonal ({shown}), negative elsewhere; "
figures.show(fig, caption + f"all rows and columns add up to 0: {zero}.")

# %% [markdown]
# Both are 0: the probabilities always add up to 1, and only differences of scores matter.
#
# The table is the **Jacobian** of the softmax, and grad a row vector. $\bar x_j = \sum_i \text{grad}_i \cdot \partial p_i / \partial x_j$ is their product, the *vector–Jacobian product* that
# gave the rules their name. There is no need to make the table: put the formula in. The part with δ leaves one term. The other leaves $p_j$ times a sum
# over i, and that sum is the same for every j.
# One more thing: `np.exp(1000)` overflows. Since only differences within a row matter, the largest score of the row can be subtracted first.

# %% [markdown]
# **Exercise: `tensors.softmax_vjp`.** Write `softmax_vjp(grad, x)`: the gradient of x, for the softmax over the *last* axis of x. x has one to three axes, and
# its entries may be as large as 1000 or as small as −1000: the result must still be right. For example, x = [0, 0] and
# grad = [4, 0] give [1, −1].


# %%
def softmax_vjp(grad, x):
    """Return the gradient of x, where grad is that of softmax(x) over the last axis."""
    ### BEGIN SOLUTION
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    p = powers / powers.sum(axis=-1, keepdims=True)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))
    ### END SOLUTION


softmax_vjp = lab.check("tensors.softmax_vjp", softmax_vjp)

# %% [markdown] tags=["solution"]
# $\sum_i \text{grad}_i\, p_i (\delta_{ij} - p_j) = p_j (\text{grad}_j - \sum_i \text{grad}_i\, p_i)$: what comes back to score j is $p_j$ times how far $\text{grad}_j$ lies above the average of
# grad, an average weighted by the probabilities. If grad is the same everywhere, nothing comes back.

# %%
grad = np.array([1.0, -2.0, 0.5, 3.0])
print("your vjp:        ", np.array2string(softmax_vjp(grad, scores), precision=4))
print("grad times table:", np.array2string(grad @ table, precision=4))

# %% [markdown]
# ## Reading the engine
#
# You have written the difficult rules of a tensor engine. `lab.engine.Tensor` is the rest: an array that remembers its parents, as `Node` did in lesson
# 03. Here is how one of its operations looks:
#
#     def __mul__(self, other):
#         a, b = self, _lifted(other, self)
#         return record(
#             "mul",
#             a._array * b._array,
#             (a, lambda g, y: unbroadcast(g * b, a.shape)),
#             (b, lambda g, y: unbroadcast(g * a, b.shape)),
#             saves=(a, b),
#         )
#
# `_lifted` makes a Tensor of a plain number or array, and `a._array` is the bare NumPy array inside. `record` makes the new Tensor and keeps a pair for each
# operand: the operand and its rule. A rule takes g, the gradient of the result, and y, the result itself, both Tensors; some rules use y: that of `exp` is `g * y`. (The `unbroadcast`
# here is the engine's own, which works on Tensors.)
#
# **A question to take along:** why do the rules compute with `b`, and not with `b._array`? The answer comes in a minute.
#
# `saves` says which arrays the rules will read. If a Tensor among them is changed before they do, the gradient would be wrong, and the engine notices. (A plain NumPy array that
# takes part isn't watched: leave it alone until `backward`.)

# %%
w = Tensor([1.0, 2.0])
total = (w * w).sum()
w.data -= 1
try:
    total.backward()
except RuntimeError as refusal:
    print(str(refusal).replace(": ", ":\n"))

# %% [markdown]
# (`w.data` is the way to the numbers from outside: a NumPy array whose changes the engine notices. What you compute with it is not recorded.) The engine also checks that every rule returns a gradient of its input's shape. Here is a
# rule without `unbroadcast`, on purpose:


# %%
def add_bias(x, bias):
    """Add a bias to each row, with a rule that forgets about broadcasting."""
    forgetful = (bias, lambda g, y: g)
    return lab.engine.record("add_bias", x + bias.data, forgetful)


bias = Tensor([0.1, 0.2, 0.3])
try:
    add_bias(np.zeros((4, 3)), bias).sum().backward()
except RuntimeError as refusal:
    print(str(refusal).replace("; ", ";\n"))

# %% [markdown]
# And the answer to the question: `b._array` is bare numbers, and what is computed from them would have no connection with b. `g * b` is a Tensor operation and can be recorded like
# any other, so a gradient can have a gradient. With `create_graph=True` the trip
# back is recorded. The first slope of Σx³ is 3x²; the slope of the sum of *that* is 6x:

# %%
x = Tensor([1.0, 2.0, 3.0])
(first,) = lab.engine.grad((x**3).sum(), x, create_graph=True)
(second,) = lab.engine.grad(first.sum(), x)
print("first: ", first.data.tolist())
print("second:", second.data.tolist())

# %% [markdown]
# A few things more to know before you read it. Under `no_grad()` nothing is recorded, and `x.detach()` is the same numbers without the graph. An array of whole
# numbers has no gradient, and `backward` says so: write `1.0`. float32 stays float32 among plain numbers and its like; with a float64 array the result is float64, as in NumPy. A view such as `x[0]` shares the memory of x, and a change through either is noticed. Now read: `lab.engine.record??` is where
# the graph is made, and `lab.engine.Tensor??` shows the operations and `backward`.
#
# The engine is fast enough for something real. The handwritten digits of scikit-learn are 1,797 pictures of 8 by 8 pixels, with values from 0 to 16. The network is a layer of 32
# neurons and a layer of ten scores x. The loss of one picture is $-\log p_r$, where r is the right digit and p the softmax of the scores; we take the mean. Since $p_r = \exp(x_r) / \sum_j \exp(x_j)$,
# the loss is $\log \sum_j \exp(x_j) - x_r$; the first part is called **logsumexp**.

# %%
digits = load_digits()
pictures, targets = digits.data / 16, digits.target
rng = np.random.default_rng(0)
w1, b1 = Tensor(rng.normal(size=(64, 32)) / 8), Tensor(np.zeros(32))
w2, b2 = Tensor(rng.normal(size=(32, 10)) / 6), Tensor(np.zeros(10))


def loss_of(rows):
    """Return the mean loss over some of the pictures, and the scores."""
    scores = (pictures[rows] @ w1 + b1).tanh() @ w2 + b2
    right = scores[np.arange(len(rows)), targets[rows]]
    return (scores.logsumexp(1) - right).mean(), scores


# %%
train, test = np.arange(1200), np.arange(1200, 1797)
for _ in range(300):
    loss, _ = loss_of(rng.choice(train, 100, replace=False))
    for parameter in (w1, b1, w2, b2):
        parameter.grad = None
    loss.backward()
    for parameter in (w1, b1, w2, b2):
        parameter.data -= 0.5 * parameter.grad
with lab.engine.no_grad():
    _, test_scores = loss_of(test)
right = (test_scores.data.argmax(1) == targets[test]).mean()
print("over 88 % of the digits that it hasn't seen are right:", bool(right > 0.88))

# %% [markdown]
# The rules behind this loop are those of this lesson, in the engine's words: matrix products, broadcast biases, a mean, picked entries (here by a pair of index
# arrays), and tanh from lesson 03. One is new: the slope of logsumexp is the softmax.
#
# ## Recap
#
# What changes when numbers become arrays is the bookkeeping of one idea: where an entry goes into several results, what comes back adds up.
#
# - A gradient has its array's shape. Check that first.
# - Broadcasting is fan-out, its gradient a sum. A sum is fan-in, its gradient a broadcast; put the axis back first.
# - ā = ȳ bᵀ and b̄ = aᵀ ȳ, summed over the batch where one matrix served it all.
# - Repeated indices add up; `+=` with an index array doesn't.
# - The vjp of softmax is `p * (grad - (grad * p).sum())`, row by row: no table needed.
#
# This is the end of Part I: you have written the rules and the sweep that an automatic differentiation engine rests on. Part II opens the engine that most
# people use, `torch.autograd`, and you will recognise its main parts.
#
# ## Sources
#
# - M. B. Giles, [Collected matrix derivative results for forward and reverse mode algorithmic differentiation](https://doi.org/10.1007/978-3-540-68942-3_4),
#   Advances in Automatic Differentiation, 2008: matrix products, with the bar notation.
# - NumPy documentation, [Broadcasting](https://numpy.org/doc/stable/user/basics.broadcasting.html) and
#   [numpy.ufunc.at](https://numpy.org/doc/stable/reference/generated/numpy.ufunc.at.html).
# - PyTorch documentation, [torch.amax](https://docs.pytorch.org/docs/stable/generated/torch.amax.html): how ties share the gradient.
