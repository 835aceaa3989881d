"""Status codes, sizes and the busiest hosts of a web server's log, with lines that do not parse counted."""

import os
import re

from pyspark import SparkConf, SparkContext, StorageLevel

LOG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "access.log")
LINE = re.compile(r'^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d{3}) (\d+|-)$')

sc = SparkContext(conf=SparkConf().setAppName("log analysis"))
unparsed = sc.accumulator(0)


def parse(line):
    match = LINE.match(line)
    if match is None:
        unparsed.add(1)
        return []
    host, _, _, path, status, size = match.groups()
    return [(host, path, int(status), 0 if size == "-" else int(size))]


requests = sc.textFile(LOG, 4).flatMap(parse).persist(StorageLevel.MEMORY_ONLY)
print("requests:", requests.count())
print("not parsed:", unparsed.value)

sizes = requests.map(lambda request: request[3]).filter(bool)
print("bytes: mean %.2f, max %d, stdev %.2f" % (sizes.mean(), sizes.max(), sizes.stdev()))
print("sizes:", sizes.histogram([0, 1000, 5000, 10000, 20000]))

for status, count in sorted(requests.map(lambda request: request[2]).countByValue().items()):
    print(status, count)

hosts = requests.keyBy(lambda request: request[0]).mapValues(lambda request: 1).reduceByKey(lambda a, b: a + b)
for host, count in hosts.takeOrdered(5, key=lambda pair: (-pair[1], pair[0])):
    print(host, count)

failing = requests.filter(lambda request: request[2] >= 400).map(lambda request: request[1]).distinct()
print("failing:", sorted(failing.collect()))
requests.unpersist()
sc.stop()
