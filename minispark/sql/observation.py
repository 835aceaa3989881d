"""Observation: metrics of rows on their way, told when an action has run (``pyspark.sql.Observation``)."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkAssertionError, PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from minispark.sql.row import Row


class Observation:
    """Named metrics of a DataFrame: aggregates of the rows that pass, known once the first action is over.

    >>> from minispark.sql import SparkSession
    >>> from minispark.sql.functions import count, lit
    >>> seen = Observation("rows")
    >>> df = SparkSession.builder.getOrCreate().range(3).observe(seen, count(lit(1)).alias("n"))
    >>> df.count(), seen.get
    (3, {'n': 3})
    """

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise PySparkTypeError(
                f"an Observation's name is a str, not {name!r:.200}",
                "NOT_EXPECTED_TYPE",
                {"expected_type": "str", "arg_name": "name", "arg_type": type(name).__name__},
            )
        if name == "":
            raise PySparkValueError(
                "an Observation's name must not be empty",
                "VALUE_NOT_NON_EMPTY_STR",
                {"arg_name": "name", "arg_value": ""},
            )
        self._name = name or str(uuid.uuid4())
        self._begun = False
        self._known = threading.Event()
        self._metrics: dict[str, Any] = {}

    def _begin(self) -> None:
        if self._begun:
            raise PySparkAssertionError(
                "an Observation serves one DataFrame; make another one", "REUSE_OBSERVATION", {}
            )
        self._begun = True

    @property
    def told(self) -> bool:
        """Whether the metrics are known."""
        return self._known.is_set()

    def tell(self, row: Row) -> None:
        """The metrics of an action; only the first one's count."""
        if not self._known.is_set():
            self._metrics = row.asDict(recursive=False)
            self._known.set()

    @property
    def get(self) -> dict[str, Any]:
        """The metrics by name, once the first action is over. Raises PySparkAssertionError before ``observe``."""
        if not self._begun:
            raise PySparkAssertionError(
                "DataFrame.observe must take the Observation before get", "NO_OBSERVE_BEFORE_GET", {}
            )
        self._known.wait()
        return dict(self._metrics)
