"""The session around a context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.core.errors import ClosureError, ContextInTaskError
from minispark.errors import (
    AnalysisException,
    PySparkNotImplementedError,
    PySparkRuntimeError,
    PySparkTypeError,
    SparkNoSuchElementException,
)
from minispark.sql import SparkSession


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    with (
        SparkSession.builder.master("inline")
        .appName("session")
        .config("spark.sql.shuffle.partitions", 5)
        .create() as it
    ):
        yield it


def test_it_makes_a_context(spark: SparkSession) -> None:
    sc = spark.sparkContext
    assert (sc.master, sc.appName, spark.version) == ("inline", "session", "4.3.0")
    assert sc.parallelize([1, 2], 2).sum() == 3


def test_there_is_one(spark: SparkSession) -> None:
    assert SparkSession.builder.getOrCreate() is spark
    assert SparkSession.builder.master("inline").config("spark.sql.x", True).getOrCreate() is spark
    assert spark.conf.get("spark.sql.x") == "true"
    assert SparkSession.getActiveSession() is spark is SparkSession.active()
    with pytest.raises(ValueError, match="multiple SparkContexts"):
        SparkSession.builder.create()


def test_late_settings_are_told(spark: SparkSession) -> None:
    with pytest.warns(UserWarning, match=r"not taken over: spark.master=local\[2\]"):
        assert SparkSession.builder.master("local[2]").getOrCreate() is spark


def test_stopping_it_makes_room_for_another(spark: SparkSession) -> None:
    spark.stop()
    assert SparkSession.getActiveSession() is None
    with pytest.raises(PySparkRuntimeError, match="NO_ACTIVE"):
        SparkSession.active()
    with SparkSession.builder.config(map={"spark.master": "inline"}).getOrCreate() as another:
        assert another is not spark
        assert another.sparkContext.parallelize([1]).count() == 1


def test_a_stopped_context_is_no_active_session(spark: SparkSession) -> None:
    spark.sparkContext.stop()
    assert SparkSession.getActiveSession() is None
    with SparkContext("inline", "other") as sc:
        assert SparkSession.builder.getOrCreate().sparkContext is sc


def test_settings(spark: SparkSession) -> None:
    conf = spark.conf
    assert conf.get("spark.app.name") == "session" == conf.getAll["spark.app.name"]
    assert conf.get("spark.sql.shuffle.partitions") == "5"
    conf.set("spark.sql.shuffle.partitions", 7)
    conf.set("mine", False)
    assert (spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("mine")) == ("7", "false")
    assert spark.newSession().conf.get("mine", None) is None
    conf.unset("mine")
    assert conf.get("mine", "gone") == "gone"
    with pytest.raises(SparkNoSuchElementException, match="mine is not set"):
        conf.get("mine")
    for change in (lambda: conf.set("spark.master", "x"), lambda: conf.unset("spark.master")):
        with pytest.raises(AnalysisException, match="CANNOT_MODIFY_CONFIG"):
            change()
    modifiable = [
        conf.isModifiable(k) for k in ("spark.sql.ansi.enabled", "spark.sql.warehouse.dir", "spark.master", "x")
    ]
    assert modifiable == [True, False, False, False]


@pytest.mark.parametrize("key, value", [(None, "x"), ("x", None), ("x", 1.5), ("x", [])])
def test_a_setting_of_the_wrong_type(spark: SparkSession, key: Any, value: Any) -> None:
    with pytest.raises(PySparkTypeError):
        spark.conf.set(key, value)
    if value == []:
        with pytest.raises(PySparkTypeError):
            spark.conf.get("x", value)


@pytest.mark.parametrize("name", ["readStream", "streams"])
def test_streams_come_later(spark: SparkSession, name: str) -> None:
    with pytest.raises(PySparkNotImplementedError, match=f"SparkSession.{name} is not there"):
        getattr(spark, name)
    assert not hasattr(spark, "nothing_of_the_kind")


def test_builders_do_not_share_options() -> None:
    SparkSession.builder.config("spark.master", "nonsense")
    with SparkSession.builder.config(conf=SparkConf().setMaster("inline")).getOrCreate() as spark:
        assert spark.sparkContext.master == "inline"


def test_what_the_builder_does_not_take() -> None:
    for wrong in (lambda: SparkSession.builder.remote("sc://x"), lambda: SparkSession.builder.enableHiveSupport()):
        with pytest.raises(PySparkNotImplementedError):
            wrong()
    with pytest.raises(ValueError, match="needs a key"):
        SparkSession.builder.config()
    with pytest.raises(TypeError, match="needs a SparkContext"):
        SparkSession("local")


def test_tags_are_the_contexts(spark: SparkSession) -> None:
    spark.addTag("a")
    spark.addTag("b")
    spark.removeTag("a")
    assert spark.getTags() == {"b"} == spark.sparkContext.getJobTags()
    spark.clearTags()
    assert spark.getTags() == set()


def test_it_does_not_travel(spark: SparkSession) -> None:
    with pytest.raises((ContextInTaskError, ClosureError), match="SparkSession|driver"):
        spark.sparkContext.parallelize([1]).map(lambda x: spark.version).collect()
