# %% [markdown]
# # 03 · Reverse mode: one trip back for all slopes
#
# A network has one loss and millions of weights, and training needs the slope of the loss in every one of them. Difference quotients
# need at least one more run of the network for each weight; forward mode (lesson 02), which is exact, needs one pass for each. There is a way
# that needs one run forward and one trip back in all, whatever the number of weights.
# **How can a single trip back through a computation find every slope, and what can go wrong on the way?**
#
# Three mistakes are so common that they have become classics. You will run into each of them, see what it does (two give a wrong number,
# one stops the program), and repair it. At the end you will have an engine that trains a small network.
#
# After this lesson you will be able to
#
# - follow the chain rule through a graph: multiply along a path, add over paths;
# - write the rule that sends a gradient back through an operation;
# - put the nodes of a graph into an order in which gradients can be sent, and send them;
# - say why gradients add up, why the order matters, and why a function must not call itself for every node.
#
# Time: 60 minutes. You need lesson 01. (Lesson 02 answers the same question in the other direction.)

# %%
import math

import numpy as np
from sklearn.datasets import make_moons

import autograd_lab as lab
from autograd_lab import figures, stepper

# %% [markdown]
# ## The chain rule in numbers
#
# Here is a computation in three steps. Every step uses what came before, and two numbers are used more than once:
#
# $$y = x \cdot x, \qquad z = y + x, \qquad L = y \cdot z .$$
#
# At x = 3 that is y = 9, z = 12, L = 108. How fast does L change with x?
#
# Take one step at a time. L = y · z changes z times as fast as y: the slope of L in y, with z held still, is 12. Likewise its
# slope in z is 9. z = y + x has the slope 1 in each. And y = x · x is a product of two factors that happen to be the same
# number: its slope is 3 in the first factor and 3 in the second. Write each slope on its arrow:
#
# | arrow | x → y (first) | x → y (second) | x → z | y → z | y → L | z → L |
# | --- | ---: | ---: | ---: | ---: | ---: | ---: |
# | slope | 3 | 3 | 1 | 1 | 12 | 9 |
#
# If x moves a little, that movement reaches L along every **path** of arrows from x to L. Along one path the slopes
# multiply: x moves y three times as much, and y moves L twelve times as much as that. What arrives along different paths adds up.

# %%
paths = {
    "x -first-> y -> L": 3 * 12,
    "x -second-> y -> L": 3 * 12,
    "x -first-> y -> z -> L": 3 * 1 * 9,
    "x -second-> y -> z -> L": 3 * 1 * 9,
    "x -> z -> L": 1 * 9,
}
for path, product in paths.items():
    print(f"{path:<26} {product:>3}")
print("sum over all paths:       ", sum(paths.values()))
h = 1e-6
rise = (3 + h) ** 4 + (3 + h) ** 3 - (3 - h) ** 4 - (3 - h) ** 3
print(f"central difference:        {rise / (2 * h):.4f}")

# %% [markdown]
# (L is x⁴ + x³, so its slope is 4x³ + 3x² = 108 + 27 = 135.) **Multiply along a path, add over the paths**: that is the whole
# chain rule. A program could do just that, if there were not so many paths.
#
# Take a ladder: in each of its steps a number is used twice, and the two results are added. Two ways lead through every step.
# **Before you run the next cell:** with 40 steps, how many numbers does the computation have, and how many paths?

# %%
for steps in (1, 2, 10, 40):
    print(f"steps: {steps:>2}   numbers: {3 * steps + 1:>3}   paths: {2**steps:>17,}")

# %% [markdown]
# A hundred and twenty-one numbers, and a million million paths. Adding path by path is hopeless; the way out is to notice
# that the paths share their pieces. Everything that arrives at y from the side of L, along whatever path, is multiplied by the
# *same* slopes on its way from y to x. So add it up at y first, once, and send the sum on. That is reverse mode.
#
# ## One rule for each operation
#
# Stand at one operation, say a product x · y, somewhere in a long computation that ends in one number, L. Suppose that you
# know the slope of L with respect to the *output* of this operation. Call it `grad`. (The slope of L with respect to
# a number is also called that number's **gradient**; from here on we use both words.) The operation itself must only answer: what is the slope of
# L with respect to each of my *inputs*? By the chain rule that is `grad` times the operation's own slope.
#
# Such a rule is called the operation's **vector–Jacobian product**, **vjp** for short. (For operations on single numbers there is
# nothing vector about it yet; in lesson 04 there will be.) It doesn't need to know what comes before or after.

