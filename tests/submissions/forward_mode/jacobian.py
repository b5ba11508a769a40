"""Answers written blind for `forward_mode.jacobian`, each under the verdict that it deserves."""

import collections

import numpy as np
from submissions import passes, rejected
from submissions.forward_mode import jvp

import autograd_lab as lab

_plain = jvp.loop_with_isinstance_dual.answer
_seed = lambda x, v: [lab.engine.Dual(a, b) for a, b in zip(x, v)]
_unit = lambda n, j: [1.0 if i == j else 0.0 for i in range(n)]
_tangent = lambda o: float(getattr(o, "tangent", 0.0))

def _column(f, x, j):
    """Column j of the Jacobian, rightly computed, as a list."""
    return [_tangent(o) for o in f(_seed(x, _unit(len(x), j)))]

def _column_stack_of_jvps(f, x):
    return np.column_stack([np.array(_plain(f, x, _unit(len(x), j))[1], dtype=float) for j in range(len(x))])
column_stack_of_jvps = passes(_column_stack_of_jvps)
transpose_of_rows = passes(lambda f, x: np.array([_column(f, x, j) for j in range(len(x))], dtype=np.float64).T)

@passes
def zeros_filled_in_by_two_loops(f, x):
    jac = None
    for j in range(len(x)):
        p = [lab.engine.Dual(a) for a in x]
        p[j] = lab.engine.Dual(x[j], 1.0)
        outs = f(p)
        if jac is None:
            jac = np.zeros((len(outs), len(x)))
        for i, o in enumerate(outs):
            if isinstance(o, lab.engine.Dual):
                jac[i, j] = o.tangent
    return jac

class _Jacobian:
    def __init__(self, jvp):
        self.jvp = jvp
    def __call__(self, f, x):
        columns = (np.asarray(self.jvp(f, x, e.tolist())[1], dtype=np.float64) for e in np.eye(len(x)))
        return np.stack(list(columns), axis=1)
callable_object = passes(_Jacobian(_plain))

@passes
def read_only_from_zip(f, x):
    jac = np.array(list(zip(*(_column(f, x, j) for j in range(len(x))))), dtype=float).reshape(-1, len(x))
    jac.flags.writeable = False
    return jac

@passes
def strided_view(f, x):
    # lives in every second row and column of a larger buffer, in Fortran order
    first = _column(f, x, 0)
    buffer = np.full((2 * len(first), 2 * len(x)), -1.0, order="F")
    jac = buffer[::2, ::2]
    jac[:, 0] = first
    for j in range(1, len(x)):
        jac[:, j] = _column(f, x, j)
    return jac

@passes
def stack_last_input_first(f, x):
    jobs, done = list(range(len(x))), collections.deque()
    while jobs:
        done.appendleft(_column(f, x, jobs.pop()))
    return np.array(done, dtype=float).transpose()

@passes
def numpy_scalars_as_seeds(f, x):
    xs = np.asarray(x, dtype=float)
    parts = []
    for direction in np.identity(len(xs)):
        outs = f(list(map(lab.engine.Dual, xs, direction)))  # NumPy scalars inside the Duals
        parts.append(np.fromiter((o.tangent if hasattr(o, "tangent") else 0.0 for o in outs), float, len(outs)))
    return np.vstack(parts).T.copy()

_tangent_of = jvp.map_and_try.answer
@passes
def seed_minus_four(f, x):
    # seed -4 and divide again: tangents are linear in the seed
    n = len(x)
    return np.array([[t / -4.0 for t in _tangent_of(f, x, [-4.0 if i == j else 0.0 for i in range(n)])[1]]
        for j in range(n)]).T + 0.0

def _recursion_and_hstack(f, x, j=0):
    column = np.array(_column(f, x, j), dtype=float).reshape(-1, 1)
    return column if j == len(x) - 1 else np.hstack([column, _recursion_and_hstack(f, x, j + 1)])
recursion_and_hstack = passes(_recursion_and_hstack)

@passes
def torch_stack_to_numpy(f, x):
    import torch
    columns = [torch.tensor(_column(f, x, j), dtype=torch.float64) for j in range(len(x))]
    return torch.stack(columns, dim=1).numpy()

@passes
def flat_list_in_fortran_order(f, x):
    flat, m = [], 0
    for j in range(len(x)):
        column = _column(f, x, j)
        m = len(column)
        flat.extend(column)
    return np.array(flat, dtype=float).reshape((m, len(x)), order="F")

transposed = rejected("transposed")(lambda f, x: np.array([_column(f, x, j) for j in range(len(x))]))

@rejected("reshaped")
def reshape_instead_of_transpose(f, x):
    columns = np.array([_column(f, x, j) for j in range(len(x))])
    return columns.reshape(columns.shape[1], columns.shape[0])

@rejected()
def transposed_only_if_not_square(f, x):
    jac = np.array([_column(f, x, j) for j in range(len(x))])
    m = jac.shape[1]
    if jac.shape != (m, len(x)):
        jac = jac.T
    return jac

