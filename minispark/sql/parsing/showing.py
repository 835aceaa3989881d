"""SHOW, DESCRIBE, EXPLAIN."""

from __future__ import annotations

from typing import Any

from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import ClauseParser

_SPACES = ("DATABASES", "SCHEMAS", "NAMESPACES")


class ShowParser(ClauseParser):
    """Reads questions about what there is."""

    def statement(self) -> Any:
        """Any statement."""
        raise NotImplementedError

    def show(self) -> Any:
        """SHOW anything."""
        start = self.token
        if self.accept_any(*_SPACES):
            return c.Show("databases", self._in(), self._pattern())
        if self.accept("TABLES"):
            return c.Show("tables", self._in(), self._pattern())
        if self.accept("VIEWS"):
            return c.Show("views", self._in(), self._pattern())
        if self.accept("CATALOGS"):
            return c.Show("catalogs", (), self._pattern())
        if self.accept("TABLE", "EXTENDED"):
            parts = self._in()
            self.expect("LIKE")
            return c.Show("table extended", parts, self.string(), self.partition())
        if self.accept("TBLPROPERTIES"):
            parts = self.parts()
            key = None
            if self.accept("("):
                key = self.string() if self.at_string() else ".".join(self.parts())
                self.expect(")")
            return c.Show("properties", parts, key=key)
        if self.accept("COLUMNS"):
            self.expect_any("FROM", "IN")
            parts = self.parts()
            space = self._in()
            return c.Show("columns", (*space, *parts) if len(parts) == 1 else parts, pattern=".".join(space) or None)
        if self.accept("PARTITIONS"):
            return c.Show("partitions", self.parts(), partition=self.partition())
        if self.accept("CREATE", "TABLE"):
            parts = self.parts()
            self.accept("AS", "SERDE")
            return c.Show("create table", parts)
        if self.accept("CURRENT"):
            self.expect_any("DATABASE", "SCHEMA", "NAMESPACE")
            return c.Show("current database")
        if self.accept("COLLATIONS"):
            return c.Show("collations", (), self._pattern())
        return self._functions(start)

    def _functions(self, start: Any) -> Any:
        scope = "ALL"
        if self.at_any("USER", "SYSTEM", "ALL") and self.ahead().key == "FUNCTIONS":
            scope = self.next().key
        if not self.accept("FUNCTIONS"):
            if self.at_any("GRANT", "ROLE", "ROLES", "PRINCIPALS", "COMPACTIONS", "TRANSACTIONS", "INDEXES", "LOCKS"):
                words = f"SHOW {self.token.key}"
                raise self.not_allowed(start, f"{words}")
            self.fail()
        parts = self._in()
        pattern = self._pattern()
        if pattern is None and self.at_name():
            pattern = self.parts()[-1]
        return c.Show("functions", parts, pattern, key=scope)

    def _in(self) -> c.Parts:
        return self.parts() if self.accept_any("FROM", "IN") else ()

    def _pattern(self) -> str | None:
        if self.accept("LIKE") or self.at_string():
            return self.string() if self.at_string() else ".".join(self.parts())
        return None

    # --- DESCRIBE and EXPLAIN -----------------------------------------------------------------------------------------

    def describe(self) -> Any:
        """DESCRIBE anything."""
        start = self.tokens[max(self.place - 1, 0)]
        if self.at("FUNCTION") and self.ahead().kind != "end":
            self.next()
            extended = self.accept("EXTENDED")
            name = (self.string(),) if self.at_string() else self.parts() if self.at_name() else (self.next().text,)
            return c.Describe("function", name, extended)
        if self.at_any("DATABASE", "SCHEMA", "NAMESPACE") and self.ahead().kind != "end":
            self.next()
            return c.Describe("database", (extended := self.accept("EXTENDED"), self.parts())[1], extended)
        if self.accept("QUERY") or (self.at_query() and not self.at("TABLE")):
            return c.Describe("query", self.query())
        if self.at("TABLE") and self.ahead().kind != "end":
            self.next()
        extended = self.at_any("EXTENDED", "FORMATTED") and self.ahead().kind != "end" and bool(self.next())
        parts = self.parts()
        partition = self.partition()
        as_json = self.accept("AS", "JSON")
        column = self.parts() if self.at_name() else ()
        as_json = as_json or self.accept("AS", "JSON")
        if any(item is None for _, item in partition):
            key = next(f"`{name}`" for name, item in partition if item is None)
            raise self.error(
                start, f"the partition column {key} needs a value",
                "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", {"partKey": key},
            )  # fmt: skip
        if as_json and column:
            raise self.error(
                start, "DESC TABLE COLUMN AS JSON is not supported", "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON"
            )
        if as_json and not extended:
            raise self.error(
                start, "DESCRIBE TABLE ... AS JSON needs EXTENDED or FORMATTED",
                "DESCRIBE_JSON_NOT_EXTENDED", {"tableName": parts[-1]},
            )  # fmt: skip
        return c.Describe("table", parts, extended, column, partition, as_json)

    def explain(self) -> Any:
        """EXPLAIN a statement."""
        mode = self.accept_any("LOGICAL", "FORMATTED", "EXTENDED", "CODEGEN", "COST")
        if mode == "LOGICAL":
            raise self.not_allowed(self.token, "EXPLAIN LOGICAL")
        return c.Explain((mode or "simple").lower(), self.statement())
