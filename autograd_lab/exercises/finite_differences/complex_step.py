"""`finite_differences.complex_step`."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes


def _analytic(draw: Draw) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    p, q, r = draw.number(0.5, 2), draw.number(-2, -0.5), draw.number(0.5, 1.5)
    yield "f(x) = px³ + qx² + x", lambda x: p * x**3 + q * x**2 + x
    yield "f(x) = sin(rx) · x", lambda x: np.sin(r * x) * x
    yield "f(x) = exp(rx) / (2 + x²)", lambda x: np.exp(r * x) / (2 + x * x)
    yield "f(x) = −tanh(x)³ − x", lambda x: -(np.tanh(x) ** 3) - x

def probe_complex(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, f in _analytic(draw):
        for h in (draw.number(0.05, 0.5), draw.number(0.05, 0.5), 9e-4, 1e-20, 1e-200):
            x = draw.signed(0.4, 1.4)
            scale = abs(f(x + 1j * h)) / min(h, 0.5) if h > 1e-3 else 1.0
            yield f"{words}, x = {x:.3f} and h = {h:.3g}", answer(f, x, h), scale
    for words, f in _analytic(draw):
        yield f"{words}, x = 0.7 and h = 0.25", answer(f, 0.7, 0.25), 10.0

EXERCISE = Exercise(
    name="finite_differences.complex_step",
    probe=probe_complex,
    reference=lambda f, x, h: float(np.imag(f(x + 1j * h))) / h,
    alternatives=(lambda f, x, h: f(complex(x, h)).imag / h, lambda f, x, h: -f(x - 1j * h).imag / h),
    mistakes=mistakes({
        "real part": (lambda f, x, h: f(x + 1j * h).real / h,
            "You take the real part, which is about f(x) itself. The slope stands in the imaginary part."),
        "real part, not divided": (lambda f, x, h: f(x + 1j * h).real,
            "You take the real part, which is about f(x) itself. The slope stands in the imaginary part, times h."),
        "divided by ih": (lambda f, x, h: f(x + 1j * h) / (1j * h),
            "You divide the whole complex number by ih: it stays complex. Take the imaginary part first, and divide by "
            "h."),
        "still complex": (lambda f, x, h: f(x + 1j * h) / h,
            "A complex number came back. Its imaginary part is the slope."),
        "imaginary part over ih": (lambda f, x, h: f(x + 1j * h).imag / (1j * h),
            "The imaginary part is a real number; divide it by h, which is real, too."),
        "complex difference": (lambda f, x, h: (f(x + 1j * h) - f(x)) / (1j * h),
            "You take a difference quotient with a complex step: it is complex, and cancels. Take the imaginary part "
            "of f(x + ih); no difference is needed."),
        "real part of the quotient, from a difference": (lambda f, x, h: ((f(x + 1j * h) - f(x)) / (1j * h)).imag,
            "You take the imaginary part of the quotient. Divided by i, real and imaginary part have changed places."),
        "not divided": (lambda f, x, h: f(x + 1j * h).imag, "The imaginary part is h times the slope. Divide by h."),
        "multiplied by h": (lambda f, x, h: f(x + 1j * h).imag * h, "You multiply by h. Divide by it."),
        "divided by 2h": (lambda f, x, h: f(x + 1j * h).imag / (2 * h),
            "Half of what it should be: the step is h, not 2h."),
        "magnitude": (lambda f, x, h: abs(f(x + 1j * h)) / h,
            "You take the magnitude of the complex number. Only its imaginary part is the slope."),
        "size of the imaginary part": (lambda f, x, h: abs(f(x + 1j * h).imag) / h,
            "Where f falls your sign is wrong: it looks as if only the size of the imaginary part counted."),
        "angle": (lambda f, x, h: float(np.angle(f(x + 1j * h))) / h,
            "You take the angle of the complex number. Its imaginary part is the slope, times h."),
        "sign": (lambda f, x, h: f(x - 1j * h).imag / h, "The size is right and the sign is wrong: the step is +ih."),
        "real step": (lambda f, x, h: np.imag(f(x + h)) / h,
            "Your step is real, so f stays real, and its imaginary part is 0. Step to x + ih."),
        "central difference": (lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "That is the central difference. For tiny h nothing is left of it."),
        "a step of its own": (lambda f, x, h: f(x + 1e-20j).imag / 1e-20,
            "Your result doesn't depend on h. It is the better derivative, but the one with the given h is asked for."),
        "x times ih": (lambda f, x, h: f(x * (1 + 1j * h)).imag / h,
            "Your step is x·ih: it grows with x. Add ih to x."),
    }),
    hints=(
        "f(x + ih) = f(x) + ih f′(x) − …: where in this complex number does f′(x) stand?",
        "The imaginary part of f(x + ih), divided by h.",
        "`f(x + 1j * h).imag / h`",
    ),
    section="A step without a difference",
    notice=(
        "Nothing is subtracted, so h may be 10⁻²⁰⁰: the error of order h² is gone, and no rounding has come in its "
        "place."
    ),
)
