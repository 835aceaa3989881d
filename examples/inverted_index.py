"""Which documents a word stands in, and how often in each."""

import os
import re

from pyspark import SparkContext

DOCUMENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "documents")


def words(document):
    path, text = document
    name = os.path.basename(path)
    return [((word, name), 1) for word in re.findall(r"[a-z]+", text.lower())]


with SparkContext(appName="inverted index") as sc:
    stop = sc.broadcast({"a", "the", "and", "of", "to", "it", "is", "on", "in", "at", "as"})
    index = (
        sc.wholeTextFiles(DOCUMENTS)
        .flatMap(words)
        .filter(lambda pair: pair[0][0] not in stop.value)
        .reduceByKey(lambda a, b: a + b)
        .map(lambda pair: (pair[0][0], (pair[0][1], pair[1])))
        .groupByKey()
        .mapValues(lambda places: sorted(places))
        .cache()
    )
    for word in ("sea", "ships", "time", "nowhere"):
        print(word, index.lookup(word))
    common = index.filter(lambda entry: len(entry[1]) > 1).sortByKey()
    for word, places in common.collect():
        print(f"{word:10}", ", ".join(f"{name} {count}" for name, count in places))
