"""Carries out a plan's faults on the simulated world. A fault that finds no victim waits a little, then gives up."""

from __future__ import annotations

from collections.abc import Callable

from minispark.engine.scheduler.events import JobCancelled, ShuffleReleased, Stopped
from minispark.testing.simulation_parts import SimWorker
from minispark.testing.simulation_plan import SOURCES, TASK_FAULTS, Fault
from minispark.testing.simulation_world import CRASHED, World

_TRIES = 10


class Injector:
    """Knows how to do each kind of fault."""

    def __init__(self, world: World) -> None:
        self._world = world

    def schedule(self, fault: Fault) -> None:
        """Put the fault on its task, or into the time table."""
        world = self._world
        if fault.kind in TASK_FAULTS:
            assert fault.target is not None
            if fault.kind == "output changes":
                world.tasks.versions[fault.target] = []
            else:
                world.tasks.curses[fault.target] = (*world.tasks.curses.get(fault.target, ()), fault)
        else:
            world.at(fault.at, self._do, (fault, _TRIES))

    def _do(self, trial: tuple[Fault, int]) -> None:
        fault, tries = trial
        world = self._world
        if world.now >= world.plan.heal_at or _DOERS[fault.kind](self, fault):
            return
        if tries > 1:
            world.at(world.now + world.plan.heal_at / 60.0, self._do, (fault, tries - 1))

    def _count(self, fault: Fault) -> bool:
        self._world.applied[fault.kind] += 1
        return True

    # --- workers -----------------------------------------------------------------------------------------------------

    def _choose(self, fault: Fault, workers: list[SimWorker]) -> SimWorker | None:
        return workers[int(fault.pick * len(workers))] if workers else None

    def _kill_busy(self, fault: Fault) -> bool:
        world = self._world
        worker = self._choose(fault, [w for w in world.workers.values() if w.alive and w.queue])
        if worker is None:
            return False
        world.die(worker, CRASHED, adopt=fault.pick < 0.5)
        return self._count(fault)

    def _kill_after_rename(self, fault: Fault) -> bool:
        world = self._world
        busy = [w for w in world.workers.values() if w.alive and w.queue and w.queue[0].key >= 0]
        worker = self._choose(fault, busy)
        if worker is None:
            return False
        world.complete_silently(worker)
        return True  # counted when the output is adopted

    def _kill_idle(self, fault: Fault) -> bool:
        world = self._world
        worker = self._choose(fault, [w for w in world.workers.values() if w.alive and not w.runs])
        if worker is None:
            return False
        world.die(worker, CRASHED)
        return self._count(fault)

    def _die_at_start(self, fault: Fault) -> bool:
        """The next workers die as soon as they are up; one that runs is killed, so that there is a next."""
        world = self._world
        world.still_births += fault.times
        for worker in list(world.workers.values()):
            world.die(worker, CRASHED)
        return True  # counted at each birth

    def _fail_starts(self, fault: Fault) -> bool:
        """The next starts fail; every other time with all workers lost, so that it matters at once."""
        world = self._world
        world.failing_starts += fault.times
        for worker in list(world.workers.values())[: None if fault.pick < 0.5 else 1]:
            world.die(worker, CRASHED)
        return True  # counted at each start

    # --- messages ----------------------------------------------------------------------------------------------------

    def _delay(self, fault: Fault) -> bool:
        world = self._world
        world.slow_until = max(world.slow_until, world.now + fault.pick * world.plan.heal_at / 6.0)
        return True

    def _duplicate(self, fault: Fault) -> bool:
        self._world.duplicates += fault.times
        return True

    def _reorder(self, fault: Fault) -> bool:
        self._world.reorders += fault.times
        return True

    # --- files -------------------------------------------------------------------------------------------------------

    def _exposed(self, fault: Fault) -> list[int]:
        """Shuffles to harm: every other time those that are being read just now, where most can go wrong."""
        world = self._world
        if fault.pick * 64 % 2 < 1:
            running = [worker.queue[0].key for worker in world.workers.values() if worker.queue]
            read = sorted({parent for key in running for parent in world.stages[key].parents})
            if read:
                return read
        return list(world.registered)

    def _nearly_read(self) -> list[int]:
        """Shuffles whose reading map stage has read all it needs: it ends before they are made again."""
        world = self._world
        heads = [worker.queue[0] for worker in world.workers.values() if worker.queue and worker.alive]
        ready = [run.key for run in heads if run.has_read]
        last = {key for key in ready if key >= 0 and world.registered[key].count(-1) <= ready.count(key)}
        return sorted({parent for key in last for parent in world.stages[key].parents})

    def _damage(self, fault: Fault) -> bool:
        """Deleted or damaged: either way it fails to be read."""
        world = self._world
        if fault.target is not None:
            attempt_id = world.registered[fault.target[0]][fault.target[1]]
            candidates = [] if attempt_id < 0 else [attempt_id]
        else:
            candidates = [a for key in self._exposed(fault) for a in world.registered[key] if a >= 0]
        if not candidates:
            return False
        world.files.bad.add(candidates[-1 - int(fault.pick**2 * len(candidates))])
        return self._count(fault)

    def _tear(self, fault: Fault) -> bool:
        """A worker dies while its output has its name already, but not all of its bytes: whoever looks sees that."""
        world = self._world
        busy = [w for w in world.workers.values() if w.alive and w.queue and w.queue[0].key >= 0]
        worker = self._choose(fault, busy)
        if worker is None:
            return False
        run = worker.queue[0]
        world.complete_silently(worker)
        if run.attempt.attempt_id not in world.files.present:
            return False  # it came to something else
        world.files.bad.add(run.attempt.attempt_id)
        return self._count(fault)

    def _lose_unsynced(self, fault: Fault) -> bool:
        """The last outputs written, whoever wrote them, are gone; and every worker is."""
        world = self._world
        written = sorted(a for attempts in world.registered.values() for a in attempts if a >= 0)
        if not written:
            return False
        world.files.bad.update(written[-fault.times :])
        for worker in list(world.workers.values()):
            world.die(worker, CRASHED)
        return self._count(fault)

    def _fill_disks(self, fault: Fault) -> bool:
        """For about as long as a task takes, nobody can write."""
        world = self._world
        heads = [worker.queue[0].key for worker in world.workers.values() if worker.queue and worker.alive]
        if not heads:
            return False
        seconds = 1.5 * max(world.stages[key].seconds for key in heads)
        world.tasks.full_until = min(world.now + seconds, world.plan.heal_at)
        return True  # counted when a task wants to write

    def _lose_directory(self, fault: Fault) -> bool:
        """All outputs of one shuffle are gone; the runtime may notice before a reader does.

        Most of these faults lie in wait until a reading map stage has read all it needs: it then ends before the lost
        outputs are made again, which nobody needs any more.
        """
        world = self._world
        if fault.pick < 0.3:
            return self._lose_one_of(fault, [k for k in self._exposed(fault) if max(world.registered[k]) >= 0])

        def lie_in_wait() -> None:
            if world.now >= world.plan.heal_at:
                world.on_read = None
                return
            shuffles = self._nearly_read()
            if shuffles:
                world.on_read = None
                world.at(world.now, self._lose_later, (fault, shuffles))

        world.on_read = lie_in_wait
        return True  # counted when it happens

    def _lose_later(self, what: tuple[Fault, list[int]]) -> None:
        self._lose_one_of(*what)

    def _lose_one_of(self, fault: Fault, shuffles: list[int]) -> bool:
        world = self._world
        if not shuffles:
            return False
        shuffle_id = shuffles[int(fault.pick * len(shuffles))]
        world.files.bad.update(attempt_id for attempt_id in world.registered[shuffle_id] if attempt_id >= 0)
        if fault.times % 4:
            world.scan(shuffle_id)
        return self._count(fault)

    def _lose_source(self, fault: Fault) -> bool:
        """Lost now and, for ``times`` above 1, again after it was written again."""
        world = self._world
        world.tasks.lost_sources.add(int(fault.pick * SOURCES))
        if fault.times > 1:
            again = Fault(world.now, fault.kind, fault.pick, fault.times - 1)
            pause = world.plan.heal_at * 0.002
            world.at(world.now + pause, self._do, (again, 1))
        return True  # counted when a task finds it

    # --- requests ----------------------------------------------------------------------------------------------------

    def _release(self, fault: Fault) -> bool:
        """Only what no later job lists: a released shuffle is out of everybody's reach."""
        world = self._world
        later = {spec.shuffle_id for job in world.plan.jobs if job.at >= world.now for spec in job.stages}
        shuffles = [shuffle_id for shuffle_id in world.registered if shuffle_id not in later]
        if not shuffles:
            return False
        world.tell(ShuffleReleased(shuffles[int(fault.pick * len(shuffles))]))
        return self._count(fault)

    def _cancel(self, fault: Fault) -> bool:
        """Any job will do: one that has ended or is not there yet makes the request inert."""
        world = self._world
        jobs = world.watch.live_jobs() or [job.job_id for job in world.plan.jobs]
        world.tell(JobCancelled(jobs[int(fault.pick * len(jobs))], "asked"))
        return self._count(fault)

    def _stop(self, fault: Fault) -> bool:
        self._world.tell(Stopped())
        return self._count(fault)


_DOERS: dict[str, Callable[[Injector, Fault], bool]] = {
    "worker killed": Injector._kill_busy,
    "worker killed after rename": Injector._kill_after_rename,
    "idle worker killed": Injector._kill_idle,
    "worker dies at start": Injector._die_at_start,
    "worker never starts": Injector._fail_starts,
    "messages delayed": Injector._delay,
    "message duplicated": Injector._duplicate,
    "message reordered": Injector._reorder,
    "output deleted": Injector._damage,
    "bit flipped": Injector._damage,
    "write torn": Injector._tear,
    "unsynced outputs lost": Injector._lose_unsynced,
    "disk full for all": Injector._fill_disks,
    "directory lost": Injector._lose_directory,
    "source lost": Injector._lose_source,
    "shuffle released": Injector._release,
    "job cancelled": Injector._cancel,
    "context stopped": Injector._stop,
}
