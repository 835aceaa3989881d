"""Orders with their customers and products; who never ordered, and orders of nobody we know."""

import os

from pyspark.sql import SparkSession

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def table(sc, name, key):
    lines = sc.textFile(os.path.join(DATA, name)).zipWithIndex().filter(lambda line: line[1] > 0)
    return lines.map(lambda line: line[0].split(",")).keyBy(lambda row: row[key])


def main():
    spark = SparkSession.builder.appName("join of three").getOrCreate()
    sc = spark.sparkContext
    customers = table(sc, "customers.csv", 0).mapValues(lambda row: tuple(row[1:]))
    products = table(sc, "products.csv", 0).mapValues(lambda row: (row[1], float(row[2])))
    orders = table(sc, "orders.csv", 1).mapValues(lambda row: (row[2], int(row[3])))

    known = orders.join(customers)
    sales = known.map(lambda e: (e[1][0][0], (e[1][1][1], e[1][0][1]))).join(products)
    by_country = sales.map(lambda e: ((e[1][0][0], e[1][1][0]), e[1][0][1] * e[1][1][1])).reduceByKey(
        lambda a, b: a + b
    )
    for (country, product), total in by_country.takeOrdered(6, key=lambda e: (-round(e[1], 2), e[0])):
        print(f"{country} {product:11} {total:9.2f}")

    print("never ordered:", sorted(customers.subtractByKey(orders).values().keys().collect()))
    print("unknown customers:", sorted(set(orders.subtractByKey(customers).keys().collect()), key=int))
    both = customers.leftOuterJoin(orders.mapValues(lambda order: order[1])).mapValues(lambda pair: pair[1] or 0)
    print("pieces:", both.values().sum(), "of", orders.values().map(lambda order: order[1]).sum())
    sides = customers.cogroup(orders).mapValues(lambda groups: tuple(len(list(group)) for group in groups))
    print("most:", sides.takeOrdered(3, key=lambda e: (-e[1][1], e[0])))
    spark.stop()


if __name__ == "__main__":
    main()
