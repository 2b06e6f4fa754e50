#!/usr/bin/env python3
"""Makes the KernelBench suite's data from a folder of traced graphs: make-suite.py GRAPHS_DIR

Reads GRAPHS_DIR/graphs-{tiny,cpu,gpu}-level{1,2,3}.jsonl and writes Sources/Workloads/Resources/kernelbench-SIZE-LEVEL.pack:
a line of JSON, the index [{number, name, bytes}], then one zlib stream a workload, in the index's order. The same graphs make
the same bytes. kernelbench-domains.json beside this script says which values inputs may take where graphs do not tell.
"""
import base64
import json
import pathlib
import struct
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
DOMAINS = json.loads((HERE / "kernelbench-domains.json").read_text())
RESOURCES = HERE.parent / "Sources/Workloads/Resources"


def tensor(name, kind):
    return {"name": name, "dtype": kind[0], "shape": kind[1]}


def constant(name, form):
    """A bare type is a fresh batch-norm statistic: variance 1, mean and count 0. Equal values are written once."""
    if isinstance(form, list):
        return tensor(name, form) | {"values": [1 if name.endswith("running_var") else 0]}
    spec = {"name": name, "dtype": form["dtype"], "shape": form["shape"]}
    if "zlib_base64" in form:
        raw = zlib.decompress(base64.b64decode(form["zlib_base64"]))
        width = {"bool": 1, "int8": 1, "int64": 8, "float64": 8}.get(form["dtype"], 4)
        if raw == raw[:width] * (len(raw) // width) and form["dtype"] == "float32":
            return spec | {"values": [struct.unpack("<f", raw[:4])[0]]}
        return spec | {"zlib_base64": base64.b64encode(zlib.compress(raw, 9)).decode()}
    values = form["values"] if isinstance(form["values"], list) else [form["values"]]
    flat = json.loads("[" + json.dumps(values).replace("[", "").replace("]", "") + "]")
    return spec | {"values": flat[:1] if len(set(flat)) == 1 else flat}


def results(out):
    if out and isinstance(out[0], str):
        out = [out]
    return [{"dtype": dtype, "shape": shape} for dtype, shape in out]


def workload(graph):
    """The traced graph in Kernelwright's form. Assertions have no value and are dropped; a random initial state
    drawn in the graph becomes a parameter."""
    nodes = [n for n in graph["nodes"] if n["out"] is not None]
    drawn = [n for n in nodes if n["op"].startswith("aten.randn")]
    result = {
        "name": graph["name"],
        "inputs": [tensor(*i) for i in graph["inputs"] if isinstance(i[1], list)],
        "scalars": [{"name": i[0], "value": i[1]} for i in graph["inputs"] if not isinstance(i[1], list)],
        "parameters": [tensor(*p) for p in graph["params"].items()] + [tensor(n["name"], n["out"]) for n in drawn],
        "constants": [constant(*c) for c in graph["constants"].items()],
        "nodes": [
            {"name": n["name"], "op": n["op"], "arguments": n["args"], "outputs": results(n["out"])}
            | ({"keywordArguments": n["kwargs"]} if n.get("kwargs") else {})
            for n in nodes
            if n not in drawn
        ],
        "outputs": graph["outputs"],
        "flops": graph["flops"],
        "resized": graph["resized"],
        "domains": DOMAINS.get(graph["name"], {}),
    }
    return {key: value for key, value in result.items() if value not in ([], {}) or key in ("inputs", "nodes")}


def pack(source, target):
    index, blobs = [], []
    for line in source.read_text().splitlines():
        graph = workload(json.loads(line))
        blob = zlib.compress(json.dumps(graph, separators=(",", ":")).encode(), 9)
        index.append({"number": int(graph["name"].split("_")[0]), "name": graph["name"], "bytes": len(blob)})
        blobs.append(blob)
    target.write_bytes(json.dumps(index, separators=(",", ":")).encode() + b"\n" + b"".join(blobs))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for size in ("tiny", "cpu", "gpu"):
        for level in (1, 2, 3):
            pack(pathlib.Path(sys.argv[1]) / f"graphs-{size}-level{level}.jsonl",
                 RESOURCES / f"kernelbench-{size}-{level}.pack")
