"""The machine and the revision that a report's figures belong to. Nothing in it says whose machine it is."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import minispark
from minispark.engine.core.config import available_cores, machine_memory_bytes

ROOT = Path(minispark.__file__).parents[1]


def describe_machine() -> dict[str, Any]:
    """What decides about speed: processor, cores, memory, system, Python, and what else the machine was doing."""
    return {
        "date": now(),
        "revision": _revision(ROOT),
        "processor": _processor(),
        "cores": available_cores(),
        "memory_gib": round(machine_memory_bytes() / 2**30, 1),
        "system": f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}, {_distribution()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.machine()


def _revision(root: Path) -> str:
    """Of the checkout, with a "+" where minispark's files differ from it; the version where there is no checkout."""
    commit = _git(root, "rev-parse", "--short", "HEAD") if (root / ".git").exists() else ""
    if not commit:
        return minispark.__version__
    return commit + ("+" if _git(root, "status", "--porcelain", "--", "minispark") else "")


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
