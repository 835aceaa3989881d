"""The three largest orders of each country, by a bounded heap per key."""

import csv
import heapq
import os

from pyspark import SparkContext

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
N = 3


def rows(sc, name):
    lines = sc.textFile(os.path.join(DATA, name))
    header = lines.first()
    return lines.filter(lambda line: line != header).mapPartitions(csv.reader)


def push(heap, item):
    if len(heap) < N:
        heapq.heappush(heap, item)
    else:
        heapq.heappushpop(heap, item)
    return heap


def merge(left, right):
    return heapq.nlargest(N, left + right)[::-1]


sc = SparkContext(appName="top n per key")
country = sc.broadcast({customer: country for customer, _, country in rows(sc, "customers.csv").collect()})
price = sc.broadcast({product: float(price) for product, _, price in rows(sc, "products.csv").collect()})

orders = rows(sc, "orders.csv").map(
    lambda order: (country.value.get(order[1], "unknown"), (int(order[3]) * price.value[order[2]], int(order[0])))
)
top = orders.combineByKey(lambda item: [item], push, merge)
for place, heap in top.sortByKey().collect():
    print(place, " ".join(f"{order}:{total:.2f}" for total, order in sorted(heap, reverse=True)))
totals = orders.mapValues(lambda item: item[0]).foldByKey(0.0, lambda a, b: a + b)
print({place: round(total, 2) for place, total in sorted(totals.collect())})
sc.stop()
