"""A workload run by PyTorch on the CPU, eagerly or compiled, on shared buffers."""

from __future__ import annotations

import ctypes
import gc
import platform
import shutil
import sysconfig
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from . import fx_graph
from .protocol import Message, RequestError
from .shared_buffers import FileMapping, SharedBuffer


class PyTorchSession:
    """A workload's graph whose arguments are mapped files themselves; results stay in PyTorch's memory until they are
    collected, as they would in any program that uses it.

    With frozen parameters `torch.compile` takes them as constants, which it folds and repacks as it likes (its option
    `freezing`); eager operators prepare nothing."""

    def __init__(self, workload: Message, threads: int, compiled: bool, frozen_parameters: bool = False) -> None:
        if compiled:
            _check_compiler()
        torch.set_num_threads(threads)
        if compiled:
            torch._dynamo.reset()
        _release_memory()
        self._graph = fx_graph.build(workload)
        self._inputs = [spec["name"] for spec in workload["inputs"]]
        self._given = self._inputs + [spec["name"] for spec in workload.get("parameters", [])]
        # The graph module holds the values of constants itself.
        self._embedded = {form["name"] for form in workload.get("constants", [])}
        self._produced = [name.removeprefix("%") for name in workload["outputs"]]
        self._compiled = compiled
        self._freezes = compiled and frozen_parameters
        self._module: Callable[..., Any] = _compiled(self._graph, {}) if compiled else self._graph
        self._arguments: list[torch.Tensor] = []
        self._destinations: list[torch.Tensor] = []
        self._outputs: tuple[torch.Tensor, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        return {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()}

    def bind(self, buffers: list[SharedBuffer]) -> None:
        by_name = {buffer.name: buffer for buffer in buffers}
        given = sorted(
            name for name, buffer in by_name.items() if not buffer.is_output and name not in self._embedded
        )
        produced = sorted(name for name, buffer in by_name.items() if buffer.is_output)
        if given != sorted(self._given) or produced != sorted(set(self._produced)):
            raise RequestError(
                "badBuffer",
                f"the workload takes {sorted(self._given)} and gives {sorted(self._produced)}; "
                f"the buffers are {given} and {produced}",
            )
        files = FileMapping(buffers)
        self._arguments = [_tensor(files, by_name[name]) for name in self._given]
        self._destinations = [_tensor(files, by_name[name]) for name in self._produced]
        self._outputs = ()
        if self._freezes:
            count = len(self._inputs)
            self._module = _compiled(_Frozen(self._graph, self._arguments[count:]), {"freezing": True})
            self._arguments = self._arguments[:count]
            self.prepare()

    def prepare(self) -> None:
        """Compiles, where that is due at the first call; raises RequestError("badModel") where PyTorch cannot."""
        if self._compiled:
            try:
                self._call()
            except Exception as error:  # the compiler's stages raise hierarchies of their own
                raise RequestError("badModel", _first_line(error)) from error

    def run(self, count: int) -> None:
        try:
            for _ in range(count):
                self._call()
        except Exception as error:  # operators raise RuntimeError, IndexError, TypeError and more
            raise RequestError("runFailed", _first_line(error)) from error

    def collect(self) -> None:
        if not self._outputs:
            raise RequestError("badRequest", "nothing was computed; send `run` first")
        for name, output, destination in zip(self._produced, self._outputs, self._destinations, strict=True):
            if output.dtype != destination.dtype or output.shape != destination.shape:
                raise RequestError(
                    "badOutput",
                    f"output `{name}` is {output.dtype} {list(output.shape)}, "
                    f"the workload says {destination.dtype} {list(destination.shape)}",
                )
            destination.copy_(output)

    def _call(self) -> None:
        self._outputs = ()  # the memory of the last results serves this call
        with torch.inference_mode():
            self._outputs = self._module(*self._arguments)


class _Frozen(torch.nn.Module):
    """A graph with its last arguments as the module's own parameters."""

    def __init__(self, graph: torch.nn.Module, parameters: list[torch.Tensor]) -> None:
        super().__init__()
        self._graph = graph
        self._kept = torch.nn.ParameterList(torch.nn.Parameter(value.clone(), requires_grad=False) for value in parameters)

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self._graph(*inputs, *self._kept)


def _compiled(module: torch.nn.Module, options: dict[str, Any]) -> Callable[..., Any]:
    return torch.compile(module, fullgraph=True, dynamic=False, options=options or None)


def _release_memory() -> None:
    """Gives back what earlier workloads used: the settings that keep freed memory keep it from the system too."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _tensor(files: FileMapping, buffer: SharedBuffer) -> torch.Tensor:
    with warnings.catch_warnings():
        # Inputs are mapped read-only, and no operator writes them.
        warnings.filterwarnings("ignore", message="The given NumPy array is not writ")
        raw = torch.from_numpy(files.array(buffer))
    return raw.view(fx_graph.DTYPES[buffer.dtype]).reshape(buffer.shape)


def _check_compiler() -> None:
    """torch.compile writes C++ and compiles it here."""
    header = Path(sysconfig.get_path("include")) / "Python.h"
    missing = ["g++"] if shutil.which("g++") is None else []
    missing += ["python3-dev"] if not header.is_file() else []
    if missing:
        raise RequestError(
            "missingComponent", f"torch.compile needs {' and '.join(missing)}: apt-get install {' '.join(missing)}"
        )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}"
