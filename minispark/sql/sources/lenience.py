"""Files that are gone or damaged: an error, or left out where options or settings say so."""

from __future__ import annotations

from minispark.engine.formats.filesystems import as_uri
from minispark.errors import Py4JJavaError
from minispark.sql.sources.formats.format import Reading


def told(reading: Reading, name: str) -> bool:
    """Whether ignoreMissingFiles or ignoreCorruptFiles is asked for: as an option, or a setting."""
    setting = (reading.settings.conf(f"spark.sql.files.{name}") or "false").lower() == "true"
    return reading.options.flag(name, setting)


def missing(path: str) -> Py4JJavaError:
    """What is raised for a file that is gone, as PySpark does."""
    return Py4JJavaError(
        f"{path} is gone since the DataFrame was made; read it again, or call spark.catalog.refreshByPath",
        "FAILED_READ_FILE.FILE_NOT_EXIST",
        {"path": as_uri(path)},
    )


def damaged(error: Py4JJavaError) -> bool:
    """Whether an error says that a file cannot be read at all."""
    return error.getCondition() in ("FAILED_READ_FILE.NO_HINT", "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER")
