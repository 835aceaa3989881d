"""Batches of records to bytes and back, exactly, by the cheapest codec that is exact for what they hold.

A payload is one tag byte and a body. The tag's low bits name the *codec*: marshal version 2 (its bytes depend on values
alone, never on reference counts) where ``survey`` proves it exact, else pickle protocol 5, else cloudpickle. Its high
bits name the *shape* of the body: a list, columns of tuples of one width (a pair read as two columns takes half the
time), or groups (keys, lengths, all values in a row). ``decode`` gives the records back whatever the shape. One more
bit says that the first column holds no float at any depth, so that who groups by it need not look for NaN.

Large buffers of a pickle (numpy arrays) are no part of the body: their lengths stand before it, they themselves follow
it, and what encodes leaves them where they are (``Parts``), to be written from there.
"""

from __future__ import annotations

import marshal
import pickle
import struct
from collections.abc import Callable, Iterator
from itertools import accumulate, chain, islice, pairwise
from operator import itemgetter
from sys import getsizeof
from typing import Any

from minispark.engine.core.errors import MinisparkError, ResultNotSerializableError
from minispark.engine.core.parts import Buffer, Parts, Payload, joined, pieces_of
from minispark.engine.serde.culprit import describe_record
from minispark.engine.serde.outofband import own_copies
from minispark.engine.serde.pickling import dumps
from minispark.engine.serde.survey import Survey

CHUNK_BYTES_MAX = 1 << 20

_MARSHAL, _MARSHAL_SETS, _PICKLE, _CLOUDPICKLE = range(4)
_LIST, _COLUMNS, _GROUPS = 0, 4, 8
_NO_FLOATS = 16
_BUFFERS = 32
_COUNT = struct.Struct("=I")
_WIDTH_MAX = 16
_PILOT_FROM = 64
_SMALL_BYTES_MAX = 64 << 20


def encode(records: list[Any]) -> bytes:
    """The payload of a list of records, in one piece. Raises ResultNotSerializableError naming the type and path of the
    culprit."""
    return joined(encode_parts(records))


def encode_parts(records: list[Any]) -> Payload:
    """As ``encode``, but large buffers of the records are pieces that they still own."""
    if records and type(records[0]) is tuple and set(map(type, records)) == {tuple}:
        widths = set(map(len, records))
        if len(widths) == 1 and 1 <= (width := widths.pop()) <= _WIDTH_MAX:
            return _encode(_COLUMNS, tuple(list(map(itemgetter(i), records)) for i in range(width)), width)
    return _encode(_LIST, (records,), 1)


def encode_small(records: list[Any]) -> bytes | None:
    """As ``encode``, if marshal takes them and they are few bytes; else None, with nothing encoded."""
    survey = Survey()
    if not survey.add(records) or survey.bytes > _SMALL_BYTES_MAX or survey.blows_up((records,)):
        return None
    return encode(records)


def encode_columns(*columns: list[Any]) -> Payload:
    """The payload of the records ``zip(*columns)``; the lists must be of one length."""
    return _encode(_COLUMNS, columns, 1)


def encode_groups(keys: list[Any], groups: list[list[Any]]) -> Payload:
    """The payload of the records ``zip(keys, groups)``."""
    return _encode(_GROUPS, (keys, list(map(len, groups)), list(chain.from_iterable(groups))), 1)


def encode_plain(keys: list[Any], values: list[Any] | None = None, lengths: list[int] | None = None) -> bytes:
    """The payload of what is known to be ``int`` and ``bool`` alone, so that nothing need be looked at: records, pairs
    given as two columns, or groups (``values`` one group after another, of these ``lengths``)."""
    if values is None:
        return _TAGS[_LIST | _MARSHAL | _NO_FLOATS] + marshal.dumps((keys,), 2)
    if lengths is None:
        return _TAGS[_COLUMNS | _MARSHAL | _NO_FLOATS] + marshal.dumps((keys, values), 2)
    return _TAGS[_GROUPS | _MARSHAL | _NO_FLOATS] + marshal.dumps((keys, lengths, values), 2)


