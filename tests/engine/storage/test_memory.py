from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from minispark.engine.storage import memory as module
from minispark.engine.storage.memory import USABLE_SHARE, Grant, MemoryManager, private_bytes
from minispark.engine.storage.sizes import RecordSize, deep_size

LIMIT = 1_000_000_000
USABLE = int(LIMIT * USABLE_SHARE)


class Holder:
    def __init__(self, manager: MemoryManager, name: str = "holder", keeps: int = 0) -> None:
        self.spills = 0
        self.keeps = keeps
        self.grant: Grant = manager.register(name, self.spill)

    def spill(self) -> int:
        self.spills += 1
        self.grant.resize(self.keeps)  # a holder may keep its books while it spills
        return self.keeps


@pytest.fixture
def manager() -> MemoryManager:
    return MemoryManager(LIMIT, measure=lambda: 0)


def test_what_fits_is_granted(manager: MemoryManager) -> None:
    a, b = Holder(manager), Holder(manager)
    assert a.grant.resize(USABLE // 2) and b.grant.resize(USABLE // 2)
    assert manager.held_bytes == USABLE // 2 * 2
    assert a.spills == b.spills == 0


def test_the_asker_is_told_when_it_is_the_largest(manager: MemoryManager) -> None:
    a, b = Holder(manager), Holder(manager)
    b.grant.resize(USABLE // 4)
    assert not a.grant.resize(USABLE)
    assert a.grant.resize(0)
    assert a.spills == b.spills == 0


def test_the_largest_other_spills_for_a_smaller_asker(manager: MemoryManager) -> None:
    large, middle, asker = Holder(manager), Holder(manager), Holder(manager)
    large.grant.resize(USABLE // 2)
    middle.grant.resize(USABLE // 3)
    assert asker.grant.resize(USABLE // 4)
    assert (large.spills, middle.spills) == (1, 0)
    assert manager.held_bytes == USABLE // 3 + USABLE // 4


def test_others_go_on_spilling_until_it_fits(manager: MemoryManager) -> None:
    first, second, asker = Holder(manager, keeps=USABLE // 3), Holder(manager), Holder(manager)
    first.grant.resize(USABLE // 2)
    second.grant.resize(USABLE // 2 - 10)
    assert asker.grant.resize(USABLE // 2 - 100)
    assert (first.spills, second.spills) == (1, 1)


def test_one_that_gives_nothing_is_not_asked_for_ever(manager: MemoryManager) -> None:
    stubborn, asker = Holder(manager, keeps=USABLE), Holder(manager)
    stubborn.grant.resize(USABLE)
    assert not asker.grant.resize(USABLE // 2)
    assert stubborn.spills == 1


def test_a_holder_that_cannot_spill_is_never_asked(manager: MemoryManager) -> None:
    fixed = manager.register("fixed")
    fixed.resize(USABLE)
    spillable = Holder(manager)
    assert not spillable.grant.resize(USABLE // 2)
    spillable.grant.resize(USABLE // 2)
    assert fixed.resize(USABLE) and spillable.spills == 1


def test_crumbs_are_not_worth_spilling(manager: MemoryManager) -> None:
    fixed = manager.register("fixed")
    fixed.resize(2 * LIMIT)
    assert Holder(manager).grant.resize(LIMIT // 100)


def test_a_released_holder_counts_no_more(manager: MemoryManager) -> None:
    a = Holder(manager)
    a.grant.resize(USABLE)
    a.grant.release()
    a.grant.release()
    assert manager.held_bytes == 0 and Holder(manager).grant.resize(USABLE)


def test_nothing_outlives_the_task(manager: MemoryManager) -> None:
    grants = [Holder(manager).grant for _ in range(3)]
    grants[0].resize(100)
    manager.end_task()
    assert manager.held_bytes == 0 and all(grant.spill is None for grant in grants)


def test_measured_memory_is_a_safety_valve() -> None:
    measured = [1000]
    manager = MemoryManager(LIMIT, measure=lambda: measured[0])
    a, b = Holder(manager), Holder(manager)
    assert a.grant.resize(LIMIT // 5) and b.grant.resize(LIMIT // 8)
    measured[0] = LIMIT
    assert b.grant.resize(LIMIT // 8)
    assert (a.spills, b.spills) == (1, 0)
    assert manager.peak_bytes == LIMIT - 1000
    measured[0] = 1000 + LIMIT // 2
    assert b.grant.resize(LIMIT // 8) and b.spills == 0
    measured[0] = 2 * LIMIT
    assert not b.grant.resize(LIMIT // 8)


def test_the_valve_does_not_count_what_spilling_cannot_bring_back() -> None:
    """Fragmented memory stays with the process: spilling again at every look would not get it back either."""
    measured = [0]
    manager = MemoryManager(LIMIT, measure=lambda: measured[0])
    a = Holder(manager)
    measured[0] = 900_000_000
    assert not a.grant.resize(LIMIT // 5)
    measured[0] = 870_000_000
    assert a.grant.resize(0)
    assert a.grant.resize(LIMIT // 5)
    measured[0] = 930_000_000
    assert not a.grant.resize(LIMIT // 5)
    measured[0] = 1_040_000_000
    assert a.grant.resize(0)
    measured[0] = 1_051_000_000
    assert not a.grant.resize(LIMIT // 5)
    manager.end_task()
    measured[0] = 860_000_000
    assert not Holder(manager).grant.resize(LIMIT // 5)


def test_the_valve_leaves_small_holders_alone() -> None:
    """Memory that the user's own objects take cannot be had by spilling crumbs again and again."""
    measured = [0]
    manager = MemoryManager(LIMIT, measure=lambda: measured[0])
    a = Holder(manager)
    measured[0] = 3 * LIMIT
    assert a.grant.resize(LIMIT // 20)


def test_a_task_has_its_own_peak() -> None:
    measured = [0]
    manager = MemoryManager(LIMIT, measure=lambda: measured[0])
    measured[0] = 500
    Holder(manager).grant.resize(1)
    manager.end_task()
    measured[0] = 300
    Holder(manager).grant.resize(1)
    assert manager.peak_bytes == 300


def test_sizes_of_batches_and_chunks_follow_the_limit() -> None:
    for limit in (1 << 14, 1 << 27, 1 << 36):
        manager = MemoryManager(limit, measure=lambda: 0)
        assert manager.chunk_bytes <= max(limit // 64, 4096) and manager.chunk_bytes <= 1 << 20
        assert manager.batch_bytes <= max(limit // 16, 4096)


def test_private_memory_is_what_this_process_alone_holds() -> None:
    code = (
        "from minispark.engine.storage.memory import private_bytes\n"
        "before = private_bytes()\n"
        "held = bytearray(b'x') * 50_000_000\n"
        "print(private_bytes() - before)\n"
    )
    code = f"import sys; sys.path[:] = {sys.path!r}\n" + code
    grown = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)
    assert 48_000_000 < grown < 60_000_000
    assert private_bytes() > 1_000_000


def test_without_proc_it_is_asked_of_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psutil")

    def missing(*args: Any, **kwargs: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr(module, "open", missing, raising=False)
    assert module.private_bytes() > 1_000_000


# --- estimates -----------------------------------------------------------------------------------------------------


class Thing:
    def __init__(self, payload: Any) -> None:
        self.payload = payload


class BadSize:
    def __sizeof__(self) -> int:
        raise ValueError


@pytest.mark.parametrize(
    ("obj", "low", "high"),
    [
        (None, 0, 0),
        (7, 0, 0),
        (10**9, 28, 32),
        ("x" * 1000, 1000, 1100),
        ((10**9, "x" * 100), 200, 260),
        ([10**9 + i for i in range(1000)], 35_000, 38_000),
        ({f"key{i}": float(i) for i in range(100)}, 11_000, 14_000),
        (Thing("x" * 5000), 5000, 5500),
        ([["x" * 100] * 3] * 100, 50_000, 60_000),
        (BadSize(), 60, 400),
    ],
    ids=lambda value: f"{value!r:.20}" if not isinstance(value, BadSize | Thing) else type(value).__name__,
)
def test_sizes_are_near_the_truth(obj: Any, low: int, high: int) -> None:
    assert low <= deep_size(obj) <= high


@pytest.mark.slow
def test_sizes_of_deep_and_cyclic_objects_end() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    assert deep_size(cycle) < 10_000
    deep: Any = "x"
    for _ in range(1000):
        deep = [deep] * 20
    assert deep_size(deep) > 0


def test_a_record_size_follows_the_stream() -> None:
    size = RecordSize()
    assert size.update([]) == 0.0
    assert size.update(["x" * 51]) == 100.0
    assert size.update(["x" * 251] * 3) == 200.0
    for _ in range(10):
        size.update(["x" * 51])
    assert 100.0 < size.bytes < 101.0


def test_free_memory_that_nobody_holds_is_given_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    private = 0
    trims: list[int] = []
    manager = MemoryManager(LIMIT, measure=lambda: private)
    monkeypatch.setattr(module, "trim", lambda: trims.append(private))
    grant = manager.register("small")
    private = LIMIT  # it does not go: it is somebody's after all
    for _ in range(3):
        assert grant.resize(10)
    assert trims == [LIMIT]
    private = LIMIT + LIMIT // 10
    assert grant.resize(10)
    assert trims == [LIMIT, LIMIT + LIMIT // 10], "once it has grown by more"
