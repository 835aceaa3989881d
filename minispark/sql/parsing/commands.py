"""What statements that are no queries say: frozen values, which ``minispark.sql.commands`` carries out."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import value
from minispark.sql.plan.expressions import Expression

Parts = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]
Partition = tuple[tuple[str, Any], ...]
"""PARTITION (a = 1, b): columns with the value as an expression, None where it is dynamic."""


@value
class ColumnDef:
    """A column of CREATE or ALTER TABLE; ``default`` and ``generated`` are texts."""

    name: Parts
    dtype: Any
    nullable: bool = True
    comment: str | None = None
    default: str | None = None
    generated: str | None = None
    position: str | None = None
    bytes: bool = False
    """Whether it says COLLATE UTF8_BINARY, which a table's default does not change."""


@value
class Unsupported:
    """A statement that Spark's grammar has and that cannot be carried out here: the error to raise."""

    message: str
    condition: str
    parameters: tuple[tuple[str, str], ...] = ()
    parse: bool = False


# --- views, tables, databases -----------------------------------------------------------------------------------------


@value
class CreateView:
    """CREATE [OR REPLACE] [[GLOBAL] TEMPORARY] VIEW ... AS query; ``text`` is the query's text."""

    parts: Parts
    query: Any
    text: str
    columns: tuple[tuple[str, str | None], ...] = ()
    replace: bool = False
    temporary: bool = False
    is_global: bool = False
    if_missing: bool = False
    comment: str | None = None
    properties: Pairs = ()
    binding: str | None = None
    """What WITH SCHEMA says."""
    collation: str | None = None


@value
class CreateViewUsing:
    """CREATE TEMPORARY VIEW ... USING format OPTIONS (...)."""

    name: str
    provider: str
    schema: tuple[ColumnDef, ...] | None
    options: Pairs
    replace: bool
    is_global: bool


@value
class AlterView:
    """ALTER VIEW ... AS query."""

    parts: Parts
    query: Any
    text: str


@value
class CreateTable:
    """CREATE or REPLACE TABLE, with a schema or AS a query. ``mode`` is create, replace or replace only."""

    parts: Parts
    columns: tuple[ColumnDef, ...]
    provider: str | None = None
    options: Pairs = ()
    partitions: Parts = ()
    buckets: tuple[int, Parts, Parts] | None = None
    location: str | None = None
    comment: str | None = None
    properties: Pairs = ()
    query: Any = None
    mode: str = "create"
    if_missing: bool = False
    external: bool = False
    cluster: Parts = ()
    collation: str | None = None


@value
class CreateTableLike:
    """CREATE TABLE target LIKE source."""

    target: Parts
    source: Parts
    if_missing: bool = False
    provider: str | None = None
    location: str | None = None
    properties: Pairs = ()


@value
class CreateDatabase:
    """CREATE DATABASE."""

    name: Parts
    if_missing: bool = False
    comment: str | None = None
    location: str | None = None
    properties: Pairs = ()


@value
class AlterDatabase:
    """ALTER DATABASE ... SET DBPROPERTIES or LOCATION."""

    name: Parts
    properties: Pairs = ()
    location: str | None = None


@value
class Drop:
    """DROP ...; ``kind`` is table, view, database, function or variable."""

    kind: str
    parts: Parts
    if_exists: bool = False
    cascade: bool = False
    temporary: bool = False


@value
class Alter:
    """ALTER TABLE or VIEW; ``action`` says which, ``args`` what it needs."""

    parts: Parts
    action: str
    args: tuple[Any, ...] = ()
    view: bool = False


@value
class Comment:
    """COMMENT ON TABLE or DATABASE."""

    kind: str
    parts: Parts
    text: str | None


@value
class Truncate:
    """TRUNCATE TABLE."""

    parts: Parts
    partition: Partition = ()