PLAIN_BYTES_MAX = 15
"""Of a 64-bit integer in a payload."""


def decode(data: Payload) -> list[Any]:
    """The records of a payload: equal to those encoded in every value and type. The bytes must be trusted."""
    shape, body = _load(data)
    if shape == _LIST:
        records: list[Any] = body[0]
        return records
    if shape == _COLUMNS:
        return list(zip(*body, strict=True))
    return list(zip(body[0], _split(body[2], body[1]), strict=True))


def decode_columns(data: Payload) -> tuple[list[Any], ...]:
    """The columns of a payload made by ``encode_columns``."""
    return _load(data)[1]


def decode_pairs(data: Payload) -> tuple[list[Any], list[Any], bool]:
    """Keys, values, and whether each value is the list of a group's values. For payloads of pairs and groups only."""
    shape, body = _load(data)
    if shape == _COLUMNS:
        keys, values = body
        return keys, values, False
    return body[0], _split(body[2], body[1]), True


def is_canonical(data: Payload) -> bool:
    """Whether equal records always make these same bytes: true of marshal without sets."""
    return _tag(data) & 3 == _MARSHAL


def may_hold_nan(data: Payload) -> bool:
    """Whether a record, or the key of a pair or group, may be or contain a NaN."""
    return not _tag(data) & _NO_FLOATS


def _tag(data: Payload) -> int:
    return pieces_of(data)[0][0]


# --- chunks -------------------------------------------------------------------------------------------------------


def encode_chunks(
    records: list[Any], bytes_max: int = CHUNK_BYTES_MAX, step: int | None = None
) -> Iterator[tuple[Payload, int]]:
    """Payloads of about ``bytes_max`` bytes at most, each with its number of records. A larger record goes alone."""
    for data, start, end in encode_ranges(len(records), lambda a, b: encode_parts(records[a:b]), bytes_max, step):
        yield data, end - start


def encode_pair_chunks(
    keys: list[Any], values: list[Any], bytes_max: int = CHUNK_BYTES_MAX, step: int | None = None
) -> Iterator[tuple[Payload, int]]:
    """As ``encode_chunks``, for pairs given as two columns."""
    encode_range = lambda a, b: encode_columns(keys[a:b], values[a:b])  # noqa: E731 (as in the function above)
    for data, start, end in encode_ranges(len(keys), encode_range, bytes_max, step):
        yield data, end - start


class PairEncoder:
    """Encodes parts of a batch of pairs whose types were looked at once, for all parts together.

    ``keys`` and ``values`` are the whole batch; a part may hold any of its pairs.
    """

    __slots__ = ("_record_bytes", "_tag")

    def __init__(self, keys: list[Any], values: list[Any]) -> None:
        self._tag, size = _marshal_tag(_COLUMNS, (keys, values), 1)
        self._record_bytes = size / max(len(keys), 1)

    def chunks(
        self, keys: list[Any], values: list[Any], bytes_max: int = CHUNK_BYTES_MAX
    ) -> Iterator[tuple[Payload, int]]:
        """As ``encode_pair_chunks``."""
        if self._tag is not None and len(keys) * self._record_bytes <= bytes_max:
            data = self._tag + marshal.dumps((keys, values), 2)
            if len(data) <= bytes_max + bytes_max // 4 or len(keys) == 1:
                return iter(((data, len(keys)),))
        return encode_pair_chunks(keys, values, bytes_max)


def encode_group_chunks(
    keys: list[Any], groups: list[list[Any]], bytes_max: int = CHUNK_BYTES_MAX
) -> Iterator[tuple[Payload, int]]:
    """As ``encode_chunks``, for groups; the number is that of values. A large group is cut: its key comes again."""
    if not keys:
        return
    keys, groups, step = _pieces(keys, groups, bytes_max)
    encode_range = lambda a, b: encode_groups(keys[a:b], groups[a:b])  # noqa: E731 (as in the functions above)
    for data, start, end in encode_ranges(len(keys), encode_range, bytes_max, step):
        yield data, sum(map(len, groups[start:end]))


