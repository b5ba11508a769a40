"""Answers written blind for `training_step.step`, each under the verdict that it deserves."""

import copy

import torch
from submissions import passes, rejected
from torch import nn


@passes
def plain(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()

@passes
def closure_passed_to_step(model, data, labels, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = (model(data) - labels).sum()
        loss.backward()
        return loss
    return float(optimizer.step(closure))

@passes
def loss_from_outside(model, data, labels, optimizer):
    loss = torch.sub(model(data), labels).sum()
    def closure():
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        loss.backward()
        return loss.item()
    return optimizer.step(closure)

@passes
def autograd_grad(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    held = [p for g in optimizer.param_groups for p in g["params"]]
    for p in held:
        p.grad = None
    live = [p for p in held if p.requires_grad]
    for p, grad in zip(live, torch.autograd.grad(loss, live, allow_unused=True)):
        p.grad = grad
    optimizer.step()
    return loss.tolist()

@passes
def backward_with_inputs(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = torch.sum(model(data) - labels)
    loss.backward(inputs=[p for g in optimizer.param_groups for p in g["params"] if p.requires_grad])
    optimizer.step()
    return float(loss.detach())

@passes
def backward_with_ones(model, data, labels, optimizer):
    difference = model(data) - labels
    model.zero_grad()
    optimizer.zero_grad()
    difference.backward(torch.ones_like(difference))
    optimizer.step()
    return difference.detach().sum().item()

@passes
def zero_grad_in_finally(model, data, labels, optimizer):
    before = None
    try:
        for p in {p for g in optimizer.param_groups for p in g["params"]}:
            p.grad = None
        out = model(data)
        loss = (out - labels).reshape(-1).sum(dim=0)
        before = loss.item()
        loss.backward()
        optimizer.step()
    finally:
        optimizer.zero_grad()
    return before

@passes
def old_gradients_put_back(model, data, labels, optimizer):
    held = [p for g in optimizer.param_groups for p in g["params"]]
    old = [p.grad for p in held]
    for p in held:
        p.grad = None
    with torch.enable_grad():
        loss = (model(data) - labels).sum()
        loss.backward()
    optimizer.step()
    for p, grad in zip(held, old):
        p.grad = grad
    return loss.item()

class _Stepper:
    def __call__(self, model, data, labels, optimizer):
        optimizer.zero_grad(set_to_none=True)
        loss = self.loss(model(data.clone()), labels.detach())
        loss.backward()
        optimizer.step()
        return loss.detach().numpy().item()
    @staticmethod
    def loss(out, labels):
        return -(labels - out).sum()
callable_object = passes(_Stepper())

@passes
def twice_loss_half_gradient(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    optimizer.zero_grad()
    (2 * loss).backward(torch.tensor(0.5))
    optimizer.step()
    return loss.item()

@passes
def zero_grad_to_zeros(model, data, labels, optimizer):
    optimizer.zero_grad(set_to_none=False)
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@passes
def model_zero_grad_only(model, data, labels, optimizer):
    model.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@passes
def difference_of_sums(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = model(data).sum() - labels.sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@passes
def train_mode_first(model, data, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("no zero_grad")
def no_zero_grad(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("zeroed only at the end")
def zero_grad_only_after_step(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()

@rejected("zero_grad between backward and step")
def zero_grad_before_the_step(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()

@rejected("no step")
def step_without_parentheses(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step
    return loss.item()

@rejected("no backward")
def backward_without_parentheses(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward
    optimizer.step()
    return loss.item()

@rejected("item without parentheses")
def item_without_parentheses(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item

@rejected("mean")
def mean(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).mean()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("the tensor returned")
def returns_tensor(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss

@rejected()
def returns_numpy_float32(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.detach().numpy()[()]

@rejected("a second forward for the loss")
def model_twice_before_step(model, data, labels, optimizer):
    before = (model(data) - labels).sum().item()
    optimizer.zero_grad()
    (model(data) - labels).sum().backward()
    optimizer.step()
    return before

@rejected("loss after the step")
def loss_after_step(model, data, labels, optimizer):
    optimizer.zero_grad()
    (model(data) - labels).sum().backward()
    optimizer.step()
    return (model(data) - labels).sum().item()

@rejected("nothing returned")
def no_return(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()

@rejected()
def returns_string(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return f"{loss.item():.4f}"

@rejected("step before backward")
def step_before_backward(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    optimizer.step()
    loss.backward()
    return loss.item()

@rejected("moved by hand")
def sgd_by_hand_per_group(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad
    return loss.item()

@rejected("own optimizer")
def sgd_by_hand_first_lr(model, data, labels, optimizer):
    model.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    lr = optimizer.param_groups[0]["lr"]
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    return loss.item()

@rejected()
def first_groups_lr_for_all_groups(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = optimizer.param_groups[0]["lr"]
    optimizer.step()
    return loss.item()

@rejected()
def optimizer_of_its_own(model, data, labels, optimizer):
    own = type(optimizer)(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    own.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    own.step()
    return loss.item()

@rejected()
def clears_first_group_only(model, data, labels, optimizer):
    for p in optimizer.param_groups[0]["params"]:
        p.grad = None
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected()
def clears_weights_but_not_biases(model, data, labels, optimizer):
    for p in model.parameters():
        if p.dim() > 1:
            p.grad = None
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected()
def clears_optimizers_state(model, data, labels, optimizer):
    optimizer.zero_grad()
    optimizer.state.clear()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("None cleared", status="error")
def grad_zero_on_none(model, data, labels, optimizer):
    for p in model.parameters():
        p.grad.zero_()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected()
def backward_over_batch_size(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    (loss / len(data)).backward()
    optimizer.step()
    return loss.item()

@rejected("backward twice")
def backward_twice(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("stepped twice")
def step_twice(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()

@rejected("labels minus prediction")
def labels_minus_output(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (labels - model(data)).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("absolute values")
def absolute_values(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = nn.functional.l1_loss(model(data), labels, reduction="sum")
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("evaluation mode")
def eval_mode_for_forward_pass(model, data, labels, optimizer):
    model.eval()
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    model.train()
    return loss.item()

@rejected("loss cut off", status="error")
def forward_under_no_grad(model, data, labels, optimizer):
    optimizer.zero_grad()
    with torch.no_grad():
        loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected()
def trains_deep_copy(model, data, labels, optimizer):
    twin = copy.deepcopy(model)
    optimizer.zero_grad()
    loss = (twin(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected("not summed", status="error")
def backward_without_sum(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = model(data) - labels
    loss.backward()
    optimizer.step()
    return loss.sum().item()

@rejected("prediction changed in place", status="error")
def labels_subtracted_in_place(model, data, labels, optimizer):
    optimizer.zero_grad()
    out = model(data)
    out -= labels
    loss = out.sum()
    loss.backward()
    optimizer.step()
    return loss.item()

@rejected()
def unfreezes_model(model, data, labels, optimizer):
    model.requires_grad_(True)
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()
