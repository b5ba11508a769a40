"""Answers written blind for the exercises of the lesson `reverse_mode`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it.
"""

import cmath
import functools
import graphlib
import heapq
import itertools
import math
import operator
import random
import sys
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from fractions import Fraction

import numpy as np

from submissions import Submission


class _Dual:
    """A number with a slope."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __mul__(self, other):
        return _Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other):
        ratio = self.value / other.value
        return _Dual(ratio, (self.slope - ratio * other.slope) / other.value)


def _signed_log_product(a, b):
    if a == 0 or b == 0:
        return 0.0
    sign = math.copysign(1.0, a) * math.copysign(1.0, b)
    return sign * math.exp(math.log(abs(a)) + math.log(abs(b)))


def _mul_logs(grad, x, y):
    return _signed_log_product(grad, y), _signed_log_product(grad, x)


class _MulDual:
    def __call__(self, grad, x, y):
        along_x = _Dual(x, 1.0) * _Dual(y)
        along_y = _Dual(x) * _Dual(y, 1.0)
        return (grad * along_x.slope, grad * along_y.slope)


def _mul_complex_step(grad, x, y):
    return (complex(x, 1.0) * y).imag * grad, (x * complex(y, 1.0)).imag * grad


def _scaled_swap(order, grad, *values):
    return tuple(grad * values[k] for k in order)


def _mul_numpy(grad, x, y):
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    return tuple(np.float64(grad) * (swap @ np.array([x, y])))


def _mul_unit_differences(grad, x, y):
    def product(a, b):
        return grad * a * b

    return product(1, y) - product(0, y), product(x, 1) - product(x, 0)


_Slopes = namedtuple("_Slopes", "of_x of_y")


def _mul_namedtuple(grad, x, y):
    return _Slopes(of_x=grad * y, of_y=grad * x)


def _mul_divides_product(grad, x, y):
    product = x * y
    return grad * product / x, grad * product / y


def _mul_logs_without_sign(grad, x, y):
    def magnitude(a, b):
        return math.exp(math.log(abs(a)) + math.log(abs(b))) if a and b else 0.0

    return magnitude(grad, y), magnitude(grad, x)


def _mul_no_return(grad, x, y):
    grad_x = grad * y
    grad_y = grad * x
    (grad_x, grad_y)


def _mul_square_case(grad, x, y):
    if x == y:
        return 2 * grad * x, 2 * grad * x
    return grad * y, grad * x


_mul_running = [0.0, 0.0]


def _mul_accumulates(grad, x, y):
    _mul_running[0] += grad * y
    _mul_running[1] += grad * x
    return tuple(_mul_running)


def _mul_guard_zero(grad, x, y):
    if x == 0 or y == 0:
        return 0.0, 0.0
    return grad * y, grad * x


def _div_chain(grad, x, y):
    """x * (1 / y): a product whose second factor has a history."""
    inverse = 1.0 / y
    grad_x, grad_inverse = grad * inverse, grad * x
    return grad_x, -(grad_inverse * inverse) * inverse


def _div_fractions(grad, x, y):
    g, a, b = map(Fraction, (grad, x, y))
    return float(g / b), float(-g * a / b**2)


def _div_complex_step(grad, x, y):
    h = abs(y) * 2.0**-30
    return grad / y, grad * ((x / complex(y, h)).imag / h)


class _DivDual:
    def __call__(self, *args):
        grad, x, y = args
        return tuple(grad * (_Dual(x, dx) / _Dual(y, dy)).slope for dx, dy in ((1.0, 0.0), (0.0, 1.0)))


def _div_numpy(grad, x, y):
    grad, x, y = np.float64(grad), np.float64(x), np.float64(y)
    first = np.divide(grad, y)
    return first, np.negative(first * np.divide(x, y))


def _div_logs(grad, x, y):
    def signed(top, *bottom):
        if 0.0 in top:
            return 0.0
        sign = math.prod(math.copysign(1.0, v) for v in (*top, *bottom))
        return sign * math.exp(sum(math.log(abs(v)) for v in top) - sum(math.log(abs(v)) for v in bottom))

    return signed((grad,), y), -signed((grad, x), y, y)


def _div_from_ratio(grad, x, y):
    ratio = x / y
    return grad * ratio / x, -grad * ratio / y


def _div_sqrt(grad, x, y):
    root = math.sqrt(y)
    return grad / root**2, -grad * x / root**4


def _pow_dual(grad, x, n):
    if n != int(n):
        return grad * n * math.exp((n - 1) * math.log(x))
    result, base, left = _Dual(1.0), _Dual(x, 1.0), int(n)
    if left < 0:
        base, left = _Dual(1.0) / base, -left
    while left:
        if left & 1:
            result = result * base
        base = base * base if left > 1 else base
        left >>= 1
    return grad * result.slope


def _pow_catches(grad, x, n):
    try:
        return grad * n * x ** (n - 1)
    except ZeroDivisionError:  # only x = 0 with n = 0 gets here
        return 0.0


def _pow_telescope(grad, x, n):
    """For whole n: the limit of (aⁿ − bⁿ) / (a − b), a sum of n products; else by a logarithm."""
    if n != math.floor(n):
        return grad * n * math.pow(x, n) / x
    if n < 0:
        m = int(-n)
        return -grad * sum(x ** (k - m) * x ** (-1 - k) for k in range(m))
    n = int(n)
    return grad * math.fsum(x**k * x ** (n - 1 - k) for k in range(n))


def _pow_signs(grad, x, n):
    if n == 0:
        return 0.0
    if x == 0:
        return float(grad) if n == 1 else 0.0
    size = math.exp((n - 1) * math.log(abs(x)))
    odd = x < 0 and (n - 1) % 2 == 1
    return grad * n * (-size if odd else size)


def _pow_polynomial(grad, x, n):
    if not float(n).is_integer():
        return float(grad * n * np.float_power(x, n - 1))
    slope = np.polynomial.Polynomial.basis(abs(int(n))).deriv()
    if n >= 0:
        return float(grad * slope(x))
    return float(-grad * slope(1 / x) / x / x)


def _pow_cmath(grad, x, n):
    match (x, n):
        case (_, 0):
            return 0.0
        case (0, 1):
            return grad
        case (0, _):
            return 0.0
    return grad * n * cmath.exp((n - 1) * cmath.log(x)).real


class _PowRule:
    def __init__(self, special):
        self.special = special

    def __call__(self, grad, x, n):
        general = lambda value, power: power * value ** (power - 1)
        return grad * self.special.get(n, general)(x, n)


def _pow_zero_guard(grad, x, n):
    if x == 0:
        return 0.0
    return grad * n * x ** (n - 1)


def _pow_one_forgets_grad(grad, x, n):
    if n == 0:
        return 0.0
    if n == 1:
        return 1.0
    return grad * n * x ** (n - 1)


def _pow_float_means_positive(grad, x, n):
    if n == 0:
        return 0.0
    if isinstance(n, int):
        return grad * n * x ** (n - 1)
    return grad * n * abs(x) ** (n - 1)


def _pow_square_root_case(grad, x, n):
    if n == 0.5:
        return grad * math.sqrt(x) / 2
    return grad * n * x ** (n - 1) if n else 0.0


def _pow_catches_with_grad(grad, x, n):
    try:
        return grad * n * x ** (n - 1)
    except ZeroDivisionError:
        return grad


def _tanh_decaying(grad, x):
    small = math.exp(-2.0 * abs(x))
    return grad * 4.0 * small / (1.0 + small) ** 2


def _tanh_complex_step(grad, x):
    return grad * (cmath.tanh(complex(x, 1e-20)).imag / 1e-20)


def _tanh_gudermann(grad, x):
    return grad * math.cos(2.0 * math.atan(math.tanh(x / 2.0))) ** 2


def _tanh_numpy_cosh(grad, x):
    with np.errstate(over="ignore"):
        return np.float64(grad) / np.cosh(np.float64(x)) ** 2


class _TanhSigmoid:
    def sigmoid(self, z):
        if z >= 0:
            return 1 / (1 + math.exp(-z))
        return 1 - self.sigmoid(-z)

    def __call__(self, grad, x):
        s = self.sigmoid(2 * x)
        return 4 * s * (1 - s) * grad


def _tanh_fraction(grad, x):
    t = Fraction(math.tanh(x))
    return float(Fraction(grad) * (1 - t) * (1 + t))


def _apply_slope(slope, grad, x):
    return grad * slope(x)


def _relu_heaviside(grad, x):
    return grad * np.heaviside(x, 0.5)


def _relu_copysign(grad, x):
    return grad * (1.0 + math.copysign(1.0, x)) / 2.0


def _relu_match(grad, x):
    match (x > 0) - (x < 0):
        case 1:
            return grad
        case -1:
            return 0.0
        case _:
            return grad / 3


class _Gate:
    table = {True: 1.0, False: 0.0}

    def __call__(self, grad, x):
        return self.table[x > 0] * grad


def _relu_half_abs(grad, x):
    """max(x, 0) = (x + |x|) / 2."""
    sign = x / abs(x) if x != 0 else 0.0
    return 0.5 * (grad + grad * sign)


def _relu_no_else(grad, x):
    if x > 0:
        return grad


def _relu_half_on_top(grad, x):
    slope = 0.0
    if x >= 0:
        slope += grad
    if x == 0:
        slope += grad / 2
    return slope


def _topo_flags(root):
    order, done, stack = [], set(), [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if node in done:
            continue
        if expanded:
            done.add(node)
            order.append(node)
            continue
        stack.append((node, True))
        stack.extend((parent, False) for parent in node.parents if parent not in done)
    return order


def _topo_iterators(root):
    order, seen = [], {root}
    path = [(root, iter(root.parents))]
    while path:
        node, remaining = path[-1]
        fresh = next((parent for parent in remaining if parent not in seen), None)
        if fresh is None:
            path.pop()
            order.append(node)
        else:
            seen.add(fresh)
            path.append((fresh, iter(fresh.parents)))
    return order


def _topo_trampoline(root):
    """A recursion of generators, run by a loop of our own in place of Python's stack."""
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for parent in node.parents:
            yield visit(parent)
        order.append(node)

    running = [visit(root)]
    while running:
        try:
            running.append(next(running[-1]))
        except StopIteration:
            running.pop()
    return order


