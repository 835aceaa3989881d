"""What a worker tells of a task's end. Nearly all is plain success: marshal carries it in a fifth of pickle's time."""

from __future__ import annotations

import marshal
from operator import attrgetter
from typing import Any

from minispark.engine.core.outcomes import Outcome, Success, TaskReport
from minispark.engine.core.parts import Batches, Parts, Payload
from minispark.engine.core.values import field_names
from minispark.engine.serde.outofband import dumps_parts, loads_parts

_fields = attrgetter(*field_names(TaskReport))
_PLAIN = {int, float, bool, type(None), bytes, tuple}
_PICKLE = b"\x80"
"""How pickles begin, and what is marshalled here does not."""


def ending_message(attempt_id: int, seconds: float, outcome: Outcome) -> Payload:
    """For ``news_in``."""
    if type(outcome) is Success:
        report = outcome.report
        result = outcome.result
        if type(result) is Batches:
            result = result.payloads
        fields = _fields(report)
        if (
            _is_plain(result)
            and not (report.accumulators or report.cached or report.quarantined or report.heavy)
            and _PLAIN.issuperset(map(type, fields))  # a number of numpy's would come back as bytes
        ):
            return marshal.dumps((attempt_id, seconds, fields, result))
    return dumps_parts((attempt_id, seconds, outcome))


def _is_plain(result: object) -> bool:
    if type(result) is tuple:
        return set(map(type, result)) <= {bytes}
    return result is None or type(result) is bytes


def news_in(message: Payload) -> Any:
    """A message of a worker: ``(attempt_id, seconds, outcome)`` for a task's end, or whatever else was pickled.

    >>> news_in(ending_message(7, 0.5, Success(TaskReport(records_read=3), b"result")))[2].report.records_read
    3
    """
    if isinstance(message, Parts) or message[:1] == _PICKLE:
        return loads_parts(message)
    attempt_id, seconds, fields, result = marshal.loads(message)
    if type(result) is tuple:
        result = Batches(result)
    return attempt_id, seconds, Success(TaskReport(*fields), result)
