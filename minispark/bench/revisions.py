"""Another revision of this checkout, in a worktree that is there for the time of a comparison."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minispark.engine.core.errors import ConfigurationError


@contextmanager
def checked_out(root: Path, revision: str) -> Iterator[Path]:
    """The folder with the revision's files; it goes at the end.

    Raises ConfigurationError where ``root`` is no checkout or has no such revision, or that has no minispark.
    """
    if not (root / ".git").exists():
        raise ConfigurationError(f"--compare {revision}: not a file, and minispark is not imported from a git checkout")
    known = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if known.returncode != 0:
        raise ConfigurationError(
            f"--compare {revision}: neither a file nor a revision of the checkout that minispark is imported from"
        )
    folder = Path(tempfile.mkdtemp(prefix="minispark-base-"))
    tree = folder / "tree"
    try:
        made = _git(root, "worktree", "add", "--detach", "--force", str(tree), known.stdout.strip())
        if made.returncode != 0:
            raise ConfigurationError(f"--compare {revision}: {made.stderr.strip().splitlines()[-1]}")
        if not (tree / "minispark" / "__init__.py").exists():
            raise ConfigurationError(f"--compare {revision}: there is no minispark in that revision")
        yield tree
    finally:
        _git(root, "worktree", "remove", "--force", str(tree))
        shutil.rmtree(folder, ignore_errors=True)


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        raise ConfigurationError(f"--compare of revisions needs git: {error}") from None
