"""The words that tell a document from the others."""

import math
import os
import re

from pyspark.sql import SparkSession

DOCUMENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "documents")

spark = SparkSession.builder.master("local[2]").appName("TF-IDF").config("spark.ui.enabled", "false").getOrCreate()
sc = spark.sparkContext

texts = sc.wholeTextFiles(DOCUMENTS).map(lambda pair: (os.path.splitext(os.path.basename(pair[0]))[0], pair[1]))
terms = texts.flatMapValues(lambda text: re.findall(r"[a-z]+", text.lower())).cache()
documents = texts.count()

lengths = terms.countByKey()
frequencies = terms.map(lambda pair: (pair, 1)).reduceByKey(lambda a, b: a + b)
containing = frequencies.map(lambda entry: (entry[0][1], 1)).reduceByKey(lambda a, b: a + b)
inverse = containing.mapValues(lambda count: math.log(documents / count))

scores = (
    frequencies.map(lambda entry: (entry[0][1], (entry[0][0], entry[1])))
    .join(inverse)
    .map(lambda entry: (entry[1][0][0], (entry[0], entry[1][0][1] / lengths[entry[1][0][0]] * entry[1][1])))
)
best = scores.aggregateByKey(
    [],
    lambda kept, scored: sorted([*kept, scored], key=lambda s: (-round(s[1], 9), s[0]))[:4],
    lambda a, b: sorted(a + b, key=lambda s: (-round(s[1], 9), s[0]))[:4],
)
for name, words in sorted(best.collect()):
    print(f"{name:8}", ", ".join(f"{word} {score:.4f}" for word, score in words))
spark.stop()
