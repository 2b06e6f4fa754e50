"""Rewrites graphs in which memory is overwritten under one name and read under another."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch._ops import OpOverload
from torch.export import ExportedProgram
from torch.export.graph_signature import OutputKind

from .aliasing import Call, live_calls, stale_reads, storage_roots
from .fx_graph import may_alias
from .workload_form import Reference

TRAINING_NORM = torch.ops.aten._native_batch_norm_legit_functional.default


def without_stale_reads(program: ExportedProgram) -> ExportedProgram:
    """The same program if its operators in place may be read as making new values of their operands, else one without
    such operators: views that were overwritten are scattered into new values of what they show."""
    if not _has_stale_reads(program):
        return program
    functional: ExportedProgram = program.run_decompositions({})
    _restore_batch_norm(functional)
    return functional


def _has_stale_reads(program: ExportedProgram) -> bool:
    nodes = [
        node
        for node in program.graph.nodes
        if node.op == "call_function" and (isinstance(node.target, OpOverload) or node.target is operator.getitem)
    ]
    calls = [
        Call(
            node.name,
            "getitem" if node.target is operator.getitem else str(node.target),
            list(_with_references(node.args)),
            _with_references(node.kwargs),
        )
        for node in nodes
        if not str(node.target).startswith("aten._assert")
    ]
    made = {call.name for call in calls}
    given = [node.name for node in program.graph.nodes if node.op != "output" and node.name not in made]
    outputs = _user_outputs(program)
    roots = storage_roots(calls, given, may_alias)
    return bool(stale_reads(live_calls(calls, outputs, roots), outputs, roots))


def _with_references(value: Any) -> Any:
    def reference(node: torch.fx.Node) -> Any:
        return Reference(node.name)

    return torch.fx.node.map_arg(value, reference)


def _user_outputs(program: ExportedProgram) -> list[str]:
    made = {node.name for node in program.graph.nodes}
    names = [spec.arg.name for spec in program.graph_signature.output_specs if spec.kind == OutputKind.USER_OUTPUT]
    return [name for name in names if name in made]


def _restore_batch_norm(program: ExportedProgram) -> None:
    """Leaves out the new running statistics, which are no output of a workload, and writes batch norm as it was."""
    graph = program.graph
    user = set(_user_outputs(program))
    result = next(node for node in graph.nodes if node.op == "output")
    result.args = (tuple(node for node in result.args[0] if not isinstance(node, torch.fx.Node) or node.name in user),)
    for node in [node for node in graph.nodes if node.target is TRAINING_NORM]:
        with graph.inserting_before(node):
            norm = graph.call_function(torch.ops.aten.batch_norm.default, (*node.args, False))
        norm.meta["val"] = node.meta["val"][0]
        for part in [part for part in node.users if part.args[1] == 0]:
            part.replace_all_uses_with(norm)
    graph.eliminate_dead_code()
