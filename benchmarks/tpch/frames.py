"""The 22 queries of TPC-H as DataFrame programs: they run on PySpark and on minispark (as ``pyspark``) alike.

Each takes a dict of the eight tables, and gives a DataFrame.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from pyspark.sql import functions as F

Tables = dict[str, Any]
day = datetime.date


def _revenue() -> Any:
    return F.col("l_extendedprice") * (1 - F.col("l_discount"))


def q1(t: Tables) -> Any:
    return (
        t["lineitem"].filter(F.col("l_shipdate") <= day(1998, 9, 2))
        .groupBy("l_returnflag", "l_linestatus")
        .agg(
            F.sum("l_quantity").alias("sum_qty"), F.sum("l_extendedprice").alias("sum_base_price"),
            F.sum(_revenue()).alias("sum_disc_price"), F.sum(_revenue() * (1 + F.col("l_tax"))).alias("sum_charge"),
            F.avg("l_quantity").alias("avg_qty"), F.avg("l_extendedprice").alias("avg_price"),
            F.avg("l_discount").alias("avg_disc"), F.count("*").alias("count_order"),
        )
        .sort("l_returnflag", "l_linestatus")
    )  # fmt: skip


def _european(t: Tables) -> Any:
    region = t["region"].filter(F.col("r_name") == "EUROPE")
    nation = t["nation"].join(region, F.col("n_regionkey") == F.col("r_regionkey"))
    supplier = t["supplier"].join(nation, F.col("s_nationkey") == F.col("n_nationkey"))
    return t["partsupp"].join(supplier, F.col("ps_suppkey") == F.col("s_suppkey"))


def q2(t: Tables) -> Any:
    offers = _european(t)
    least = offers.groupBy(F.col("ps_partkey").alias("key")).agg(F.min("ps_supplycost").alias("least"))
    part = t["part"].filter((F.col("p_size") == 15) & F.col("p_type").like("%BRASS"))
    return (
        part.join(offers, F.col("p_partkey") == F.col("ps_partkey"))
        .join(least, (F.col("p_partkey") == F.col("key")) & (F.col("ps_supplycost") == F.col("least")))
        .select("s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment")
        .sort(F.desc("s_acctbal"), "n_name", "s_name", "p_partkey").limit(100)
    )  # fmt: skip


def q3(t: Tables) -> Any:
    customer = t["customer"].filter(F.col("c_mktsegment") == "BUILDING")
    orders = t["orders"].filter(F.col("o_orderdate") < day(1995, 3, 15))
    lineitem = t["lineitem"].filter(F.col("l_shipdate") > day(1995, 3, 15))
    return (
        customer.join(orders, F.col("c_custkey") == F.col("o_custkey"))
        .join(lineitem, F.col("o_orderkey") == F.col("l_orderkey"))
        .groupBy("l_orderkey", "o_orderdate", "o_shippriority").agg(F.sum(_revenue()).alias("revenue"))
        .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
        .sort(F.desc("revenue"), "o_orderdate").limit(10)
    )  # fmt: skip


def q4(t: Tables) -> Any:
    orders = t["orders"].filter(F.col("o_orderdate").between(day(1993, 7, 1), day(1993, 9, 30)))
    late = t["lineitem"].filter(F.col("l_commitdate") < F.col("l_receiptdate"))
    return (
        orders.join(late, F.col("o_orderkey") == F.col("l_orderkey"), "left_semi")
        .groupBy("o_orderpriority").agg(F.count("*").alias("order_count")).sort("o_orderpriority")
    )  # fmt: skip


def q5(t: Tables) -> Any:
    orders = t["orders"].filter((F.col("o_orderdate") >= day(1994, 1, 1)) & (F.col("o_orderdate") < day(1995, 1, 1)))
    region = t["region"].filter(F.col("r_name") == "ASIA")
    return (
        t["customer"].join(orders, F.col("c_custkey") == F.col("o_custkey"))
        .join(t["lineitem"], F.col("o_orderkey") == F.col("l_orderkey"))
        .join(
            t["supplier"],
            (F.col("l_suppkey") == F.col("s_suppkey")) & (F.col("c_nationkey") == F.col("s_nationkey")),
        )
        .join(t["nation"], F.col("s_nationkey") == F.col("n_nationkey"))
        .join(region, F.col("n_regionkey") == F.col("r_regionkey"))
        .groupBy("n_name").agg(F.sum(_revenue()).alias("revenue")).sort(F.desc("revenue"))
    )  # fmt: skip


def q6(t: Tables) -> Any:
    return (
        t["lineitem"]
        .filter((F.col("l_shipdate") >= day(1994, 1, 1)) & (F.col("l_shipdate") < day(1995, 1, 1)))
        .filter(F.expr("l_discount between 0.05 and 0.07") & (F.col("l_quantity") < 24))
        .agg(F.sum(F.col("l_extendedprice") * F.col("l_discount")).alias("revenue"))
    )


def q7(t: Tables) -> Any:
    first = t["nation"].select(F.col("n_nationkey").alias("k1"), F.col("n_name").alias("supp_nation"))
    second = t["nation"].select(F.col("n_nationkey").alias("k2"), F.col("n_name").alias("cust_nation"))
    pair = (F.col("supp_nation") == "FRANCE") & (F.col("cust_nation") == "GERMANY")
    back = (F.col("supp_nation") == "GERMANY") & (F.col("cust_nation") == "FRANCE")
    return (
        t["supplier"].join(t["lineitem"], F.col("s_suppkey") == F.col("l_suppkey"))
        .filter(F.col("l_shipdate").between(day(1995, 1, 1), day(1996, 12, 31)))
        .join(t["orders"], F.col("l_orderkey") == F.col("o_orderkey"))
        .join(t["customer"], F.col("o_custkey") == F.col("c_custkey"))
        .join(first, F.col("s_nationkey") == F.col("k1")).join(second, F.col("c_nationkey") == F.col("k2"))
        .filter(pair | back)
        .groupBy("supp_nation", "cust_nation", F.year("l_shipdate").alias("l_year"))
        .agg(F.sum(_revenue()).alias("revenue")).sort("supp_nation", "cust_nation", "l_year")
    )  # fmt: skip


def q8(t: Tables) -> Any:
    part = t["part"].filter(F.col("p_type") == "ECONOMY ANODIZED STEEL")
    orders = t["orders"].filter(F.col("o_orderdate").between(day(1995, 1, 1), day(1996, 12, 31)))
    region = t["region"].filter(F.col("r_name") == "AMERICA")
    first = t["nation"].select(F.col("n_nationkey").alias("k1"), F.col("n_regionkey").alias("r1"))
    second = t["nation"].select(F.col("n_nationkey").alias("k2"), F.col("n_name").alias("nation"))
    volume = F.col("volume")
    return (
        part.join(t["lineitem"], F.col("p_partkey") == F.col("l_partkey"))
        .join(t["supplier"], F.col("l_suppkey") == F.col("s_suppkey"))
        .join(orders, F.col("l_orderkey") == F.col("o_orderkey"))
        .join(t["customer"], F.col("o_custkey") == F.col("c_custkey"))
        .join(first, F.col("c_nationkey") == F.col("k1")).join(region, F.col("r1") == F.col("r_regionkey"))
        .join(second, F.col("s_nationkey") == F.col("k2"))
        .select(F.year("o_orderdate").alias("o_year"), _revenue().alias("volume"), "nation")
        .groupBy("o_year")
        .agg((F.sum(F.when(F.col("nation") == "BRAZIL", volume).otherwise(0)) / F.sum(volume)).alias("mkt_share"))
        .sort("o_year")
    )  # fmt: skip


def q9(t: Tables) -> Any:
    part = t["part"].filter(F.col("p_name").contains("green"))
    same = (F.col("ps_suppkey") == F.col("l_suppkey")) & (F.col("ps_partkey") == F.col("l_partkey"))
    return (
        part.join(t["lineitem"], F.col("p_partkey") == F.col("l_partkey"))
        .join(t["supplier"], F.col("s_suppkey") == F.col("l_suppkey")).join(t["partsupp"], same)
        .join(t["orders"], F.col("o_orderkey") == F.col("l_orderkey"))
        .join(t["nation"], F.col("s_nationkey") == F.col("n_nationkey"))
        .select(
            F.col("n_name").alias("nation"), F.year("o_orderdate").alias("o_year"),
            (_revenue() - F.col("ps_supplycost") * F.col("l_quantity")).alias("amount"),
        )
        .groupBy("nation", "o_year").agg(F.sum("amount").alias("sum_profit")).sort("nation", F.desc("o_year"))
    )  # fmt: skip


def q10(t: Tables) -> Any:
    orders = t["orders"].filter((F.col("o_orderdate") >= day(1993, 10, 1)) & (F.col("o_orderdate") < day(1994, 1, 1)))
    keys = ("c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment")
    return (
        t["customer"].join(orders, F.col("c_custkey") == F.col("o_custkey"))
        .join(t["lineitem"].filter(F.col("l_returnflag") == "R"), F.col("o_orderkey") == F.col("l_orderkey"))
        .join(t["nation"], F.col("c_nationkey") == F.col("n_nationkey"))
        .groupBy(*keys).agg(F.sum(_revenue()).alias("revenue"))
        .select("c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone", "c_comment")
        .sort(F.desc("revenue")).limit(20)
    )  # fmt: skip


def q11(t: Tables) -> Any:
    nation = t["nation"].filter(F.col("n_name") == "GERMANY")
    stock = (
        t["partsupp"].join(t["supplier"], F.col("ps_suppkey") == F.col("s_suppkey"))
        .join(nation, F.col("s_nationkey") == F.col("n_nationkey"))
        .withColumn("worth", F.col("ps_supplycost") * F.col("ps_availqty"))
    )  # fmt: skip
    least = stock.agg((F.sum("worth") * F.lit("0.0001").cast("decimal(4,4)")).alias("least"))
    return (
        stock.groupBy("ps_partkey").agg(F.sum("worth").alias("value"))
        .crossJoin(least).filter(F.col("value") > F.col("least"))
        .select("ps_partkey", "value").sort(F.desc("value"))
    )  # fmt: skip


def q12(t: Tables) -> Any:
    lineitem = t["lineitem"].filter(
        F.col("l_shipmode").isin("MAIL", "SHIP") & (F.col("l_commitdate") < F.col("l_receiptdate"))
        & (F.col("l_shipdate") < F.col("l_commitdate"))
        & (F.col("l_receiptdate") >= day(1994, 1, 1)) & (F.col("l_receiptdate") < day(1995, 1, 1))
    )  # fmt: skip
    urgent = F.col("o_orderpriority").isin("1-URGENT", "2-HIGH")
    return (
        t["orders"].join(lineitem, F.col("o_orderkey") == F.col("l_orderkey")).groupBy("l_shipmode")
        .agg(
            F.sum(F.when(urgent, 1).otherwise(0)).alias("high_line_count"),
            F.sum(F.when(~urgent, 1).otherwise(0)).alias("low_line_count"),
        )
        .sort("l_shipmode")
    )  # fmt: skip


def q13(t: Tables) -> Any:
    orders = t["orders"].filter(~F.col("o_comment").like("%special%requests%"))
    return (
        t["customer"].join(orders, F.col("c_custkey") == F.col("o_custkey"), "left")
        .groupBy("c_custkey").agg(F.count("o_orderkey").alias("c_count"))
        .groupBy("c_count").agg(F.count("*").alias("custdist")).sort(F.desc("custdist"), F.desc("c_count"))
    )  # fmt: skip


def q14(t: Tables) -> Any:
    lineitem = t["lineitem"].filter((F.col("l_shipdate") >= day(1995, 9, 1)) & (F.col("l_shipdate") < day(1995, 10, 1)))
    promo = F.when(F.col("p_type").like("PROMO%"), _revenue()).otherwise(0)
    return lineitem.join(t["part"], F.col("l_partkey") == F.col("p_partkey")).agg(
        (F.lit("100.00").cast("decimal(5,2)") * F.sum(promo) / F.sum(_revenue())).alias("promo_revenue")
    )


def q15(t: Tables) -> Any:
    revenue = (
        t["lineitem"].filter((F.col("l_shipdate") >= day(1996, 1, 1)) & (F.col("l_shipdate") < day(1996, 4, 1)))
        .groupBy(F.col("l_suppkey").alias("supplier_no")).agg(F.sum(_revenue()).alias("total_revenue"))
    )  # fmt: skip
    most = revenue.agg(F.max("total_revenue").alias("most"))
    return (
        t["supplier"].join(revenue, F.col("s_suppkey") == F.col("supplier_no"))
        .join(most, F.col("total_revenue") == F.col("most"))
        .select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue").sort("s_suppkey")
    )  # fmt: skip


def q16(t: Tables) -> Any:
    part = t["part"].filter(
        (F.col("p_brand") != "Brand#45") & ~F.col("p_type").like("MEDIUM POLISHED%")
        & F.col("p_size").isin(49, 14, 23, 45, 19, 3, 36, 9)
    )  # fmt: skip
    bad = t["supplier"].filter(F.col("s_comment").like("%Customer%Complaints%")).select("s_suppkey")
    return (
        part.join(t["partsupp"], F.col("p_partkey") == F.col("ps_partkey"))
        .join(bad, F.col("ps_suppkey") == F.col("s_suppkey"), "left_anti")
        .groupBy("p_brand", "p_type", "p_size").agg(F.countDistinct("ps_suppkey").alias("supplier_cnt"))
        .sort(F.desc("supplier_cnt"), "p_brand", "p_type", "p_size")
    )  # fmt: skip


def q17(t: Tables) -> Any:
    part = t["part"].filter((F.col("p_brand") == "Brand#23") & (F.col("p_container") == "MED BOX"))
    sold = t["lineitem"].join(part, F.col("p_partkey") == F.col("l_partkey"))
    fifth = sold.groupBy(F.col("l_partkey").alias("key")).agg(
        (F.lit("0.2").cast("decimal(1,1)") * F.avg("l_quantity")).alias("fifth")
    )
    return (
        sold.join(fifth, F.col("p_partkey") == F.col("key")).filter(F.col("l_quantity") < F.col("fifth"))
        .agg((F.sum("l_extendedprice") / F.lit("7.0").cast("decimal(2,1)")).alias("avg_yearly"))
    )  # fmt: skip


def q18(t: Tables) -> Any:
    large = (
        t["lineitem"].groupBy(F.col("l_orderkey").alias("key")).agg(F.sum("l_quantity").alias("sum"))
        .filter(F.col("sum") > 300)
    )  # fmt: skip
    return (
        t["orders"].join(large, F.col("o_orderkey") == F.col("key"), "left_semi")
        .join(t["customer"], F.col("c_custkey") == F.col("o_custkey"))
        .join(t["lineitem"], F.col("o_orderkey") == F.col("l_orderkey"))
        .groupBy("c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice")
        .agg(F.sum("l_quantity").alias("total_quantity")).sort(F.desc("o_totalprice"), "o_orderdate").limit(100)
    )  # fmt: skip


def q19(t: Tables) -> Any:
    def kind(brand: str, containers: list[str], least: int, most: int, size: int) -> Any:
        return (
            (F.col("p_brand") == brand) & F.col("p_container").isin(containers)
            & F.col("l_quantity").between(least, most) & F.col("p_size").between(1, size)
        )  # fmt: skip

    lineitem = t["lineitem"].filter(
        F.col("l_shipmode").isin("AIR", "AIR REG") & (F.col("l_shipinstruct") == "DELIVER IN PERSON")
    )
    small = kind("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 11, 5)
    medium = kind("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 20, 10)
    large = kind("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 30, 15)
    return (
        lineitem.join(t["part"], F.col("p_partkey") == F.col("l_partkey")).filter(small | medium | large)
        .agg(F.sum(_revenue()).alias("revenue"))
    )  # fmt: skip


def q20(t: Tables) -> Any:
    forest = t["part"].filter(F.col("p_name").like("forest%")).select("p_partkey")
    sold = (
        t["lineitem"].filter((F.col("l_shipdate") >= day(1994, 1, 1)) & (F.col("l_shipdate") < day(1995, 1, 1)))
        .groupBy("l_partkey", "l_suppkey")
        .agg((F.lit("0.5").cast("decimal(1,1)") * F.sum("l_quantity")).alias("half"))
    )  # fmt: skip
    offers = (
        t["partsupp"].join(forest, F.col("ps_partkey") == F.col("p_partkey"), "left_semi")
        .join(sold, (F.col("ps_partkey") == F.col("l_partkey")) & (F.col("ps_suppkey") == F.col("l_suppkey")))
        .filter(F.col("ps_availqty") > F.col("half"))
    )  # fmt: skip
    nation = t["nation"].filter(F.col("n_name") == "CANADA")
    return (
        t["supplier"].join(offers, F.col("s_suppkey") == F.col("ps_suppkey"), "left_semi")
        .join(nation, F.col("s_nationkey") == F.col("n_nationkey")).select("s_name", "s_address").sort("s_name")
    )  # fmt: skip


def q21(t: Tables) -> Any:
    late = t["lineitem"].filter(F.col("l_receiptdate") > F.col("l_commitdate"))
    others = t["lineitem"].select(F.col("l_orderkey").alias("k1"), F.col("l_suppkey").alias("s1"))
    late_others = late.select(F.col("l_orderkey").alias("k2"), F.col("l_suppkey").alias("s2"))
    nation = t["nation"].filter(F.col("n_name") == "SAUDI ARABIA")
    orders = t["orders"].filter(F.col("o_orderstatus") == "F")
    return (
        late.join(t["supplier"], F.col("l_suppkey") == F.col("s_suppkey"))
        .join(nation, F.col("s_nationkey") == F.col("n_nationkey"))
        .join(orders, F.col("l_orderkey") == F.col("o_orderkey"))
        .join(others, (F.col("l_orderkey") == F.col("k1")) & (F.col("l_suppkey") != F.col("s1")), "left_semi")
        .join(late_others, (F.col("l_orderkey") == F.col("k2")) & (F.col("l_suppkey") != F.col("s2")), "left_anti")
        .groupBy("s_name").agg(F.count("*").alias("numwait")).sort(F.desc("numwait"), "s_name").limit(100)
    )  # fmt: skip


def q22(t: Tables) -> Any:
    customer = t["customer"].withColumn("cntrycode", F.substring("c_phone", 1, 2))
    customer = customer.filter(F.col("cntrycode").isin("13", "31", "23", "29", "30", "18", "17"))
    usual = customer.filter(F.col("c_acctbal") > 0).agg(F.avg("c_acctbal").alias("usual"))
    return (
        customer.crossJoin(usual).filter(F.col("c_acctbal") > F.col("usual"))
        .join(t["orders"], F.col("c_custkey") == F.col("o_custkey"), "left_anti")
        .groupBy("cntrycode").agg(F.count("*").alias("numcust"), F.sum("c_acctbal").alias("totacctbal")).sort("cntrycode")
    )  # fmt: skip


QUERIES: dict[int, Callable[[Tables], Any]] = {number: globals()[f"q{number}"] for number in range(1, 23)}
