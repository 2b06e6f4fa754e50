"""Compares ONNX Runtime on exported models with PyTorch on the same numbers, over a suite.

Usage: python compare_suite.py KW [--size tiny] [--only 1/23,3/35]      (KW: the kernelwright program)

Each workload is exported with `kw export`, loaded in ONNX Runtime and run on two draws, uniform and normal inputs.
PyTorch runs the ATen graph of the same workload eagerly, in float32 and in float64; the latter counts as right. Prints one
JSON line for each: {"id", "normwise", "elementwise", "eager", "seconds", "megabytes"}: the larger errors of both draws
over all outputs, the normwise error of PyTorch's own float32, time to export and size of the model; or {"id", "error"}
where it could not be exported, loaded or run. Then, on standard error, how many are right: within --tolerance, or within
ten times PyTorch's own error, for networks that amplify any rounding. Exit code 1 unless all are.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from compare_exports import errors

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kernelwright_bridge import fx_graph  # noqa: E402

COUNTS = {1: 100, 2: 100, 3: 50}


def draw(spec: dict[str, Any], is_input: bool, normal: bool, random: np.random.Generator) -> torch.Tensor:
    """Inputs as asked for; matrices with a unit gain, other parameters in [0.5, 1.5), so that deep networks neither
    overflow nor hide an operator behind an identity."""
    shape, dtype = spec["shape"], fx_graph.DTYPES[spec["dtype"]]
    if not dtype.is_floating_point:
        return torch.from_numpy(random.integers(0, 2 if dtype == torch.bool else 8, shape)).to(dtype)
    if is_input:
        values = random.standard_normal(shape) if normal else random.random(shape)
    elif len(shape) >= 2:
        bound = math.sqrt(3 / max(math.prod(shape[1:]), 1))
        values = random.uniform(-bound, bound, shape)
    else:
        values = random.uniform(0.5, 1.5, shape)
    return torch.from_numpy(np.asarray(values)).to(dtype)


def compare(folder: Path, model: Path) -> dict[str, float]:
    text = (folder / "workload.json").read_text()
    workload = json.loads(text)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    eager = fx_graph.build(workload)
    exact = fx_graph.build(json.loads(text.replace('"torch.float32"', '"torch.float64"'))).double()
    random = np.random.default_rng(0)
    worst = {"normwise": 0.0, "elementwise": 0.0, "eager": 0.0}
    for normal in (False, True):
        tensors = {spec["name"]: draw(spec, True, normal, random) for spec in workload["inputs"]}
        tensors |= {spec["name"]: draw(spec, False, normal, random) for spec in workload.get("parameters", [])}
        with torch.inference_mode():
            plain = eager(*tensors.values())
            right = exact(*(t.double() if t.is_floating_point() else t for t in tensors.values()))
        found = session.run(None, {name: tensor.numpy() for name, tensor in tensors.items()})
        for output, own, tensor in zip(found, plain, right, strict=True):
            if output.shape != tuple(own.shape) or output.dtype != own.numpy().dtype:
                raise ValueError(f"{output.dtype}{output.shape} for {own.dtype}{tuple(own.shape)}")
            normwise, elementwise = relative(output, tensor.numpy())
            pair = {"normwise": normwise, "elementwise": elementwise, "eager": relative(own.numpy(), tensor.numpy())[0]}
            worst = {key: max(value, pair[key]) for key, value in worst.items()}
    return worst


def relative(found: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """The errors; infinities and NaN must be at the same places."""
    if right.dtype.kind != "f":
        return errors(found, right)
    finite = np.isfinite(right)
    if not np.array_equal(found[~finite], right[~finite], equal_nan=True) or not np.isfinite(found[finite]).all():
        return math.inf, math.inf
    if not right[finite].any():
        largest = float(np.abs(found[finite]).max(initial=0))
        return largest, largest
    return errors(found[finite].astype(np.float64), right[finite].astype(np.float64))


def export(kw: str, form: str, name: str, size: str, out: Path) -> str | None:
    """What went wrong."""
    command = [kw, "export", form, name, "--size", size, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode != 0 else None


def examine(kw: str, name: str, size: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder, model = Path(place) / "workload", Path(place) / "model.onnx"
        start = time.perf_counter()
        fault = export(kw, "onnx", name, size, model)
        seconds = time.perf_counter() - start
        fault = fault or export(kw, "workload", name, size, folder)
        if fault:
            return {"id": name, "error": fault}
        try:
            found = compare(folder, model)
        except Exception as error:  # ONNX Runtime and PyTorch raise hierarchies of their own
            return {"id": name, "error": f"{type(error).__name__}: {str(error).splitlines()[0][:300]}"}
        return {"id": name, **found, "seconds": round(seconds, 2), "megabytes": round(model.stat().st_size / 1e6, 2)}


def is_right(line: dict[str, Any], tolerance: float) -> bool:
    return "error" not in line and line["normwise"] <= max(tolerance, 10 * line["eager"])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kw", help="the kernelwright program")
    parser.add_argument("--size", default="tiny")
    parser.add_argument("--only", help="LEVEL or LEVEL/NUMBER, separated by commas")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="of the normwise error")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else [str(level) for level in COUNTS]
    names = [f"{level}/{number}" for level, count in COUNTS.items() for number in range(1, count + 1)]
    names = [name for name in names if name in wanted or name.split("/")[0] in wanted]
    good = 0
    for name in names:
        line = examine(options.kw, f"kernelbench/{name}", options.size)
        print(json.dumps(line), flush=True)
        good += is_right(line, options.tolerance)
    print(f"{good} of {len(names)} right", file=sys.stderr)
    return 0 if good == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
