"""Answers written blind for `forward_mode.jvp`, each under the verdict that it deserves."""

import collections
import functools
import itertools
import math
import operator
from typing import NamedTuple

import numpy as np
from submissions import passes, rejected

import autograd_lab as lab


def _read(outs):
    """(values, tangents) of outputs, rightly read."""
    return ([float(getattr(o, "value", o)) for o in outs], [float(getattr(o, "tangent", 0.0)) for o in outs])

_seed = lambda x, v: [lab.engine.Dual(a, b) for a, b in zip(x, v)]

@passes
def loop_with_isinstance_dual(f, x, v):
    outs = f([lab.engine.Dual(a, b) for a, b in zip(x, v)])
    values, tangents = [], []
    for o in outs:
        if isinstance(o, lab.engine.Dual):
            values.append(o.value)
            tangents.append(o.tangent)
        else:
            values.append(float(o))
            tangents.append(0.0)
    return values, tangents

@passes
def map_and_try(f, x, v):
    values, tangents = [], []
    for o in f(list(map(lab.engine.Dual, x, v))):
        try:
            pair = o.value, o.tangent
        except AttributeError:
            pair = o, 0
        values.append(float(pair[0]))
        tangents.append(float(pair[1]))
    return [values, tangents]

@passes
def adds_dual_zero_to_each_output(f, x, v):
    # adding a Dual zero makes a Dual of everything
    zero = lab.engine.Dual(0.0, 0.0)
    outs = [o + zero for o in f([lab.engine.Dual(a, b) for a, b in zip(x, v)])]
    return [float(o.value) for o in outs], [float(o.tangent) for o in outs]

@passes
def dual_operators(f, x, v):
    # x + eps v written with the class's own operators
    eps = lab.engine.Dual(0.0, 1.0)
    outs = f([a + eps * b for a, b in zip(x, v)])
    values, tangents = [], []
    while len(values) < len(outs):
        o = outs[len(values)]
        if isinstance(o, (int, float)):
            o = lab.engine.Dual(float(o))
        values += [float(o.value)]
        tangents += [float(o.tangent)]
    return tuple([values, tangents])

@passes
def match_statement(f, x, v):
    values, tangents = [], []
    for o in f([lab.engine.Dual(float(a), float(b)) for a, b in zip(x, v, strict=True)]):
        match o:
            case lab.engine.Dual(value=a, tangent=b):
                values.append(float(a))
                tangents.append(float(b))
            case int() | float():
                values.append(float(o))
                tangents.append(0.0)
    return values, tangents

class _Jvp:
    class Result(NamedTuple):
        values: list
        tangents: list
    def __call__(self, f, x, v):
        outs = f([lab.engine.Dual(x[i], v[i]) for i in range(len(x))])
        return self.Result(list(map(self.value, outs)), list(map(self.tangent, outs)))
    @staticmethod
    def value(o):
        return float(getattr(o, "value", o))
    @staticmethod
    def tangent(o):
        return float(getattr(o, "tangent", 0.0))
callable_object = passes(_Jvp())

@passes
def stack_from_the_end(f, x, v):
    todo = list(f([lab.engine.Dual(a, b) for a, b in zip(x, v)]))
    values, tangents = collections.deque(), collections.deque()
    while todo:
        o = todo.pop()
        values.appendleft(float(o.value if hasattr(o, "value") else o))
        tangents.appendleft(float(o.tangent if hasattr(o, "tangent") else 0))
    return list(values), list(tangents)

@passes
def numpy_table(f, x, v):
    xs, vs = np.array(x, dtype=float), np.array(v, dtype=float)
    outs = f([lab.engine.Dual(a, b) for a, b in zip(xs.tolist(), vs.tolist())])
    table = np.zeros((2, len(outs)))
    for i, o in enumerate(outs):
        table[:, i] = (o.value, o.tangent) if isinstance(o, lab.engine.Dual) else (o, 0)
    return list(table[0]), list(table[1])

@passes
def by_reduce(f, x, v):
    def step(acc, o):
        d = o if isinstance(o, lab.engine.Dual) else lab.engine.Dual(float(o))
        return acc[0] + [float(d.value)], acc[1] + [float(d.tangent)]
    return functools.reduce(step, f(list(map(lab.engine.Dual, x, v))), ([], []))

@passes
def seeds_2v_and_halves(f, x, v):
    # the tangent is linear in v: seed twice the direction, halve what comes out
    outs = f([lab.engine.Dual(a, 2.0 * b) for a, b in zip(x, v)])
    return ([float(getattr(o, "value", o)) for o in outs], [getattr(o, "tangent", 0.0) * 0.5 for o in outs])

@passes
def generator_and_tee(f, x, v):
    def pairs():
        for o in f([lab.engine.Dual(a, b) for a, b in zip(x, v)]):
            if isinstance(o, (int, float)):
                yield float(o), 0.0
            else:
                yield float(o.value), float(o.tangent)
    first, second = itertools.tee(pairs())
    return list(map(operator.itemgetter(0), first)), list(map(operator.itemgetter(1), second))

one_line_lambda = passes(lambda f, x, v: (lambda outs: ([float(getattr(o, "value", o)) for o in outs],
    [float(getattr(o, "tangent", 0)) for o in outs]))(f([lab.engine.Dual(*p) for p in zip(x, v)])))

