"""Runs the model of a Python file on given tensors, and compares its outputs with given ones:
python -m kernelwright_bridge.original FILE.py --workload workload.json --values values.safetensors

The values are what `kw reference` writes for the workload that was imported from the file. One line of JSON: for each
output the relative error in the norm, or the share of differing elements for integers. Exit code 1: the file cannot be run.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_flatten

from .protocol import Message
from .source_file import SourceError, SourceFile, parse_setting

# What a workload counts as the identity.
DROPOUTS = {
    torch.dropout, torch.dropout_, torch.alpha_dropout, torch.feature_dropout, torch.feature_alpha_dropout,
    torch.nn.functional.dropout, torch.nn.functional.dropout1d, torch.nn.functional.dropout2d,
    torch.nn.functional.dropout3d, torch.nn.functional.alpha_dropout, torch.nn.functional.feature_alpha_dropout,
}  # fmt: skip


class AsWorkload(TorchFunctionMode):
    """Lets a module compute what its workload says: without dropout, and with given tensors where it draws some."""

    def __init__(self, drawn: Iterator[torch.Tensor]) -> None:
        super().__init__()
        self._drawn = drawn

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in DROPOUTS:
            return args[0] if args else kwargs["input"]
        if func in (torch.randn, torch.rand):
            return next(self._drawn).clone()
        keywords = dict(kwargs or {})
        if "dropout_p" in keywords:
            keywords["dropout_p"] = 0.0
        return func(*args, **keywords)


def outputs(source: SourceFile, class_name: str | None, form: Message, values: dict[str, torch.Tensor]) -> list[Any]:
    """What the file's model computes from a workload's inputs and parameters; raises SourceError where a parameter is
    not found in it."""
    model = source.create(source.model_class(torch.nn.Module, class_name)).train()
    for module in model.modules():
        if isinstance(getattr(module, "dropout", None), float):
            module.dropout = 0.0
    names = [spec["name"] for spec in form.get("parameters", [])]
    drawn = [name for name in names if name.startswith(("randn", "rand"))]
    _load(model, {name: values[name] for name in names if name not in drawn})
    tensors = (values[spec["name"]] for spec in form["inputs"])
    arguments = [next(tensors).clone() if isinstance(each, torch.Tensor) else each for each in source.inputs()]
    with torch.no_grad(), AsWorkload(iter([values[name] for name in drawn])):
        result = model(*arguments)
    return [each for each in tree_flatten(result)[0] if isinstance(each, torch.Tensor)]


def _load(model: torch.nn.Module, values: dict[str, torch.Tensor]) -> None:
    """Gives parameters, and plain tensors that the module keeps, their values by the names of a traced graph."""
    targets: dict[str, torch.Tensor] = {
        f"p_{name}".replace(".", "_").lower(): tensor for name, tensor in model.named_parameters()
    }
    for prefix, module in model.named_modules():
        for name, tensor in vars(module).items():
            if isinstance(tensor, torch.Tensor):
                targets[f"c_{prefix}_{name}".replace(".", "_").replace("c__", "c_").lower()] = tensor
    for name, value in values.items():
        target = targets.get(name.lower())
        if target is None or target.shape != value.shape:
            raise SourceError(f"the module has no parameter {name} of shape {list(value.shape)}")
        target.data.copy_(value)


def error(found: torch.Tensor, right: torch.Tensor) -> float:
    """‖y − r‖₂ / ‖r‖₂ for floating-point results, else the share of elements that differ; infinite where shapes differ or
    one side is not finite where the other is."""
    if found.shape != right.shape:
        return float("inf")
    if not found.dtype.is_floating_point:
        return float((found.double() != right).double().mean()) if right.numel() else 0.0
    wide = found.double()
    finite = right.isfinite()
    if not torch.equal(wide[~finite].nan_to_num(), right[~finite].nan_to_num()) or not bool(wide[finite].isfinite().all()):
        return float("inf")
    norm = float(right[finite].norm())
    difference = float((wide[finite] - right[finite]).norm())
    return difference / norm if norm > 0 else difference


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m kernelwright_bridge.original", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--workload", type=Path, required=True)
    parser.add_argument("--values", type=Path, required=True)
    parser.add_argument("--class", dest="class_name")
    parser.add_argument("--double", action="store_true", help="compute in float64: what remains is no rounding")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    form: Message = json.loads(options.workload.read_text(encoding="utf-8"))
    values = load_file(options.values)
    if options.double:
        torch.set_default_dtype(torch.float64)
        values = {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in values.items()}
    try:
        source = SourceFile.run(options.file, dict(parse_setting(text) for text in options.set))
        found = outputs(source, options.class_name, form, values)
    except Exception as failure:  # whatever the file raises
        print(json.dumps({"message": f"{type(failure).__name__}: {failure}"}))
        return 1
    right = [values[f"output.{index}"] for index in range(len(form["outputs"]))]
    if len(found) != len(right):
        print(json.dumps({"message": f"the module has {len(found)} outputs, the workload {len(right)}"}))
        return 1
    print(json.dumps({"errors": [error(*pair) for pair in zip(found, right)]}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
