"""What a task does with its records: an action's value, a map output, the bounds of a sort, or lines of a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any, cast

from minispark.engine.core.errors import (
    DiskFullError,
    LocalDirectoryError,
    ResultNotSerializableError,
)
from minispark.engine.core.loads import packed
from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.core.parts import Payload, Several
from minispark.engine.core.values import replace
from minispark.engine.kernels.counting import as_counting
from minispark.engine.kernels.environment import Environment
from minispark.engine.kernels.evaluate import Evaluation
from minispark.engine.kernels.lifted import action_value, write_lifted
from minispark.engine.kernels.parts import write_part
from minispark.engine.kernels.reports import pack_report
from minispark.engine.kernels.results import Result, ResultLimit, encode_records, encode_value
from minispark.engine.kernels.sorting import count_range
from minispark.engine.kernels.words import count_lines, write_words
from minispark.engine.kernels.writing import Writer, open_writer
from minispark.engine.plan.exchanges import Combine, Distinct, Sort
from minispark.engine.plan.program import ActionSink, BoundsSink, FileSink, ReadStep, ShuffleSink, Sink
from minispark.engine.serde.codec import encode
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.meter import KeyMeter
from minispark.engine.shuffle.output import ShuffleOutput

Report = Callable[[], TaskReport]


def run_sink(sink: Sink, evaluation: Evaluation, environment: Environment, report: Report) -> Success:
    """Read the program's records to the end (or as far as the action wants) and commit what they come to."""

    def finished() -> TaskReport:
        evaluation.complete_kept()
        return report()

    return _SINKS[type(sink)](sink, evaluation, environment, finished)


# --- actions ------------------------------------------------------------------------------------------------------


def _action(sink: ActionSink, evaluation: Evaluation, environment: Environment, report: Report) -> Success:
    if evaluation.task.several:
        results = tuple([_result(sink, evaluation, environment, records) for records in evaluation.each()])
        return Success(result=Several(results), report=report())
    last = evaluation.program.steps[-1]
    if sink.kind == "count" and isinstance(last, ReadStep) and isinstance(last.exchange, Sort):
        total = count_range(last, evaluation.task.partition, environment, evaluation.task.counters)
        return Success(report(), encode([total]))
    if environment.settings.lifting:
        limit = ResultLimit(evaluation.task.partition, environment.settings.result_bytes_max)
        lines = count_lines(sink, evaluation.program, evaluation.task)
        lifted = action_value(sink, evaluation.program, evaluation.task) if lines is None else (lines,)
        if lifted is not None:
            return Success(report(), encode_value(lifted[0], limit))
    return Success(result=_result(sink, evaluation, environment, evaluation.records()), report=report())


def _result(sink: ActionSink, evaluation: Evaluation, environment: Environment, records: Iterator[Any]) -> Result:
    """What the records of one partition come to."""
    limit = ResultLimit(evaluation.task.partition, environment.settings.result_bytes_max)
    if sink.function is not None:
        return _value(sink.function(evaluation.task.partition, records), limit)
    if sink.kind in _REDUCED:
        return encode_value(_REDUCED[sink.kind](records), limit)
    return encode_records(records if sink.kind == "collect" else islice(records, sink.limit), limit)


def _value(value: Any, limit: ResultLimit) -> Payload:
    """Raises ResultNotSerializableError naming the record where the value is a list of them."""
    try:
        return encode_value(value, limit)
    except ResultNotSerializableError:
        if type(value) is list:
            encode(value)
        raise


def _count(records: Iterator[Any]) -> int:
    """The length of an iterator, counted in C."""
    counter = count()
    deque(zip(records, counter, strict=False), maxlen=0)
    return next(counter)


def _sum(records: Iterator[Any]) -> Any:
    return sum(records)


_REDUCED: dict[str, Callable[[Iterator[Any]], Any]] = {"count": _count, "sum": _sum}


# --- map outputs --------------------------------------------------------------------------------------------------


def _shuffle(sink: ShuffleSink, evaluation: Evaluation, environment: Environment, report: Report) -> Success:
    task = evaluation.task
    file = environment.open_output(sink.shuffle_id, task.index, task.attempt_id, task.entry)
    try:
        meter = KeyMeter(sink.shuffle_id << 32 | task.index, isinstance(sink.exchange, (Combine, Distinct)))
        output = ShuffleOutput(file, sink.partitioner, meter=meter)
        lifting = environment.settings.lifting
        program = evaluation.program
        if lifting and (
            write_words(sink, program, task, environment, output)
            or write_lifted(sink, program, task, environment, output)
        ):
            digest = output.digest()
        else:
            writer = open_writer(sink, output, environment, task.index)
            _consume(writer, evaluation)
            digest = writer.finish()
        counters = task.counters
        counters.records_written = output.records
        counters.shuffle_bytes_written = file.size
        routed = None if isinstance(sink.exchange, Sort) else sink.partitioner
        reducers = 0 if routed is None else routed.partitions
        heavy, met = meter.finish(routed, task.partition), meter.met.total
        finished = replace(report(), digest=digest, reducers=reducers, heavy=heavy, records_met=met)
        summary = file.commit(pack_report(finished), reducers)
    except (DiskFullError, LocalDirectoryError) as error:
        file.abort()
        raise type(error)(f"the output of map task {task.index} of shuffle {sink.shuffle_id}: {error}") from error
    except BaseException:
        file.abort()
        raise
    sizes = {"reducer_records": summary.slot_records.tobytes(), "reducer_bytes": summary.slot_bytes.tobytes()}
    return Success(replace(finished, **sizes))


def _consume(writer: Writer, evaluation: Evaluation) -> None:
    counting = as_counting(evaluation.program) if isinstance(writer, CombineWriter) else None
    if counting is None:
        writer.consume(evaluation.records())
    else:
        evaluation.program, number = counting
        cast("CombineWriter", writer).consume_counted(evaluation.records(), number)


def _bounds(sink: BoundsSink, evaluation: Evaluation, environment: Environment, report: Report) -> Success:
    task = evaluation.task
    file = environment.open_output(sink.shuffle_id, task.index, task.attempt_id, task.entry)
    try:
        records = list(evaluation.records())
        file.append(0, encode(records), len(records))
        counters = task.counters
        ranges = {
            "reducer_records": packed(counters.range_records),
            "reducer_bytes": packed(counters.range_bytes),
            "by_bytes": counters.by_bytes,
        }
        finished = replace(report(), digest=file.content_digest(), **ranges)
        file.commit(pack_report(finished))
    except (DiskFullError, LocalDirectoryError) as error:
        file.abort()
        raise type(error)(f"the output of map task {task.index} of shuffle {sink.shuffle_id}: {error}") from error
    except BaseException:
        file.abort()
        raise
    return Success(finished)


# --- files --------------------------------------------------------------------------------------------------------


def _file(sink: FileSink, evaluation: Evaluation, environment: Environment, report: Report) -> Success:
    task = evaluation.task
    path = f"{sink.directory}/part-{task.partition:05d}-{task.attempt_id}"
    task.counters.records_written = write_part(sink, path, evaluation.records())
    return Success(report(), encode([path]))


_SINKS: dict[type, Callable[[Any, Evaluation, Environment, Report], Success]] = {
    ActionSink: _action,
    ShuffleSink: _shuffle,
    BoundsSink: _bounds,
    FileSink: _file,
}
