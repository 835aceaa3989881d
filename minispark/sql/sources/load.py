"""From a format's name, paths, options and perhaps a schema to a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minispark.errors import AnalysisException
from minispark.sql.sources.files import FileSource
from minispark.sql.sources.formats import format_named
from minispark.sql.sources.formats.format import Format, Reading
from minispark.sql.sources.formats.modes import check_corrupt
from minispark.sql.sources.listing import list_files
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile, discover
from minispark.sql.sources.schemas import check_names, check_types, nullable_type
from minispark.sql.types import StructField, StructType

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings


def load_files(
    name: str, paths: Sequence[str], options: Options, settings: Settings, given: StructType | None = None
) -> FileSource:
    """The source of some files.

    Raises AnalysisException: PATH_NOT_FOUND, UNABLE_TO_INFER_SCHEMA without ``given`` where there are no files,
    COLUMN_ALREADY_EXISTS, UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE; what the format raises of files that it cannot read.
    """
    form = format_named(name)
    zoned = options if options.get("timeZone") else options.merged([("timeZone", settings.zone)])
    listing = list_files(paths, zoned)
    infer = (settings.conf("spark.sql.sources.partitionColumnTypeInference.enabled") or "true").lower() == "true"
    parts = discover(listing, options, given, infer, settings.zone)
    files = by_size(parts.files)
    data = given if given is not None else _inferred(form, parts.files, options, settings)
    partition_names = {field.name.lower() for field in parts.columns}
    check_names(data.names, settings.case_sensitive)
    data = nullable_type(data)  # type: ignore[assignment]  # a struct stays one
    check_types(form, data, settings.conf)
    if form.name in ("csv", "json", "xml"):
        check_corrupt(data, options, settings)
    inside = [field for field in data.fields if field.name.lower() not in partition_names]
    schema = _whole(data if given is None else StructType(inside), parts.columns)
    told = Reading(data if given is None else StructType(inside), options, settings, given is not None)
    return FileSource(form, tuple(paths), files, told, parts.columns, schema)


def by_size(files: Sequence[PartFile]) -> tuple[PartFile, ...]:
    """Large files first, as Spark's tasks take them."""
    return tuple(sorted(files, key=lambda file: -file.size))


def _inferred(form: Format, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType:
    found = form.infer(files, options, settings)
    if found is None:
        raise AnalysisException(
            f"the columns of {form.shown} cannot be told: there are no data files; give a schema or check the path",
            "UNABLE_TO_INFER_SCHEMA",
            {"format": form.shown},
        )
    return found


def _whole(data: StructType, partitions: Sequence[StructField]) -> StructType:
    """Columns of the files (those that directories name too with value and type), then other partition columns."""
    told = {field.name.lower(): field for field in partitions}
    fields = [told.pop(field.name.lower(), field) for field in data.fields]
    return StructType([*fields, *told.values()])
