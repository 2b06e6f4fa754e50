"""Runs a Python file that defines a model, with some of its module-level constants replaced."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


class SourceError(Exception):
    """The file is not what an import needs; the message is one line that names the place and the legal choices."""


def parse_setting(text: str) -> tuple[str, Any]:
    """The name and the value of NAME=VALUE, where VALUE is a Python literal; raises SourceError."""
    name, separator, value = text.partition("=")
    try:
        if not separator or not name.strip().isidentifier():
            raise ValueError
        return name.strip(), ast.literal_eval(value.strip())
    except (ValueError, SyntaxError) as error:
        raise SourceError(f"--set {text}: write NAME=VALUE with a number, a text in quotes or a tuple") from error


def assigned_names(statement: ast.stmt) -> list[str]:
    """The plain names that a statement assigns."""
    match statement:
        case ast.Assign(targets=targets):
            names = targets
        case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
            names = [target]
        case _:
            return []
    return [node.id for target in names for node in ast.walk(target) if isinstance(node, ast.Name)]


def with_settings(source: str, path: str, settings: dict[str, Any]) -> ast.Module:
    """The file's syntax tree, in which each named constant gets its new value right after it was assigned, so that
    what is computed from it follows. Raises SourceError for a name that is never assigned and for malformed Python."""
    try:
        tree = ast.parse(source, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise SourceError(f"{Path(path).name}{place}: not Python: {getattr(error, 'msg', error)}") from error
    body: list[ast.stmt] = []
    constants: list[str] = []
    for statement in tree.body:
        body.append(statement)
        names = assigned_names(statement)
        constants += names
        body += [_assignment(name, settings[name], statement) for name in names if name in settings]
    if unknown := [name for name in settings if name not in constants]:
        raise SourceError(
            f"{Path(path).name} assigns no {unknown[0]} at its top level; "
            f"it assigns {', '.join(dict.fromkeys(constants)) or 'nothing'}"
        )
    tree.body = body
    return ast.fix_missing_locations(tree)


def _assignment(name: str, value: Any, place: ast.stmt) -> ast.stmt:
    expression = ast.parse(repr(value), mode="eval").body
    return ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], expression), place)


@dataclass(frozen=True)
class SourceFile:
    """A file that was run: its names and what they are bound to."""

    name: str
    module: ModuleType
    settings: dict[str, Any]

    @staticmethod
    def run(path: Path, settings: dict[str, Any]) -> SourceFile:
        """Reads and runs a file; what the file itself raises comes through."""
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"cannot read {path.name}: {error}") from error
        code = compile(with_settings(source, str(path), settings), str(path), "exec")
        module = ModuleType("model")
        module.__file__ = str(path)
        sys.modules[module.__name__] = module  # classes look their module up
        exec(code, module.__dict__)
        return SourceFile(path.stem, module, settings)

    def function(self, *names: str) -> Callable[[], Any] | None:
        """The first of some functions that the file defines."""
        found = (getattr(self.module, name, None) for name in names)
        return next((each for each in found if callable(each)), None)

    def model_class(self, base: type, wanted: str | None) -> type:
        """The class to import: the named one, `Model`, or the only subclass of `base` that the file defines."""
        own = {
            name: each
            for name, each in vars(self.module).items()
            if inspect.isclass(each) and issubclass(each, base) and each.__module__ == self.module.__name__
        }
        choices = f"its classes of {base.__name__} are {', '.join(own) or 'none'}"
        if wanted is not None:
            if wanted not in own:
                raise SourceError(f"{self.name}.py defines no class {wanted}; {choices}")
            return own[wanted]
        if "Model" in own:
            return own["Model"]
        if len(own) != 1:
            raise SourceError(f"{self.name}.py: name the class with --class; {choices}")
        return next(iter(own.values()))

    def create(self, kind: type) -> Any:
        """An instance of the class, from what get_init_inputs returns or from its defaults."""
        initial = self.function("get_init_inputs")
        if initial is not None:
            arguments = initial()
            return kind(**arguments) if isinstance(arguments, dict) else kind(*arguments)
        needed = _required_parameters(kind)
        if needed:
            raise SourceError(
                f"{self.name}.py: {kind.__name__} needs {', '.join(needed)}; define get_init_inputs() or give defaults"
            )
        return kind()

    def inputs(self) -> Sequence[Any]:
        """Example arguments of the model's forward."""
        examples = self.function("get_inputs", "example_inputs")
        if examples is None:
            raise SourceError(
                f"{self.name}.py has no example inputs; define get_inputs(), or give --input NAME=float32[4,64]"
            )
        found = examples()
        return [found] if not isinstance(found, (list, tuple)) else list(found)


def _required_parameters(kind: type) -> list[str]:
    parameters = inspect.signature(kind).parameters.values()
    positional = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [each.name for each in parameters if each.kind in positional and each.default is inspect.Parameter.empty]
