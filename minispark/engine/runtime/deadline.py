"""A job that is given a time: what of it is there by then, and the rest is cancelled."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import JobCancelledError
from minispark.engine.kernels.results import Result, decode_result
from minispark.engine.scheduler.events import JobCancelled

if TYPE_CHECKING:
    from minispark.engine.runtime.jobs import JobHandle
    from minispark.engine.runtime.session import Session


def result_until(session: Session, handle: JobHandle, seconds: float) -> dict[int, Any]:
    """The values, by partition, that a submitted job has after ``seconds``, or all if it ends before.

    Raises what ``Session.result`` does if the job fails in time.
    """
    early: dict[int, Result] = {}
    expired = threading.Event()

    def expire() -> None:
        early.update(handle.results)
        expired.set()
        session._driver.request(JobCancelled(handle.request.job_id, f"its {seconds} seconds are over"))

    timer = threading.Timer(min(max(seconds, 0.0), threading.TIMEOUT_MAX), expire)
    timer.daemon = True
    timer.start()
    try:
        return dict(zip(handle.request.stages[-1].spec.partitions, session.result(handle), strict=True))
    except JobCancelledError:
        if not expired.is_set():
            raise
        return {partition: decode_result(data) for partition, data in early.items()}
    finally:
        timer.cancel()
