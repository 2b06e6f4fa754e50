"""The families of KernelBench level 1 that are measured, and random shapes of each."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

Workload = dict[str, Any]


@dataclass(frozen=True)
class Family:
    name: str
    numbers: tuple[int, ...]
    isProduct: bool = False


FAMILIES = (
    Family("matrix products", tuple(range(1, 19)), isProduct=True),
    Family("activations", (*range(19, 23), *range(25, 33), 88)),
    Family("softmax", (23, 24)),
    Family("norms", tuple(range(33, 41))),
    Family("reductions", (47, 48, 49, 51, 52, 53)),
    Family("convolutions", (50, *range(54, 88))),
)


def family_of(number: int) -> Family:
    return next(family for family in FAMILIES if number in family.numbers)


def extent(source: random.Random, low: int, high: int) -> int:
    """An extent between the bounds, of equal chance in each octave: a third even, a third odd, a third prime."""
    value = round(low * (high / low) ** source.random())
    kind = source.randrange(3)
    if kind == 0:
        return value // 2 * 2
    value |= 1
    while kind == 2 and not is_prime(value):
        value += 2
    return value


def is_prime(value: int) -> bool:
    return value > 1 and all(value % divisor for divisor in range(2, int(value**0.5) + 1))


def workload(name: str, inputs: list[Any], nodes: list[Any]) -> Workload:
    return {"name": name, "inputs": inputs, "nodes": nodes, "outputs": [nodes[-1]["name"]]}


def tensor(name: str, shape: list[int]) -> Workload:
    return {"name": name, "dtype": "float32", "shape": shape}


def node(name: str, op: str, arguments: list[Any], shape: list[int]) -> Workload:
    return {"name": name, "op": op, "arguments": arguments, "outputs": [{"dtype": "float32", "shape": shape}]}


def product(source: random.Random, name: str) -> Workload:
    m, n, k = (extent(source, 200, 1600) for _ in range(3))
    return workload(name, [tensor("a", [m, k]), tensor("b", [k, n])],
                    [node("y", "aten.matmul.default", ["%a", "%b"], [m, n])])


def matrix(source: random.Random) -> list[int]:
    """A matrix of 4 to 16 million elements."""
    columns = extent(source, 200, 20000)
    rows = extent(source, max(4_000_000 // columns, 2), max(16_000_000 // columns, 4))
    return [rows, columns]


def activation(source: random.Random, name: str) -> Workload:
    op = source.choice(["relu", "sigmoid", "tanh", "gelu", "elu", "hardtanh"])
    shape = matrix(source)
    return workload(name, [tensor("x", shape)], [node("y", f"aten.{op}.default", ["%x"], shape)])


def softmax(source: random.Random, name: str) -> Workload:
    op = source.choice(["softmax", "log_softmax"])
    shape = matrix(source)
    return workload(name, [tensor("x", shape)], [node("y", f"aten.{op}.int", ["%x", 1], shape)])


def norm(source: random.Random, name: str) -> Workload:
    shape = matrix(source)
    return workload(name, [tensor("x", shape), tensor("w", shape[1:]), tensor("b", shape[1:])],
                    [node("y", "aten.layer_norm.default", ["%x", shape[1:], "%w", "%b"], shape)])


def reduction(source: random.Random, name: str) -> Workload:
    op, axis = source.choice(["sum.dim_IntList", "mean.dim", "max.dim"]), source.randrange(3)
    shape = [extent(source, 8, 64), extent(source, 200, 800), extent(source, 200, 800)]
    kept = [size for position, size in enumerate(shape) if position != axis]
    if op != "max.dim":
        return workload(name, [tensor("x", shape)], [node("y", f"aten.{op}", ["%x", [axis]], kept)])
    pair = node("pair", "aten.max.dim", ["%x", axis], kept)
    pair["outputs"].append({"dtype": "int64", "shape": kept})
    return workload(name, [tensor("x", shape)], [pair, node("y", "getitem", ["%pair", 0], kept)])


def convolution(source: random.Random, name: str) -> Workload:
    """About 1 to 8 GFLOP: plain, strided or transposed, over a plane."""
    channels, outputs = extent(source, 8, 200), extent(source, 16, 200)
    window, stride = source.choice([1, 3, 4, 5, 7]), source.choice([1, 1, 2, 3])
    size = extent(source, max(2 * window, 12), 160)
    if source.random() < 1 / 3:
        place = (size - 1) * stride + window
        op, weight, result = "conv_transpose2d.input", [channels, outputs, window, window], place
    else:
        place = (size - window) // stride + 1
        op, weight, result = "conv2d.default", [outputs, channels, window, window], place
    work = 2 * outputs * channels * window * window * (size if op[4] == "_" else place) ** 2
    batch = max(1, min(32, round(4e9 / work)))
    return workload(name, [tensor("x", [batch, channels, size, size]), tensor("w", weight)],
                    [node("y", f"aten.{op}", ["%x", "%w", None, [stride, stride]], [batch, outputs, result, result])])


GENERATORS = {"matrix products": product, "activations": activation, "softmax": softmax, "norms": norm,
              "reductions": reduction, "convolutions": convolution}


def random_workloads(family: Family, count: int, seed: int = 1) -> list[Workload]:
    """The same seed gives the same shapes."""
    source = random.Random(f"{family.name} {seed}")
    return [GENERATORS[family.name](source, f"{family.name.replace(' ', '-')}-{index}") for index in range(count)]
