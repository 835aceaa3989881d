"""What minispark means to reach, as ratios, which hold on any machine; and whether a report shows it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from minispark.bench.catalogue import PROGRAMS
from minispark.bench.frame_tables import ahead_of_spark, large_in_little_memory, like_duckdb, soon_there
from minispark.bench.promises import growth_in_partitions, growth_in_records, large_jobs, memory_limit
from minispark.bench.report import Report
from minispark.bench.verdict import Verdict

SPARK_TIMES = 4.0
SPARK_TIMES_LEAST = 2.0
SCHEDULING_TIMES = 50.0
NARROW_MOST = 1.2
DASK_TIMES = 2.0
WORKERS_SHARE = 1.7 / 1.9
"""Of what two independent plain processes gain over one."""
TASK_MICROSECONDS = 100.0
CORES = 2
DATA = tuple(program.name for program in PROGRAMS if program.group == "data")
SCHEDULING = ("many_jobs", "many_tasks", "many_blocks")
PIPELINES = ("narrow_sum", "narrow_json", "narrow_words")
TASKS = {"many_tasks": 5_000, "tasks_50000": 50_000}


def verdicts(report: Report) -> list[Verdict]:
    """Every goal, judged by what was measured at full size on as many cores as the goals speak of."""
    whole = {
        name: section
        for name, section in report.sections.items()
        if section.settings.get("scale", 1.0) == 1.0 and section.settings.get("cores", CORES) == CORES
    }
    return [judge(Report(report.about, whole, report.studies)) for judge in JUDGES]


def times_of(report: Report, program: str, engine: str) -> float | None:
    """How many times as long as minispark the engine takes."""
    ours, theirs = report.median(program, "minispark"), report.median(program, engine)
    return theirs / ours if ours and theirs else None


def geometric_mean(numbers: Iterable[float]) -> float:
    """
    >>> round(geometric_mean([2.0, 8.0]), 6)
    4.0
    """
    logs = [math.log(number) for number in numbers]
    return math.exp(sum(logs) / len(logs))


def data_against_spark(report: Report) -> Verdict:
    goal = f"the nine data programs: geometric mean at least {SPARK_TIMES:g} x PySpark"
    times = _known(report, DATA, "spark")
    if len(times) < len(DATA):
        return Verdict(goal, "", None)
    mean = geometric_mean(times.values())
    return Verdict(goal, f"{mean:.1f} x", mean >= SPARK_TIMES)


def each_against_spark(report: Report) -> Verdict:
    goal = f"each of them but JSON at least {SPARK_TIMES_LEAST:g} x"
    times = _known(report, [name for name in DATA if name != "json_sums"], "spark")
    if len(times) < len(DATA) - 1:
        return Verdict(goal, "", None)
    worst = min(times, key=times.__getitem__)
    return Verdict(goal, f"least {times[worst]:.1f} x ({worst})", times[worst] >= SPARK_TIMES_LEAST)


def scheduling_against_spark(report: Report) -> Verdict:
    goal = f"the three scheduling programs: each at least {SCHEDULING_TIMES:g} x PySpark"
    times = _known(report, SCHEDULING, "spark")
    if len(times) < len(SCHEDULING):
        return Verdict(goal, "", None)
    text = ", ".join(f"{name} {ratio:.0f} x" for name, ratio in times.items())
    return Verdict(goal, text, min(times.values()) >= SCHEDULING_TIMES)


def narrow_against_processes(report: Report) -> Verdict:
    goal = f"narrow pipelines: at most {NARROW_MOST:g} x as long as a plain Python process per core"
    times = _known(report, PIPELINES, "processes")
    if len(times) < len(PIPELINES):
        return Verdict(goal, "", None)
    shares = {name: 1 / ratio for name, ratio in times.items()}
    text = ", ".join(f"{name} {share:.2f} x" for name, share in shares.items())
    return Verdict(goal, text, max(shares.values()) <= NARROW_MOST)


def words_against_multiprocessing(report: Report) -> Verdict:
    times = times_of(report, "word_count", "multiprocessing")
    goal = "word count: ahead of a multiprocessing script"
    return Verdict(goal, f"{times:.2f} x" if times else "", times > 1.0 if times else None)


def words_against_dask(report: Report) -> Verdict:
    times = times_of(report, "word_count", "dask")
    goal = f"word count: at least {DASK_TIMES:g} x Dask Bag's frequencies"
    return Verdict(goal, f"{times:.2f} x" if times else "", times >= DASK_TIMES if times else None)


def two_workers(report: Report) -> Verdict:
    goal = "two workers against one: at least 1.7 x where two plain processes reach 1.9 x (in proportion)"
    gains, shares = [], []
    for name in PIPELINES:
        ours = _gain(report, name, "minispark-1", "minispark")
        plain = _gain(report, name, "processes-1", "processes")
        if not ours or not plain:
            return Verdict(goal, "", None)
        gains.append(f"{name} {ours:.2f} x of {plain:.2f} x")
        shares.append(ours / plain)
    return Verdict(goal, ", ".join(gains), min(shares) >= WORKERS_SHARE)


def task_overhead(report: Report) -> Verdict:
    goal = f"at most {TASK_MICROSECONDS:g} us a task, end to end, at 5,000 and at 50,000 tasks"
    costs = {name: report.median(name, "minispark") for name in TASKS}
    each = {name: seconds / TASKS[name] * 1e6 for name, seconds in costs.items() if seconds}
    if len(each) < len(TASKS):
        return Verdict(goal, "", None)
    text = ", ".join(f"{cost:.0f} us at {TASKS[name]:,}" for name, cost in each.items())
    return Verdict(goal, text, max(each.values()) <= TASK_MICROSECONDS)


JUDGES: tuple[Callable[[Report], Verdict], ...] = (
    data_against_spark,
    each_against_spark,
    scheduling_against_spark,
    narrow_against_processes,
    words_against_multiprocessing,
    words_against_dask,
    two_workers,
    task_overhead,
    large_jobs,
    growth_in_records,
    growth_in_partitions,
    memory_limit,
    like_duckdb,
    ahead_of_spark,
    large_in_little_memory,
    soon_there,
)


def _known(report: Report, programs: Iterable[str], engine: str) -> dict[str, float]:
    found = {program: times_of(report, program, engine) for program in programs}
    return {program: times for program, times in found.items() if times is not None}


def _gain(report: Report, program: str, one: str, all_: str) -> float | None:
    alone, together = report.median(program, one), report.median(program, all_)
    return alone / together if alone and together else None
