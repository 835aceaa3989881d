"""The catalog: names of temporary views, databases, tables and functions."""

import os

import pytest

from minispark.errors import AnalysisException
from minispark.sql.sources.catalog import Buckets, Catalog, StoredFunction, Table, TempView
from minispark.sql.types import IntegerType, StructField, StructType

SCHEMA = StructType([StructField("a", IntegerType()), StructField("p", IntegerType())])


@pytest.fixture
def catalog(tmp_path):
    return Catalog(str(tmp_path / "warehouse"))


def table(name="t", database="default", **more):
    return Table(database, name, more.pop("kind", "MANAGED"), SCHEMA, **more)


def condition(call, *args, **more):
    with pytest.raises(AnalysisException) as caught:
        call(*args, **more)
    return caught.value.getCondition()


def test_temporary_views_come_before_tables(catalog):
    catalog.create_table(table("v"))
    view = TempView("V", plan=object())
    catalog.create_view(view)
    assert catalog.lookup(("v",)).plan is view.plan
    assert catalog.lookup(("default", "v")).kind == "MANAGED"
    assert condition(catalog.create_view, TempView("v", plan=object())) == "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"
    catalog.create_view(TempView("v", plan=object()), replace=True)
    assert catalog.drop_view("V") and not catalog.drop_view("V")


def test_global_views_are_shared(tmp_path):
    shared = {}
    one, other = Catalog(str(tmp_path), shared), Catalog(str(tmp_path), shared)
    one.create_view(TempView("g", plan=1, is_global=True))
    assert other.lookup(("global_temp", "g")).plan == 1
    assert condition(other.lookup, ("g",)) == "TABLE_OR_VIEW_NOT_FOUND"
    assert [view.name for view in other.tables("global_temp")] == ["g"]


def test_tables_are_seen_by_other_sessions_of_the_warehouse(catalog):
    catalog.create_database("Shop", "all of it")
    made = table(
        "Sales", "shop", partitions=("p",), buckets=Buckets(4, ("a",), ("a",)), options=(("sep", ";"),), comment="c"
    )
    catalog.create_table(made)
    other = Catalog(catalog.store.warehouse)
    found = other.lookup(("spark_catalog", "shop", "SALES"))
    assert (found.name, found.schema, found.partitions, found.buckets) == ("sales", SCHEMA, ("p",), made.buckets)
    assert dict(found.options) == {"sep": ";"} and found.comment == "c" and found.created_ms > 0
    assert [one.name for one in other.databases()] == ["default", "shop"]
    assert [one.name for one in other.tables("shop", "s*|x")] == ["sales"]


def test_a_session_that_makes_no_table_leaves_no_directory(catalog):
    catalog.create_view(TempView("v", plan=1))
    assert catalog.tables() and catalog.databases() and not catalog.exists(("t",))
    assert not os.path.exists(catalog.store.warehouse)


def test_errors_of_names(catalog):
    catalog.create_table(table())
    assert condition(catalog.create_table, table("T")) == "TABLE_OR_VIEW_ALREADY_EXISTS"
    assert not catalog.create_table(table(), if_missing=True)
    assert condition(catalog.lookup, ("nope",)) == "TABLE_OR_VIEW_NOT_FOUND"
    assert condition(catalog.use, "nope") == "SCHEMA_NOT_FOUND"
    assert condition(catalog.tables, "nope") == "SCHEMA_NOT_FOUND"
    assert condition(catalog.create_table, table("x", "nope")) == "SCHEMA_NOT_FOUND"
    catalog.create_database("d")
    assert condition(catalog.create_database, "D") == "SCHEMA_ALREADY_EXISTS"
    catalog.create_table(table("x", "d"))
    assert condition(catalog.drop_database, "d") == "SCHEMA_NOT_EMPTY"
    catalog.use("d")
    catalog.drop_database("d", cascade=True)
    assert catalog.current == "default" and not catalog.has_database("d")
    assert condition(catalog.drop_table, ("t",), view=True) == "WRONG_COMMAND_FOR_OBJECT_TYPE"
    assert condition(catalog.drop_table, ("nope",)) == "TABLE_OR_VIEW_NOT_FOUND"
    catalog.drop_table(("nope",), if_exists=True)


def test_dropping_and_renaming_take_managed_files_along(catalog):
    place = catalog.default_location("default", "t")
    os.makedirs(place)
    catalog.create_table(table(location=place))
    catalog.rename_table(("t",), ("u",))
    moved = catalog.lookup(("u",)).location
    assert os.path.isdir(moved) and not os.path.exists(place) and not catalog.exists(("t",))
    catalog.drop_table(("u",))
    assert not os.path.exists(moved)


def test_dropping_an_external_table_leaves_its_files(catalog, tmp_path):
    catalog.create_table(table(kind="EXTERNAL", location=str(tmp_path)))
    catalog.drop_table(("t",))
    assert tmp_path.exists()


def test_altering(catalog):
    catalog.create_table(table(partitions=("p",)))
    catalog.set_properties(("t",), [("x", "1"), ("comment", "new")])
    catalog.set_properties(("t",), [("y", "2")], without=["x"])
    catalog.add_columns(("t",), [StructField("b", IntegerType())])
    found = catalog.table(("t",))
    assert found.properties == (("y", "2"),) and found.comment == "new"
    assert found.schema.fieldNames() == ["a", "b", "p"]
    assert condition(catalog.add_columns, ("t",), [StructField("A", IntegerType())]) == "COLUMN_ALREADY_EXISTS"


def test_functions(catalog):
    catalog.create_function(StoredFunction("F", target=len))
    catalog.create_function(StoredFunction("area", None, "default", "w * h", (("w", "int"), ("h", "int")), (), "int"))
    assert catalog.function(("f",)).target is len and catalog.function(("default", "area")).text == "w * h"
    assert [one.name for one in catalog.functions()] == ["area", "f"]
    assert condition(catalog.create_function, StoredFunction("f", target=len)) == "ROUTINE_ALREADY_EXISTS"
    catalog.drop_function(("f",))
    catalog.drop_function(("area",))
    assert condition(catalog.drop_function, ("f",)) == "ROUTINE_NOT_FOUND"
