"""The driver's own thread, and the end of all that a session has."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from minispark.engine.observe.bus import ListenerBus
from minispark.engine.runtime.checkpoints import Checkpoints
from minispark.engine.runtime.driver import Driver
from minispark.engine.runtime.store import Store
from minispark.engine.scheduler.events import Stopped

if TYPE_CHECKING:
    from minispark.engine.executors.base import Executor


def run_driver(driver: Driver) -> None:
    """In a thread of its own; an error of the loop itself fails every job."""
    try:
        driver.run()
    except BaseException as error:
        driver.crash(error)


def close_all(
    driver: Driver,
    executor: Executor,
    store: Store,
    bus: ListenerBus,
    thread: threading.Thread | None,
    checkpoints: Checkpoints,
) -> None:
    """Fail what runs, end the workers, remove the files."""
    driver.request(Stopped())
    if thread is None:
        while not driver.stopped:
            driver.turn()
    elif thread is not threading.current_thread():
        thread.join(10.0)
    executor.close()
    store.close()
    checkpoints.forget_all()
    bus.close()