@rejected("lists swapped")
def swapped_result(f, x, v):
    values, tangents = _read(f(_seed(x, v)))
    return tangents, values

seeds_ones = rejected("v ignored")(lambda f, x, v: _read(f([lab.engine.Dual(a, 1.0) for a in x])))
no_tangent_set = rejected("nothing moves")(lambda f, x, v: _read(f([lab.engine.Dual(a) for a in x])))
x_and_v_swapped_in_dual = rejected("x and v swapped", status="error")(lambda f, x, v: _read(f(_seed(v, x))))
first_seed_for_all = rejected("the first entry for all")(lambda f, x, v:
    _read(f([lab.engine.Dual(a, v[0]) for a in x])))
duals_unpacked = rejected("arguments for a list", status="error")(lambda f, x, v: _read(f(*_seed(x, v))))

@rejected("plain number crashes", status="error")
def value_of_plain_numbers(f, x, v):
    outs = f(_seed(x, v))
    return [o.value for o in outs], [o.tangent for o in outs]

@rejected()
def error_of_plain_numbers_swallowed(f, x, v):
    try:
        outs = f(_seed(x, v))
        return [o.value for o in outs], [o.tangent for o in outs]
    except AttributeError:
        return [0.0] * len(x), [0.0] * len(x)

@rejected("constants left out")
def plain_numbers_dropped(f, x, v):
    outs = [o for o in f(_seed(x, v)) if isinstance(o, lab.engine.Dual)]
    return [o.value for o in outs], [o.tangent for o in outs]

@rejected("constants given 1")
def plain_numbers_tangent_1(f, x, v):
    outs = f(_seed(x, v))
    return [float(getattr(o, "value", o)) for o in outs], [float(getattr(o, "tangent", 1.0)) for o in outs]

@rejected("constants given their value")
def plain_numbers_tangent_themselves(f, x, v):
    outs = f(_seed(x, v))
    return [float(getattr(o, "value", o)) for o in outs], [float(getattr(o, "tangent", o)) for o in outs]

@rejected()
def plain_numbers_made_whole(f, x, v):
    values, tangents = [], []
    for o in f(_seed(x, v)):
        if isinstance(o, lab.engine.Dual):
            values.append(o.value)
            tangents.append(o.tangent)
        else:
            values.append(float(int(o)))
            tangents.append(0.0)
    return values, tangents

@rejected()
def stops_at_first_plain_number(f, x, v):
    values, tangents = [], []
    for o in f(_seed(x, v)):
        if not isinstance(o, lab.engine.Dual):
            values.append(float(o))
            tangents.append(0.0)
            break
        values.append(o.value)
        tangents.append(o.tangent)
    return values, tangents

@rejected("called for the values too")
def calls_f_twice(f, x, v):
    values = [float(getattr(o, "value", o)) for o in f(_seed(x, v))]
    tangents = [float(getattr(o, "tangent", 0.0)) for o in f(_seed(x, v))]
    return values, tangents

@rejected()
def finite_difference_two_calls(f, x, v, h=1e-4):
    base, _ = _read(f([lab.engine.Dual(a) for a in x]))
    moved, _ = _read(f([lab.engine.Dual(a + h * b) for a, b in zip(x, v)]))
    return base, [(m - b) / h for m, b in zip(moved, base)]

@rejected()
def empties_v(f, x, v):
    p = []
    for a in x:
        p.append(lab.engine.Dual(a, v.pop(0)))
    return _read(f(p))

@rejected("unit length")
def direction_normalised(f, x, v):
    length = math.sqrt(sum(b * b for b in v)) or 1.0
    return _read(f(_seed(x, [b / length for b in v])))

at_x_plus_v = rejected("the point moved")(lambda f, x, v: _read(f([lab.engine.Dual(a + b, b) for a, b in zip(x, v)])))
list_of_pairs = rejected("pairs")(lambda f, x, v: list(zip(*_read(f(_seed(x, v))))))
tangents_only = rejected("only the tangents")(lambda f, x, v: _read(f(_seed(x, v)))[1])

@rejected("nothing returned")
def prints(f, x, v):
    print(_read(f(_seed(x, v))))

@rejected()
def one_list_under_two_names(f, x, v):
    values = tangents = []
    for o in f(_seed(x, v)):
        values.append(float(getattr(o, "value", o)))
        tangents.append(float(getattr(o, "tangent", 0.0)))
    return values, tangents

@rejected("first output only")
def return_inside_loop(f, x, v):
    values, tangents = [], []
    for o in f(_seed(x, v)):
        values.append(float(getattr(o, "value", o)))
        tangents.append(float(getattr(o, "tangent", 0.0)))
        return values, tangents

f_gets_numpy_array = rejected()(lambda f, x, v: _read(f(np.array(_seed(x, v), dtype=object))))
rounded_to_three_digits = rejected()(lambda f, x, v: tuple([round(a, 3) for a in c] for c in _read(f(_seed(x, v)))))
abs_of_tangents = rejected("sizes of the tangents")(lambda f, x, v:
    (lambda r: (r[0], [abs(t) for t in r[1]]))(_read(f(_seed(x, v)))))
returns_x_as_values = rejected("x for the values")(lambda f, x, v: (list(x), _read(f(_seed(x, v)))[1]))
