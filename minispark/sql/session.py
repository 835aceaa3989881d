"""SparkSession: the context under the name that newer programs know it by."""

from __future__ import annotations

import threading
import warnings
from typing import Any, ClassVar, NoReturn

from minispark.engine.core.errors import ContextInTaskError
from minispark.errors import IllegalArgumentException, PySparkNotImplementedError, PySparkRuntimeError
from minispark.rdd.conf import SparkConf
from minispark.rdd.context import SparkContext
from minispark.sql.conf import RuntimeConfig, setting_text
from minispark.sql.dataframe import DataFrame
from minispark.sql.sessionplans import SessionPlans
from minispark.sql.sessiontables import SessionTables

_LATER = {
    "addArtifact", "addArtifacts", "dataSource", "interruptAll", "interruptOperation",
    "interruptTag", "profile", "readStream", "streams", "udtf",
}  # fmt: skip


class Builder:
    """Makes a session, or finds the one there is (``SparkSession.Builder``). Methods return the builder."""

    def __init__(self) -> None:
        self._options: dict[str, str] = {}

    def config(
        self,
        key: str | None = None,
        value: Any = None,
        conf: SparkConf | None = None,
        *,
        map: dict[str, Any] | None = None,
    ) -> Builder:
        """Set one key, or all of a SparkConf's, or all of a dict's."""
        if conf is not None:
            self._options.update(conf.getAll())
        if map is not None:
            self._options.update((str(name), setting_text(text)) for name, text in map.items())
        if key is not None:
            self._options[key] = setting_text(value)
        elif conf is None and map is None:
            raise ValueError("config needs a key and its value, conf=SparkConf(...) or map={...}")
        return self

    def master(self, master: str) -> Builder:
        """Where to run; see ``SparkContext``."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """The application's name."""
        return self.config("spark.app.name", name)

    def remote(self, url: str) -> NoReturn:
        """Not offered: there is no Spark Connect server here."""
        raise PySparkNotImplementedError(
            f"remote({url!r}): minispark is no client of Spark Connect; use master('local[*]')"
        )

    def enableHiveSupport(self) -> NoReturn:
        """Not offered: there is no Hive."""
        raise PySparkNotImplementedError("minispark has no Hive; leave enableHiveSupport() out")

    def getOrCreate(self) -> SparkSession:
        """The session there is, with the options that may still change, or a new one, on the active context if any.

        Warns of options that a running context cannot take over any more.
        """
        with SparkSession._lock:
            session = SparkSession.getActiveSession()
            if session is None:
                context = SparkContext._active
                if context is None:
                    return self.create()
                session = SparkSession(context)
            session._take_over(self._options)
            return session

    def create(self) -> SparkSession:
        """A new session and context. Raises ValueError if there is a context already."""
        session = SparkSession(SparkContext(conf=SparkConf().setAll(self._options.items())))
        session._take_over(self._options)
        return session


class _NewBuilder:
    def __get__(self, instance: object, owner: type | None = None) -> Builder:
        return Builder()


