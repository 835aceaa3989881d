"""``minispark run``: a PySpark program, unchanged, on minispark."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType, TracebackType

from minispark.cli.settings import add_conf_option, parse_settings
from minispark.engine.core.config import parse_master
from minispark.engine.core.errors import ConfigurationError
from minispark.engine.plan.callsite import is_engine_file

_ENDINGS = (".py", ".zip", ".egg")
_CHAIN_MAX = 100


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "run",
        help="run a PySpark program on minispark",
        description="Runs the program as python would, with `import pyspark` meaning minispark. What the program sets "
        "itself goes before the options here.",
        allow_abbrev=False,
    )
    parser.add_argument("--master", metavar="M", help="local[N], local[*] (the default) or inline")
    parser.add_argument("--name", help="the application's name (the program's file name)")
    add_conf_option(parser)
    parser.add_argument(
        "--py-files", default="", metavar="F,F", help="modules (.py) and archives of them (.zip, .egg) to import from"
    )
    parser.add_argument("script", type=Path, help="the program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="the program's own arguments")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the program: 0, 1 after a traceback of its own frames, 2 for an option or a file that is no use."""
    from minispark import as_pyspark
    from minispark.rdd.conf import SYSTEM_PROPERTIES

    settings = _settings(arguments)
    script: Path = arguments.script
    try:
        source = script.read_bytes()
    except OSError as error:
        print(f"minispark run: {script}: {error.strerror}", file=sys.stderr)
        return 2
    places = _import_places(_py_files(arguments.py_files))
    SYSTEM_PROPERTIES.update(settings)
    as_pyspark()
    sys.argv[:] = [str(script), *arguments.arguments]
    sys.path[:1] = [str(script.resolve().parent), *places]
    return _run_as_main(source, str(script))


def _run_as_main(source: bytes, path: str) -> int:
    """Run it as the module ``__main__``, which stays that: threads of its own may outlive its last line."""
    main = ModuleType("__main__")
    main.__file__ = path
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    try:
        exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        _keep_own_frames(error)
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _keep_own_frames(error: BaseException) -> None:
    """Drop minispark's frames from the tracebacks of the error and of those that led to it."""
    link: BaseException | None = error
    for _ in range(_CHAIN_MAX):
        if link is None:
            return
        frames = []
        step = link.__traceback__
        while step is not None:
            name = step.tb_frame.f_code.co_filename
            if name != __file__ and not is_engine_file(name):
                frames.append(step)
            step = step.tb_next
        kept: TracebackType | None = None
        for frame in reversed(frames):
            kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
        link.__traceback__ = kept
        link = link.__cause__ or link.__context__


def _settings(arguments: argparse.Namespace) -> dict[str, str]:
    """The options as settings. Raises ConfigurationError for one that cannot be meant."""
    settings = {"spark.app.name": arguments.name or arguments.script.name, **parse_settings(arguments.conf)}
    if arguments.name:
        settings["spark.app.name"] = arguments.name
    if arguments.master:
        settings["spark.master"] = arguments.master
    if "spark.master" in settings:
        parse_master(settings["spark.master"])
    return settings


def _py_files(listed: str) -> list[Path]:
    """The files of ``--py-files``. Raises ConfigurationError for one that is not there or is no module."""
    paths = [Path(part.strip()) for part in listed.split(",") if part.strip()]
    for path in paths:
        if path.suffix not in _ENDINGS:
            raise ConfigurationError(f"--py-files {path}: a {', '.join(_ENDINGS)} file is needed")
        if not path.is_file():
            raise ConfigurationError(f"--py-files {path}: there is no such file")
    return paths


def _import_places(paths: list[Path]) -> list[str]:
    """Where to import them from: archives as they are, single modules from a folder of copies that goes at exit."""
    import atexit

    places = [str(path.resolve()) for path in paths if path.suffix != ".py"]
    modules = [path for path in paths if path.suffix == ".py"]
    if modules:
        folder = tempfile.mkdtemp(prefix="minispark-run-")
        atexit.register(shutil.rmtree, folder, True)
        for path in modules:
            shutil.copy(path, os.path.join(folder, path.name))
        places.append(folder)
    return places