@rejected("seeds not reset")
def direction_not_reset(f, x):
    v, columns = [0.0] * len(x), []
    for j in range(len(x)):
        v[j] = 1.0
        columns.append(_plain(f, x, v)[1])
    return np.array(columns).T

@rejected("ones in every pass")
def aliased_rows_of_identity(f, x):
    n = len(x)
    eye = [[0.0] * n] * n
    for j in range(n):
        eye[j][j] = 1.0
    return np.array([_plain(f, x, e)[1] for e in eye]).T

equal_inputs_seeded_together = rejected("equal inputs move together")(lambda f, x:
    np.array([_plain(f, x, [1.0 if a == b else 0.0 for b in x])[1] for a in x]).T)

@rejected("x for the seed")
def seed_is_the_input(f, x):
    n = len(x)
    return np.array([_plain(f, x, [x[j] if i == j else 0.0 for i in range(n)])[1] for j in range(n)]).T

@rejected(status="error")
def square_shape_always(f, x):
    n = len(x)
    jac = np.zeros((n, n))
    for j in range(n):
        for i, t in enumerate(_column(f, x, j)):
            jac[i, j] = t
    return jac

@rejected("square only")
def zip_with_x_cuts_outputs(f, x):
    columns = []
    for j in range(len(x)):
        outs = f(_seed(x, _unit(len(x), j)))
        columns.append([_tangent(o) for _, o in zip(x, outs)])
    return np.array(columns).T

squeezed = rejected("squeezed")(lambda f, x: _column_stack_of_jvps(f, x).squeeze())

@rejected()
def flat_for_one_output(f, x):
    jac = _column_stack_of_jvps(f, x)
    return jac[0] if jac.shape[0] == 1 else jac

rows_of_plain_numbers_left_out = rejected("constants left out")(lambda f, x: (np.array(
    [[o.tangent for o in f(_seed(x, _unit(len(x), j))) if isinstance(o, lab.engine.Dual)] for j in range(len(x))]).T))
plain_numbers_rows_ones = rejected("constants given 1")(lambda f, x:
    (np.array([[float(getattr(o, "tangent", 1.0)) for o in f(_seed(x, _unit(len(x), j)))] for j in range(len(x))]).T))
plain_numbers_rows_themselves = rejected("constants given their value")(lambda f, x:
    np.array([[float(getattr(o, "tangent", o)) for o in f(_seed(x, _unit(len(x), j)))] for j in range(len(x))]).T)

@rejected()
def plain_number_keeps_last_tangent(f, x):
    columns = []
    for j in range(len(x)):
        column, t = [], 0.0
        for o in f(_seed(x, _unit(len(x), j))):
            if isinstance(o, lab.engine.Dual):
                t = o.tangent
            column.append(t)
        columns.append(column)
    return np.array(columns).T

@rejected("whole numbers")
def int_dtype(f, x):
    columns = [_column(f, x, j) for j in range(len(x))]
    jac = np.zeros((len(columns[0]), len(x)), dtype=int)
    for j, column in enumerate(columns):
        jac[:, j] = column
    return jac

float32 = rejected("single precision")(lambda f, x: _column_stack_of_jvps(f, x).astype(np.float32))
nested_list = rejected("a list")(lambda f, x: _column_stack_of_jvps(f, x).tolist())
values_instead_of_tangents = rejected("values, not tangents")(lambda f, x:
    np.array([[float(getattr(o, "value", o)) for o in f(_seed(x, _unit(len(x), j)))] for j in range(len(x))]).T)

@rejected(status="error")
def only_moving_input_is_dual(f, x):
    columns = []
    for j in range(len(x)):
        p = list(x)
        p[j] = lab.engine.Dual(x[j], 1.0)
        columns.append([_tangent(o) for o in f(p)])
    return np.array(columns).T

outputs_summed = rejected("rows added up")(lambda f, x: np.array([[sum(_column(f, x, j)) for j in range(len(x))]]))

@rejected()
def forward_difference(f, x, h=1e-4):
    def values(p):
        return np.array([float(getattr(o, "value", o)) for o in f([lab.engine.Dual(a) for a in p])])
    base = values(x)
    return np.column_stack([(values([a + h * (i == j) for i, a in enumerate(x)]) - base) / h for j in range(len(x))])

@rejected("columns reversed")
def columns_reversed(f, x):
    jobs, columns = list(range(len(x))), []
    while jobs:
        columns.append(_column(f, x, jobs.pop()))
    return np.array(columns).T

@rejected("nothing returned")
def prints(f, x):
    print(_column_stack_of_jvps(f, x))

@rejected("first column only")
def return_inside_loop(f, x):
    columns = []
    for j in range(len(x)):
        columns.append(_column(f, x, j))
        return np.array(columns).T

@rejected()
def square_ones_made_symmetric(f, x):
    jac = _column_stack_of_jvps(f, x)
    if jac.shape[0] == jac.shape[1]:
        jac = np.tril(jac) + np.tril(jac, -1).T
    return jac

rounded_to_three_digits = rejected()(lambda f, x: np.round(_column_stack_of_jvps(f, x), 3))
