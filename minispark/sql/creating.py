"""DataFrames of a program's own data: ``createDataFrame``."""

from __future__ import annotations

import sys
from functools import reduce
from typing import TYPE_CHECKING, Any

from minispark.errors import (
    AnalysisException,
    ArithmeticException,
    IllegalArgumentException,
    PySparkTypeError,
    PySparkValueError,
)
from minispark.rdd.rdd import RDD
from minispark.sql.types import CharType, DataType, StructType, VarcharType
from minispark.sql.types.ddl import parse_type
from minispark.sql.types.infer import Inference, infer_schema
from minispark.sql.types.merge import has_null_type, has_type, merged

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.session import SparkSession


def created(session: SparkSession, data: Any, schema: Any, ratio: float | None, verify: bool) -> DataFrame:
    """The DataFrame; see ``SparkSession.createDataFrame``."""
    from minispark.sql.dataframe import DataFrame

    if isinstance(data, DataFrame):
        raise PySparkTypeError(
            "data is a DataFrame already; give rows, or use it as it is",
            "INVALID_TYPE",
            {"arg_name": "data", "arg_type": "DataFrame"},
        )
    if isinstance(schema, str):
        schema = parse_type(schema, inference(session).timestamps_without_zone)
    elif isinstance(schema, (list, tuple)):
        schema = [name if isinstance(name, str) else str(name) for name in schema]
    if isinstance(schema, DataType) and has_type(schema, (CharType, VarcharType)):
        raise AnalysisException(
            f"rows cannot be of {schema.simpleString():.200}; use string, and cast where a length matters",
            "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING",
            {},
        )
    if isinstance(data, RDD):
        return _of_rdd(session, data, schema, ratio, verify)
    made = _of_columns(session, data, schema)
    if made is None:
        return _of_rows(session, data, schema, verify)
    table, struct = made
    return session._local(lambda: table, struct, rows=table.num_rows)


def _of_rows(session: SparkSession, data: Any, schema: Any, verify: bool) -> DataFrame:
    """Few plain values go into the queries themselves; others become columns now, so that mistakes in them are told."""
    from minispark.sql.convert.local import rows_of_local
    from minispark.sql.convert.rowsin import plain_texts
    from minispark.sql.fused.smalldata import small

    rows = rows_of_local(data, schema, verify, inference(session))
    struct, count = rows.schema, len(rows.rows)
    try:
        columns = plain_texts(rows.columns(), struct)
        if small(columns, [field.dataType for field in struct.fields], count):
            return session._local(rows.table, struct, "Scan ExistingRDD", count, tuple(columns))
        table = rows.table()
    except (ArithmeticException, IllegalArgumentException):
        return session._local(rows.table, struct, "Scan ExistingRDD", count)  # an action fails, as in PySpark
    return session._local(lambda: table, struct, "Scan ExistingRDD", count)


def inference(session: SparkSession) -> Inference:
    """How the session's settings say that types are inferred."""

    on = session.conf.flag
    return Inference(
        on("spark.sql.pyspark.inferNestedDictAsStruct.enabled"),
        on("spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled"),
        on("spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled"),
        session.conf.meant("spark.sql.timestampType") == "TIMESTAMP_NTZ",
    )


def _of_columns(session: SparkSession, data: Any, schema: Any) -> tuple[Any, StructType] | None:
    """The columns of numpy, Arrow and pandas data; None for other data. None of these is imported for others."""
    numpy, pyarrow, pandas = map(sys.modules.get, ("numpy", "pyarrow", "pandas"))
    ntz = inference(session).timestamps_without_zone
    if numpy is not None and isinstance(data, numpy.ndarray):
        from minispark.sql.convert.tablesin import table_of_arrow, table_of_numpy

        data = table_of_numpy(data, schema)
        return table_of_arrow(data, schema, session._zone, ntz)
    if pyarrow is not None and isinstance(data, pyarrow.Table):
        from minispark.sql.convert.tablesin import table_of_arrow

        return table_of_arrow(data, schema, session._zone, ntz)
    if pandas is not None and isinstance(data, pandas.DataFrame):
        return _of_pandas(session, data, schema, ntz)
    return None


