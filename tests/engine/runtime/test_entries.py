"""Entries: one shuffle's outputs in the resume directory, as the driver sees them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.kernels.environment import ResumePlace, resumed_file
from minispark.engine.kernels.reports import pack_report
from minispark.engine.runtime.entries import Entry
from minispark.engine.storage.blockfile import BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories

OWNER = 7


class Shelf:
    """A directory with one entry, opened by one context after another."""

    def __init__(self, folder: Path) -> None:
        self.outputs, self.local = folder / "outputs", folder / "local"
        (self.outputs / "entry").mkdir(parents=True)
        self.local.mkdir()
        self.place = ResumePlace("", b"", "")

    def open(self, start: str, *accumulators: int, tasks: int = 2) -> Entry:
        self.place = ResumePlace(str(self.outputs), bytes(32), start)
        entry = Entry(self.place, "entry", accumulators, OWNER, (str(self.local),))
        entry.open(tasks)
        return entry

    def write(self, map_id: int, attempt_id: int, report: TaskReport, where: Path | None = None) -> Path:
        """As a worker commits an output."""
        file = resumed_file(self.place, map_id, attempt_id)
        folder = str(where or self.outputs / "entry")
        writer = BlockFileWriter(LocalDirectories((folder,)), file, self.place.key, identity=f"entry/{file}")
        writer.append(0, b"records", 1)
        return Path(writer.commit(pack_report(report)).path)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def updates(**values: int) -> TaskReport:
    """A report of updates, by accumulators' ids."""
    pickled = pickle.dumps({int(name[1:]): value for name, value in values.items()})
    return TaskReport(accumulators=((OWNER, 0, pickled),))


def test_an_output_that_was_registered_is_offered_to_the_next(shelf: Shelf) -> None:
    entry = shelf.open("one")
    path = shelf.write(0, 5, TaskReport(digest=b"digest"))
    entry.registered(0, 5, TaskReport(digest=b"digest"))
    later = shelf.open("two")
    assert not later.complete(2) and later.complete(1)
    (offer,) = later.offers(3)
    assert (offer.shuffle_id, offer.map_id, offer.whole, offer.report.digest) == (3, 0, True, b"digest")
    later.registered(0, 9, offer.report)
    assert later.adopted == {0: path.name}


def test_one_that_was_only_committed_is_swept(shelf: Shelf) -> None:
    shelf.open("one")
    path = shelf.write(0, 5, TaskReport())
    assert shelf.open("two").offers(3) == ()
    assert not path.exists()


def test_one_that_was_forgotten_is_none(shelf: Shelf) -> None:
    entry = shelf.open("one")
    path = shelf.write(0, 5, TaskReport())
    entry.registered(0, 5, TaskReport())
    entry.remove(0, 5, stood=True)
    assert not path.exists()
    assert shelf.open("two").offers(3) == ()


def test_the_output_of_an_attempt_that_lost_goes_and_the_other_stays(shelf: Shelf) -> None:
    entry = shelf.open("one")
    kept, lost = shelf.write(0, 5, TaskReport()), shelf.write(0, 6, TaskReport())
    entry.registered(0, 5, TaskReport())
    entry.remove(0, 6, stood=False)
    assert kept.exists() and not lost.exists()
    assert len(shelf.open("two").offers(3)) == 1


@pytest.mark.matrix(4)
def test_an_output_of_a_worker_that_died_before_it_told_is_found(shelf: Shelf) -> None:
    entry = shelf.open("one")
    report = TaskReport(records_read=3)
    shelf.write(0, 5, report)
    shelf.write(1, 6, report, where=shelf.local)
    assert entry.find(0, 5) == entry.find(1, 6) == Success(report)
    assert entry.find(1, 7) is None


def test_accumulators_go_by_their_numbers_in_the_stage(shelf: Shelf) -> None:
    entry = shelf.open("one", 10, 20)
    shelf.write(0, 5, TaskReport())
    entry.registered(0, 5, updates(_10=1, _20=2))
    (offer,) = shelf.open("two", 4, 3).offers(9)
    ((owner, partition, pickled),) = offer.report.accumulators
    assert (owner, partition, pickle.loads(pickled)) == (OWNER, 0, {4: 1, 3: 2})


def test_an_update_of_an_accumulator_that_the_stage_is_not_known_to_use_leaves_it_incomplete(shelf: Shelf) -> None:
    entry = shelf.open("one", 10)
    shelf.write(0, 5, TaskReport())
    entry.registered(0, 5, updates(_11=1))
    shelf.write(1, 6, TaskReport())
    entry.registered(1, 6, TaskReport())
    assert shelf.open("two", 10).offers(9) == ()


def test_a_disowned_entry_records_no_more(shelf: Shelf) -> None:
    entry = shelf.open("one")
    shelf.write(0, 5, TaskReport())
    entry.registered(0, 5, TaskReport())
    entry.disown()
    shelf.write(1, 6, TaskReport())
    entry.registered(1, 6, TaskReport())
    assert [offer.map_id for offer in shelf.open("two").offers(9)] == [0]


def test_a_lost_file_leaves_its_report(shelf: Shelf) -> None:
    entry = shelf.open("one", 10)
    path = shelf.write(0, 5, TaskReport())
    entry.registered(0, 5, updates(_10=1))
    path.unlink()
    later = shelf.open("two", 10)
    assert not later.all_whole and not later.digests_known()
    (offer,) = later.offers(9)
    assert not offer.whole and offer.report.accumulators


def test_release_removes_what_lies_elsewhere(shelf: Shelf) -> None:
    entry = shelf.open("one")
    paths = [shelf.write(0, 5, TaskReport()), shelf.write(1, 6, TaskReport(), where=shelf.local)]
    entry.release([(0, 5), (1, 6)])
    assert [path.exists() for path in paths] == [True, False]
