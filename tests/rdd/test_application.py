"""What a context says of itself, system properties, settings and the environment of workers."""

from __future__ import annotations

import getpass
import logging
import os
import pickle
from collections.abc import Iterator

import pytest

from minispark import SparkConf, SparkContext, errors
from minispark.engine.core.errors import ClosureError, ConfigurationError, ContextInTaskError, ContextStoppedError
from minispark.rdd.conf import SYSTEM_PROPERTIES
from minispark.rdd.serializers import CPickleSerializer, MarshalSerializer, PickleSerializer, Serializer


@pytest.fixture(autouse=True)
def properties() -> Iterator[None]:
    yield
    SYSTEM_PROPERTIES.clear()


def test_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_USER", raising=False)
    with SparkContext("inline", "itself", sparkHome="/opt/spark") as sc:
        assert sc.applicationId == f"local-{sc.startTime}" == sc.getConf().get("spark.app.id")
        assert (sc.version, sc.uiWebUrl, sc.sparkHome, sc.environment) == ("4.3.0", None, "/opt/spark", {})
        assert sc.sparkUser() == getpass.getuser()
        monkeypatch.setenv("SPARK_USER", "somebody")
        assert sc.sparkUser() == "somebody"


def test_get_or_create_takes_the_active_one() -> None:
    first = SparkContext.getOrCreate(SparkConf().setMaster("inline").setAppName("first"))
    try:
        assert SparkContext.getOrCreate() is first
        assert SparkContext.getOrCreate(SparkConf().setAppName("second")).appName == "first"
    finally:
        first.stop()
    with SparkContext.getOrCreate(SparkConf().setMaster("inline")) as second:
        assert second is not first


def test_log_levels() -> None:
    with SparkContext("inline", "levels") as sc:
        sc.setLogLevel("error")
        assert logging.getLogger("minispark").level == logging.ERROR
        sc.setLogLevel("WARN")
        assert logging.getLogger("minispark").level == logging.WARNING
        for wrong in ("LOUD", None):
            with pytest.raises(errors.IllegalArgumentException, match="ALL, TRACE, DEBUG"):
                sc.setLogLevel(wrong)
    logging.getLogger("minispark").setLevel(logging.NOTSET)


def test_system_properties_are_defaults() -> None:
    SparkContext.setSystemProperty("spark.default.parallelism", "7")
    SparkContext.setSystemProperty("spark.app.name", "from the property")
    SparkContext.setSystemProperty("other", "x")
    assert SparkContext.getSystemProperty("other") == "x"
    assert SparkContext.getSystemProperty("none") is None
    assert SparkConf(loadDefaults=False).getAll() == []
    with SparkContext(conf=SparkConf(False).setMaster("inline").setAppName("mine")) as sc:
        assert (sc.defaultParallelism, sc.appName) == (7, "mine")


def test_conf() -> None:
    conf = SparkConf(False).set("b", 1).setIfMissing("b", 2).setIfMissing("a", True).setSparkHome("/path")
    assert conf.setExecutorEnv("ONE", "1").setExecutorEnv(pairs=[("TWO", "2")]) is conf
    assert conf.toDebugString().splitlines() == [
        "a=True",
        "b=1",
        "spark.executorEnv.ONE=1",
        "spark.executorEnv.TWO=2",
        "spark.home=/path",
    ]
    assert (conf.get("none"), conf.get("none", None), conf.get("none", "d")) == (None, None, "d")
    assert conf.contains("a") and not conf.contains("c")
    for wrong in ({}, {"key": "a", "pairs": []}):
        with pytest.raises(errors.PySparkRuntimeError, match="either a key and its value"):
            conf.setExecutorEnv(**wrong)
    with pytest.raises(ConfigurationError, match="spark.minispark.task.timeout"):
        conf.set("spark.minispark.task.timeuot", "3")
    with pytest.raises(NotImplementedError, match="JVM"):
        SparkConf(_jvm=object())
    with pytest.raises(TypeError, match="must be a SparkConf"):
        SparkContext(conf={"spark.master": "inline"})


