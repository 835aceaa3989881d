"""Answers cases of ``programs`` on whatever ``pyspark`` is: ``answer.py CASES ANSWERS``.

An answer is the result's type and values as text, or an error's condition (class of the error where it has none).
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any


def plain(item: Any) -> Any:
    """A value as JSON can say it, equal where values are equal."""
    if isinstance(item, float):
        return "NaN" if math.isnan(item) else float(f"{item:.12g}") if math.isfinite(item) else str(item)
    if isinstance(item, (list, tuple)):
        return [plain(one) for one in item]
    if isinstance(item, dict):
        return sorted(([plain(key), plain(one)] for key, one in item.items()), key=str)
    return item if item is None or isinstance(item, (bool, int, str)) else f"{type(item).__name__} {item}"


def condition(error: Exception) -> str:
    """What kind of error it is."""
    get = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    name = get() if get is not None else None
    return f"! {name or type(error).__name__}"


def answers(spark: Any, cases: list[dict[str, Any]], schema: list[str]) -> list[list[Any]]:
    """For each case the answer of each expression."""
    found = []
    for case in cases:
        spark.conf.set("spark.sql.ansi.enabled", "true")
        rows = " UNION ALL ".join(f"SELECT {place} AS row, {row}" for place, row in enumerate(case["rows"]))
        frame = spark.sql(rows).toDF("row", *schema)
        frame = spark.createDataFrame(frame.collect(), frame.schema)
        spark.conf.set("spark.sql.ansi.enabled", str(case["ansi"]).lower())
        found.append([answer(frame, text, case["grouped"]) for text in case["expressions"]])
    return found


def answer(frame: Any, text: str, grouped: bool) -> Any:
    """One expression's answer."""
    try:
        if grouped:
            from pyspark.sql import functions as F

            made = frame.groupBy((F.col("row") % 2).alias("g")).agg(F.expr(text).alias("v")).sort("g").select("v")
        else:
            made = frame.selectExpr("row", f"{text} AS v").sort("row").select("v")
        return [made.schema["v"].dataType.simpleString(), [plain(row[0]) for row in made.collect()]]
    except Exception as error:
        return condition(error)


def main() -> None:
    name, source, target = sys.argv[1:]
    if name == "minispark":
        import minispark

        minispark.as_pyspark()
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "America/Los_Angeles")
        .config("spark.ui.enabled", "false").getOrCreate()
    )  # fmt: skip
    with open(source, encoding="utf-8") as file:
        told = json.load(file)
    found = answers(spark, told["cases"], told["columns"])
    with open(target, "w", encoding="utf-8") as file:
        json.dump(found, file)
    spark.stop()


if __name__ == "__main__":
    main()
