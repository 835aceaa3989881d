"""JSON, CSV and XML out of texts that a program has already: an RDD of them, or a DataFrame's column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.sources.options import Options
from minispark.sql.types import StringType, StructType

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.session import SparkSession


def frame_of_texts(
    session: SparkSession, name: str, texts: Any, options: Options, schema: StructType | None
) -> DataFrame:
    """The records in the texts. Raises AnalysisException for a DataFrame that is not one column of texts."""
    from minispark.sql.sources.formats import format_named
    from minispark.sql.sources.formats.format import Reading
    from minispark.sql.sources.schemas import check_names, check_types, nullable_type

    settings = session._runner.settings()
    rows = _rows(texts)
    form: Any = format_named(name)
    given = schema is not None
    if schema is None:
        schema = form.infer_texts(rows, options, settings)
    check_names(schema.names, settings.case_sensitive)
    whole: Any = nullable_type(schema)
    check_types(form, whole, session._runner.settings().conf)
    reading = Reading(whole, options, settings, given)

    def table() -> Any:
        import pyarrow as pa

        from minispark.sql.convert.physical import arrow_schema

        made = list(form.text_tables(rows, whole.fields, reading))
        return pa.concat_tables(made) if made else arrow_schema(whole).empty_table()

    return session._local(table, whole, "Scan ExistingRDD")


def _rows(texts: Any) -> list[str]:
    from minispark.rdd.rdd import RDD

    if isinstance(texts, RDD):
        return [one if isinstance(one, str) else str(one) for one in texts.collect() if one is not None]
    fields = texts.schema.fields
    if len(fields) != 1 or not isinstance(fields[0].dataType, StringType):
        raise AnalysisException(
            f"a DataFrame of one column of texts is needed, not {texts.schema.simpleString()}",
            "PARSE_INPUT_NOT_STRING_TYPE",
            {"dataType": fields[0].dataType.simpleString() if fields else ""},
        )
    return [row[0] for row in texts.collect() if row[0] is not None]
