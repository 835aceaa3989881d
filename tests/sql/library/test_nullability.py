"""Which results may be null, as Spark 4.3 says in schemas: recorded for columns of which none is null but ``n``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.sql import SparkSession
from minispark.sql import functions as F

NEVER = """id + 1; -id; cast(id as string); s || 'a'; length(s); coalesce(n, id); if(b, id, 2L); case when b
then id else 0 end; n is null; id <=> n; year(d); date_add(d, 1); upper(s); concat_ws(',', s, n); s in ('a',
'b'); greatest(id, n); abs(id); hash(n); map_keys(map(id, n)); sequence(1, 3); size(array(n)); count(n);
make_date(2020, 1, 1); to_date(s, 'yyyy'); unix_timestamp(s, 'yyyy'); from_csv(s, 'a int'); interval '10' day /
2; rand(); row_number() over (order by id); lag(id, 1, 0L) over (order by id); collect_list(n); array(n);
array_append(array(id), n); contains(s, 'a'); array(1, 2)[id]; array(1, null)[0];
element_at(array(1, null), -2); element_at(array(1, 2), 5); element_at(array(id), cast(id as int));
try_element_at(array(1, 2), 1); get(array(1, 2), 1); map_from_entries(array(struct(id, n))); format_string('%s', n);
to_binary(s, 'base64'); cast(1.5BD as decimal(2, 0)); timestamp_seconds(1.5BD);
locate('a', s, cast(n as int)); array_insert(array(id), 1, id)"""
MAYBE = """locate('a', cast(n as string)); locate(cast(n as string), s);
id % 3; id / 7; id div 2; pmod(id, 2); mod(id, 2); coalesce(n, n); case when b then id end; n + 1;
greatest(n, n); floor(id); sqrt(id); exp(id); sign(id); from_json(s, 'a int'); to_json(struct(id));
to_csv(struct(id)); get_json_object(s, '$.a'); parse_url(s, 'HOST'); encode(s, 'utf-8'); decode(cast(s as
binary), 'utf-8'); split_part(s, ',', 1); from_unixtime(id); map_contains_key(map(id, n), 1L); xpath_int('<a/>',
'a'); luhn_check(s); try_cast(s as int); make_date(n, 1, 1); sum(id); lag(id) over (order by id);
element_at(map(id, n), 1L); to_date(cast(n as string), 'yyyy'); avg(id); max(id); cast(s as int) + n;
array(1, null)[1]; get(array(1, 2), cast(id as int)); get(array(1, 2), 5); try_element_at(array(1, 2), 5); to_binary(s);
map_from_entries(array(if(b, struct(id, n), null))); timestamp_seconds(1.5D); make_interval(1) * 2; interval 1 day div
interval 1 hour; cast(parse_json(s) as int); cast(d as timestamp_ntz); cast(timestamp_ntz'2020-01-01' as date);
cast(1.55BD as decimal(1, 0))"""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


@pytest.mark.parametrize(("texts", "nullable"), [(NEVER, False), (MAYBE, True)])
def test_schemas_say_what_may_be_null(spark: SparkSession, texts: str, nullable: bool) -> None:
    rows = spark.range(3).select(
        "id", F.lit("x").alias("s"), (F.col("id") > 1).alias("b"), F.expr("date'2020-01-01' as d"),
        F.when(F.col("id") < 9, F.col("id")).alias("n"),
    )  # fmt: skip
    wrong = [text for text in texts.split(";") if rows.selectExpr(text).schema[0].nullable is not nullable]
    assert wrong == []


def test_what_the_settings_change(spark: SparkSession) -> None:
    made = "make_date(2020, 1, 1)"
    assert not spark.range(1).selectExpr(made).schema[0].nullable
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        assert spark.range(1).selectExpr(made).schema[0].nullable
    finally:
        spark.conf.unset("spark.sql.ansi.enabled")


def test_what_collections_hold(spark: SparkSession) -> None:
    types = spark.range(1).selectExpr(
        "map_keys(map(id, 1))", "array_append(array(id), 1)", "array_prepend(array(id), 1)"
    )
    assert [field.dataType.containsNull for field in types.schema] == [True, True, True]
