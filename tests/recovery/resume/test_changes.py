"""A changed program computes again from where it changed, and nothing before that; what does not matter changes
nothing."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
from operator import add

FACTOR = 3
UNUSED = 1

def scaled(x):
    return x * FACTOR

class Shift:
    def __init__(self, by):
        self.by = by
    def __call__(self, pair):
        return pair[0] + self.by, pair[1]

weights = sc.broadcast({0: 1, 1: 2})
shift = Shift(1)
limit = 100
numbers = sc.parallelize(range(60), 3).map(lambda x: (x % 5, scaled(x)))
sums = numbers.reduceByKey(add, 2)
shifted = sums.map(shift).filter(lambda pair: pair[1] < limit * 100)
groups = shifted.groupByKey(2).mapValues(sorted)
weighted = groups.map(lambda pair: (pair[0] * weights.value.get(pair[0] % 2, 1), len(pair[1])))
answer = weighted.sortByKey(numPartitions=2).collect()
"""
ALL = {"reduceByKey": 3, "groupByKey": 2, "sortByKey": 2, "bounds of sortByKey": 1}


def after(operator: str) -> dict[str, int]:
    names = list(ALL)
    return {name: ALL[name] for name in names[names.index(operator) :]}


def test_the_same_program_runs_no_map_stage_again(programs: Any) -> None:
    answer = programs.run(PROGRAM)
    assert programs.ran == ALL
    assert programs.run(PROGRAM) == answer
    assert programs.ran == {}
    assert programs.watcher.skips == 4
    assert programs.watcher.notes == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "ran"),
    [
        ("x % 5", "x % 7", after("reduceByKey")),
        ("FACTOR = 3", "FACTOR = 4", after("reduceByKey")),
        ("FACTOR = 3", "FACTOR = 3.0", after("reduceByKey")),
        ("FACTOR = 3", "FACTOR = True", after("reduceByKey")),
        ("return x * FACTOR", "return FACTOR * x + 1", after("reduceByKey")),
        ("range(60)", "range(61)", after("reduceByKey")),
        ("parallelize(range(60), 3)", "parallelize(list(range(60)), 3)", after("reduceByKey")),
        ("reduceByKey(add", "reduceByKey(max", after("reduceByKey")),
        ("from operator import add", "add = lambda a, b: a + b", after("reduceByKey")),
        ("Shift(1)", "Shift(2)", after("groupByKey")),
        ("pair[0] + self.by", "pair[0] - self.by", after("groupByKey")),
        ("limit = 100", "limit = 1", after("groupByKey")),
        (".filter(lambda pair: pair[1] < limit * 100)", "", after("groupByKey")),
        ("{0: 1, 1: 2}", "{0: 1, 1: 3}", after("sortByKey")),
        ("{0: 1, 1: 2}", "{0: 1, 1: 2.0}", after("sortByKey")),
        ("mapValues(sorted)", "mapValues(list)", after("sortByKey")),
        ("groupByKey(2)", "groupByKey(3)", {"groupByKey": 2, "sortByKey": 3, "bounds of sortByKey": 1}),
        ("numPartitions=2", "numPartitions=2, ascending=False", after("sortByKey")),
        ("len(pair[1])", "sum(pair[1])", after("sortByKey")),
    ],
)
def test_a_change_runs_its_stage_and_those_after_it(
    programs: Any, fresh: Any, old: str, new: str, ran: dict[str, int]
) -> None:
    assert old in PROGRAM
    programs.run(PROGRAM)
    changed = PROGRAM.replace(old, new)
    answer = programs.run(changed)
    assert programs.ran == ran
    assert answer == fresh().run(changed)
    programs.run(changed)
    assert programs.ran == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FACTOR = 3", "# a remark\n\n\nFACTOR = 3"),
        ("    return x * FACTOR", "    # the product\n    return x * FACTOR"),
        ("UNUSED = 1", "UNUSED = 2"),
        ("numbers = sc", "numbers = \\\n    sc"),
        ("lambda pair: pair[1] < limit * 100", "lambda pair: (\n    pair[1] < limit * 100\n)"),
        ("collect()", "take(1000)"),
    ],
)
def test_what_does_not_matter_runs_nothing(programs: Any, old: str, new: str) -> None:
    answer = programs.run(PROGRAM)
    assert programs.run(PROGRAM.replace(old, new), file="/elsewhere/renamed.py") == answer
    assert programs.ran == {}


def test_another_name_of_a_variable_or_order_of_definitions_runs_nothing(programs: Any) -> None:
    programs.run(PROGRAM)
    scaled = "def scaled(x):\n    return x * FACTOR\n"
    programs.run(scaled + PROGRAM.replace(scaled, "").replace("sums", "totals"))
    assert programs.ran == {}


