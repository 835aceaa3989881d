"""The map side of each exchange."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.environment import Environment
from minispark.engine.plan.exchanges import Combine, Distinct, Group, Plain, Sort, Spread
from minispark.engine.plan.program import ShuffleSink
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.group import GroupWriter
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.sort import SortWriter
from minispark.engine.shuffle.spread import SpreadWriter


class Writer(Protocol):
    """Prepares a map task's records and appends them to its output."""

    @property
    def records_written(self) -> int: ...

    def consume(self, records: Iterator[Any]) -> None: ...

    def finish(self) -> bytes | None: ...


def open_writer(sink: ShuffleSink, output: ShuffleOutput, environment: Environment, map_id: int) -> Writer:
    """The writer for an exchange, which appends to ``output``, that of map task ``map_id``."""
    exchange, memory = sink.exchange, environment.memory
    if isinstance(exchange, Combine):
        return CombineWriter(output, memory, exchange.create, exchange.merge_value)
    if isinstance(exchange, Group):
        return GroupWriter(output, memory)
    if isinstance(exchange, Distinct):
        return DistinctWriter(output, memory)
    if isinstance(exchange, Plain):
        return PlainWriter(output, memory)
    if isinstance(exchange, Sort):
        return SortWriter(output, memory, exchange.key, exchange.ascending)
    if isinstance(exchange, Spread):
        return SpreadWriter(output, memory, map_id)
    raise InternalError(f"no writer for exchange {type(exchange).__name__}")
