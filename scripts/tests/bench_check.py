"""Recomputes every figure of a bench from its rows, knowing nothing of the project but the file's form (docs/bench.md).

Fractions are over all results; a result counts only if it is correct and its baseline has a valid time.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

# Nearer to 1 than this is no difference.
LEAST_EFFECT = 0.02
THRESHOLDS = ("0", "0.5", "0.8", "1", "1.5", "2")
Figures = dict[str, Any]


def geometric_mean(values: list[float]) -> float | None:
    return math.prod(value ** (1 / len(values)) for value in values) if values else None


def speedups(bench: dict[str, Any], baseline: str) -> list[dict[str, float]]:
    """The intervals of the workloads that count against a baseline."""
    found = []
    for result in bench["results"]:
        if result["status"] == "correct":
            for comparison in result["comparisons"]:
                if comparison["baseline"] == baseline and "speedup" in comparison:
                    found.append(comparison["speedup"])
    return found


def figures(bench: dict[str, Any], baseline: str) -> Figures:
    """What the table of one baseline has to say."""
    intervals, count = speedups(bench, baseline), len(bench["results"])

    def fractions(bound: str) -> dict[str, float]:
        return {name: sum(interval[bound] > float(name) for interval in intervals) / count if count else 0.0
                for name in THRESHOLDS}

    ratios = [interval["ratio"] for interval in intervals]
    wins = sum(interval["low"] > 1 + LEAST_EFFECT for interval in intervals)
    losses = sum(interval["high"] < 1 / (1 + LEAST_EFFECT) for interval in intervals)
    return {
        "count": count, "measured": len(intervals), "fast": fractions("ratio"), "certified": fractions("low"),
        "geometricMean": geometric_mean(ratios),
        "geometricMeanOfFaster": geometric_mean([ratio for ratio in ratios if ratio > 1]),
        "wins": wins, "losses": losses, "ties": len(intervals) - wins - losses,
    }


def is_equal(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return isinstance(found, dict) and found.keys() == expected.keys() and all(
            is_equal(found[key], expected[key]) for key in expected)
    if isinstance(expected, float) and isinstance(found, (int, float)):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    return bool(found == expected)


def check_json(bench: dict[str, Any]) -> list[str]:
    """Where the figures of a bench.json differ from its own rows; empty where they agree."""
    problems = []
    baselines = bench["provenance"]["options"]["baselines"]
    if [table["baseline"] for table in bench["tables"]] != baselines:
        problems.append(f"tables are not those of {baselines}")
    for table in bench["tables"]:
        for name, expected in figures(bench, table["baseline"]).items():
            if not is_equal(table.get(name), expected):
                problems.append(f"{table['baseline']} {name}: {table.get(name)}, recomputed {expected}")
    if baselines:
        main = figures(bench, baselines[0])
        for name in ("fast", "geometricMean"):
            if not is_equal(bench[name], main[name]):
                problems.append(f"{name}: {bench[name]}, recomputed {main[name]}")
        for result in bench["results"]:
            own = next((one.get("speedup") for one in result["comparisons"] if one["baseline"] == baselines[0]), None)
            if result.get("speedup") != (own if result["status"] == "correct" else None):
                problems.append(f"{result['workload']}: speedup is not that against {baselines[0]}")
    correct = sum(result["status"] == "correct" for result in bench["results"])
    if bench["correct"] != correct or bench["count"] != len(bench["results"]):
        problems.append(f"{bench['correct']} of {bench['count']} correct, recomputed {correct} of {len(bench['results'])}")
    listed = {entry["workload"] for entry in bench["notAdmitted"]} & {row["workload"] for row in bench["results"]}
    return problems + [f"{name} is not admitted, and in the results" for name in sorted(listed)]


def printed(figure: float | None) -> str:
    return "none" if figure is None else f"{figure:.3f}"


def expected_lines(bench: dict[str, Any]) -> list[list[str]]:
    """The cells of the lines that the printed tables must have."""
    lines = []
    for baseline in bench["provenance"]["options"]["baselines"]:
        own = figures(bench, baseline)
        missing = own["count"] - own["measured"]
        counts = [own["wins"], own["ties"], own["losses"], missing, own["count"]]
        lines.append([baseline, *map(str, counts), printed(own["certified"]["1"])])
        means = [printed(own["geometricMean"]), printed(own["geometricMeanOfFaster"])]
        lines.append([baseline, "fast_p", *(printed(own["fast"][name]) for name in THRESHOLDS), *means])
        lines.append([baseline, "certified", *(printed(own["certified"][name]) for name in THRESHOLDS)])
    return lines


def check_text(bench: dict[str, Any], text: str) -> list[str]:
    """The lines that a printed table, as Markdown or as columns, does not have."""
    lines = [[cell for cell in re.split(r"\s*\|\s*|\s{2,}", line.strip()) if cell] for line in text.splitlines()]
    return [f"no line reads {' '.join(line)}" for line in expected_lines(bench) if line not in lines]


def check_file(file: Path) -> list[str]:
    """Checks a bench.json, and the bench.md beside it if there is one."""
    bench = json.loads(file.read_text(encoding="utf-8"))
    report = file.with_suffix(".md")
    return check_json(bench) + (check_text(bench, report.read_text(encoding="utf-8")) if report.exists() else [])
