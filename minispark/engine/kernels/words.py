"""Stages that read lines of text, cut them into words and count these, a block of text at a time.

Lines of a file are sure to be text, so that a recognised ``line.split()`` can be nothing but ``str.split``.
"""

from __future__ import annotations

from collections.abc import Iterator

from minispark.engine.core.values import value
from minispark.engine.kernels.counting import as_counting
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import Environment
from minispark.engine.kernels.text import not_utf8, read_blocks
from minispark.engine.lifting.words import Cut, cut_of
from minispark.engine.plan.exchanges import Distinct
from minispark.engine.plan.nodes import TextSplit, TextSplits
from minispark.engine.plan.operators import FlatMap
from minispark.engine.plan.program import ActionSink, ChainStep, ShuffleSink, SourceStep, StageProgram
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.output import ShuffleOutput

BYTES_MIN = 4 << 20
"""Below it, importing pyarrow (a fifth of a second, once per worker) may cost more than it saves. By the size alone, so
that a partition computed again takes the same way and gives the same order."""

TEXT_FACTOR = 4
"""Text in words, counted, takes several times the memory of text."""

LINES = Cut("\n")


@value
class Words:
    """The words of a split of a file; its lines, if it is not cut further."""

    split: TextSplit
    cut: Cut


def words_of(program: StageProgram, partition: int) -> Words | None:
    """What the program's last step gives, if it is words of a file."""
    source, *rest = program.steps
    if not isinstance(source, SourceStep) or not isinstance(source.data, TextSplits) or len(rest) > 1:
        return None
    if not source.data.use_unicode:
        return None
    split = source.data.splits[partition]
    operators = rest[0].operators if rest and isinstance(rest[0], ChainStep) else ()
    if (rest and not isinstance(rest[0], ChainStep)) or len(operators) > 1:
        return None
    if not operators:
        return Words(split, LINES)
    if not isinstance(operators[0], FlatMap):
        return None
    cut = cut_of(operators[0].function)
    return None if cut is None else Words(split, cut)


def count_lines(sink: ActionSink, program: StageProgram, task: TaskState) -> int | None:
    """The number of lines, if that is what the action asks for."""
    if sink.kind != "count" or sink.function is not None:
        return None
    words = words_of(program, task.partition)
    if words is None or words.cut != LINES:
        return None
    before = task.counters.records_read
    for _ in _blocks(words.split, task):
        pass
    return task.counters.records_read - before


def write_words(
    sink: ShuffleSink, program: StageProgram, task: TaskState, environment: Environment, output: ShuffleOutput
) -> bool:
    """Write a map output of words, counted or each once. False, with nothing written, if it must be done record by
    record."""
    counting = as_counting(program)
    if counting is not None:
        program, number = counting
    elif not isinstance(sink.exchange, Distinct):
        return False
    words = words_of(program, task.partition)
    if words is None or words.split.end - words.split.start < BYTES_MIN:
        return False
    from minispark.engine.lifting.text import word_counts  # pyarrow

    found = word_counts(_blocks(words.split, task), words.cut, environment.memory.batch_bytes // TEXT_FACTOR)
    if counting is None:
        distinct = DistinctWriter(output, environment.memory)
        distinct.consume(word for batch, _ in found for word in batch)
        distinct.finish()
        return True
    combining = CombineWriter(output, environment.memory, None, int.__add__)
    combining.consume_counts(found, number)
    combining.finish()
    return True


def _blocks(split: TextSplit, task: TaskState) -> Iterator[bytes]:
    """The split's lines in blocks, checked and with ``\\n`` for every line end, counting the lines."""
    for offset, block in read_blocks(split):
        if not block.isascii():
            try:
                block.decode()
            except UnicodeDecodeError as error:
                raise not_utf8(error, split.path, offset) from None
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if block:
            task.counters.records_read += block.count(b"\n") + (not block.endswith(b"\n"))
            yield block