# %% [markdown]
# **Exercise: `reverse_mode.mul_vjp`.** Write `mul_vjp(grad, x, y)` for the operation x · y: the pair of slopes of L with respect
# to x and to y, when `grad` is its slope with respect to the product. All are floats; the result is a tuple of two. For
# example, `mul_vjp(2.0, 3.0, 5.0)` is `(10.0, 6.0)`.


# %%
def mul_vjp(grad, x, y):
    """Return the slopes of L in x and in y, where grad is its slope in x * y."""
    ### BEGIN SOLUTION
    return grad * y, grad * x
    ### END SOLUTION


mul_vjp = lab.check("reverse_mode.mul_vjp", mul_vjp)

# %% [markdown] tags=["solution"]
# The product's slope in x is y, and in y it is x: each factor's slope is the *other* factor. `grad` multiplies both.

# %% [markdown]
# **Exercise: `reverse_mode.div_vjp`.** Write `div_vjp(grad, x, y)` for x / y, where y isn't 0: a pair, as before. For example,
# `div_vjp(4.0, 6.0, 2.0)` is `(2.0, -6.0)`.


# %%
def div_vjp(grad, x, y):
    """Return the slopes of L in x and in y, where grad is its slope in x / y."""
    ### BEGIN SOLUTION
    return grad / y, -grad * x / y**2
    ### END SOLUTION


div_vjp = lab.check("reverse_mode.div_vjp", div_vjp)

# %% [markdown] tags=["solution"]
# x / y is x · y⁻¹. In x it is a product with the constant 1/y. In y the power rule gives −x · y⁻²: a larger divisor makes the
# quotient smaller (for positive x), hence the minus.

# %% [markdown]
# **Exercise: `reverse_mode.pow_vjp`.** Write `pow_vjp(grad, x, n)` for xⁿ: one float, the slope with respect to x. n is a
# constant, an int or a float (3, −2, 0.5, 0 …), and gets no slope. x is positive where n isn't whole, and x isn't 0 where n is
# negative. With n = 0, 1, 2 … x may be 0 too. For example, `pow_vjp(1.0, 2.0, 3)` is `12.0`.


# %%
def pow_vjp(grad, x, n):
    """Return the slope of L in x, where grad is its slope in x ** n."""
    ### BEGIN SOLUTION
    if n == 0:
        return 0.0
    return grad * n * x ** (n - 1)
    ### END SOLUTION


pow_vjp = lab.check("reverse_mode.pow_vjp", pow_vjp)

# %% [markdown] tags=["solution"]
# The exponent comes down and the power falls by one. x⁰ is 1 wherever x stands, so its slope is 0; the formula would ask for
# 0⁻¹ at x = 0, which Python refuses.

# %% [markdown]
# **Exercise: `reverse_mode.tanh_vjp`.** Write `tanh_vjp(grad, x)` for tanh x, where x is the *input*: one float. The slope of tanh is
# 1 − tanh². For example, `tanh_vjp(3.0, 0.0)` is `3.0`.


# %%
def tanh_vjp(grad, x):
    """Return the slope of L in x, where grad is its slope in tanh(x)."""
    ### BEGIN SOLUTION
    return grad * (1 - math.tanh(x) ** 2)
    ### END SOLUTION


tanh_vjp = lab.check("reverse_mode.tanh_vjp", tanh_vjp)

# %% [markdown] tags=["solution"]
# The formula wants tanh x, and the argument is x: the tangent has to be computed first. For large |x| the slope is nearly 0,
# and hardly anything comes back: tanh is *saturated* there.

# %% [markdown]
# **Exercise: `reverse_mode.relu_vjp`.** Write `relu_vjp(grad, x)` for max(x, 0), which is called **relu**: one float. At x = 0
# exactly there is a kink; anything from 0 to `grad` is right there. For example, `relu_vjp(3.0, 2.0)` is `3.0`.


# %%
def relu_vjp(grad, x):
    """Return the slope of L in x, where grad is its slope in max(x, 0)."""
    ### BEGIN SOLUTION
    return grad if x > 0 else 0.0
    ### END SOLUTION


relu_vjp = lab.check("reverse_mode.relu_vjp", relu_vjp)

