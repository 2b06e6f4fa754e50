#!/usr/bin/env python3
"""Checks and times the CUDA kernels in this folder with CuPy and NumPy, and PyTorch where it is installed.

It compiles the sources of solution.json with NVRTC and launches them as its plan says, on fresh random inputs; compares
the outputs with a float64 evaluation of workload.json by NumPy, or by PyTorch where NumPy has no such operator; then
times batches of calls with CUDA events, in turn with PyTorch's operators on the same GPU where PyTorch has one. Data
are in device memory beforehand; copies are not timed. Where a call is shorter than Python takes to launch it, the
launches are what is timed, on both sides.

    pip install numpy cupy-cuda13x        (and torch, for a baseline; NVIDIA's driver must be there)
    python reproduce.py [--seed N] [--rounds N]

Exit code: 0 if every output of the kernels is within the tolerances of reproduce.json, else 1.
"""

from __future__ import annotations

import argparse
import operator
import secrets
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import cupy as cp
import numpy as np
from cupy_backends.cuda.libs import nvrtc

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

# The folder is the reader's: no cache of compiled Python is left in it.
sys.dont_write_bytecode = True
from evaluation import (  # noqa: E402
    NUMPY_TYPES, Array, Seconds, alternate, check, constant_array, evaluate, fill, interval, live_values, load,
    unknown_operators, widened,
)  # fmt: skip


# The kernels.


def compiled(solution: dict[str, Any]) -> dict[str, Any]:
    """The kernels by name, compiled with the options that they were judged with.

    cupy.RawModule would compile the sources too, but adds an option of its own that flushes small numbers to zero.
    """
    source = "\n".join(source["content"] for source in solution["sources"])
    target = f"--gpu-architecture=sm_{cp.cuda.Device().compute_capability}"
    program = nvrtc.createProgram(source, "kernels.cu", (), ())
    try:
        nvrtc.compileProgram(program, (target, "--std=c++17", "--fmad=true", *solution["options"]))
    except nvrtc.NVRTCError:
        sys.exit(f"NVRTC refuses the sources:\n{nvrtc.getProgramLog(program)}")
    kernels: dict[str, Any] = {}
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(nvrtc.getCUBIN(program))
        file.flush()
        module = cp.RawModule(path=file.name)
        for launch in solution["launches"]:
            kernel = kernels.setdefault(launch["kernel"], module.get_function(launch["kernel"]))
            # Reading the attribute loads the file; a block gets more than 48 KiB only where that was asked for.
            most = max(kernel.max_dynamic_shared_size_bytes, launch["sharedBytes"])
            kernel.max_dynamic_shared_size_bytes = most
    nvrtc.destroyProgram(program)
    return kernels


class Kernels:
    """The solution on the GPU, with buffers for the given tensors."""

    def __init__(self, solution: dict[str, Any], tensors: dict[str, Array]) -> None:
        kernels = compiled(solution)
        self._buffers = {name: cp.asarray(array) for name, array in tensors.items()}
        for scratch in solution["scratch"]:
            self._buffers[scratch["name"]] = cp.zeros(scratch["bytes"], np.uint8)
        self._launches = [self._prepare(launch, kernels[launch["kernel"]]) for launch in solution["launches"]]

    def _prepare(self, launch: dict[str, Any], kernel: Any) -> Callable[[], None]:
        grid, block = tuple(launch["grid"]), tuple(launch["block"])
        arguments = tuple(self._argument(argument) for argument in launch["arguments"])
        shared = launch["sharedBytes"]
        return lambda: kernel(grid, block, arguments, shared_mem=shared)

    def _argument(self, argument: dict[str, Any]) -> Any:
        ((kind, value),) = argument.items()
        if kind == "scalar":
            return NUMPY_TYPES[value["_0"]](value["_1"])
        return self._buffers[value["_0"]]

    def write(self, tensors: dict[str, Array]) -> None:
        """Copies tensors to the GPU."""
        for name, array in tensors.items():
            self._buffers[name].set(array)

    def read(self, name: str) -> Array:
        """Copies a tensor from the GPU."""
        found: Array = cp.asnumpy(self._buffers[name])
        return found

    def run(self, count: int) -> None:
        for _ in range(count):
            for launch in self._launches:
                launch()


