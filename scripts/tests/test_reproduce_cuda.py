"""The script beside CUDA solutions, with modules in place of CuPy that run Python functions for kernels."""

import contextlib
import importlib.util
import io
import json
import py_compile
import shutil
import sys
import tempfile
import types
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np

SCRIPTS = Path(__file__).resolve().parents[2] / "Sources" / "Evaluation" / "Baseline"
COUNT = 64

WORKLOAD = {
    "name": "scaled relu",
    "inputs": [{"name": "x", "dtype": "float32", "shape": [COUNT]}],
    "parameters": [{"name": "w", "dtype": "float32", "shape": [COUNT]}],
    "nodes": [
        {"name": "r", "op": "aten.relu.default", "arguments": ["%x"],
         "outputs": [{"dtype": "float32", "shape": [COUNT]}]},
        {"name": "y", "op": "aten.mul.Tensor", "arguments": ["%r", "%w"],
         "outputs": [{"dtype": "float32", "shape": [COUNT]}]},
    ],
    "outputs": ["%y"],
}  # fmt: skip
SOLUTION = {
    "sources": [{"path": "a.cu", "content": "first"}, {"path": "b.cu", "content": "second"}],
    "options": ["-DN=1"],
    "scratch": [{"name": "t", "bytes": 4 * COUNT}],
    "launches": [
        {"kernel": "relu", "grid": [2], "block": [32], "sharedBytes": 0,
         "arguments": [{"input": {"_0": "x"}}, {"scratch": {"_0": "t"}}, {"scalar": {"_0": "float32", "_1": 0.0}}]},
        {"kernel": "scale", "grid": [1, 2], "block": [16, 2], "sharedBytes": 60000,
         "arguments": [{"scratch": {"_0": "t"}}, {"parameter": {"_0": "w"}}, {"output": {"_0": "y"}},
                       {"scalar": {"_0": "int32", "_1": COUNT}}]},
    ],
}  # fmt: skip
RECORD = {
    "device": {"driver": "CUDA 13.0", "name": "some GPU"},
    "outputs": [
        {"name": "y", "dtype": "float32", "shape": [COUNT], "tolerance": {"normwise": 1e-6, "elementwise": 1e-6}},
    ],
    "reported": {"ratio": 2.0, "low": 1.5, "high": 2.5},
}


class Array(np.ndarray):
    """A NumPy array with the method by which CuPy's take data."""

    def set(self, array: np.ndarray) -> None:
        self[...] = array


class Kernel:
    def __init__(self, function: Callable[..., None], calls: list[tuple]) -> None:
        self.max_dynamic_shared_size_bytes = 48 << 10
        self._function, self._calls = function, calls

    def __call__(self, grid: tuple, block: tuple, arguments: tuple, shared_mem: int = 0) -> None:
        if shared_mem > self.max_dynamic_shared_size_bytes:
            raise ValueError("more shared memory than was asked for")
        self._calls.append((grid, block, [type(argument) for argument in arguments], shared_mem))
        self._function(*arguments)


