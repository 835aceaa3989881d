"""Names that ``pyspark.sql.types`` keeps to itself and programs import all the same."""

from __future__ import annotations

from minispark.sql.row import named_row as _create_row
from minispark.sql.types.ddl import parse_type as _parse_datatype_string
from minispark.sql.types.fromjson import parse_json as _parse_datatype_json_string
from minispark.sql.types.fromjson import parse_json_value as _parse_datatype_json_value
from minispark.sql.types.infer import infer_schema as _infer_schema
from minispark.sql.types.infer import infer_type as _infer_type
from minispark.sql.types.merge import has_type as _has_type
from minispark.sql.types.merge import merged as _merge_type
from minispark.sql.types.verify import verifier as _make_type_verifier

__all__ = [
    "_create_row",
    "_has_type",
    "_infer_schema",
    "_infer_type",
    "_make_type_verifier",
    "_merge_type",
    "_parse_datatype_json_string",
    "_parse_datatype_json_value",
    "_parse_datatype_string",
]
