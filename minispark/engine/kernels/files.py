"""Records of files that are more than lines: whole files, records of fixed length, pairs, pickles."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from typing import Any

from minispark.engine.formats.compression import codec_of, unpacked
from minispark.engine.formats.filesystems import as_uri
from minispark.engine.formats.javaarrays import read_java_array
from minispark.engine.formats.sequencefile import Header, Pair, read_header, read_pairs
from minispark.engine.formats.writables import readable
from minispark.engine.kernels.text import not_utf8, open_planned, read_blocks
from minispark.engine.plan.nodes import TextSplit

READ_BYTES = 1 << 20

Batches = Iterator[list[Any]]


def read_files(splits: tuple[TextSplit, ...], form: str, option: Any) -> Batches:
    """Batches of the records of all splits, one after another. Raises as ``read_lines`` does."""
    for split in splits:
        yield from _FORMS[form](split, option)


def _text(split: TextSplit, use_unicode: bool) -> Batches:
    content = _content(split)
    if not use_unicode:
        yield [(as_uri(split.path).encode(), content)]
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error, split.path, 0) from None
    yield [(as_uri(split.path), text)]


def _content(split: TextSplit) -> bytes:
    """All of a file, unpacked if its name says that it is compressed."""
    codec = codec_of(split.path)
    with open_planned(split) as file:
        return file.read() if codec is None else b"".join(unpacked(codec, file, split.path))


def _binary(split: TextSplit, _: Any) -> Batches:
    with open_planned(split) as file:
        yield [(as_uri(split.path), file.read())]


def _fixed(split: TextSplit, length: int) -> Batches:
    with open_planned(split) as file:
        file.seek(split.start)
        left = split.end - split.start
        at_once = max(READ_BYTES // length, 1) * length
        rest = b""
        while left > 0 and (data := file.read(min(at_once, left))):
            left -= len(data)
            rest += data
            whole = len(rest) - len(rest) % length
            if whole:
                yield [rest[start : start + length] for start in range(0, whole, length)]
                rest = rest[whole:]
        if rest:
            raise EOFError(
                f"{split.path}: the last record has {len(rest)} bytes instead of {length}: "
                f"the file's {split.size} bytes are no multiple of recordLength"
            )


def _offsets(split: TextSplit, _: Any) -> Batches:
    for offset, block in read_blocks(split):
        pairs = []
        for line in block.splitlines(keepends=True):
            pairs.append((offset, _line(line, split.path, offset)))
            offset += len(line)
        yield pairs


def _tabbed(split: TextSplit, _: Any) -> Batches:
    for offset, block in read_blocks(split):
        pairs = []
        for line in block.splitlines(keepends=True):
            key, _tab, rest = _line(line, split.path, offset).partition("\t")
            pairs.append((key, rest))
            offset += len(line)
        yield pairs


def _line(line: bytes, path: str, offset: int) -> str:
    try:
        return line.rstrip(b"\r\n").decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error, path, offset) from None


def _sequence(split: TextSplit, _: Any) -> Batches:
    for header, pairs in _pairs(split):
        key, item = readable(header.key_class).read, readable(header.value_class).read
        yield [(key(k, 0)[0], item(v, 0)[0]) for k, v in pairs]


def _pickles(split: TextSplit, _: Any) -> Batches:
    for header, pairs in _pairs(split):
        read = readable(header.value_class).read
        for _key, data in pairs:
            content = read(data, 0)[0]
            if not isinstance(content, bytearray):
                raise ValueError(f"{split.path} is not a pickle file: its values are {header.value_class}")
            try:
                batches = read_java_array(content)
            except ValueError as error:
                raise ValueError(f"{split.path} is not a pickle file: {error}") from None
            for batch in batches:
                records = pickle.loads(batch)
                yield records if isinstance(records, list) else [records]


def _pairs(split: TextSplit) -> Iterator[tuple[Header, list[Pair]]]:
    with open_planned(split) as raw:
        file: Any = io.BufferedReader(raw, READ_BYTES)
        try:
            header = read_header(file, split.path)
        except EOFError as error:
            raise EOFError(f"{split.path} is truncated: {error}; write it again") from None
        for pairs in read_pairs(file, header, split.path, split.start, split.end):
            yield header, pairs


_FORMS: dict[str, Callable[[TextSplit, Any], Batches]] = {
    "texts": _text,
    "binaries": _binary,
    "fixed": _fixed,
    "sequence": _sequence,
    "pickles": _pickles,
    "offsets": _offsets,
    "tabbed": _tabbed,
}
