"""Files that define models, without PyTorch: settings, classes, instances, example inputs."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

from kernelwright_bridge.export import one_line
from kernelwright_bridge.source_file import SourceError, SourceFile, parse_setting


class Base:
    """Stands for torch.nn.Module."""


class SourceFileTests(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "model.py"

    def run_file(self, text: str, **settings: Any) -> SourceFile:
        self.path.write_text(text)
        return SourceFile.run(self.path, settings)

    def model_file(self, text: str) -> SourceFile:
        return self.run_file(f"from {__name__} import Base\n{text}")

    def test_a_setting_reaches_what_is_computed_from_the_constant(self) -> None:
        text = "size = 8\ntwice = size * 2\nwidth, height = 3, 4\narea = width * height\nkind: str = 'a'\n"
        module = self.run_file(text, size=5, height=7, kind="b").module
        self.assertEqual((module.twice, module.area, module.kind), (10, 21, "b"))

    def test_a_name_inside_of_a_function_is_not_a_setting(self) -> None:
        text = "size = 8\ndef f():\n    size = 3\n    return size\n"
        self.assertEqual(self.run_file(text, size=5).module.f(), 3)

    def test_an_unknown_setting_names_the_known(self) -> None:
        with self.assertRaisesRegex(SourceError, "assigns no batch at its top level; it assigns size, width$"):
            self.run_file("size = 8\nwidth = 3\n", batch=1)

    def test_settings_are_python_literals(self) -> None:
        self.assertEqual(parse_setting("size = (1, 2)"), ("size", (1, 2)))
        self.assertEqual(parse_setting("name='x=y'"), ("name", "x=y"))
        for text in ("size", "=3", "a b=3", "size=", "size=f()", "size=other"):
            with self.assertRaises(SourceError, msg=text):
                parse_setting(text)

    def test_malformed_python_is_named_with_its_line(self) -> None:
        with self.assertRaisesRegex(SourceError, "model.py, line 2: not Python"):
            self.run_file("a = 1\nb = = 2\n")
        with self.assertRaises(SourceError):
            self.run_file("\0")
        with self.assertRaises(SourceError):
            SourceFile.run(Path("/nonexistent/model.py"), {})

    def test_what_the_file_raises_is_one_line_with_its_place(self) -> None:
        for statement, line in (
            ("raise ValueError('first\\nsecond')", "model.py, line 2: ValueError: first"),
            ("raise SystemExit", "model.py, line 2: SystemExit"),
            ("raise KeyboardInterrupt", "model.py, line 2: KeyboardInterrupt"),
            ("1 / 0", "model.py, line 2: ZeroDivisionError: division by zero"),
        ):
            found = None
            try:
                self.run_file(f"a = 1\n{statement}\n")
            except BaseException as error:
                found = one_line(error, self.path)
            self.assertEqual(found, line)

    def test_the_class_is_the_named_one_or_model_or_the_only_one(self) -> None:
        one = self.model_file("class Net(Base): pass\nclass Other: pass\n")
        self.assertEqual(one.model_class(Base, None).__name__, "Net")
        two = self.model_file("class Net(Base): pass\nclass Model(Base): pass\n")
        self.assertEqual(two.model_class(Base, None).__name__, "Model")
        self.assertEqual(two.model_class(Base, "Net").__name__, "Net")
        several = self.model_file("class A(Base): pass\nclass B(Base): pass\n")
        with self.assertRaisesRegex(SourceError, "name the class with --class; .* A, B"):
            several.model_class(Base, None)
        with self.assertRaisesRegex(SourceError, "defines no class C; .* A, B"):
            several.model_class(Base, "C")
        with self.assertRaisesRegex(SourceError, "none"):
            self.model_file("a = 1\n").model_class(Base, None)

    def test_instances_come_from_initial_inputs_or_defaults(self) -> None:
        body = "class Net(Base):\n    def __init__(self, a, b=2): self.sum = a + b\n"
        for form, right in (("[5]", 7), ("[5, 6]", 11), ("{'a': 1, 'b': 1}", 2)):
            source = self.model_file(f"{body}def get_init_inputs(): return {form}\n")
            self.assertEqual(source.create(source.module.Net).sum, right)
        source = self.model_file(body)
        with self.assertRaisesRegex(SourceError, "Net needs a; define get_init_inputs"):
            source.create(source.module.Net)

    def test_example_inputs_have_two_names_and_may_be_one_value(self) -> None:
        self.assertEqual(self.run_file("def get_inputs(): return [1, 2]\n").inputs(), [1, 2])
        self.assertEqual(self.run_file("def example_inputs(): return 3\n").inputs(), [3])
        with self.assertRaisesRegex(SourceError, "get_inputs"):
            self.run_file("a = 1\n").inputs()


if __name__ == "__main__":
    unittest.main()