def timed(run: Callable[[int], None]) -> Seconds:
    """How long a side's calls take the GPU, between two events in its stream."""
    start, end = cp.cuda.Event(), cp.cuda.Event()

    def seconds(count: int) -> float:
        start.record()
        run(count)
        end.record()
        end.synchronize()
        return float(cp.cuda.get_elapsed_time(start, end)) / 1e3

    return seconds


# PyTorch's operators, as reference and as baseline.


class TorchGraph:
    """The workload's ATen operators, one after another, on a device of PyTorch's.

    With `kind`, every floating-point value has that type, constants and conversions included.
    """

    def __init__(self, workload: dict[str, Any], device: str, kind: Any = None) -> None:
        self._device, self._kind = device, kind
        live = live_values(workload)
        self._nodes = [node for node in workload["nodes"] if node["name"] in live]
        self._outputs = [name.removeprefix("%") for name in workload["outputs"]]
        self._given = {form["name"]: form["value"] for form in workload.get("scalars", [])}
        for form in workload.get("constants", []):
            self._given[form["name"]] = self._tensor(constant_array(form).astype(NUMPY_TYPES[form["dtype"]]))

    @property
    def overwrites(self) -> bool:
        """Whether an operator works in place, so that a call would have to begin with copies."""
        names = [node["op"].split(".")[1] for node in self._nodes if node["op"] != "getitem"]
        return any(name.endswith("_") and not name.startswith("__") for name in names)

    def tensors(self, arrays: dict[str, Array]) -> dict[str, Any]:
        return {name: self._tensor(array) for name, array in arrays.items()}

    def run(self, tensors: dict[str, Any]) -> list[Any]:
        """The outputs; overwrites what operators in place do."""
        values: dict[str, Any] = {**self._given, **tensors}
        with torch.inference_mode():
            for node in self._nodes:
                arguments = [self._resolved(argument, values) for argument in node["arguments"]]
                keywords = node.get("keywordArguments", {})
                values[node["name"]] = self._operator(node["op"])(
                    *arguments, **{key: self._resolved(argument, values) for key, argument in keywords.items()}
                )
        return [values[name] for name in self._outputs]

    def _tensor(self, array: Array) -> Any:
        tensor = torch.from_numpy(np.ascontiguousarray(array).copy()).to(self._device)
        return tensor.to(self._kind) if self._kind and tensor.is_floating_point() else tensor

    @staticmethod
    def _operator(name: str) -> Callable[..., Any]:
        if name == "getitem":
            return operator.getitem
        _, family, overload = name.split(".")
        if "dropout" in family and "attention" not in family:
            return lambda x, *_, **__: x  # dropout counts as the identity
        function: Callable[..., Any] = getattr(getattr(torch.ops.aten, family), overload)
        return function

    def _resolved(self, argument: Any, values: dict[str, Any]) -> Any:
        if isinstance(argument, list):
            return [self._resolved(item, values) for item in argument]
        if not isinstance(argument, str):
            return argument
        if argument.startswith("%"):
            return values[argument[1:]]
        if argument.startswith("torch."):
            word = getattr(torch, argument.removeprefix("torch."))
            return self._kind if self._kind and isinstance(word, torch.dtype) and word.is_floating_point else word
        if argument in ("cpu", "cuda"):
            return torch.device(self._device)
        return float(argument) if argument in ("inf", "-inf", "nan") else argument


def reference(workload: dict[str, Any]) -> Callable[[dict[str, Array]], list[Array]]:
    """What computes the outputs in float64: NumPy where it knows every operator, else PyTorch on the processor."""
    unknown = unknown_operators(workload)
    if not unknown:
        return lambda tensors: evaluate(workload, tensors)
    if torch is None:
        sys.exit(f"NumPy cannot evaluate {', '.join(unknown)}: pip install torch")
    graph = TorchGraph(workload, "cpu", torch.float64)
    return lambda tensors: [output.numpy() for output in graph.run(graph.tensors(tensors))]


