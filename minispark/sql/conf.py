"""A session's settings."""

from __future__ import annotations

from typing import Any

from minispark.errors import (
    AnalysisException,
    PySparkTypeError,
    SparkNoSuchElementException,
)
from minispark.rdd.conf import SparkConf
from minispark.sql.confdefaults import PREFIX, default_of
from minispark.sql.convert.localzone import local_zone as local_zone

_STATIC = (
    "spark.python.sql.dataFrameDebugging.enabled",
    "spark.sql.artifact.copyFromLocalToFs.allowDestLocal",
    "spark.sql.avro.schemaUrlAllowedSchemes",
    "spark.sql.broadcastExchange.maxThreadThreshold",
    "spark.sql.cache.serializer",
    "spark.sql.catalog.spark_catalog.defaultDatabase",
    "spark.sql.catalogImplementation",
    "spark.sql.codegen.cache.maxEntries",
    "spark.sql.codegen.comments",
    "spark.sql.debug",
    "spark.sql.defaultUrlStreamHandlerFactory.enabled",
    "spark.sql.event.truncate.length",
    "spark.sql.extensions",
    "spark.sql.extensions.test.loadFromCp",
    "spark.sql.filesourceTableRelationCacheSize",
    "spark.sql.globalTempDatabase",
    "spark.sql.hive.thriftServer.http.sniHostCheckEnabled",
    "spark.sql.hive.thriftServer.singleSession",
    "spark.sql.kafka.disallowedOptions",
    "spark.sql.legacy.hive.thriftServer.allowSettingSystemProperties",
    "spark.sql.legacy.sessionInitWithConfigDefaults",
    "spark.sql.metadataCacheTTLSeconds",
    "spark.sql.queryExecutionListeners",
    "spark.sql.reflect.allowList",
    "spark.sql.restrictedMode.enabled",
    "spark.sql.resultQueryStage.maxThreadThreshold",
    "spark.sql.shuffleExchange.maxThreadThreshold",
    "spark.sql.sources.disabledJdbcConnProviderList",
    "spark.sql.sources.schemaStringLengthThreshold",
    "spark.sql.streaming.streamingQueryListeners",
    "spark.sql.streaming.ui.enabled",
    "spark.sql.streaming.ui.enabledCustomMetricList",
    "spark.sql.streaming.ui.retainedProgressUpdates",
    "spark.sql.streaming.ui.retainedQueries",
    "spark.sql.subquery.maxThreadThreshold",
    "spark.sql.ui.retainedExecutions",
    "spark.sql.warehouse.dir",
)
_ZONE = "spark.sql.session.timeZone"
_UNSET = object()
EXECUTION = "spark.minispark.sql.execution"
"""How queries run: the one setting of minispark's own that may change while a session lives."""


