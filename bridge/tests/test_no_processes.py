"""What a process can still do that may start no other."""

import subprocess
import sys
import unittest
from pathlib import Path

BRIDGE = Path(__file__).resolve().parent.parent
ATTEMPTS = {
    "fork": "import os\nos.fork()",
    "subprocess": "import subprocess\nsubprocess.run(['true'])",
    "system": "import os\nif os.system('true') != 0: raise PermissionError",
    "posix_spawn": "import os\nos.posix_spawn('/bin/true', ['true'], {})",
    "a thread's fork": (
        "import os, threading\nseen = []\n"
        "def attempt():\n    try: os.fork()\n    except PermissionError as error: seen.append(error)\n"
        "thread = threading.Thread(target=attempt); thread.start(); thread.join()\nraise seen[0]"),
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    prologue = "from kernelwright_bridge.no_processes import forbid_processes\nforbid_processes()\n"
    return subprocess.run([sys.executable, "-c", prologue + code], cwd=BRIDGE, capture_output=True, text=True)


class NoProcesses(unittest.TestCase):
    def test_nothing_starts_a_process(self) -> None:
        for name, code in ATTEMPTS.items():
            with self.subTest(name):
                ended = run(code)
                self.assertNotEqual(ended.returncode, 0)
                self.assertIn("PermissionError", ended.stderr)

    def test_threads_start(self) -> None:
        code = "import threading\nt = threading.Thread(target=lambda: print('ran'))\nt.start(); t.join()"
        self.assertEqual(run(code).stdout, "ran\n")


if __name__ == "__main__":
    unittest.main()
