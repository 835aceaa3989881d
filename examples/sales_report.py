"""A report on sales with DataFrames and SQL: joins, windows, a pivot, and rows that do not fit."""

import os

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def table(spark, name, schema):
    return spark.read.csv(os.path.join(DATA, name), header=True, schema=schema)


def main():
    spark = SparkSession.builder.appName("sales report").config("spark.sql.shuffle.partitions", 2).getOrCreate()
    orders = table(spark, "orders.csv", "order int, customer int, product int, quantity int")
    customers = table(spark, "customers.csv", "customer int, name string, country string")
    products = table(spark, "products.csv", "product int, title string, price decimal(8,2)")

    sales = (
        orders.join(customers, "customer", "left")
        .join(products, "product")
        .select("order", "name", F.coalesce("country", F.lit("?")).alias("country"), "title", "quantity")
        .withColumn("title", F.upper("title"))
    )
    sales.printSchema()
    sales.orderBy("order").show(5, truncate=False)

    by_country = Window.partitionBy("country").orderBy(F.desc("pieces"), "title")
    best = (
        sales.groupBy("country", "title")
        .agg(F.sum("quantity").alias("pieces"), F.countDistinct("name").alias("buyers"))
        .withColumn("rank", F.row_number().over(by_country))
        .where("rank <= 2")
    )
    best.orderBy("country", "rank").show()

    sizes = sales.withColumn("size", F.when(F.col("quantity") < 3, "small").otherwise("large"))
    sizes.groupBy("country").pivot("size", ["small", "large"]).count().na.fill(0).orderBy("country").show()

    orders.createOrReplaceTempView("orders")
    products.createOrReplaceTempView("products")
    spark.sql(
        """
        select title, sum(quantity * price) as total, try_divide(sum(quantity * price), count_if(quantity > 3)) as each
        from orders join products using (product)
        where price between :least and :most
        group by title having total > 100
        order by total desc, title limit 5
        """,
        {"least": 5, "most": 40},
    ).show()

    nobody = orders.join(customers, "customer", "left_anti")
    print("orders of nobody we know:", [row.order for row in nobody.orderBy("order").collect()][:10])
    print(sales.agg(F.min("quantity"), F.avg("quantity"), F.max("title")).first())
    spark.stop()


if __name__ == "__main__":
    main()
