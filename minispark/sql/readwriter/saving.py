"""Running a plan into files."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.engine.formats.filesystems import as_uri, normal_path
from minispark.errors import AnalysisException, IllegalArgumentException
from minispark.sql import types as t
from minispark.sql.fused.engine import schema_of
from minispark.sql.plan.expressions import Attribute
from minispark.sql.plan.nodes import Node, Scan, walk_plan
from minispark.sql.sources.catalog.model import Buckets
from minispark.sql.sources.options import Options
from minispark.sql.types import StructField, StructType

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession
    from minispark.sql.sources.writing.commit import Output
    from minispark.sql.sources.writing.layout import Files


@value
class Wanted:
    """What a writer was told; ``format`` None stands for the session's usual one."""

    format: str | None
    options: Options
    partitions: tuple[str, ...] = ()
    buckets: Buckets | None = None
    cluster: tuple[str, ...] = ()


def save(session: SparkSession, plan: Node, path: str | None, wanted: Wanted, mode: str) -> None:
    """``df.write.save(path)``."""
    told = wanted.options.get("path")
    if path is not None and told is not None:
        raise AnalysisException(
            "option path is set, and save() is given a path too; give it in one of the two ways",
            "_LEGACY_ERROR_TEMP_1307",
        )
    target = path if path is not None else told
    if target is None:
        raise IllegalArgumentException(
            "save() needs a path, as its argument or as option path", "_LEGACY_ERROR_TEMP_2047", {"key": "path"}
        )
    job = Job(session, plan, wanted)
    job.write(_absolute(target), mode)


def _absolute(path: str) -> str:
    plain = normal_path(path)
    return plain if "://" in plain else os.path.abspath(plain)


