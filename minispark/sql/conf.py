"""A session's settings."""

from __future__ import annotations

from typing import Any

from minispark.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkTypeError,
    SparkNoSuchElementException,
)
from minispark.rdd.conf import SparkConf
from minispark.sql.confdefaults import CHOICES, POSITIVE, PREFIX, default_of, kind_of
from minispark.sql.convert.localzone import local_zone as local_zone

_STATIC = (
    "spark.sql.warehouse.dir",
    "spark.sql.extensions",
    "spark.sql.catalogImplementation",
    "spark.sql.cache.serializer",
    "spark.sql.catalog.spark_catalog.defaultDatabase",
    "spark.sql.event.truncate.length",
    "spark.sql.metadataCacheTTLSeconds",
    "spark.sql.queryExecutionListeners",
    "spark.sql.streaming.streamingQueryListeners",
    "spark.sql.streaming.ui.enabled",
    "spark.sql.ui.retainedExecutions",
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
        """Set a key. Raises AnalysisException for a setting of the context, which cannot change any more, and
        IllegalArgumentException for a value that the setting cannot have."""
        _checked_key(key)
        if not isinstance(value, (str, int)):
            raise PySparkTypeError(f"the value of {key} must be a str, an int or a bool, not {value!r:.200}")
        _changeable(key)
        text = setting_text(value)
        _checked_value(key, text)
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
            if default:
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

    @property
    def getAll(self) -> dict[str, str]:
        """All settings that were made."""
        return {**self._fixed, **self._settings}

    def unset(self, key: str) -> None:
        """Forget a key. Raises AnalysisException for a setting of the context."""
        _changeable(_checked_key(key))
        self._settings.pop(key, None)
        self.version += 1

    def isModifiable(self, key: str) -> bool:
        """Whether a ``spark.sql.`` setting may change now; False for all others."""
        return _checked_key(key).startswith(PREFIX) and key not in _STATIC


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
    name, kind = key.removeprefix(PREFIX), kind_of(key)
    if kind == "boolean" and text.strip().lower() not in ("true", "false"):
        raise _wrong_value(key, text, "TYPE_MISMATCH", "it must be true or false", confType="boolean")
    if kind == "int":
        try:
            number = int(text.strip())
        except ValueError:
            raise _wrong_value(key, text, "TYPE_MISMATCH", "it must be a whole number", confType="int") from None
        if name in POSITIVE and number <= 0:
            raise _wrong_value(key, text, "REQUIREMENT", "it must be positive", confRequirement="must be positive")
    choices = CHOICES.get(name)
    if choices is not None and text.strip().upper() not in choices:
        listed = ", ".join(choices)
        raise _wrong_value(key, text, "OUT_OF_RANGE_OF_OPTIONS", f"it must be one of {listed}", confOptions=listed)
    if key == _ZONE:
        from minispark.errors import DateTimeException
        from minispark.sql.exact.zones import zone

        try:
            zone(text)
        except DateTimeException:
            raise _wrong_value(key, text, "TIME_ZONE", "there is no such time zone") from None


def _wrong_value(key: str, text: str, what: str, why: str, **more: str) -> IllegalArgumentException:
    return IllegalArgumentException(
        f"{key} cannot be {text!r}: {why}", f"INVALID_CONF_VALUE.{what}", {"confValue": text, "confName": key, **more}
    )


def _checked_key(key: Any) -> str:
    if not isinstance(key, str):
        raise PySparkTypeError(f"a setting's key is a str, not {key!r:.200}")
    return key