def _of_pandas(session: SparkSession, pdf: Any, schema: Any, ntz: bool) -> tuple[Any, StructType]:
    from minispark.sql.convert.local import table_of_local
    from minispark.sql.convert.pandasin import records
    from minispark.sql.convert.tablesin import fallback_warning, table_of_pandas

    def setting(name: str, default: str) -> bool:
        return str(session.conf.get(f"spark.sql.execution.{name}", default)).lower() == "true"

    if schema is None:
        schema = [str(name) for name in pdf.columns]
    if setting("arrow.pyspark.enabled", "true") and len(pdf):
        safe = setting("pandas.convertToArrowArraySafely", "true")
        maps = setting("pandas.inferPandasDictAsMap", "false")
        try:
            return table_of_pandas(pdf, schema, session._zone, ntz, safe, maps)
        except Exception as error:
            if not setting("arrow.pyspark.fallback.enabled", "true"):
                raise
            fallback_warning("createDataFrame", error)
    rows = records(pdf, schema, session._zone, ntz)
    return table_of_local(rows, schema, True, inference(session))


def _of_rdd(session: SparkSession, rdd: Any, schema: Any, ratio: float | None, verify: bool) -> DataFrame:
    """Rows of an RDD are computed, and looked at, each time the DataFrame is."""
    from minispark.sql.convert.rowsin import table_of_columns, table_of_rows

    if isinstance(schema, DataType) and not isinstance(schema, StructType):
        struct = StructType().add("value", schema)
        checked = rdd.mapPartitions(_Checked(schema, "field value")) if verify else rdd
        return session._local(lambda: table_of_columns([checked.collect()], struct), struct, "Scan ExistingRDD")
    if isinstance(schema, StructType):
        struct = schema
        checked = rdd.mapPartitions(_Checked(schema, None)) if verify else rdd
        return session._local(lambda: table_of_rows(checked.collect(), struct), struct, "Scan ExistingRDD")
    if schema is not None and not isinstance(schema, list):
        raise PySparkTypeError(
            f"schema is a list of names, a type or a type's text, not {schema!r:.200}",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "schema", "expected_type": "list, None or StructType", "arg_type": type(schema).__name__},
        )
    from minispark.sql.convert.local import renamed

    inferred = _inferred(rdd, schema, ratio, inference(session))
    struct = renamed(inferred, schema)
    return session._local(
        lambda: table_of_rows(rdd.collect(), inferred).rename_columns(struct.names), struct, "Scan ExistingRDD"
    )


def _inferred(rdd: Any, names: list[str] | None, ratio: float | None, how: Inference) -> StructType:
    """The schema by the first row, or the first hundred where that leaves types open; or by a sample of ``ratio``."""
    if ratio is not None:
        sample = rdd.sample(False, float(ratio)) if ratio < 0.99 else rdd
        found: StructType = sample.map(_Inferred(names, how)).reduce(merged)
        if names is not None:
            infer_schema(rdd.first(), names, how)
        return found
    first = rdd.first()
    if hasattr(first, "__len__") and not len(first):
        raise PySparkValueError(
            "no types can be inferred from an empty row; give a schema with types", "CANNOT_INFER_EMPTY_SCHEMA", {}
        )
    schema: DataType = infer_schema(first, names, how)
    if has_null_type(schema):
        more = rdd.take(100)[1:]
        schema = reduce(merged, (infer_schema(row, names, how) for row in more), schema)
        if has_null_type(schema):
            raise PySparkValueError(
                "some types cannot be inferred, since their values are None or empty in the first 100 rows; "
                "give samplingRatio or a schema with types",
                "CANNOT_DETERMINE_TYPE",
                {},
            )
    return schema  # type: ignore[return-value]  # of rows, thus a struct


class _Checked:
    """Rows as they are, once each has been verified."""

    def __init__(self, dtype: DataType, name: str | None) -> None:
        self.dtype = dtype
        self.name = name

    def __call__(self, rows: Any) -> Any:
        from minispark.sql.types.verify import verifier

        check = verifier(self.dtype, name=self.name)
        for row in rows:
            check(row)
            yield row


class _Inferred:
    """A row's schema."""

    def __init__(self, names: list[str] | None, how: Inference) -> None:
        self.names = names
        self.how = how

    def __call__(self, row: Any) -> StructType:
        return infer_schema(row, None if self.names is None else list(self.names), self.how)
