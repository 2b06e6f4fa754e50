"""Baseline workers of Kernelwright."""
