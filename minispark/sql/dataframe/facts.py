"""What is known of a DataFrame without running it; rows as JSON."""

from __future__ import annotations

import warnings
import zlib
from typing import Any, NoReturn

from minispark.errors import AnalysisException, PySparkValueError
from minispark.sql.analysis import relations
from minispark.sql.analysis.scope import quoted
from minispark.sql.column import Column
from minispark.sql.dataframe.base import Base, wrong_type
from minispark.sql.plan.expressions import Alias, Apply
from minispark.sql.plan.nodes import Local
from minispark.sql.plan.semantics import canonical_plan


class Facts(Base):
    """The part of DataFrame that tells about it."""

    def isLocal(self) -> bool:
        """Whether its rows are in the driver already, as those of ``SHOW TABLES`` are."""
        return isinstance(self._plan, Local) and self._plan.kind == "LocalTableScan"

    @property
    def isStreaming(self) -> bool:
        """False: there are no streams here."""
        return False

    def sameSemantics(self, other: Any) -> bool:
        """Whether both give the same rows by the same steps, whatever their columns are called."""
        if not isinstance(other, Base):
            raise wrong_type("other", "DataFrame", other)
        return bool(canonical_plan(self._plan) == canonical_plan(other._plan))

    def semanticHash(self) -> int:
        """A number that is equal for DataFrames with the same semantics, in one process."""
        number = zlib.crc32(repr(canonical_plan(self._plan)).encode())
        return number - (1 << 32) if number >= 1 << 31 else number

    @property
    def executionInfo(self) -> NoReturn:
        """Only Spark Connect's clients know it. Raises PySparkValueError."""
        raise PySparkValueError(
            "executionInfo is known to clients of Spark Connect only; use the status tracker or a listener",
            "CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF",
            {"member": "queryExecution"},
        )

    def metadataColumn(self, colName: str) -> Column:
        """A column that the source knows of its rows, such as ``_metadata`` of files, by its name."""
        if not isinstance(colName, str):
            raise wrong_type("colName", "str", colName)
        found = self._analyzer.scope(self._plan.output).find((colName,)) if colName == "_metadata" else None
        if found is None:
            raise AnalysisException(
                f"the source has no metadata column {quoted((colName,))}",
                "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
                {"objectName": quoted((colName,))},
            )
        return Column(found[0])

    def toJSON(self, use_unicode: bool = True) -> Any:
        """An RDD of the rows as JSON: str, or bytes without ``use_unicode``.

        A DataFrame of one column ``value`` where ``spark.sql.pyspark.toJSON.returnDataFrame`` is true.
        """
        record = Alias(Apply("to_json", (Apply("struct", tuple(self._plan.output)),)), "value")
        plan = relations.select(self._analyzer, self._plan, [record])
        conf = self._session.conf
        if str(conf.get("spark.sql.pyspark.toJSON.returnDataFrame", None) or "false").lower() == "true":
            return self._over(plan)
        warnings.warn(
            "The return type of DataFrame.toJSON will be changed from RDD to DataFrame in future releases.",
            stacklevel=2,
        )
        return self._over(plan)._itself.rdd.map(_text if use_unicode else _bytes)

    def _ipython_key_completions_(self) -> list[str]:
        return [one.name for one in self._plan.output]


def _text(row: Any) -> str:
    return str(row[0])


def _bytes(row: Any) -> bytes:
    return str(row[0]).encode()