def test_an_input_file_that_changed_is_read_again(programs: Any, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("to be or\n")
    os.utime(words, ns=(0, 10**18))
    program = (
        "answer = sorted(sc.textFile(path).map(lambda line: (len(line), line)).groupByKey(2).mapValues(list).collect())"
    )
    programs.run(program, path=str(words))
    programs.run(program, path=str(words))
    assert programs.ran == {}
    words.write_text("to be me\n")
    os.utime(words, ns=(0, 10**18 + 1))
    assert programs.run(program, path=str(words)) == [(8, ["to be me"])]
    assert programs.ran == {"groupByKey": 1}
    words.write_text("to be me!\n")
    os.utime(words, ns=(0, 10**18 + 1))
    assert programs.run(program, path=str(words)) == [(9, ["to be me!"])]


@pytest.mark.slow
def test_parallelized_data_counts_by_content(programs: Any) -> None:
    program = "answer = sorted(sc.parallelize(data, 2).map(lambda x: (x, 1)).groupByKey(2).keys().collect())"
    large = [f"word {i}" for i in range(60_000)]
    programs.run(program, data=large)
    programs.run(program, data=list(large))
    assert programs.ran == {}
    large[-1] = "other"
    assert programs.run(program, data=large)[0] == "other"
    assert programs.ran == {"groupByKey": 2}


# --- modules ---------------------------------------------------------------------------------------------------------


USES_MODULES = """
import helpers
answer = sorted(sc.range(8, numSlices=2).map(lambda x: (helpers.twice(x), x)).groupByKey(2).mapValues(list).collect())
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to import from; what was imported from it is forgotten between runs by ``again``."""
    folder = tmp_path / "sources"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (folder / "helpers.py").write_text("import deeper\n\ndef twice(x):\n    return deeper.shifted(2 * x)\n")
    (folder / "deeper.py").write_text("BY = 1\n\ndef shifted(x):\n    return x + BY\n")
    again()
    yield folder
    again()


def again() -> None:
    for name in ("helpers", "deeper", "packaged"):
        sys.modules.pop(name, None)
    importlib.invalidate_caches()


def test_a_helper_module_and_what_it_imports_count(programs: Any, sources: Path) -> None:
    programs.run(USES_MODULES)
    again()
    programs.run(USES_MODULES)
    assert programs.ran == {}
    (sources / "deeper.py").write_text("BY = 5\n\ndef shifted(x):\n    return x + BY\n")
    again()
    assert programs.run(USES_MODULES)[0][0] == 5
    assert programs.ran == {"groupByKey": 2}
    (sources / "helpers.py").write_text("import deeper\n\ndef twice(x):\n    return deeper.shifted(3 * x)\n")
    again()
    assert programs.run(USES_MODULES)[-1][0] == 26
    assert programs.ran == {"groupByKey": 2}


def test_remarks_and_moved_lines_in_a_module_do_not_count(programs: Any, sources: Path) -> None:
    programs.run(USES_MODULES)
    text = (sources / "helpers.py").read_text()
    (sources / "helpers.py").write_text("# remarks\n\n" + text.replace("    return", "    # more\n    return"))
    again()
    programs.run(USES_MODULES)
    assert programs.ran == {}


def test_a_module_that_a_function_imports_when_it_runs_counts(programs: Any, sources: Path) -> None:
    program = USES_MODULES.replace("import helpers", "def f(x):\n    from helpers import twice\n    return twice(x)")
    program = program.replace("helpers.twice(x)", "f(x)")
    programs.run(program)
    (sources / "deeper.py").write_text("BY = 7\n\ndef shifted(x):\n    return x + BY\n")
    again()
    assert programs.run(program)[0][0] == 7
    assert programs.ran == {"groupByKey": 2}


def test_a_constant_that_a_module_takes_from_the_environment_counts(
    programs: Any, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sources / "deeper.py").write_text("import os\nBY = int(os.environ['BY'])\n\ndef shifted(x):\n    return x + BY\n")
    for value in ("1", "2"):
        monkeypatch.setenv("BY", value)
        again()
        assert programs.run(USES_MODULES)[0][0] == int(value)
        assert programs.ran == {"groupByKey": 2}


def test_environment_variables_count_for_functions_that_look_at_them(
    programs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import os\nanswer = sc.range(2, numSlices=1).map(lambda x: ({}, x)).groupByKey(1).keys().collect()"
    asks, asks_not = program.format("os.environ['GREETING']"), program.format("os.sep")
    for greeting in ("hello", "goodbye"):
        monkeypatch.setenv("GREETING", greeting)
        assert programs.run(asks) == [greeting]
        assert programs.ran == {"groupByKey": 1}
        programs.run(asks)
        assert programs.ran == {}
    programs.run(asks_not)
    monkeypatch.setenv("GREETING", "again")
    programs.run(asks_not)
    assert programs.ran == {}


def test_the_version_of_an_installed_package_counts(
    programs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site-packages"
    (folder / "packaged").mkdir(parents=True)
    (folder / "packaged" / "__init__.py").write_text("from packaged.inner import double\n")
    (folder / "packaged" / "inner.py").write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(str(folder))
    program = "import packaged\nanswer = sc.range(4).map(lambda x: (packaged.double(x), x)).groupByKey(1).count()"
    ran = []
    for version in ("1.0", "1.0", "1.1"):
        for old in folder.glob("*.dist-info"):
            (old / "METADATA").unlink()
            old.rmdir()
        info = folder / f"packaged-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: packaged\nVersion: {version}\n")
        again()
        programs.run(program)
        ran.append(bool(programs.ran))
    assert ran == [True, False, True]


def test_a_module_that_changes_while_the_program_runs_is_in_doubt(programs: Any, sources: Path) -> None:
    program = USES_MODULES + "edit()\n" + USES_MODULES.replace("import helpers", "").replace("x), x", "x), -x")
    deeper = sources / "deeper.py"
    programs.run(program, edit=lambda: deeper.write_text(deeper.read_text() + "\n\ndef more(): pass\n"))
    assert programs.ran == {"groupByKey": 4}
    assert [(note.site, note.why) for note in programs.watcher.notes] == [
        ("map at program.py:7", "module deeper: its file has changed while the program ran")
    ]


# --- what has no canonical form --------------------------------------------------------------------------------------


def test_what_has_no_canonical_form_runs_again_and_is_told(programs: Any, caplog: pytest.LogCaptureFixture) -> None:
    program = """
local = threading.local()
sums = sc.parallelize(range(10), 2).map(lambda x: (x % 2, x)).reduceByKey(max, 2)
named = sums.map(lambda pair: (pair[0], isinstance(local, object)))
answer = named.groupByKey(2).mapValues(len).map(lambda pair: (pair[1], pair[0])).sortByKey().collect()
"""
    with pytest.raises(TypeError):  # a worker cannot have it, so nothing runs
        programs.run(program, threading=threading)
    program = program.replace("threading.local()", "type('Odd', (), {'__reduce__': odd})()")
    text = "odd = lambda self: (make, ())\nmake = lambda: eval('1')\n" + program
    for _ in range(2):
        answer = programs.run(text)
    assert answer == [(1, 0), (1, 1)]
    assert programs.ran == {"groupByKey": 2, "sortByKey": 2, "bounds of sortByKey": 1}
    (note,) = programs.watcher.notes
    assert note.site == "map at program.py:6"
    assert "local" in note.why and "it calls eval, which may run anything" in note.why
    assert note.place in caplog.text


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("lambda x: (x, eval('x'))", "eval"),
        ("lambda x: (x, __import__('os').getpid())", "__import__"),
        ("lambda x: (x, TaskContext.get().partitionId())", "TaskContext"),
        ("lambda x: (x, importlib.import_module('os').getpid())", "import_module"),
    ],
)
def test_functions_of_which_nobody_can_tell_what_they_do_run_again(programs: Any, function: str, why: str) -> None:
    program = f"import importlib\nfrom minispark import TaskContext\nanswer = sc.range(4, numSlices=2).map({function})"
    program += ".groupByKey(2).count()"
    programs.run(program)
    programs.run(program)
    assert programs.ran == {"groupByKey": 2}
    assert why in programs.watcher.notes[0].why


def test_a_command_runs_again(programs: Any) -> None:
    program = "answer = sc.parallelize(['a'], 1).pipe('cat').map(lambda x: (x, 1)).groupByKey(1).keys().collect()"
    programs.run(program)
    assert programs.run(program) == ["a"]
    assert programs.ran == {"groupByKey": 1}
    assert "command" in programs.watcher.notes[0].why


def test_a_sample_without_a_seed_is_another_one_in_each_run(programs: Any) -> None:
    program = "answer = sc.range(100, numSlices=2).sample(False, 0.5{}).map(lambda x: (x, 1)).groupByKey(2).count()"
    for seed, ran in ((", seed=3", {}), ("", {"groupByKey": 2})):
        programs.run(program.format(seed))
        programs.run(program.format(seed))
        assert programs.ran == ran
    assert programs.watcher.notes == []
