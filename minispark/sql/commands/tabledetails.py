"""What DESCRIBE EXTENDED and SHOW TABLE EXTENDED say of a table, a view, a partition."""

from __future__ import annotations

import datetime
import os
import re
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.commands.viewschemas import legacy_setting
from minispark.sql.parsing.commands import Partition
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.sources.catalog.errors import quoted
from minispark.sql.types import StructType
from minispark.sql.types.limits import declared_schema

Pairs = list[tuple[str, str]]
HIDDEN = "*********(redacted)"


def uri(path: str) -> str:
    """A directory as Spark shows it."""
    return path if "://" in path or path.startswith("file:") or not path else f"file:{path}"


def schema_of(found: Table | TempView) -> StructType:
    """The columns of a table or view."""
    if isinstance(found, TempView):
        from minispark.sql.fused.engine import schema_of as schema_of_plan

        return declared_schema(schema_of_plan(found.plan))
    return found.schema


def redacted(session: Any, pairs: Any) -> Pairs:
    """Options or properties, sorted, without what is secret: ``spark.redaction.regex`` and Spark SQL's own."""
    conf = None if session is None else session.conf
    texts = [
        "(?i)url" if conf is None else conf.get("spark.sql.redaction.options.regex", "(?i)url"),
        _SECRET if conf is None else conf.get("spark.redaction.regex", _SECRET),
    ]
    patterns = [re.compile(str(text)) for text in texts]
    return [(key, HIDDEN if any(one.search(key) for one in patterns) else text) for key, text in sorted(pairs)]


_SECRET = "(?i)secret|password|token|access[.]?key"


def _active() -> Any:
    from minispark.sql.session import SparkSession

    return SparkSession.getActiveSession()


def shows_modes() -> bool:
    """Whether commands show the modes of views: ``spark.sql.legacy.viewSchemaBindingMode``."""
    session = _active()
    return session is None or legacy_setting(session, "viewSchemaBindingMode")


def time_of(milliseconds: int) -> str:
    """A moment as Java's Date writes it."""
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.strftime("%a %b %d %H:%M:%S UTC %Y")


def listed(names: Any) -> str:
    """Names of columns in brackets."""
    return "[" + ", ".join(f"`{one}`" for one in names) + "]"


def _mapped(pairs: Pairs) -> str:
    return "[" + ", ".join(f"{key}={text}" for key, text in pairs) + "]"


def _made(milliseconds: int) -> Pairs:
    session = _active()
    version = "" if session is None else session.version
    return [
        ("Created Time", time_of(milliseconds)), ("Last Access", "UNKNOWN"), ("Created By", f"Spark {version}"),
    ]  # fmt: skip


def details(table: Table) -> Pairs:
    """What there is to say of a table or lasting view."""
    session = _active()
    rows = [("Catalog", "spark_catalog"), ("Database", table.database), ("Table", table.name)]
    rows += [*_made(table.created_ms), ("Type", table.kind)]
    if table.provider:
        rows.append(("Provider", table.provider))
    rows += _buckets(table)
    if table.comment is not None:
        rows.append(("Comment", table.comment))
    if table.collation is not None:
        rows.append(("Collation", table.collation))
    if table.is_view:
        rows += [("View Text", table.text or ""), ("View Original Text", table.original or table.text or "")]
        rows += [("View Schema Mode", table.binding or "BINDING")] if shows_modes() else []
        rows += [
            ("View Catalog and Namespace", f"spark_catalog.{table.setting}"),
            ("View Query Output Columns", listed(table.given or table.schema.names)),
        ]
    if table.properties:
        rows.append(("Table Properties", _mapped(redacted(session, table.properties))))
    numbers = dict(table.statistics)
    if "sizeInBytes" in numbers:
        count = f", {numbers['rowCount']} rows" if "rowCount" in numbers else ""
        rows.append(("Statistics", f"{numbers['sizeInBytes']} bytes{count}"))
    if not table.is_view:
        rows.append(("Location", uri(table.location)))
    if table.options:
        rows.append(("Storage Properties", _mapped(redacted(session, table.options))))
    if table.partitions:
        rows.append(("Partition Provider", "Catalog"))
    return rows


def view_details(view: TempView) -> Pairs:
    """What there is to say of a temporary view."""
    rows = [("Database", "global_temp")] if view.is_global else []
    rows += [("Table", view.name), *_made(view.created_ms), ("Type", "VIEW")]
    if view.comment is not None:
        rows.append(("Comment", view.comment))
    if view.text is not None:
        rows.append(("View Text", view.text))
        rows += [("View Schema Mode", "BINDING")] if shows_modes() else []
        rows.append(("View Catalog and Namespace", f"spark_catalog.{view.setting}"))
        rows.append(("View Query Output Columns", listed(view.given or schema_of(view).names)))
    if view.properties:
        rows.append(("Table Properties", _mapped(redacted(_active(), view.properties))))
    return rows


def _buckets(table: Table) -> Pairs:
    if table.buckets is None:
        return []
    return [
        ("Num Buckets", str(table.buckets.count)), ("Bucket Columns", listed(table.buckets.columns)),
        ("Sort Columns", listed(table.buckets.order)),
    ]  # fmt: skip


# --- partitions ------------------------------------------------------------------------------------------------------


def no_partition(table: Table, values: dict[str, str | None]) -> AnalysisException:
    """The error for a partition that is not there."""
    return AnalysisException(
        f"{'.'.join(table.path)} has no partition {spec_text(values)}", "PARTITIONS_NOT_FOUND",
        {"partitionList": spec_text(values), "tableName": quoted(table.path[1:])},
    )  # fmt: skip


def spec_text(values: dict[str, str | None]) -> str:
    """A partition's values as messages write them."""
    return "PARTITION (" + ", ".join(f"`{name}` = {text}" for name, text in values.items()) + ")"


def one_partition(session: Any, table: Table, partition: Partition) -> tuple[dict[str, str | None], str]:
    """The values and the directory of the partition that is meant.

    Raises AnalysisException where a value is missing or there is no such partition.
    """
    from minispark.sql.commands.partitions import folder_of, partition_folders, partition_values

    values = partition_values(session, table, partition)
    folder_of(table, values)
    found = list(partition_folders(table, values))
    if len(found) != 1:
        raise no_partition(table, values)
    return values, found[0][0]


def partition_details(table: Table, values: dict[str, str | None], folder: str) -> Pairs:
    """What there is to say of a partition."""
    rows = [
        ("Partition Values", "[" + ", ".join(f"{name}={text}" for name, text in values.items()) + "]"),
        ("Location", uri(folder)),
    ]
    if table.options:
        rows.append(("Storage Properties", _mapped(redacted(_active(), table.options))))
    made = int(os.stat(folder).st_mtime * 1000) if os.path.isdir(folder) else table.created_ms
    rows += [("Created Time", time_of(made)), ("Last Access", "UNKNOWN")]
    name = next((name for name, place in table.elsewhere if place == folder), os.path.relpath(folder, table.location))
    counted = dict(table.statistics).get(f"partition {name}")
    if counted is not None:
        rows.append(("Partition Statistics", counted))
    return rows


def storage_details(table: Table) -> Pairs:
    """Where and how the table lies."""
    rows = [*_buckets(table), ("Location", uri(table.location))]
    if table.options:
        rows.append(("Storage Properties", _mapped(redacted(_active(), table.options))))
    return rows
