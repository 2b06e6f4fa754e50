#!/usr/bin/env python3
"""Asks PyTorch what operators compute: make-operator-cases.py [FAMILY...]

Needs PyTorch. Each module of operator_cases is a family: its `cases(case)` calls `case(op, *args, **kwargs)` with tiny tensors, and
the answers are written to Tests/ReferenceTests/Data/FAMILY.json, which the tests compare with the reference. The same PyTorch
makes the same bytes.
"""
import importlib
import json
import math
import pathlib
import sys

import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = pathlib.Path(__file__).resolve().parent / "operator_cases"


def number(value):
    if isinstance(value, float):
        if math.isnan(value):
            return "nan"
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        if value == int(value) and abs(value) < 2**53:
            return int(value)
    return value


def tensor(value):
    digits = 17 if value.dtype == torch.float64 else 9
    flat = [number(float(f"{v:.{digits}g}") if isinstance(v, float) else int(v)) for v in value.flatten().tolist()]
    return {"dtype": str(value.dtype).removeprefix("torch."), "shape": list(value.shape), "values": flat}


def overload(name):
    """`cat` or `add.Scalar` as PyTorch's operator; the overload `default` may be left out."""
    packet, _, form = name.partition(".")
    return getattr(getattr(torch.ops.aten, packet), form or "default"), f"aten.{packet}.{form or 'default'}"


class Recorder:
    """Runs operators and keeps their arguments and results."""

    def __init__(self):
        self.cases = []

    def __call__(self, name, *args, **kwargs):
        operator, full_name = overload(name)
        tensors = []

        def written(value):
            if isinstance(value, torch.Tensor):
                tensors.append(tensor(value))
                return "%" + chr(ord("a") + len(tensors) - 1)
            if isinstance(value, (list, tuple)):
                return [written(item) for item in value]
            if isinstance(value, (torch.dtype, torch.layout, torch.device)):
                return str(value)
            return number(value)

        record = {"op": full_name, "args": [written(value) for value in args]}
        if kwargs:
            record["kwargs"] = {key: written(value) for key, value in kwargs.items()}
        results = operator(*args, **kwargs)
        results = list(results) if isinstance(results, (list, tuple)) else [results]
        self.cases.append(record | {"tensors": tensors, "results": [tensor(result) for result in results]})


def write(family):
    torch.manual_seed(0)
    recorder = Recorder()
    importlib.import_module(family).cases(recorder)
    path = ROOT / f"Tests/ReferenceTests/Data/{family}.json"
    path.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in recorder.cases)
    path.write_text(f"[\n{lines}\n]\n")
    print(f"{family}: {len(recorder.cases)} cases, {path.stat().st_size} bytes", file=sys.stderr)


def main():
    sys.path.insert(0, str(FAMILIES))
    for family in sys.argv[1:] or sorted(path.stem for path in FAMILIES.glob("*.py")):
        write(family)


main()
