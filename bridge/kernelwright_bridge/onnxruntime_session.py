"""An ONNX model bound to shared buffers, run by ONNX Runtime on the CPU."""

from __future__ import annotations

import platform

import numpy as np
import onnxruntime

from .protocol import RequestError
from .shared_buffers import FileMapping, SharedBuffer

# TensorProto.DataType of onnx.proto. NumPy has no bfloat16, and the binding takes the numbers for every type.
ELEMENT_TYPES = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9, "float16": 10,
    "float64": 11, "uint32": 12, "uint64": 13, "bfloat16": 16,
}  # fmt: skip


class OnnxRuntimeSession:
    """A session whose inputs and outputs are mapped files themselves: a run copies and allocates no tensor of the
    model's interface (https://onnxruntime.ai/docs/api/python/api_summary.html, IOBinding)."""

    def __init__(self, model: bytes, threads: int) -> None:
        self._session = _create(model, threads)
        self._binding = self._session.io_binding()

    @property
    def versions(self) -> dict[str, str]:
        return {
            "onnxruntime": onnxruntime.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        }

    def bind(self, buffers: list[SharedBuffer]) -> None:
        self._check_names(buffers)
        files = FileMapping(buffers)
        arrays = [files.array(buffer) for buffer in buffers]
        binding = self._session.io_binding()
        for buffer, array in zip(buffers, arrays, strict=True):
            bind = binding.bind_output if buffer.is_output else binding.bind_input
            bind(buffer.name, "cpu", 0, ELEMENT_TYPES[buffer.dtype], list(buffer.shape), array.ctypes.data)
        self._binding = binding
        self._arrays = arrays  # keep the mappings alive

    def run(self, count: int) -> None:
        try:
            for _ in range(count):
                self._session.run_with_iobinding(self._binding)
        except Exception as error:  # ONNX Runtime raises a private hierarchy and plain RuntimeError
            raise RequestError("runFailed", str(error)) from error

    def collect(self) -> None:
        """Does nothing: the session writes the output buffers itself."""

    def _check_names(self, buffers: list[SharedBuffer]) -> None:
        wanted = {node.name for node in self._session.get_inputs()}
        given = {buffer.name for buffer in buffers if not buffer.is_output}
        outputs = {node.name for node in self._session.get_outputs()}
        produced = {buffer.name for buffer in buffers if buffer.is_output}
        if wanted != given or outputs != produced:
            raise RequestError(
                "badBuffer",
                f"the model takes {sorted(wanted)} and gives {sorted(outputs)}; "
                f"the buffers are {sorted(given)} and {sorted(produced)}",
            )


def _create(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # see run
        raise RequestError("badModel", str(error)) from error
