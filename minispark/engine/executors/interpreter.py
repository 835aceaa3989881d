"""Start a Python process like this one: same interpreter, flags, ``sys.path`` and directory, never its ``__main__``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

_BOOT = "import sys; n = int(sys.argv[2]); a = sys.argv[3:n]; sys.path[:] = sys.argv[n:]; "
_FLAGS = (
    ("optimize", "-O"),
    ("dont_write_bytecode", "-B"),
    ("no_user_site", "-s"),
    ("no_site", "-S"),
    ("ignore_environment", "-E"),
    ("isolated", "-I"),
)
_ONE_THREAD_EACH = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def start_python(entry: str, arguments: Sequence[str], fds: Sequence[int], env: Mapping[str, str], title: str) -> int:
    """The pid of a process, in a session of its own, that calls ``entry`` (``"package.module:function"``).

    It is called with ``arguments`` followed by the numbers its ``fds`` have there. ``title`` is what process listings
    show. Raises OSError. Uses ``posix_spawn``: nothing of the calling process is copied, no fork handler runs.
    """
    module, _, function = entry.partition(":")
    passed = _free_numbers(fds)
    inner = [*arguments, *map(str, passed)]
    boot = f"{_BOOT}from {module} import {function}; sys.argv[1:] = []; {function}(a)"
    # sys.argv there: "-c", title, where the paths begin, arguments, paths
    argv = [sys.executable, *_interpreter_flags(), "-c", boot, title, str(3 + len(inner)), *inner]
    argv += [path for path in sys.path if isinstance(path, str)]
    actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    ]
    actions += [(os.POSIX_SPAWN_DUP2, fd, number) for fd, number in zip(fds, passed, strict=True)]
    try:
        return os.posix_spawn(sys.executable, argv, env, file_actions=actions, setsigmask=(), setsid=True)
    except NotImplementedError:  # an old C library; the process then leaves the session itself
        return os.posix_spawn(sys.executable, argv, env, file_actions=actions, setsigmask=())


def worker_environment(hash_seed: int) -> dict[str, str]:
    """The environment of workers: ours, with one hash seed for all and numeric libraries kept to one thread each."""
    env = dict(os.environ)
    if env.get("PYTHONHASHSEED", "random") == "random":
        env["PYTHONHASHSEED"] = str(hash_seed)
    for name in _ONE_THREAD_EACH:
        env.setdefault(name, "1")
    return env


def _interpreter_flags() -> list[str]:
    flags: list[str] = []
    for attribute, option in _FLAGS:
        flags += [option] * int(getattr(sys.flags, attribute))
    flags += [f"-W{option}" for option in sys.warnoptions]
    if sys.flags.dev_mode:
        flags += ["-X", "dev"]
    if sys.flags.utf8_mode:
        flags += ["-X", "utf8"]
    return flags


def _free_numbers(fds: Sequence[int]) -> list[int]:
    """Numbers for the duplicates that collide with no source, so that the order of duplication does not matter."""
    free = (number for number in range(3, 3 + 2 * len(fds)) if number not in fds)
    return [next(free) for _ in fds]
