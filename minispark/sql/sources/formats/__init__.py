"""The formats by their names. Each is a module that offers ``FORMAT``, a value of ``formats/format.py``'s protocol."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from minispark.errors import Py4JJavaError, PySparkNotImplementedError

if TYPE_CHECKING:
    from minispark.sql.sources.formats.format import Format

_MODULES = {
    "parquet": "parquet",
    "csv": "csv",
    "json": "json",
    "text": "text",
    "orc": "orc",
    "binaryfile": "binary",
    "xml": "xml",
    "arrow": "arrow",
}
_LONG = {
    "com.databricks.spark.csv": "csv",
    "com.databricks.spark.xml": "xml",
    "org.apache.spark.sql.parquet": "parquet",
    "org.apache.spark.sql.json": "json",
    "org.apache.spark.sql.execution.datasources.parquet.parquetfileformat": "parquet",
    "org.apache.spark.sql.execution.datasources.json.jsonfileformat": "json",
    "org.apache.spark.sql.execution.datasources.csv.csvfileformat": "csv",
    "org.apache.spark.sql.execution.datasources.text.textfileformat": "text",
    "org.apache.spark.sql.execution.datasources.orc.orcfileformat": "orc",
}
_ELSEWHERE = {
    "jdbc": "read the table with a database driver, or DuckDB's extensions, and give the rows to createDataFrame",
    "avro": "convert the files to Parquet",
    "kafka": "streaming sources are not there",
    "delta": "read the table's Parquet files with the package deltalake and give its Arrow table to createDataFrame",
    "iceberg": "read the table with the package pyiceberg and give its Arrow table to createDataFrame",
    "hive": "use parquet or orc: there is no Hive",
    "libsvm": "read the lines with text and split them",
    "image": "read the files with binaryFile",
    "rate": "streaming sources are not there",
    "socket": "streaming sources are not there",
}


def format_named(name: str) -> Format:
    """The format of a name, in any case.

    Raises PySparkNotImplementedError, with a way out, for formats that Spark knows and this does not, and Py4JJavaError
    (DATA_SOURCE_NOT_FOUND), as PySpark does, for names that nobody knows.
    """
    low = _LONG.get(name.lower(), name.lower())
    module = _MODULES.get(low)
    if module is not None:
        found: Format = importlib.import_module(f"minispark.sql.sources.formats.{module}").FORMAT
        return found
    if low in _ELSEWHERE:
        raise PySparkNotImplementedError(
            f"format {name!r} is not there; {_ELSEWHERE[low]}", "NOT_IMPLEMENTED", {"feature": f"format {name}"}
        )
    raise Py4JJavaError(
        f"there is no format {name!r}; the formats are parquet, csv, json, text, orc, arrow, xml and binaryFile",
        "DATA_SOURCE_NOT_FOUND",
        {"provider": name},
    )
