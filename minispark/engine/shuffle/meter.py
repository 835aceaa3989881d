"""What passes through the map side of a shuffle, key by key: the heavy keys, with their records and bytes.

Batches are sampled, the first ones of a task more densely, so that small data are counted exactly and large ones at a
few nanoseconds a record.
"""

from __future__ import annotations

from collections import _count_elements  # type: ignore[attr-defined]  # Counter's loop in C
from random import Random
from typing import Any

from minispark.engine.core.loads import KEY_SHARE_MIN
from minispark.engine.core.outcomes import HeavyKey
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.shuffle.jitter import Jitter
from minispark.engine.shuffle.keynames import told_key
from minispark.engine.shuffle.nan import unify_kinds
from minispark.engine.shuffle.sketch import HeavyKeys
from minispark.engine.shuffle.weighing import KeyWeights

LOOKS_FIRST = 4096
LOOKS_MIN = 1024
"""Of the first batch at most so many keys are looked at, of each further one half as many as of that before, down to
``LOOKS_MIN``."""
FEW = 128
"""Of so many keys or fewer, each that is there once may be heavy."""
TOLD_MAX = 128
ENCODED_SHARE_MIN = 1 / 64
TASKS_TELLING = 64
RECORDS_TELLING = 64
"""After so many map tasks, one of fewer records tells of its keys by chance, the more often the more it has."""