# %% [markdown] tags=["solution"]
# Where x is positive, relu passes it on, and its gradient with it. Where x is negative, the output doesn't move: nothing comes
# back. At 0 torch says 0, and so do we.

# %% [markdown]
# ## Remembering the way
#
# The rules need the numbers of the way forward: `mul_vjp` asks for x and y. So let each result remember three things: its number,
# the **parents** that it was computed from, and its vjp with the parents' numbers filled in. Such a record is a **node**, and
# together the nodes are the graph (or the **tape**) of the computation. A node without parents, such as an input or a weight, is a
# **leaf**; the node at which the trip back begins is the **root**.


# %%
class Node:
    """A number that remembers its parents, and how to send a gradient back to them."""

    def __init__(self, data, parents=(), vjp=lambda grad: ()):
        self.data, self.parents, self.vjp, self.grad = data, parents, vjp, 0.0

    def __add__(self, other):
        return Node(self.data + other.data, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        x, y = self.data, other.data
        return Node(x * y, (self, other), lambda grad: mul_vjp(grad, x, y))

    def __truediv__(self, other):
        x, y = self.data, other.data
        return Node(x / y, (self, other), lambda grad: div_vjp(grad, x, y))

    def __pow__(self, n):
        x = self.data
        return Node(x**n, (self,), lambda grad: (pow_vjp(grad, x, n),))

    def tanh(self):
        x = self.data
        return Node(math.tanh(x), (self,), lambda grad: (tanh_vjp(grad, x),))

    def relu(self):
        x = self.data
        return Node(max(x, 0.0), (self,), lambda grad: (relu_vjp(grad, x),))


# %% [markdown]
# An operation computes its number at once and does nothing else; the way back is only prepared. `x * x` has the parents `(x, x)`:
# the same node twice. A vjp always returns a tuple here, one gradient for each parent, so `tanh` wraps its single one. And each
# operation keeps the *number* x, not the node: should the node's number be changed later, the way back still uses that of the way forward.


# %%
def example():
    """Return the nodes x, y, z, L of the example, freshly made."""
    x = Node(3.0)
    y = x * x
    z = y + x
    return x, y, z, y * z


x, y, z, L = example()
print("L =", L.data)
print("L sends back to y and z:", L.vjp(1.0))

# %% [markdown]
# `L.vjp(1.0)`: the slope of L with respect to itself is 1, and the rule turns it into 12 for y and 9 for z, the two numbers on the
# arrows into L.
#
# ## First tries
#
# The shortest program that one could write goes from L to its parents, and from there to theirs.


# %%
def first_try(node, grad):
    """Send grad back through node, and on from there. Something is wrong with it."""
    node.grad = grad
    for parent, back in zip(node.parents, node.vjp(grad)):
        first_try(parent, back)


x, y, z, L = example()
first_try(L, 1.0)
print("slope of L in x:", x.grad, "  right is 135")

# %% [markdown]
# **The first failure: a gradient is overwritten.** Five paths arrive at x, and each one puts its own number in the place of what
# the others had brought. Only the last remains. Contributions *add*:


# %%
def second_try(node, grad):
    """Send grad back through node, and on from there, adding up."""
    global calls
    calls += 1
    node.grad += grad
    for parent, back in zip(node.parents, node.vjp(grad)):
        second_try(parent, back)


calls = 0
x, y, z, L = example()
second_try(L, 1.0)
print("slope of L in x:", x.grad, "  calls:", calls, "for 4 nodes")

# %% [markdown]
# Right. But nine calls for four nodes: each path is walked on its own. Count the calls on a ladder, whose steps each add two halves of
# one number, so that its slope is 1.


# %%
def ladder(steps):
    """Return the bottom and the top of a ladder of so many steps."""
    bottom = top = Node(1.0)
    half = Node(0.5)
    for _ in range(steps):
        top = top * half + top * half
    return bottom, top


for steps in (4, 8, 12):
    calls = 0
    bottom, top = ladder(steps)
    second_try(top, 1.0)
    print(f"{steps:>2} steps: slope {bottom.grad}, {calls:>6} calls")

# %% [markdown]
# Not a wrong number, but useless: four steps more cost about sixteen times as many calls. Every node should be asked only *once*. So let us mark the nodes that were asked,
# and skip them:


# %%
def third_try(node, asked):
    """Ask each node once, in the order in which they are met."""
    asked.add(node)
    for parent, back in zip(node.parents, node.vjp(node.grad)):
        parent.grad += back
        if parent not in asked:
            third_try(parent, asked)


x, y, z, L = example()
L.grad = 1.0
third_try(L, set())
print("slope of L in x:", x.grad, "  right is 135")

# %% [markdown]
# **The second failure: a node is asked too early.** y was asked as soon as it was met, when only the 12 from L had arrived. The 9
# that come by way of z arrived afterwards, when y had already sent its gradient on, and they never reach x: 135 − 2 · 3 · 9 = 81.
#
# Step through it. (Move the slider, click the buttons, or use the arrow keys when the slider has the focus.) Every box says how many
# contributions have arrived, and how many will come: one for each use.

# %%
# v, squared, total, result: the x, y, z and L of the example
v = lab.engine.Value(3.0)
squared = v * v
total = squared + v
result = squared * total
names = {"x": v, "y": squared, "z": total, "L": result}
stepper.show(result, names, order=[result, squared, total, v], stills=[1, 2, 3])

# %% [markdown]
# In the end y holds the right 21, and x holds the wrong 81: y had sent on only 12 of its 21.
#
# (The picture is drawn with `lab.engine.Value`, the engine that this lesson leads up to. It has nodes like ours.)
#
# ## Who may go next
#
# A node may send its gradient on when everything that is coming to it has arrived: when all nodes that *use* it on the way to L have sent theirs.
# (Other uses don't count: through them it doesn't move L.) **Say it before you step:** in which order may L, x, y and z send, and how much does y then
# send along each of its two arrows to x?

# %%
stepper.show(result, names, stills=[0, 1, 2, 3])

# %% [markdown]
# After L comes z, because y still waits for what z has to say. Then y sends 3 · 21 = 63 along each arrow, and x gets 63 + 63 + 9 = 135.
#
# An order of the nodes in which each comes after all of its parents is called a **topological order**. Reversed, it is an order to send
# gradients in: every node comes before its parents, so all its users on the way to the root have had their turn before it. The example
# has one such order, x, y, z, L. Many graphs have several, and any of them will do.
#
# A good way to find one: before a node is listed, list its parents, and before those theirs, and so on; and never list a node twice. That
# is a **depth-first search**. It is natural to write it as a function that calls itself, and this is
# **the third failure**:


# %%
def by_recursion(node, order, seen):
    """List node after everything that it was computed from."""
    seen.add(node)
    for parent in node.parents:
        if parent not in seen:
            by_recursion(parent, order, seen)
    order.append(node)


x, y, z, L = example()
order = []
by_recursion(L, order, set())
print(
    "order:",
    [name for node in order for name, it in zip("xyzL", (x, y, z, L)) if it is node],
)

long = Node(1.0)
for _ in range(100_000):
    long = long + x
try:
    by_recursion(long, [], set())
except RecursionError:
    print("RecursionError: too many calls within one another")

# %% [markdown]
# A hundred thousand additions are nothing special: a loop over data makes such a graph. But Python stops at about a thousand calls
# within one another, to protect itself from functions that call themselves for ever. The limit can be raised, but there is always a deeper graph.
#
# A list of your own, with the nodes that wait, needs no limit. The difficulty is that a node comes off the list before its parents are done,
# so it has to come back later. What must be remembered about it until then?

# %% [markdown]
# **Exercise: `reverse_mode.topological_order`.** Write `topological_order(root)`. A node has `.parents`: a tuple of the nodes that it
# was computed from; the same node may stand in it twice; a leaf has `()`. Return a list of all nodes that can be reached from `root` by
# way of parents, `root` included, each once, and each after all of its parents, so that `root` is the last. Any such order is right.
# Nodes are the same only if they are one object; they can stand in sets and dicts. Change nothing in them. A chain of 100,000 nodes takes
# a second or less. For example, with `y` computed from `x`, and `root.parents == (y, x)`, it is `[x, y, root]`.


# %%
def topological_order(root):
    """Return root and all that it came from, each node once and after its parents."""
    ### BEGIN SOLUTION
    order, seen = [], set()
    waiting = [(root, False)]
    while waiting:
        node, parents_listed = waiting.pop()
        if parents_listed:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)
    return order
    ### END SOLUTION


