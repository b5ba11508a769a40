"""Answers written blind for `training_step.new_head`, each under the verdict that it deserves."""

import copy
import functools

import torch
from submissions import passes, rejected
from torch import nn


@passes
def plain(model, classes):
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@passes
def setattr_after_freezing(model, classes):
    model.requires_grad_(False)
    setattr(model, "fc", nn.Linear(model.fc.weight.shape[1], classes))
    return model

@passes
def add_module_ids(model, classes):
    head = nn.Linear(model.fc.weight.size(-1), classes, device=model.fc.weight.device, dtype=model.fc.weight.dtype)
    model.add_module("fc", head)
    mine = {id(p) for p in head.parameters()}
    for p in model.parameters():
        p.requires_grad_(id(p) in mine)
    return model

@passes
def modules_names(model, classes):
    model._modules["fc"] = nn.Linear(model._modules["fc"].in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = name in ("fc.weight", "fc.bias")
    return model

class _Head(nn.Linear):
    """A Linear whose scores begin at zero."""
    def reset_parameters(self):
        nn.init.zeros_(self.weight)
        nn.init.zeros_(self.bias)

@passes
def subclass_of_linear_apply(model, classes):
    head = _Head(model.fc.in_features, classes)
    model.fc = head
    return model.requires_grad_(False).apply(lambda m: m.requires_grad_(True) if m is head else m)

@passes
def freezes_all_thaws_head(model, classes):
    model.fc = nn.Linear(in_features=model.fc.in_features, out_features=classes, bias=True)
    for module in model.modules():
        for p in module._parameters.values():
            if p is not None:
                p.requires_grad_(False)
    model.fc.weight.requires_grad = model.fc.bias.requires_grad = True
    return model

@passes
def deleted_and_registered(model, classes):
    features = model.fc.in_features
    del model.fc
    [p.requires_grad_(False) for p in model.parameters()]
    model.register_module("fc", nn.Linear(features, classes).train(model.training))
    return model

@passes
def head_parameters_by_hand(model, classes):
    old = model.fc
    head = nn.Linear(1, 1)
    head.in_features, head.out_features = old.in_features, classes
    head.weight = nn.Parameter(torch.randn(classes, old.in_features) / old.in_features**0.5)
    head.bias = nn.Parameter(torch.zeros(classes))
    model.requires_grad_(False).fc = head
    return model

@passes
def lazylinear_run_once(model, classes):
    head = nn.LazyLinear(classes)
    head(torch.zeros(1, model.fc.in_features))
    model.requires_grad_(False)
    model.fc = head
    return model

class _NewHead:
    def __call__(self, model, classes):
        return functools.reduce(lambda m, part: part(m), (self.freeze, functools.partial(self.head, classes)), model)
    def freeze(self, model):
        with torch.no_grad():
            for p in set(model.parameters()):
                p.requires_grad_(False)
        return model
    def head(self, classes, model):
        model.set_submodule("fc", nn.Linear(model.get_submodule("fc").in_features, classes))
        return model
callable_object = passes(_NewHead())

@passes
def old_head_refilled(model, classes):
    model.requires_grad_(False)
    fc = model.fc
    fc.weight = nn.Parameter(torch.randn(classes, fc.in_features) * 0.01)
    fc.bias = nn.Parameter(torch.zeros(classes))
    fc.out_features = classes
    return model

@passes
def copies_old_rows(model, classes):
    model.requires_grad_(False)
    old, head = model.fc, nn.Linear(model.fc.in_features, classes)
    n = min(classes, old.out_features)
    with torch.no_grad():
        head.weight[:n] = old.weight[:n]
    model.fc = head
    return model

@passes
def eval_as_well(model, classes):
    model.eval()
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@passes
def clears_gradients(model, classes):
    for p in model.parameters():
        p.requires_grad = False
        p.grad = None
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@passes
def detach_on_parameters(model, classes):
    for p in model.parameters():
        p.detach_()
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("512 hard-coded")
def five_hundred_and_twelve(model, classes):
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(512, classes)
    return model

@rejected("nothing frozen")
def requires_grad_on_modules(model, classes):
    for module in model.modules():
        module.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("head frozen too")
def freezes_after_replacing(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for p in model.parameters():
        p.requires_grad = False
    return model

@rejected("a copy")
def deep_copy(model, classes):
    model = copy.deepcopy(model)
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("nothing returned")
def no_return(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)

@rejected("the head returned")
def returns_head(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model.fc

@rejected("every fc made trainable")
def fc_in_name(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = "fc" in name
    return model

@rejected("every name that begins with fc made trainable")
def starts_with_fc(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = name.startswith("fc")
    return model

@rejected("every fc within made trainable")
def ends_with_fc_weight(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = name.endswith(("fc.weight", "fc.bias"))
    return model

@rejected()
def fc_dot_in_the_name(model, classes):
    for name, p in model.named_parameters():
        if "fc." not in name:
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("the last two left trainable")
def all_but_last_two(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for p in list(model.parameters())[:-2]:
        p.requires_grad = False
    return model

@rejected()
def all_but_two_before_replacing(model, classes):
    for p in list(model.parameters())[:-2]:
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("the model's own parameters left trainable")
def children_other_than_fc(model, classes):
    for name, child in model.named_children():
        if name != "fc":
            child.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def nested_layers_missed(model, classes):
    for p in model.parameters(recurse=False):
        p.requires_grad = False
    for child in model.children():
        for p in child.parameters(recurse=False):
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def linear_and_conv2d_only(model, classes):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            m.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def weights_only(model, classes):
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("bias as before")
def bias_as_before(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes, bias=model.fc.bias is not None)
    return model

@rejected("no bias")
def no_bias(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes, bias=False)
    return model

@rejected("old scores as features")
def out_features_for_in_features(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.out_features, classes)
    return model

@rejected("in and out swapped")
def swapped_arguments(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(classes, model.fc.in_features)
    return model

@rejected("only out_features changed")
def out_features_changed_only(model, classes):
    model.requires_grad_(False)
    model.fc.out_features = classes
    model.fc.requires_grad_(True)
    return model

@rejected("a layer on top")
def linear_behind_old_head(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Sequential(model.fc, nn.Linear(model.fc.out_features, classes))
    return model

@rejected()
def sequential_with_softmax(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Sequential(nn.Linear(model.fc.in_features, classes), nn.Softmax(dim=-1))
    return model

@rejected("another name")
def another_name(model, classes):
    model.requires_grad_(False)
    model.head = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def keeps_head_of_that_size(model, classes):
    model.requires_grad_(False)
    if model.fc.out_features == classes:
        model.fc.requires_grad_(True)
    else:
        model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("old head left out of the freezing")
def tied_weight_left_trainable(model, classes):
    skip = {id(p) for p in model.fc.parameters()}
    for p in model.parameters():
        if id(p) not in skip:
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def flips_requires_grad(model, classes):
    for p in model.parameters():
        p.requires_grad = not p.requires_grad
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def requires_grad_as_old_head(model, classes):
    trainable = model.fc.weight.requires_grad
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes).requires_grad_(trainable)
    return model

@rejected("only the weight trainable")
def bias_of_head_frozen(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.requires_grad_(False)
    model.fc.weight.requires_grad = True
    return model

@rejected()
def head_in_dict(model, classes):
    model.requires_grad_(False)
    vars(model)["fc"] = nn.Linear(model.fc.in_features, classes)
    return model

@rejected("body begun anew")
def resets_all_linear_layers(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    for m in model.modules():
        if isinstance(m, nn.Linear):
            m.reset_parameters()
    return model

@rejected("body begun anew")
def resets_running_statistics(model, classes):
    model.requires_grad_(False)
    for m in model.modules():
        if hasattr(m, "reset_running_stats"):
            m.reset_running_stats()
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model

@rejected()
def last_linear_registered(model, classes):
    model.requires_grad_(False)
    name, old = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Linear)][-1]
    model.set_submodule(name, nn.Linear(old.in_features, classes))
    return model

@rejected("only frozen")
def local_name(model, classes):
    model.requires_grad_(False)
    fc = model.fc
    fc = nn.Linear(fc.in_features, classes)
    return model

@rejected("body trained, head frozen")
def freezes_head_alone(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.fc.requires_grad_(False)
    return model

@rejected()
def float64_head(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes, dtype=torch.float64)
    return model
