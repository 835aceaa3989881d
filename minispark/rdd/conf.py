"""Settings as PySpark's ``SparkConf`` holds them: strings by key, checked when a context is made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload

from minispark.engine.core.config import require_known_key
from minispark.errors import PySparkRuntimeError
from minispark.rdd.boundary import users_boundary

SYSTEM_PROPERTIES: dict[str, str] = {"SPARK_SUBMIT": "true"}
"""Properties of the process, which Spark keeps in the JVM: ``SparkContext.setSystemProperty`` and ``minispark run``."""


@users_boundary
class SparkConf:
    """Settings of an application (``pyspark.SparkConf``). Setters return the conf, so that calls can be chained.

    It begins with the ``spark.*`` system properties unless ``loadDefaults`` is False; there are no default files. An
    unknown ``spark.minispark.*`` key is a ConfigurationError that lists the valid ones; other unknown keys are kept.

    >>> from minispark import SparkConf
    >>> conf = SparkConf().setMaster("local[2]").setAppName("words").set("spark.python.worker.memory", "128m")
    >>> conf.get("spark.master"), conf.get("spark.missing", "none")
    ('local[2]', 'none')
    """

    def __init__(self, loadDefaults: bool = True, _jvm: object = None, _jconf: object = None) -> None:
        if _jvm is not None or _jconf is not None:
            raise NotImplementedError(
                "SparkConf(_jvm=..., _jconf=...) needs a JVM, and minispark has none; leave it out"
            )
        self._settings: dict[str, str] = {}
        if loadDefaults:
            self.setAll((key, text) for key, text in SYSTEM_PROPERTIES.items() if key.startswith("spark."))

    def set(self, key: str, value: object) -> SparkConf:
        """Set ``key`` to ``value``, as its ``str``."""
        if not isinstance(key, str):
            raise TypeError(f"a setting's key is a str, not {key!r:.200}")
        require_known_key(key)
        self._settings[key] = str(value)
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

    def setSparkHome(self, value: str) -> SparkConf:
        """Where Spark is installed on workers (``spark.home``): kept for ``SparkContext.sparkHome``, read by nobody."""
        return self.set("spark.home", value)

    def setExecutorEnv(
        self, key: str | None = None, value: str | None = None, pairs: list[tuple[str, str]] | None = None
    ) -> SparkConf:
        """Environment variables of the workers: one by ``key`` and ``value``, or many by ``pairs``. Raises
        PySparkRuntimeError for both or neither.

        >>> SparkConf().setExecutorEnv("LEVEL", "3").get("spark.executorEnv.LEVEL")
        '3'
        """
        if (key is None) == (pairs is None):
            raise PySparkRuntimeError(
                "setExecutorEnv needs either a key and its value, or a list of pairs", "KEY_VALUE_PAIR_REQUIRED", {}
            )
        for name, text in [(key, value)] if pairs is None else pairs:
            self.set(f"spark.executorEnv.{name}", text)
        return self

    def setAll(self, pairs: Iterable[tuple[str, object]]) -> SparkConf:
        """Set many keys."""
        for key, value in pairs:
            self.set(key, value)
        return self

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, defaultValue: None) -> str | None: ...
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