topological_order = lab.check("reverse_mode.topological_order", topological_order)

# %% [markdown] tags=["solution"]
# Each node is put back on the pile under its parents, marked: when it comes up again, everything that it was computed from has been
# listed. `seen` is a set, in which looking something up takes the same short time whatever its size; in a list it would take longer and
# longer.
#
# Another way counts. First count, for each node, its uses among all that can be reached. Begin with the root; each node that goes takes one
# use off its parents, and a node whose count has fallen to 0 goes next. That lists the root first, so the list has to be turned round at the end.

# %% [markdown]
# ## The sweep
#
# Now nothing is missing. The gradient of the root with respect to itself is 1. Go through the order from the back: each node has
# its complete gradient when its turn comes, asks its vjp once, and adds what it gets to its parents' gradients.

# %% [markdown]
# **Exercise: `reverse_mode.backward`.** Write `backward(root)`. A node has `.parents`, `.grad` (0.0 on every node before the call), and
# `.vjp(grad)`, which takes the node's gradient and returns a tuple: one gradient for each parent, in the order of `.parents` (a leaf's
# returns `()`). Afterwards `.grad` of every node that can be reached is the gradient of root with respect to it, and `root.grad` is 1.0;
# where a node is used several times, or twice in one operation, what comes back from each use adds up. Each node's `vjp` is called at most once, with
# its complete gradient. What `backward` returns doesn't matter. Graphs 100,000 nodes deep work too. For example, after `y = x * x` at x = 3 and
# `backward(y)`, `y.grad` is 1.0 and `x.grad` is 6.0.