class SparkSession(SessionPlans, SessionTables):
    """A SparkContext, settings, and what makes DataFrames (``pyspark.sql.SparkSession``).

    Usable as a context manager, which stops it.

    >>> from minispark.sql import SparkSession
    >>> SparkSession(sc).sparkContext is sc
    True
    """

    Builder = Builder
    builder = _NewBuilder()
    """A fresh builder each time it is asked for."""

    _active: ClassVar[SparkSession | None] = None
    _lock = threading.RLock()

    def __init__(
        self, sparkContext: SparkContext, jsparkSession: object = None, options: dict[str, Any] | None = None
    ) -> None:
        if jsparkSession is not None:
            raise PySparkNotImplementedError("SparkSession(jsparkSession=...) needs a JVM; leave it out")
        if not isinstance(sparkContext, SparkContext):
            raise TypeError(
                f"SparkSession needs a SparkContext, not {sparkContext!r:.200}; or use SparkSession.builder"
            )
        self._context = sparkContext
        self._settings: dict[str, str] = {}
        self._conf = RuntimeConfig(sparkContext.getConf(), self._settings)
        self._begin_plans()
        self._take_over({name: setting_text(text) for name, text in (options or {}).items()})
        with SparkSession._lock:
            if SparkSession.getActiveSession() is None:
                SparkSession._active = self

    @classmethod
    def getActiveSession(cls) -> SparkSession | None:
        """The session that ``builder.getOrCreate`` would give, None without one."""
        session = SparkSession._active
        return session if session is not None and SparkContext._active is session._context else None

    @classmethod
    def active(cls) -> SparkSession:
        """The same. Raises PySparkRuntimeError without one."""
        session = cls.getActiveSession()
        if session is None:
            raise PySparkRuntimeError(
                "there is no active session; make one with SparkSession.builder.getOrCreate()",
                "NO_ACTIVE_OR_DEFAULT_SESSION",
                {},
            )
        return session

    @property
    def sparkContext(self) -> SparkContext:
        """The context, where RDDs come from."""
        return self._context

    @property
    def conf(self) -> RuntimeConfig:
        """The session's settings."""
        return self._conf

    @property
    def version(self) -> str:
        """The version of PySpark whose API this is."""
        return self._context.version

    def range(self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None) -> DataFrame:
        """A DataFrame of one column ``id``: integers from ``start`` to ``end`` (exclusive), or from 0 to ``start``.

        Raises IllegalArgumentException where ``step`` is 0 or a number needs more than 64 bits.
        """
        first, last = (0, int(start)) if end is None else (int(start), int(end))
        if int(step) == 0 or not all(-(1 << 63) <= number < 1 << 63 for number in (first, last, int(step))):
            raise IllegalArgumentException(f"range({first}, {last}, {step}): step must not be 0, numbers have 64 bits")
        return self._range(first, last, int(step), numPartitions)

    def emptyDataFrame(self, schema: Any) -> DataFrame:
        """A DataFrame without rows, of a schema: a StructType or its text."""
        return self.createDataFrame([], schema)

    def registerProgressHandler(self, handler: Any) -> NoReturn:
        """Spark Connect's: raises PySparkRuntimeError, as PySpark does without it."""
        raise _connect_only("registerProgressHandler")

    def removeProgressHandler(self, handler: Any) -> NoReturn:
        """Spark Connect's: raises PySparkRuntimeError, as PySpark does without it."""
        raise _connect_only("removeProgressHandler")

    def clearProgressHandlers(self) -> NoReturn:
        """Spark Connect's: raises PySparkRuntimeError, as PySpark does without it."""
        raise _connect_only("clearProgressHandlers")

    def newSession(self) -> SparkSession:
        """Another session on the same context, with settings of its own."""
        return SparkSession(self._context)

    def addTag(self, tag: str) -> None:
        """As ``SparkContext.addJobTag``."""
        self._context.addJobTag(tag)

    def removeTag(self, tag: str) -> None:
        """As ``SparkContext.removeJobTag``."""
        self._context.removeJobTag(tag)

    def getTags(self) -> set[str]:
        """As ``SparkContext.getJobTags``."""
        return self._context.getJobTags()

    def clearTags(self) -> None:
        """As ``SparkContext.clearJobTags``."""
        self._context.clearJobTags()

    def stop(self) -> None:
        """Stop the context, and with it every session on it."""
        try:
            self._end_plans()
        finally:
            self._context.stop()
        with SparkSession._lock:
            if SparkSession._active is not None and SparkSession._active._context is self._context:
                SparkSession._active = None

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        self.stop()

    def __reduce__(self) -> NoReturn:
        raise ContextInTaskError(
            "the SparkSession is used in a function that runs in a worker; sessions, contexts, RDDs and actions exist "
            "only in the driver. Compute what the function needs first, and use its value or a broadcast of it"
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name in _LATER:
            raise PySparkNotImplementedError(
                f"SparkSession.{name} is not there in minispark; run the program with PySpark"
            )
        raise AttributeError(f"'SparkSession' object has no attribute {name!r}")

    def _take_over(self, options: dict[str, str]) -> None:
        conf = self.conf
        late = []
        for name, text in options.items():
            if conf.may_change(name):
                conf.set(name, text)
            elif self._context.getConf().get(name) != text:
                late.append(f"{name}={text}")
        if late:
            warnings.warn(
                f"the running context keeps its own settings; not taken over: {', '.join(late)}", stacklevel=3
            )


def _connect_only(name: str) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        f"SparkSession.{name} works with Spark Connect only; listeners and the progress bar show what runs here",
        "ONLY_SUPPORTED_WITH_SPARK_CONNECT",
        {"feature": f"SparkSession.{name}"},
    )
