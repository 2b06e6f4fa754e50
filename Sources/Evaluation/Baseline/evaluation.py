"""The float64 evaluation of a workload, its inputs, and how outputs and times are compared: what reproduce.py needs.

NumPy alone; files are those of the folder that holds this one.
"""

from __future__ import annotations

import base64
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray
FOLDER = Path(__file__).resolve().parent
BATCH_SECONDS = 0.02
NUMPY_TYPES = {
    "float64": np.float64, "float32": np.float32, "float16": np.float16,
    "int64": np.int64, "uint64": np.uint64, "int32": np.int32, "uint32": np.uint32, "int16": np.int16,
    "uint16": np.uint16, "int8": np.int8, "uint8": np.uint8, "bool": np.bool_,
}  # fmt: skip


# The float64 evaluation: one function for each ATen operator, arguments as in PyTorch.


def erf(x: Array) -> Array:
    return np.frompyfunc(math.erf, 1, 1)(x).astype(np.float64)


def gelu(x: Array, approximate: str = "none") -> Array:
    if approximate == "tanh":
        return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 + erf(x / math.sqrt(2)))


def softplus(x: Array, beta: float = 1, threshold: float = 20) -> Array:
    return np.where(x * beta > threshold, x, np.logaddexp(0, x * beta) / beta)


def elu(x: Array, alpha: float = 1, scale: float = 1, input_scale: float = 1) -> Array:
    return scale * np.where(x > 0, x, alpha * np.expm1(input_scale * np.minimum(x, 0)))


def selu(x: Array) -> Array:
    return elu(x, 1.6732632423543772848170429916717, 1.0507009873554804934193349852946)