class GPU:
    """Modules `cupy` and `nvrtc` for kernels that are Python functions; a millisecond passes with every call."""

    def __init__(self, kernels: dict[str, Callable[..., None]], refusal: str | None = None) -> None:
        self.calls: list[tuple] = []
        self.options: tuple = ()
        self.source = ""
        self._kernels = {name: Kernel(function, self.calls) for name, function in kernels.items()}
        self._refusal = refusal

    def modules(self) -> dict[str, types.ModuleType]:
        cuda = types.SimpleNamespace(
            Device=lambda: types.SimpleNamespace(compute_capability="86", id=0), Event=lambda: Event(self.calls),
            get_elapsed_time=lambda start, end: float(end.time - start.time),
            runtime=types.SimpleNamespace(getDeviceProperties=lambda number: {"name": b"fake GPU"}))  # fmt: skip
        cupy = module(
            "cupy", cuda=cuda, asarray=lambda array: np.array(array).view(Array), asnumpy=np.array,
            zeros=lambda count, kind: np.zeros(count // 4, np.float32).view(Array),
            RawModule=lambda path: types.SimpleNamespace(get_function=self._loaded(path)))  # fmt: skip
        nvrtc = module(
            "nvrtc", createProgram=self._create, compileProgram=self._compile, getCUBIN=lambda program: b"machine code",
            getProgramLog=lambda program: self._refusal, destroyProgram=lambda program: None,
            NVRTCError=RuntimeError)  # fmt: skip
        backends = {name: module(name) for name in ("cupy_backends", "cupy_backends.cuda")}
        libraries = module("cupy_backends.cuda.libs", nvrtc=nvrtc)
        return {"cupy": cupy, **backends, "cupy_backends.cuda.libs": libraries}

    def _loaded(self, path: str) -> Callable[[str], Kernel]:
        assert Path(path).read_bytes() == b"machine code"
        return lambda name: self._kernels[name]

    def _create(self, source: str, name: str, headers: tuple, names: tuple) -> int:
        self.source = source
        return 1

    def _compile(self, program: int, options: tuple) -> None:
        self.options = options
        if self._refusal:
            raise RuntimeError


class Event:
    def __init__(self, calls: list[tuple]) -> None:
        self._calls, self.time = calls, 0

    def record(self) -> None:
        self.time = len(self._calls)

    def synchronize(self) -> None:
        pass


def module(name: str, **members: object) -> types.ModuleType:
    made = types.ModuleType(name)
    for member, value in members.items():
        setattr(made, member, value)
    return made


def relu(x: np.ndarray, t: np.ndarray, lowest: np.float32) -> None:
    t[...] = np.maximum(x, lowest)


def scale(t: np.ndarray, w: np.ndarray, y: np.ndarray, count: np.int32) -> None:
    y[:count] = t * w


class ReproduceTests(unittest.TestCase):
    def run_script(
        self, gpu: GPU, workload: dict = WORKLOAD, arguments: tuple[str, ...] = ("--seed", "1", "--rounds", "3")
    ) -> tuple[int, str]:  # fmt: skip
        """Runs the script in a folder of its own, without PyTorch; its result and what it printed."""
        with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
            folder = Path(name)
            shutil.copy(SCRIPTS / "reproduce-cuda.py", folder / "reproduce.py")
            shutil.copy(SCRIPTS / "evaluation.py", folder)
            for file, content in (("workload", workload), ("solution", SOLUTION), ("reproduce", RECORD)):
                (folder / f"{file}.json").write_text(json.dumps(content))
            stack.enter_context(mock.patch.dict(sys.modules, {**gpu.modules(), "torch": None}))
            sys.modules.pop("evaluation", None)
            stack.enter_context(mock.patch.object(sys, "path", [name, *sys.path]))
            stack.enter_context(mock.patch.object(sys, "argv", ["reproduce.py", *arguments]))
            printed = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            spec = importlib.util.spec_from_file_location("reproduce", folder / "reproduce.py")
            assert spec and spec.loader
            script = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(script)
            return script.main(), printed.getvalue()

    def test_every_script_compiles(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for script in ("reproduce.py", "reproduce-cuda.py", "evaluation.py"):
                py_compile.compile(str(SCRIPTS / script), cfile=f"{folder}/{script}c", doraise=True)

    def test_right_kernels_pass_and_are_timed(self) -> None:
        gpu = GPU({"relu": relu, "scale": scale})
        code, text = self.run_script(gpu)
        self.assertEqual(code, 0, text)
        # Two launches a call, a millisecond each by the fake clock.
        self.assertIn("kernels median 2.0000 ms (95 % interval 2.0000 to 2.0000)", text)
        self.assertIn("scaled relu on fake GPU; seed 1; judged on some GPU", text)
        self.assertIn("no baseline", text)
        self.assertIn("reported 2.00 (1.50 to 2.50)", text)

    def test_launches_are_those_of_the_plan(self) -> None:
        gpu = GPU({"relu": relu, "scale": scale})
        self.run_script(gpu)
        self.assertEqual(
            gpu.calls[:2],
            [((2,), (32,), [Array, Array, np.float32], 0), ((1, 2), (16, 2), [Array, Array, Array, np.int32], 60000)],
        )
        self.assertEqual(gpu.source, "first\nsecond")
        self.assertEqual(gpu.options, ("--gpu-architecture=sm_86", "--std=c++17", "--fmad=true", "-DN=1"))

    def test_wrong_kernels_fail(self) -> None:
        def nothing(x: np.ndarray, t: np.ndarray, lowest: np.float32) -> None:
            t[...] = x

        code, text = self.run_script(GPU({"relu": nothing, "scale": scale}))
        self.assertEqual(code, 1)
        self.assertIn("WRONG", text)

    def test_results_of_an_earlier_run_do_not_pass(self) -> None:
        runs = []

        def once(t: np.ndarray, w: np.ndarray, y: np.ndarray, count: np.int32) -> None:
            if not runs:
                scale(t, w, y, count)
            runs.append(1)

        code, _ = self.run_script(GPU({"relu": relu, "scale": once}))
        self.assertEqual(code, 1)

    def test_refused_sources_end_the_script_with_the_log(self) -> None:
        with self.assertRaises(SystemExit) as caught:
            self.run_script(GPU({}, refusal="a.cu(1): error"))
        self.assertIn("a.cu(1): error", str(caught.exception))

    def test_operators_that_numpy_lacks_need_pytorch(self) -> None:
        workload = json.loads(json.dumps(WORKLOAD))
        workload["nodes"][0]["op"] = "aten.conv2d.default"
        with self.assertRaises(SystemExit) as caught:
            self.run_script(GPU({"relu": relu, "scale": scale}), workload)
        self.assertIn("aten.conv2d.default", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
