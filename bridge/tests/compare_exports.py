"""Compares ONNX Runtime with a float64 evaluation on every exported workload of a folder.

Usage: python compare_exports.py FOLDER        (FOLDER/NAME/{workload.json,model.onnx})

Prints one JSON line for each: {"name", "normwise", "elementwise"}, the larger errors of two distributions over all
outputs; for integers the share of differing elements stands for both.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

SCRIPT = Path(__file__).resolve().parents[2] / "Sources/Evaluation/Baseline/reproduce.py"


def load_script() -> ModuleType:
    """The reproduction script as a module, for its evaluation and its sessions."""
    # It finds what lies beside it, as it does when it is run.
    sys.path.insert(0, str(SCRIPT.parent))
    specification = importlib.util.spec_from_file_location("reproduce", SCRIPT)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def errors(found: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """‖y − r‖₂ / ‖r‖₂ and the largest |y − r| / (|r| + rms(r))."""
    if right.dtype.kind != "f":
        share = float(np.mean(found != right))
        return share, share
    difference = np.abs(found - right)
    norm = float(np.linalg.norm(right))
    rms = norm / math.sqrt(max(right.size, 1))
    return float(np.linalg.norm(difference)) / norm, float(np.max(difference / (np.abs(right) + rms)))


def compare(script: ModuleType, folder: Path) -> dict[str, Any]:
    workload = json.loads((folder / "workload.json").read_text())
    types = {node["name"]: node["outputs"][0] for node in workload["nodes"]}
    outputs = {name: types[name] for name in (output.removeprefix("%") for output in workload["outputs"])}
    specs = workload["inputs"] + workload.get("parameters", [])
    inputs = {spec["name"]: script.page_aligned(spec["shape"], spec["dtype"]) for spec in specs}
    found = {name: script.page_aligned(kind["shape"], kind["dtype"]) for name, kind in outputs.items()}
    baseline = script.OnnxRuntime(folder / "model.onnx", 2, inputs | found)
    random = np.random.default_rng(0)
    worst = (0.0, 0.0)
    for normal in (True, False):
        script.fill(inputs, workload, normal, random)
        baseline.run(1)
        for array, right in zip(found.values(), script.evaluate(workload, inputs), strict=True):
            normwise, elementwise = errors(script.widened(array), right)
            worst = max(worst[0], normwise), max(worst[1], elementwise)
    return {"name": folder.name, "normwise": worst[0], "elementwise": worst[1]}


def main() -> None:
    script = load_script()
    for folder in sorted(Path(sys.argv[1]).iterdir()):
        print(json.dumps(compare(script, folder)))


if __name__ == "__main__":
    main()
