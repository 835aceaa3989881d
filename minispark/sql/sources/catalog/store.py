"""A warehouse's catalog on disk: one JSON file a database, table or function, written aside and renamed.

So two sessions of one warehouse see the same tables, and a program that dies leaves whole entries. All lie below
``.catalog`` in
the warehouse directory, which is made with the first entry: a program that makes no table leaves no directory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.sources.catalog.model import DEFAULT, Buckets, Database, StoredFunction, Table
from minispark.sql.types import StructType

_FOLDER = ".catalog"
_VERSION = 1


class Store:
    """The entries of one warehouse directory. Names are in lower case."""

    def __init__(self, warehouse: str) -> None:
        self.warehouse = warehouse
        self._root = os.path.join(warehouse, _FOLDER)

    # --- databases ---------------------------------------------------------------------------------------------------

    def databases(self) -> list[str]:
        """All names, sorted."""
        return sorted({DEFAULT, *_names(self._root)})

    def database(self, name: str) -> Database | None:
        """A database; ``default`` is always there."""
        found = _read(os.path.join(self._root, f"{_file(name)}.json"))
        if found is None:
            return Database(DEFAULT, self.warehouse, "default database") if name == DEFAULT else None
        return Database(found["name"], found["location"], found["comment"], _pairs(found["properties"]))

    def put_database(self, database: Database, replace: bool) -> bool:
        """Write an entry; False if there is one and it must not be replaced."""
        entry = {
            "name": database.name,
            "location": database.location,
            "comment": database.comment,
            "properties": dict(database.properties),
        }
        return _write(os.path.join(self._root, f"{_file(database.name)}.json"), entry, replace)

    def drop_database(self, name: str) -> None:
        """Forget it, and what is in it."""
        for kind in ("tables", "functions"):
            folder = self._folder(name, kind)
            for entry in _names(folder):
                _remove(os.path.join(folder, f"{_file(entry)}.json"))
        _remove(os.path.join(self._root, f"{_file(name)}.json"))

    # --- tables ------------------------------------------------------------------------------------------------------

    def tables(self, database: str) -> list[str]:
        """All names of tables and views, sorted."""
        return sorted(_names(self._folder(database, "tables")))

    def table(self, database: str, name: str) -> Table | None:
        found = _read(self._path(database, "tables", name))
        return None if found is None else _table(found)

    def put_table(self, table: Table, replace: bool) -> bool:
        """Write an entry; False if there is one and it must not be replaced."""
        return _write(self._path(table.database, "tables", table.name), _table_entry(table), replace)

    def drop_table(self, database: str, name: str) -> None:
        _remove(self._path(database, "tables", name))

    # --- functions ---------------------------------------------------------------------------------------------------

    def functions(self, database: str) -> list[str]:
        """The names of functions of SQL, sorted."""
        return sorted(_names(self._folder(database, "functions")))

    def function(self, database: str, name: str) -> StoredFunction | None:
        found = _read(self._path(database, "functions", name))
        if found is None:
            return None
        return StoredFunction(
            found["name"],
            None,
            found["database"],
            found["text"],
            tuple((first, second) for first, second in found["parameters"]),
            _pairs(found["defaults"]),
            found["returns"],
            found["comment"],
            found["is_table"],
            found.get("reads", False),
            _pairs(found.get("captured", {})),
        )

    def put_function(self, function: StoredFunction, replace: bool) -> bool:
        """Write an entry; False if there is one and it must not be replaced."""
        entry = {
            "name": function.name,
            "database": function.database,
            "text": function.text,
            "parameters": [list(pair) for pair in function.parameters],
            "defaults": dict(function.defaults),
            "returns": function.returns,
            "comment": function.comment,
            "is_table": function.is_table,
            "reads": function.reads,
            "captured": dict(function.captured),
        }
        return _write(self._path(function.database or DEFAULT, "functions", function.name), entry, replace)

    def drop_function(self, database: str, name: str) -> None:
        _remove(self._path(database, "functions", name))

    def _folder(self, database: str, kind: str) -> str:
        return os.path.join(self._root, _file(database), kind)

    def _path(self, database: str, kind: str, name: str) -> str:
        return os.path.join(self._folder(database, kind), f"{_file(name)}.json")


# --- files -----------------------------------------------------------------------------------------------------------


def _file(name: str) -> str:
    """A name as a file's: letters of any language as they are, what file systems mind in hexadecimal."""
    return "".join(char if char.isalnum() or char in "_- " else f"%{ord(char):x}%" for char in name)


def _name(file: str) -> str:
    parts = file.split("%")
    return "".join(part if at % 2 == 0 else chr(int(part, 16)) for at, part in enumerate(parts))


def _names(folder: str) -> Iterator[str]:
    try:
        found = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for file in found:
        if file.endswith(".json") and not file.startswith("."):
            yield _name(file.removesuffix(".json"))


def _read(path: str) -> dict[str, Any] | None:
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise AnalysisException(f"{path} is damaged: {error}; remove it, and make what it describes again") from None
    if found.get("version") != _VERSION:
        raise AnalysisException(f"{path} was written by another version of minispark; use another warehouse directory")
    entry: dict[str, Any] = found["entry"]
    return entry


def _write(path: str, entry: dict[str, Any], replace: bool) -> bool:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    aside = os.path.join(os.path.dirname(path), f".{os.urandom(8).hex()}")
    with open(aside, "x", encoding="utf-8") as file:
        json.dump({"version": _VERSION, "entry": entry}, file, ensure_ascii=False)
    if replace:
        os.replace(aside, path)
        return True
    try:
        os.link(aside, path)  # fails where another session made it just now
    except FileExistsError:
        return False
    finally:
        os.unlink(aside)
    return True


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


# --- entries ---------------------------------------------------------------------------------------------------------

_PLAIN = (
    "database", "name", "kind", "provider", "location", "comment", "created_ms", "owner", "text", "original", "setting",
)  # fmt: skip
_LATER = ("collation",)
"""What entries of earlier versions lack."""
_LISTS = ("partitions", "columns", "cluster", "given", "pending")
_MAPS = ("options", "properties", "statistics", "captured", "elsewhere")


def _table_entry(table: Table) -> dict[str, Any]:
    buckets = table.buckets
    entry = {
        "schema": table.schema.jsonValue(),
        "binding": table.binding,
        "buckets": buckets and [buckets.count, list(buckets.columns), list(buckets.order)],
    }
    ways: tuple[tuple[tuple[str, ...], Callable[[Any], Any]], ...] = (
        ((*_PLAIN, *_LATER), lambda item: item),
        (_LISTS, list),
        (_MAPS, dict),
    )
    for names, form in ways:
        entry.update({name: form(getattr(table, name)) for name in names})
    return entry


def _table(found: dict[str, Any]) -> Table:
    buckets = found["buckets"]
    fields: dict[str, Any] = {name: found[name] for name in _PLAIN}
    fields["binding"] = found.get("binding", "")
    fields |= {name: found.get(name) for name in _LATER}
    fields |= {name: tuple(found.get(name, ())) for name in _LISTS}
    fields |= {name: _pairs(found.get(name, {})) for name in _MAPS}
    fields["buckets"] = None if buckets is None else Buckets(buckets[0], tuple(buckets[1]), tuple(buckets[2]))
    return Table(schema=StructType.fromJson(found["schema"]), **fields)


def _pairs(found: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(found.items())
