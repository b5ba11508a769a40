"""What answers to several exercises of the lesson `tensors` are built from."""

def axes_of(x, axis):
    """The axes as a sorted tuple of numbers of zero or more."""
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(sorted(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,))))

def with_kept_axes(x, axis):
    axes = axes_of(x, axis)
    return tuple(1 if i in axes else n for i, n in enumerate(x.shape))