def _topo_kahn_from_root(root):
    uses, stack, seen = Counter(), [root], {root}
    while stack:
        for parent in stack.pop().parents:
            uses[parent] += 1
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    backwards, ready = [], [root]
    while ready:
        node = ready.pop()
        backwards.append(node)
        for parent in node.parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return backwards[::-1]


def _topo_levels(root):
    """Peels off the leaves, level after level."""
    missing, children, queue = {}, defaultdict(list), deque([root])
    while queue:
        node = queue.popleft()
        if node in missing:
            continue
        distinct = set(node.parents)
        missing[node] = len(distinct)
        for parent in distinct:
            children[parent].append(node)
            queue.append(parent)
    level, order = [node for node, count in missing.items() if count == 0], []
    while level:
        order += level
        above = []
        for child in itertools.chain.from_iterable(children[node] for node in level):
            missing[child] -= 1
            if not missing[child]:
                above.append(child)
        level = above
    return order


def _heights(root):
    """The longest way down to a leaf, for each node."""
    height, stack = {}, [root]
    while stack:
        node = stack[-1]
        unknown = [parent for parent in node.parents if parent not in height]
        if unknown:
            stack.extend(unknown)
        else:
            stack.pop()
            height.setdefault(node, 1 + max((height[parent] for parent in node.parents), default=-1))
    return height


