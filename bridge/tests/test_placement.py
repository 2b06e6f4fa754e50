"""Where threads are kept while a baseline is renewed."""

from __future__ import annotations

import os
import threading
import time
import unittest

from kernelwright_bridge import placement


class PlacementTests(unittest.TestCase):
    def setUp(self) -> None:
        self.over = threading.Event()
        self.addCleanup(self.over.set)

    def _thread(self, seconds: float) -> int:
        """Starts a thread that computes for so long and then waits; gives its number in the kernel."""
        done = threading.Event()

        def work() -> None:
            while time.thread_time() < seconds:
                pass
            done.set()
            self.over.wait()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        done.wait()
        assert thread.native_id is not None
        return thread.native_id

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "there is one core")
    def test_threads_that_compute_do_not_share_a_core_however_many_others_there_are(self) -> None:
        busy = []
        for place in range(10):
            number = self._thread(1.0 if place in (3, 7) else 0.0)
            busy += [number] if place in (3, 7) else []
        for _ in range(20):
            with placement.scattered():
                first, second = (os.sched_getaffinity(thread) for thread in busy)
                self.assertEqual((len(first), len(second)), (1, 1))
                self.assertNotEqual(first, second)

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "there is one core")
    def test_the_core_of_a_thread_is_drawn_anew(self) -> None:
        busy = self._thread(1.0)
        cores = set()
        for _ in range(64):
            with placement.scattered():
                cores |= os.sched_getaffinity(busy)
        self.assertGreater(len(cores), 1)


if __name__ == "__main__":
    unittest.main()