def sigmoid(x: Array) -> Array:
    return np.where(x >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


def clamp(x: Array, low: float | None = None, high: float | None = None) -> Array:
    return np.clip(x, -np.inf if low is None else low, np.inf if high is None else high)


def log_softmax(x: Array, dim: int, *_: Any) -> Array:
    shifted = x - x.max(dim, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(dim, keepdims=True))


def axes(dim: Any) -> Any:
    return None if dim is None or dim == [] else dim if isinstance(dim, int) else tuple(dim)


def vector_norm(x: Array, order: float = 2, dim: Any = None, keepdim: bool = False) -> Array:
    return (np.abs(x) ** order).sum(axes(dim), keepdims=keepdim) ** (1 / order)


def extremum(values: Callable[..., Array], positions: Callable[..., Array]) -> Callable[..., tuple[Array, Array]]:
    return lambda x, dim, keep=False: (values(x, dim, keepdims=keep), positions(x, dim, keepdims=keep))


def standardize(x: Array, dims: tuple[int, ...], eps: float) -> Array:
    return (x - x.mean(dims, keepdims=True)) / np.sqrt(x.var(dims, keepdims=True) + eps)


def per_channel(x: Array, weight: Array | None, bias: Array | None) -> Array:
    shape = [-1] + [1] * (x.ndim - 2)
    scaled = x if weight is None else x * weight.reshape(shape)
    return scaled if bias is None else scaled + bias.reshape(shape)


def batch_norm(
    x: Array, weight: Any, bias: Any, mean: Any, var: Any, training: bool, _momentum: float, eps: float, *_: Any
) -> Array:
    if training:
        return per_channel(standardize(x, (0, *range(2, x.ndim)), eps), weight, bias)
    return per_channel(per_channel(per_channel(x, None, -mean), 1 / np.sqrt(var + eps), None), weight, bias)


def instance_norm(
    x: Array, weight: Any, bias: Any, _mean: Any, _var: Any, _stats: bool, _momentum: float, eps: float, *_: Any
) -> Array:
    return per_channel(standardize(x, tuple(range(2, x.ndim)), eps), weight, bias)


def group_norm(x: Array, groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5, *_: Any) -> Array:
    rows = standardize(x.reshape(x.shape[0], groups, -1), (2,), eps)
    return per_channel(rows.reshape(x.shape), weight, bias)


def layer_norm(x: Array, shape: list[int], weight: Any = None, bias: Any = None, eps: float = 1e-5, *_: Any) -> Array:
    y = standardize(x, tuple(range(x.ndim - len(shape), x.ndim)), eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def product(x: Array, y: Array) -> Array:
    return x @ y


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    return x @ weight.T if bias is None else x @ weight.T + bias


OPERATORS: dict[str, Callable[..., Any]] = {
    "getitem": lambda values, index: values[index],
    "aten.abs.default": np.abs,
    "aten.neg.default": np.negative,
    "aten.exp.default": np.exp,
    "aten.log.default": np.log,
    "aten.sqrt.default": np.sqrt,
    "aten.tanh.default": np.tanh,
    "aten.sigmoid.default": sigmoid,
    "aten.relu.default": lambda x: np.maximum(x, 0),
    "aten.add.Tensor": lambda x, y, alpha=1: x + alpha * y,
    "aten.sub.Tensor": lambda x, y, alpha=1: x - alpha * y,
    "aten.rsub.Scalar": lambda x, y, alpha=1: y - alpha * x,
    "aten.mul.Tensor": np.multiply,
    "aten.div.Tensor": np.divide,
    "aten.pow.Tensor_Scalar": lambda x, exponent: x**exponent,
    "aten.clamp.default": clamp,
    "aten.clamp_min.default": clamp,
    "aten.leaky_relu.default": lambda x, slope=0.01: np.where(x > 0, x, slope * x),
    "aten.elu.default": elu,
    "aten.selu.default": selu,
    "aten.gelu.default": gelu,
    "aten.hardsigmoid.default": lambda x: np.clip(x + 3, 0, 6) / 6,
    "aten.hardtanh.default": lambda x, low=-1, high=1: np.clip(x, low, high),
    "aten.softplus.default": softplus,
    "aten.softmax.int": lambda x, dim, *_: np.exp(log_softmax(x, dim)),
    "aten.log_softmax.int": log_softmax,
    "aten.sum.dim_IntList": lambda x, dim=None, keep=False: x.sum(axes(dim), keepdims=keep),
    "aten.mean.dim": lambda x, dim=None, keep=False: x.mean(axes(dim), keepdims=keep),
    "aten.mean.default": np.mean,
    "aten.max.dim": extremum(np.max, np.argmax),
    "aten.min.dim": extremum(np.min, np.argmin),
    "aten.argmax.default": lambda x, dim=None, keep=False: np.argmax(x, dim, keepdims=keep),
    "aten.argmin.default": lambda x, dim=None, keep=False: np.argmin(x, dim, keepdims=keep),
    "aten.linalg_vector_norm.default": vector_norm,
    "aten.batch_norm.default": batch_norm,
    "aten.instance_norm.default": instance_norm,
    "aten.group_norm.default": group_norm,
    "aten.layer_norm.default": layer_norm,
    "aten.matmul.default": product,
    "aten.mm.default": product,
    "aten.bmm.default": product,
    "aten.linear.default": linear,
    "aten.einsum.default": lambda equation, operands: np.einsum(equation, *operands, optimize=True),
    "aten.numpy_T.default": np.transpose,
    "aten.t.default": np.transpose,
    "aten.transpose.int": np.swapaxes,
    "aten.permute.default": np.transpose,
    "aten.unsqueeze.default": np.expand_dims,
    "aten.squeeze.default": np.squeeze,
    "aten.squeeze.dim": lambda x, dim: np.squeeze(x, dim) if x.shape[dim] == 1 else x,
    "aten.clone.default": lambda x, *_: x,
    "aten.contiguous.default": lambda x, *_: x,
    "aten.tril.default": np.tril,
    "aten.triu.default": np.triu,
}
# Operators whose result has the declared shape and the elements of their operand.
RESHAPES = {"aten.view.default", "aten.reshape.default", "aten.flatten.using_ints", "aten.squeeze.dims"}


def evaluate(workload: dict[str, Any], tensors: dict[str, Array]) -> list[Array]:
    """The outputs of the workload in float64."""
    values: dict[str, Any] = {name: widened(array) for name, array in tensors.items()}
    values |= {constant["name"]: constant_array(constant) for constant in workload.get("constants", [])}

    def resolve(argument: Any) -> Any:
        if isinstance(argument, list):
            return [resolve(item) for item in argument]
        if not isinstance(argument, str):
            return argument
        if argument.startswith("%"):
            return values[argument[1:]]
        return float(argument) if argument in ("inf", "-inf", "nan") else argument

    live = live_values(workload)
    for node in (node for node in workload["nodes"] if node["name"] in live):
        arguments = [resolve(argument) for argument in node["arguments"]]
        keywords = {key: resolve(value) for key, value in node.get("keywordArguments", {}).items()}
        if node["op"] in RESHAPES:
            values[node["name"]] = arguments[0].reshape(node["outputs"][0]["shape"])
        elif node["op"] in OPERATORS:
            values[node["name"]] = OPERATORS[node["op"]](*arguments, **keywords)
        else:
            sys.exit(f"node {node['name']}: this script cannot evaluate {node['op']}")
    return [np.asarray(values[output.removeprefix("%")]) for output in workload["outputs"]]


def unknown_operators(workload: dict[str, Any]) -> list[str]:
    """The operators that an output depends on and that cannot be evaluated here."""
    live = live_values(workload)
    names = {node["op"] for node in workload["nodes"] if node["name"] in live}
    return sorted(names - OPERATORS.keys() - RESHAPES)


def live_values(workload: dict[str, Any]) -> set[str]:
    """Names of all values that an output depends on; what is left over are updates of buffers."""
    live = {name.removeprefix("%") for name in workload["outputs"]}
    for node in reversed(workload["nodes"]):
        if node["name"] in live:
            live |= set(references([node["arguments"], list(node.get("keywordArguments", {}).values())]))
    return live


def references(argument: Any) -> list[str]:
    if isinstance(argument, list):
        return [name for item in argument for name in references(item)]
    return [argument[1:]] if isinstance(argument, str) and argument.startswith("%") else []


def widened(array: Array) -> Array:
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def constant_array(constant: dict[str, Any]) -> Array:
    kind = np.dtype(NUMPY_TYPES[constant["dtype"]])
    if "base64" in constant:  # 16-bit types travel as float32
        stored = np.float32 if kind.itemsize == 2 else kind
        array = np.frombuffer(base64.b64decode(constant["base64"]), stored)
    else:
        array = np.array(constant["values"], np.float64)
    shape = constant["shape"]  # a single value stands for all
    full = array.reshape(shape) if array.size == math.prod(shape) else np.full(shape, array.flat[0])
    return widened(full.astype(kind))


# Inputs.


def stored_weights(path: Path) -> dict[str, Array]:
    """The tensors of a safetensors file as raw bytes (https://huggingface.co/docs/safetensors, "Format")."""
    content = np.fromfile(path, np.uint8)
    start = 8 + int(content[:8].view("<u8")[0])
    header = json.loads(content[8:start].tobytes())
    places = {name: line["data_offsets"] for name, line in header.items() if name != "__metadata__"}
    return {name: content[start + first : start + end] for name, (first, end) in places.items()}


def fill(
    tensors: dict[str, Array], workload: dict[str, Any], normal: bool, random: np.random.Generator,
    folder: Path = FOLDER,
) -> None:  # fmt: skip
    """Draws inputs, standard normal or uniform in [0, 1), and the parameters that the workload's weights do not hold,
    uniform in [0.5, 1.5)."""
    inputs = {spec["name"] for spec in workload["inputs"]}
    weights = stored_weights(folder / workload["weights"]["file"]) if "weights" in workload else {}
    for name, array in tensors.items():
        if name in weights:
            array.reshape(-1).view(np.uint8)[...] = weights[name]
            continue
        if array.dtype.kind != "f":
            array[...] = random.integers(0, 2 if array.dtype.kind == "b" else 8, array.shape)
        elif name in inputs:
            array[...] = random.standard_normal(array.shape) if normal else random.random(array.shape)
        else:
            array[...] = random.uniform(0.5, 1.5, array.shape)


# Comparing outputs and times.


def check(who: str, name: str, found: Array, right: Array, tolerance: dict[str, float] | None) -> bool:
    """Prints the errors of one output and whether they are within the tolerance; without one, all must be equal."""
    if tolerance is None:
        wrong = int((found != right).sum())
        print(f"  {who:12} {name}: {wrong} of {found.size} elements differ")
        return wrong == 0
    difference = np.where(np.isclose(found, right, rtol=0, atol=0, equal_nan=True), 0, np.abs(found - right))
    rms = math.sqrt(float(np.mean(np.square(right), where=np.isfinite(right)))) if right.size else 0.0
    normwise = ratio(float(np.linalg.norm(difference)), rms * math.sqrt(right.size))
    elementwise = float(np.max(difference / np.maximum(np.abs(right) + rms, 1e-300), initial=0))
    right_enough = normwise <= tolerance["normwise"] and elementwise <= tolerance["elementwise"]
    print(
        f"  {who:12} {name}: normwise error {normwise:.2e} (at most {tolerance['normwise']:.2e}), "
        f"elementwise {elementwise:.2e} (at most {tolerance['elementwise']:.2e}){'' if right_enough else '  WRONG'}"
    )
    return right_enough


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else (0.0 if part == 0 else math.inf)


# How long so many calls take, one after another.
Seconds = Callable[[int], float]


def calls_per_batch(seconds: Seconds) -> int:
    """How many calls last BATCH_SECONDS."""
    seconds(1)
    count = 1
    while (total := seconds(count)) < BATCH_SECONDS / 2:
        count *= 2
    return max(1, math.ceil(count * BATCH_SECONDS / total))


def alternate(sides: list[Seconds], rounds: int) -> Array:
    """Seconds a call of each side in each round, batch by batch in turn."""
    counted = [(seconds, calls_per_batch(seconds)) for seconds in sides]
    times = np.zeros((len(sides), rounds))
    for number in range(rounds):
        for side, (seconds, count) in enumerate(counted):
            seconds(1)
            times[side, number] = seconds(count) / count
    return times


def interval(above: Array, below: Array, random: np.random.Generator) -> tuple[float, float]:
    """The 95 % percentile-bootstrap interval of the ratio of medians, pairs resampled together (Efron 1979)."""
    picks = random.integers(0, len(above), (2000, len(above)))
    ratios = np.median(above[picks], axis=1) / np.median(below[picks], axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(low), float(high)


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return content
