"""PageRank of a small web: a list of links, ten rounds."""

import os
import sys
from operator import add

from pyspark.sql import SparkSession

LINKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "links.txt")


def contributions(urls, rank):
    count = len(urls)
    for url in urls:
        yield url, rank / count


def parse(line):
    source, target = line.split()
    return source, target


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    spark = SparkSession.builder.appName("PageRank").getOrCreate()
    sc = spark.sparkContext
    links = sc.textFile(LINKS).map(parse).distinct().groupByKey(4).cache()
    ranks = links.mapValues(lambda urls: 1.0)
    for _ in range(rounds):
        received = links.join(ranks, 4).flatMap(lambda entry: contributions(*entry[1]))
        ranks = received.reduceByKey(add, 4).mapValues(lambda rank: 0.15 + 0.85 * rank)
    for page, rank in ranks.takeOrdered(8, key=lambda pair: -pair[1]):
        print(f"{page} {rank:.6f}")
    print(f"{ranks.count()} pages, {ranks.values().sum():.6f} in all")
    spark.stop()
