from __future__ import annotations

import pathlib
from collections.abc import Iterator
from datetime import time

import pytest

from minispark.errors import AnalysisException
from minispark.sql import SparkSession

REFUSED = (
    "cast('12:00' as time)", "cast(array('1:2') as array<time>)", "hour(time'12:00:00')", "make_time(1, 2, 3)",
    "time'12:00:00' + interval 1 hour", "time'12:00:00' > '11:00:00'", "extract(second from time'12:00:00')",
)  # fmt: skip
FINE = (
    "time'12:00:00'", "cast(time'12:00:00' as string)", "max(time'12:00:00')", "array(time'12:00:00')",
    "date_format(time'12:00:00', 'HH')", "make_timestamp_ntz(date'2020-01-01', time'12:00:00')",
)  # fmt: skip


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = SparkSession.builder.master("inline").getOrCreate()
    yield session
    session.stop()


def test_times_are_refused_where_they_are_made_or_kept(spark: SparkSession, tmp_path: pathlib.Path) -> None:
    times = spark.createDataFrame([(time(1, 2),)], "a time")
    assert times.collect() == [(time(1, 2),)]
    target = str(tmp_path / "times")
    wrong = [*(lambda text=text: spark.sql(f"select {text}") for text in REFUSED)]
    wrong += [lambda: times.write.parquet(target), lambda: spark.sql("create table q (a struct<b:time>) using json")]
    for program in wrong:
        with pytest.raises(AnalysisException) as caught:
            program()
        assert caught.value.getCondition() == "UNSUPPORTED_TIME_TYPE"
    spark.sql("select " + ", ".join(FINE)).collect()
    spark.conf.set("spark.sql.timeType.enabled", True)
    times.write.parquet(target)
    assert spark.sql("select " + ", ".join(REFUSED)).count() == spark.read.parquet(target).count() == 1
