"""Arguments in, exit code out: 0 done, 1 the machine failed, 2 a user's mistake, 130 interrupted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from minispark.engine.core.errors import EnvironmentFault, UserMistake
from minispark.version import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; ``argv`` defaults to the process's own.

    What goes wrong is said on stderr, without a traceback but where it is a bug of ours.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (UserMistake, EnvironmentFault) as error:
        print(f"minispark: {error}", file=sys.stderr)
        return 2 if isinstance(error, UserMistake) else 1
    except KeyboardInterrupt:
        print("\nminispark: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has enough. Keep the interpreter from flushing into it once more.
        sys.stdout = None
        return 1


def _parser() -> argparse.ArgumentParser:
    from minispark.cli import bench, demo, replay, run, simulate

    parser = argparse.ArgumentParser(
        prog="minispark",
        description="Spark's RDD and DataFrame programs in Python alone, without a JVM.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"minispark {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    demo.add_command(commands)
    run.add_command(commands)
    simulate.add_command(commands)
    replay.add_command(commands)
    bench.add_command(commands)
    return parser
