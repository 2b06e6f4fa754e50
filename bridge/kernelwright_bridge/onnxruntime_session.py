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
    model's interface (https://onnxruntime.ai/docs/api/python/api_summary.html, IOBinding).

    With frozen parameters a session is made anew for each set of buffers, with the parameters' values as initializers,
    which the optimizer folds and repacks as it likes."""

    def __init__(self, model: bytes, threads: int, frozen_parameters: bool = False) -> None:
        self._model = model
        self._threads = threads
        self._frozen_parameters = frozen_parameters
        self._session = _create(model, threads)
        self._embedded: set[str] = set()
        self._binding = self._session.io_binding()

    @property
    def versions(self) -> dict[str, str]:
        return {
            "onnxruntime": onnxruntime.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        }

    def bind(self, buffers: list[SharedBuffer]) -> None:
        buffers = self._needed(buffers)
        files = FileMapping(buffers)
        bound = buffers
        if self._frozen_parameters:
            parameters = [buffer for buffer in buffers if buffer.role == "parameter"]
            bound = [buffer for buffer in buffers if buffer.role != "parameter"]
            values = {buffer.name: (buffer, files.array(buffer).tobytes()) for buffer in parameters}
            self._session = _create(_embedding(self._model, values), self._threads)
            self._embedded = set(values)
        arrays = [files.array(buffer) for buffer in bound]
        binding = self._session.io_binding()
        for buffer, array in zip(bound, arrays, strict=True):
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

    def _needed(self, buffers: list[SharedBuffer]) -> list[SharedBuffer]:
        """The buffers without those of the workload's constants, whose values the model holds itself."""
        wanted = {node.name for node in self._session.get_inputs()} | self._embedded
        given = {buffer.name for buffer in buffers if not buffer.is_output}
        outputs = {node.name for node in self._session.get_outputs()}
        produced = {buffer.name for buffer in buffers if buffer.is_output}
        if not wanted <= given or outputs != produced:
            raise RequestError(
                "badBuffer",
                f"the model takes {sorted(wanted)} and gives {sorted(outputs)}; "
                f"the buffers are {sorted(given)} and {sorted(produced)}",
            )
        return [buffer for buffer in buffers if buffer.is_output or buffer.name in wanted]


def _embedding(model: bytes, values: dict[str, tuple[SharedBuffer, bytes]]) -> bytes:
    """The model with inputs replaced by initializers of those values."""
    import onnx

    message = onnx.ModelProto.FromString(model)
    kept = [node for node in message.graph.input if node.name not in values]
    del message.graph.input[:]
    message.graph.input.extend(kept)
    for name, (buffer, raw) in values.items():
        tensor = message.graph.initializer.add(name=name, data_type=ELEMENT_TYPES[buffer.dtype], raw_data=raw)
        tensor.dims.extend(buffer.shape)
    try:
        return message.SerializeToString()
    except ValueError as error:
        raise RequestError("badModel", f"the parameters fill no model of 2 GiB: {error}") from error


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
