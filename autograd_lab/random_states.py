"""The global random states, kept while something runs that may use or seed them."""

import contextlib
import random
import sys
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def seeded(seed: int, cuda: bool = False) -> Iterator[None]:
    """Seed the generators of Python, NumPy and, if it is imported, torch; put all of them back afterwards.

    Parameters
    ----------
    seed : int
        From 0 up; NumPy gets what 32 bits hold of it.
    cuda : bool
        Also those of GPUs, where torch has begun to use one.
    """
    torch = sys.modules.get("torch")
    with contextlib.ExitStack() as kept:
        kept.callback(random.setstate, random.getstate())
        kept.callback(np.random.set_state, np.random.get_state())
        random.seed(seed)
        np.random.seed(seed % 2**32)
        if torch is not None:
            kept.callback(torch.set_rng_state, torch.get_rng_state())
            torch.default_generator.manual_seed(seed % 2**64)
            if cuda and torch.cuda.is_available() and torch.cuda.is_initialized():
                kept.callback(torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all())
                torch.cuda.manual_seed_all(seed)
        yield
