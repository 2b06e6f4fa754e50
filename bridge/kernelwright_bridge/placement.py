"""Where a process's threads run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scattered() -> Iterator[None]:
    """Keeps every thread of this process on a core drawn by lot meanwhile; afterwards each may run anywhere again.

    A thread goes on where it ran last as long as it can. Which threads share a core with another process is so decided
    once, for as long as the process lives; this decides it anew. Threads that compute get cores of their own while there
    are enough: two that wait for each other at every operator would spend a time slice on each.
    """
    allowed = os.sched_getaffinity(0)
    cores = random.sample(sorted(allowed), len(allowed))
    for number, thread in enumerate(_threads()):
        _allow(thread, {cores[number % len(cores)]})
    try:
        yield
    finally:
        for name in os.listdir("/proc/self/task"):
            _allow(int(name), allowed)


def _threads() -> list[int]:
    """The threads of this process, those that ran longest first: most libraries keep some that never compute."""
    threads = [int(name) for name in os.listdir("/proc/self/task")]
    return sorted(threads, key=_nanoseconds, reverse=True)


def _nanoseconds(thread: int) -> int:
    """The time a thread ran (Linux, Documentation/scheduler/sched-stats.rst); 0 where the kernel does not tell."""
    try:
        return int(Path(f"/proc/self/task/{thread}/schedstat").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return 0


def _allow(thread: int, cores: set[int]) -> None:
    try:
        os.sched_setaffinity(thread, cores)
    except ProcessLookupError:
        pass  # it ended meanwhile
