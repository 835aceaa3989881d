"""Queries as jobs: told to listeners, cancelled, limited in memory, with typed errors, and nothing left behind."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from minispark.errors import (
    ArithmeticException,
    JobCancelledError,
    OutOfMemoryTaskError,
    PySparkNotImplementedError,
)
from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql.fused.engine import INTERRUPT_SECONDS_MAX, Ending, interruptible


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("local[2]").config("spark.minispark.sql.memory", "100m").getOrCreate() as session:
        yield session


class Heard:
    """A listener that keeps the kinds of events, and sets ``begun`` at a task's start."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.begun = threading.Event()

    def on_event(self, event: Any) -> None:
        if not type(event).__name__.startswith("Worker"):
            self.events.append(event)
        if type(event).__name__ == "TaskStart":
            self.begun.set()

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@pytest.fixture
def heard(spark: SparkSession) -> Iterator[Heard]:
    listener = Heard()
    bus = spark.sparkContext._session.bus
    bus.add(listener)
    yield listener
    bus.remove(listener)


def endless(spark: SparkSession) -> Any:
    """A query that would run for hours."""
    many = spark.range(3_000_000)
    return many.crossJoin(many.toDF("b")).groupBy("b").count()


JOB = ["JobStart", "StageStart", "TaskStart", "TaskEnd", "StageEnd", "JobEnd"]


def test_a_query_is_a_job_to_listeners(spark: SparkSession, heard: Heard) -> None:
    spark.sparkContext.setJobDescription("numbers")
    assert spark.range(3).count() == 3
    assert heard.kinds() == JOB
    start, end = heard.events[0], heard.events[-1]
    assert start.description.startswith("count at test_running.py:")
    assert dict(start.properties)["spark.job.description"] == "numbers"
    assert not end.failed


def test_a_failed_query_is_a_failed_job(spark: SparkSession, heard: Heard) -> None:
    with pytest.raises(ArithmeticException) as caught:
        spark.range(3).select(F.lit(1) / F.col("id")).collect()
    assert caught.value.getCondition() == "DIVIDE_BY_ZERO"
    assert heard.kinds() == JOB and heard.events[-1].failed and heard.events[-3].outcome_name != "Success"
    assert spark.range(3).count() == 3


def test_cancelling_a_group_ends_its_query_at_once(spark: SparkSession, heard: Heard) -> None:
    context = spark.sparkContext
    canceller = threading.Thread(target=lambda: (heard.begun.wait(), context.cancelJobGroup("mine")))
    canceller.start()
    context.setJobGroup("mine", "to be cancelled")
    try:
        with pytest.raises(JobCancelledError, match="cancelled job group mine"):
            endless(spark).count()
    finally:
        context.setLocalProperty("spark.jobGroup.id", None)
        canceller.join()
    assert heard.events[-1].failed and "mine" in heard.events[-1].message
    assert spark.range(3).count() == 3


def test_other_groups_go_on(spark: SparkSession, heard: Heard) -> None:
    spark.sparkContext.cancelJobGroup("mine")
    assert spark.range(3).count() == 3


def test_ctrl_c_ends_a_query(spark: SparkSession, heard: Heard) -> None:
    interrupter = threading.Thread(target=lambda: (heard.begun.wait(), os.kill(os.getpid(), signal.SIGINT)))
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        endless(spark).count()
    interrupter.join()
    assert heard.kinds() == JOB and heard.events[-1].failed
    assert spark.range(3).count() == 3


def test_a_query_in_a_thread_can_be_cancelled_too(spark: SparkSession, heard: Heard) -> None:
    raised: list[BaseException] = []

    def work() -> None:
        try:
            endless(spark).count()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    heard.begun.wait()
    spark.sparkContext.cancelAllJobs()
    thread.join()
    assert [type(error) for error in raised] == [JobCancelledError]


def test_what_does_not_fit_memory_spills_or_fails_typed(spark: SparkSession) -> None:
    wide = spark.range(400_000).withColumn("text", F.concat(F.lit("x" * 300), F.col("id").cast("string")))
    assert wide.sort(F.desc("text")).select("id", F.length("text")).first() == (99_999, 305)
    with pytest.raises(OutOfMemoryTaskError, match=r"spark\.minispark\.sql\.memory"):
        wide.select(F.size(F.collect_list(F.concat("text", "text")))).collect()
    assert spark.range(3).count() == 3


