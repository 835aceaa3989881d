"""``minispark replay``: a failed task again, in this process, from the bundle that it left."""

from __future__ import annotations

import argparse
import platform
import sys
import traceback

from minispark.engine.serde.failures import capture
from minispark.engine.worker.bundles import Bundle, load
from minispark.engine.worker.rerun import rerun, users_traceback
from minispark.version import __version__


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "replay",
        help="run a failed task again, from its bundle",
        description="Runs the task of a bundle, which a context with spark.minispark.replay.dir=DIR leaves when a task "
        "fails, in this process. Exit code 1 if it raises again, 0 if it succeeds now, 2 if it cannot be run. What "
        "killed a worker kills this process too.",
        epilog="A bundle is a pickle: reading one runs code that its writer decides. Files that belong to another user "
        "or may be written by others are refused.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", help="the bundle")
    parser.add_argument("--pdb", action="store_true", help="enter the debugger where the function raised")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run it again and say how it ended. Raises ReplayError for a bundle that cannot be run."""
    bundle = load(arguments.file)
    print(bundle.title)
    for operator in bundle.operators:
        print(f"  {operator}")
    failure = bundle.failure
    print(f"It failed with {failure.type_name}: {failure.text[:1000]}")
    for line in _changes(bundle):
        print(line)
    sys.stdout.flush()
    error = rerun(bundle)
    if error is None:
        print("This time it succeeds.")
        return 0
    again = capture(error)
    same = (again.type_name, again.text) == (failure.type_name, failure.text)
    print("It raises the same again:" if same else "It raises another error now:")
    shown = users_traceback(error)
    sys.stdout.flush()
    traceback.print_exception(type(error), error.with_traceback(shown), shown)
    if arguments.pdb:
        import pdb

        pdb.post_mortem(shown)
    return 1


def _changes(bundle: Bundle) -> list[str]:
    """Versions that are not what they were."""
    from importlib import metadata

    changed = []
    for name, then in bundle.surroundings.versions:
        if name in ("python", "minispark"):
            now = platform.python_version() if name == "python" else __version__
        else:
            try:
                now = metadata.version(name)
            except metadata.PackageNotFoundError:
                now = "not installed"
        if now != then:
            changed.append(f"  differs: {name} was {then}, is {now}")
    return changed or [
        "  versions are as they were: " + ", ".join(" ".join(pair) for pair in bundle.surroundings.versions)
    ]
