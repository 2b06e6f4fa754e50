"""Writes a traced module as the JSON form of a workload."""

from __future__ import annotations

import base64
import math
import operator
import zlib
from dataclasses import dataclass
from typing import Any

import torch
from torch._ops import OpOverload
from torch.export import ExportedProgram
from torch.export.graph_signature import ConstantArgument, InputKind, InputSpec, OutputKind, TensorArgument
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from .functional import without_stale_reads
from .protocol import Message
from .source_file import SourceError
from .tracing import Traced

# Random tensors that a graph draws, such as initial states, are parameters: a workload is a function.
DRAWN = ("aten.randn.", "aten.rand.")

RECURRENT = ("aten.lstm.", "aten.gru.", "aten.rnn_tanh.", "aten.rnn_relu.")

# Parameters of attention and recurrent networks.
DROPOUT_RATES = ("dropout", "dropout_p")

# The constants that are written as plain numbers; longer ones are compressed.
LONGEST_PLAIN_LIST = 64


def _attention_flops(
    query: list[int], key: list[int], value: list[int], *rest: Any, out_shape: Any = None, **keywords: Any
) -> int:
    return int(sdpa_flop_count(query, key, value))  # type: ignore[no-untyped-call]


# PyTorch counts attention on GPUs only.
ATTENTION_ON_CPU = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _attention_flops}


class _Counting(torch.fx.Interpreter):
    """Runs a graph on tensors without memory. Recurrent networks, which would run step by step, keep their recorded
    results; their products are counted here."""

    recurrent_flops = 0

    def run_node(self, n: torch.fx.Node) -> Any:
        if not str(n.target).startswith(RECURRENT):
            return super().run_node(n)
        recorded: list[Any] = [torch.fx.node.map_arg(each, lambda node: node.meta["val"]) for each in n.args[:3]]
        sequence, _, weights = recorded
        steps = math.prod(sequence.shape[:-1])
        self.recurrent_flops += sum(2 * steps * weight.numel() for weight in weights if weight.dim() == 2)
        return n.meta["val"]


@dataclass(frozen=True)
class Exported:
    """A workload's JSON form and the values of its parameters, as far as the module has them."""

    form: Message
    weights: dict[str, torch.Tensor]


def export(traced: Traced, name: str, settings: dict[str, Any]) -> Exported:
    """The workload of a traced module; raises SourceError where the form has no words for it."""
    return _Writer(traced, name, settings).export()


