"""What the benchmark scripts share: running the command line, keeping results, showing progress."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "Benchmarks" / "results"
KW = ROOT / "kw"
# Figures must not depend on what the machine has seen.
os.environ["KERNELWRIGHT_LIBRARY"] = "none"


def kw(*arguments: str, check: bool = True) -> Any:
    """What a command prints with --json; a run without a correct candidate (exit code 5) is a result too."""
    run = subprocess.run([KW, "--yes", *arguments, "--json"], cwd=ROOT, capture_output=True, text=True)
    if check and run.returncode not in (0, 5):
        raise SystemExit(f"kw {' '.join(arguments)}: {(run.stderr.strip().splitlines() or ['no word'])[-1]}")
    return json.loads(run.stdout) if run.stdout.strip() else None


def commit() -> str:
    """The commit that is checked out, marked where sources differ from it."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("+changes" if git("status", "--porcelain", "Sources") else "")


Claim = tuple[bool, str]


def show(claims: dict[str, Callable[[], Claim]], usage: str, record: Path | None = None) -> int:
    """Shows the claims that the command line names, or all, one line each; 1 if one is missed or cannot be shown.

    Where all are shown, `record` gets what was printed.
    """
    names = sys.argv[1:] or list(claims)
    if {"-h", "--help"} & set(names):
        print(usage.strip())
        return 0
    if unknown := [name for name in names if name not in claims]:
        print(f"no claim is called {', '.join(unknown)}; they are {', '.join(claims)}", file=sys.stderr)
        return 2
    lines = [f"{Path(sys.argv[0]).name} at {commit()}, {time.strftime('%Y-%m-%d')}"]
    print(lines[0], flush=True)
    missed = 0
    for name in names:
        try:
            held, text = claims[name]()
        except (Exception, SystemExit) as error:
            held, text = False, f"not shown: {type(error).__name__}: {error}"
        missed += not held
        lines.append(f"{'ok    ' if held else 'MISSED'}  {name}: {text}".replace(f"{ROOT}/", ""))
        print(lines[-1], flush=True)
    if record and not sys.argv[1:]:
        write(record, "\n".join(lines) + "\n")
    return 1 if missed else 0


def collect(
    names: Iterable[str], folder: Path, measure: Callable[[str], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Measures what has no result file yet, one name after the other, and hands back all results."""
    names = list(names)
    folder.mkdir(parents=True, exist_ok=True)
    results: dict[str, dict[str, Any]] = {}
    started, measured = time.monotonic(), 0
    for position, name in enumerate(names):
        file = folder / (name.replace("/", "-") + ".json")
        if not file.exists():
            found = json.dumps(measure(name), indent=1, sort_keys=True)
            write(file, found.replace(f"{ROOT}/", "") + "\n")
            measured += 1
        results[name] = json.loads(file.read_text())
        if measured:
            missing = sum(not (folder / (rest.replace("/", "-") + ".json")).exists() for rest in names[position + 1:])
            left = (time.monotonic() - started) / measured * missing
            print(f"{position + 1}/{len(names)} {name}: {line_of(results[name])}; {left / 60:.0f} min left",
                  file=sys.stderr, flush=True)
    return results


def write(file: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    part = file.with_name(file.name + ".part")
    part.write_text(text)
    os.replace(part, file)


def line_of(result: dict[str, Any]) -> str:
    speedup = result.get("speedup")
    ratio = f", {interval(speedup)}" if speedup else ""
    return f"{result['status']}{ratio}"


def interval(speedup: dict[str, float]) -> str:
    return f"{speedup['ratio']:.2f} [{speedup['low']:.2f}, {speedup['high']:.2f}]"


def geometric_mean(values: Iterable[float]) -> float:
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def machine(folder: Path = RESULTS) -> str:
    """The device and processor that results are labelled with; its ceilings are measured again before the first result."""
    file = folder / "machine.txt"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write(file, measured_machine() + "\n")
    return file.read_text().strip()


def measured_machine() -> str:
    device = kw("devices", "--remeasure")[0]
    ceilings = device["ceilings"]
    processor = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), "unknown processor")
    return (f"{device['id']}, {device['name']} ({device['driver']}), {processor}, {os.cpu_count()} cores; ceilings: copy "
            f"{ceilings['copyBytesPerSecond'] / 1e9:.1f} GB/s, read {ceilings['readBytesPerSecond'] / 1e9:.1f} GB/s, "
            f"arithmetic {ceilings['flopsPerSecond'] / 1e9:.0f} GFLOP/s, launch {ceilings['launchSeconds'] * 1e6:.1f} µs")
