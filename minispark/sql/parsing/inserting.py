"""INSERT, and the changes of rows that files do not allow."""

from __future__ import annotations

from typing import Any

from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import ClauseParser


class InsertParser(ClauseParser):
    """Reads what puts rows somewhere."""

    def insert(self) -> Any:
        """INSERT ... query."""
        head = self.insert_head()
        return self.insert_of(head, self.query())

    def insert_head(self) -> dict[str, Any]:
        """What stands before the query."""
        found: dict[str, Any] = {"overwrite": self.expect_any("INTO", "OVERWRITE") == "OVERWRITE"}
        if found["overwrite"] and (self.accept("LOCAL", "DIRECTORY") or self.accept("DIRECTORY")):
            return self._directory()
        self.accept("TABLE")
        found["parts"] = self.parts()
        if self.at("WITH", "("):
            self.next()
            self.properties()
        found["partition"] = self.partition()
        found["if_missing"] = self.if_missing()
        if self.accept("BY", "NAME"):
            found["by_name"] = True
        elif self.at("(") and not self.query_ahead(0):
            found["columns"] = self.names()
        if self.accept("REPLACE", "WHERE"):
            found["replace"] = self.expression()
        return found

    def _directory(self) -> dict[str, Any]:
        start = self.token
        path = self.string() if self.at_string() else None
        if self.at("ROW") or self.at("STORED"):
            raise self.not_allowed(start, "Hive's formats; use USING csv, parquet ...")
        self.expect("USING")
        provider = ".".join(self.parts())
        options = self.properties() if self.accept("OPTIONS") else ()
        return {"path": path, "provider": provider, "options": options}

    def insert_of(self, head: dict[str, Any], query: Any) -> Any:
        """The command of a head and its query."""
        if "provider" in head:
            return c.InsertDirectory(head["path"], head["provider"], head["options"], query)
        return c.Insert(query=query, **head)

    # --- what tables of files do not have -----------------------------------------------------------------------------

    def delete(self) -> Any:
        """DELETE FROM."""
        return self._row_level("DELETE", self.parts())

    def update(self) -> Any:
        """UPDATE."""
        return self._row_level("UPDATE TABLE", self.parts())

    def merge(self) -> Any:
        """MERGE INTO."""
        self.accept("WITH", "SCHEMA", "EVOLUTION")
        self.expect("INTO")
        return self._row_level("MERGE INTO TABLE", self.parts())

    def _row_level(self, operation: str, parts: c.Parts) -> Any:
        while self.token.kind != "end" and not self.at(";"):
            self.next()
        return c.RowLevel(operation, parts)

    def load(self) -> Any:
        """LOAD DATA, which needs Hive's tables."""
        while self.token.kind != "end" and not self.at(";"):
            self.next()
        return c.Unsupported(
            "LOAD DATA is not supported for datasource tables: read the file and insert its rows",
            "_LEGACY_ERROR_TEMP_1266",
        )
