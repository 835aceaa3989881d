"""Catalog: what a session's names mean, and the changes that DDL makes. Names are looked up in lower case."""

from __future__ import annotations

import fnmatch
import getpass
import os
import re
import shutil
import time
from collections.abc import Iterable, Sequence
from typing import Any

from minispark.engine.core.values import replace as changed
from minispark.errors import AnalysisException
from minispark.sql.sources.catalog import errors
from minispark.sql.sources.catalog.model import CATALOG, DEFAULT, GLOBAL, Database, StoredFunction, Table, TempView
from minispark.sql.sources.catalog.store import Store
from minispark.sql.types import StructField, StructType


class Catalog:
    """The names of a session: its temporary views and functions, those of the context (``shared``), and the
    warehouse's.

    ``parts`` is always a name in parts: ``("t",)``, ``("db", "t")``, ``("spark_catalog", "db", "t")``.
    """

    def __init__(self, warehouse: str, shared: dict[str, TempView] | None = None) -> None:
        self.store = Store(os.path.abspath(warehouse))
        self.current = DEFAULT
        self._views: dict[str, TempView] = {}
        self._global: dict[str, TempView] = {} if shared is None else shared
        self._functions: dict[str, StoredFunction] = {}

    # --- databases ---------------------------------------------------------------------------------------------------

    def databases(self, pattern: str | None = None) -> list[Database]:
        """All, or those whose names match a pattern (``a*|b*``), by name."""
        return [
            found for name in self.store.databases() if matches(name, pattern) and (found := self.store.database(name))
        ]

    def database(self, name: str) -> Database:
        """Raises AnalysisException (SCHEMA_NOT_FOUND)."""
        found = self.store.database(name.lower())
        if found is None:
            raise errors.schema_missing(name)
        return found

    def has_database(self, name: str) -> bool:
        return self.store.database(name.lower()) is not None

    def use(self, name: str) -> None:
        """Make a database the current one."""
        self.current = self.database(name).name

    def create_database(
        self,
        name: str,
        comment: str = "",
        location: str | None = None,
        properties: Iterable[tuple[str, str]] = (),
        if_missing: bool = False,
    ) -> None:
        """Raises AnalysisException (SCHEMA_ALREADY_EXISTS) unless ``if_missing``."""
        low = name.lower()
        place = location or os.path.join(self.store.warehouse, f"{low}.db")
        made = low not in (DEFAULT, GLOBAL) and self.store.put_database(
            Database(low, place, comment, tuple(properties)), False
        )
        if not made and not if_missing:
            raise errors.schema_exists(name)
        if made:
            os.makedirs(place, exist_ok=True)

    def alter_database(self, database: Database) -> None:
        """Write a database's entry anew."""
        self.database(database.name)
        self.store.put_database(database, True)

    def drop_database(self, name: str, if_exists: bool = False, cascade: bool = False) -> None:
        """Raises AnalysisException (SCHEMA_NOT_FOUND, SCHEMA_NOT_EMPTY)."""
        low = name.lower()
        if low == DEFAULT:
            raise AnalysisException(
                "the database default cannot be dropped",
                "UNSUPPORTED_FEATURE.DROP_DATABASE",
                {"database": "`spark_catalog`.`default`"},
            )
        if not self.has_database(low):
            if if_exists:
                return
            raise errors.schema_missing(name)
        names = self.store.tables(low)
        if (names or self.store.functions(low)) and not cascade:
            raise errors.schema_full(name)
        for name in names:
            found = self.store.table(low, name)
            self.drop_table((low, name), view=found is not None and found.is_view)
        place = self.database(low).location
        self.store.drop_database(low)
        shutil.rmtree(place, ignore_errors=True)
        if self.current == low:
            self.current = DEFAULT

    # --- what a name means -------------------------------------------------------------------------------------------

    def lookup(self, parts: Sequence[str], command: bool = False) -> Table | TempView:
        """What a name means in a query, or in a command that changes or tells of it.

        Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND).
        """
        found = self.find(parts)
        if found is None:
            searched = ("`system`.`session`",) if command else ("`system`.`builtin`", "`system`.`session`")
            raise errors.table_missing(parts, self._known(parts), self.current, searched)
        return found

    def find(self, parts: Sequence[str]) -> Table | TempView | None:
        """The same, None where there is nothing. Raises AnalysisException for a name with more than a database."""
        if len(parts) == 1 and parts[0].lower() in self._views:
            return self._views[parts[0].lower()]
        if len(parts) == 2 and parts[0].lower() == GLOBAL:
            return self._global.get(parts[1].lower())
        within = parts[1:] if parts[0].lower() == CATALOG else parts
        if len(within) > 2 and within[0].lower() != "system":
            raise errors.too_many_parts(within)
        where = self.whole(parts, check=False)
        return None if where is None else self.store.table(*where)

    def whole(self, parts: Sequence[str], check: bool = True) -> tuple[str, str] | None:
        """The database and the name, in lower case, that a table's name stands for.

        Raises AnalysisException for another catalog, or a database that is not there (SCHEMA_NOT_FOUND); gives None
        instead without ``check``.
        """
        if len(parts) == 3 and parts[0].lower() == CATALOG:
            parts = parts[1:]
        if len(parts) > 2:
            if not check:
                return None
            raise errors.too_many_parts(parts)
        database = parts[0].lower() if len(parts) == 2 else self.current
        if check and not self.has_database(database):
            raise errors.schema_missing(parts[0])
        return database, parts[-1].lower()

    def exists(self, parts: Sequence[str]) -> bool:
        """Whether there is a table or view of that name, temporary views included."""
        return self.find(parts) is not None

    def table(self, parts: Sequence[str]) -> Table:
        """A table or a lasting view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        where = self.whole(parts, check=False)
        found = None if where is None else self.store.table(*where)
        if found is None:
            raise errors.table_missing(parts, self._known(parts), self.current, ("`system`.`session`",))
        return found

    def tables(self, database: str | None = None, pattern: str | None = None) -> list[Table | TempView]:
        """Those of a database (the current one), then temporary views, each by name, whose names match a pattern.

        Of the database ``global_temp``: the global temporary views. Raises AnalysisException (SCHEMA_NOT_FOUND).
        """
        low = (database or self.current).lower()
        found: list[Table | TempView] = []
        if low == GLOBAL:
            found += [self._global[name] for name in sorted(self._global) if matches(name, pattern)]
        else:
            self.database(low)
            each = (self.store.table(low, name) for name in self.store.tables(low) if matches(name, pattern))
            found += [table for table in each if table is not None]
        return found + [self._views[name] for name in sorted(self._views) if matches(name, pattern)]

    def _known(self, parts: Sequence[str]) -> list[str]:
        where = self.whole(parts, check=False)
        return [*self._views, *(self.store.tables(where[0]) if where is not None else ())]

    # --- temporary views ---------------------------------------------------------------------------------------------

    def create_view(self, view: TempView, replace: bool = False) -> None:
        """Name a plan. Raises AnalysisException where the name is taken and not to be replaced."""
        views = self._global if view.is_global else self._views
        if view.name.lower() in views and not replace:
            raise errors.view_exists(view.path)
        views[view.name.lower()] = changed(view, created_ms=view.created_ms or time.time_ns() // 1_000_000)

    def drop_view(self, name: str, is_global: bool = False) -> bool:
        """Forget a temporary view; whether there was one."""
        return (self._global if is_global else self._views).pop(name.lower(), None) is not None

    def views(self) -> list[TempView]:
        """The session's temporary views, by name."""
        return [self._views[name] for name in sorted(self._views)]

    # --- tables ------------------------------------------------------------------------------------------------------

    def create_table(self, table: Table, if_missing: bool = False, replace: bool = False) -> bool:
        """Write a table's or view's entry; whether it was written.

        Raises AnalysisException: TABLE_OR_VIEW_ALREADY_EXISTS unless ``if_missing`` or ``replace``, SCHEMA_NOT_FOUND.
        """
        self.database(table.database)
        whole = changed(
            table,
            database=table.database.lower(),
            name=table.name.lower(),
            created_ms=table.created_ms or time.time_ns() // 1_000_000,
            owner=table.owner or _user(),
        )
        if not self.store.put_table(whole, replace):
            if if_missing:
                return False
            raise errors.table_exists(table.path)
        return True

    def default_location(self, database: str, name: str) -> str:
        """Where a managed table's files lie."""
        return os.path.join(self.database(database).location, name.lower())

    def alter_table(self, table: Table) -> None:
        """Write the entry of a table that exists anew."""
        self.table(table.path)
        self.store.put_table(table, True)

    def drop_table(self, parts: Sequence[str], if_exists: bool = False, view: bool = False) -> None:
        """Forget a table, with its files if they are managed, or a view (``view``), temporary ones first.

        Raises AnalysisException: TABLE_OR_VIEW_NOT_FOUND; of a table as a view or the reverse,
        WRONG_COMMAND_FOR_OBJECT_TYPE.
        """
        found = self.find(parts)
        if isinstance(found, TempView):
            self.drop_view(found.name, found.is_global)
            return
        if found is None:
            if if_exists:
                return
            where = (CATALOG, *(parts if len(parts) > 1 else (self.current, *parts)))
            raise errors.table_missing(where, self._known(parts), self.current, ())
        if found.is_view != view:
            command = "DROP VIEW" if view else "DROP TABLE"
            kinds = ("VIEW", found.kind) if view else ("EXTERNAL or MANAGED", "VIEW")
            raise errors.wrong_command(found.path, command, *kinds)
        self.store.drop_table(found.database, found.name)
        if found.kind == "MANAGED" and found.location:
            from minispark.engine.formats.filesystems import filesystem_of

            filesystem_of(found.location).remove_tree(found.location)

    def rename_table(self, parts: Sequence[str], new: Sequence[str]) -> None:
        """``ALTER TABLE ... RENAME TO``: a managed table's files move too."""
        found = self.lookup(parts)
        if isinstance(found, TempView):
            name = new[-1]
            if name.lower() in self._views:
                raise errors.view_exists((name,))
            self.drop_view(found.name, found.is_global)
            self.create_view(changed(found, name=name))
            return
        where = self.whole(new)
        assert where is not None  # checked
        location = found.location
        default = os.path.normpath(self.default_location(found.database, found.name))
        moves = found.kind == "MANAGED" and location and os.path.normpath(location) == default
        if moves:
            location = self.default_location(*where)
        renamed = changed(found, database=where[0], name=where[1], location=location)
        if not self.store.put_table(renamed, False):
            raise errors.table_exists(renamed.path)
        if moves and os.path.isdir(found.location):
            os.rename(found.location, location)
        self.store.drop_table(found.database, found.name)

    def set_properties(
        self, parts: Sequence[str], properties: Iterable[tuple[str, str]], without: Iterable[str] = ()
    ) -> None:
        """``SET TBLPROPERTIES``, and ``UNSET`` for names ``without``; the property ``comment`` is the table's."""
        table = self.table(parts)
        gone = set(without)
        new = {name: text for name, text in (*table.properties, *properties) if name not in gone}
        comment = new.pop("comment", None if "comment" in gone else table.comment)
        self.alter_table(changed(table, properties=tuple(new.items()), comment=comment))

    def add_columns(self, parts: Sequence[str], fields: Iterable[StructField]) -> None:
        """``ADD COLUMNS``: before the partition columns. Raises AnalysisException (COLUMN_ALREADY_EXISTS)."""
        table = self.table(parts)
        partitions = {name.lower() for name in table.partitions}
        known = {field.name.lower() for field in table.schema.fields}
        added = []
        for field in fields:
            if field.name.lower() in known:
                raise AnalysisException(
                    f"column {field.name} exists already",
                    "COLUMN_ALREADY_EXISTS",
                    {"columnName": f"`{field.name.lower()}`"},
                )
            known.add(field.name.lower())
            added.append(field)
        plain = [field for field in table.schema.fields if field.name.lower() not in partitions]
        last = [field for field in table.schema.fields if field.name.lower() in partitions]
        self.alter_table(changed(table, schema=StructType([*plain, *added, *last])))

    # --- functions ---------------------------------------------------------------------------------------------------

    def create_function(self, function: StoredFunction, replace: bool = False, if_missing: bool = False) -> None:
        """Name a function. Raises AnalysisException (ROUTINE_ALREADY_EXISTS)."""
        low = changed(function, name=function.name.lower())
        if function.database is not None:
            self.database(function.database)
            made = self.store.put_function(low, replace)
        else:
            made = replace or low.name not in self._functions
            if made:
                self._functions[low.name] = low
        if not made and not if_missing:
            raise errors.routine_exists((function.name,))

    def function(self, parts: Sequence[str]) -> StoredFunction | None:
        """A function that a program made: temporary ones first."""
        if len(parts) == 1 and parts[0].lower() in self._functions:
            return self._functions[parts[0].lower()]
        where = self.whole(parts, check=False)
        return None if where is None else self.store.function(*where)

    def functions(self, database: str | None = None) -> list[StoredFunction]:
        """Those that programs made: of a database, then temporary ones."""
        low = (database or self.current).lower()
        stored = (self.store.function(low, name) for name in self.store.functions(low))
        return [found for found in stored if found is not None] + [
            self._functions[name] for name in sorted(self._functions)
        ]

    def drop_function(self, parts: Sequence[str], if_exists: bool = False, temporary: bool = False) -> None:
        """Forget one. Raises AnalysisException (ROUTINE_NOT_FOUND)."""
        low = parts[-1].lower()
        if temporary or (len(parts) == 1 and low in self._functions):
            if self._functions.pop(low, None) is None and not if_exists:
                raise errors.routine_missing(parts)
            return
        where = self.whole(parts, check=False)
        if where is None or self.store.function(*where) is None:
            if if_exists:
                return
            raise errors.routine_missing(where or parts)
        self.store.drop_function(*where)


def matches(name: str, pattern: str | None) -> bool:
    """Whether a name matches a pattern of ``*`` and ``|``, in any case (Spark's ``StringUtils.filterPattern``).

    >>> matches("sales", "s*|t*"), matches("sales", "s"), matches("x", None)
    (True, False, True)
    """
    if pattern is None:
        return True
    for part in pattern.strip().split("|"):
        try:
            if re.fullmatch(part.strip().replace("*", ".*"), name, re.IGNORECASE):
                return True
        except re.error:
            if fnmatch.fnmatch(name.lower(), part.strip().lower()):
                return True
    return False


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def as_table(found: Any, parts: Sequence[str], operation: str) -> Table:
    """A table that a command may change. Raises AnalysisException for a view (EXPECT_TABLE_NOT_VIEW)."""
    if isinstance(found, TempView) or found.is_view:
        raise errors.wrong_kind(found.path if not isinstance(found, TempView) else parts, operation, wants_view=False)
    table: Table = found
    return table
