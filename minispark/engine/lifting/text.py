"""Words of text cut and counted in Arrow's columns. Loads pyarrow: import it where words are about to be counted."""

from __future__ import annotations

from collections import _count_elements  # type: ignore[attr-defined]  # Counter's loop in C
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from minispark.engine.lifting.words import Cut

Counts = tuple[list[str], list[int]]
"""Different words in the order first met, and how often each occurs."""

_ODD_ASCII_SPACE = b"\x1c\x1d\x1e\x1f"
"""White space to Python, and none to Arrow."""
_WIDE_SPACES = tuple(
    character.encode() for character in map(chr, range(0x80, 0x3001)) if character.isspace() and character >= "\x80"
)
_WIDE_LEADS = tuple(dict.fromkeys(space[:2] for space in _WIDE_SPACES))
_POOL = pa.system_memory_pool()
"""Arrow's own keeps what is freed: three times what a block needs, out of reach of ``malloc_trim``."""

_BLOCK_BYTES_MAX = 1 << 30
"""Offsets of a column are of 32 bits."""


def word_counts(blocks: Iterable[bytes], cut: Cut, batch_bytes: int) -> Iterator[Counts]:
    """The words of whole lines of UTF-8, counted about ``batch_bytes`` of text at a time.

    ``blocks`` are not empty, and their lines end with ``\\n`` alone. Where Arrow would cut otherwise than
    ``str.split``, that is asked.
    """
    columns: list[Any] = []
    held = 0
    for block in blocks:
        if cut.separator is None:
            columns_of = _by_white_space(block)
        else:
            columns_of = _by_separator(block, cut.separator.encode())
        if columns_of is None:
            if columns:
                yield _counted(columns, cut)
                columns, held = [], 0
            yield _counted_in_python(block, cut)
            continue
        columns.append(columns_of)
        held += len(block)
        if held >= batch_bytes:
            yield _counted(columns, cut)
            columns, held = [], 0
    if columns:
        yield _counted(columns, cut)


def _by_white_space(block: bytes) -> Any:
    """Words as a column, with an empty one where the block begins or ends with white space; None if only Python
    knows."""
    if len(block) > _BLOCK_BYTES_MAX or len(block.translate(None, _ODD_ASCII_SPACE)) != len(block):
        return None
    if not block.isascii() and any(lead in block for lead in _WIDE_LEADS) and any(s in block for s in _WIDE_SPACES):
        return None
    return pc.ascii_split_whitespace(_one_string(block), memory_pool=_POOL).flatten()


def _by_separator(block: bytes, separator: bytes) -> Any:
    """Words as a column: lines end where words do."""
    if len(block) > _BLOCK_BYTES_MAX:
        return None
    if block.endswith(b"\n"):
        block = block[:-1]
    text = _one_string(block.replace(b"\n", separator))
    return pc.split_pattern(text, pattern=separator.decode(), memory_pool=_POOL).flatten()


def _one_string(block: bytes) -> Any:
    offsets = len(block).to_bytes(8, "little")[:4]
    return pa.StringArray.from_buffers(1, pa.py_buffer(bytes(4) + offsets), pa.py_buffer(block))


def _counted(columns: list[Any], cut: Cut) -> Counts:
    found = pc.value_counts(pa.chunked_array(columns, pa.string()), memory_pool=_POOL)
    words: list[Any] = found.field(0).to_pylist()
    counts: list[Any] = found.field(1).to_pylist()
    if cut.separator is None and "" in words:
        empty = words.index("")
        del words[empty], counts[empty]
    return words, counts


def _counted_in_python(block: bytes, cut: Cut) -> Counts:
    counts: dict[str, int] = {}
    text = block.decode()
    if cut.separator is None:
        _count_elements(counts, text.split())
    else:
        _count_elements(counts, text.removesuffix("\n").replace("\n", cut.separator).split(cut.separator))
    return list(counts), list(counts.values())
