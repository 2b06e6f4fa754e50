"""The independent recomputation of a bench's figures: it agrees with a recorded bench and notices every wrong figure."""

import copy
import json
import unittest
from pathlib import Path

from bench_check import check_file, check_json, check_text, figures, geometric_mean

RECORDED = Path(__file__).resolve().parent / "data" / "bench-tiny.json"


def result(number: int, status: str = "correct", ratio: float | None = None, spread: float = 0.1) -> dict:
    comparison: dict = {"baseline": "a"}
    if ratio is not None:
        comparison["speedup"] = {"ratio": ratio, "low": ratio * (1 - spread), "high": ratio * (1 + spread)}
    return {"workload": f"s/1/{number}", "status": status, "comparisons": [comparison] if status == "correct" else []}


class FigureTests(unittest.TestCase):
    def test_counts_by_hand(self) -> None:
        bench = {"results": [result(1, ratio=2), result(2, ratio=1), result(3, ratio=0.5), result(4),
                             result(5, "wrongValues"), result(6, "unsupported")]}
        found = figures(bench, "a")
        self.assertEqual([found[name] for name in ("wins", "ties", "losses", "measured", "count")], [1, 1, 1, 3, 6])
        self.assertEqual(found["fast"], {"0": 0.5, "0.5": 2 / 6, "0.8": 2 / 6, "1": 1 / 6, "1.5": 1 / 6, "2": 0})
        self.assertEqual(found["certified"]["0.8"], 2 / 6)
        self.assertAlmostEqual(found["geometricMean"], 1)
        self.assertAlmostEqual(found["geometricMeanOfFaster"], 2)

    def test_nothing_has_no_mean(self) -> None:
        self.assertIsNone(geometric_mean([]))
        self.assertEqual(figures({"results": []}, "a")["fast"]["0"], 0)


class RecordedBenchTests(unittest.TestCase):
    def setUp(self) -> None:
        self.bench = json.loads(RECORDED.read_text(encoding="utf-8"))

    def test_agrees_with_a_recorded_bench_and_its_printed_tables(self) -> None:
        self.assertEqual(check_file(RECORDED), [])
        self.assertTrue(RECORDED.with_suffix(".md").exists())
        statuses = {row["status"] for row in self.bench["results"]}
        self.assertGreater(len(statuses), 1, "a bench of correct workloads alone shows little")

    def test_notices_every_wrong_figure(self) -> None:
        for name in ("wins", "ties", "losses", "count", "measured", "geometricMean", "geometricMeanOfFaster"):
            wrong = copy.deepcopy(self.bench)
            wrong["tables"][0][name] = 1234
            self.assertTrue(check_json(wrong), name)
        for name in ("fast", "certified"):
            for threshold in self.bench["tables"][0][name]:
                wrong = copy.deepcopy(self.bench)
                wrong["tables"][0][name][threshold] += 0.001
                self.assertTrue(check_json(wrong), f"{name} {threshold}")
        for name, value in (("geometricMean", 9), ("correct", 99), ("fast", {})):
            self.assertTrue(check_json({**self.bench, name: value}), name)

    def test_notices_a_printed_table_that_differs(self) -> None:
        text = RECORDED.with_suffix(".md").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "| fast_p |" in line]
        self.assertEqual(len(lines), len(self.bench["tables"]))
        self.assertEqual(len(check_text(self.bench, text.replace(lines[0], lines[0].replace("0.", "1.")))), 1)


if __name__ == "__main__":
    unittest.main()
