"""The demo, killed in the middle and started again over its resume directory."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

FILES = 10
SOURCE = "import module{next}, os\n" + "".join(
    f"def function{i}(value):\n    return value + {i}\n" for i in range(2500)
)


def demo(folder: Path) -> subprocess.Popen[str]:
    arguments = ["demo", "--path", str(folder / "sources"), "--master", "local[2]"]
    settings = {"resume.dir": folder / "resume"}
    for key, setting in settings.items():
        arguments += ["--conf", f"spark.minispark.{key}={setting}"]
    arguments += ["--conf", f"spark.local.dir={folder / 'local'}"]
    command = [sys.executable, "-m", "minispark", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def found(output: str) -> str:
    """What the demo found out, without how long it took."""
    return re.sub(r"What each stage did.*", "", output, flags=re.DOTALL)


@pytest.mark.matrix(43)
def test_the_second_run_skips_what_the_first_has_finished(tmp_path: Path, until: Any) -> None:
    (tmp_path / "sources").mkdir()
    for number in range(FILES):
        text = SOURCE.replace("{next}", str(number * 7 % FILES))
        (tmp_path / "sources" / f"module{number}.py").write_text(text)
    killed = demo(tmp_path)
    ledgers = tmp_path / "resume" / "outputs"
    until(lambda: list(ledgers.glob("*/ledger")), 20)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    outputs = [demo(tmp_path).communicate()[0] for _ in range(2)]
    assert found(outputs[0]) == found(outputs[1])
    assert "def " in outputs[0]
    tables = [output.partition("What each stage did:")[2] for output in outputs]
    assert "reduceByKey" in tables[0]
    assert not re.search(r"reduceByKey|join|distinct|groupByKey", tables[1])
    edited = tmp_path / "sources" / "module3.py"
    edited.write_text(edited.read_text() + "unheardof = unheardof\n" * 50_000)
    assert re.search(r"unheardof +100,000", demo(tmp_path).communicate()[0])
