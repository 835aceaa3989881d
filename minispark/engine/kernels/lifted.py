"""Stages whose functions are understood whole, run in columns instead of record by record.

Only a range has records that are sure to be whole numbers, and only where every operator is understood and the sink is
one of ours does no function of the user's run that could see, or change, a name that a lifted one reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import Environment
from minispark.engine.lifting.chains import LiftedChain, lift
from minispark.engine.lifting.expressions import INT64_MAX, KEY_MAX, Span
from minispark.engine.plan.exchanges import Combine, Distinct, Exchange, Group, Plain
from minispark.engine.plan.nodes import RangeSlices
from minispark.engine.plan.partitioners import portable_hash
from minispark.engine.plan.program import ActionSink, ChainStep, ShuffleSink, SourceStep, StageProgram
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.recognised import is_addition, is_identity

RECORDS_MIN = 1 << 16
"""Below it, importing numpy (a tenth of a second, once per worker) may cost more than it saves. By the number of
records alone, so that a partition computed again takes the same way and gives the same order."""

_BLOCK_ROWS_MIN, _BLOCK_ROWS_MAX = 1 << 12, 1 << 18
_ROW_BYTES = 64


@value(eq=False)
class Lifted:
    """A partition to be computed in columns."""

    chain: LiftedChain
    numbers: range
    spans: list[Span]


def lifted(program: StageProgram, partition: int) -> Lifted | None:
    """What is to be computed, if the whole program up to its sink is understood."""
    source, *rest = program.steps
    if not isinstance(source, SourceStep) or not isinstance(source.data, RangeSlices) or len(rest) > 1:
        return None
    numbers = source.data.slices[partition]
    if len(numbers) < RECORDS_MIN or (rest and not isinstance(rest[0], ChainStep)):
        return None
    chain = lift(rest[0].operators if rest and isinstance(rest[0], ChainStep) else ())
    spans = None if chain is None else chain.spans(numbers)
    return None if chain is None or spans is None else Lifted(chain, numbers, spans)


def action_value(sink: ActionSink, program: StageProgram, task: TaskState) -> tuple[Any] | None:
    """The value of a recognised action, in a tuple; None if it must be computed record by record."""
    act = _ACTIONS.get(sink.kind) if sink.function is None else None
    found = None if act is None else lifted(program, task.partition)
    if act is None or found is None:
        return None
    result = act(found)
    if result is not None:
        task.counters.records_read += len(found.numbers)
    return result


def _count(found: Lifted) -> tuple[Any] | None:
    from minispark.engine.lifting.columns import blocks  # numpy

    return (sum(len(columns[0]) for columns in blocks(found.chain, found.numbers)),)


def _sum(found: Lifted) -> tuple[Any] | None:
    from minispark.engine.lifting.columns import ROWS, blocks  # numpy

    if found.chain.is_tuple or _largest(found.spans[0]) * ROWS > INT64_MAX:
        return None
    return (sum(int(columns[0].sum()) for columns in blocks(found.chain, found.numbers)),)


def _collect(found: Lifted) -> tuple[Any] | None:
    from minispark.engine.lifting.columns import blocks  # numpy

    records: list[Any] = []
    for columns in blocks(found.chain, found.numbers):
        lists = [column.tolist() for column in columns]
        records += zip(*lists, strict=True) if found.chain.is_tuple else lists[0]
    return (records,)


_ACTIONS: dict[str, Callable[[Lifted], tuple[Any] | None]] = {"count": _count, "sum": _sum, "collect": _collect}


def write_lifted(
    sink: ShuffleSink, program: StageProgram, task: TaskState, environment: Environment, output: ShuffleOutput
) -> bool:
    """Write a map output in columns. False, with nothing written, if it must be done record by record."""
    if sink.partitioner.function is not portable_hash or not isinstance(
        sink.exchange, (Distinct, Plain, Group, Combine)
    ):
        return False
    found = lifted(program, task.partition)
    if found is None:
        return False
    rows = max(_BLOCK_ROWS_MIN, min(environment.memory.batch_bytes // _ROW_BYTES, _BLOCK_ROWS_MAX))
    if not _fits(sink.exchange, found, rows):
        return False
    from minispark.engine.lifting.columns import blocks  # numpy
    from minispark.engine.shuffle.columns import write_columns

    task.counters.records_read += len(found.numbers)
    write_columns(blocks(found.chain, found.numbers, rows), sink.exchange, output)
    return True


def _fits(exchange: Exchange, found: Lifted, rows: int) -> bool:
    """Whether the records have the form that the exchange needs in columns."""
    chain = found.chain
    if chain.truths[0] or _largest(found.spans[0]) > KEY_MAX:
        return False
    if isinstance(exchange, Distinct):
        return not chain.is_tuple
    if not chain.is_tuple or len(chain.truths) != 2:
        return False
    if isinstance(exchange, Combine):
        adds = is_addition(exchange.merge_value) and (exchange.create is None or is_identity(exchange.create))
        return adds and not chain.truths[1] and _largest(found.spans[1]) * rows <= INT64_MAX
    return True


def _largest(span: Span) -> int:
    return max(abs(span[0]), abs(span[1]))
