"""The optimizer playground: gradient descent with momentum in a quadratic valley, f(x, y) = ½(x²/κ + y²).

`picture` takes `Settings`, computes all that is shown with `descend`, `limit` and `rate`, and returns numbers and
sentences. Where widgets run, the browser sends settings and draws what comes back (playground.js computes nothing);
elsewhere three stills stand in its place. The valley runs along x, with curvature 1/κ; y, with curvature 1, is steep.
"""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_lab import display
from autograd_lab.pictures import figures

STEPS = 60
WIDTH, HEIGHT = 4.0, 2.5  # the picture shows |x| <= WIDTH and |y| <= HEIGHT
# Where contour lines cross the y axis: the loss doubles from one to the next.
_RINGS = 0.1 * math.sqrt(2) ** np.arange(12)
_USE = """\
Click or drag in the valley, or use the arrow keys there, to choose the start.
The playground needs its kernel: in a notebook that you open again, run this cell again."""


def descend(
    start: ArrayLike,
    curvatures: ArrayLike,
    lr: float,
    momentum: float = 0.0,
    nesterov: bool = False,
    steps: int = STEPS,
) -> NDArray[np.float64]:
    """Return the path of gradient descent on ½ Σ λᵢ xᵢ², stepping as ``torch.optim.SGD`` does.

    With g = λx, each step sets v ← μv + g, from v = 0, and then x ← x − lr·v, or x ← x − lr·(g + μv) with Nesterov's
    momentum (the algorithm in the documentation of ``torch.optim.SGD``, without dampening or weight decay).

    Parameters
    ----------
    start, curvatures : array_like, shape (n,), float64
        The point to start at, and λ, the eigenvalues of the Hessian; all dimensionless.
    lr, momentum : float
        The learning rate and μ.
    nesterov : bool
        Nesterov's momentum in torch's form, else the heavy ball.
    steps : int
        How many steps.

    Returns
    -------
    ndarray, shape (steps + 1, n), float64
        The points, the start first. A diverging path overflows to inf and NaN, as torch's does.
    """
    x, curvature = np.array(start, float), np.asarray(curvatures, float)
    v, path = np.zeros_like(x), [x]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            g = curvature * x
            v = momentum * v + g
            x = x - lr * (g + momentum * v if nesterov else v)
            path.append(x)
    return np.array(path)


def limit(curvature: float, momentum: float = 0.0, nesterov: bool = False) -> float:
    """Return the learning rate below which `descend` converges, where it is stable for no larger one.

    Parameters
    ----------
    curvature : float
        The largest eigenvalue λ of the Hessian, > 0.
    momentum : float
        μ, in [0, 1).
    nesterov : bool
        As in `descend`.

    Returns
    -------
    float
        2(1 + μ)/λ, with Nesterov's momentum 2(1 + μ)/(λ(1 + 2μ)): there the update's matrix has the eigenvalue −1.
    """
    return 2 * (1 + momentum) / (curvature * (1 + 2 * momentum if nesterov else 1))


def rate(curvature: float, lr: float, momentum: float = 0.0, nesterov: bool = False) -> float:
    """Return by how much a step of `descend` multiplies the distance to the minimum, in the long run.

    A step is linear: (x, v) is multiplied by a 2×2 matrix, and this is its spectral radius, from its trace and
    determinant. The loss is multiplied by the square.

    Parameters
    ----------
    curvature : float
        The eigenvalue λ of the Hessian along the direction in question.
    lr, momentum, nesterov
        As in `descend`.

    Returns
    -------
    float
        Below 1 where it converges; with complex eigenvalues √μ for the heavy ball, whatever the learning rate.
    """
    left = 1 - lr * curvature
    trace, determinant = ((1 + momentum) * left, momentum * left) if nesterov else (momentum + left, momentum)
    square = trace**2 / 4 - determinant
    return math.sqrt(determinant) if square < 0 else abs(trace) / 2 + math.sqrt(square)


@dataclass(frozen=True)
class Settings:
    """What can be set: the sliders' values, the checkbox, and the start (x, y)."""

    lr: float = 1.8
    momentum: float = 0.0
    decades: float = 1.3  # log10 of the condition number
    nesterov: bool = False
    x: float = -3.5
    y: float = 1.2

    @property
    def condition(self) -> float:
        """The condition number κ, to two digits: the number that is shown is the one that is used."""
        return float(f"{10**self.decades:.2g}")

    @property
    def name(self) -> str:
        """The rule and its settings."""
        kind = "Nesterov's momentum" if self.nesterov else "momentum"
        return f"Learning rate {self.lr:g}, " + (f"{kind} {self.momentum:g}" if self.momentum else "no momentum")