def _pieces(keys: list[Any], groups: list[list[Any]], bytes_max: int) -> tuple[list[Any], list[list[Any]], int | None]:
    """The same with large groups cut into pieces of about a quarter of a chunk, and how many pieces to begin with."""
    value_bytes = _value_bytes(keys, groups, CAREFUL, 1)
    if value_bytes * _PILOT_FROM <= bytes_max or value_bytes * 2 < _value_bytes(keys, groups, 1, 1):
        value_bytes = _value_bytes(keys, groups, 16, 16)  # as they are small, or share what is large
    count = max(1, int(bytes_max / (4 * value_bytes)))
    if max(map(len, groups)) <= count:
        return keys, groups, careful_step(value_bytes * sum(map(len, groups)) / len(keys), bytes_max)
    pieces = [
        (key, group[start : start + count])
        for key, group in zip(keys, groups, strict=True)
        for start in range(0, len(group), count)
    ]
    return [key for key, _ in pieces], [piece for _, piece in pieces], 4


def _value_bytes(keys: list[Any], groups: list[list[Any]], groups_max: int, values_max: int) -> float:
    """How much a value takes, judged by some of some groups."""
    step = -(-len(keys) // groups_max)
    sample = [group[:values_max] for group in groups[::step]]
    return len(encode_groups(keys[::step], sample)) / max(sum(map(len, sample)), 1)


def careful_step(record_bytes: float, bytes_max: int) -> int | None:
    """The ``step`` of ``encode_ranges`` for records of about so many bytes: only a few are encoded at first where many
    would take too much memory."""
    return CAREFUL if record_bytes * _PILOT_FROM > bytes_max else None


CAREFUL = 4
"""So many show whether they share what is large."""


def encode_ranges(
    count: int, encode_range: Callable[[int, int], Payload], bytes_max: int, step: int | None = None
) -> Iterator[tuple[Payload, int, int]]:
    """Payloads of about ``bytes_max`` bytes of consecutive ranges of ``count`` records, each with its range.

    ``step`` is how many records to begin with where that is known: encoding all at once to find out would take as much
    memory again as they do.

    Pickled records that share a large object stay together, however large that makes the payload: each further payload
    would hold the object again.
    """
    if step is None:
        step = count if count <= _PILOT_FROM else _pilot(count, encode_range, bytes_max)
    elif step == CAREFUL < count and _shares(encode_range(0, CAREFUL), 0, CAREFUL, encode_range):
        step = _SHARING_STEP
    start = 0
    while start < count:
        end = min(start + step, count)
        data = encode_range(start, end)
        size, records = len(data), end - start
        shared = False
        if size > bytes_max + bytes_max // 4 and records > 1:
            shared = _shares(data, start, end, encode_range)
            if not shared:
                step = max(1, min(records // 2, records * bytes_max * 4 // (size * 5)))
                continue
        yield data, start, end
        start = end
        if shared or size < bytes_max // 2:
            step *= 2


def _pilot(count: int, encode_range: Callable[[int, int], Payload], bytes_max: int) -> int:
    """How many records make a chunk, judged by 32 of them from four places."""
    size = sum(len(encode_range(place, place + 8)) for place in range(0, count - 8, count // 4))
    step = max(1, bytes_max * 32 * 4 // (size * 5))
    if step < _SHARING_STEP and _shares(encode_range(0, 8), 0, 8, encode_range):
        return _SHARING_STEP
    return step


def shares(data: Payload, records: list[Any]) -> bool:
    """Whether records, encoded as ``data``, share what is large: then cutting them up multiplies it."""
    return _shares(data, 0, len(records), lambda start, end: encode_parts(records[start:end]))


def _shares(data: Payload, start: int, end: int, encode_range: Callable[[int, int], Payload]) -> bool:
    """Whether half of a pickled chunk is hardly smaller: its records share what is large, so cutting it multiplies."""
    if _tag(data) & 3 < _PICKLE:
        return False
    return len(encode_range(start, (start + end) // 2)) * 4 > len(data) * 3


_SHARING_STEP = 256


# --- bodies -------------------------------------------------------------------------------------------------------


def _encode(shape: int, columns: tuple[list[Any], ...], keys: int) -> Payload:
    tag, size = _marshal_tag(shape, columns, keys)
    buffers: list[Buffer] = []
    try:
        if tag is not None:
            return tag + marshal.dumps(columns, 2)
        data, by_value = dumps(columns, buffers)
    except MemoryError as error:
        least = max(size, _known_bytes(columns))
        raise MemoryError(f"no memory to encode {len(columns[0])} record(s) of at least {least} bytes") from error
    except MinisparkError:
        raise
    except Exception as error:
        raise ResultNotSerializableError(_explain(shape, columns, error)) from error
    return payload_of(shape | pickled_tag(by_value, bool(buffers)), data, tuple(buffers))


def pickled_tag(by_value: bool, with_buffers: bool) -> int:
    """The tag of a list of records that was pickled as ``(records,)``."""
    return (_CLOUDPICKLE if by_value else _PICKLE) | (_BUFFERS if with_buffers else 0)


def is_pickled(tag: int) -> bool:
    return tag & 3 >= _PICKLE


def payload_of(tag: int, body: bytes, buffers: tuple[Buffer, ...]) -> Payload:
    """The payload of a pickle and the buffers that it leaves out."""
    if not buffers:
        return _TAGS[tag] + body
    lengths = struct.pack(f"={len(buffers)}Q", *map(len, buffers))
    return Parts((b"".join((_TAGS[tag], _COUNT.pack(len(buffers)), lengths, body)), *buffers))


def _known_bytes(columns: tuple[list[Any], ...]) -> int:
    """What objects say of their own sizes, not looking into them."""
    return sum(getsizeof(item, 0) for column in columns for item in column)


def _marshal_tag(shape: int, columns: tuple[list[Any], ...], keys: int) -> tuple[bytes | None, int]:
    """The tag of a payload that marshal may write, else None; and about how many bytes it takes.

    ``keys``: how many of the first columns make up what records may be grouped by.
    """
    survey = Survey()
    exact = all(map(survey.add, columns[:keys]))
    floats = survey.has_floats
    if not exact or not all(map(survey.add, columns[keys:])) or survey.blows_up(columns):
        return None, survey.bytes
    codec = _MARSHAL_SETS if survey.has_sets else _MARSHAL
    return _TAGS[shape | codec | (0 if floats else _NO_FLOATS)], survey.bytes


_TAGS = [bytes((tag,)) for tag in range(64)]


def _explain(shape: int, columns: tuple[list[Any], ...], error: Exception) -> str:
    if shape == _COLUMNS:
        return describe_record(zip(*columns, strict=True), error)
    if shape == _GROUPS:
        return describe_record(chain(columns[0], columns[2]), error)
    return describe_record(columns[0], error)


def _load(data: Payload) -> tuple[int, tuple[Any, ...]]:
    head, *buffers = pieces_of(data)
    tag = head[0]
    body = memoryview(head)[1:]
    if tag & _BUFFERS:
        return tag & 12, _load_with_buffers(body, buffers)
    loaded = marshal.loads(body) if tag & 3 <= _MARSHAL_SETS else pickle.loads(body)
    return tag & 12, loaded


def _load_with_buffers(body: memoryview, buffers: list[Buffer]) -> tuple[Any, ...]:
    """Buffers that came apart are the records' own from now on; those of a payload in one piece are copied out of it,
    or one record that is kept would keep the memory of all."""
    (count,) = _COUNT.unpack_from(body)
    start = _COUNT.size + 8 * count
    if not buffers:
        lengths = struct.unpack_from(f"={count}Q", body, _COUNT.size)
        ends = list(accumulate(lengths, initial=len(body) - sum(lengths)))
        buffers = list(own_copies(body[begin:end] for begin, end in pairwise(ends)))
        body = body[: ends[0]]
    loaded: tuple[Any, ...] = pickle.loads(body[start:], buffers=buffers)
    return loaded


def _split(values: list[Any], lengths: list[int]) -> list[list[Any]]:
    rest = iter(values)
    return [list(islice(rest, length)) for length in lengths]
