"""A stage's program with the user's functions wrapped, so that a watch learns what they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import BuiltinFunctionType
from typing import Any

from minispark.engine.core.values import replace
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Combine, Sort
from minispark.engine.plan.operators import (
    CombineLocally,
    FlatMap,
    FlatMapValues,
    Glom,
    Keys,
    MapPartitions,
    Operator,
    Quarantine,
    SortLocally,
    Values,
)
from minispark.engine.plan.program import ActionSink, ChainStep, ReadStep, ShuffleSink, StageProgram, Step
from minispark.engine.serde.unchanged import Snapshot, has_changed, snapshot
from minispark.engine.worker.watch import Watch

Site = CallSite | None


def watched(program: StageProgram) -> tuple[StageProgram, Watch]:
    """The program, whose functions are now watched, and its watch."""
    watch = Watch(tuple(_whole_partition_sites(program)))
    steps = tuple(_step(step, watch) for step in program.steps)
    sink = program.sink
    if isinstance(sink, ShuffleSink):
        sink = replace(sink, exchange=_exchange(sink.exchange, program.site, watch))
    elif isinstance(sink, ActionSink) and sink.function is not None:
        sink = replace(sink, function=_Watching(sink.function, program.site, watch))
    return replace(program, steps=steps, sink=sink), watch


def _whole_partition_sites(program: StageProgram) -> Iterator[CallSite]:
    for step in program.steps:
        for operator in step.operators if isinstance(step, ChainStep) else ():
            if isinstance(operator, MapPartitions):
                yield operator.site
    if isinstance(program.sink, ActionSink) and program.sink.function is not None and program.site is not None:
        yield program.site


def _step(step: Step, watch: Watch) -> Step:
    if isinstance(step, ChainStep):
        return replace(step, operators=tuple(_operator(operator, watch) for operator in step.operators))
    if isinstance(step, ReadStep):
        return replace(step, exchange=_exchange(step.exchange, step.site, watch))
    return step


def _operator(operator: Operator, watch: Watch) -> Operator:
    if isinstance(operator, (Keys, Values, Glom, Quarantine)):
        return operator
    if isinstance(operator, CombineLocally):
        return replace(operator, exchange=_exchange(operator.exchange, operator.site, watch))
    if isinstance(operator, SortLocally):
        return replace(operator, key=_function(operator.key, operator.site, watch))
    if isinstance(operator, MapPartitions):
        return replace(operator, function=_Watching(operator.function, operator.site, watch))
    if isinstance(operator, (FlatMap, FlatMapValues)):
        return replace(operator, function=_WatchedItems(operator.function, operator.site, watch))
    return replace(operator, function=_function(operator.function, operator.site, watch))


def _exchange(exchange: Any, site: Site, watch: Watch) -> Any:
    if isinstance(exchange, Combine):
        functions = (exchange.create, exchange.merge_value, exchange.merge_combiners)
        return Combine(*(_function(function, site, watch) for function in functions))
    if isinstance(exchange, Sort):
        return replace(exchange, key=_function(exchange.key, site, watch))
    return exchange


def _function(function: Any, site: Site, watch: Watch) -> Any:
    """What is built in changes nothing of what it is given here, and is recognised by identity."""
    if function is None or isinstance(function, (BuiltinFunctionType, type)):
        return function
    return _Watched(function, site, watch)


class _Watched:
    """A function of one record, or of two operands."""

    def __init__(self, function: Callable[..., Any], site: Site, watch: Watch) -> None:
        self.function = function
        self.site = site
        self._watch = watch

    def __call__(self, *args: Any) -> Any:
        before = self._before(args)
        result = self.function(*args)
        self._after(before, args)
        return result

    def _before(self, args: tuple[Any, ...]) -> list[Snapshot | None]:
        self._watch.site = self.site
        return list(map(snapshot, args))

    def _after(self, before: list[Snapshot | None], args: tuple[Any, ...]) -> None:
        for place, (was, arg) in enumerate(zip(before, args, strict=True)):
            if was is not None and has_changed(was, arg):
                self._watch.changed(self.site, place, was, arg)


class _WatchedItems(_Watched):
    """A function that gives several records, perhaps one after another while they are asked for."""

    def __call__(self, *args: Any) -> Any:
        before = self._before(args)
        result = self.function(*args)
        if not isinstance(result, Iterator):
            self._after(before, args)
            return result
        return self._items(result, before, args)

    def _items(self, items: Iterator[Any], before: list[Snapshot | None], args: tuple[Any, ...]) -> Iterator[Any]:
        yield from items
        self._after(before, args)


class _Watching:
    """A function of a whole partition: only that it is at work is noted."""

    def __init__(self, function: Callable[..., Any], site: Site, watch: Watch) -> None:
        self.function = function
        self.site = site
        self._watch = watch

    def __call__(self, index: int, records: Iterable[Any]) -> Any:
        self._watch.site = self.site
        result = self.function(index, records)
        return self._items(result) if isinstance(result, Iterator) else result

    def _items(self, items: Iterator[Any]) -> Iterator[Any]:
        while True:
            self._watch.site = self.site
            try:
                item = next(items)
            except StopIteration:
                return
            yield item
