#!/usr/bin/env python3
"""Checks and times the kernels in this folder with pyopencl, NumPy and onnxruntime alone.

It builds the sources of solution.json and launches them as its plan says, on fresh random inputs; compares the outputs,
and those of ONNX Runtime on model.onnx, with a float64 evaluation of workload.json; then times both in turn. Inputs and
parameters alike are handed over at every call, memory is reused, both sides have all cores.

    pip install numpy onnxruntime pyopencl        (and an OpenCL driver, e.g. Debian's pocl-opencl-icd)
    python reproduce.py [--seed N] [--pairs N]

Exit code: 0 if every output is within the tolerances of reproduce.json, else 1.
"""

from __future__ import annotations

import argparse
import math
import mmap
import multiprocessing
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Freed memory stays with the process, so that neither side pays page faults at every call (mallopt(3)).
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184"}
if __name__ == "__main__" and any(os.environ.get(key) != value for key, value in KEPT_MEMORY.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **KEPT_MEMORY})
os.environ.setdefault("OCL_ICD_VENDORS", "/etc/OpenCL/vendors")

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import pyopencl as cl  # noqa: E402

# The folder is the reader's: no cache of compiled Python is left in it.
sys.dont_write_bytecode = True
from evaluation import (  # noqa: E402
    FOLDER, NUMPY_TYPES, Array, Seconds, alternate, check, constant_array, evaluate, fill, interval, load, widened,
)  # fmt: skip


# Both sides of the comparison, on the same memory.


def page_aligned(shape: list[int], dtype: str) -> Array:
    """An array of its own pages, which a CPU device can use in place."""
    kind = np.dtype(NUMPY_TYPES[dtype])
    memory = mmap.mmap(-1, max(math.prod(shape) * kind.itemsize, 1))
    return np.frombuffer(memory, kind, math.prod(shape)).reshape(shape)


def stored_constant(constant: dict[str, Any]) -> Array:
    """A constant as kernels read it."""
    array = page_aligned(constant["shape"], constant["dtype"])
    array[...] = constant_array(constant)
    return array


class Kernels:
    """The solution, built and ready to be launched on given arrays."""

    def __init__(self, solution: dict[str, Any], device: cl.Device, tensors: dict[str, Array]) -> None:
        self._context = cl.Context([device])
        self._queue = cl.CommandQueue(self._context)
        source = "\n".join(source["content"] for source in solution["sources"])
        self._program = cl.Program(self._context, source).build(options=solution["options"])
        self._buffers = {name: self._shared(array) for name, array in tensors.items()}
        for scratch in solution["scratch"]:
            self._buffers[scratch["name"]] = self._shared(page_aligned([scratch["bytes"]], "int8"))
        self._launches = [self._prepare(launch) for launch in solution["launches"]]

    def _shared(self, array: Array) -> cl.Buffer:
        return cl.Buffer(self._context, cl.mem_flags.READ_WRITE | cl.mem_flags.USE_HOST_PTR, hostbuf=array)

    def _prepare(self, launch: dict[str, Any]) -> tuple[cl.Kernel, tuple[int, ...], tuple[int, ...]]:
        kernel = cl.Kernel(self._program, launch["kernel"])
        arguments = [self._argument(argument) for argument in launch["arguments"]]
        if launch["sharedBytes"] > 0:
            arguments.append(cl.LocalMemory(launch["sharedBytes"]))
        kernel.set_args(*arguments)
        local = tuple(launch["block"])
        return kernel, tuple(g * b for g, b in zip(launch["grid"], local, strict=True)), local

    def _argument(self, argument: dict[str, Any]) -> Any:
        ((kind, value),) = argument.items()
        if kind == "scalar":
            return NUMPY_TYPES[value["_0"]](value["_1"])
        return self._buffers[value["_0"]]

    def run(self, count: int) -> None:
        for _ in range(count):
            for kernel, size, local in self._launches:
                cl.enqueue_nd_range_kernel(self._queue, kernel, size, local)
        self._queue.finish()


class OnnxRuntime:
    """The baseline: one session that reads and writes given arrays in place."""

    def __init__(self, model: Path, threads: int, tensors: dict[str, Array]) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._binding = self._session.io_binding()
        self.outputs = [node.name for node in self._session.get_outputs()]
        for node in self._session.get_inputs():
            self._bind(self._binding.bind_input, node.name, tensors[node.name])
        for name in self.outputs:
            self._bind(self._binding.bind_output, name, tensors[name])

    @staticmethod
    def _bind(bind: Callable[..., None], name: str, array: Array) -> None:
        bind(name, "cpu", 0, array.dtype.type, list(array.shape), array.ctypes.data)

    def run(self, count: int) -> None:
        for _ in range(count):
            self._session.run_with_iobinding(self._binding)


