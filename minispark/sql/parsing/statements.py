"""Statements of SQL: queries, and everything that changes or shows something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.parsing import commands as c
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.altering import AlterParser
from minispark.sql.parsing.creating import CreateParser
from minispark.sql.parsing.cursor import Settings
from minispark.sql.parsing.inserting import InsertParser
from minispark.sql.parsing.scripting import ScriptParser
from minispark.sql.parsing.sessions import SessionParser
from minispark.sql.parsing.showing import ShowParser
from minispark.sql.parsing.tokens import END


class StatementParser(CreateParser, AlterParser, InsertParser, ShowParser, SessionParser, ScriptParser):
    """Reads any statement."""

    def statement(self) -> Any:
        """A query as ``syntax`` has it, or one of ``commands``. Raises ParseException."""
        token = self.token
        if token.kind == END:
            raise self.error(token, "Syntax error, unexpected empty statement", "PARSE_EMPTY_STATEMENT")
        if token.kind == "word":
            for words, read in _BY_WORD.get(token.key, ()):
                if self.at(*words):
                    self.place += len(words)
                    return read(self)
            for words in _NATIVE if token.key not in _QUERIES else ():
                if self.at(*words):
                    raise self.not_allowed(token, f"{' '.join(words)}")  # fmt: skip
        if self.at("WITH"):
            return self._with_statement()
        if self.at("BEGIN"):
            return self.script()
        if token.key not in _QUERIES:
            self.fail()
        if self.at("FROM"):
            return self._from_statement()
        return self.query()

    def _with_statement(self) -> Any:
        start = self.place
        ctes, recursive = self.ctes()
        if self.at("FROM"):
            several = self._from_statement()
            if isinstance(several, c.Several):
                return c.Several(tuple(_with_ctes(one, ctes, recursive) for one in several.statements))
        elif self.at_any("DELETE", "UPDATE", "MERGE"):
            return self.statement()
        if not self.at("INSERT"):
            self.place = start
            return self.query()
        self.next()
        found = self.insert()
        return _with_ctes(found, ctes, recursive)

    def _from_statement(self) -> Any:
        """A query, or ``FROM t INSERT INTO a SELECT ... INSERT INTO b SELECT ...``."""
        start = self.place
        self.next()
        source = self.from_clause()
        if not self.at("INSERT"):
            self.place = start
            return self.query()
        found = []
        while self.accept("INSERT"):
            head = self.insert_head()
            found.append(self.insert_of(head, self._organized(self._select(source))))
        return c.Several(tuple(found))


def _with_ctes(found: Any, ctes: tuple[s.Cte, ...], recursive: bool) -> Any:
    from minispark.engine.core.values import replace

    return replace(found, query=s.With(ctes, recursive, found.query))


_READERS: dict[tuple[str, ...], Callable[[StatementParser], Any]] = {
    ("CREATE",): StatementParser.create,
    ("REPLACE", "TABLE"): StatementParser.replace_table,
    ("DROP",): StatementParser.drop,
    ("ALTER",): StatementParser.alter,
    ("COMMENT", "ON"): StatementParser.comment_on,
    ("TRUNCATE", "TABLE"): StatementParser.truncate,
    ("INSERT",): StatementParser.insert,
    ("DELETE", "FROM"): StatementParser.delete,
    ("UPDATE",): StatementParser.update,
    ("MERGE",): StatementParser.merge,
    ("LOAD", "DATA"): StatementParser.load,
    ("DESCRIBE",): StatementParser.describe,
    ("DESC",): StatementParser.describe,
    ("EXPLAIN",): StatementParser.explain,
    ("SHOW",): StatementParser.show,
    ("USE",): StatementParser.use,
    ("SET",): StatementParser.set,
    ("RESET",): StatementParser.reset,
    ("DECLARE",): StatementParser.declare,
    ("EXECUTE", "IMMEDIATE"): StatementParser.execute,
    ("CACHE",): StatementParser.cache,
    ("UNCACHE", "TABLE"): StatementParser.uncache,
    ("CLEAR", "CACHE"): lambda parser: c.Uncache(),
    ("REFRESH",): StatementParser.refresh,
    ("ANALYZE",): StatementParser.analyze,
    ("MSCK", "REPAIR", "TABLE"): StatementParser.repair,
    ("REPAIR", "TABLE"): StatementParser.repair,
    ("CALL",): StatementParser.call,
    ("ADD",): StatementParser.resource,
    ("LIST",): StatementParser.resource,
}
_BY_WORD: dict[str, list[tuple[tuple[str, ...], Callable[[StatementParser], Any]]]] = {}
for _words, _read in _READERS.items():
    _BY_WORD.setdefault(_words[0], []).append((_words, _read))

_NATIVE = (
    ("GRANT",), ("REVOKE",), ("EXPORT", "TABLE"), ("IMPORT", "TABLE"), ("LOCK", "TABLE"), ("LOCK", "DATABASE"),
    ("UNLOCK", "TABLE"), ("UNLOCK", "DATABASE"), ("START", "TRANSACTION"), ("COMMIT",), ("ROLLBACK",), ("DFS",),
)  # fmt: skip
"""Statements of Hive that Spark refuses."""
_QUERIES = frozenset(("SELECT", "FROM", "VALUES", "TABLE", "(", "MAP", "REDUCE"))


def parse_statement(text: str, settings: Settings | None = None) -> Any:
    """The statement that a text is. Raises ParseException.

    >>> parse_statement("USE shop"), type(parse_statement("SELECT 1;")).__name__
    (Use(parts=('shop',), catalog=False), 'Select')
    """
    parser = StatementParser(text, settings)
    try:
        found = parser.statement()
        parser.end()
    except RecursionError:
        raise parser.error(
            parser.tokens[0], "The statement is nested too deeply to be read; make parts of it views",
            "FAILED_TO_PARSE_TOO_COMPLEX",
        ) from None  # fmt: skip
    return found


ScriptParser.inner = staticmethod(parse_statement)
