"""What the model server does before there is a model."""

from __future__ import annotations

import importlib.machinery
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from kernelwright_bridge import model_server


class ModelFileTests(unittest.TestCase):
    def found(self, *names: str) -> Path:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("__init__.py", *names):
                (Path(folder) / name).touch()
            spec = importlib.machinery.ModuleSpec("m", None, origin=str(Path(folder) / "__init__.py"))
            with mock.patch("importlib.util.find_spec", return_value=spec):
                return model_server.model_file()

    def test_finds_the_one_model_of_the_package(self) -> None:
        self.assertEqual(self.found("small.gguf", "README.md").name, "small.gguf")

    def test_none_or_two_are_an_error(self) -> None:
        for names in ((), ("a.gguf", "b.gguf")):
            with self.assertRaisesRegex(SystemExit, f"{len(names)} models"):
                self.found(*names)

    def test_a_missing_package_names_the_command(self) -> None:
        with mock.patch("importlib.util.find_spec", return_value=None):
            with self.assertRaisesRegex(SystemExit, "./kw setup model"):
                model_server.model_file()


class PortTests(unittest.TestCase):
    def test_a_free_port_is_one(self) -> None:
        self.assertIn(model_server.free_port(), range(1, 65536))


if __name__ == "__main__":
    unittest.main()