@value
class CreateFunction:
    """CREATE FUNCTION name(parameters) RETURNS type RETURN body, an expression or a query as text."""

    parts: Parts
    parameters: tuple[ColumnDef, ...]
    returns: Any
    text: str
    temporary: bool
    replace: bool
    if_missing: bool
    is_table: bool = False
    comment: str | None = None
    contains_only: bool = False
    reads: bool = False
    """Whether it says CONTAINS SQL (its body reads no data), or READS SQL DATA."""
    class_name: str | None = None
    """The class of AS 'class': such a function can be named, not called."""


# --- rows -------------------------------------------------------------------------------------------------------------


@value
class Insert:
    """INSERT INTO or OVERWRITE a table. ``columns`` are those named, None for all; ``replace`` is a REPLACE WHERE."""

    parts: Parts
    query: Any
    overwrite: bool = False
    partition: Partition = ()
    if_missing: bool = False
    columns: Parts | None = None
    by_name: bool = False
    replace: Expression | None = None


@value
class RowLevel:
    """DELETE, UPDATE and MERGE, which tables of files do not have."""

    operation: str
    parts: Parts


@value
class InsertDirectory:
    """INSERT OVERWRITE DIRECTORY path USING format OPTIONS (...)."""

    path: str | None
    provider: str
    options: Pairs
    query: Any


@value
class Several:
    """Statements one after the other: FROM t INSERT ... INSERT ..."""

    statements: tuple[Any, ...]


# --- looking ----------------------------------------------------------------------------------------------------------


@value
class Describe:
    """DESCRIBE; ``kind`` is table, query, function or database. ``target`` are parts, or a query."""

    kind: str
    target: Any
    extended: bool = False
    column: Parts = ()
    partition: Partition = ()
    as_json: bool = False


@value
class Explain:
    """EXPLAIN; ``mode`` as ``df.explain`` takes it."""

    mode: str
    statement: Any


@value
class Show:
    """SHOW; ``what`` says which, ``parts`` of what, ``pattern`` is LIKE's."""

    what: str
    parts: Parts = ()
    pattern: str | None = None
    partition: Partition = ()
    key: str | None = None


# --- the session ------------------------------------------------------------------------------------------------------


@value
class Use:
    """USE database, or catalog."""

    parts: Parts
    catalog: bool = False


@value
class SetKey:
    """SET; without a key all settings, with ``-v`` their meanings; without a value the one there is."""

    key: str | None = None
    value: str | None = None
    verbose: bool = False


@value
class Reset:
    """RESET."""

    key: str | None = None


@value
class Declare:
    """DECLARE VARIABLE; ``default`` is an expression that all of ``names`` get."""

    names: tuple[Parts, ...]
    dtype: Any
    default: Expression | None
    text: str
    replace: bool


@value
class SetVariable:
    """SET VAR a = 1, b = 2, or SET VAR (a, b) = (query)."""

    names: tuple[Parts, ...]
    values: tuple[Expression, ...] = ()
    query: Any = None


@value
class Execute:
    """EXECUTE IMMEDIATE text INTO variables USING arguments."""

    text: Expression
    into: tuple[Parts, ...] = ()
    arguments: tuple[Expression, ...] = ()


@value
class Cache:
    """CACHE [LAZY] TABLE name [OPTIONS (...)] [AS query]."""

    parts: Parts
    lazy: bool = False
    options: Pairs = ()
    query: Any = None
    text: str = ""


@value
class Uncache:
    """UNCACHE TABLE name, or CLEAR CACHE without one."""

    parts: Parts = ()
    if_exists: bool = False


@value
class Refresh:
    """REFRESH TABLE, FUNCTION or a path."""

    kind: str
    parts: Parts


@value
class Analyze:
    """ANALYZE TABLE; ``columns`` is None for the table's own numbers, () for all columns."""

    parts: Parts
    columns: Parts | None = None
    tables: bool = False
    partition: Partition = ()
    scan: bool = True
    """Whether rows are counted, and not bytes alone."""


@value
class Repair:
    """MSCK REPAIR TABLE, ALTER TABLE ... RECOVER PARTITIONS."""

    parts: Parts
