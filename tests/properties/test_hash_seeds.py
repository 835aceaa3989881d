"""Where a record goes, and what comes out, must not depend on the interpreter's hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import minispark

SCRIPT = """
import datetime, decimal, enum, sys
from operator import add
from minispark import SparkConf, SparkContext
from minispark.testing.compare import canonical

class Colour(enum.Enum):
    RED = 1
    BLUE = 2

words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "ä", "", "the"] * 3
keys = [None, 0, 1.5, -0.0, True, float("nan"), "a", b"a", "", b"", ("a", 1), ("a", (None, 2.5)), (), 2**80, 1j,
        datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 12), datetime.timedelta(1, 2, 3),
        decimal.Decimal("1.25"), frozenset(["x"]), Colour.RED, Colour.BLUE]
sc = SparkContext(conf=SparkConf().setMaster(sys.argv[1]))
text = sc.parallelize(words, 4)
mixed = sc.parallelize(keys * 2, 5).map(lambda k: (k, 1))
sets = sc.parallelize([frozenset(["x", "y", "z", str(i)]) for i in range(9)], 3).map(lambda k: (k, 1))
rdds = {
    "sets": sets.partitionBy(7).glom().map(len),
    "count": text.map(lambda w: (w, 1)).reduceByKey(add, 3),
    "group": text.keyBy(lambda w: w[:1]).groupByKey(5).mapValues(list),
    "distinct": text.distinct(4),
    "mixed": mixed.partitionBy(7),
    "reduced": mixed.reduceByKey(add, 6),
    "joined": text.keyBy(len).join(text.distinct(2).keyBy(len), 3),
    "cogrouped": text.keyBy(lambda w: w).cogroup(text.map(lambda w: (w, w.upper())), 4).mapValues(
        lambda sides: tuple(map(canonical, sides))),
    "sorted": text.map(lambda w: (w, len(w))).sortByKey(True, 3),
    "chain": text.map(lambda w: (w, 1)).reduceByKey(add, 3).map(lambda kv: (kv[1], kv[0])).groupByKey(2).mapValues(
        canonical),
}
for name, rdd in rdds.items():
    parts = rdd.glom().collect()
    print(name, [[ascii(record) for record in (part if name == "sorted" else canonical(part))] for part in parts])
print("hash", hash("a"))
sc.stop()
"""


def layouts(seed: str, master: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, master],
        capture_output=True,
        text=True,
        timeout=50,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(minispark.__file__).parent.parent)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.matrix(32)
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_programs_give_the_same_layout_under_every_hash_seed(master: str) -> None:
    first, *others = [layouts(seed, master) for seed in ("0", "31337")]
    assert len(first) == 11
    for other in others:
        assert other[:-1] == first[:-1]
        assert other[-1] != first[-1], "the seeds did differ"


@pytest.mark.slow
@pytest.mark.matrix(32)
def test_workers_agree_with_each_other_under_a_random_hash_seed() -> None:
    assert layouts("random", "local[2]")[:-1] == layouts("0", "inline")[:-1]