class OwnProcess:
    """A side in a process of its own, which is stopped whenever it is not asked to run.

    ONNX Runtime's threads go on spinning after a call and would take a core from whoever is timed next.
    """

    def __init__(self, make: Callable[[], OnnxRuntime]) -> None:
        self._pipe, pipe = multiprocessing.Pipe()
        forked = multiprocessing.get_context("fork")
        self._process = forked.Process(target=self._serve, args=(make, pipe), daemon=True)
        self._process.start()
        self._answer()

    @staticmethod
    def _serve(make: Callable[[], OnnxRuntime], pipe: Any) -> None:
        side = make()
        pipe.send(None)
        while (count := pipe.recv()) is not None:
            side.run(count)
            pipe.send(None)

    def _answer(self) -> None:
        self._pipe.recv()
        os.kill(self._pid, signal.SIGSTOP)

    @property
    def _pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def run(self, count: int) -> None:
        os.kill(self._pid, signal.SIGCONT)
        self._pipe.send(count)
        self._answer()

    def close(self) -> None:
        os.kill(self._pid, signal.SIGCONT)
        self._pipe.send(None)
        self._process.join()


def clocked(run: Callable[[int], None]) -> Seconds:
    """How long a side's calls take by this process's clock."""

    def seconds(count: int) -> float:
        start = time.perf_counter()
        run(count)
        return time.perf_counter() - start

    return seconds


def find_device(wanted: dict[str, str]) -> cl.Device:
    """The device of the record, or the first one."""
    devices = [device for platform in cl.get_platforms() for device in platform.get_devices()]
    driver = wanted.get("driver", "")
    same = [d for d in devices if d.name == wanted.get("name") and driver.startswith(f"{d.platform.name} ")]
    if not same and wanted:
        print(f"device {wanted.get('name')} is not here; using {devices[0].name}")
    device: cl.Device = (same or devices)[0]
    return device


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, help="of the inputs; default: the system's entropy")
    parser.add_argument("--pairs", type=int, default=30, help="timed batches of each side")
    options = parser.parse_args()
    workload, solution, record = load("workload.json"), load("solution.json"), load("reproduce.json")
    seed = options.seed if options.seed is not None else secrets.randbits(64)
    random = np.random.default_rng(seed)

    outputs = record["outputs"]
    specs = workload["inputs"] + workload.get("parameters", [])
    inputs = {spec["name"]: page_aligned(spec["shape"], spec["dtype"]) for spec in specs}
    ours = {output["name"]: page_aligned(output["shape"], output["dtype"]) for output in outputs}
    theirs = {output["modelName"]: page_aligned(output["shape"], output["dtype"]) for output in outputs}
    # Forked before the OpenCL driver starts threads; the arrays are shared memory.
    baseline = OwnProcess(lambda: OnnxRuntime(FOLDER / "model.onnx", record["threads"], inputs | theirs))
    device = find_device(record["device"])
    constants = {form["name"]: stored_constant(form) for form in workload.get("constants", [])}
    kernels = Kernels(solution, device, constants | inputs | ours)
    print(f"{workload['name']} on {device.name}; seed {seed}")
    print(f"onnxruntime {onnxruntime.__version__} with {record['threads']} threads")

    correct = True
    for normal in (True, False):
        print(f"{'normal' if normal else 'uniform'} inputs")
        fill(inputs, workload, normal, random)
        for array in (*ours.values(), *theirs.values()):
            array[...] = np.nan if array.dtype.kind == "f" else -1
        kernels.run(1)
        baseline.run(1)
        for output, right in zip(outputs, evaluate(workload, inputs), strict=True):
            name, found, other = output["name"], ours[output["name"]], theirs[output["modelName"]]
            correct &= check("kernels", name, widened(found), right, output.get("tolerance"))
            correct &= check("onnxruntime", name, widened(other), right, output.get("baselineTolerance"))

    slow, fast = alternate([clocked(baseline.run), clocked(kernels.run)], options.pairs)
    baseline.close()
    low, high = interval(slow, fast, random)
    print(f"onnxruntime median {np.median(slow) * 1e3:.4f} ms, kernels median {np.median(fast) * 1e3:.4f} ms")
    print(f"ratio {np.median(slow) / np.median(fast):.2f} (95 % interval {low:.2f} to {high:.2f})")
    if reported := record.get("reported"):
        print(f"reported {reported['ratio']:.2f} ({reported['low']:.2f} to {reported['high']:.2f})")
    return 0 if correct else 1


if __name__ == "__main__":
    sys.exit(main())
