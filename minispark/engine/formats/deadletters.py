"""Dead letters as lines of JSON: what failed, where, and why, one record a line.

A file ``part-00003.jsonl`` holds those of partition 3, in the order in which they were met. All of it can be read with
any JSON reader; the record itself is there twice, as a bounded repr and, where it can be pickled, as a pickle in
base64.
"""

from __future__ import annotations

import base64
import json
import pickle
from typing import Any

from minispark.engine.core.values import field_names, value

PART_PREFIX, PART_SUFFIX = "part-", ".jsonl"


def part_name(partition: int) -> str:
    return f"{PART_PREFIX}{partition:05d}{PART_SUFFIX}"


@value
class DeadLetter:
    """A record on which a user's function raised.

    ``position`` counts, from 0, the records that reached the operators in question: those of the partition, or those
    that the last ``flatMap`` or ``mapPartitions`` before them made of it. ``operator`` is the method as the program
    calls it, at ``line`` of ``file``; ``shown`` the repr of the record that it was given, cut to a bounded length.
    ``error`` is the name of the exception's type, ``text`` its text, ``traceback`` the frames of the program's own.
    """

    partition: int
    position: int
    operator: str
    file: str
    line: int
    shown: str
    error: str
    text: str
    traceback: str
    pickled: bytes | None = None

    def record(self) -> Any:
        """The record itself. **This unpickles it**: whoever could write the file decides what code that runs.

        Raises ValueError where the record could not be pickled, or was too large to be kept: ``shown`` has to do.
        """
        if self.pickled is None:
            raise ValueError(f"this record could not be kept as a pickle; its repr is {self.shown}")
        return pickle.loads(self.pickled)


def as_line(letter: DeadLetter) -> bytes:
    """
    >>> letter = DeadLetter(3, 0, "map", "job.py", 7, "'x'", "ValueError", "no int", "", b"p")
    >>> from_line(as_line(letter)) == letter
    True
    """
    fields = {name: getattr(letter, name) for name in field_names(letter)}
    if letter.pickled is not None:
        fields["pickled"] = base64.b64encode(letter.pickled).decode("ascii")
    return json.dumps(fields).encode("ascii") + b"\n"


def from_line(line: bytes) -> DeadLetter:
    """The inverse of ``as_line``; unpickles nothing. Raises ValueError for what is no dead letter."""
    fields = json.loads(line)
    if not isinstance(fields, dict) or set(fields) != set(field_names(DeadLetter)):
        raise ValueError(
            "a line of dead letters is a JSON object with the fields " + ", ".join(field_names(DeadLetter))
        )
    if fields["pickled"] is not None:
        fields["pickled"] = base64.b64decode(fields["pickled"], validate=True)
    return DeadLetter(**fields)
