"""The slips that any rule of a kind can have, made from a right rule: name to wrong answer and what to say.

`of_vjp` makes them of a rule for the way back, `of_jvp` of one for a value and its tangent, `of_central` of a central
difference, `of_update` of a rule that moves a parameter, `of_pieces` of any answer that is made of pieces. Such a table
is a dict, so ``of_vjp(rule, "x", "y") | {...}`` adds entries, or says one better where its name is there already;
`without` drops some, `renamed` names some otherwise; `mistakes` makes the mistakes of an exercise of it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_lab.grading.exercise import Mistake

Rule = Callable[..., Any]
Table = dict[str, tuple[Any, str]]  # the mistake's name -> the wrong answer, and what to say to its author

# The mistake that every function knows.
NOTHING_RETURNED = Mistake("nothing returned", lambda *arguments: None, "Nothing came back: is a `return` missing?")


def mistakes(table: Mapping[str, tuple[Any, str]], returns: bool = True) -> tuple[Mistake, ...]:
    """Return the mistakes of a table; where answers are functions, of which one `returns` something, also that none is.

    Where an answer is asked for what it does, as one that fills ``.grad``, nothing returned is no mistake.
    """
    made = tuple(Mistake(name, answer, because) for name, (answer, because) in table.items())
    functions = returns and any(callable(mistake.answer) for mistake in made)
    return made if not functions or NOTHING_RETURNED.name in table else (*made, NOTHING_RETURNED)


def without(table: Mapping[str, tuple[Any, str]], *names: str) -> Table:
    """Return a table without some of its entries, which it must have."""
    missing = [name for name in names if name not in table]
    if missing:
        raise KeyError(f"there is no slip {missing[0]!r}; there are {', '.join(table)}")
    return {name: entry for name, entry in table.items() if name not in names}


def renamed(table: Mapping[str, tuple[Any, str]], names: Mapping[str, str]) -> Table:
    """Return a table with other names, old to new, for some of its entries, which it must have."""
    new = without(table, *names) | {names[name]: table[name] for name in names}
    return {names.get(name, name): new[names.get(name, name)] for name in table}


def of_pieces(make: Callable[[Any], Any], pieces: Mapping[str, tuple[Any, str]]) -> Table:
    """Return what goes wrong in one piece of an answer: `make` takes a piece and returns the answer that has it.

    `pieces` is a table, too: the mistake's name -> the wrong piece, and what to say.
    """
    return {name: (make(piece), because) for name, (piece, because) in pieces.items()}


def _ones(grad: Any) -> Any:
    return grad * 0 + 1


# fmt: off
def of_vjp(rule: Rule, *inputs: str) -> Table:
    """Return what goes wrong in any rule for the way back.

    Parameters
    ----------
    rule : callable
        A right one: ``rule(grad, *arguments)`` returns a tuple of gradients, or one where there is one input. It is
        linear in `grad`; numbers, arrays and tensors will do.
    *inputs : str
        The names of the inputs that get a gradient, in order.
    """
    table: Table = {
        "grad ignored": (lambda grad, *rest: rule(_ones(grad), *rest),
            "Your result is the same whatever comes back: `grad` is ignored. The chain rule multiplies by it."),
        "grad squared": (lambda grad, *rest: rule(grad * grad, *rest),
            "`grad` is multiplied in twice. Once is enough."),
        "size of grad": (lambda grad, *rest: rule(abs(grad), *rest),
            "Where `grad` is negative your sign is wrong: it looks as if only its size counted."),
    }
    return table | (_one_back(rule) if len(inputs) == 1 else _more_back(rule, inputs))


def _one_back(rule: Rule) -> Table:
    return {
        "sign": (lambda *all: -rule(*all),
            "The size is right and the sign is wrong."),
        "nothing sent": (lambda *all: rule(*all) * 0.0,
            "Nothing comes back from you, whatever arrives: everything is 0."),
        "a tuple": (lambda *all: (rule(*all),),
            "The result is right, but it came back in a tuple. With one input, return it alone."),
    }


def _more_back(rule: Rule, inputs: Sequence[str]) -> Table:
    def changed(at: int, change: Callable[[Any], Any]) -> Rule:
        return lambda *all: tuple(change(part) if i == at else part for i, part in enumerate(rule(*all)))

    def forgotten(at: int) -> Rule:
        return lambda grad, *rest: tuple(
            part if i == at else plain for i, (part, plain) in
            enumerate(zip(rule(grad, *rest), rule(_ones(grad), *rest), strict=True)))

    def only(at: int) -> Rule:
        return lambda *all: tuple(part if i == at else part * 0.0 for i, part in enumerate(rule(*all)))

    both = "both" if len(inputs) == 2 else "all"
    table: Table = {
        "sign": (lambda *all: tuple(-part for part in rule(*all)),
            f"The sizes are right and {both} signs are wrong."),
        "nothing sent": (lambda *all: tuple(part * 0.0 for part in rule(*all)),
            "Nothing comes back from you, whatever arrives: everything is 0."),
        "halved": (lambda *all: tuple(part / len(inputs) for part in rule(*all)),
            "The gradient isn't shared out between the inputs: each gets all of it, times its own slope."),
        "only the first": (lambda *all: rule(*all)[0],
            f"One gradient came back, that for {inputs[0]}. Return a tuple, one for each input."),
        "added up": (lambda *all: sum(rule(*all)),
            f"{both.capitalize()} gradients are added up into one. They belong to different inputs: return a tuple."),
    }
    for at, name in enumerate(inputs):
        table[f"sign of {name}"] = (changed(at, lambda part: -part), f"The gradient of {name} has the wrong sign.")
        table[f"only {name}"] = (only(at),
            f"Only {name} gets a gradient from you. The other input{'s' * (len(inputs) > 2)} moved the result, too.")
        table[f"grad for {name} only"] = (forgotten(at),
            f"The gradient of {name} is right. Elsewhere `grad` is forgotten, which multiplies {both}.")
    if len(inputs) == 2:
        one, two = inputs
        table["swapped"] = (lambda *all: tuple(reversed(rule(*all))),
            f"The two gradients have changed places: the first belongs to {one}, the second to {two}.")
        table["swapped and grad ignored"] = (lambda grad, *rest: tuple(reversed(rule(_ones(grad), *rest))),
            "The two gradients have changed places, and `grad` is ignored: the chain rule multiplies by it.")
    return table


def of_scalar_vjp(rule: Rule, *inputs: str) -> Table:
    """Return what goes wrong in any rule for the way back that takes and returns floats; see `of_vjp`."""
    def each(change: Callable[[float, float], float]) -> Rule:
        """Return an answer that makes of `grad` and each slope something other than their product."""
        def answer(grad: float, *rest: Any) -> Any:
            slopes = rule(1.0, *rest)
            return tuple(change(grad, s) for s in slopes) if len(inputs) > 1 else change(grad, slopes)
        return answer

    table = of_vjp(rule, *inputs) | {
        "grad added": (each(lambda grad, slope: grad + slope),
            "You add `grad` to the slope. Along a path, slopes multiply."),
        "grad divides": (each(lambda grad, slope: slope / grad if grad else 0.0),
            "You divide by `grad`. Along a path, slopes multiply."),
        "grad only": (each(lambda grad, slope: grad),
            "`grad` comes back unchanged. It is multiplied by the slope on its way."),
    }
    if len(inputs) > 1:
        table["grad times a tuple"] = (lambda grad, *rest: grad * tuple(rule(1.0, *rest)),
            "Python doesn't multiply a tuple by a float, entry by entry: multiply each of the slopes by `grad`.")
    return table


def of_jvp(rule: Rule, *inputs: str) -> Table:
    """Return what goes wrong in any rule for a value and its tangent.

    Parameters
    ----------
    rule : callable
        A right one, on floats: ``rule(x, dx, y, dy, *rest)`` returns (value, tangent).
    *inputs : str
        The names of the inputs that have a tangent behind them, one or two.
    """
    table: Table = {
        "order swapped": (lambda *all: tuple(reversed(rule(*all))),
            "The two numbers are right and stand the wrong way round: the value comes first, then the tangent."),
        "only the tangent": (lambda *all: rule(*all)[1],
            "Only the tangent came back. The value is needed too: return both."),
        "only the value": (lambda *all: rule(*all)[0],
            "Only the value came back. Return the tangent as well."),
        "sign": (lambda *all: (rule(*all)[0], -rule(*all)[1]),
            "The size of the tangent is right and its sign is wrong."),
        "tangent always 0": (lambda *all: (rule(*all)[0], 0.0),
            "Your tangent is 0 whatever moves. The value changes when what it is made of does."),
        "the value twice": (lambda *all: (rule(*all)[0],) * 2,
            "The second number is the value again. It should say how fast the value changes."),
    }
    return table | (_one_moving(rule, *inputs) if len(inputs) == 1 else _two_moving(rule, *inputs))


def _one_moving(rule: Rule, x: str) -> Table:
    return {
        f"d{x} left out": (lambda x, dx, *rest: (rule(x, dx, *rest)[0], rule(x, 1.0, *rest)[1]),
            f"That is the slope. The tangent is the slope times how fast {x} moves."),
        f"only the tangent of {x}": (lambda x, dx, *rest: (rule(x, dx, *rest)[0], dx),
            f"The tangent of {x} comes back unchanged. It is multiplied by the slope at {x}."),
        "size of the tangent": (lambda x, dx, *rest: rule(x, abs(dx), *rest),
            f"Where d{x} is negative your sign is wrong: it looks as if only its size counted."),
        "tangent squared": (lambda x, dx, *rest: rule(x, dx * dx, *rest),
            f"d{x} is multiplied in twice. Once is enough."),
        "value times tangent": (lambda x, dx, *rest: (rule(x, dx, *rest)[0], rule(x, dx, *rest)[0] * dx),
            f"You multiply d{x} by the value. The factor is the slope, how fast the value grows with {x}."),
    }


def _two_moving(rule: Rule, x: str, y: str) -> Table:
    def beside_the_value(tangent: Callable[..., float]) -> Rule:
        return lambda x, dx, y, dy, *rest: (rule(x, dx, y, dy, *rest)[0], tangent(dx, dy))

    return {
        f"only {x} moves": (lambda x, dx, y, dy, *rest: rule(x, dx, y, 0.0, *rest),
            f"You let only {x} move. {y} has a tangent too, and its movement changes the value."),
        f"only {y} moves": (lambda x, dx, y, dy, *rest: rule(x, 0.0, y, dy, *rest),
            f"You let only {y} move. {x} has a tangent too, and its movement changes the value."),
        f"d{x} and d{y} swapped": (lambda x, dx, y, dy, *rest: rule(x, dy, y, dx, *rest),
            f"The two tangents have changed places: with d{y} = 0, what is left of yours belongs to {y}."),
        "slopes without tangents": (
            lambda x, dx, y, dy, *rest: (rule(x, dx, y, dy, *rest)[0], rule(x, 1.0, y, 1.0, *rest)[1]),
            "You add the slopes, and the tangents don't count: each slope is multiplied by how fast its number moves."),
        "sum of tangents": (beside_the_value(lambda dx, dy: dx + dy),
            "That is how a sum changes. Here each movement counts as often as its slope says."),
        "product of tangents": (beside_the_value(lambda dx, dy: dx * dy),
            f"Your tangent is the product of the two tangents. Hold {y} still, d{y} = 0: then yours says that the "
            f"value doesn't change at all, although {x} moves."),
        "halved": (lambda *all: (rule(*all)[0], rule(*all)[1] / 2),
            "Your tangent is half of what it should be: what the two movements do is added, not averaged."),
    }


def of_central(made: Callable[[Callable[[Callable[[float], Any], float], Any]], Rule]) -> Table:
    """Return what goes wrong in any central difference.

    Parameters
    ----------
    made : callable
        ``made(quotient)`` returns the answer whose slopes are ``quotient(at, h)``, where ``at(d)`` is the value of f a
        distance of d away; ``(at(h) - at(-h)) / (2 * h)`` is right.
    """
    return {
        "one-sided": (made(lambda at, h: (at(h) - at(0.0)) / h),
            "You step to one side only. The central difference steps to both."),
        "to the left only": (made(lambda at, h: (at(0.0) - at(-h)) / h),
            "You step to the left only. The central difference steps to both sides."),
        "order swapped": (made(lambda at, h: (at(-h) - at(h)) / (2 * h)),
            "The size is right and the sign is wrong: the value on the right minus the value on the left."),
        "divided by h": (made(lambda at, h: (at(h) - at(-h)) / h),
            "Twice what it should be: from x − h to x + h it is 2h."),
        "/ 2 * h": (made(lambda at, h: (at(h) - at(-h)) / 2 * h),
            "`/ 2 * h` divides by 2 and multiplies by h. Put 2 * h in parentheses."),
        "only the last term divided": (made(lambda at, h: at(h) - at(-h) / (2 * h)),
            "Only f(x − h) is divided: the slash binds more tightly than the minus. Put parentheses around the rise."),
        "not divided": (made(lambda at, h: at(h) - at(-h)),
            "That is how much f rises from x − h to x + h. A slope divides it by the width, 2h."),
        "half steps": (made(lambda at, h: (at(h / 2) - at(-h / 2)) / h),
            "Your steps are h/2 to each side. They should be h."),
        "half steps over 2h": (made(lambda at, h: (at(h / 2) - at(-h / 2)) / (2 * h)),
            "Your steps are h/2 to each side, and you divide as if they were h."),
        "a step of its own": (made(lambda at, h: (at(1e-5) - at(-1e-5)) / 2e-5),
            "Your result doesn't depend on h: it looks as if you chose a step yourself. Use the h that is given."),
    }


def of_update(rule: Rule, state: Sequence[str] = (), lr: int = 0) -> Table:
    """Return what goes wrong in any rule that moves a parameter.

    Parameters
    ----------
    rule : callable
        A right one: ``rule(param, grad, *state, *settings)`` returns the new param, or a tuple of it and the new state.
    state : sequence of str
        The names of its state tensors, which may be None before the first step.
    lr : int
        The place of the learning rate among the settings.
    """
    states, names = " and ".join(f"`{name}`" for name in state), " and ".join(state)
    are, first = "are" if len(state) > 1 else "is", 2 + len(state)

    def parts(*arguments: Any) -> tuple[Any, tuple[Any, ...]]:
        result = rule(*arguments)
        return (result[0], tuple(result[1:])) if state else (result, ())

    def pair(param: Any, renewed: tuple[Any, ...]) -> Any:
        return (param, *renewed) if state else param

    def returning(choose: Callable[[Any, Any, tuple[Any, ...], tuple[Any, ...]], Any]) -> Rule:
        """Return an answer; `choose` gets the old param, the new one, the old state and the new one."""
        def answer(*arguments: Any) -> Any:
            new, renewed = parts(*arguments)
            return choose(arguments[0], new, arguments[2:first], renewed)
        return answer

    def with_lr_1(*arguments: Any) -> Any:
        return rule(*arguments[:first + lr], 1.0, *arguments[first + lr + 1:])

    def grad_changed(*arguments: Any) -> Any:
        result = rule(*arguments)
        arguments[1].mul_(2)
        return result

    def in_place(*written: str) -> Rule:
        def answer(*arguments: Any) -> Any:
            new, renewed = parts(*arguments)
            pairs = zip(("param", *state), (arguments[0], *arguments[2:first]), (new, *renewed), strict=True)
            back = [old.copy_(x) if name in written and old is not None else x for name, old, x in pairs]
            return pair(back[0], tuple(back[1:]))
        return answer

    right = f"{states} {are} right, but" if state else "The size is right, but"
    ours = "The numbers are right, but"
    table: Table = {
        "uphill": (returning(lambda old, new, s, renewed: pair(2 * old - new, renewed)),
            f"{right} the param moves the other way. The gradient points to where the loss grows: subtract."),
        "no learning rate": (with_lr_1,
            "The learning rate has no effect on your step; it scales the move."),
        "the change instead of the param": (returning(lambda old, new, s, renewed: pair(new - old, renewed)),
            "You return by how much the param changes. The new param itself is asked for."),
        "the length of the change instead of the param": (
            returning(lambda old, new, s, renewed: pair(old - new, renewed)),
            "You return what is to be subtracted from the param. The new param itself is asked for."),
        "param in place": (in_place("param"),
            f"{ours} you change the caller's `param` (`-=`, a method that ends in `_`, or an optimizer that was given "
            "`param` itself). Return a new tensor."),
        "grad in place": (grad_changed,
            f"{ours} you change the caller's `grad` (`*=`, or a method that ends in `_`). Return new tensors."),
        "tracked": (returning(lambda old, new, s, renewed: pair(new.requires_grad_(), renewed)),
            f"{ours} the new param requires grad (`requires_grad_()`, `nn.Parameter`). A plain tensor is asked for."),
    }
    if not state:
        return table
    table |= {
        "param not moved": (returning(lambda old, new, s, renewed: pair(old.clone(), renewed)),
            f"{right} the param that you return is the old one."),
        f"{names} not renewed": (
            returning(lambda old, new, s, renewed: pair(new, tuple(x if x is None else x.clone() for x in s))),
            f"The new param is right, but the {states} that you return {are} still the old. The next step needs the "
            "new."),
        "only the param": (returning(lambda old, new, s, renewed: new),
            f"Only the new param came back. Return it together with the new {states}."),
        "only the state": (returning(lambda old, new, s, renewed: renewed if len(state) > 1 else renewed[0]),
            f"Only the new {states} came back. Return the new param first."),
        "the pair swapped" if len(state) == 1 else "the param last": (
            returning(lambda old, new, s, renewed: (*renewed, new)),
            f"The order is another: the new param comes first, then {states}."),
    }
    if len(state) == 1:
        table[f"gradient as the new {names}"] = (lambda *all: (rule(*all)[0], all[1].clone()),
            f"The new param is right, but the gradient came back as the {states}. The next step needs the new one.")
    if len(state) > 1:
        table[f"{names} swapped"] = (returning(lambda old, new, s, renewed: (new, *renewed[::-1])),
            f"The order is another: after the new param come {states}.")
    for some in dict.fromkeys(((state[0],), tuple(state), ("param", *state))):
        written = " and ".join(f"`{name}`" for name in some)
        table[f"{' and '.join(some)} in place"] = (in_place(*some),
            f"{ours} you change the caller's {written} (`+=`, `*=`, or a method that ends in `_`). Return new tensors.")
    return table
# fmt: on
