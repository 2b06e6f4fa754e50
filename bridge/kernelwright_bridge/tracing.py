"""Traces a module of PyTorch with torch.export."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.export import ExportedProgram

from .source_file import SourceError, SourceFile

INPUT_FORM = re.compile(r"(?:(\w+)=)?(\w+)\[([\d,\s]*)\]")


@dataclass(frozen=True)
class Traced:
    """A module and the graph of one call of it."""

    model: torch.nn.Module
    program: ExportedProgram


def trace(source: SourceFile, class_name: str | None, forms: Sequence[str], evaluation: bool) -> Traced:
    """Traces the file's model in training mode, or in evaluation mode, under no_grad.

    Inputs have no memory at first: a graph depends on their shapes alone. A module that asks for more, because it looks
    at values or mixes its inputs with tensors of its own, is traced again with real ones.
    """
    examples = (lambda: [_tensor(form) for form in forms]) if forms else source.inputs
    kind = source.model_class(torch.nn.Module, class_name)

    def create() -> torch.nn.Module:
        torch.manual_seed(0)
        model = source.create(kind)
        if not isinstance(model, torch.nn.Module):
            raise SourceError(f"{source.name}.py: {kind.__name__} makes a {type(model).__name__}, no module")
        return model.eval() if evaluation else model.train()

    model = create()
    try:
        with FakeTensorMode(allow_non_fake_inputs=True):
            inputs = examples()
        return Traced(model, _export(model, inputs))
    except SourceError:
        raise
    except Exception:  # whatever a module does with tensors that hold nothing
        torch.manual_seed(0)
        model = create()
        return Traced(model, _export(model, examples()))


def _export(model: torch.nn.Module, inputs: Sequence[Any]) -> ExportedProgram:
    with torch.no_grad():
        return torch.export.export(model, tuple(inputs), strict=False)


def _tensor(form: str) -> torch.Tensor:
    """The tensor of NAME=DTYPE[EXTENT,…]: floating-point elements in [0, 1), integers 0 and 1."""
    match = INPUT_FORM.fullmatch(form.strip())
    dtype = getattr(torch, match[2], None) if match else None
    if match is None or not isinstance(dtype, torch.dtype):
        raise SourceError(f"--input {form}: write NAME=DTYPE[EXTENT,…], for instance x=float32[4,64]")
    shape = [int(extent) for extent in match[3].split(",") if extent.strip()]
    return torch.rand(shape).to(dtype) if dtype.is_floating_point else torch.randint(0, 2, shape).to(dtype)
