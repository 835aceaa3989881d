"""Bytes by key: what records of heavy keys take, and keys that few but large values make heavy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.serde.codec import encode_columns
from minispark.engine.shuffle.jitter import Jitter
from minispark.engine.shuffle.nan import unify_kinds
from minispark.engine.shuffle.sketch import KEY_BYTES_MAX
from minispark.engine.storage.sizes import deep_size

TEXTS_WEIGHED = 256
OTHERS_WEIGHED = 32
"""Values of a batch whose sizes are compared: looking into an object costs more than a length."""
OUTLIER = 4
"""A value so many times as large as the mean counts for its key."""
SIGHTINGS_MIN = 8
"""With fewer outliers seen of a key, only these are counted, not those that they may stand for."""
ENCODED_MIN = 1024
ENCODED_AT_ONCE = 256
ENCODED_ALIKE = 4
ENCODED_BYTES_MAX = 1 << 18
"""Records of a heavy key that are encoded by themselves: enough for sizes that vary; of numbers hardly any, and of
large ones only so many as take few bytes."""
_LARGE_KEYS_MAX = 512
_ALIKE = {int, float, bool, type(None)}
_TEXTS = {str, bytes, bytearray}
_CONTAINERS = _TEXTS | {list, tuple, set, frozenset, dict}
_EMPTY = [len(encode_columns(*([] for _ in range(width)))) for width in range(4)]


class KeyWeights:
    """``bytes`` is the size of everything that was written."""

    __slots__ = ("_encoded", "_jitter", "_large", "bytes")

    def __init__(self, jitter: Jitter) -> None:
        self._jitter = jitter
        self._large: dict[Any, tuple[int, float, float]] = {}
        self._encoded: dict[Any, tuple[int, int]] = {}
        self.bytes = 0

    def look(self, keys: list[Any], values: list[Any], size: int, factors: list[int] | None, every: bool) -> bool:
        """A batch that took ``size`` bytes was written. ``factors``: for how many values each one stands. ``every``
        value is compared where that is cheap, else some. False where all are sure to be about as large."""
        self.bytes += size
        kinds = set(map(type, values[:: len(values) // 64 + 1]))
        if kinds <= _ALIKE:
            return False
        counted = kinds <= (_CONTAINERS if every else _TEXTS)
        wanted = (len(values) if every else TEXTS_WEIGHED) if counted else OTHERS_WEIGHED
        stride = -(-len(values) // wanted)
        places = self._jitter.places(len(values), stride)
        weights = _weights(values, places, counted, factors)
        if stride > 1 and counted and _misleads(weights, size / len(values) - _key_bytes(keys)):
            stride, places = 1, range(len(values))
            weights = _weights(values, places, counted, factors)
        total = sum(weights)
        least = OUTLIER * total / len(weights)
        if max(weights) > least or len(weights) <= 2 * OUTLIER:
            found = [(i, weight) for i, weight in zip(places, weights, strict=True) if weight > least]
            self._add_large(unify_kinds([keys[i] for i, _ in found]), found, size / (total * stride), stride)
        return True

    def encode(self, key: Any, columns: Sequence[list[Any]]) -> None:
        """See what some records of a heavy key take. Keys too large to be told of are not held here either."""
        if key not in self._encoded and deep_size(key) > KEY_BYTES_MAX:
            return
        count, size = self._encoded.get(key, (0, 0))
        more = len(encode_columns(*columns)) - _EMPTY[len(columns)]
        self._encoded[key] = count + len(columns[0]), size + more

    def wanted(self, key: Any, varied: bool, mean: float) -> int:
        """How many records of the key, about ``mean`` bytes each, should be encoded now."""
        done = self._encoded.get(key, (0, 0))[0]
        if not varied:
            return 0 if done else ENCODED_ALIKE
        few = max(1, int(ENCODED_BYTES_MAX / max(mean, 1)))
        return min(ENCODED_AT_ONCE, few) if done < min(ENCODED_MIN, 4 * few) else 0

    def of(self, key: Any, records: int, mean: float) -> int:
        """Bytes of so many records under a key; ``mean`` of a record where it was not looked at by itself."""
        count, size = self._encoded.get(key, (0, 0))
        by_records = records * (size / count if count else mean)
        if count < SIGHTINGS_MIN:
            by_records = max(by_records, self._large_bytes(key))
        return min(self.bytes, int(by_records))

    def large(self, share_min: float) -> list[Any]:
        """The keys that large values alone give this share of the bytes."""
        return [key for key in self._large if self._large_bytes(key) >= share_min * self.bytes]

    def _large_bytes(self, key: Any) -> float:
        sightings, seen, scaled = self._large.get(key, (0, 0.0, 0.0))
        return scaled if sightings >= SIGHTINGS_MIN else seen

    def _add_large(self, keys: list[Any], found: list[tuple[int, float]], unit: float, stride: int) -> None:
        large = self._large
        for key, (_, weight) in zip(keys, found, strict=True):
            if key in large or deep_size(key) <= KEY_BYTES_MAX:
                sightings, seen, scaled = large.get(key, (0, 0.0, 0.0))
                large[key] = sightings + 1, seen + weight * unit, scaled + weight * unit * stride
        if len(large) > _LARGE_KEYS_MAX:
            kept = sorted(large, key=lambda key: large[key][1])[-_LARGE_KEYS_MAX // 2 :]
            self._large = {key: large[key] for key in kept}


def _misleads(weights: list[float], mean: float) -> bool:
    """Whether a few large ones make up much of what there is, seen or unseen; ``mean`` is that of all."""
    known = sum(weights) / len(weights)
    outliers = [weight for weight in weights if weight > OUTLIER * known]
    return mean > 1.25 * known or sum(outliers) > 0.1 * sum(weights)


def _key_bytes(keys: list[Any]) -> float:
    """What a key takes, judged by a few."""
    sample = keys[:: len(keys) // 32 + 1]
    return sum(5 + len(k) if type(k) in _TEXTS else 9 if type(k) in _ALIKE else deep_size(k) for k in sample) / len(
        sample
    )


def _weights(values: list[Any], places: Sequence[int], counted: bool, factors: list[int] | None) -> list[float]:
    """About what each value takes, times its factor."""
    chosen = values if len(places) == len(values) else [values[i] for i in places]
    try:
        sizes: list[float] = [5.0 + length for length in map(len, chosen)] if counted else list(map(deep_size, chosen))
    except TypeError:  # one that the few looked at were not like
        sizes = list(map(deep_size, chosen))
    if factors is None:
        return sizes
    return [size * factors[i] for size, i in zip(sizes, places, strict=True)]
