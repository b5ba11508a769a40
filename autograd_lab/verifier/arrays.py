"""What the whole verifier asks of arrays: how large one is, whether two are alike, and random ones that resemble it.

Each function takes arrays, real or complex, and returns an array or a number; none changes what it was given.
"""

import numpy as np

from autograd_lab.engine import Array


def largest(array: Array) -> float:
    """Return the largest magnitude; 0 where there are no entries."""
    return float(np.max(np.abs(array), initial=0.0))


def size(array: Array) -> float:
    """Return the 2-norm of all entries, also of those whose squares would underflow or overflow."""
    most = largest(array)
    return most * float(np.linalg.norm((array / most).ravel())) if 0 < most < np.inf else most


def alike(a: Array, b: Array, tolerance: float, floor: float = 0.0) -> bool:
    """Whether two arrays differ by at most `tolerance` of their size, or by `floor`; NaN is alike to NaN."""
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    fine = np.isfinite(a)
    return size(a[fine] - b[fine]) <= max(tolerance * max(size(a[fine]), size(b[fine])), floor)


def draw(rng: np.random.Generator, like: Array) -> Array:
    """Return random numbers of both signs and of sizes between a half and one and a half, complex where `like` is."""
    signs = rng.choice([-1.0, 1.0], like.shape) * rng.uniform(0.5, 1.5, like.shape)
    if like.dtype.kind == "c":
        return np.asarray(signs * np.exp(1j * rng.uniform(0, 2 * np.pi, like.shape)))
    return np.asarray(signs)


def nudged(rng: np.random.Generator, array: Array, step: float) -> Array:
    """Return an array whose entries have moved by about `step` of themselves, up or down."""
    return array * (1 + step * draw(rng, np.real(array)))
