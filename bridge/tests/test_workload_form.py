"""The JSON form of arguments and constants."""

from __future__ import annotations

import base64
import math
import unittest
import zlib

import numpy as np

from kernelwright_bridge.workload_form import Reference, argument, constant, references


class WorkloadFormTests(unittest.TestCase):
    def test_references_and_infinities_are_told_apart_from_text(self) -> None:
        self.assertEqual(
            argument(["%x", [1, "%y"], "inf", "-inf", "ij,jk->ik", None, True]),
            [Reference("x"), [1, Reference("y")], math.inf, -math.inf, "ij,jk->ik", None, True],
        )
        self.assertTrue(math.isnan(argument("nan")))

    def test_references_are_found_in_any_depth_in_order(self) -> None:
        self.assertEqual(list(references(argument(["%x", ["%y", ["%x"]], 3]))), ["x", "y", "x"])

    def test_one_value_fills_the_shape(self) -> None:
        found = constant({"dtype": "float32", "shape": [2, 3], "values": [0.5]})
        np.testing.assert_array_equal(found, np.full((2, 3), 0.5, np.float32))
        self.assertEqual(constant({"dtype": "int64", "shape": [], "values": 7}).shape, ())

    def test_every_encoding_gives_the_same_elements(self) -> None:
        right = np.array([[1, -2], [3, 4]], np.int64)
        raw = right.tobytes()
        forms = (
            {"values": [1, -2, 3, 4]},
            {"base64": base64.b64encode(raw).decode()},
            {"zlib_base64": base64.b64encode(zlib.compress(raw)).decode()},
        )
        for form in forms:
            np.testing.assert_array_equal(constant({"dtype": "int64", "shape": [2, 2], **form}), right)

    def test_half_types_are_written_as_float32(self) -> None:
        raw = base64.b64encode(np.array([1.5, -2], np.float32).tobytes()).decode()
        for dtype in ("float16", "bfloat16"):
            self.assertEqual(constant({"dtype": dtype, "shape": [2], "base64": raw}).tolist(), [1.5, -2])

    def test_infinite_elements(self) -> None:
        self.assertEqual(constant({"dtype": "float32", "shape": [2], "values": ["-inf", 1]}).tolist(), [-math.inf, 1])

    def test_a_wrong_number_of_elements_is_an_error(self) -> None:
        with self.assertRaises(ValueError):
            constant({"dtype": "float32", "shape": [3], "values": [1, 2]})


if __name__ == "__main__":
    unittest.main()
