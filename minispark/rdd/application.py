"""What a context says of the application it is: ids, versions, times, and settings of the whole process."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, NoReturn

from minispark.errors import IllegalArgumentException, PySparkRuntimeError
from minispark.rdd.conf import SYSTEM_PROPERTIES
from minispark.rdd.versions import API_VERSION

if TYPE_CHECKING:
    from minispark.rdd.conf import SparkConf
    from minispark.rdd.resources import ResourceInformation

_PROFILES = (
    "tasks are not profiled; profile a function where it runs (cProfile in mapPartitions), or watch the workers from "
    "outside (py-spy record --subprocesses)"
)
_LOG_LEVELS = {"ALL": 1, "TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50, "OFF": 60}


class Application:
    """The part of ``SparkContext`` that knows the application."""

    _conf: SparkConf
    _started_ms: int

    @property
    def applicationId(self) -> str:
        """An id of this application, ``local-`` and a number.

        >>> sc.applicationId.startswith("local-")
        True
        """
        return f"local-{self._started_ms}"

    @property
    def version(self) -> str:
        """The version of PySpark whose API this is; minispark's own is ``minispark.__version__``.

        >>> sc.version
        '4.3.0'
        """
        return API_VERSION

    @property
    def startTime(self) -> int:
        """When the context was made, in milliseconds since 1970."""
        return self._started_ms

    @property
    def uiWebUrl(self) -> str | None:
        """None: there is no web page."""
        return None

    @property
    def sparkHome(self) -> str | None:
        """``spark.home`` as given; nothing is read from there."""
        return self._conf.get("spark.home")

    @property
    def environment(self) -> dict[str, str]:
        """The variables that workers have beyond the driver's."""
        prefix = "spark.executorEnv."
        return {key[len(prefix) :]: text for key, text in self._conf.getAll() if key.startswith(prefix)}

    @property
    def resources(self) -> dict[str, ResourceInformation]:
        """Devices (GPUs) assigned to the driver: none are."""
        return {}

    def show_profiles(self) -> NoReturn:
        """Not offered: see ``dump_profiles``."""
        raise PySparkRuntimeError(_PROFILES, "INCORRECT_CONF_FOR_PROFILE", {})

    def dump_profiles(self, path: str) -> NoReturn:
        """Not offered. Raises PySparkRuntimeError naming what does the same, as PySpark's does without a profiler."""
        raise PySparkRuntimeError(_PROFILES, "INCORRECT_CONF_FOR_PROFILE", {})

    def _repr_html_(self) -> str:
        """For notebooks."""
        rows = {"Version": f"v{self.version}", "Master": self._conf.get("spark.master", "")}
        rows["AppName"] = self._conf.get("spark.app.name", "")
        cells = "".join(f"<dt>{name}</dt><dd><code>{_escaped(text)}</code></dd>" for name, text in rows.items())
        return f"<div><p><b>SparkContext</b></p><dl>{cells}</dl></div>"

    def sparkUser(self) -> str:
        """``SPARK_USER`` where that is set, else who runs this process."""
        return os.environ.get("SPARK_USER") or getpass.getuser()

    def setLogLevel(self, logLevel: str) -> None:
        """Set the level of the logger ``minispark``: ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF, in any case.
        Raises IllegalArgumentException for another."""
        level = _LOG_LEVELS.get(logLevel.upper()) if isinstance(logLevel, str) else None
        if level is None:
            raise IllegalArgumentException(f"log level {logLevel!r:.200} is not one of {', '.join(_LOG_LEVELS)}")
        import logging

        logging.getLogger("minispark").setLevel(level)

    @classmethod
    def setSystemProperty(cls, key: str, value: str) -> None:
        """Set a property of the process. Those that begin with ``spark.`` are settings of every context and
        ``SparkConf`` made from now on, unless set there."""
        SYSTEM_PROPERTIES[str(key)] = str(value)

    @classmethod
    def getSystemProperty(cls, key: str) -> str | None:
        """A property set by ``setSystemProperty``; there is no JVM that has others."""
        return SYSTEM_PROPERTIES.get(key)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