def _topo_heap_by_height(root):
    tie = itertools.count()
    heap = [(-steps, next(tie), node) for node, steps in _heights(root).items()]
    heapq.heapify(heap)
    backwards = deque()
    while heap:
        backwards.appendleft(heapq.heappop(heap)[2])
    return list(backwards)


def _topo_graphlib(root):
    sorter, stack, known = graphlib.TopologicalSorter(), [root], {root}
    while stack:
        node = stack.pop()
        sorter.add(node, *node.parents)
        new = set(node.parents) - known
        known |= new
        stack += new
    return list(sorter.static_order())


class _TopoColours:
    WHITE, GREY, BLACK = range(3)

    def __call__(self, root):
        colour, order, stack = {}, [], [root]
        while stack:
            node = stack[-1]
            state = colour.get(node, self.WHITE)
            if state == self.WHITE:
                colour[node] = self.GREY
                stack += [p for p in reversed(node.parents) if colour.get(p, self.WHITE) == self.WHITE]
            else:
                stack.pop()
                if state == self.GREY:
                    colour[node] = self.BLACK
                    order.append(node)
        return order


def _topo_ids(root):
    """By id; all nodes are held by root, so that no id is used again in the meantime."""
    position, nodes, where, path = {id(root): None}, [], [0], [root]
    while path:
        node = path[-1]
        if where[-1] == len(node.parents):
            path.pop()
            where.pop()
            position[id(node)] = len(nodes)
            nodes.append(node)
            continue
        parent = node.parents[where[-1]]
        where[-1] += 1
        if id(parent) not in position:
            position[id(parent)] = None
            path.append(parent)
            where.append(0)
    return nodes


def _topo_tarjan(root):
    """Tarjan's strongly connected components, which he puts out in just this order."""
    index, low, order, on_stack = {}, {}, [], []
    work = [(root, 0)]
    while work:
        node, at = work.pop()
        if at == 0:
            if node in index:
                continue
            index[node] = low[node] = len(index)
            on_stack.append(node)
        elif at > 0:
            low[node] = min(low[node], low[node.parents[at - 1]])
        for k in range(at, len(node.parents)):
            if node.parents[k] not in index:
                work.append((node, k + 1))
                work.append((node.parents[k], 0))
                break
        else:
            if low[node] == index[node]:
                component = on_stack.pop()
                order.append(component)
                low[component] = len(index) + 10**9
    return order


def _topo_contraction(root):
    """Cuts the edges away one by one; a node without any left is put out."""
    waiting, children, found = {}, {}, [root]
    for node in found:
        if node not in waiting:
            waiting[node] = set(node.parents)
            for parent in waiting[node]:
                children.setdefault(parent, []).append(node)
            found.extend(waiting[node])
    free = deque(node for node, parents in waiting.items() if not parents)
    order = []
    while free:
        order.append(free.popleft())
        for child in children.get(order[-1], ()):
            waiting[child].discard(order[-1])
            if not waiting[child]:
                free.append(child)
    return order


def _topo_random(root):
    """Any order will do, and so takes any node that is ready."""
    dice, reach, stack = random.Random(), {root: 0}, [root]
    while stack:
        for parent in stack.pop().parents:
            if parent not in reach:
                reach[parent] = 0
                stack.append(parent)
            reach[parent] += 1
    ready, order = [root], []
    while ready:
        k = dice.randrange(len(ready))
        ready[k], ready[-1] = ready[-1], ready[k]
        order.append(ready.pop())
        for parent in order[-1].parents:
            reach[parent] -= 1
            if reach[parent] == 0:
                ready.append(parent)
    order.reverse()
    return order


def _post_order(next_ones, start):
    """A general post-order walk, without recursion."""
    finished, stack = OrderedDict(), [start]
    while stack:
        todo = [other for other in next_ones(stack[-1]) if other not in finished]
        if todo:
            stack.append(todo[-1])
        else:
            finished[stack.pop()] = True
    return list(finished)


def _topo_recursive(root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def _topo_limit_10000(root):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        return _topo_recursive(root)
    finally:
        sys.setrecursionlimit(before)


def _topo_root_first(root):
    return _topo_flags(root)[::-1]


def _topo_preorder_reversed(root):
    order, seen, stack = [], {root}, [root]
    while stack:
        node = stack.pop()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return order[::-1]


def _topo_breadth_reversed(root):
    order, seen = [root], {root}
    for node in order:
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                order.append(parent)
    order.reverse()
    return order


def _topo_moves_to_end(root):
    """Breadth-first; a node met again moves to the end, but what's behind it doesn't follow."""
    order, queue = OrderedDict({root: None}), deque([root])
    while queue:
        for parent in queue.popleft().parents:
            if parent not in order:
                queue.append(parent)
            order[parent] = None
            order.move_to_end(parent)
    return list(reversed(order))


def _topo_marked_when_pushed(root):
    order, seen, stack = [], {root}, [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
            continue
        stack.append((node, True))
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, False))
    return order


