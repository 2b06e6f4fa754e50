"""Tensors in files shared with the parent process, mapped without a copy."""

from __future__ import annotations

import math
import mmap
import os
from dataclasses import dataclass

import numpy as np

from .protocol import Message, RequestError, field, reject

ITEM_BYTES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int64": 8, "uint64": 8, "int32": 4, "uint32": 4,
    "int16": 2, "uint16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip


@dataclass(frozen=True)
class SharedBuffer:
    """One tensor of a model and the place of its bytes in a file."""

    name: str
    role: str
    dtype: str
    shape: tuple[int, ...]
    path: str
    offset: int

    @property
    def byte_count(self) -> int:
        return math.prod(self.shape) * ITEM_BYTES[self.dtype]

    @property
    def is_output(self) -> bool:
        return self.role == "output"

    @staticmethod
    def from_message(message: Message) -> SharedBuffer:
        """Parses one entry of the `buffers` of a `load` request."""
        buffer = SharedBuffer(
            name=field(message, "name", str),
            role=field(message, "role", str),
            dtype=field(message, "dtype", str),
            shape=tuple(field(message, "shape", list)),
            path=field(message, "path", str),
            offset=field(message, "offset", int),
        )
        if buffer.role not in ("input", "parameter", "output"):
            reject(f"buffer `{buffer.name}`: role must be input, parameter or output, got `{buffer.role}`")
        if buffer.dtype not in ITEM_BYTES:
            reject(f"buffer `{buffer.name}`: dtype must be one of {', '.join(ITEM_BYTES)}, got `{buffer.dtype}`")
        if not all(type(extent) is int and extent >= 0 for extent in buffer.shape) or buffer.offset < 0:
            reject(f"buffer `{buffer.name}`: extents and offset must be integers not below 0")
        return buffer


class FileMapping:
    """The files of a set of buffers, each mapped once: writable only if an output lies in it."""

    def __init__(self, buffers: list[SharedBuffer]) -> None:
        outputs = {buffer.path for buffer in buffers if buffer.is_output}
        self._maps = {path: _map(path, path in outputs) for path in {buffer.path for buffer in buffers}}

    def array(self, buffer: SharedBuffer) -> np.ndarray:
        """The raw bytes of `buffer`; raises RequestError("badBuffer") if they end beyond the file."""
        mapped = self._maps[buffer.path]
        if buffer.offset + buffer.byte_count > len(mapped):
            raise RequestError("badBuffer", f"buffer `{buffer.name}` ends beyond {buffer.path} ({len(mapped)} bytes)")
        return np.frombuffer(mapped, np.uint8, buffer.byte_count, buffer.offset)


def _map(path: str, writable: bool) -> mmap.mmap:
    try:
        descriptor = os.open(path, os.O_RDWR if writable else os.O_RDONLY)
        try:
            return mmap.mmap(descriptor, 0, access=mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise RequestError("badBuffer", f"cannot map {path}: {error}") from error