def test_workers_have_the_variables_of_the_environment() -> None:
    conf = SparkConf().setMaster("local[1]").setExecutorEnv("MINI_ONE", "1")
    with SparkContext(conf=conf, environment={"MINI_TWO": 2}) as sc:
        found = sc.parallelize(["MINI_ONE", "MINI_TWO"], 1).map(lambda name: os.environ.get(name)).collect()
        assert found == ["1", "2"]
        assert sc.environment == {"MINI_ONE": "1", "MINI_TWO": "2"}
    assert "MINI_ONE" not in os.environ
    with pytest.raises(ConfigurationError, match="os.environ"):
        SparkContext("inline", "x", environment={"MINI_TWO": "2"})


def test_the_engines_errors_are_pysparks() -> None:
    assert issubclass(ClosureError, errors.PySparkPicklingError | TypeError)
    assert issubclass(ContextInTaskError, errors.PySparkRuntimeError)
    assert issubclass(ConfigurationError, (errors.IllegalArgumentException, ValueError))
    assert ContextStoppedError("it was stopped").args == ("it was stopped",)
    assert str(ContextStoppedError("it was stopped")) == "it was stopped"


@pytest.mark.parametrize("name", errors.CLASSES)
def test_pysparks_errors(name: str) -> None:
    kind = getattr(errors, name)
    error = kind("what happened", "A_CONDITION", {"where": "here"})
    again = pickle.loads(pickle.dumps(error))
    for one in (error, again):
        assert isinstance(one, errors.PySparkException)
        assert str(one) == one.getMessage() == "[A_CONDITION] what happened"
        assert (one.getCondition(), one.getErrorClass()) == ("A_CONDITION", "A_CONDITION")
        assert (one.getMessageParameters(), one.getSqlState(), one.getQueryContext()) == ({"where": "here"}, None, [])
    assert str(kind("plain")) == "plain"
    assert str(kind(errorClass="X", messageParameters={"where": "here"})) == "[X] where=here"


def test_what_is_for_notebooks_and_devices() -> None:
    with SparkContext("inline", "<b>&") as sc:
        assert "<code>&lt;b>&amp;</code>" in sc._repr_html_() and "inline" in sc._repr_html_()
        assert sc.resources == {}


def test_profiles_are_not_offered() -> None:
    with SparkContext("inline", "profiles") as sc:
        for ask in (sc.show_profiles, lambda: sc.dump_profiles("/tmp/none")):
            with pytest.raises(errors.PySparkRuntimeError, match="INCORRECT_CONF_FOR_PROFILE.*cProfile"):
                ask()
    with pytest.raises(ConfigurationError, match="spark.python.profile=true.*cProfile"):
        SparkContext(conf=SparkConf().setMaster("inline").set("spark.python.profile", "true"))


def test_the_constructors_other_arguments() -> None:
    for kind in (CPickleSerializer, MarshalSerializer, PickleSerializer):
        with SparkContext("inline", "serializer", batchSize=1, serializer=kind()) as sc:
            assert sc.parallelize([object], 1).count() == 1
        assert kind().loads(kind().dumps([1, "a", None])) == [1, "a", None]
        assert kind() == kind() != Serializer()
    for argument in ("serializer", "gateway", "jsc", "profiler_cls", "udf_profiler_cls", "memory_profiler_cls"):
        with pytest.raises(NotImplementedError, match=f"SparkContext\\({argument}="):
            SparkContext("inline", "x", **{argument: "something"})
    with pytest.raises(ValueError, match="batchSize"):
        SparkContext("inline", "x", batchSize=-2)
    with SparkContext("inline", "again") as sc:
        assert sc.parallelize([1]).count() == 1


def test_collecting_in_a_group() -> None:
    with SparkContext("inline", "group") as sc:
        sc.setLocalProperty("key", "kept")
        with pytest.warns(FutureWarning, match="setJobGroup"):
            assert sc.parallelize([1, 2]).collectWithJobGroup("mine", "described") == [1, 2]
        assert len(sc.statusTracker().getJobIdsForGroup("mine")) == 1
        assert (sc.getLocalProperty("key"), sc.getLocalProperty("spark.jobGroup.id")) == ("kept", None)