class KeyMeter:
    """Told of every batch when it is written, and of the bytes that it took. Raises nothing that a user's key raises:
    keys that cannot be counted make it blind for the rest of the task.

    ``combining``: whether records of one key are made one before they are written, so that what was met differs from
    what is sent. ``seed`` must be the same whenever the task is computed.
    """

    __slots__ = (
        "_blind",
        "_jitter",
        "_looks",
        "_looks_before",
        "_noted",
        "_noted_scale",
        "_seed",
        "_weights",
        "met",
        "sent",
    )

    def __init__(self, seed: int = 0, combining: bool = False) -> None:
        self._seed = seed
        self._jitter = Jitter(seed)
        self._weights = KeyWeights(self._jitter)
        self._looks = LOOKS_FIRST
        self._looks_before = LOOKS_FIRST // 4
        self._blind = False
        self._noted: list[Any] = []
        self._noted_scale = 1
        self.sent = HeavyKeys()
        self.met = HeavyKeys() if combining else self.sent

    # --- what was written ------------------------------------------------------------------------------------------

    def pairs(self, keys: list[Any], values: list[Any], size: int) -> None:
        """Pairs as they came."""
        self._watch(self._as_they_came, keys, (keys, values), size)

    def records(self, records: list[Any], size: int) -> None:
        """Records that are keys, as they came."""
        self._watch(self._as_they_came, records, (records,), size)

    def run(self, sort_keys: list[Any], keys: list[Any], values: list[Any], size: int) -> None:
        """Pairs in order of ``sort_keys``, which decide where they go."""
        self._watch(self._as_they_came, sort_keys, (keys, values), size)

    def merged(self, keys: list[Any], values: list[Any], size: int) -> None:
        """Keys that differ from each other, with what was combined under each."""
        self._watch(self._combined, keys, values, size)

    def different(self, records: list[Any], size: int) -> None:
        """Records that are keys, and differ from each other."""
        self._watch(self._combined, records, records, size, False)

    def groups(self, keys: list[Any], groups: list[list[Any]], size: int) -> None:
        """Keys that differ from each other, with all values of each."""
        self._watch(self._grouped, keys, groups, size)

    def column(self, keys: Any, size: int) -> None:
        """A numpy array of numbers, the keys of records that are all of about one size."""
        stride = self._stride(len(keys))
        sample = keys if stride == 1 else keys[self._jitter.places(len(keys), stride)]
        counts: dict[Any, int] = {}
        _count_elements(counts, sample.tolist())
        self.found({key: count * stride for key, count in counts.items()}, len(keys), size)

    def found(self, counts: dict[Any, int], total: int, size: int) -> None:
        """Counts of keys that may be heavy among ``total`` records, all of about one size."""
        self.sent.add(counts, 1, total)
        self._weights.bytes += size

    # --- what came ---------------------------------------------------------------------------------------------------

    def before_pairs(self, pairs: list[Any], scale: int, at_once: bool = False) -> None:
        """Pairs that were then combined, each noted for ``scale`` of them. Counted ``at_once`` if they may be large:
        else their keys are held until there are some more."""
        if scale != self._noted_scale or len(self._noted) >= LOOKS_MIN:
            self._count_noted()
            self._noted_scale = scale
        self._watch(self._note, pairs)
        if at_once:
            self._count_noted()

    def before_records(self, records: list[Any]) -> None:
        """Records that are keys, before repetitions were left out."""
        self._watch(self._came, records)

    def counted(self, keys: list[Any], counts: list[int]) -> None:
        """How often each of some keys, which differ from each other, came."""
        self._watch(self._counted, keys, counts)

    def counted_heavy(self, counts: dict[Any, int], total: int) -> None:
        """As ``counted``, of those among ``total`` records that may be heavy."""
        self.met.add(counts, 1, total)

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self, partitioner: Partitioner | None, map_id: int = 0) -> tuple[HeavyKey, ...]:
        """The heavy keys for the report of a map task, each with its reducer if ``partitioner`` decides that.

        Of small tasks beyond the first ones only some tell, each for others too: keys would cost more than the task.
        """
        self._count_noted()
        total = self.met.total
        scale = 1
        if map_id >= TASKS_TELLING and 0 < total < RECORDS_TELLING:
            scale = RECORDS_TELLING // total
            if Random(self._seed).random() * scale >= 1:
                return ()
        if self._blind or not self.sent.total:
            return ()
        found = dict.fromkeys(key for key, _ in self.sent.heaviest(KEY_SHARE_MIN, TOLD_MAX))
        found.update(dict.fromkeys(self._weights.large(KEY_SHARE_MIN)))
        if self.met is not self.sent:
            found.update(dict.fromkeys(key for key, _ in self.met.heaviest(KEY_SHARE_MIN, TOLD_MAX)))
        mean = self._weights.bytes / self.sent.total
        told: list[HeavyKey] = []
        for key, reducer in zip(found, _reducers(partitioner, list(found)), strict=True):
            try:
                plain, named = told_key(key)
            except Exception:  # of the user's __hash__
                continue
            records = max(1, self.sent.counts.get(key, 0))
            size = self._weights.of(key, records, mean)
            met = max(records, self.met.counts.get(key, 0))
            told.append((plain, named, records * scale, size * scale, met * scale, reducer))
        return tuple(sorted(told, key=lambda entry: -max(entry[2], entry[4]))[: 2 * TOLD_MAX])

    # --- details -----------------------------------------------------------------------------------------------------

    def _stride(self, total: int) -> int:
        """Of how many records one is looked at in the next batch."""
        stride = -(-total // self._looks)
        if stride > 1:
            self._looks = max(LOOKS_MIN, self._looks // 2)
        return stride

    def _watch(self, look: Any, keys: list[Any], *rest: Any) -> None:
        if keys and not self._blind:
            try:
                look(keys, *rest)
            except Exception:  # of the user's __hash__ or __eq__: who needs them meets it too
                self._blind = True

    def _as_they_came(self, keys: list[Any], columns: tuple[list[Any], ...], size: int) -> None:
        total = len(keys)
        stride = self._stride(total)
        places = self._jitter.places(total, stride)
        sample = unify_kinds(keys if stride == 1 else list(map(keys.__getitem__, places)))
        counts: dict[Any, int] = {}
        _count_elements(counts, sample)
        most = self.sent.add(counts, stride, total)
        if self.met is not self.sent:
            self.met.add(counts, stride, total)
        varied = self._weights.look(keys, columns[-1], size, None, every=False)
        least = len(sample) * ENCODED_SHARE_MIN
        if most > least:
            for key, count in counts.items():
                if count > least and (wanted := self._weights.wanted(key, varied, size / total)):
                    rows = [places[i] for i in _first_places(sample, key, wanted)]
                    self._weights.encode(key, [[column[row] for row in rows] for column in columns])

    def _combined(self, keys: list[Any], values: list[Any], size: int, every: bool = True) -> None:
        few = len(keys) <= FEW
        self.sent.add(dict.fromkeys(unify_kinds(keys), 1) if few else {}, 1, len(keys))
        varied = self._weights.look(keys, values, size, None, every)
        if few and varied:
            for key, value in zip(unify_kinds(keys), values, strict=True):
                self._weights.encode(key, ([key], [value]))

    def _grouped(self, keys: list[Any], groups: list[list[Any]], size: int) -> None:
        lengths = list(map(len, groups))
        total = sum(lengths)
        varied = self._weights.look(keys, [group[0] for group in groups], size, lengths, every=False)
        unified = unify_kinds(keys)
        if unified is not keys:
            keys, groups, lengths = _joined(unified, groups)
        least = total * KEY_SHARE_MIN
        counts: dict[Any, int] = {}
        if max(lengths) > least:
            rows = [row for row, length in enumerate(lengths) if length > least]
            counts = {keys[row]: lengths[row] for row in rows}
            for row in rows:
                wanted = self._weights.wanted(keys[row], varied, size / total)
                if lengths[row] > total * ENCODED_SHARE_MIN and wanted:
                    group = groups[row]
                    self._weights.encode(keys[row], [group[:: -(-len(group) // wanted)]])
        self.sent.add(counts, 1, total)

    def _note(self, pairs: list[Any]) -> None:
        self._noted += [key for key, _ in pairs]

    def _count_noted(self) -> None:
        noted, self._noted = self._noted, []
        self._watch(self._noted_came, noted)

    def _noted_came(self, keys: list[Any]) -> None:
        counts: dict[Any, int] = {}
        _count_elements(counts, unify_kinds(keys))
        self.met.add(counts, self._noted_scale, len(keys) * self._noted_scale)

    def _came(self, records: list[Any]) -> None:
        stride = -(-len(records) // self._looks_before)
        if stride > 1:
            self._looks_before = max(LOOKS_MIN // 8, self._looks_before // 2)
        counts: dict[Any, int] = {}
        _count_elements(counts, unify_kinds([records[i] for i in self._jitter.places(len(records), stride)]))
        self.met.add(counts, stride, len(records))

    def _counted(self, keys: list[Any], counts: list[int]) -> None:
        total = sum(counts)
        least = total * KEY_SHARE_MIN
        heavy: dict[Any, int] = {}
        if max(counts) > least:
            found = [(key, count) for key, count in zip(keys, counts, strict=True) if count > least]
            heavy = dict(zip(unify_kinds([key for key, _ in found]), [count for _, count in found], strict=True))
        self.met.add(heavy, 1, total)


def _joined(keys: list[Any], groups: list[list[Any]]) -> tuple[list[Any], list[list[Any]], list[int]]:
    """The groups with those of equal keys made one, and their lengths."""
    joined: dict[Any, list[Any]] = {}
    for key, group in zip(keys, groups, strict=True):
        joined[key] = joined[key] + group if key in joined else group
    return list(joined), list(joined.values()), list(map(len, joined.values()))


def _reducers(partitioner: Partitioner | None, keys: list[Any]) -> list[int]:
    """Where the keys go; -1 where that is not known."""
    if partitioner is not None:
        try:
            return partitioner.split(keys)
        except Exception:  # of the user's partition function, or __hash__
            pass
    return [-1] * len(keys)


def _first_places(sample: list[Any], key: Any, count: int) -> list[int]:
    """Where in the sample the key stands, the first so many times."""
    found: list[int] = []
    place = -1
    try:
        while len(found) < count:
            place = sample.index(key, place + 1)
            found.append(place)
    except ValueError:
        pass
    return found
