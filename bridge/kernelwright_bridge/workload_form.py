"""Reads the JSON form of workloads (docs/workloads.md) without PyTorch."""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

NUMPY_TYPES = {
    "float64": "<f8", "float32": "<f4", "int64": "<i8", "uint64": "<u8", "int32": "<i4", "uint32": "<u4",
    "int16": "<i2", "uint16": "<u2", "int8": "i1", "uint8": "u1", "bool": "?",
    # NumPy has no bfloat16; both half types are written as float32.
    "float16": "<f4", "bfloat16": "<f4",
}  # fmt: skip

NUMBERS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


@dataclass(frozen=True)
class Reference:
    """An argument that names a value of the graph."""

    name: str


def argument(form: Any) -> Any:
    """The Python value of an argument: references, infinities and lists are told apart from plain text."""
    if isinstance(form, list):
        return [argument(item) for item in form]
    if isinstance(form, str):
        if form.startswith("%"):
            return Reference(form[1:])
        return NUMBERS.get(form, form)
    return form


def references(form: Any) -> Iterator[str]:
    """Names of all values that a decoded argument refers to, in order."""
    if isinstance(form, Reference):
        yield form.name
    elif isinstance(form, (list, tuple)):
        for item in form:
            yield from references(item)
    elif isinstance(form, dict):
        for item in form.values():
            yield from references(item)


def constant(form: dict[str, Any]) -> np.ndarray:
    """The elements of a constant, in its shape; float16 and bfloat16 come as float32. Raises ValueError."""
    kind = np.dtype(NUMPY_TYPES[form["dtype"]])
    shape = tuple(form["shape"])
    if "values" in form:
        values = form["values"] if isinstance(form["values"], list) else [form["values"]]
        flat = np.array([NUMBERS.get(value, value) if isinstance(value, str) else value for value in values], kind)
        return np.broadcast_to(flat[0], shape).copy() if flat.size == 1 else flat.reshape(shape)
    packed = base64.b64decode(form["base64"] if "base64" in form else form["zlib_base64"], validate=True)
    raw = packed if "base64" in form else zlib.decompress(packed)
    return np.frombuffer(raw, kind).reshape(shape).copy()
