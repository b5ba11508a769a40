"""Answers written blind for `training_step.trainable_parameters`, each under the verdict that it deserves."""

import collections
import itertools
import operator

import torch
from submissions import passes, rejected
from torch import nn

list_comprehension = passes(lambda model: [p for p in model.parameters() if p.requires_grad])
by_filter = passes(lambda model: filter(lambda p: p.requires_grad, model.parameters()))

@passes
def generator_function(model):
    for p in model.parameters():
        if p.requires_grad:
            yield p

as_a_frozenset = passes(lambda model: frozenset(p for p in model.parameters() if p.requires_grad))

@passes
def modules_ids(model):
    seen, found = set(), []
    for module in model.modules():
        for p in module._parameters.values():
            if p is not None and p.requires_grad and id(p) not in seen:
                seen.add(id(p))
                found.append(p)
    return found

@passes
def recursive_dict_keys(model):
    def walk(module):
        yield from (p for p in module.parameters(recurse=False) if p.requires_grad)
        for child in module.children():
            yield from walk(child)
    return {p: None for p in walk(model)}.keys()

@passes
def apply_tuple_in_reverse(model):
    found = []
    def collect(module):
        for _, p in module.named_parameters(recurse=False):
            if p.requires_grad and not any(p is q for q in found):
                found.insert(0, p)
    model.apply(collect)
    return tuple(found)

@passes
def dict_values_by_id(model):
    todo, found = [model], collections.OrderedDict()
    while todo:
        module = todo.pop()
        todo.extend(module.children())
        found.update((id(p), p) for p in module.parameters(recurse=False) if p.requires_grad)
    return found.values()

@passes  # can be gone through as often as you like
class object_with_iter:
    def __init__(self, model):
        self.model = model
    def __iter__(self):
        return filter(operator.attrgetter("requires_grad"), self.model.parameters())

@passes
def compress_of_tee(model):
    a, b = itertools.tee(model.parameters())
    return itertools.compress(a, (p.requires_grad for p in b))

state_dict_with_keep_vars = passes(lambda model:
    {v for v in model.state_dict(keep_vars=True).values() if isinstance(v, nn.Parameter) and v.requires_grad})
dict_for_its_keys = passes(lambda model: {p: name for name, p in model.named_parameters() if p.requires_grad})
map_over_filtered_names = passes(lambda model:
    map(operator.itemgetter(1), filter(lambda item: item[1].requires_grad, model.named_parameters())))
names_with_duplicates_by_id = passes(lambda model:
    {id(p): p for _, p in model.named_parameters(remove_duplicate=False) if p.requires_grad}.values())

all_parameters = rejected("all parameters")(lambda model: list(model.parameters()))
frozen_ones = rejected("only the frozen ones")(lambda model: [p for p in model.parameters() if not p.requires_grad])
with_names = rejected("names and parameters")(lambda model: [i for i in model.named_parameters() if i[1].requires_grad])
dict_by_name = rejected("names")(lambda model: {n: p for n, p in model.named_parameters() if p.requires_grad})
head_only = rejected("nothing found")(lambda model: list(model.fc.parameters()) if hasattr(model, "fc") else [])
has_grad = rejected("only those with a gradient")(lambda model: [p for p in model.parameters() if p.grad is not None])
data_tensors = rejected("copies")(lambda model: [p.data for p in model.parameters() if p.requires_grad])
bools = rejected()(lambda model: [p.requires_grad for p in model.parameters()])
count = rejected("how many numbers")(lambda model: sum(p.numel() for p in model.parameters() if p.requires_grad))
parameters_without_parentheses = rejected("parameters without parentheses", status="error")(lambda model:
    [p for p in model.parameters if p.requires_grad])
requires_grad_of_the_model = rejected(status="error")(lambda model: model.parameters() if model.requires_grad else [])
requires_grad_of_the_pair = rejected("pairs asked", status="error")(lambda model:
    [p for p in model.named_parameters() if p.requires_grad])
requires_grad_call = rejected("everything switched on")(lambda model: {p.requires_grad_() for p in model.parameters()})
takewhile = rejected("stops at the first frozen one")(lambda model:
    itertools.takewhile(lambda p: p.requires_grad, model.parameters()))
dropwhile = rejected()(lambda model: itertools.dropwhile(lambda p: not p.requires_grad, model.parameters()))
weights_only = rejected()(lambda model: [p for n, p in model.named_parameters() if p.requires_grad and "bias" not in n])
no_recurse = rejected("the model's own only")(lambda model:
    [p for p in model.parameters(recurse=False) if p.requires_grad])
remove_duplicate_false = rejected("shared ones more than once")(lambda model:
    [p for _, p in model.named_parameters(remove_duplicate=False) if p.requires_grad])
parameter_group = rejected()(lambda model: [{"params": [p for p in model.parameters() if p.requires_grad]}])
string = rejected()(lambda model: str([p for p in model.parameters() if p.requires_grad]))
train_mode = rejected()(lambda model: {p for m in model.modules() if m.training for p in m.parameters(recurse=False)})

@rejected()
def layer_by_its_weight(model):
    found = []
    for module in model.modules():
        if isinstance(getattr(module, "weight", None), nn.Parameter) and module.weight.requires_grad:
            found += module.parameters(recurse=False)
    return found

@rejected()
def weight_and_bias_only(model):
    found = set()
    for module in model.modules():
        for name in ("weight", "bias"):
            p = getattr(module, name, None)
            if isinstance(p, nn.Parameter) and p.requires_grad:
                found.add(p)
    return found

shared_weight_twice = rejected("layer by layer")(lambda model:
    [p for m in model.modules() for p in m.parameters(recurse=False) if p.requires_grad])
nested_ones_several_times = rejected("each layer with its inside")(lambda model:
    [p for m in model.modules() for p in m.parameters() if p.requires_grad])

@rejected("children only")
def children_only(model):
    found = {}
    for child in model.children():
        for p in child.parameters():
            if p.requires_grad:
                found[id(p)] = p
    return list(found.values())

@rejected("in on a list", status="error")
def membership_in_a_list(model):
    found = []
    for m in model.modules():
        for p in m.parameters(recurse=False):
            if p.requires_grad and p not in found:
                found.append(p)
    return found

@rejected()
def equal_values_as_one(model):
    found = []
    for p in model.parameters():
        if p.requires_grad and not any(torch.equal(p, q) for q in found):
            found.append(p)
    return found

@rejected("nothing returned")
def no_return(model):
    found = [p for p in model.parameters() if p.requires_grad]

@rejected()
def train_mode_switched_on(model):
    model.train()
    return [p for p in model.parameters() if p.requires_grad]

@rejected()
def gradients_cleared(model):
    model.zero_grad()
    return [p for p in model.parameters() if p.requires_grad]