def _topo_no_seen(root):
    order, stack = [], [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _topo_all_paths(root):
    """Level after level over all paths, then the last place of each."""
    walk, level = [], [root]
    while level:
        walk += level
        level = [parent for node in level for parent in node.parents]
    return list(dict.fromkeys(reversed(walk)))


def _topo_without_leaves(root):
    return [node for node in _topo_flags(root) if node.parents or node is root]


def _topo_lone_leaf(root):
    if not root.parents:
        return []
    return _topo_flags(root)


def _topo_list_membership(root):
    order, path = [], [(root, iter(root.parents))]
    while path:
        for parent in path[-1][1]:
            if parent not in order:
                path.append((parent, iter(parent.parents)))
                break
        else:
            node = path.pop()[0]
            if node not in order:
                order.append(node)
    return order


def _topo_default_set(root, seen=set()):
    order, stack = [], [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _topo_marks_nodes(root):
    order, stack = [], [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif not getattr(node, "visited", False):
            node.visited = True
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _topo_dedupes_parents(root):
    order = _topo_flags(root)
    for node in order:
        node.parents = tuple(dict.fromkeys(node.parents))
    return order


def _topo_generator(root):
    yield from _topo_flags(root)


def _topo_kahn_set_against_tuple(root):
    """Counts every place in parents, yet takes one off per different parent."""
    nodes, missing, children = _topo_flags(root), {}, defaultdict(set)
    for node in nodes:
        missing[node] = len(node.parents)
        for parent in node.parents:
            children[parent].add(node)
    order, ready = [], [node for node in nodes if not missing[node]]
    while ready:
        node = ready.pop()
        order.append(node)
        for child in children[node]:
            missing[child] -= 1
            if missing[child] == 0:
                ready.append(child)
    return order


def _topo_ready_at_first_use(root):
    """Kahn's algorithm from the leaves, but a child is ready once one of its parents is there."""
    children, found = defaultdict(list), [root]
    seen = {root}
    for node in found:
        for parent in node.parents:
            children[parent].append(node)
            if parent not in seen:
                seen.add(parent)
                found.append(parent)
    order = dict.fromkeys(node for node in found if not node.parents)
    queue = deque(order)
    while queue:
        for child in children[queue.popleft()]:
            if child not in order:
                order[child] = None
                queue.append(child)
    return list(order)


def _topo_by_parents_tuple(root):
    order, seen = [], set()
    stack = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif node.parents not in seen:
            seen.add(node.parents)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _topo_calls_it_a_cycle(root):
    order, state, stack = [], {}, [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
            state[node] = "done"
            continue
        if node in state:
            if state[node] == "done":
                continue
            raise ValueError("the graph has a cycle")
        state[node] = "open"
        stack.append((node, True))
        for parent in node.parents:
            if state.get(parent) == "open" or node.parents.count(parent) > 1:
                raise ValueError("the graph has a cycle")
            stack.append((parent, False))
    return order


def _topo_waits_forever(root):
    order, done, stack = [], set(), [root]
    while stack:
        node = stack[-1]
        if len(done & set(node.parents)) == len(node.parents):
            stack.pop()
            if node not in done:
                done.add(node)
                order.append(node)
        else:
            stack.extend(parent for parent in node.parents if parent not in done)
    return order


def _topo_thousand_levels(root):
    level, last_level = [root], {}
    for k in range(1000):
        for node in level:
            last_level[node] = k
        level = list(dict.fromkeys(parent for node in level for parent in node.parents))
    return sorted(last_level, key=last_level.get, reverse=True)


def _back_post_order(root):
    order, seen, stack = [], {root}, [(root, iter(root.parents))]
    while stack:
        for parent in stack[-1][1]:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                break
        else:
            order.append(stack.pop()[0])
    root.grad = 1.0
    while order:
        node = order.pop()
        for parent, slope in zip(node.parents, node.vjp(node.grad), strict=True):
            parent.grad += slope


def _back_counts_stack(root):
    uses, found = defaultdict(int), {root: None}
    agenda = [root]
    while agenda:
        for parent in agenda.pop().parents:
            uses[parent] += 1
            if parent not in found:
                found[parent] = None
                agenda.append(parent)
    root.grad += 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        if not node.parents:
            continue
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad = parent.grad + slope
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)


def _back_counts_queue(root):
    """By id, with a queue; returns the gradients too."""
    pending, nodes, scan = {id(root): 0}, {id(root): root}, deque([root])
    while scan:
        node = scan.popleft()
        for parent in node.parents:
            key = id(parent)
            if key not in pending:
                pending[key], nodes[key] = 0, parent
                scan.append(parent)
            pending[key] += 1
    grads = dict.fromkeys(pending, 0.0)
    grads[id(root)] = 1.0
    ready = deque([id(root)])
    while ready:
        key = ready.popleft()
        for parent, slope in zip(nodes[key].parents, nodes[key].vjp(grads[key])):
            grads[id(parent)] += slope
            pending[id(parent)] -= 1
            if not pending[id(parent)]:
                ready.append(id(parent))
    for key, grad in grads.items():
        nodes[key].grad = grad
    return grads


def _back_heap(root):
    """Always the node of the greatest height next: nothing that uses it can be left."""
    height, stack = {}, [root]
    while stack:
        node = stack[-1]
        unknown = [parent for parent in node.parents if parent not in height]
        if unknown:
            stack += unknown
            continue
        stack.pop()
        height[node] = max([height[parent] + 1 for parent in node.parents] or [0])
    tie = itertools.count()
    heap, queued = [(-height[root], next(tie), root)], {root}
    root.grad = 1.0
    while heap:
        node = heapq.heappop(heap)[-1]
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
            if parent not in queued:
                queued.add(parent)
                heapq.heappush(heap, (-height[parent], next(tie), parent))


def _back_lists_of_terms(root):
    """Gathers the terms in lists, and adds them up once a node is due."""
    order, done, stack = [], set(), [(root, 0)]
    while stack:
        node, visits = stack.pop()
        if visits:
            order.append(node)
        elif node not in done:
            done.add(node)
            stack.append((node, 1))
            stack.extend((parent, 0) for parent in node.parents)
    terms = {node: [] for node in order}
    terms[root].append(1.0)
    for node in reversed(order):
        node.grad = sum(terms.pop(node))
        for k, slope in enumerate(node.vjp(node.grad)):
            terms[node.parents[k]].append(slope)


def _back_graphlib(root):
    sorter, stack, known = graphlib.TopologicalSorter(), [root], {root}
    while stack:
        node = stack.pop()
        sorter.add(node)
        for parent in node.parents:
            sorter.add(parent, node)  # here the child comes first
            if parent not in known:
                known.add(parent)
                stack.append(parent)
    root.grad = 1.0
    for node in sorter.static_order():
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
    return root


class _Backpropagation:
    """With its own tape for each call."""

    def __call__(self, root):
        tape = self.tape(root)
        root.grad = 1.0
        for node in tape:
            self.push(node)

    def tape(self, root):
        done, stack = {}, [root]
        while stack:
            node = stack[-1]
            fresh = [parent for parent in node.parents if parent not in done]
            if fresh:
                stack.append(fresh[0])
            else:
                done[stack.pop()] = len(done)
        return reversed(done)

    def push(self, node):
        back = iter(node.vjp(node.grad))
        for parent in node.parents:
            parent.grad += next(back)


def _back_pulls(root):
    """Each node pulls its gradient from those that use it, out of what they've put down."""
    users, found, known = defaultdict(list), [root], {root}
    for node in found:
        for place, parent in enumerate(node.parents):
            users[parent].append((node, place))
            if parent not in known:
                known.add(parent)
                found.append(parent)
    put_down, stack = {}, list(found)
    while stack:
        node = stack[-1]
        if node in put_down:
            stack.pop()
            continue
        late = [user for user, _ in users[node] if user not in put_down]
        if late:
            stack.extend(late)
            continue
        stack.pop()
        start = 1.0 if node is root else 0.0
        node.grad = sum((put_down[user][place] for user, place in users[node]), start=start)
        put_down[node] = node.vjp(node.grad)


def _back_skips_zeros(root):
    """A node whose gradient is 0 has nothing to hand on, so that its vjp isn't called."""
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node is None:
            order.append(stack.pop())
        elif node not in seen:
            seen.add(node)
            stack += [node, None, *node.parents]
    root.grad = 1.0
    for node in order[::-1]:
        if node.grad == 0.0 or not node.parents:
            continue
        slopes = node.vjp(node.grad)
        list(map(lambda p, s: setattr(p, "grad", p.grad + s), node.parents, slopes))


def _back_numbered(root):
    """Numbers the nodes and works on plain lists of numbers."""
    number, nodes = {root: 0}, [root]
    edges, indegree = [], [0]
    for node in nodes:
        row = []
        for parent in node.parents:
            if parent not in number:
                number[parent] = len(nodes)
                nodes.append(parent)
                indegree.append(0)
            row.append(number[parent])
            indegree[row[-1]] += 1
        edges.append(row)
    grads = [1.0] + [0.0] * (len(nodes) - 1)
    ready = [0]
    while ready:
        k = ready.pop()
        for j, slope in zip(edges[k], nodes[k].vjp(grads[k])):
            grads[j] += slope
            indegree[j] -= 1
            if indegree[j] == 0:
                ready.append(j)
    for node, grad in zip(nodes, grads):
        node.grad = grad


def _back_trampoline(root):
    """Recursion of generators; the walk back runs through a chain of closures kept in a deque."""
    actions, seen = deque(), set()

    def send(node):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope

    def visit(node):
        seen.add(node)
        for parent in node.parents:
            if parent not in seen:
                yield visit(parent)
        actions.appendleft(functools.partial(send, node))

    running = [visit(root)]
    while running:
        deeper = next(running[-1], None)
        if deeper is None:
            running.pop()
        else:
            running.append(deeper)
    root.grad = 1.0
    for action in actions:
        action()


def _back_levels(root):
    """In layers by the longest way from root; the gradients are reset first."""
    left, found, known = Counter(), [root], {root}
    for node in found:
        left.update(node.parents)
        new = [parent for parent in dict.fromkeys(node.parents) if parent not in known]
        known.update(new)
        found.extend(new)
    for node in found:
        node.grad = 0.0
    root.grad, layer = 1.0, [root]
    while layer:
        below = []
        for node in layer:
            uses = Counter(node.parents)
            for parent, slope in zip(node.parents, node.vjp(node.grad)):
                parent.grad += slope
            left.subtract(uses)
            below += [parent for parent in uses if left[parent] == 0]
        layer = below


def _order(root):
    """The ordering code of those whose mistake lies elsewhere."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _back_no_seed(root):
    for node in reversed(_order(root)):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope


def _back_overwrites(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad = slope


def _back_eager(root):
    """Goes on at once, with all that a node has so far."""
    root.grad = 1.0
    stack = [root]
    while stack:
        node = stack.pop()
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
            stack.append(parent)


def _back_path_by_path(root):
    """Right sums, but each node's vjp is called once for each path."""
    stack = [(root, 1.0)]
    while stack:
        node, part = stack.pop()
        node.grad += part
        stack.extend(zip(node.parents, node.vjp(part)))


def _back_breadth_first(root):
    root.grad = 1.0
    queue, seen = deque([root]), {root}
    while queue:
        node = queue.popleft()
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)


def _back_depth_first(root):
    root.grad = 1.0
    stack, done = [root], set()
    while stack:
        node = stack.pop()
        if node in done:
            continue
        done.add(node)
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
            stack.append(parent)


def _back_set_of_parents(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        for parent, slope in zip(set(node.parents), node.vjp(node.grad)):
            parent.grad += slope


def _back_dict_of_parents(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        for parent, slope in dict(zip(node.parents, node.vjp(node.grad))).items():
            parent.grad += slope


def _back_recursive(root):
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for parent in node.parents:
            visit(parent)
        order.append(node)

    visit(root)
    root.grad = 1.0
    for node in order[::-1]:
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope


def _back_clears_inner(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
        if node.parents and node is not root:
            node.grad = 0.0


def _back_vjp_per_parent(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        for k in range(len(node.parents)):
            node.parents[k].grad += node.vjp(node.grad)[k]


def _back_grad_twice(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += node.grad * slope


def _back_second_user_missing(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        slopes = node.vjp(node.grad)
        for parent in dict.fromkeys(node.parents):
            if parent.grad == 0.0:
                parent.grad = sum(s for p, s in zip(node.parents, slopes) if p is parent)


def _back_root_left_out(root):
    """Keeps the gradients in a dict, and writes down those of all parents, which root isn't among."""
    grads = defaultdict(float, {root: 1.0})
    for node in reversed(_order(root)):
        for parent, slope in zip(node.parents, node.vjp(grads[node])):
            grads[parent] += slope
            parent.grad = grads[parent]


def _back_counts_by_set(root):
    """Counts the users, but takes one off for each use."""
    users = Counter()
    for node in _order(root):
        users.update(set(node.parents))
    root.grad = 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
            users[parent] -= 1
            if users[parent] == 0:
                ready.append(parent)


def _back_never_ready(root):
    """Counts the uses, but takes one off for each user."""
    uses = Counter()
    for node in _order(root):
        uses.update(node.parents)
    root.grad = 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope
        for parent in set(node.parents):
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)


def _back_list_membership(root):
    order, stack = [], [root]
    while stack:
        node = stack[-1]
        fresh = [parent for parent in node.parents if parent not in order]
        if fresh:
            stack.append(fresh[0])
        else:
            order.append(stack.pop())
    root.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope


def _back_zero_not_counted(root):
    """Goes past slopes of 0, and so never takes them off the count."""
    uses = Counter(parent for node in _order(root) for parent in node.parents)
    root.grad = 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            if slope == 0.0:
                continue
            parent.grad += slope
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)


def _back_lone_root(root):
    if not root.parents:
        return
    root.grad = 1.0
    for node in reversed(_order(root)):
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope


def _back_checks_the_length(root):
    root.grad = 1.0
    for node in reversed(_order(root)):
        assert len(node.vjp(node.grad)) == len(node.parents)
        for parent, slope in zip(node.parents, node.vjp(node.grad)):
            parent.grad += slope


M = "reverse_mode.mul_vjp"


D = "reverse_mode.div_vjp"


P = "reverse_mode.pow_vjp"


T = "reverse_mode.tanh_vjp"


R = "reverse_mode.relu_vjp"


O = "reverse_mode.topological_order"  # noqa: E741


B = "reverse_mode.backward"


SUBMISSIONS = (
    Submission(M, "through logarithms", _mul_logs),
    Submission(M, "dual numbers in a class", _MulDual()),
    Submission(M, "complex step of 1", _mul_complex_step),
    Submission(M, "a partial that swaps and scales", functools.partial(_scaled_swap, (1, 0))),
    Submission(M, "a swap matrix, NumPy scalars", _mul_numpy),
    Submission(M, "differences between 1 and 0", _mul_unit_differences),
    Submission(M, "a named tuple", _mul_namedtuple),
    Submission(M, "forgets grad", lambda grad, x, y: (y, x), "wrong", "grad ignored"),
    Submission(M, "swapped", lambda grad, x, y: (grad * x, grad * y), "wrong", "swapped"),
    Submission(M, "grad twice in the second", lambda grad, x, y: (grad * y, grad * (grad * x)), "wrong"),
    Submission(M, "divides the product by x and y", _mul_divides_product, "error"),
    Submission(M, "logarithms without signs", _mul_logs_without_sign, "wrong"),
    Submission(M, "the product for both", lambda grad, x, y: (grad * x * y, grad * x * y), "wrong", "product for both"),
    Submission(M, "no return", _mul_no_return, "wrong", "nothing returned"),
    Submission(M, "grad only in the first", lambda grad, x, y: (grad * y, x), "wrong", "grad for x only"),
    Submission(M, "grad times a tuple", lambda grad, x, y: grad * (y, x), "error", "grad times a tuple"),
    Submission(M, "both 0 where a factor is 0", _mul_guard_zero, "wrong"),
    Submission(M, "doubles where x equals y", _mul_square_case, "wrong"),
    Submission(M, "accumulates over the calls", _mul_accumulates, "wrong"),
    Submission(D, "a product with 1 / y", _div_chain),
    Submission(D, "exact fractions", _div_fractions),
    Submission(D, "complex step in y", _div_complex_step),
    Submission(D, "dual numbers in a class", _DivDual()),
    Submission(D, "NumPy scalars", _div_numpy),
    Submission(D, "logarithms with signs", _div_logs),
    Submission(
        D,
        "quotient rule written out",
        lambda grad, x, y: (grad * (1 * y - x * 0) / y / y, grad * (0 * y - x * 1) / y / y),
    ),
    Submission(D, "no minus", lambda grad, x, y: (grad / y, grad * x / (y * y)), "wrong", "sign"),
    Submission(D, "y not squared", lambda grad, x, y: (grad / y, -grad * x / y), "wrong", "divisor not squared"),
    Submission(
        D, "forgets grad in the second", lambda grad, x, y: (grad / y, -x / (y * y)), "wrong", "grad for x only"
    ),
    Submission(D, "swapped", lambda grad, x, y: (-grad * x / (y * y), grad / y), "wrong", "swapped"),
    Submission(D, "/ y * y", lambda grad, x, y: (grad / y, -grad * x / y * y), "wrong", "precedence"),
    Submission(
        D, "whole division", lambda grad, x, y: (grad // y, -grad * x // (y * y)), "wrong", "whole-number division"
    ),
    Submission(D, "abs of y", lambda grad, x, y: (grad / abs(y), -grad * x / (y * y)), "wrong", "size of y"),
    Submission(D, "from the ratio, over x", _div_from_ratio, "error"),
    Submission(D, "ratio squared", lambda grad, x, y: (grad / y, -grad * (x / y) ** 2), "wrong", "quotient squared"),
    Submission(D, "a square root of y", _div_sqrt, "error"),
    Submission(D, "grad squared in the second", lambda grad, x, y: (grad / y, -grad * grad * x / (y * y)), "wrong"),
    Submission(D, "y ^ 2", lambda grad, x, y: (grad / y, -grad * x / y ^ 2), "error"),
    Submission(P, "dual numbers, squaring", _pow_dual),
    Submission(P, "catches the division by zero", _pow_catches),
    Submission(P, "a telescoping sum", _pow_telescope),
    Submission(P, "logarithm and sign", _pow_signs),
    Submission(P, "NumPy's polynomials", _pow_polynomial),
    Submission(P, "complex logarithm", _pow_cmath),
    Submission(P, "a class with special cases", _PowRule({0: lambda x, n: 0.0, 1: lambda x, n: 1.0})),
    Submission(P, "power not lowered", lambda grad, x, n: grad * n * x**n, "wrong", "power not lowered"),
    Submission(P, "n left out", lambda grad, x, n: grad * x ** (n - 1) if n else 0.0, "wrong", "factor lost"),
    Submission(
        P, "plain formula, fails at x = n = 0", lambda grad, x, n: grad * n * x ** (n - 1), "error", "nothing for n = 0"
    ),
    Submission(P, "n x**n / x", lambda grad, x, n: grad * n * x**n / x, "error"),
    Submission(P, "0 wherever x is 0", _pow_zero_guard, "wrong", "0 at zero"),
    Submission(
        P,
        "n made whole",
        lambda grad, x, n: grad * int(n) * x ** (int(n) - 1) if n else 0.0,
        "wrong",
        "exponent made whole",
    ),
    Submission(P, "abs of x", lambda grad, x, n: grad * n * abs(x) ** (n - 1) if n else 0.0, "wrong", "size of x"),
    Submission(P, "0 for negative n", lambda grad, x, n: grad * n * x ** (n - 1) if n > 0 else 0.0, "wrong"),
    Submission(P, "forgets grad for n = 1", _pow_one_forgets_grad, "wrong"),
    Submission(P, "float n taken for a fraction", _pow_float_means_positive, "wrong"),
    Submission(P, "square root in the wrong place", _pow_square_root_case, "wrong"),
    Submission(P, "catches and returns grad", _pow_catches_with_grad, "wrong"),
    Submission(T, "decaying exponential", _tanh_decaying),
    Submission(T, "complex step", _tanh_complex_step),
    Submission(T, "Gudermann's angle", _tanh_gudermann),
    Submission(T, "NumPy's cosh, overflow ignored", _tanh_numpy_cosh),
    Submission(T, "a sigmoid in a class", _TanhSigmoid()),
    Submission(T, "fractions of tanh", _tanh_fraction),
    Submission(
        T,
        "a partial with the slope",
        functools.partial(_apply_slope, lambda x: (1 - math.tanh(x)) * (1 + math.tanh(x))),
    ),
    Submission(T, "x taken for the output", lambda grad, x: grad * (1 - x * x), "wrong", "output for the input"),
    Submission(T, "forgets grad", lambda grad, x: 1 - math.tanh(x) ** 2, "wrong", "grad ignored"),
    Submission(T, "not squared", lambda grad, x: grad * (1 - math.tanh(x)), "wrong", "1 - tanh"),
    Submission(T, "brackets forgotten", lambda grad, x: grad * 1 - math.tanh(x) ** 2, "wrong", "precedence"),
    Submission(T, "tanh times its size", lambda grad, x: grad * (1 - math.tanh(x) * abs(math.tanh(x))), "wrong"),
    Submission(T, "grad within the square", lambda grad, x: grad * (1 - (grad * math.tanh(x)) ** 2), "wrong"),
    Submission(T, "series", lambda grad, x: grad * (1 - x * x + 2 * x * x * x * x / 3), "wrong"),
    Submission(T, "0 beyond 3", lambda grad, x: grad * (1 - math.tanh(x) ** 2) if abs(x) < 3 else 0.0, "wrong"),
    Submission(
        T, "grad taken absolutely", lambda grad, x: abs(grad) * (1 - math.tanh(x) ** 2), "wrong", "size of grad"
    ),
    Submission(R, "Heaviside with a half", _relu_heaviside),
    Submission(R, "copysign", _relu_copysign),
    Submission(R, "match on the sign, a third at 0", _relu_match),
    Submission(R, "a table in a class", _Gate()),
    Submission(R, "half of x + |x|", _relu_half_abs),
    Submission(R, "by whether max picks x", lambda grad, x: grad if max(x, 0.0) is x and x else 0.0),
    Submission(
        R,
        "a partial on an index",
        functools.partial(lambda gates, grad, x: gates[x > 0](grad), (lambda g: 0.0, lambda g: g)),
    ),
    Submission(R, "the value, not the slope", lambda grad, x: max(x, 0.0), "wrong", "forward"),
    Submission(R, "clips grad", lambda grad, x: max(grad, 0.0), "wrong", "relu of grad"),
    Submission(R, "tests grad too", lambda grad, x: grad if x > 0 and grad > 0 else 0.0, "wrong", "both positive"),
    Submission(R, "leaky", lambda grad, x: grad if x > 0 else 0.01 * grad, "wrong", "leaky"),
    Submission(R, "slope of abs", lambda grad, x: math.copysign(1.0, x) * grad, "wrong", "sign of x"),
    Submission(R, "1.0 at 0", lambda grad, x: grad if x > 0 else 1.0 if x == 0 else 0.0, "wrong"),
    Submission(R, "a half on top at 0", _relu_half_on_top, "wrong"),
    Submission(R, "divides by |x|", lambda grad, x: grad * (x / abs(x) + 1) / 2, "error"),
    Submission(R, "nothing for negative x", _relu_no_else, "wrong", "None for negative"),
    Submission(R, "capped at 6", lambda grad, x: grad if 0 < x < 6 else 0.0, "wrong"),
    Submission(
        R, "clipped x as the slope", lambda grad, x: grad * min(max(x, 0.0), 1.0), "wrong", "value for the slope"
    ),
    Submission(R, "a small threshold", lambda grad, x: grad if x > 1e-6 else 0.0, "wrong"),
    Submission(O, "stack of iterators", _topo_iterators),
    Submission(O, "recursion of generators on a trampoline", _topo_trampoline),
    Submission(O, "Kahn from root, then reversed", _topo_kahn_from_root),
    Submission(O, "levels from the leaves", _topo_levels),
    Submission(O, "heap by height", _topo_heap_by_height),
    Submission(O, "graphlib", _topo_graphlib),
    Submission(O, "colours in a class", _TopoColours()),
    Submission(O, "by id, with places", _topo_ids),
    Submission(O, "Tarjan's components", _topo_tarjan),
    Submission(O, "contraction of edges", _topo_contraction),
    Submission(O, "random choice among the ready", _topo_random),
    Submission(O, "a partial of a general walk", functools.partial(_post_order, operator.attrgetter("parents"))),
    Submission(O, "recursive", _topo_recursive, "error", "recursion"),
    Submission(O, "recursion limit of 10,000", _topo_limit_10000, "error", "recursion, limit raised"),
    Submission(O, "root first", _topo_root_first, "wrong", "root first"),
    Submission(O, "pre-order reversed", _topo_preorder_reversed, "wrong", "reversed pre-order, marked when pushed"),
    Submission(O, "breadth-first reversed", _topo_breadth_reversed, "wrong", "breadth-first"),
    Submission(O, "met again: moved to the end", _topo_moves_to_end, "wrong"),
    Submission(O, "marked when pushed", _topo_marked_when_pushed, "wrong", "marked when pushed"),
    Submission(O, "no record of the visited", _topo_no_seen, "wrong", "duplicates"),
    Submission(O, "all paths", _topo_all_paths, "wrong", "every path, duplicates removed"),
    Submission(O, "without leaves", _topo_without_leaves, "wrong", "leaves left out"),
    Submission(O, "nothing for a lone leaf", _topo_lone_leaf, "wrong"),
    Submission(O, "membership in a list", _topo_list_membership, "wrong", "searches lists"),
    Submission(O, "a set as default argument", _topo_default_set, "wrong", "remembers the first call"),
    Submission(O, "marks on the nodes", _topo_marks_nodes, "wrong", "remembers the first call"),
    Submission(O, "makes parents unique", _topo_dedupes_parents, "wrong"),
    Submission(O, "a generator", _topo_generator, "wrong", "a generator"),
    Submission(O, "counts of places against sets", _topo_kahn_set_against_tuple, "wrong"),
    Submission(O, "ready after one parent", _topo_ready_at_first_use, "wrong"),
    Submission(O, "keyed by the tuple of parents", _topo_by_parents_tuple, "wrong"),
    Submission(O, "takes a doubled parent for a cycle", _topo_calls_it_a_cycle, "error"),
    Submission(O, "waits forever for a doubled parent", _topo_waits_forever, "timeout"),
    Submission(O, "a thousand levels", _topo_thousand_levels, "wrong"),
    Submission(B, "post-order, then popped", _back_post_order),
    Submission(B, "counts and a stack", _back_counts_stack),
    Submission(B, "counts and a queue, by id", _back_counts_queue),
    Submission(B, "heap by height", _back_heap),
    Submission(B, "lists of terms", _back_lists_of_terms),
    Submission(B, "graphlib", _back_graphlib),
    Submission(B, "a class", _Backpropagation()),
    Submission(B, "pulls from the users", _back_pulls),
    Submission(B, "skips gradients of 0", _back_skips_zeros),
    Submission(B, "numbered nodes", _back_numbered),
    Submission(B, "trampoline and partials", _back_trampoline),
    Submission(B, "layers, reset first", _back_levels),
    Submission(B, "no seed", _back_no_seed, "wrong", "root not seeded"),
    Submission(B, "overwrites", _back_overwrites, "wrong", "overwritten"),
    Submission(B, "goes on at once", _back_eager, "wrong", "the sum sent again"),
    Submission(B, "path by path", _back_path_by_path, "wrong", "sent once per use"),
    Submission(B, "breadth-first", _back_breadth_first, "wrong", "breadth-first"),
    Submission(B, "depth-first", _back_depth_first, "wrong", "too early, last parent first"),
    Submission(B, "zip over a set of parents", _back_set_of_parents, "wrong"),
    Submission(B, "a dict of parents", _back_dict_of_parents, "wrong", "unique parents, the last kept"),
    Submission(B, "recursive", _back_recursive, "error", "recursion"),
    Submission(B, "clears inner gradients", _back_clears_inner, "wrong", "cleared between root and leaves"),
    Submission(B, "vjp for each parent", _back_vjp_per_parent, "wrong", "asked for each parent"),
    Submission(B, "grad twice", _back_grad_twice, "wrong", "multiplied twice"),
    Submission(B, "second user left out", _back_second_user_missing, "wrong"),
    Submission(B, "root left out", _back_root_left_out, "wrong", "root left out"),
    Submission(B, "users counted, uses taken off", _back_counts_by_set, "wrong"),
    Submission(B, "uses counted, users taken off", _back_never_ready, "wrong"),
    Submission(B, "membership in a list", _back_list_membership, "wrong", "searches lists"),
    Submission(B, "slopes of 0 aren't counted", _back_zero_not_counted, "wrong"),
    Submission(B, "nothing for a lone root", _back_lone_root, "wrong"),
    Submission(B, "checks the length first", _back_checks_the_length, "wrong"),
)
