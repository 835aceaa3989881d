"""DESCRIBE EXTENDED ... AS JSON."""

from __future__ import annotations

import datetime
import json
import os
from typing import Any

from minispark.sql import types as t
from minispark.sql.commands.tabledetails import one_partition, redacted, shows_modes, uri
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.types.limits import unlimited


def json_of(session: Any, found: Table | TempView, schema: t.StructType, partition: Any) -> str:
    """All there is to say of a table or view, as one line of JSON."""
    entry: dict[str, Any] = {"table_name": found.name}
    if isinstance(found, Table):
        entry.update(catalog_name="spark_catalog", namespace=[found.database], schema_name=found.database)
    else:
        space = "global_temp" if found.is_global else "session"
        entry.update(catalog_name="system", namespace=[space], schema_name=space)
    entry["columns"] = [_column(field) for field in schema.fields]
    if isinstance(found, TempView):
        entry.update(_of_view(session, found))
    elif found.is_view:
        entry.update(_of_stored_view(session, found))
    elif partition:
        values, folder = one_partition(session, found, partition)
        entry.update(partition_values=values, location=uri(folder), **_options(session, found))
        entry.update(_made(session, int(os.stat(folder).st_mtime * 1000)), type=found.kind, provider=found.provider)
        entry.update(_buckets(found))
        entry.update(_rest(session, found))
    else:
        entry.update(_buckets(found))
        entry.update(location=uri(found.location), **_options(session, found))
        entry.update(_made(session, found.created_ms), type=found.kind, provider=found.provider)
        entry.update(_rest(session, found))
    entry["collation"] = "UTF8_BINARY"
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False)


def _column(field: t.StructField) -> dict[str, Any]:
    told = field.metadata or {}
    column: dict[str, Any] = {
        "name": field.name,
        "type": type_of(unlimited(field.dataType)),
        "nullable": field.nullable,
    }
    if told.get("comment"):
        column["comment"] = told["comment"]
    if "CURRENT_DEFAULT" in told:
        column["default"] = told["CURRENT_DEFAULT"]
    return column


def type_of(dtype: t.DataType) -> dict[str, Any]:
    """A type as an object.

    >>> type_of(t.ArrayType(t.StringType()))
    {'name': 'array', 'element_type': {'name': 'string', 'collation': 'UTF8_BINARY'}, 'element_nullable': True}
    """
    if isinstance(dtype, t.StringType):
        return {"name": "string", "collation": dtype.collation}
    if isinstance(dtype, t.StructType):
        return {"name": "struct", "fields": [_column(field) for field in dtype.fields]}
    if isinstance(dtype, t.ArrayType):
        return {
            "name": "array", "element_type": type_of(dtype.elementType), "element_nullable": dtype.containsNull,
        }  # fmt: skip
    if isinstance(dtype, t.MapType):
        return {
            "name": "map", "key_type": type_of(dtype.keyType), "value_type": type_of(dtype.valueType),
            "value_nullable": dtype.valueContainsNull,
        }  # fmt: skip
    if isinstance(dtype, t.DecimalType):
        return {"name": "decimal", "precision": dtype.precision, "scale": dtype.scale}
    if isinstance(dtype, t.TimestampType):
        return {"name": "timestamp_ltz"}
    if isinstance(dtype, (t.DayTimeIntervalType, t.YearMonthIntervalType)):
        words = dtype.simpleString().split()
        return {"name": "interval", "start_unit": words[1], "end_unit": words[-1]}
    return {"name": dtype.simpleString()}


def _made(session: Any, milliseconds: int) -> dict[str, Any]:
    moment = datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.UTC)
    return {
        "created_time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "last_access": "UNKNOWN",
        "created_by": f"Spark {session.version}",
    }  # fmt: skip


def _options(session: Any, table: Table) -> dict[str, Any]:
    return {"storage_properties": dict(redacted(session, table.options))} if table.options else {}


def _buckets(table: Table) -> dict[str, Any]:
    if table.buckets is None:
        return {}
    return {
        "num_buckets": table.buckets.count, "bucket_columns": list(table.buckets.columns),
        "sort_columns": list(table.buckets.order),
    }  # fmt: skip


def _rest(session: Any, table: Table) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if table.comment is not None:
        entry["comment"] = table.comment
    if table.properties:
        entry["table_properties"] = dict(redacted(session, table.properties))
    if table.partitions:
        entry.update(partition_provider="Catalog", partition_columns=list(table.partitions))
    numbers = dict(table.statistics)
    if "sizeInBytes" in numbers:
        entry["statistics"] = {"size_in_bytes": int(numbers["sizeInBytes"])}
        if "rowCount" in numbers:
            entry["statistics"]["num_rows"] = int(numbers["rowCount"])
    return entry


def _of_view(session: Any, view: TempView) -> dict[str, Any]:
    entry = {**_made(session, view.created_ms), "type": "VIEW"}
    if view.comment is not None:
        entry["comment"] = view.comment
    if view.text is not None:
        entry["view_text"] = view.text
        entry.update({"view_schema_mode": "BINDING"} if shows_modes() else {})
        entry["view_catalog_and_namespace"] = f"spark_catalog.{view.setting}"
        entry["view_query_output_columns"] = list(view.given)
    return entry


def _of_stored_view(session: Any, view: Table) -> dict[str, Any]:
    entry = {**_made(session, view.created_ms), "type": "VIEW"}
    if view.comment is not None:
        entry["comment"] = view.comment
    entry.update(view_text=view.text, view_original_text=view.original or view.text)
    entry.update({"view_schema_mode": view.binding or "BINDING"} if shows_modes() else {})
    entry["view_catalog_and_namespace"] = f"spark_catalog.{view.setting}"
    entry["view_query_output_columns"] = list(view.given or view.schema.names)
    if view.properties:
        entry["table_properties"] = dict(redacted(session, view.properties))
    return entry