class Job:
    """A plan on its way into files of a format. Made, it has checked that the format can hold the columns.

    Raises AnalysisException: COLUMN_ALREADY_EXISTS, UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE,
    ALL_PARTITION_COLUMNS_NOT_ALLOWED ...
    """

    def __init__(self, session: SparkSession, plan: Node, wanted: Wanted) -> None:
        from minispark.sql.sources.formats import format_named

        self.session = session
        self.plan = plan
        self.settings = session._runner.settings()
        self.format = format_named(wanted.format or self.settings.conf("spark.sql.sources.default") or "parquet")
        self.wanted = wanted
        self.schema = schema_of(plan)
        self.partitions = self._partition_places()
        places = {place for place, _ in self.partitions}
        self.columns = tuple(place for place in range(len(self.schema.fields)) if place not in places)
        self.data = StructType([self.schema.fields[place] for place in self.columns])
        self._check()
        self.writing = self.format.writer(self.data, wanted.options, self.settings)

    # --- checks ------------------------------------------------------------------------------------------------------

    def _partition_places(self) -> tuple[tuple[int, StructField], ...]:
        found: list[tuple[int, StructField]] = []
        for name in self.wanted.partitions:
            place = self.place_of(name)
            field = self.schema.fields[place]
            if any(place == one for one, _ in found):
                raise AnalysisException(
                    f"partition column `{name}` is there twice",
                    "COLUMN_ALREADY_EXISTS",
                    {"columnName": f"`{name.lower()}`"},
                )
            plain = isinstance(field.dataType, t.AtomicType) and not isinstance(field.dataType, t.VariantType)
            if not plain or (isinstance(field.dataType, t.StringType) and not field.dataType.isUTF8BinaryCollation()):
                raise AnalysisException(
                    f"column `{name}` of type {field.dataType.simpleString()} cannot name directories",
                    "INVALID_PARTITION_COLUMN_DATA_TYPE",
                    {"type": f'"{field.dataType.simpleString().upper()}"'},
                )
            found.append((place, field))
        if found and len(found) == len(self.schema.fields):
            raise AnalysisException(
                "all columns are partition columns, and none is left for the files; leave one out of partitionBy",
                "ALL_PARTITION_COLUMNS_NOT_ALLOWED",
                {},
            )
        return tuple(found)

    def place_of(self, name: str) -> int:
        """The place of a column. Raises AnalysisException for a name that no column has."""
        places = [
            place
            for place, field in enumerate(self.schema.fields)
            if field.name == name or (not self.settings.case_sensitive and field.name.lower() == name.lower())
        ]
        if not places:
            raise AnalysisException(
                f"there is no column `{name}` to partition by; the columns are {', '.join(self.schema.names)}",
                "_LEGACY_ERROR_TEMP_1155",
                {"col": name, "schemaCatalog": self.schema.simpleString()},
            )
        return places[0]

    def _check(self) -> None:
        from minispark.sql.sources.schemas import check_names, check_types

        check_names(self.schema.names, self.settings.case_sensitive)
        check_types(self.format, self.data, self.settings.conf, writing=True)
        if _is_empty(self.data):
            raise AnalysisException(
                f"{self.format.shown} cannot hold rows without columns; select at least one",
                "EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE",
                {"format": self.format.shown},
            )

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self, target: str, mode: str) -> None:
        """Write to a directory. Raises AnalysisException (PATH_ALREADY_EXISTS)."""
        from minispark.sql.sources.writing.commit import has_data

        exists = has_data(target)
        if exists and mode == "error":
            raise AnalysisException(
                f"{as_uri(target)} exists already; use mode('overwrite') or mode('append'), or another path",
                "PATH_ALREADY_EXISTS",
                {"outputPath": as_uri(target)},
            )
        if exists and mode == "ignore":
            return
        if mode == "overwrite":
            self.refuse_reading(target)
        dynamic = (
            self.wanted.options.get("partitionOverwriteMode")
            or self.settings.conf("spark.sql.sources.partitionOverwriteMode")
            or "static"
        )
        if mode != "overwrite":
            self.run(target, lambda output, files: output.add())
        elif dynamic.lower() == "dynamic" and self.partitions:
            self.run(target, lambda output, files: output.replace_directories(sorted(files.folders)))
        else:
            self.run(target, lambda output, files: output.replace())

    def refuse_reading(self, target: str, shown: str | None = None) -> None:
        """Raises AnalysisException (UNSUPPORTED_OVERWRITE) where the plan reads what is to be replaced."""
        inside = target.rstrip("/") + "/"
        for node in walk_plan(self.plan):
            if isinstance(node, Scan) and any((file.path + "/").startswith(inside) for file in node.source.files):
                kind = "PATH" if shown is None else "TABLE"
                raise AnalysisException(
                    f"{shown or as_uri(target)} is read by the rows that are to replace it; write them elsewhere "
                    "first, or "
                    "checkpoint() the DataFrame",
                    f"UNSUPPORTED_OVERWRITE.{kind}",
                    {"path" if shown is None else "table": shown or as_uri(target)},
                )

    def run(self, target: str, commit: Callable[[Output, Files], None]) -> Files:
        """Run the plan into files beside the target; ``commit`` gives them their place."""
        from minispark.sql.convert.physical import arrow_schema
        from minispark.sql.sources.writing.batches import batches
        from minispark.sql.sources.writing.commit import Output
        from minispark.sql.sources.writing.layout import Files, Layout

        plan, schema, bucket = self._bucketed()
        layout = Layout(self.columns, self.partitions, bucket, self._rows_max(), self._parts(), self.settings.zone)
        begun: list[tuple[Output, Files]] = []

        def abandon() -> None:
            for output, files in begun:
                files.abandon()
                output.abandon()
            begun.clear()

        def take(cursor: Any) -> None:
            abandon()  # of a run before, which turned out to need another way of computing
            output = Output(target)
            files = Files(output, self.writing, layout, arrow_schema(schema).empty_table())
            begun.append((output, files))
            for table in batches(cursor, schema):
                files.add(table)

        try:
            self.session._runner.run(plan, "save", take)
            output, files = begun[0]
            files.close()
            commit(output, files)
        except BaseException:
            abandon()
            raise
        return files

    def _rows_max(self) -> int:
        told = self.wanted.options.number("maxRecordsPerFile", 0)
        return told if told > 0 else int(self.settings.conf("spark.sql.files.maxRecordsPerFile") or 0)

    def _parts(self) -> int:
        from minispark.sql.plan.nodes import Hinted

        node = self.plan
        while len(node.children) == 1:
            if isinstance(node, Hinted) and node.name in ("coalesce", "repartition", "repartitionByRange"):
                return max(1, int(node.parameters[0] or 1))
            node = node.children[0]
        return 1

    def _bucketed(self) -> tuple[Node, StructType, int | None]:
        """The plan with the number of each row's bucket as its last column, sorted as asked."""
        buckets = self.wanted.buckets
        if buckets is None:
            return self.plan, self.schema, None
        from minispark.sql.analysis import relations
        from minispark.sql.plan.expressions import Alias as Named
        from minispark.sql.plan.expressions import Apply, Literal, SortOrder

        columns: list[Any] = [self._attribute(name) for name in buckets.columns]
        for one in columns:
            if isinstance(one.dtype, t.StringType) and not one.dtype.isUTF8BinaryCollation():
                shown = f'"{one.dtype.simpleString().upper()}"'
                raise AnalysisException(
                    f"column `{one.name}` of type {shown} cannot say a row's bucket",
                    "INVALID_BUCKET_COLUMN_DATA_TYPE",
                    {"type": shown},
                )
        count = Literal(buckets.count, t.IntegerType())
        number = Named(Apply("pmod", (Apply("hash", tuple(columns)), count)), "_bucket")
        analyzer = self.session._analyzer
        plan = relations.select(analyzer, self.plan, [*self.plan.output, number])
        if buckets.order:
            order = [SortOrder(self._attribute(name)) for name in buckets.order]
            plan = relations.order(analyzer, plan, order)
        return plan, schema_of(plan), len(self.schema.fields)

    def _attribute(self, name: str) -> Attribute:
        return self.plan.output[self.place_of(name)]


def _is_empty(dtype: t.DataType) -> bool:
    if isinstance(dtype, StructType):
        return not dtype.fields or any(_is_empty(field.dataType) for field in dtype.fields)
    return False
