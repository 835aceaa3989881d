"""CSV, JSON and XML files as Spark 4.3 read them: its answers are in ``answers/``, a line each: text, schema, options,
answer.

An answer is the schema and the rows, or an error's class and condition. TODAY in it stands for the current date: that
is the one of a timestamp that a file gives as a time of day.
"""

import datetime
import json
from pathlib import Path

import pytest

from minispark.errors import PySparkException
from minispark.sql.library.function import Settings
from minispark.sql.sources.load import load_files
from minispark.sql.sources.options import Options
from minispark.sql.types import StructType

ANSWERS = Path(__file__).parent / "answers"
SETTINGS = Settings("UTC", True, False, lambda name: None)


def answer(path, schema, options):
    try:
        given = None if schema is None else StructType.fromDDL(schema)
        source = load_files(path.suffix[1:], [str(path)], Options.of(options), SETTINGS, given)
        tables = source.tables(source.schema.names) if source.schema.names else ()
        rows = [list(row.values()) for table in tables for row in table.to_pylist()]
    except PySparkException as error:
        return [type(error).__name__, error.getCondition()]
    return [source.schema.simpleString(), json.loads(json.dumps(rows, default=repr))]


@pytest.mark.filterwarnings("ignore:mode NOPE")
@pytest.mark.parametrize("form", ["csv", "json", "xml"])
def test_files_are_read_as_spark_reads_them(form, tmp_path):
    wrong = []
    for number, line in enumerate((ANSWERS / f"{form}.jsonl").read_text(encoding="utf-8").splitlines()):
        text, schema, options, expected = json.loads(line)
        path = tmp_path / f"{number}.{form}"
        path.write_bytes(text.encode())
        days = {f"{datetime.datetime.now(datetime.UTC):%Y, %-m, %-d}"}
        found = answer(path, schema, options)
        days.add(f"{datetime.datetime.now(datetime.UTC):%Y, %-m, %-d}")  # another one at midnight
        if repr(found) not in {repr(expected).replace("TODAY", day) for day in days}:  # NaN is equal to itself here
            wrong.append((text, schema, options, found, expected))
    assert not wrong, f"{len(wrong)} differ; the first: {wrong[0]}"
