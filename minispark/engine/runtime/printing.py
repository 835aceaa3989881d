"""What tasks have printed, as the driver prints it: every line tagged with its stage and partition."""

from __future__ import annotations

import sys

from minispark.engine.scheduler.events import Attempt


def tagged(attempt: Attempt, text: str) -> str:
    """``text`` with a tag before each line.

    >>> print(tagged(Attempt(7, 0, 3, None, 1, 0, 0), "one\\ntwo"), end="")
    (stage 3, partition 1) one
    (stage 3, partition 1) two
    """
    number = f", attempt {attempt.number}" if attempt.number else ""
    tag = f"(stage {attempt.stage_id}, partition {attempt.partition}{number}) "
    return "".join(f"{tag}{line}\n" for line in text.removesuffix("\n").split("\n"))


def show(text: str) -> bool:
    """Write to what is ``sys.stderr`` at this moment; False if it takes nothing (any more).

    What a task prints is not the program's own output: PySpark's workers send both of their streams there too, so that
    a program's standard output stays what its driver printed.
    """
    stream = sys.stderr
    if stream is None:
        return False
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except Exception:  # closed, a broken pipe, or a stream of the user's that fails: no reason to fail the job
        return False
    return True