# %%
def backward(root):
    """Fill the grad of root and of all that it was computed from."""
    ### BEGIN SOLUTION
    root.grad = 1.0
    for node in reversed(topological_order(root)):
        for parent, grad in zip(node.parents, node.vjp(node.grad)):
            parent.grad += grad
    ### END SOLUTION


backward = lab.check("reverse_mode.backward", backward)

# %% [markdown] tags=["solution"]
# Four lines, and each of the three failures has its answer: `+=` adds up, `reversed(topological_order(…))` waits, and a list of our own has
# replaced the function that calls itself. `zip` pairs each parent with its own gradient, also where a parent stands there twice.

# %%
x, y, z, L = example()
backward(L)
print("slopes of L in x, y, z, L:", x.grad, y.grad, z.grad, L.grad)

bottom, top = ladder(1000)
backward(top)
print("a ladder of 1000 steps:", bottom.grad)

x = Node(0.0)
long = x
for _ in range(100_000):
    long = long + x
backward(long)
print("100,000 additions:", x.grad)

# %% [markdown]
# The ladder of 1000 steps has more paths than there are atoms in the observable universe, and the sweep goes over each of its 3001 nodes
# (and the constant 0.5) once. The cost of the trip back is in proportion to the cost of the way forward, however many inputs there are:
# all their slopes come out of the same trip. That is what makes it possible to train networks with millions of weights.
#
# The price is memory: the numbers of the whole way forward have to be kept until the trip back has used them. Forward mode can forget them
# as it goes.
#
# If there are *several* results, one trip is needed for each: a trip gives one row of the Jacobian, the slopes of one result in all
# inputs. Forward mode gives one column, the slopes of all results in one input.
#
# ## A network of your own
#
# `Node`, your rules and your `backward` are an engine. Let it train a network. Here are forty points in two half-moons, and a network with
# eight hidden neurons: each takes w₁ · x₁ + w₂ · x₂ + b through tanh, and the output is a weighted sum of the eight plus one more constant: 8 · 3 + 9 = 33
# weights.

# %%
points, labels = make_moons(n_samples=40, noise=0.1, random_state=0)
signs = np.where(labels == 1, 1.0, -1.0)
rng = np.random.default_rng(0)
hidden = [[Node(w) for w in rng.normal(size=3)] for _ in range(8)]
output = [Node(w) for w in rng.normal(size=9)]
weights = [w for neuron in [*hidden, output] for w in neuron]


def score(point):
    """Return the network's output for one point; its sign tells the moon."""
    x1, x2 = (Node(coordinate) for coordinate in point)
    out = output[8]
    for (w1, w2, b), w in zip(hidden, output):
        out = out + w * (w1 * x1 + w2 * x2 + b).tanh()
    return out


# %% [markdown]
# The loss of a point with the sign s (1 or −1) is relu(1 − s · score): nothing where the score has the right sign and is at least 1
# in size, and more the further it is off. The loss of all is their mean. Then the loop that trains every network: forward, back, and a small step of
# each weight against its gradient, because that way the loss falls.