class Baseline:
    """PyTorch's operators on the GPU, in the declared types."""

    def __init__(self, workload: dict[str, Any]) -> None:
        # Sums of products in TF32 would be another precision than the kernels have.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        self.graph = TorchGraph(workload, "cuda")
        self._tensors: dict[str, Any] = {}

    def write(self, tensors: dict[str, Array]) -> None:
        self._tensors = self.graph.tensors(tensors)

    def outputs(self) -> list[Array]:
        return [output.cpu().numpy() for output in self.graph.run(self._tensors)]

    def run(self, count: int) -> None:
        for _ in range(count):
            self.graph.run(self._tensors)


def baseline(workload: dict[str, Any]) -> Baseline | None:
    """PyTorch, where it is installed, has a GPU, and need not copy its inputs at every call."""
    if torch is None or not torch.cuda.is_available():
        print("PyTorch with a GPU is not here: no baseline")
        return None
    made = Baseline(workload)
    if made.graph.overwrites:
        print("operators in place would make PyTorch copy its inputs at every call: no baseline")
        return None
    print(f"PyTorch {torch.__version__}")
    return made


def report(kernels: Array, other: Array | None, random: np.random.Generator) -> None:
    """Prints medians with their 95 % intervals, and the ratio."""
    for name, seconds in (("kernels", kernels), ("PyTorch", other)):
        if seconds is not None:
            low, high = (bound * 1e3 for bound in interval(seconds, np.ones_like(seconds), random))
            median = float(np.median(seconds)) * 1e3
            print(f"{name} median {median:.4f} ms (95 % interval {low:.4f} to {high:.4f})")
    if other is not None:
        low, high = interval(other, kernels, random)
        print(f"ratio {np.median(other) / np.median(kernels):.2f} (95 % interval {low:.2f} to {high:.2f})")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, help="of the inputs; default: the system's entropy")
    parser.add_argument("--rounds", type=int, default=30, help="timed batches of each side")
    options = parser.parse_args()
    workload, solution, record = load("workload.json"), load("solution.json"), load("reproduce.json")
    seed = options.seed if options.seed is not None else secrets.randbits(64)
    random = np.random.default_rng(seed)

    specs = workload["inputs"] + workload.get("parameters", [])
    given = {spec["name"]: np.zeros(spec["shape"], NUMPY_TYPES[spec["dtype"]]) for spec in specs}
    constants = {
        form["name"]: constant_array(form).astype(NUMPY_TYPES[form["dtype"]]) for form in workload.get("constants", [])
    }
    made = {output["name"]: np.zeros(output["shape"], NUMPY_TYPES[output["dtype"]]) for output in record["outputs"]}
    name = cp.cuda.runtime.getDeviceProperties(cp.cuda.Device().id)["name"].decode()
    print(f"{workload['name']} on {name}; seed {seed}; judged on {record['device']['name']}")
    kernels, expected, other = Kernels(solution, constants | given | made), reference(workload), baseline(workload)

    correct = True
    for normal in (True, False):
        print(f"{'normal' if normal else 'uniform'} inputs")
        fill(given, workload, normal, random)
        for array in made.values():
            array[...] = np.nan if array.dtype.kind == "f" else -1
        kernels.write(given | made)
        kernels.run(1)
        if other is not None:
            other.write(given)
        theirs = other.outputs() if other is not None else [None] * len(made)
        for output, right, found in zip(record["outputs"], expected(given), theirs, strict=True):
            ours = kernels.read(output["name"])
            correct &= check("kernels", output["name"], widened(ours), right, output.get("tolerance"))
            if found is not None:
                check("PyTorch", output["name"], widened(found), right, output.get("baselineTolerance"))

    sides = [timed(kernels.run)] + ([timed(other.run)] if other is not None else [])
    times = alternate(sides, options.rounds)
    report(times[0], times[1] if other is not None else None, random)
    if reported := record.get("reported"):
        print(f"reported {reported['ratio']:.2f} ({reported['low']:.2f} to {reported['high']:.2f})")
    return 0 if correct else 1


if __name__ == "__main__":
    sys.exit(main())
