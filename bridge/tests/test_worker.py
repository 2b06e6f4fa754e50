"""The worker as its parent sees it: a process that reads and writes lines."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper

BRIDGE = Path(__file__).resolve().parent.parent
SHAPE = [3, 5]
OFFSET = 4096


def add_model() -> str:
    """The model y = x + w, in base64."""
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        "add",
        [tensor("x", TensorProto.FLOAT, SHAPE), tensor("w", TensorProto.FLOAT, SHAPE)],
        [tensor("y", TensorProto.FLOAT, SHAPE)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return base64.b64encode(model.SerializeToString()).decode()


class WorkerTests(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = Path(directory.name)
        self.inputs = self._file("inputs", 2 * OFFSET)
        self.outputs = self._file("outputs", 2 * OFFSET)
        self.x = self._view(self.inputs, 0)
        self.w = self._view(self.inputs, OFFSET)
        self.y = self._view(self.outputs, OFFSET)
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "kernelwright_bridge.worker"],
            cwd=BRIDGE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self.addCleanup(self._stop)

    def _stop(self) -> None:
        self.worker.kill()
        self.worker.communicate()

    def _file(self, name: str, size: int) -> Path:
        path = self.folder / name
        path.write_bytes(bytes(size))
        return path

    def _view(self, path: Path, offset: int) -> np.memmap:
        return np.memmap(path, np.float32, "r+", offset, tuple(SHAPE))

    def _send(self, request: dict[str, Any] | str) -> None:
        assert self.worker.stdin is not None
        self.worker.stdin.write((request if isinstance(request, str) else json.dumps(request)) + "\n")

    def _receive(self) -> dict[str, Any]:
        assert self.worker.stdout is not None
        answer: dict[str, Any] = json.loads(self.worker.stdout.readline())
        return answer

    def _ask(self, request: dict[str, Any] | str) -> dict[str, Any]:
        self._send(request)
        return self._receive()

    def _load_request(self) -> dict[str, Any]:
        def buffer(name: str, role: str, path: Path, offset: int) -> dict[str, Any]:
            return {
                "name": name, "role": role, "dtype": "float32", "shape": SHAPE, "path": str(path), "offset": offset,
            }  # fmt: skip

        return {
            "op": "load",
            "runtime": "onnxruntime",
            "model": add_model(),
            "threads": 1,
            "buffers": [
                buffer("x", "input", self.inputs, 0),
                buffer("w", "parameter", self.inputs, OFFSET),
                buffer("y", "output", self.outputs, OFFSET),
            ],
        }

    def _error_code(self, request: dict[str, Any] | str) -> str:
        answer = self._ask(request)
        self.assertFalse(answer["ok"])
        code: str = answer["error"]["code"]
        return code

    def test_load_names_the_versions(self) -> None:
        answer = self._ask(self._load_request())
        self.assertTrue(answer["ok"])
        self.assertEqual(set(answer["versions"]), {"onnxruntime", "numpy", "python"})

    def test_outputs_are_written_into_the_shared_file_at_every_run(self) -> None:
        self._ask(self._load_request())
        self.w[:] = 10
        for value in (1, 2):
            self.x[:] = value
            self.y[:] = np.nan
            self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])
            np.testing.assert_array_equal(self.y, np.full(SHAPE, 10 + value, np.float32))

    def test_frozen_parameters_are_taken_once_for_each_set_of_buffers(self) -> None:
        self.w[:] = 10
        request = self._load_request() | {"frozenParameters": True}
        self.assertTrue(self._ask(request)["ok"])
        self.x[:] = 1
        self.w[:] = 20
        self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])
        np.testing.assert_array_equal(self.y, np.full(SHAPE, 11, np.float32))
        self.assertTrue(self._ask({"op": "bind", "buffers": request["buffers"]})["ok"])
        self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])
        np.testing.assert_array_equal(self.y, np.full(SHAPE, 21, np.float32))

    def test_sealed_memory_serves_as_input(self) -> None:
        descriptor = os.memfd_create("sealed", os.MFD_ALLOW_SEALING)
        self.addCleanup(os.close, descriptor)
        os.write(descriptor, np.full(OFFSET, 7, np.float32).tobytes())
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        request = self._load_request()
        request["buffers"][0]["path"] = f"/proc/{os.getpid()}/fd/{descriptor}"
        self.assertTrue(self._ask(request)["ok"])
        self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])
        self.assertEqual(float(self.y[2, 4]), 7)

    def test_a_stopped_worker_answers_after_it_continues(self) -> None:
        self._ask(self._load_request())
        os.kill(self.worker.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.worker.pid, os.WSTOPPED)
        self.x[:] = 3
        self._send({"op": "run", "count": 2})
        self.assertEqual(float(self.y[0, 0]), 0)
        os.kill(self.worker.pid, signal.SIGCONT)
        self.assertTrue(self._receive()["ok"])
        self.assertEqual(float(self.y[0, 0]), 3)

    def test_malformed_requests_are_answered_and_the_worker_goes_on(self) -> None:
        for request in ("no json", "[]", '{"op": 3}', '{"op": "fly"}', '{"op": "run", "count": 1}'):
            self.assertEqual(self._error_code(request), "badRequest", request)
        self._ask(self._load_request())
        for count in (0, -1, True, "1", None):
            self.assertEqual(self._error_code({"op": "run", "count": count}), "badRequest", str(count))
        self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])

    def test_a_damaged_model_is_an_error(self) -> None:
        self.assertEqual(self._error_code({**self._load_request(), "model": "AAAA"}), "badModel")
        self.assertEqual(self._error_code({**self._load_request(), "model": "no base64!"}), "badRequest")

    def test_other_buffers_can_be_bound_without_loading_again(self) -> None:
        request = self._load_request()
        self._ask(request)
        self.x[:], self.w[:] = 1, 5
        request["buffers"][0]["offset"], request["buffers"][1]["offset"] = OFFSET, OFFSET
        self.assertTrue(self._ask({"op": "bind", "buffers": request["buffers"]})["ok"])
        self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])
        np.testing.assert_array_equal(self.y, np.full(SHAPE, 10, np.float32))

    def test_constants_that_the_model_holds_are_left_out(self) -> None:
        request = self._load_request()
        request["buffers"].insert(2, {**request["buffers"][1], "name": "mask"})
        self.assertTrue(self._ask(request)["ok"])
        self.x[:], self.w[:] = 1, 5
        self.assertTrue(self._ask({"op": "run", "count": 1})["ok"])
        np.testing.assert_array_equal(self.y, np.full(SHAPE, 6, np.float32))

    def test_bad_buffers_are_errors(self) -> None:
        def changed(index: int, **fields: Any) -> dict[str, Any]:
            request = self._load_request()
            request["buffers"][index].update(fields)
            return request

        self.assertEqual(self._error_code(changed(2, offset=2 * OFFSET - 4)), "badBuffer")
        self.assertEqual(self._error_code(changed(0, path="/nowhere")), "badBuffer")
        self.assertEqual(self._error_code(changed(0, name="z")), "badBuffer")
        self.assertEqual(self._error_code(changed(0, dtype="complex")), "badRequest")
        self.assertEqual(self._error_code(changed(0, role="scratch")), "badRequest")
        self.assertEqual(self._error_code(changed(0, shape=[-1])), "badRequest")

    def test_exit_and_end_of_input_end_the_process(self) -> None:
        self.assertTrue(self._ask({"op": "exit"})["ok"])
        self.assertEqual(self.worker.wait(), 0)

    def test_end_of_input_ends_the_process(self) -> None:
        assert self.worker.stdin is not None
        self.worker.stdin.close()
        self.assertEqual(self.worker.wait(), 0)
        self.worker.stdin = None


if __name__ == "__main__":
    unittest.main()
