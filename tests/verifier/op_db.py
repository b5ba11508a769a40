"""PyTorch's own operators, each with small sample inputs, as functions whose gradients are known to be right,
and the same functions with one gradient damaged; `main` runs a verifier over either and prints what it got wrong.
"""

import argparse
import collections
import random
import time
import traceback
import warnings

import numpy as np
import torch
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

MAX_IN, MAX_OUT, PER_OP = 200, 2000, 3
DTYPES = {"float64": torch.float64, "complex128": torch.complex128}
KINDS = (
    "sign",
    "factor",
    "scaled_by_size",
    "zero",
    "missing_entries",
    "transposed",
    "permuted",
    "formula",
    "precision",
)
# Causes that may come first: a factor of 2 or 3 may be the length of an axis, and the other way round.
NAMES = {
    "sign": {"sign"},
    "factor": {"factor", "scaled_by_size"},
    "scaled_by_size": {"scaled_by_size", "factor"},
    "zero": {"zero"},
    "missing_entries": {"missing_entries"},
    "transposed": {"transposed"},
    "permuted": {"permuted"},
    "formula": {"formula"},
    "precision": {"precision"},
}


def op_infos(dtype=torch.float64):
    """Every operator PyTorch tests whose backward supports the dtype on a CPU."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db

    return [op for op in op_db if op.supports_autograd and dtype in op.supported_backward_dtypes("cpu")]


def full_name(op):
    return f"{op.name}.{op.variant_test_name}" if op.variant_test_name else op.name


def adapt(op, sample):
    """A function of just the tensors of the sample that require grad, and those tensors; None for sparse ones."""
    leaves, spec = tree_flatten((sample.input, sample.args, sample.kwargs))
    tensors = [x for x in leaves if isinstance(x, torch.Tensor)]
    if any(x.layout != torch.strided or x.is_nested for x in tensors):
        return None
    where = [i for i, x in enumerate(leaves) if isinstance(x, torch.Tensor) and x.requires_grad]
    inputs = [leaves[i].detach() for i in where]
    inputs = [x.clone(memory_format=torch.contiguous_format) if 0 in x.stride() else x for x in inputs]
    variant = op.get_op()

    def fn(*xs):
        filled = list(leaves)
        for i, x in zip(where, xs, strict=True):
            filled[i] = x
        first, args, kwargs = tree_unflatten(filled, spec)
        out = op.gradcheck_wrapper(variant, first, *args, **kwargs)
        if sample.output_process_fn_grad is not None:
            out = sample.output_process_fn_grad(out)
        keep = [y for y in tree_leaves(out) if isinstance(y, torch.Tensor) and differentiable(y) and y.requires_grad]
        return keep[0] if len(keep) == 1 else tuple(keep)

    fn.nondet_tol = max(op.gradcheck_nondet_tol, 1e-10)
    fn.__name__ = full_name(op)
    return fn, [x.requires_grad_() for x in inputs]


def differentiable(x):
    return x.dtype.is_floating_point or x.dtype.is_complex


def outputs(fn, inputs):
    out = fn(*inputs)
    return [out] if isinstance(out, torch.Tensor) else list(out)


def usable(fn, inputs):
    """Whether there is something to differentiate, not too much of it, and the same thing twice."""
    try:
        first, second = outputs(fn, inputs), outputs(fn, inputs)
    except Exception:
        return False
    if not first or any(y.layout != torch.strided or y.is_nested for y in first):
        return False
    if not 0 < sum(y.numel() for y in first) <= MAX_OUT:
        return False
    return all(
        a.shape == b.shape and torch.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)
        for a, b in zip(first, second, strict=True)
    )


def small_ones(op, dtype, **options):
    """The adapted samples of an operator that are small enough to check entry by entry."""
    small = []
    try:
        for sample in op.sample_inputs("cpu", dtype, requires_grad=True, set_seed=False, **options):
            adapted = adapt(op, sample)
            if adapted and 0 < sum(x.numel() for x in adapted[1]) <= MAX_IN and usable(*adapted):
                small.append(adapted)
    except Exception as error:
        print(f"sampling {full_name(op)} stopped: {error!r:.200}")
    return small


def samples(seed, dtype=torch.float64, only="", part=slice(None)):
    """Yield (name, fn, inputs) with at most three samples an operator, spread over those that qualify.

    `part` says which operators of all; the samples of each are the same whichever others are asked for.
    """
    for op in op_infos(dtype)[part]:
        if only not in full_name(op):
            continue
        torch.manual_seed(seed)
        np.random.seed(seed)
        random.seed(seed)
        extra = {"include_conjugated_inputs": True} if op.test_conjugated_samples and dtype.is_complex else {}
        small = small_ones(op, dtype, **extra) or small_ones(op, dtype, small_inputs_only=True, **extra)
        chosen = sorted({round(k) for k in np.linspace(0, len(small) - 1, min(PER_OP, len(small)))})
        for k in chosen:
            yield f"{full_name(op)}[{k}]", *small[k]


def approved(fn, inputs):
    """Whether torch.autograd.gradcheck, entry by entry, finds nothing."""
    tol = getattr(fn, "nondet_tol", 1e-10)
    try:
        return torch.autograd.gradcheck(
            fn,
            tuple(inputs),
            nondet_tol=tol,
            fast_mode=False,
            check_undefined_grad=False,
            check_batched_grad=False,
            raise_exception=False,
        )
    except Exception:
        return False


class _Damage(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, damage):
        ctx.damage = damage
        ctx.save_for_backward(x)
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g):
        return ctx.damage(g, *ctx.saved_tensors), None


def damaged(fn, index, damage):
    """`fn` with the gradient of one input passed through `damage(gradient, input)`."""

    def broken(*xs):
        return fn(*(_Damage.apply(x, damage) if i == index else x for i, x in enumerate(xs)))

    broken.nondet_tol = getattr(fn, "nondet_tol", 1e-10)
    broken.__name__ = getattr(fn, "__name__", "fn")
    return broken


def half(g):
    if g.dtype.is_complex:
        return torch.view_as_complex(half(torch.view_as_real(g.resolve_conj()).contiguous()))
    return g.to(torch.float16).to(g.dtype)


def damage_of(kind, x, rng):
    """A damage of this kind that fits the input's shape, or None."""
    shape = tuple(x.shape)
    long = [i for i, size in enumerate(shape) if size > 1 and x.numel()]
    if kind == "sign":
        return lambda g, x: -g
    if kind == "factor":
        factor = float(rng.choice([1.5, 0.5, 2.0, 3.0]))
        return lambda g, x: g * factor
    if kind == "scaled_by_size":
        sizes = sorted({size for size in (*shape, x.numel()) if size > 3})
        if not sizes:
            return None
        factor = float(rng.choice(sizes)) ** float(rng.choice([1.0, -1.0]))
        return lambda g, x: g * factor
    if kind == "zero":
        return lambda g, x: torch.zeros_like(g)
    if kind == "missing_entries" and long:
        mask = torch.ones(shape, dtype=torch.bool)
        if shape[0] > 1 and rng.random() < 0.5:
            mask[-1] = False
        else:
            drop = rng.choice(x.numel(), max(1, x.numel() // 3), replace=False)
            mask.view(-1)[torch.from_numpy(drop)] = False
        return lambda g, x: torch.where(mask, g, torch.zeros_like(g))
    if kind == "transposed" and len(shape) > 1 and shape[-1] == shape[-2] > 1:
        return lambda g, x: g.transpose(-1, -2)
    if kind == "permuted" and long:
        axis = int(rng.choice(long))
        return (lambda g, x: g.flip(axis)) if rng.random() < 0.5 else (lambda g, x: g.roll(1, axis))
    if kind == "formula":
        return lambda g, x: g * (1 + 0.3 * x)
    if kind == "precision":
        return lambda g, x: half(g)
    return None


def visible(kind, true, bad):
    """Whether the damage is large enough to be seen, and is not really one of another kind."""
    size = true.norm()
    if not (torch.isfinite(true).all() and torch.isfinite(bad).all() and size > 1e-6):
        return False
    # Rounding to half precision moves nothing by more than 2 ** -11.
    threshold = 1e-4 if kind == "precision" else 1e-3
    if (bad - true).norm() <= threshold * size:
        return False
    if kind in ("missing_entries", "transposed", "permuted", "formula"):
        multiple = torch.vdot(true.flatten(), bad.flatten()) / size**2
        return bool((bad - multiple * true).norm() > 1e-3 * size)
    return True


def tamper(fn, inputs, rng):
    """Yield (kind, broken function, index of the input whose gradient is damaged), each kind at most once."""
    outs = outputs(fn, inputs)
    draw = torch.Generator().manual_seed(int(rng.integers(2**31)))
    cotangents = [torch.randn(y.shape, dtype=y.dtype, generator=draw) for y in outs]
    true = torch.autograd.grad(outs, inputs, cotangents, allow_unused=True)
    for kind in KINDS:
        for index in rng.permutation(len(inputs)):
            x, g = inputs[index].detach(), true[index]
            damage = None if g is None else damage_of(kind, x, rng)
            if damage is not None and visible(kind, g, damage(g, x)):
                yield kind, damaged(fn, int(index), damage), int(index)
                break


def call(verify, fn, inputs, seed):
    """The status, the findings and the time of one call; an exception is a status of its own."""
    start = time.perf_counter()
    try:
        report = verify(fn, inputs, seed=seed)
        status, found = report.status, [(f.cause, f.message) for f in report.findings]
    except Exception as error:
        status, found = "crash", [(type(error).__name__, traceback.format_exc(limit=-3))]
    return status, found, time.perf_counter() - start


def show(found):
    return "".join(f"\n    {cause}: {str(message)[:600]}" for cause, message in found)


def right(verify, seed, dtype, only, every, check):
    counts, slow, refused = collections.Counter(), [], []
    for i, (name, fn, inputs) in enumerate(samples(seed, dtype, only)):
        if i % every:
            continue
        if check and not approved(fn, inputs):
            refused.append((name, *call(verify, fn, inputs, seed)))
            continue
        status, found, took = call(verify, fn, inputs, seed)
        counts[status] += 1
        slow.append((took, name))
        if status != "right":
            print(f"{'FALSE ALARM' if status == 'wrong' else status.upper()} {name}{show(found)}", flush=True)
    print("of those gradcheck approves:", dict(counts))
    if refused:
        print("of those it refuses:", dict(collections.Counter(status for _, status, _, _ in refused)))
        for name, status, found, took in refused:
            print(f"  {name} {status} {took:.2f} s{show(found)}")
    return slow


# Their kernels don't check sizes, and write beyond their memory when a damaged one is tried with a longer axis.
UNCHECKED = ("native_batch_norm", "_native_batch_norm_legit", "_batch_norm_with_update")


def tampered(verify, seed, dtype, only, every, check):
    counts, causes, slow, right_cause = collections.Counter(), collections.Counter(), [], 0
    for i, (name, fn, inputs) in enumerate(samples(seed, dtype, only)):
        if i % every or name.startswith(UNCHECKED) or (check and not approved(fn, inputs)):
            continue
        rng = np.random.default_rng([seed, i])
        for kind, broken, index in tamper(fn, inputs, rng):
            status, found, took = call(verify, broken, inputs, seed)
            counts[kind, status] += 1
            slow.append((took, f"{name} {kind}"))
            named = bool(found) and found[0][0] in NAMES[kind]
            right_cause += named
            if status == "wrong":
                causes[kind, str(found[0][0]) if found else "-"] += 1
            if status != "wrong" or not named:
                label = {"right": "MISS", "wrong": "MISNAMED"}.get(status, status.upper())
                print(f"{label} {name} {kind} of input {index}{show(found)}", flush=True)
    for kind in KINDS:
        print(f"{kind}: ", {s: n for (k, s), n in counts.items() if k == kind})
        print("   first causes:", {c: n for (k, c), n in causes.most_common() if k == kind})
    total = collections.Counter()
    for (_, status), n in counts.items():
        total[status] += n
    print("all:", dict(total), "first cause right:", right_cause)
    return slow


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dtype", choices=DTYPES, default="float64")
    parser.add_argument("--kind", choices=("right", "tampered"), default="right")
    parser.add_argument("--only", default="", help="part of the name of the operators to run")
    parser.add_argument("--every", type=int, default=1, help="run one sample in this many")
    parser.add_argument("--unchecked", action="store_true", help="do not ask gradcheck first")
    options = parser.parse_args(argv)

    import autograd_lab as lab

    warnings.simplefilter("ignore")
    start = time.perf_counter()
    run = right if options.kind == "right" else tampered
    slow = run(lab.verify, options.seed, DTYPES[options.dtype], options.only, options.every, not options.unchecked)
    inside = sum(took for took, _ in slow)
    print(f"{len(slow)} calls, {inside:.0f} s in them, {time.perf_counter() - start:.0f} s in all")
    for took, name in sorted(slow, reverse=True)[:10]:
        print(f"{took:8.2f} s  {name}")


if __name__ == "__main__":
    main()