# %%
for step in range(151):
    loss = Node(0.0)
    for point, sign in zip(points, signs):
        loss = loss + (Node(1.0) + Node(-sign) * score(point)).relu() * Node(1 / 40)
    for w in weights:
        w.grad = 0.0
    backward(loss)
    for w in weights:
        w.data -= 0.5 * w.grad
    if step % 50 == 0:
        print(f"step {step:>3}: loss {loss.data:.2f}")
right = sum(float(score(point).data * sign > 0) for point, sign in zip(points, signs))
print("at least 38 of 40 points on the right side:", right >= 38)

# %%
size = len(topological_order(loss))
grid = np.meshgrid(np.linspace(-1.6, 2.6, 80), np.linspace(-1.1, 1.6, 60))
inner = [np.tanh(w1.data * grid[0] + w2.data * grid[1] + b.data) for w1, w2, b in hidden]
scores = sum(w.data * h for w, h in zip(output, inner)) + output[8].data
fig, ax = figures.new(5.5, 3.2)
blue, orange = figures.COLOURS[:2]
ax.contourf(*grid, scores, levels=[-99, 0, 99], colors=["#DCEBF5", "#FBE6D8"])
ax.contour(*grid, scores, levels=[0], colors="black", linewidths=1)
for sign, colour, mark in ((-1, blue, "o"), (1, orange, "s")):
    ax.plot(*points[signs == sign].T, mark, color=colour)
ax.set(xlabel="x₁", ylabel="x₂")
caption = "Orange where the score is above 0, blue below; the line between bends around "
caption += "the two moons. "
caption += f"One trip back goes over {size:,} nodes, {len(weights)} of them weights."
figures.show(fig, caption)

# %% [markdown]
# Every one of those slopes came from rules of one line and one sweep. (All other nodes are made anew in every step, with `grad` 0. The
# weights stay, and gradients add up, so theirs must be set to 0 before the next trip.)
#
# ## The finished engine
#
# `lab.engine.Value` is this engine, with all operators. It keeps *slopes* instead of functions: on the way forward each
# slope is a number already, so `backward` multiplies and adds, and that is all. It is short; reading it is a good use of five minutes
# (`lab.engine.Value??` shows it). It can do what yours can, and plain numbers mix in:

# %%
a, b = lab.engine.Value(2.0), lab.engine.Value(-3.0)
c = (a * b + 10) / a
d = (c**2).tanh() + c
d.backward()
lab.draw_graph(d)

# %%
deep = start = lab.engine.Value(1.0)
for _ in range(200_000):
    deep = deep * 0.99999 + start * 1e-5
deep.backward()
print("400,000 nodes deep:", round(start.grad, 6))

# %% [markdown]
# ## Recap
#
# One trip back finds every slope because each node collects what comes from all its uses, and then sends it on, once.
#
# - Multiply along a path, add over the paths. Reverse mode adds at the nodes, so that shared pieces are walked once.
# - Each operation needs one short rule, its vjp: `grad` times its own slope in each input.
# - Gradients **add up** (`+=`), a node **waits** until all its users have sent (a topological order, from the back), and
#   **no recursion**: a graph can be deeper than Python lets calls nest.
# - One trip for each result: a row of the Jacobian. It costs a small multiple of the way forward, however many inputs there are, and the memory
#   of the whole way.
#
# Single numbers are a slow way to train anything large. The same engine on whole arrays is next, where one rule moves a million
# numbers, and where broadcasting brings back the sum over paths in a new dress.
#
# ## Sources
#
# - A. Griewank, A. Walther, [Evaluating Derivatives](https://doi.org/10.1137/1.9780898717761), 2nd edition, SIAM, 2008, chapters 3 and 4:
#   reverse mode, and why it costs a small multiple of the way forward.
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams, [Learning representations by back-propagating
#   errors](https://doi.org/10.1038/323533a0), Nature 323, 1986: it made reverse mode popular for networks. The method is older (S. Linnainmaa,
#   1970).
# - A. Karpathy, [micrograd](https://github.com/karpathy/micrograd): an engine for single numbers in a hundred lines.
# - A. B. Kahn, [Topological sorting of large networks](https://doi.org/10.1145/368996.369025), Communications of the ACM 5, 1962: a
#   topological order by counting, for each node, how many arrows are still to come.
