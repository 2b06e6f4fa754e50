"""A workload as a torch.fx module that calls its ATen operators one by one."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch._ops import OpOverload

from .aliasing import Call, live_calls, overwritten_givens, storage_roots
from .protocol import Message, RequestError
from .workload_form import Reference, argument, constant

DTYPES: dict[str, torch.dtype] = {
    name: getattr(torch, name)
    for name in (
        "float64", "float32", "float16", "bfloat16", "int64", "uint64", "int32", "uint32", "int16", "uint16",
        "int8", "uint8", "bool",
    )
}  # fmt: skip

# Text that stands for an object of PyTorch, in Python's own spelling.
WORDS: dict[str, Any] = {
    **{str(dtype): dtype for dtype in DTYPES.values()},
    **{str(word): word for word in (torch.strided, torch.contiguous_format, torch.preserve_format)},
    "torch.channels_last": torch.channels_last,
    "torch.channels_last_3d": torch.channels_last_3d,
    "cpu": torch.device("cpu"),
}

# Dropout counts as the identity, here as in every other computation of a workload.
IDENTITIES = {
    f"aten.{name}{suffix}.default" for name in ("dropout", "alpha_dropout", "feature_dropout") for suffix in ("", "_")
}

# Operators that may hand back views of what they were given although their schemas do not say so.
SILENT_VIEWS = {
    "aten.broadcast_tensors.default", "aten.meshgrid.default", "aten.meshgrid.indexing", "aten.type_as.default",
    "aten.atleast_1d.default", "aten.atleast_2d.default", "aten.atleast_3d.default", "aten.einsum.default",
}  # fmt: skip


def build(workload: Message) -> torch.fx.GraphModule:
    """The module whose positional arguments are the workload's inputs and parameters in order, and whose result is the
    tuple of its outputs.

    It never writes its arguments: what an operator in place would overwrite is cloned first. Constants are the module's
    own. Nodes that no output depends on, such as the counters of batch norm, are left out. Raises
    RequestError("badModel") naming the place.
    """
    try:
        return _Builder(workload).module()
    except (KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise RequestError("badModel", f"malformed workload: {type(error).__name__}: {error}") from error


class _Builder:
    def __init__(self, workload: Message) -> None:
        self._arguments = [spec["name"] for spec in workload["inputs"] + workload.get("parameters", [])]
        self._constants = {form["name"]: form for form in workload.get("constants", [])}
        self._outputs = [name.removeprefix("%") for name in workload["outputs"]]
        self._types = {node["name"]: [kind["dtype"] for kind in node["outputs"]] for node in workload["nodes"]}
        given = [*self._arguments, *self._constants]
        calls = [_call(node) for node in workload["nodes"] if not node["op"].startswith("aten._assert")]
        roots = storage_roots(calls, given, may_alias)
        self._calls = live_calls(calls, self._outputs, roots)
        self._overwritten = overwritten_givens(self._calls, given, roots)
        self._graph = torch.fx.Graph()
        self._values: dict[str, torch.fx.Node] = {}

    def module(self) -> torch.fx.GraphModule:
        # No name of the workload's own is used: torch.fx writes Python code.
        for index, name in enumerate(self._arguments):
            self._values[name] = self._graph.placeholder(f"argument_{index}")
        root = torch.nn.Module()
        for index, (name, form) in enumerate(self._constants.items()):
            root.register_buffer(f"constant_{index}", _tensor(form))
            self._values[name] = self._graph.get_attr(f"constant_{index}")
        for name in [*self._arguments, *self._constants]:
            if name in self._overwritten:
                self._values[name] = self._graph.call_function(torch.ops.aten.clone.default, (self._values[name],))
        for call in self._calls:
            self._values[call.name] = self._add(call)
        self._graph.output(tuple(self._values[name] for name in self._outputs))
        return torch.fx.GraphModule(root, self._graph)

    def _add(self, call: Call) -> torch.fx.Node:
        if call.op in IDENTITIES:
            return self._values[next(iter(call.operands))]
        target = _target(call.op)
        arguments = [self._value(item) for item in call.arguments]
        keywords = {key: self._value(item) for key, item in call.keywords.items()}
        if isinstance(target, OpOverload):
            self._widen(call, target, arguments, keywords)
        return self._graph.call_function(target, tuple(arguments), keywords)

    def _value(self, item: Any) -> Any:
        match item:
            case Reference(name):
                return self._values[name]
            case list():
                return [self._value(each) for each in item]
            case str():
                return WORDS.get(item, item)
            case _:
                return item

    def _widen(
        self, call: Call, target: OpOverload, arguments: list[Any], keywords: dict[str, Any]
    ) -> None:
        """Makes scalars of a floating-point result floating-point: the JSON form does not tell 1 from 1.0."""
        if not self._types[call.name] or not DTYPES[self._types[call.name][0]].is_floating_point:
            return
        for position, parameter in enumerate(target._schema.arguments):
            if str(parameter.type) not in ("number", "Optional[number]"):
                continue
            if position < len(arguments):
                arguments[position] = _floating(arguments[position])
            elif parameter.name in keywords:
                keywords[parameter.name] = _floating(keywords[parameter.name])


def _call(node: Message) -> Call:
    keywords = {key: argument(item) for key, item in node.get("keywordArguments", {}).items()}
    return Call(node["name"], node["op"], argument(node["arguments"]), keywords)


def _target(name: str) -> Any:
    """The operator of a name such as aten.add.Tensor; refuses everything that is no pure operator of ATen."""
    if name == "getitem":
        return operator.getitem
    parts = name.split(".")
    target = getattr(getattr(torch.ops.aten, parts[1]), parts[2]) if parts[0] == "aten" and len(parts) == 3 else None
    if not isinstance(target, OpOverload) or target._schema.name == "aten::from_file":
        raise ValueError(f"no operator {name}")
    return target


def may_alias(call: Call) -> bool:
    """Whether a node's result may lie in an operand's memory."""
    if call.op == "getitem" or call.op in IDENTITIES:
        return True
    return call.op in SILENT_VIEWS or any(
        result.alias_info is not None for result in _target(call.op)._schema.returns
    )


def _tensor(form: Message) -> torch.Tensor:
    return torch.from_numpy(constant(form)).to(DTYPES[form["dtype"]])


def _floating(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
