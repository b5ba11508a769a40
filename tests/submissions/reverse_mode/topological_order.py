"""Answers written blind for `reverse_mode.topological_order`, each under the verdict that it deserves."""

import functools
import graphlib
import heapq
import itertools
import operator
import random
import sys
from collections import Counter, OrderedDict, defaultdict, deque

from submissions import passes, rejected


def _with_flags(root):
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

@passes
def stack_of_iterators(root):
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

@passes  # a recursion of generators, run by a loop of our own in place of Python's stack
def generators_on_a_trampoline(root):
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

@passes
def kahn_from_root_then_reversed(root):
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

@passes  # peels off the leaves, level after level
def levels_from_leaves(root):
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

@passes
def heap_by_height(root):
    tie = itertools.count()
    heap = [(-steps, next(tie), node) for node, steps in _heights(root).items()]
    heapq.heapify(heap)
    backwards = deque()
    while heap:
        backwards.appendleft(heapq.heappop(heap)[2])
    return list(backwards)

@passes
def by_graphlib(root):
    sorter, stack, known = graphlib.TopologicalSorter(), [root], {root}
    while stack:
        node = stack.pop()
        sorter.add(node, *node.parents)
        new = set(node.parents) - known
        known |= new
        stack += new
    return list(sorter.static_order())

class _Colours:
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
colours_in_class = passes(_Colours())

@passes  # by id; all nodes are held by root, so that no id is used again in the meantime
def by_id_with_places(root):
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

@passes  # Tarjan's strongly connected components, which he puts out in just this order
def tarjans_components(root):
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

@passes  # cuts the edges away one by one; a node without any left is put out
def contraction_of_edges(root):
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

@passes  # any order will do, and so takes any node that is ready
def random_choice_among_ready(root):
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
partial_of_general_walk = passes(functools.partial(_post_order, operator.attrgetter("parents")))

def _recursive(root):
    order, seen = [], set()
    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)
    visit(root)
    return order
recursive = rejected("recursion", status="error")(_recursive)

@rejected("recursion, limit raised", status="error")
def recursion_limit_of_10_000(root):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        return _recursive(root)
    finally:
        sys.setrecursionlimit(before)

root_first = rejected("root first")(lambda root: _with_flags(root)[::-1])

@rejected("reversed pre-order, marked when pushed")
def pre_order_reversed(root):
    order, seen, stack = [], {root}, [root]
    while stack:
        node = stack.pop()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return order[::-1]

@rejected("breadth-first")
def breadth_first_reversed(root):
    order, seen = [root], {root}
    for node in order:
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                order.append(parent)
    order.reverse()
    return order

@rejected()  # breadth-first; a node met again moves to the end, but what's behind it doesn't follow
def met_again_moved_to_the_end(root):
    order, queue = OrderedDict({root: None}), deque([root])
    while queue:
        for parent in queue.popleft().parents:
            if parent not in order:
                queue.append(parent)
            order[parent] = None
            order.move_to_end(parent)
    return list(reversed(order))

@rejected("marked when pushed")
def marked_when_pushed(root):
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

@rejected("duplicates")
def no_record_of_visited(root):
    order, stack = [], [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order

@rejected("every path, duplicates removed")  # level after level over all paths, then the last place of each
def all_paths(root):
    walk, level = [], [root]
    while level:
        walk += level
        level = [parent for node in level for parent in node.parents]
    return list(dict.fromkeys(reversed(walk)))

no_leaves = rejected("leaves left out")(lambda root:
    [node for node in _with_flags(root) if node.parents or node is root])

@rejected()
def nothing_for_lone_leaf(root):
    if not root.parents:
        return []
    return _with_flags(root)

@rejected("searches lists")
def membership_in_list(root):
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

@rejected("remembers the first call")
def set_as_default_argument(root, seen=set()):
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

@rejected("remembers the first call")
def marks_on_nodes(root):
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

@rejected()
def makes_parents_unique(root):
    order = _with_flags(root)
    for node in order:
        node.parents = tuple(dict.fromkeys(node.parents))
    return order

@rejected("a generator")
def generator(root):
    yield from _with_flags(root)

@rejected()  # counts every place in parents, yet takes one off per different parent
def counts_of_places_against_sets(root):
    nodes, missing, children = _with_flags(root), {}, defaultdict(set)
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

@rejected()  # Kahn's algorithm from the leaves, but a child is ready once one of its parents is there
def ready_after_one_parent(root):
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

@rejected()
def keyed_by_tuple_of_parents(root):
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

@rejected(status="error")
def doubled_parent_taken_for_a_cycle(root):
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

@rejected(status="timeout")
def waits_for_a_doubled_parent(root):
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

@rejected()
def thousand_levels(root):
    level, last_level = [root], {}
    for k in range(1000):
        for node in level:
            last_level[node] = k
        level = list(dict.fromkeys(parent for node in level for parent in node.parents))
    return sorted(last_level, key=last_level.get, reverse=True)
