"""What shares memory, what is overwritten, what is needed: on graphs written by hand."""

from __future__ import annotations

import unittest

from kernelwright_bridge.aliasing import Call, live_calls, overwritten_givens, stale_reads, storage_roots
from kernelwright_bridge.workload_form import Reference


def call(name: str, op: str, *operands: str) -> Call:
    return Call(name, f"aten.{op}.default", [Reference(operand) for operand in operands])


def is_view(made: Call) -> bool:
    return made.op == "aten.view.default"


class AliasingTests(unittest.TestCase):
    def test_a_view_of_an_input_that_is_overwritten_counts_as_the_input(self) -> None:
        calls = [call("v", "view", "x"), call("r", "relu_", "v"), call("y", "add", "x", "r")]
        roots = storage_roots(calls, ["x"], is_view)
        self.assertEqual(overwritten_givens(calls, ["x"], roots), {"x"})

    def test_fresh_memory_may_be_overwritten(self) -> None:
        calls = [call("a", "add", "x", "w"), call("v", "view", "a"), call("r", "relu_", "v")]
        roots = storage_roots(calls, ["x", "w"], is_view)
        self.assertEqual(overwritten_givens(calls, ["x", "w"], roots), set())

    def test_a_node_that_overwrites_what_is_read_later_is_needed_though_nobody_names_it(self) -> None:
        calls = [call("a", "add", "x"), call("v", "view", "a"), call("r", "relu_", "v"), call("y", "exp", "a")]
        roots = storage_roots(calls, ["x"], is_view)
        self.assertEqual([each.name for each in live_calls(calls, ["y"], roots)], ["a", "v", "r", "y"])

    def test_a_counter_that_nobody_reads_is_left_out(self) -> None:
        calls = [call("count", "add_", "counter"), call("y", "relu", "x")]
        roots = storage_roots(calls, ["x", "counter"], is_view)
        self.assertEqual([each.name for each in live_calls(calls, ["y"], roots)], ["y"])

    def test_what_is_overwritten_after_its_last_use_is_not_computed(self) -> None:
        calls = [call("a", "exp", "x"), call("y", "relu", "a"), call("r", "relu_", "a")]
        roots = storage_roots(calls, ["x"], is_view)
        self.assertEqual([each.name for each in live_calls(calls, ["y"], roots)], ["a", "y"])

    def test_a_view_made_before_and_read_after_its_memory_is_overwritten_is_stale(self) -> None:
        calls = [call("a", "exp", "x"), call("v", "view", "a"), call("r", "relu_", "v"), call("y", "exp", "a")]
        roots = storage_roots(calls, ["x"], is_view)
        self.assertEqual(stale_reads(calls, ["y"], roots), [("r", "a")])
        self.assertEqual(stale_reads(calls[:3], ["r"], roots), [])
        self.assertEqual(stale_reads(calls[:3], ["a"], roots), [("r", "a")])

    def test_views_made_after_an_operator_in_place_are_not_stale(self) -> None:
        calls = [call("a", "exp", "x"), call("r", "relu_", "a"), call("v", "view", "r"), call("y", "exp", "v")]
        roots = storage_roots(calls, ["x"], is_view)
        self.assertEqual(stale_reads(calls, ["y"], roots), [])

    def test_double_underscores_are_no_operators_in_place(self) -> None:
        self.assertIsNone(Call("n", "aten.__and__.Tensor", [Reference("x")]).overwritten)
        self.assertEqual(Call("n", "aten.add_.Tensor", [Reference("x")]).overwritten, "x")
        self.assertIsNone(Call("n", "getitem", [Reference("x"), 0]).overwritten)


if __name__ == "__main__":
    unittest.main()
