"""What is skewed: the load of every stage that reads a shuffle, its hot keys by name, and the remedy that it wants."""

from __future__ import annotations

from collections.abc import Iterator
from operator import add
from typing import Any

from minispark.engine.core.values import replace, value
from minispark.engine.observe.loads import LoadBoard, MeasuredRead
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.program import ActionSink
from minispark.rdd.context import SparkContext
from minispark.rdd.core import RDDBase
from minispark.skew.advice import Case, advise
from minispark.skew.hotness import HotLoad, hot_keys
from minispark.skew.page import as_html
from minispark.skew.picture import write_picture
from minispark.skew.spread import spread_of
from minispark.skew.stageskew import StageSkew
from minispark.skew.table import as_text


@value
class SkewReport:
    """``stages`` in the order in which they were planned. ``str()`` of it is a table, a notebook shows it as one."""

    stages: tuple[StageSkew, ...]

    def __str__(self) -> str:
        return as_text(self.stages)

    def _repr_html_(self) -> str:
        return as_html(self.stages)

    def plot(self, file: str) -> None:
        """Write a picture (SVG): of each stage the tasks as bars, with the hot keys that they hold. Raises OSError."""
        write_picture(self.stages, file)


def report(source: Any) -> SkewReport:
    """How evenly shuffles load their reducers, and which keys are to blame.

    ``source`` is an RDD, whose map stages run now unless they have run already, and are used by its next action; or a
    SparkContext, for all that it has run; or the id of a job of the active context. Figures are those of the map
    outputs that count now, whatever was lost and computed again; the oldest of a thousand jobs are forgotten.

    Keys of 5 % and more of their side are named, smaller ones where they fill a reducer; none of keys that all have
    about the same. Shares are within a tenth of the truth. The load of a reducer is what travels to it.

    Raises TypeError for another kind of source, ValueError for a job that is not known (any more).

    >>> from minispark import skew
    >>> visits = sc.parallelize([("home", n) for n in range(900)] + [(f"page {n}", n) for n in range(100)], 4)
    >>> found = skew.report(visits.groupByKey(4)).stages[0]
    >>> found.hot[0].name, found.hot[0].records_share, found.advice.remedy
    ("'home'", 0.9, 'reduceByKey or aggregateByKey')
    """
    if isinstance(source, RDDBase):
        board, job_id = source.ctx._session.loads, _run_map_stages(source)
    elif isinstance(source, SparkContext):
        board, job_id = source._session.loads, None
    elif isinstance(source, int) and not isinstance(source, bool):
        board, job_id = _board_of(source), source
    else:
        raise TypeError(f"report needs an RDD, a SparkContext or a job's id, not {source!r:.200}")
    reads = board.reads(job_id) if job_id != NO_JOB else []
    return SkewReport(tuple(_measured(read) for read in reads))


NO_JOB = -1


def _placed(key: HotLoad, sizes: list[int]) -> HotLoad:
    """With its task, if there is one only that has room for it: a sort does not say where keys go."""
    if key.reducer >= 0 or not sizes:
        return key
    able = [task for task, size in enumerate(sizes) if size >= 0.9 * key.bytes]
    return replace(key, reducer=able[0]) if len(able) == 1 else key


def _run_map_stages(rdd: RDDBase[Any]) -> int:
    """Run a job that needs every shuffle and reads none. Returns its id."""
    if rdd.getNumPartitions() == 0:
        return NO_JOB
    handle = rdd.ctx._submit(rdd._node, ActionSink(_read_nothing), 0, call_site())
    rdd.ctx._session.result(handle)
    return handle.request.job_id


def _read_nothing(partition: int, records: Iterator[Any]) -> None:
    return None


def _board_of(job_id: int) -> LoadBoard:
    context = SparkContext._active
    if context is None:
        raise ValueError(f"report({job_id}): there is no active SparkContext that could know of a job")
    board = context._session.loads
    if not board.knows(job_id):
        raise ValueError(f"report({job_id}): the active SparkContext knows no such job, or has forgotten it")
    return board


def _measured(measured: MeasuredRead) -> StageSkew:
    read, sides = measured.read, measured.loads
    tasks = max(len(loads.reducer_records) for loads in sides)
    records, sizes = [0] * tasks, [0] * tasks
    hot: list[HotLoad] = []
    for side, loads in zip(read.sides, sides, strict=True):
        if loads.reducer_records:
            records = list(map(add, records, loads.reducer_records))
            sizes = list(map(add, sizes, loads.reducer_bytes))
        hot += hot_keys(loads, tasks, side)
    hot = [_placed(key, sizes) for key in hot]
    by_records = _unevenness(records) > _unevenness(sizes)
    case = Case(read.kind, tuple(records if by_records else sizes), sides, tuple(hot), by_records)
    return StageSkew(
        measured.stage_ids,
        read.operator,
        read.kind,
        tasks,
        spread_of(records),
        spread_of(sizes),
        tuple(hot),
        advise(case),
        tuple(records),
        tuple(sizes),
        tuple(f"{each.what}: {each.why}" for each in measured.adapted),
    )


def _unevenness(loads: list[int]) -> float:
    """The longest task's load as a multiple of the mean."""
    return max(loads) * len(loads) / max(sum(loads), 1) if loads else 0.0
