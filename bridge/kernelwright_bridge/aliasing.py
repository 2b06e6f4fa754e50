"""Which values of a graph share memory, so that operators in place never reach what is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .workload_form import references


@dataclass(frozen=True)
class Call:
    """One node of a workload with decoded arguments."""

    name: str
    op: str
    arguments: list[Any]
    keywords: dict[str, Any] = field(default_factory=dict)

    @property
    def operands(self) -> list[str]:
        """Names of all values the node reads."""
        return [*references(self.arguments), *references(self.keywords)]

    @property
    def overwritten(self) -> str | None:
        """The operand that an operator in place, such as aten.add_.Tensor, overwrites."""
        parts = self.op.split(".")
        in_place = len(parts) > 1 and parts[1].endswith("_") and not parts[1].endswith("__")
        return next(references(self.arguments), None) if in_place else None


def storage_roots(calls: Iterable[Call], given: Iterable[str], may_alias: Callable[[Call], bool]) -> dict[str, set[str]]:
    """For every value, the values in whose memory it may lie: itself where its operator makes fresh memory.

    `given` are values that no node makes. `may_alias` says whether a node's result may be a view of an operand.
    """
    roots = {name: {name} for name in given}
    for call in calls:
        if call.overwritten is not None:
            roots[call.name] = roots[call.overwritten]
        elif may_alias(call):
            roots[call.name] = {call.name}.union(*(roots[name] for name in call.operands))
        else:
            roots[call.name] = {call.name}
    return roots


def live_calls(calls: list[Call], outputs: Iterable[str], roots: dict[str, set[str]]) -> list[Call]:
    """The nodes that an output depends on, through values or through memory overwritten before it is read."""
    wanted = set(outputs)
    memory: set[str] = set().union(*(roots[name] for name in wanted))
    live = []
    for call in reversed(calls):
        writes = call.overwritten is not None and not memory.isdisjoint(roots[call.overwritten])
        if call.name in wanted or writes:
            live.append(call)
            wanted.update(call.operands)
            memory.update(*(roots[name] for name in call.operands))
    return live[::-1]


def overwritten_givens(calls: Iterable[Call], given: Iterable[str], roots: dict[str, set[str]]) -> set[str]:
    """The given values that some node overwrites, directly or through a view."""
    written: set[str] = set()
    for call in calls:
        if call.overwritten is not None:
            written |= roots[call.overwritten]
    return written.intersection(given)


def stale_reads(calls: list[Call], outputs: Iterable[str], roots: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Pairs of a node that overwrites its operand and another name of the same memory, made before and read after it.

    Without such pairs a graph means the same where an operator in place makes a new value of its operand's name.
    """
    last_use = {name: len(calls) for name in outputs}
    for position, call in reversed(list(enumerate(calls))):
        for name in call.operands:
            last_use.setdefault(name, position)
    made: list[str] = [name for name in roots if name not in {call.name for call in calls}]
    found = []
    for position, call in enumerate(calls):
        target = call.overwritten
        if target is not None:
            memory = roots[target]
            found += [
                (call.name, name)
                for name in made
                if name != target and last_use.get(name, -1) > position and not memory.isdisjoint(roots[name])
            ]
        made.append(call.name)
    return found
