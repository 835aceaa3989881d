"""What functions drag along is sent to a worker once, and held once."""

from __future__ import annotations

import numpy as np
import psutil

from minispark import SparkContext
from minispark.engine.worker.commands import commands_in, message_of


def test_each_worker_is_sent_it_once_and_holds_it_once() -> None:
    table = np.zeros(4_000_000)

    def use(x: int) -> tuple[int, float]:
        return psutil.Process().memory_full_info().uss, float(table[x])

    with SparkContext("local[1]", "closures") as sc:
        sc.parallelize([0], 1).map(lambda x: psutil.Process().pid + len(np.zeros(1))).collect()
        (before,) = sc.parallelize([0], 1).map(lambda x: psutil.Process().memory_full_info().uss).collect()
        sizes = [size for size, _ in sc.parallelize(range(60), 60).map(use).collect()]
        assert max(sizes) - before < 1.5 * table.nbytes
        assert max(sizes) - min(sizes) < table.nbytes // 2
        (after,) = sc.parallelize([0], 1).map(lambda x: psutil.Process().memory_full_info().uss).collect()
        assert after - before < table.nbytes // 2


def test_a_large_program_is_a_piece_of_its_own_and_no_copy() -> None:
    large, small = bytes(100_000), b"small"
    commands = [("stage", 1, large, 3, 0, "", {}), ("forget", 7), ("stage", 2, small, 5, 0, "", {})]
    message = message_of(commands)
    assert message.pieces[1] is large
    assert list(commands_in(message)) == commands
    assert type(message_of(commands[1:])) is bytes
