"""``as_pyspark``: the same objects under PySpark's module paths, in the driver and in tasks."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

import minispark
from minispark.pyspark_alias import MODULES


def run(program: str) -> str:
    """What a program prints in a fresh interpreter, since the alias is the whole process's."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import minispark\nminispark.as_pyspark()\n" + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_a_program_and_its_tasks_import_pyspark(master: str) -> None:
    program = f"""
    import pyspark
    from pyspark import SparkContext

    def where(_):
        from pyspark.rdd import portable_hash
        import pyspark.context
        return portable_hash(None), pyspark.__version__, pyspark.context.SparkContext.__module__

    with SparkContext({master!r}, "alias") as sc:
        print(sc.parallelize([1], 1).map(where).collect())
    """
    assert run(program) == "[(0, '4.3.0', 'minispark.rdd.context')]\n"


def test_the_alias_may_come_after_the_workers() -> None:
    program = """
    import sys
    sys.meta_path.pop(0)
    with minispark.SparkContext("local[1]", "alias") as sc:
        sc.parallelize([1], 1).collect()
        minispark.as_pyspark()
        print(sc.parallelize([1], 1).map(lambda _: __import__("pyspark.conf").__name__).collect())
    """
    assert run(program) == "['pyspark']\n"


def test_every_module_of_the_table_has_the_same_objects() -> None:
    program = """
    import importlib
    from minispark.pyspark_alias import MODULES

    for module, names in MODULES.items():
        found = importlib.import_module(module)
        assert all(getattr(found, name) is getattr(minispark, name) for name in names if name in minispark.__all__)
    from pyspark import *
    print(SparkContext is minispark.SparkContext)
    """
    assert run(program) == "True\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "import pyspark.ml",
        "from pyspark import Nothing",
        "from pyspark.rdd import Nothing",
        "from pyspark.streaming import X",
    ],
)
def test_what_is_missing_is_an_import_error_that_says_so(statement: str) -> None:
    program = f"""
    import pyspark
    try:
        {statement}
    except ImportError as error:
        print(error)
    assert not hasattr(pyspark, "Nothing")
    """
    said = run(program)
    assert "minispark, which stands in for PySpark here, has no mod" in said
    assert "run the program with PySpark" in said


def test_the_real_one_is_not_replaced_behind_its_back() -> None:
    program = """
    import sys, types
    sys.meta_path.pop(0)
    sys.modules["pyspark"] = types.ModuleType("pyspark")
    try:
        minispark.as_pyspark()
    except RuntimeError as error:
        print(error)
    """
    assert "before `import pyspark`" in run(program)


def test_it_may_be_called_again() -> None:
    program = """
    import sys
    minispark.as_pyspark()
    print([type(finder).__name__ for finder in sys.meta_path].count("_Finder"))
    """
    assert run(program) == "1\n"


def test_the_table_names_packages_before_their_modules() -> None:
    assert all(name.rpartition(".")[0] in MODULES for name in MODULES if "." in name)
    assert "as_pyspark" in minispark.__all__
