"""What needs PyTorch itself: the graph module, the session on shared files, and the exporter."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

BRIDGE = Path(__file__).resolve().parent.parent
FLOAT = {"dtype": "float32", "shape": [2, 3]}

if importlib.util.find_spec("torch") is None:
    raise unittest.SkipTest("PyTorch is not installed: ./kw setup pytorch")

import torch  # noqa: E402

from kernelwright_bridge import fx_graph  # noqa: E402
from kernelwright_bridge.protocol import RequestError  # noqa: E402
from kernelwright_bridge.pytorch_session import PyTorchSession  # noqa: E402
from kernelwright_bridge.shared_buffers import SharedBuffer  # noqa: E402


def node(name: str, op: str, *arguments: Any, kind: dict[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    return {
        "name": name, "op": op, "arguments": list(arguments), "keywordArguments": keywords, "outputs": [kind or FLOAT],
    }  # fmt: skip


def workload(*nodes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    form = {"name": "w", "inputs": [{"name": "x", **FLOAT}], "nodes": list(nodes), "outputs": [f"%{nodes[-1]['name']}"]}
    return {**form, **fields}


def run(form: dict[str, Any], *arguments: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        result: torch.Tensor = fx_graph.build(form)(*arguments)[0]
        return result


class GraphTests(unittest.TestCase):
    x = torch.arange(6.0).reshape(2, 3) - 2

    def test_an_input_that_an_operator_overwrites_stays_as_it_is(self) -> None:
        form = workload(
            node("v", "aten.view.default", "%x", [6], kind={"dtype": "float32", "shape": [6]}),
            node("r", "aten.relu_.default", "%v", kind={"dtype": "float32", "shape": [6]}),
            node("y", "aten.add.Tensor", "%x", 0),
        )
        given = self.x.clone()
        self.assertTrue(torch.equal(run(form, given), self.x.relu()))
        self.assertTrue(torch.equal(given, self.x))

    def test_calls_do_not_see_what_earlier_ones_left_in_constants(self) -> None:
        form = workload(
            node("c", "aten.add_.Tensor", "%k", 1), node("y", "aten.mul.Tensor", "%x", "%c"),
            constants=[{"name": "k", **FLOAT, "values": [1]}],
        )  # fmt: skip
        module = fx_graph.build(form)
        for _ in range(2):
            self.assertTrue(torch.equal(module(self.x)[0], self.x * 2))

    def test_dropout_is_the_identity(self) -> None:
        self.assertTrue(torch.equal(run(workload(node("y", "aten.dropout.default", "%x", 0.9, True)), self.x), self.x))

    def test_whole_scalars_of_floating_results_are_floating(self) -> None:
        y = run(workload(node("y", "aten.full.default", [2, 3], 2)), self.x)
        self.assertEqual(y.dtype, torch.float32)

    def test_words_stand_for_types_devices_and_infinities(self) -> None:
        form = workload(
            node("o", "aten.ones.default", [2, 3], dtype="torch.bool", device="cpu", kind={**FLOAT, "dtype": "bool"}),
            node("y", "aten.masked_fill.Scalar", "%x", "%o", "-inf"),
        )
        self.assertTrue(torch.equal(run(form, self.x), torch.full((2, 3), float("-inf"))))

    def test_what_is_no_operator_is_refused(self) -> None:
        for op in ("aten.nonsense.default", "os.system", "prim.device.default", "aten.from_file.default", "aten.relu"):
            with self.assertRaises(RequestError, msg=op) as caught:
                fx_graph.build(workload(node("y", op, "%x")))
            self.assertEqual(caught.exception.code, "badModel")

    def test_names_never_become_code(self) -> None:
        form = workload(node("y) or exit(", "aten.relu.default", "%x"))
        self.assertTrue(torch.equal(run(form, self.x), self.x.relu()))


class SessionTests(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.inputs, self.outputs = (Path(directory.name) / name for name in ("inputs", "outputs"))
        self.inputs.write_bytes(torch.arange(-3.0, 3.0).numpy().tobytes())
        self.outputs.write_bytes(bytes(24))
        os.chmod(self.inputs, 0o400)

    def buffers(self, **output: Any) -> list[SharedBuffer]:
        given = {"name": "x", "role": "input", **FLOAT, "path": str(self.inputs), "offset": 0}
        made = {"name": "y", "role": "output", **FLOAT, "path": str(self.outputs), "offset": 0, **output}
        return [SharedBuffer.from_message(each) for each in (given, made)]

    def test_results_appear_when_they_are_collected(self) -> None:
        session = PyTorchSession(workload(node("y", "aten.relu.default", "%x")), 1, compiled=False)
        session.bind(self.buffers())
        with self.assertRaises(RequestError):
            session.collect()
        session.run(2)
        self.assertEqual(self.outputs.read_bytes(), bytes(24))
        session.collect()
        self.assertEqual(self.outputs.read_bytes(), torch.arange(-3.0, 3.0).relu().numpy().tobytes())

    def test_buffers_of_constants_are_left_out(self) -> None:
        square = {"dtype": "float32", "shape": [3, 3]}
        identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
        form = workload(
            node("y", "aten.mm.default", "%x", "%c"), constants=[{"name": "c", **square, "values": identity}]
        )
        constant = {"name": "c", "role": "parameter", **square, "path": str(self.inputs), "offset": 0}
        session = PyTorchSession(form, 1, compiled=False)
        session.bind([*self.buffers(), SharedBuffer.from_message(constant)])
        session.run(1)
        session.collect()
        self.assertEqual(self.outputs.read_bytes(), torch.arange(-3.0, 3.0).numpy().tobytes())

    @unittest.skipIf(shutil.which("g++") is None, "torch.compile needs g++")
    def test_frozen_parameters_are_constants_of_the_compiled_module(self) -> None:
        weights = self.inputs.with_name("weights")
        weights.write_bytes(torch.eye(3).numpy().tobytes())
        square = {"dtype": "float32", "shape": [3, 3]}
        form = workload(node("y", "aten.mm.default", "%x", "%w"), parameters=[{"name": "w", **square}])
        parameter = {"name": "w", "role": "parameter", **square, "path": str(weights), "offset": 0}
        session = PyTorchSession(form, 1, compiled=True, frozen_parameters=True)
        session.bind([*self.buffers(), SharedBuffer.from_message(parameter)])
        weights.write_bytes(torch.zeros(3, 3).numpy().tobytes())
        session.run(1)
        session.collect()
        self.assertEqual(len(session._arguments), 1)
        self.assertEqual(self.outputs.read_bytes(), torch.arange(-3.0, 3.0).numpy().tobytes())

    def test_results_of_another_type_are_refused(self) -> None:
        session = PyTorchSession(workload(node("y", "aten.gt.Scalar", "%x", 0)), 1, compiled=False)
        session.bind(self.buffers())
        session.run(1)
        with self.assertRaises(RequestError) as caught:
            session.collect()
        self.assertEqual(caught.exception.code, "badOutput")

    def test_buffers_must_be_those_of_the_workload(self) -> None:
        session = PyTorchSession(workload(node("y", "aten.relu.default", "%x")), 1, compiled=False)
        with self.assertRaises(RequestError) as caught:
            session.bind(self.buffers(name="z"))
        self.assertEqual(caught.exception.code, "badBuffer")


MODEL = """
import torch
size = 4
class Model(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = torch.nn.Linear(width, 2)
        self.register_buffer("mask", torch.tensor([1.0, float("-inf")]))
        self.state = torch.zeros(size, 2)
    def forward(self, x, scale):
        self.state.copy_(self.linear(x))
        noise = torch.randn(size, 2)
        return torch.nn.functional.dropout(self.state * scale, 0.5) + self.mask + noise
def get_inputs(): return [torch.rand(size, 3), 2.0]
def get_init_inputs(): return [3]
print("noise")
"""


class ExportTests(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = Path(directory.name)

    def export(self, text: str, *options: str) -> tuple[int, dict[str, Any]]:
        (self.folder / "model.py").write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "kernelwright_bridge.export", str(self.folder / "model.py"), "--out",
             str(self.folder), "--json", *options],
            cwd=BRIDGE, capture_output=True, text=True,
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer

    def form(self) -> dict[str, Any]:
        form: dict[str, Any] = json.loads((self.folder / "workload.json").read_text())
        return form

    def test_a_module_becomes_a_workload_with_its_weights(self) -> None:
        code, answer = self.export(MODEL, "--set", "size=5", "--weights")
        self.assertEqual((code, answer["ok"]), (0, True), answer)
        form = self.form()
        self.assertEqual(form["inputs"], [{"name": "x", "dtype": "float32", "shape": [5, 3]}])
        self.assertEqual(form["scalars"], [{"name": "scale", "value": 2.0}])
        names = {spec["name"]: spec["shape"] for spec in form["parameters"]}
        self.assertEqual(
            names, {"p_linear_weight": [2, 3], "p_linear_bias": [2], "c_state": [5, 2], "randn": [5, 2]}
        )
        self.assertEqual(
            form["constants"], [{"name": "b_mask", "dtype": "float32", "shape": [2], "values": [1.0, "-inf"]}]
        )
        self.assertEqual(form["flops"], 2 * 5 * 3 * 2)
        self.assertEqual(form["resized"], {"size": 5})
        from safetensors.torch import load_file

        weights = load_file(self.folder / "weights.safetensors")
        self.assertEqual(set(weights), {"p_linear_weight", "p_linear_bias", "c_state"})

    def test_the_workload_computes_what_the_module_does(self) -> None:
        self.export(MODEL, "--weights")
        from safetensors.torch import load_file

        form, given = self.form(), load_file(self.folder / "weights.safetensors")
        given |= {"x": torch.rand(4, 3), "randn": torch.zeros(4, 2)}
        names = [spec["name"] for spec in form["inputs"] + form["parameters"]]
        y = run(form, *(given[name] for name in names))
        right = torch.nn.functional.linear(given["x"], given["p_linear_weight"], given["p_linear_bias"]) * 2
        torch.testing.assert_close(y, right + torch.tensor([1.0, float("-inf")]))

    def test_views_that_are_overwritten_reach_what_they_show(self) -> None:
        text = (
            "import torch\nclass A(torch.nn.Module):\n"
            "    def __init__(self):\n        super().__init__()\n        self.norm = torch.nn.BatchNorm1d(3)\n"
            "    def forward(self, x):\n        y = self.norm(x)\n        y[:, :2].add_(10)\n        return y\n"
            "def get_inputs(): return [torch.ones(2, 3)]\n"
        )
        self.assertEqual(self.export(text)[0], 0)
        form = self.form()
        ops = [each["op"] for each in form["nodes"]]
        self.assertIn("aten.batch_norm.default", ops)
        self.assertFalse([op for op in ops if op.split(".")[1:2] and op.split(".")[1].endswith("_")], ops)
        x = torch.tensor([[1.0, 2, 3], [3, 4, 5]])
        y = run(form, x, torch.ones(3), torch.zeros(3))
        torch.testing.assert_close(y, torch.tensor([[9.0, 9, -1], [11, 11, 1]]), atol=1e-4, rtol=0)

    def test_values_that_decide_a_shape_are_refused(self) -> None:
        text = (
            "import torch\nclass A(torch.nn.Module):\n    def forward(self, x): return x + x.sum().item()\n"
            "def get_inputs(): return [torch.ones(3)]\n"
        )
        code, answer = self.export(text)
        self.assertEqual(code, 3)
        self.assertIn("makes a number", answer["error"]["message"])
        self.assertFalse((self.folder / "workload.json").exists())

    def test_inputs_may_be_given_by_type(self) -> None:
        text = "import torch\nclass A(torch.nn.Module):\n    def forward(self, x, i): return x[i]\n"
        code, _ = self.export(text, "--input", "x=float32[4,3]", "--input", "i=int64[2]")
        self.assertEqual(code, 0)
        self.assertEqual([spec["shape"] for spec in self.form()["inputs"]], [[4, 3], [2]])
        code, answer = self.export(text, "--input", "x=float[")
        self.assertEqual(code, 3)
        self.assertIn("x=float32[4,64]", answer["error"]["message"])


if __name__ == "__main__":
    unittest.main()
