"""What the exercises on update rules say, whatever rule it is."""

import torch

from autograd_lab.grading.probes import unchanged
from autograd_lab.learner.notebook import grade


def test_an_argument_that_is_nan_and_stays_so_is_unchanged() -> None:
    x = torch.tensor([1.0, float("nan"), float("inf")])
    assert unchanged(x.clone(), x)
    assert not unchanged(x + 1, x)
    assert not unchanged(x.double(), x)
    verdict = grade("adaptive_optimizers.adagrad_step", lambda param, grad, total, *more: (param * float("nan"), total))
    assert "NaN" in verdict.message + verdict.evidence
    assert "is left as it was" not in verdict.message + verdict.evidence


def test_a_list_where_tensors_go_on_is_right_and_told() -> None:
    for give, what in ((torch.Tensor.tolist, "a list"), (torch.Tensor.numpy, "an array")):
        verdict = grade("training_step.sgd_update", lambda *args, give=give: tuple(map(give, _sgd(*args))))
        assert verdict.status == "passed"
        assert verdict.evidence == f"Yours gives {what} where ours gives a tensor; cells below may need a tensor."
    assert grade("training_step.sgd_update", _sgd).evidence == ""


def _sgd(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v
