"""Settings as PySpark's ``SparkConf`` holds them: strings by key, checked when a context is made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload


class SparkConf:
    """Settings of an application (``pyspark.SparkConf``). Setters return the conf, so that calls can be chained.

    ``loadDefaults`` and the JVM arguments exist for PySpark's signature; there are no default files to load.

    >>> from minispark import SparkConf
    >>> conf = SparkConf().setMaster("local[2]").setAppName("words").set("spark.python.worker.memory", "128m")
    >>> conf.get("spark.master"), conf.get("spark.missing", "none")
    ('local[2]', 'none')
    """

    def __init__(self, loadDefaults: bool = True, _jvm: object = None, _jconf: object = None) -> None:
        self._settings: dict[str, str] = {}

    def set(self, key: str, value: object) -> SparkConf:
        """Set ``key`` to ``value`` (its ``str``; True and False as Spark writes them)."""
        self._settings[key] = str(value).lower() if isinstance(value, bool) else str(value)
        return self

    def setIfMissing(self, key: str, value: object) -> SparkConf:
        """Set ``key`` unless it is set."""
        return self if key in self._settings else self.set(key, value)

    def setMaster(self, value: str) -> SparkConf:
        """Where to run: ``inline``, ``local``, ``local[N]``, ``local[*]`` or ``local[N,F]``."""
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """The application's name, for messages."""
        return self.set("spark.app.name", value)

    def setAll(self, pairs: Iterable[tuple[str, object]]) -> SparkConf:
        """Set many keys."""
        for key, value in pairs:
            self.set(key, value)
        return self

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, defaultValue: str) -> str: ...
    def get(self, key: str, defaultValue: str | None = None) -> str | None:
        """The value of ``key``, or ``defaultValue``."""
        return self._settings.get(key, defaultValue)

    def getAll(self) -> list[tuple[str, str]]:
        """All settings as pairs."""
        return list(self._settings.items())

    def contains(self, key: str) -> bool:
        """Whether ``key`` is set."""
        return key in self._settings

    def toDebugString(self) -> str:
        """``key=value`` lines, sorted."""
        return "\n".join(f"{key}={value}" for key, value in sorted(self._settings.items()))
