"""A session's settings."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException, PySparkTypeError, SparkNoSuchElementException
from minispark.rdd.conf import SparkConf
from minispark.sql.confdefaults import DEFAULTS

_STATIC = ("spark.sql.warehouse.dir", "spark.sql.extensions", "spark.sql.catalogImplementation")
_UNSET = object()


def setting_text(value: Any) -> str:
    """A setting's value as Spark writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class RuntimeConfig:
    """Settings that may change while a session lives (``pyspark.sql.conf.RuntimeConfig``): those of ``spark.sql.`` and
    any without ``spark.`` in front. The context's own are there to be read."""

    def __init__(self, context_conf: SparkConf, settings: dict[str, str]) -> None:
        self._fixed = dict(context_conf.getAll())
        self._settings = settings

    def set(self, key: str, value: str | int | bool) -> None:
        """Set a key. Raises AnalysisException for a setting of the context, which cannot change any more."""
        _checked_key(key)
        if not isinstance(value, (str, int)):
            raise PySparkTypeError(f"the value of {key} must be a str, an int or a bool, not {value!r:.200}")
        if not _may_change(key):
            raise AnalysisException(
                f"{key} belongs to the context and cannot be changed any more; give it to SparkSession.builder.config "
                "or to the SparkConf before the context is made",
                "CANNOT_MODIFY_CONFIG",
                {"key": key},
            )
        self._settings[key] = setting_text(value)

    def get(self, key: str, default: Any = _UNSET) -> str | None:
        """The value of a key, or ``default``. Raises SparkNoSuchElementException if it has none and none was given."""
        _checked_key(key)
        if key in self._settings:
            return self._settings[key]
        if key in self._fixed:
            return self._fixed[key]
        if default is not _UNSET:
            if not (default is None or isinstance(default, str)):
                raise PySparkTypeError(f"the default of {key} must be a str or None, not {default!r:.200}")
            return default
        if key in DEFAULTS:
            return DEFAULTS[key]
        raise SparkNoSuchElementException(f"{key} is not set", "SQL_CONF_NOT_FOUND", {"sqlConf": key})

    @property
    def getAll(self) -> dict[str, str]:
        """All settings."""
        return {**self._fixed, **self._settings}

    def unset(self, key: str) -> None:
        """Forget a key. Raises AnalysisException for a setting of the context."""
        _checked_key(key)
        if not _may_change(key):
            raise AnalysisException(f"{key} belongs to the context and cannot be unset", "CANNOT_MODIFY_CONFIG")
        self._settings.pop(key, None)

    def isModifiable(self, key: str) -> bool:
        """Whether a ``spark.sql.`` setting may change now; False for all others."""
        return _checked_key(key).startswith("spark.sql.") and _may_change(key)


def _may_change(key: str) -> bool:
    return key not in _STATIC and (key.startswith("spark.sql.") or not key.startswith("spark."))


def _checked_key(key: Any) -> str:
    if not isinstance(key, str):
        raise PySparkTypeError(f"a setting's key is a str, not {key!r:.200}")
    return key
