"""Pi by throwing darts, with a seed for each partition, and a mean with its error."""

import random

from pyspark import SparkConf, SparkContext

PARTITIONS, DARTS = 8, 20_000


def throw(index, darts):
    generator = random.Random(1000 + index)
    inside = sum(generator.random() ** 2 + generator.random() ** 2 <= 1 for _ in darts)
    yield index, inside


with SparkContext(conf=SparkConf().setAppName("Monte Carlo")) as sc:
    darts = sc.range(0, PARTITIONS * DARTS, numSlices=PARTITIONS)
    hits = darts.mapPartitionsWithIndex(throw).cache()
    total = hits.values().sum()
    print(f"pi is about {4 * total / (PARTITIONS * DARTS):.5f}")
    estimates = hits.values().map(lambda inside: 4 * inside / DARTS).stats()
    print(f"over {estimates.count()} samples: mean {estimates.mean():.5f}, deviation {estimates.sampleStdev():.5f}")
    low, high = hits.values().min(), hits.values().max()
    print(f"from {low} to {high} hits; best partition {hits.max(key=lambda pair: pair[1])[0]}")
    print("tree:", hits.values().treeReduce(lambda a, b: a + b) == hits.values().fold(0, lambda a, b: a + b) == total)
