"""An action's value on its way to the driver: no larger than ``spark.driver.maxResultSize``, found out in time.

Records are encoded in batches as they come, so that neither all of them as objects nor more than the limit is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from minispark.engine.core.errors import ResultTooLargeError
from minispark.engine.core.parts import PIECE_BYTES_MAX, Batches, Parts, Payload, Several, pieces_of
from minispark.engine.serde.codec import decode, encode_parts, shares
from minispark.engine.serde.outofband import BUFFER_BYTES_MIN
from minispark.engine.storage.sizes import RecordSize

BATCH_BYTES = 16 << 20
"""Of records as objects. Fewer travel as one payload, and objects that records share stay shared."""
_RECORDS_MAX = 4096
_GROWTH = 8
_SAMPLE_MAX = 8

Result = Payload | Batches | Several


class ResultLimit:
    """What the result of one partition may take; 0 bytes is no limit."""

    def __init__(self, partition: int, bytes_max: int) -> None:
        self._partition = partition
        self._bytes_max = bytes_max

    def check(self, size: int, whole: bool = True) -> None:
        """Raises ResultTooLargeError for a result of ``size`` bytes, or of more if that is not the whole."""
        if self._bytes_max and size > self._bytes_max:
            known = f"{size} bytes" if whole else f"at least {size} bytes"
            raise ResultTooLargeError(
                f"the result of partition {self._partition} alone is larger than spark.driver.maxResultSize "
                f"({self._bytes_max} bytes): {known}; write it out (saveAsTextFile), reduce it in the workers, or "
                "raise the limit"
            )

    def sent(self, result: Payload) -> Payload:
        """The same, if a message can hold it. Raises ResultTooLargeError."""
        largest = max(map(len, pieces_of(result)))
        if largest > PIECE_BYTES_MAX:
            raise ResultTooLargeError(
                f"the result of partition {self._partition} has {largest} bytes in one piece, and no message takes "
                f"more than {PIECE_BYTES_MAX}; write it out (saveAsTextFile), or use more partitions"
            )
        return result


def encode_records(records: Iterator[Any], limit: ResultLimit) -> Batches:
    """All records. Raises ResultTooLargeError as soon as they are too many bytes, and what encoding raises."""
    payloads: list[Payload] = []
    total = 0
    held: list[Any] = []
    held_bytes, batch_bytes = 0.0, BATCH_BYTES
    size = RecordSize()
    wanted = 1
    while some := list(islice(records, wanted)):
        held += some
        record_bytes = max(size.update(some[:: len(some) // _SAMPLE_MAX + 1]), 1.0)
        held_bytes += record_bytes * len(some)
        wanted = max(1, min(_RECORDS_MAX, _GROWTH * wanted, int(BATCH_BYTES / 4 / record_bytes)))
        if held_bytes >= batch_bytes:
            payload = encode_parts(held)
            if not payloads and shares(payload, held):  # each further batch would hold again what they share
                batch_bytes *= 2
                continue
            total += len(payload)
            limit.check(total, whole=False)
            payloads.append(_apart(limit.sent(payload)))
            held, held_bytes = [], 0.0
    if held or not payloads:
        payload = encode_parts(held)
        limit.check(total + len(payload))
        payloads.append(_apart(limit.sent(payload)))
    return Batches(tuple(payloads))


def encode_value(value: Any, limit: ResultLimit) -> Payload:
    """A value that is no list of records. Raises ResultTooLargeError, and what encoding raises."""
    payload = encode_parts([value])
    limit.check(len(payload))
    return _apart(limit.sent(payload))


def decode_result(result: Result) -> Any:
    """The value that a task of an action has sent: its records in a list, or what it came to; a list of such values if
    it computed several partitions."""
    if isinstance(result, Several):
        return [decode_result(each) for each in result.results]
    if not isinstance(result, Batches):
        return decode(result)[0]
    payloads, result.payloads = list(reversed(result.payloads)), ()
    records: list[Any] = decode(payloads.pop())
    while payloads:  # each is let go of before the next is decoded
        records += decode(payloads.pop())
    return records


def _apart(payload: Payload) -> Payload:
    """A large one is a piece of the message, not a part of its pickle."""
    return payload if isinstance(payload, Parts) or len(payload) < BUFFER_BYTES_MIN else Parts((payload,))
