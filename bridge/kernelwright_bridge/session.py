"""What a baseline worker needs of a runtime: a model bound to shared buffers."""

from __future__ import annotations

from typing import Protocol

from .shared_buffers import SharedBuffer


class Session(Protocol):
    """One loaded model. Every method raises RequestError."""

    @property
    def versions(self) -> dict[str, str]:
        """What a record has to name to repeat a measurement: versions by component."""
        ...

    def bind(self, buffers: list[SharedBuffer]) -> None:
        """Reads and writes these buffers from now on."""
        ...

    def run(self, count: int) -> None:
        """Computes `count` times, back to back; the last results may stay with the session."""
        ...

    def collect(self) -> None:
        """Makes the last results appear in the output buffers."""
        ...
