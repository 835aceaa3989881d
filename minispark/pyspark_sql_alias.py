"""PySpark's modules of SQL and where their names live here: the part of ``pyspark_alias`` that loads when used."""

from __future__ import annotations

WHOLE: dict[str, str] = {
    "pyspark.sql.functions": "minispark.sql.functions",
    "pyspark.sql.functions.builtin": "minispark.sql.functions",
    "pyspark.sql.functions.partitioning": "minispark.sql.functions.partitioning",
    "pyspark.sql.catalog": "minispark.sql.catalog",
    "pyspark.sql.tvf": "minispark.sql.tvf",
    "pyspark.sql.types": "minispark.sql.types",
}
"""Modules that are, name by name, modules of ours."""

_FRAME = "minispark.sql.dataframe"
_FRAMES = dict.fromkeys(("DataFrame", "DataFrameNaFunctions", "DataFrameStatFunctions"), _FRAME)
_WINDOWS = dict.fromkeys(("Window", "WindowSpec"), "minispark.sql.window")
_COLUMN = {"Column": "minispark.sql.column"}
_SESSION = {"SparkSession": "minispark.sql.session"}
_GROUP = {"GroupedData": "minispark.sql.group"}
_CONF = {"RuntimeConfig": "minispark.sql.conf"}
_ROW = {"Row": "minispark.sql.row"}
_ASSERTIONS = dict.fromkeys(("assertDataFrameEqual", "assertSchemaEqual"), "minispark.testing.frames")
_OBSERVATION = {"Observation": "minispark.sql.observation"}
_WRITERS = {
    "DataFrameReader": "minispark.sql.readwriter.reader",
    "DataFrameWriter": "minispark.sql.readwriter.writer",
    "DataFrameWriterV2": "minispark.sql.readwriter.writerv2",
    "MergeIntoWriter": "minispark.sql.readwriter.merge",
}
_UDFS = {"UDFRegistration": "minispark.sql.udf"}
_UDF_KINDS = dict.fromkeys(("PandasUDFType", "ArrowUDFType"), "minispark.sql.functions.userdefined")
_UDF = dict.fromkeys(("udf", "pandas_udf", "arrow_udf"), "minispark.sql.functions.userdefined")

NAMES: dict[str, dict[str, str]] = {
    "pyspark.sql": {
        **_SESSION,
        **_FRAMES,
        **_COLUMN,
        **_ROW,
        **_WINDOWS,
        **_GROUP,
        **_UDFS,
        **_OBSERVATION,
        **_WRITERS,
        "VariantVal": "minispark.sql.types",
        "Catalog": "minispark.sql.catalog",
    },
    "pyspark.sql.classic": {},
    "pyspark.sql.classic.column": _COLUMN,
    "pyspark.sql.classic.dataframe": _FRAMES,
    "pyspark.sql.classic.window": _WINDOWS,
    "pyspark.sql.column": _COLUMN,
    "pyspark.sql.conf": _CONF,
    "pyspark.sql.dataframe": _FRAMES,
    "pyspark.sql.group": _GROUP,
    "pyspark.sql.observation": _OBSERVATION,
    "pyspark.sql.pandas": {},
    "pyspark.sql.pandas.functions": {**_UDF, **_UDF_KINDS},
    "pyspark.sql.readwriter": _WRITERS,
    "pyspark.sql.session": _SESSION,
    "pyspark.sql.udf": _UDFS,
    "pyspark.sql.window": _WINDOWS,
    "pyspark.testing": _ASSERTIONS,
    "pyspark.testing.utils": _ASSERTIONS,
}
"""Other modules: each name and the module of ours that has it."""


def home(module: str, name: str) -> str | None:
    """The module of ours that has a name of one of PySpark's modules of SQL; None where it has no such name.

    >>> home("pyspark.sql", "Row"), home("pyspark.sql.functions", "upper"), home("pyspark.sql", "SQLContext")
    ('minispark.sql.row', 'minispark.sql.functions', None)
    """
    if module == "pyspark.sql.types" and name.startswith("_"):
        return "minispark.sql.types.private"
    if module in WHOLE:
        return WHOLE[module]
    return NAMES.get(module, {}).get(name)
