"""Statements about the session: settings, variables, caches."""

from __future__ import annotations

import re
from typing import Any

from minispark.sql import types as t
from minispark.sql.exact.interval_text import SIZES
from minispark.sql.exact.zones import offset_text
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import ClauseParser
from minispark.sql.plan.expressions import Alias, Expression, Literal


class SessionParser(ClauseParser):
    """Reads statements that change the session."""

    def use(self) -> Any:
        """USE."""
        if self.at_any("DATABASE", "SCHEMA", "NAMESPACE") and self.ahead().kind != "end":
            self.next()
        return c.Use(self.parts())

    def set(self) -> Any:
        """SET a setting, a variable, the catalog, the time zone."""
        if self.at("CATALOG") and self.ahead().kind != "sign":
            self.next()
            return c.Use((self.string() if self.at_string() else self.strict_name(),), catalog=True)
        if self.at_any("VARIABLE", "VAR") and self.ahead().key not in ("=", "end", "."):
            self.next()
            return self._variables()
        if self.accept("TIME", "ZONE"):
            return self._time_zone()
        if self.at("ROLE") and self.ahead().key != "=":
            raise self.not_allowed(self.token, "SET ROLE")
        return self._setting()

    def _setting(self) -> Any:
        """``SET key = value``: key and value are texts, not tokens."""
        start = self.token
        text = self.rest_text().strip().rstrip(";").strip() if start.kind != "end" else ""
        while self.token.kind != "end":
            self.next()
        if not text:
            return c.SetKey()
        if text.lower() == "-v":
            return c.SetKey(verbose=True)
        found = re.fullmatch(r"(`(?:[^`]|``)+`|[^=\s]+)\s*(?:=\s*(.*?))?", text, re.DOTALL)
        if found is None:
            raise self.error(
                start,
                "Expected format is 'SET', 'SET key', or 'SET key=value'. If you want to include special characters in "
                "key, or include semicolon in value, please use backquotes, e.g., SET `key`=`value`",
                "INVALID_SET_SYNTAX",
            )  # fmt: skip
        key, value = found.groups()
        return c.SetKey(_unquoted(key), None if value is None else _unquoted(value))

    def _time_zone(self) -> Any:
        key = "spark.sql.session.timeZone"
        if self.accept("LOCAL"):
            return c.SetKey(key, "")
        if self.at("INTERVAL"):
            start = self.token
            found = self.expression()
            if not isinstance(found, Literal) or type(found.item) is not int:
                self.fail()
            wrong = _no_offset(found)
            if wrong is None:
                return c.SetKey(key, offset_text(found.item // 1_000_000).replace("Z", "+00:00"))
            raise self.error(
                start,
                "The interval value must be in the range of [-18, +18] hours with second precision",
                "INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE",
                {"input": str(wrong)},
            )
        if not self.at_string():
            raise self.error(self.token, "Invalid time zone displacement value", "_LEGACY_ERROR_TEMP_0045")
        return c.SetKey(key, self.string())

    def reset(self) -> Any:
        """RESET a setting, or all."""
        text = self.rest_text().strip().rstrip(";").strip() if self.token.kind != "end" else ""
        while self.token.kind != "end":
            self.next()
        return c.Reset(_unquoted(text) or None)

    # --- variables ----------------------------------------------------------------------------------------------------

    def declare(self) -> Any:
        """DECLARE VARIABLE name type DEFAULT value."""
        replace = self.accept("OR", "REPLACE")
        if self.at("VARIABLE", "IF", "NOT") or self.at("VAR", "IF", "NOT"):
            self.place += 3
            self.fail()
        if (
            self.at_any("VARIABLE", "VAR")
            and self.ahead().kind in ("word", "quoted")
            and self.ahead().key not in ("DEFAULT",)
        ):
            self.next()
        names = tuple(self.listed(self.parts))
        dtype = None
        if self.token.kind == "word" and not self.at_any("DEFAULT"):
            dtype = self.data_type()
        default, text = None, "NULL"
        if self.accept_any("DEFAULT", "="):
            start = self.token
            default = self.expression()
            text = self.since(start)
        if dtype is None and default is None:
            raise self.error(
                self.tokens[0], "The definition of a SQL variable requires either a datatype or a DEFAULT clause",
                "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED",
            )  # fmt: skip
        return c.Declare(names, dtype, default, text, replace)

    def _variables(self) -> Any:
        start = self.token
        if self.accept("(", ")"):
            raise self.error(start, "SET VARIABLE needs the names of variables", "INVALID_SET_SYNTAX")
        if self.accept("("):
            names = tuple(self.listed(self.parts))
            self.expect(")")
            self.expect("=")
            self.expect("(")
            query = self.query()
            self.expect(")")
            return c.SetVariable(names, query=query)
        pairs = self.listed(self._assignment)
        return c.SetVariable(tuple(name for name, _ in pairs), tuple(value for _, value in pairs))

    def _assignment(self) -> tuple[c.Parts, Expression]:
        parts = self.parts()
        self.expect("=")
        return parts, self.expression()

    def execute(self) -> Any:
        """EXECUTE IMMEDIATE text INTO ... USING ..."""
        text = self.expression()
        into: tuple[c.Parts, ...] = ()
        arguments: tuple[Expression, ...] = ()
        if self.accept("INTO"):
            into = tuple(self.listed(self.parts))
        if self.accept("USING"):
            start = self.token
            closed = not self.query_ahead(0) and self.accept("(")
            arguments = self.named_expressions()
            names = [one.name.lower() for one in arguments if isinstance(one, Alias)]
            again = next((name for name in names if names.count(name) > 1), None)
            if again is not None:
                raise self.error(
                    start, f"two arguments are named `{again}`",
                    "EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES", {"aliases": f"`{again}`"},
                )  # fmt: skip
            if closed:
                self.expect(")")
        return c.Execute(text, into, arguments)

    # --- caches -------------------------------------------------------------------------------------------------------

    def cache(self) -> Any:
        """CACHE TABLE."""
        lazy = self.accept("LAZY")
        self.expect("TABLE")
        start = self.token
        parts = self.parts()
        options = self.properties() if self.accept("OPTIONS") else ()
        if not (self.accept("AS") or self.at_query()):
            return c.Cache(parts, lazy, options)
        if len(parts) > 1:
            name = ".".join(parts[:-1])
            raise self.error(
                start,
                f"It is not allowed to add catalog/namespace prefix {name} to the table name in CACHE TABLE AS SELECT",
                "_LEGACY_ERROR_TEMP_0037",
                {"quoted": name},
            )
        text = self.rest_text()
        return c.Cache(parts, lazy, options, self.query(), text)

    def uncache(self) -> Any:
        """UNCACHE TABLE."""
        exists = self.if_exists()
        return c.Uncache(self.parts(), exists)

    def refresh(self) -> Any:
        """REFRESH a table, a function or a path."""
        if self.accept("TABLE"):
            return c.Refresh("table", self.parts())
        if self.accept("FUNCTION"):
            return c.Refresh("function", self.parts())
        if self.at_string():
            return c.Refresh("path", (self.string(),))
        text = self.rest_text()
        while self.token.kind != "end":
            self.next()
        return c.Refresh("path", (text.strip(),))

    def analyze(self) -> Any:
        """ANALYZE TABLE ... COMPUTE STATISTICS."""
        if self.accept("TABLES"):
            parts = self.parts() if self.accept_any("FROM", "IN") else ()
            self.expect("COMPUTE", "STATISTICS")
            return c.Analyze(parts, tables=True, scan=not self.accept("NOSCAN"))
        self.expect("TABLE")
        parts = self.parts()
        partition = self.partition()
        self.expect("COMPUTE", "STATISTICS")
        if self.accept("FOR", "ALL", "COLUMNS"):
            return c.Analyze(parts, ())
        if self.accept("FOR", "COLUMNS"):
            return c.Analyze(parts, tuple(self.listed(self.strict_name)))
        return c.Analyze(parts, partition=partition, scan=not self.accept("NOSCAN"))

    def repair(self) -> Any:
        """MSCK REPAIR TABLE."""
        parts = self.parts()
        if self.accept_any("ADD", "DROP", "SYNC"):
            self.expect("PARTITIONS")
        return c.Repair(parts)

    def call(self) -> Any:
        """CALL of a procedure, of which there are none."""
        name = ".".join(f"`{part}`" for part in self.parts())
        while self.token.kind != "end":
            self.next()
        return c.Unsupported(
            f"there is no procedure {name}", "UNRESOLVED_ROUTINE", (("routineName", name), ("searchPath", ""))
        )

    def resource(self) -> Any:
        """ADD and LIST of jars, files and archives."""
        verb = self.tokens[self.place - 1].key
        kind = self.name().upper()
        text = self.rest_text() if self.token.kind != "end" else ""
        while self.token.kind != "end":
            self.next()
        return c.Unsupported(
            f"{verb} {kind} {text}: there is no JVM here; use spark.sparkContext.addFile or addPyFile",
            "UNSUPPORTED_FEATURE.RESOURCE_COMMAND", (("command", f"{verb} {kind}"),),
        )  # fmt: skip


def _no_offset(interval: Literal) -> int | None:
    """What of an interval keeps it from being a zone's offset (months, days, hours, seconds); None if it is one."""
    size: int = interval.item
    if isinstance(interval.dtype, t.YearMonthIntervalType):
        return size
    days = size // SIZES[0] if getattr(interval.dtype, "startField", 1) == 0 else 0
    if days:
        return days
    if abs(size) > 18 * SIZES[1]:
        return abs(size) // SIZES[1]
    return size // SIZES[3] if size % SIZES[3] else None


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1].replace("``", "`") if len(text) > 1 and text[0] == text[-1] == "`" else text
