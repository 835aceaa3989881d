"""Functions in FROM that take nothing and say what there is: ``collations()``, ``sql_keywords()``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException, PySparkNotImplementedError
from minispark.sql import types as t
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import Attribute, fresh_id
from minispark.sql.plan.nodes import Local, Node

Rows = Sequence[tuple[Any, ...]]


def fixed_table(name: str, arguments: int, settings: Settings) -> Node | None:
    """The rows of such a function; None for another name.

    Raises AnalysisException for arguments, and where the session does not let it be used.
    """
    found = _TABLES.get(name.lower())
    if found is None:
        return None
    if arguments:
        raise AnalysisException(
            f"{name} takes no arguments, and has {arguments}",
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            {"functionName": f"`{name}`", "expectedNum": "0", "actualNum": str(arguments)},
        )
    fields, make = found
    rows = list(make(settings))
    kinds = [t.BooleanType() if field.endswith("?") else t.StringType() for field in fields]
    output = tuple(
        Attribute(field.rstrip("?"), kind, field in _NULLABLE, fresh_id())
        for field, kind in zip(fields, kinds, strict=True)
    )

    def table() -> Any:
        import pyarrow as pa

        columns = [list(column) for column in zip(*rows, strict=True)]
        return pa.table(columns, names=[f"c{one.id}" for one in output])

    return Local(table, output, "LocalTableScan", len(rows))


def collation_rows(settings: Settings | None = None) -> Rows:
    """Every collation: catalog, schema, name, language, country, accents, cases, spaces, and ICU's version."""
    from minispark.sql.types.collationnames import BYTES, collation_names

    bytewise = [f"{root}{trim}" for trim in ("", "_RTRIM") for root in BYTES]
    return [_row(name) for name in (*bytewise, *sorted(set(collation_names()) - set(bytewise)))]


def _row(name: str) -> tuple[Any, ...]:
    from minispark.sql.types.collationlanguages import COUNTRIES, LANGUAGES

    words = name.split("_")
    language = LANGUAGES.get(words[0])
    country = next((COUNTRIES[word] for word in words[1:] if word in COUNTRIES), None)
    accents = "ACCENT_INSENSITIVE" if "AI" in words else "ACCENT_SENSITIVE"
    cases = "CASE_INSENSITIVE" if "CI" in words or "LCASE" in words else "CASE_SENSITIVE"
    pad = "RTRIM" if "RTRIM" in words else "NO_PAD"
    return ("SYSTEM", "BUILTIN", name, language, country, accents, cases, pad, None)


def _keyword_rows(settings: Settings) -> Rows:
    from minispark.sql.parsing.keywords import KEYWORDS

    enforced = str(settings.conf("spark.sql.ansi.enforceReservedKeywords") or "false").lower() == "true"
    return [(word, enforced and reserved) for word, reserved in KEYWORDS]


def _log_rows(settings: Settings) -> Rows:
    key = "spark.sql.pyspark.worker.logging.enabled"
    if str(settings.conf(key) or "false").lower() != "true":
        raise AnalysisException(
            f"what Python functions log is not kept; {key} would ask for it",
            "FEATURE_NOT_ENABLED",
            {"featureName": "Python Worker Logging", "configKey": key, "configValue": "true"},
        )
    raise PySparkNotImplementedError(
        "python_worker_logs: what Python functions log goes to the program's own log handlers, and is not kept as rows",
        "NOT_IMPLEMENTED",
        {"feature": "python_worker_logs"},
    )


_TABLES: dict[str, tuple[tuple[str, ...], Callable[[Settings], Rows]]] = {
    "collations": (
        (
            "CATALOG", "SCHEMA", "NAME", "LANGUAGE", "COUNTRY", "ACCENT_SENSITIVITY", "CASE_SENSITIVITY",
            "PAD_ATTRIBUTE", "ICU_VERSION",
        ),
        collation_rows,
    ),
    "sql_keywords": (("keyword", "reserved?"), _keyword_rows),
    "python_worker_logs": ((), _log_rows),
}  # fmt: skip
_NULLABLE = ("LANGUAGE", "COUNTRY", "ICU_VERSION")