def test_execution_says_what_is_not_there(spark: SparkSession) -> None:
    spark.conf.set("spark.minispark.sql.execution", "staged")
    try:
        with pytest.raises(PySparkNotImplementedError, match="staged"):
            spark.range(1).collect()
    finally:
        spark.conf.unset("spark.minispark.sql.execution")


def test_constants_beside_decimals_keep_their_values(spark: SparkSession) -> None:
    prices = spark.createDataFrame(
        [("a", "12.34"), ("b", None), ("a", "-99999999999999999999999999.99")], "k string, p string"
    )
    typed = prices.selectExpr("k", "cast(p as decimal(28, 2)) as p")
    found = typed.selectExpr(
        "sum(case when k = 'b' then 0 else p * 1.00 end) as total",
        "max(coalesce(p, 7, 100000000000000000000000000)) as most",
        "sum(case when k = 'b' then -12 else cast(0.5 as decimal(30, 10)) end) as small",
        "max(cast(0 as decimal(10, 10))) as zero",
    )
    assert found.dtypes == [
        ("total", "decimal(38,4)"), ("most", "decimal(29,2)"), ("small", "decimal(38,10)"), ("zero", "decimal(10,10)"),
    ]  # fmt: skip
    assert [str(one) for one in found.collect()[0]] == [
        "-99999999999999999999999987.6500", "12.34", "-11.0000000000", "0E-10",
    ]  # fmt: skip


def test_a_division_by_zero_is_one_whatever_may_fail_within_it(spark: SparkSession) -> None:
    numbers = spark.range(1).selectExpr("id as zero", "id + 5 as five")
    for quotient in ("cast(five as decimal(15, 4)) / cast(zero as decimal(15, 4))", "five div zero", "five / zero"):
        with pytest.raises(ArithmeticException, match="^.DIVIDE_BY_ZERO. .*by zero; use try_divide"):
            numbers.selectExpr(quotient).collect()
    with pytest.raises(ArithmeticException, match="^.REMAINDER_BY_ZERO. the remainder"):
        numbers.selectExpr("five % zero").collect()


def test_what_comes_after_the_first_value_is_not_computed(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("1.5", "0"), (None, "4")], "m string, n string")
    typed = rows.selectExpr("cast(m as decimal(20, 4)) as m", "cast(n as decimal(38, 10)) as n")
    for other in ("5 / n", "m / n", "5 div n", "5 % n", "cast(5 as double) / cast(n as double)"):
        found = typed.selectExpr(
            f"coalesce(m, {other}) as x", f"nvl(m, {other})", f"coalesce(null, m, {other})"
        ).collect()
        assert [float(one) for one in found[0]] == [1.5] * 3
    with pytest.raises(ArithmeticException, match="DIVIDE_BY_ZERO"):
        typed.selectExpr("coalesce(cast(null as decimal(20, 4)), m / n)").collect()


def test_seconds_that_no_timestamp_has(spark: SparkSession) -> None:
    far = spark.createDataFrame([(1e12,), (1e18,), (-1e300,)], "seconds double").select("seconds")
    tried = far.selectExpr("cast(try_cast(seconds as timestamp) as string) as text").collect()
    assert [row.text is None for row in tried] == [False, True, True]
    with pytest.raises(ArithmeticException, match="CAST_OVERFLOW"):
        far.selectExpr("cast(seconds as timestamp)").filter("seconds is not null").collect()


def test_ctrl_c_comes_back_from_what_does_not_give_way() -> None:
    began, over, ended = threading.Event(), threading.Event(), threading.Event()

    def stubborn() -> None:
        began.set()
        over.wait(10)
        ended.set()

    def press() -> None:
        began.wait(30)
        os.kill(os.getpid(), signal.SIGINT)

    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            interruptible(stubborn, Ending())
        assert not ended.is_set()  # it goes on, and nobody waits for it
    finally:
        over.set()
        pressing.join()
    assert INTERRUPT_SECONDS_MAX < 1
