"""The most frequent words of some documents."""

import os
import re
import sys
from operator import add

from pyspark.sql import SparkSession

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")

if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(DATA, "documents")
    spark = SparkSession.builder.appName("word count").getOrCreate()
    lines = spark.sparkContext.textFile(path)
    counts = (
        lines.flatMap(lambda line: re.findall(r"[a-z']+", line.lower()))
        .map(lambda word: (word, 1))
        .reduceByKey(add)
        .sortBy(lambda pair: (-pair[1], pair[0]))
    )
    for word, count in counts.take(15):
        print(f"{word}: {count}")
    print(f"{counts.count()} different words")
    spark.stop()
