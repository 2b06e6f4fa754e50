"""Where a process's threads run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def scattered() -> Iterator[None]:
    """Keeps every thread of this process on a core drawn by lot meanwhile; afterwards each may run anywhere again.

    A thread goes on where it ran last as long as it can. Which threads share a core with another process is so decided
    once, for as long as the process lives; this decides it anew.
    """
    allowed = os.sched_getaffinity(0)
    cores = random.sample(sorted(allowed), len(allowed))
    threads = [int(name) for name in os.listdir("/proc/self/task")]
    for number, thread in enumerate(random.sample(threads, len(threads))):
        _allow(thread, {cores[number % len(cores)]})
    try:
        yield
    finally:
        for name in os.listdir("/proc/self/task"):
            _allow(int(name), allowed)


def _allow(thread: int, cores: set[int]) -> None:
    try:
        os.sched_setaffinity(thread, cores)
    except ProcessLookupError:
        pass  # it ended meanwhile
