"""The worker's requests with a session that only notes what it is asked: no runtime is needed."""

from __future__ import annotations

import io
import json
import os
import sys
import unittest
from types import ModuleType
from typing import Any
from unittest import mock

from kernelwright_bridge.shared_buffers import SharedBuffer
from kernelwright_bridge.worker import RUNTIMES, Worker


class NotingSession:
    """Stands for PyTorchSession."""

    notes: list[str] = []
    versions = {"torch": "0"}

    def __init__(self, workload: dict[str, Any], threads: int, compiled: bool, frozen_parameters: bool) -> None:
        NotingSession.notes = [f"load {workload['name']} {threads} {compiled} {frozen_parameters}"]

    def bind(self, buffers: list[SharedBuffer]) -> None:
        self.notes.append(f"bind {[buffer.name for buffer in buffers]}")

    def prepare(self) -> None:
        self.notes.append("prepare")

    def run(self, count: int) -> None:
        self.notes.append(f"run {count}")

    def collect(self) -> None:
        self.notes.append("collect")


def stand_in() -> dict[str, ModuleType]:
    module = ModuleType("kernelwright_bridge.pytorch_session")
    module.__dict__["PyTorchSession"] = NotingSession
    return {module.__name__: module}


BUFFER = {"name": "x", "role": "input", "dtype": "float32", "shape": [2], "path": "/nonexistent", "offset": 0}
LOAD = {
    "op": "load", "runtime": "pytorch-compile", "threads": 2, "workload": {"name": "relu"}, "buffers": [BUFFER],
    "frozenParameters": True,
}  # fmt: skip


class WorkerProtocolTests(unittest.TestCase):
    def serve(self, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        answers = io.StringIO()
        Worker().serve(io.StringIO("".join(json.dumps(request) + "\n" for request in requests)), answers)
        return [json.loads(line) for line in answers.getvalue().splitlines()]

    def test_requests_reach_the_session_in_order(self) -> None:
        with mock.patch.dict(sys.modules, stand_in()):
            answers = self.serve(
                LOAD, {"op": "run", "count": 3}, {"op": "collect"}, {"op": "bind", "buffers": []}, {"op": "exit"},
                {"op": "run", "count": 1},
            )  # fmt: skip
        self.assertEqual([answer["ok"] for answer in answers], [True] * 5)
        self.assertEqual(answers[0]["versions"], {"torch": "0"})
        self.assertEqual(
            NotingSession.notes, ["load relu 2 True True", "bind ['x']", "prepare", "run 3", "collect", "bind []"]
        )

    def test_scattering_runs_once_and_lets_threads_run_anywhere_again(self) -> None:
        allowed = os.sched_getaffinity(0)
        met: list[set[int]] = []
        run = NotingSession.run
        with mock.patch.dict(sys.modules, stand_in()), mock.patch.object(
            NotingSession, "run", lambda self, count: (met.append(os.sched_getaffinity(0)), run(self, count))
        ):
            answers = self.serve(LOAD, {"op": "scatter"})
        self.assertEqual([answer["ok"] for answer in answers], [True] * 2)
        self.assertEqual(NotingSession.notes[-1], "run 1")
        self.assertEqual([len(cores) for cores in met], [1])
        self.assertEqual(os.sched_getaffinity(0), allowed)

    def test_a_package_that_is_missing_is_a_missing_component(self) -> None:
        with mock.patch.dict(sys.modules, {"kernelwright_bridge.pytorch_session": None}):
            answer = self.serve(LOAD)[0]
        self.assertEqual(answer["error"]["code"], "missingComponent")

    def test_unknown_runtimes_are_refused_with_the_known(self) -> None:
        error = self.serve({**LOAD, "runtime": "numpy"})[0]["error"]
        self.assertEqual(error["code"], "badRequest")
        for name in RUNTIMES:
            self.assertIn(name, error["message"])

    def test_requests_before_a_load_are_refused(self) -> None:
        for request in ({"op": "collect"}, {"op": "run", "count": 1}, {"op": "bind", "buffers": []}):
            self.assertEqual(self.serve(request)[0]["error"]["code"], "badRequest")


if __name__ == "__main__":
    unittest.main()
