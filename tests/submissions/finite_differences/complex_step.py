"""Answers written blind for `finite_differences.complex_step`, each under the verdict that it deserves."""

import cmath
import functools
import math

import numpy as np
from submissions import passes, rejected

plain = passes(lambda f, x, h: f(x + 1j * h).imag / h)

@passes
def floats_viewed_as_complex(f, x, h):
    z = np.array([x, h], dtype=np.float64).view(np.complex128)[0]
    return float(np.imag(f(z)) / h)

@passes
def complex_from_text(f, x, h):
    z = complex(f"{float(x)!r}+{float(h)!r}j")
    return np.divide(np.imag(f(z)), h)

@passes
def value_and_its_conjugate(f, x, h):
    z = complex(x, h)
    up, down = f(z), f(z.conjugate())
    return np.imag(up - down) / (2 * h)

real_part_over_i_h = passes(lambda f, x, h: (f(x + h * 1j) / complex(0.0, h)).real)
turned_by_minus_i = passes(lambda f, x, h: np.real(-1j * f(np.complex128(x) + np.complex128(1j) * h)) / h)

class _FromARoot:
    i = (-1) ** 0.5 - ((-1) ** 0.5).real  # 1j: the rounding in the real part is taken off
    def __call__(self, f, x, h):
        value = complex(f(x + self.i * h))
        return value.imag / h
object_with_i_from_a_root = passes(_FromARoot())

@passes
def partial_and_getattr(f, x, h):
    step = functools.partial(complex, x)
    return (lambda z: getattr(z, "imag") / h)(f(step(h)))

@passes
def array_filled_by_parts(f, x, h):
    z = np.zeros((), dtype=np.complex128)
    z.real, z.imag = x, h
    return np.asarray(f(z[()])).imag.item() / h

sum_with_cmath = passes(lambda f, x, h: np.float64(np.imag(f(sum((x, cmath.sqrt(-1) * h))))) / h)

real_part = rejected("real part")(lambda f, x, h: f(x + 1j * h).real / h)
divided_by_i_h = rejected("imaginary part over ih")(lambda f, x, h: f(x + 1j * h).imag / (1j * h))
complex_difference_quotient = rejected("complex difference")(lambda f, x, h: (f(x + 1j * h) - f(x)) / (1j * h))
not_divided = rejected("not divided")(lambda f, x, h: f(x + 1j * h).imag)
multiplied_by_h = rejected("multiplied by h")(lambda f, x, h: f(x + 1j * h).imag * h)
abs_of_imaginary_part = rejected("size of the imaginary part")(lambda f, x, h: abs(f(x + 1j * h).imag) / h)
abs_of_f = rejected("magnitude")(lambda f, x, h: abs(f(x + 1j * h)) / h)
abs_of_difference = rejected()(lambda f, x, h: abs(f(x + 1j * h) - f(x)) / h)
angle = rejected("angle")(lambda f, x, h: np.angle(f(x + 1j * h)) / h)
real_central_difference = rejected("central difference")(lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h))
real_one_sided_difference = rejected()(lambda f, x, h: (f(x + h) - f(x)) / h)
real_part_of_difference = rejected("real step")(lambda f, x, h: ((f(x + 1j * h) - f(x - 1j * h)) / (2 * h)).real)
h_squared_underflows = rejected()(lambda f, x, h: f(x + 1j * h).imag * h / np.float64(h**2))
complex64 = rejected()(lambda f, x, h: float(np.imag(f(np.complex64(x + 1j * h))) / h))

@rejected("a step of its own")
def own_step_1e_20(f, x, h):
    h = 1e-20
    return f(x + 1j * h).imag / h

@rejected()
def h_at_least_1e_3(f, x, h):
    h = max(h, 1e-3)
    return f(x + 1j * h).imag / h

@rejected()
def small_imaginary_parts_set_to_0(f, x, h):
    d = f(x + 1j * h).imag
    if abs(d) < 1e-15:
        d = 0.0
    return d / h

divided_by_2h = rejected("divided by 2h")(lambda f, x, h: f(x + 1j * h).imag / (2 * h))
step_minus_ih = rejected("sign")(lambda f, x, h: f(x - 1j * h).imag / h)
array_of_one_entry = rejected()(lambda f, x, h: np.imag(f(np.array([x + 1j * h]))) / h)
x_cut_to_integer = rejected()(lambda f, x, h: f(complex(int(x), h)).imag / h)
h_and_x_swapped = rejected()(lambda f, x, h: f(complex(h, x)).imag / h)
ih_added_after_f = rejected()(lambda f, x, h: np.imag(f(x) + 1j * h) / h)

@rejected("nothing returned")
def prints(f, x, h):
    print(f(x + 1j * h).imag / h)

@rejected("nothing returned")
def return_forgotten(f, x, h):
    z = f(x + 1j * h)
    z.imag / h

_SEEN = {}
@rejected()
def remembers_by_x_and_h(f, x, h):
    key = (x, h)
    if key not in _SEEN:
        _SEEN[key] = f(x + 1j * h).imag / h
    return _SEEN[key]

@rejected(status="error")
def i_undefined(f, x, h):
    return f(x + i * h).imag / h  # noqa: F821

imag_called = rejected(status="error")(lambda f, x, h: f(x + 1j * h).imag() / h)

@rejected(status="timeout")
def loop_that_never_ends(f, x, h):
    old, new = math.inf, f(x + 1j * h).imag / h
    while old != new or h > 0:
        old, new = new, f(x + 1j * h).imag / h
    return new

imaginary_part_0 = rejected()(lambda f, x, h: complex(f(x + 1j * h).imag / h))

@rejected()
def real_difference_for_small_h(f, x, h):
    if h < 1e-8:
        h = 1e-8
        return (f(x + h) - f(x - h)) / (2 * h)
    return f(x + 1j * h).imag / h

@rejected()
def tiny_step_for_every_small_h(f, x, h, eps=1e-30):
    if h < 1e-3:
        return f(x + 1j * eps).imag / eps
    return f(x + 1j * h).imag / h
