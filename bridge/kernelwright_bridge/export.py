"""Writes the workload of a Python file: python -m kernelwright_bridge.export FILE.py --out DIR

DIR gets workload.json and, with --weights, weights.safetensors. One line says how it went: JSON with --json. Exit code 3:
the file cannot be imported.

The file's own code runs in this process. Whoever does not trust it starts the process in a sandbox, with limits.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

from .no_processes import forbid_processes
from .protocol import Message, failure, success
from .source_file import SourceError, SourceFile, parse_setting

LONGEST_MESSAGE = 400


def main(arguments: list[str]) -> int:
    """Runs the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    _limit(resource.RLIMIT_AS, options.memory_limit)
    _limit(resource.RLIMIT_FSIZE, options.file_limit)
    _limit(resource.RLIMIT_CPU, options.time_limit)
    if options.no_processes:
        forbid_processes()
    # What the file prints goes to the log, so that the answer is the only line on standard output.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        warnings.simplefilter("ignore")
        try:
            answer, code = success(**_export(options)), 0
        except BaseException as error:  # the file may raise anything, SystemExit and KeyboardInterrupt too
            answer, code = failure("badInput", one_line(error, options.file)), 3
        answers.write((answer if options.json else _plain(answer)) + "\n")
    return code


def one_line(error: BaseException, path: Path) -> str:
    """What went wrong, with the last line of the user's file that was being run."""
    if isinstance(error, SourceError):
        return str(error)
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"{path.name}, line {frames[-1].lineno}" if frames else path.name
    return f"{place}: {type(error).__name__}{': ' + lines[0] if lines else ''}"[:LONGEST_MESSAGE]


def _export(options: argparse.Namespace) -> Message:
    settings = dict(parse_setting(text) for text in options.set)
    source = SourceFile.run(options.file, settings)
    from .graph_form import export  # PyTorch is imported for files that run
    from .tracing import trace

    traced = trace(source, options.class_name, options.input, options.eval)
    exported = export(traced, source.name, settings)
    form = exported.form
    if options.weights and exported.weights:
        from safetensors.torch import save

        content = save({name: tensor.detach().contiguous().clone() for name, tensor in exported.weights.items()})
        (options.out / "weights.safetensors").write_bytes(content)
        form["weights"] = {"file": "weights.safetensors", "sha256": hashlib.sha256(content).hexdigest()}
    (options.out / "workload.json").write_text(json.dumps(form, separators=(",", ":")) + "\n", encoding="utf-8")
    return {"name": form["name"], "nodes": len(form["nodes"])}


def _plain(answer: str) -> str:
    fields: dict[str, Any] = json.loads(answer)
    return f"exported {fields['name']}, {fields['nodes']} nodes" if fields["ok"] else fields["error"]["message"]


def _limit(kind: int, value: int | None) -> None:
    if value is not None:
        resource.setrlimit(kind, (value, value))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kernelwright_bridge.export", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="an existing folder")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="replaces a constant")
    parser.add_argument("--class", dest="class_name", metavar="NAME", help="the class to import")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=DTYPE[EXTENT,...]")
    parser.add_argument("--eval", action="store_true", help="trace in evaluation mode instead of training mode")
    parser.add_argument("--weights", action="store_true", help="write the values of the parameters too")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--memory-limit", type=int, metavar="BYTES")
    parser.add_argument("--file-limit", type=int, metavar="BYTES")
    parser.add_argument("--time-limit", type=int, metavar="SECONDS")
    parser.add_argument("--no-processes", action="store_true", help="the file cannot start other processes")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
