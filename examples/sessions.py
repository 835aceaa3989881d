"""Sessions of each visitor: visits sorted by time within partitions, cut where half an hour passes."""

import os
import re
from datetime import datetime, timezone

from pyspark import SparkContext
from pyspark.rdd import portable_hash

LOG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "access.log")
LINE = re.compile(r'^(\S+) \S+ \S+ \[([^\]]+)\] "\S+ (\S+)')
GAP = 30 * 60


def visit(line):
    match = LINE.match(line)
    if match:
        host, when, path = match.groups()
        seconds = int(datetime.strptime(when, "%d/%b/%Y:%H:%M:%S %z").timestamp())
        yield (host, seconds), path


def sessions(visits):
    host, began, last, paths = None, 0, 0, []
    for (who, seconds), path in visits:
        if who != host or seconds - last > GAP:
            if paths:
                yield host, began, last - began, paths
            host, began, paths = who, seconds, []
        last = seconds
        paths.append(path)
    if paths:
        yield host, began, last - began, paths


sc = SparkContext(appName="sessions")
visits = sc.textFile(LOG).flatMap(visit)
ordered = visits.repartitionAndSortWithinPartitions(4, lambda key: portable_hash(key[0]))
found = ordered.mapPartitions(sessions, preservesPartitioning=True).cache()

print(found.count(), "sessions of", found.map(lambda session: session[0]).distinct().count(), "hosts")
longest = found.takeOrdered(5, key=lambda session: (-session[2], session[0], session[1]))
for host, began, seconds, paths in longest:
    start = datetime.fromtimestamp(began, tz=timezone.utc)
    print(f"{host:12} {start:%Y-%m-%d %H:%M:%S} {seconds:5} s {len(paths)} pages: {' '.join(paths[:4])}")
entered = found.map(lambda session: (session[3][0], 1)).countByKey()
print("entered at:", dict(sorted(entered.items())))
sc.stop()
