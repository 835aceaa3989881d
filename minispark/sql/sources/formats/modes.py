"""What happens to malformed records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from minispark.errors import AnalysisException
from minispark.sql.sources.options import Options
from minispark.sql.types import StringType, StructType

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings

Mode = Literal["PERMISSIVE", "DROPMALFORMED", "FAILFAST"]


def mode_of(options: Options) -> Mode:
    """The option mode; another word is PERMISSIVE, as in Spark, with a warning.

    >>> mode_of(Options.of({"mode": "failFast"}))
    'FAILFAST'
    """
    word = options.text("mode", "PERMISSIVE").upper()
    if word == "FAILFAST":
        return "FAILFAST"
    if word == "DROPMALFORMED":
        return "DROPMALFORMED"
    if word != "PERMISSIVE":
        import warnings

        warnings.warn(
            f"mode {word} is unknown, and PERMISSIVE is taken; FAILFAST and DROPMALFORMED are the others", stacklevel=2
        )
    return "PERMISSIVE"


def corrupt_name(options: Options, settings: Settings) -> str:
    """The column that takes malformed records, if the schema has it."""
    return (
        options.get("columnNameOfCorruptRecord")
        or settings.conf("spark.sql.columnNameOfCorruptRecord")
        or "_corrupt_record"
    )


def check_corrupt(schema: StructType, options: Options, settings: Settings) -> None:
    """Raises AnalysisException (INVALID_CORRUPT_RECORD_TYPE) where that column is no text."""
    name = corrupt_name(options, settings)
    for field in schema.fields:
        if field.name == name and not isinstance(field.dataType, StringType):
            raise AnalysisException(
                f"column `{name}` takes malformed records and is a string, not {field.dataType.simpleString()}",
                "INVALID_CORRUPT_RECORD_TYPE",
                {"columnName": f"`{name}`", "actualType": f'"{field.dataType.simpleString().upper()}"'},
            )