def setting_text(value: Any) -> str:
    """A setting's value as Spark writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class RuntimeConfig:
    """Settings that may change while a session lives (``pyspark.sql.conf.RuntimeConfig``): those of ``spark.sql.`` and
    any without ``spark.`` in front. The context's own are there to be read.

    >>> from minispark.sql import SparkSession
    >>> SparkSession(sc).conf.get("spark.sql.ansi.enabled")
    'true'
    """

    def __init__(self, context_conf: SparkConf, settings: dict[str, str]) -> None:
        self._fixed = dict(context_conf.getAll())
        self._settings = settings
        self.version = 0
        """Grows with every change."""

    def set(self, key: str, value: str | int | bool) -> None:
        """Set a key. Raises AnalysisException for a setting of the context, which cannot change any more,
        IllegalArgumentException for a value that the setting cannot have, and PySparkNotImplementedError for one that
        would change answers and is not heeded here."""
        _checked_key(key)
        if not isinstance(value, (str, int)):
            raise PySparkTypeError(f"the value of {key} must be a str, an int or a bool, not {value!r:.200}")
        _changeable(key)
        text = setting_text(value)
        _checked_value(key, text)
        if key.startswith(PREFIX):
            from minispark.sql.confkinds import meant
            from minispark.sql.confunheeded import check_heeded

            check_heeded(key, meant(key, text))
        self._settings[key] = text
        self.version += 1

    def get(self, key: str, default: Any = _UNSET) -> str | None:
        """The value of a key; where it is not set ``default``, or Spark's own without one.

        Raises SparkNoSuchElementException if there is none, IllegalArgumentException for a default that the setting
        cannot have.
        """
        _checked_key(key)
        if key in self._settings:
            return self._settings[key]
        if key in self._fixed:
            return self._fixed[key]
        if default is not _UNSET:
            if not (default is None or isinstance(default, str)):
                raise PySparkTypeError(f"the default of {key} must be a str or None, not {default!r:.200}")
            if default is not None:
                _checked_value(key, default)
            return default
        known, usual = default_of(key)
        if known:
            return usual
        if key == _ZONE:
            return local_zone()
        if key == "spark.sql.warehouse.dir":
            import os

            return f"file:{os.path.abspath('spark-warehouse')}"
        raise SparkNoSuchElementException(f"{key} is not set", "SQL_CONF_NOT_FOUND", {"sqlConf": f'"{key}"'})

    def meant(self, key: str) -> str | None:
        """A setting in the spelling that code compares with (``confkinds.meant``), None where nobody set it."""
        text = self._settings.get(key, self._fixed.get(key))
        if text is None or not key.startswith(PREFIX):
            return text
        from minispark.sql.confkinds import meant

        return meant(key, text)

    def flag(self, key: str) -> bool:
        """Whether a boolean setting is true, by Spark's default where nobody set it."""
        return (self.meant(key) or default_of(key)[1]) == "true"

    @property
    def getAll(self) -> dict[str, str]:
        """All settings that were made."""
        return {**self._fixed, **self._settings}

    def unset(self, key: str) -> None:
        """Forget a key. Raises AnalysisException for a setting of the context."""
        _changeable(_checked_key(key))
        self._settings.pop(key, None)
        self.version += 1

    def may_change(self, key: str) -> bool:
        """Whether ``set`` takes a key: all but the context's own and those that are fixed with the first session."""
        return key not in _STATIC and (key.startswith(PREFIX) or not key.startswith("spark.") or key == EXECUTION)

    def isModifiable(self, key: str) -> bool:
        """Whether this is one of Spark's settings for SQL that may change now; False for all others."""
        return (default_of(_checked_key(key))[0] or key == _ZONE) and key not in _STATIC


def _changeable(key: str) -> None:
    if key in _STATIC:
        raise AnalysisException(
            f"{key} is fixed when the first session is made; give it to SparkSession.builder.config",
            "CANNOT_MODIFY_STATIC_CONFIG",
            {"key": f'"{key}"'},
        )
    if key.startswith("spark.") and not key.startswith(PREFIX) and key != EXECUTION:
        raise AnalysisException(
            f"{key} belongs to the context and cannot be changed any more; give it to SparkSession.builder.config "
            "or to the SparkConf before the context is made",
            "CANNOT_MODIFY_CONFIG",
            {"key": f'"{key}"', "docroot": "https://spark.apache.org/docs/latest"},
        )


def _checked_value(key: str, text: str) -> None:
    if not key.startswith(PREFIX):
        return
    from minispark.sql.confkinds import check_value, wrong_value

    check_value(key, text)
    if key == _ZONE:
        from minispark.errors import DateTimeException
        from minispark.sql.exact.zones import zone

        try:
            zone(text)
        except DateTimeException:
            raise wrong_value(key, text, "TIME_ZONE", "there is no such time zone") from None


def _checked_key(key: Any) -> str:
    if not isinstance(key, str):
        raise PySparkTypeError(f"a setting's key is a str, not {key!r:.200}")
    return key
