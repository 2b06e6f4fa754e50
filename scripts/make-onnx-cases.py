#!/usr/bin/env python3
"""Writes ONNX's own backend node tests (PyPI package onnx) as JSON lines, for the conformance tests of the importer.

Usage: scripts/make-onnx-cases.py OUT.jsonl

One line a case: {name, operators, domain, opset, rtol, atol, model, inputs, outputs}; the model is a base64 ModelProto, inputs and
outputs are base64 TensorProtos, null for what is no tensor. The cases that onnx derives by expanding functions are left out.
A case is written for the version that introduced its operator's present form; where that is older than operator set 13 and still valid
there, the case is raised to it.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any


def encoded(value: Any) -> str | None:
    """A tensor as a base64 TensorProto, or None for sequences, optional values and maps."""
    import numpy
    import onnx

    if isinstance(value, onnx.TensorProto):
        proto = value
    elif isinstance(value, (numpy.ndarray, numpy.generic)):
        try:
            proto = onnx.numpy_helper.from_array(numpy.asarray(value))
        except (NotImplementedError, TypeError, ValueError, KeyError):
            return None
    else:
        return None
    return base64.b64encode(proto.SerializeToString()).decode()


def raise_operator_set(model: Any, to: int) -> None:
    """Declares operator set `to` where it defines the model's operators as the declared one does."""
    import onnx

    for entry in model.opset_import:
        if entry.domain or entry.version >= to:
            continue
        names = [node.op_type for node in model.graph.node if not node.domain]
        if all(onnx.defs.get_schema(name, to).since_version <= entry.version for name in names):
            entry.version = to


def line(case: Any) -> dict[str, Any]:
    """One case as JSON; models with one test data set, as all node tests are."""
    inputs, outputs = case.data_sets[0]
    node = case.model.graph.node[0]
    raise_operator_set(case.model, 13)
    versions = [entry.version for entry in case.model.opset_import if entry.domain in ("", "ai.onnx")]
    return {
        "name": case.name.removeprefix("test_"),
        "operator": node.op_type,
        "domain": node.domain,
        "opset": versions[0] if versions else 0,
        "rtol": case.rtol,
        "atol": case.atol,
        "model": base64.b64encode(case.model.SerializeToString()).decode(),
        "inputs": [encoded(value) for value in inputs],
        "outputs": [encoded(value) for value in outputs],
    }


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    from onnx.backend.test.case.node import collect_testcases

    lines = [line(case) for case in collect_testcases(None) if "_expanded" not in case.name]
    text = "".join(json.dumps(entry) + "\n" for entry in lines)
    Path(arguments[0]).write_text(text, encoding="utf-8")
    print(f"{len(lines)} cases", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