def picture(settings: Settings) -> dict[str, Any]:
    """Return what one view shows, as plain numbers and sentences; with settings that the sliders reach, all are finite.

    Returns
    -------
    dict
        ``path``: points (x, y), as far as the one that leaves the picture for good; ``losses``: log10 of the loss after
        each step; ``theory``: the two ends of the line with the theoretical slope beside them; ``rings``: half-axes
        (along x, along y) of the contour lines; ``limit``: of the learning rate; ``values``: what stands beside the
        sliders; and, as text, ``verdict``, ``title``, ``slope``, ``outcome`` and ``said``.
    """
    s, start, curvatures = settings, (settings.x, settings.y), (1 / settings.condition, 1.0)
    rule = s.momentum, s.nesterov
    path = descend(start, curvatures, s.lr, *rule)
    losses = (path**2 @ np.array(curvatures)) / 2
    outside = (np.abs(path) / (WIDTH, HEIGHT)).max(axis=1) > 1
    drawn = path[: len(path) - int(outside[::-1].argmin()) + 1]  # and one step outside, if it stays there

    rates = [rate(curvature, s.lr, *rule) if part else 0.0 for part, curvature in zip(start, curvatures, strict=True)]
    factor = max(rates) ** 2
    counts = (
        "both parts count"
        if math.isclose(*rates)
        else f"the part {'along' if rates[0] > rates[1] else 'across'} the valley counts"
    )
    begins = f"start ({s.x + 0.0:g}, {s.y + 0.0:g})"  # never -0
    top = limit(1.0, *rule)
    verdict = _verdict(s.lr, top, factor)
    outcome = (
        f"The path {_course(drawn)}. In {STEPS} steps the loss goes from {losses[0]:.2g} to {losses[-1]:.2g}; "
        f"in theory a step multiplies it by {factor:.3f} in the long run, where {counts}."
    )
    logs = np.log10(losses.clip(1e-30))
    return {
        "path": drawn.round(4).tolist(),
        "losses": logs.round(4).tolist(),
        "theory": [float(logs[0]), float(logs[0] + STEPS * math.log10(max(factor, 1e-18)))],
        "rings": [[r * math.sqrt(s.condition), r] for r in _RINGS.tolist()],
        "limit": top,
        "values": {"lr": f"{s.lr:.2f}", "momentum": f"{s.momentum:.2f}", "decades": f"{s.condition:g}"},
        "verdict": verdict,
        "title": f"f(x, y) = ½(x²/{s.condition:g} + y²), doubled from ring to ring",
        "slope": f"theory: × {factor:.3f} a step",
        "outcome": outcome,
        "said": f"{s.name}, condition number {s.condition:g}, {begins}. {verdict}. {outcome}",
    }


def _verdict(lr: float, top: float, factor: float) -> str:
    if math.isclose(lr, top):
        return f"At the limit {top:.4g}: it neither converges nor diverges"
    if lr < top:
        return f"Below the limit {top:.4g}: it converges"
    floor = ", except from the valley's very floor, where you start" if factor < 1 else ""
    return f"Above the limit {top:.4g}: it diverges{floor}"


def _course(path: NDArray[np.float64]) -> str:
    """Say where a drawn path goes."""
    seen = path[np.abs(path[:, 1]) > 0.005, 1]
    crossings = int((np.diff(np.sign(seen)) != 0).sum())
    often = {0: "never crosses the valley's floor", 1: "crosses the valley's floor once"}
    crosses = often.get(crossings, f"visibly crosses the valley's floor {crossings} times")
    if (np.abs(path[-1]) > (WIDTH, HEIGHT)).any():
        return f"{crosses} and leaves the picture for good at step {len(path) - 1}"
    x, y = path[-1].round(2) + 0.0  # never -0
    return f"{crosses} and ends at ({x:g}, {y:g})"


def playground() -> None:
    """Show the optimizer playground: a valley, a path down it, and sliders for what decides where it goes.

    Learning rate, momentum, Nesterov's form of it and the condition number are set below the picture; the start by
    clicking, by dragging, or with the arrow keys. With AUTOGRAD_LAB_STATIC=1, or without anywidget, three stills stand
    in its place.
    """
    if display.widgets("anywidget"):
        display.show(_widget())
        print(_USE)
    else:
        _show_stills([Settings(lr=0.5), Settings(lr=2.1), Settings(lr=2.1, momentum=0.6)])


def _widget() -> Any:
    import anywidget
    import traitlets

    class Playground(anywidget.AnyWidget):
        _esm = Path(__file__).with_suffix(".js")
        colours = traitlets.List(list(figures.COLOURS)).tag(sync=True)
        settings = traitlets.Dict(asdict(Settings())).tag(sync=True)
        picture = traitlets.Dict(picture(Settings())).tag(sync=True)

        def answer(self, _: Any, settings: dict[str, Any], buffers: Any) -> None:
            with self.hold_sync():  # both in one message
                self.settings = settings
                self.picture = picture(Settings(**settings))

        def __repr__(self) -> str:  # what stands where widgets aren't shown, such as on GitHub; cut at 110 characters
            return "The optimizer playground stands here while a kernel runs."

    shown = Playground()
    shown.on_msg(shown.answer)
    return shown


def _show_stills(stills: list[Settings]) -> None:
    figure, row = figures.new(7.2, 2.1, columns=len(stills))
    x, y = np.meshgrid(np.linspace(-WIDTH, WIDTH, 161), np.linspace(-HEIGHT, HEIGHT, 101))
    first = stills[0]
    caption = (
        f"{STEPS} steps down f(x, y) = ½(x²/{first.condition:g} + y²) from ({first.x:g}, {first.y:g}), left to right."
    )
    for axes, settings in zip(row, stills, strict=True):
        shown = picture(settings)
        axes.contour(x, y, x**2 / settings.condition + y**2, _RINGS**2, colors=figures.COLOURS[0], linewidths=0.5)
        axes.plot(*zip(*shown["path"], strict=True), ".-", color=figures.COLOURS[1], linewidth=1, markersize=4)
        axes.plot(settings.x, settings.y, "o", color=figures.COLOURS[1], markerfacecolor="white")
        axes.set(xlim=(-WIDTH, WIDTH), ylim=(-HEIGHT, HEIGHT), aspect="equal", xlabel="x")
        axes.set_title(settings.name.replace(", ", ",\n"), fontsize="medium")
        axes.grid(False)
        caption += f" {settings.name}. {shown['verdict']}. {shown['outcome']}"
    row[0].set_ylabel("y")
    figures.show(figure, caption)