class _Writer:
    def __init__(self, traced: Traced, name: str, settings: dict[str, Any]) -> None:
        self._program: ExportedProgram = without_stale_reads(traced.program)
        self._state = {**traced.model.state_dict(keep_vars=True), **dict(self._program.state_dict)}
        self._name = name
        self._settings = settings
        graph = self._program.graph
        self._calls = [node for node in graph.nodes if node.op == "call_function" and node.meta.get("val") is not None]
        self._drawn = [node for node in self._calls if str(node.target).startswith(DRAWN)]
        self._placeholders = {node.name: node for node in graph.nodes if node.op == "placeholder"}
        self._weights: dict[str, torch.Tensor] = {}

    def export(self) -> Exported:
        others = [node for node in self._program.graph.nodes if node.op not in ("call_function", "placeholder", "output")]
        if others:
            raise SourceError(f"{self._name}.py: the graph holds the submodule {others[0].target}, which is no operator")
        inputs, scalars = self._inputs()
        parameters, constants = self._tensors()
        form = {
            "name": self._name,
            "inputs": inputs,
            "scalars": scalars,
            "parameters": parameters + [{"name": node.name, **_type(node.meta["val"])} for node in self._drawn],
            "constants": constants,
            "nodes": [self._node(node) for node in self._calls if node not in self._drawn],
            "outputs": self._outputs(),
            "flops": self._flops(),
            "resized": self._settings,
        }
        kept = {key: value for key, value in form.items() if value not in ([], {}) or key in ("inputs", "nodes")}
        return Exported(kept, self._weights)

    def _inputs(self) -> tuple[list[Message], list[Message]]:
        tensors, scalars = [], []
        for spec in self._specs(InputKind.USER_INPUT):
            match spec.arg:
                case TensorArgument(name=name):
                    tensors.append({"name": name, **_type(self._placeholders[name].meta["val"])})
                case ConstantArgument(name=name, value=int() | float() as value):
                    scalars.append({"name": name, "value": float(value)})
                case ConstantArgument():
                    continue
                case other:
                    raise SourceError(f"{self._name}.py: the input {other.name} is neither a tensor nor a constant")
        return tensors, scalars

    def _tensors(self) -> tuple[list[Message], list[Message]]:
        """Parameters and constants. A plain tensor of the module that the graph overwrites is state: a parameter."""
        overwritten = {
            node.args[0].name
            for node in self._calls
            if str(node.target).split(".")[1:2] and str(node.target).split(".")[1].endswith("_")
            and node.args and isinstance(node.args[0], torch.fx.Node)
        }  # fmt: skip
        parameters, constants = [], []
        for spec in self._program.graph_signature.input_specs:
            if spec.kind in (InputKind.USER_INPUT, InputKind.TOKEN):
                continue
            name, value = spec.arg.name, self._value(spec)
            state = spec.kind == InputKind.CONSTANT_TENSOR and name in overwritten
            if spec.kind == InputKind.PARAMETER or state:
                parameters.append({"name": name, **_type(value)})
                self._weights[name] = value.detach()
            elif spec.kind in (InputKind.BUFFER, InputKind.CONSTANT_TENSOR):
                constants.append({"name": name, **_constant(value)})
            else:
                raise SourceError(f"{self._name}.py: {name} is a {spec.kind.name}, which is no tensor")
        return parameters, constants

    def _value(self, spec: InputSpec) -> torch.Tensor:
        found = self._state.get(spec.target or "", self._program.constants.get(spec.target or ""))
        if not isinstance(found, torch.Tensor):
            raise SourceError(f"{self._name}.py: {spec.target} is no tensor of the module")
        return found

    def _node(self, node: torch.fx.Node) -> Message:
        if node.target is not operator.getitem and not isinstance(node.target, OpOverload):
            raise SourceError(f"{self._name}.py: node {node.name} calls {node.target}, which is no operator")
        form: Message = {
            "name": node.name,
            "op": "getitem" if node.target is operator.getitem else str(node.target),
            "arguments": [self._argument(each, node) for each in _without_dropout(node)],
            "outputs": self._results(node),
        }
        if node.kwargs:
            form["keywordArguments"] = {
                key: self._argument(0.0 if key in DROPOUT_RATES else each, node) for key, each in node.kwargs.items()
            }
        return form

    def _results(self, node: torch.fx.Node) -> list[Message]:
        found = node.meta["val"]
        values = list(found) if isinstance(found, (list, tuple)) else [found]
        if not all(isinstance(value, torch.Tensor) for value in values):
            raise SourceError(f"{self._name}.py: node {node.name} ({node.target}) makes a number: shapes must be static")
        return [_type(value) for value in values]

    def _argument(self, value: Any, node: torch.fx.Node) -> Any:
        match value:
            case torch.fx.Node():
                return f"%{value.name}"
            case list() | tuple():
                return [self._argument(each, node) for each in value]
            case None | bool() | int() | str():
                return value
            case float():
                return value if math.isfinite(value) else str(value)
            case torch.dtype() | torch.device() | torch.layout() | torch.memory_format():
                return str(value)
            case _:
                raise SourceError(f"{self._name}.py: node {node.name} ({node.target}) takes a {type(value).__name__}")

    def _outputs(self) -> list[str]:
        outputs = []
        for spec in self._program.graph_signature.output_specs:
            if spec.kind != OutputKind.USER_OUTPUT or (isinstance(spec.arg, ConstantArgument) and spec.arg.value is None):
                continue
            if not isinstance(spec.arg, TensorArgument):
                raise SourceError(f"{self._name}.py: the output {spec.arg.name} is no tensor")
            outputs.append(f"%{spec.arg.name}")
        if not outputs:
            raise SourceError(f"{self._name}.py: forward returns no tensor")
        return outputs

    def _flops(self) -> int:
        """Multiplications and additions of matrix products and convolutions, as PyTorch counts them."""
        values = [node.meta.get("val") for node in self._placeholders.values()]
        mode = next((value.fake_mode for value in values if hasattr(value, "fake_mode")), None)
        counter = FlopCounterMode(display=False, custom_mapping=ATTENTION_ON_CPU)
        if mode is None:
            return 0
        with torch.no_grad(), mode, counter:
            interpreter = _Counting(self._program.graph_module)
            interpreter.run(*values)
        return int(counter.get_total_flops()) + interpreter.recurrent_flops

    def _specs(self, kind: InputKind) -> list[InputSpec]:
        return [spec for spec in self._program.graph_signature.input_specs if spec.kind == kind]


def _without_dropout(node: torch.fx.Node) -> list[Any]:
    """A node's arguments, with the rates of dropout inside of larger operators at 0: dropout counts as the identity."""
    if not isinstance(node.target, OpOverload):
        return list(node.args)
    names = [parameter.name for parameter in node.target._schema.arguments]
    return [0.0 if name in DROPOUT_RATES else each for name, each in zip(names, node.args)]


def _type(value: torch.Tensor) -> Message:
    shape = list(value.shape)
    if not all(isinstance(extent, int) for extent in shape):
        raise SourceError(f"a tensor has the shape {shape}: shapes must be static")
    return {"dtype": str(value.dtype).removeprefix("torch."), "shape": shape}


def _constant(value: torch.Tensor) -> Message:
    """A constant's type and elements; one number stands for all where they are equal."""
    flat = value.detach().cpu().contiguous().reshape(-1)
    form = _type(value)
    if flat.numel() > 0 and bool((flat == flat[0]).all()):
        return form | {"values": [_number(flat[0].item())]}
    if flat.numel() <= LONGEST_PLAIN_LIST:
        return form | {"values": [_number(element) for element in flat.tolist()]}
    wide = flat.float() if flat.dtype in (torch.float16, torch.bfloat16) else flat
    return form | {"zlib_base64": base64.b64encode(zlib.compress(wide.numpy().tobytes(), 9)).decode()}


def _number(value: float | int | bool) -> float | int | str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return int(value) if isinstance(value, bool) else value
