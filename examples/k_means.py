"""k-means in the plane, until the centres stop moving."""

import random

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("k-means").getOrCreate()
sc = spark.sparkContext

generator = random.Random(7)
blobs = [(0.0, 0.0), (8.0, 1.0), (4.0, 7.0)]
data = [(x + generator.gauss(0, 1), y + generator.gauss(0, 1)) for x, y in blobs for _ in range(300)]
points = sc.parallelize(data, 4).cache()


def nearest(point, centres):
    distances = [(point[0] - x) ** 2 + (point[1] - y) ** 2 for x, y in centres]
    return distances.index(min(distances))


centres = sorted(data[index] for index in (3, 400, 800))
for rounds in range(1, 50):
    sent = sc.broadcast(centres)
    sums = points.map(lambda p: (nearest(p, sent.value), (p[0], p[1], 1))).reduceByKey(
        lambda a, b: (a[0] + b[0], a[1] + b[1], a[2] + b[2])
    )
    found = {index: (x / n, y / n) for index, (x, y, n) in sums.collectAsMap().items()}
    moved = sum((centres[i][0] - c[0]) ** 2 + (centres[i][1] - c[1]) ** 2 for i, c in found.items())
    centres = [found.get(i, centre) for i, centre in enumerate(centres)]
    sent.unpersist()
    if moved < 1e-9:
        break

print("rounds:", rounds)
sizes = points.map(lambda p: nearest(p, centres)).countByValue()
for index, (x, y) in enumerate(centres):
    print(f"({x:.4f}, {y:.4f}) {sizes[index]} points")
spark.stop()
