"""The command line: what it prints, and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from minispark.cli import demo
from minispark.cli.main import main
from minispark.engine.core.errors import ClosureError, DiskFullError
from minispark.version import __version__


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "minispark", *arguments], capture_output=True, text=True)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "first.py").write_text("import second\nvalue = 1\nvalue = value\n")
    (tmp_path / "second.py").write_text("def f(:\n")
    return tmp_path


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, f"minispark {__version__}\n")


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    assert "demo" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["demo", "--top", "0"], ["demo", "--top", "x"], ["--demo"]])
def test_a_wrong_command_line_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: minispark" in capsys.readouterr().err


def test_a_path_that_does_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "missing"
    assert main(["demo", "--path", str(missing)]) == 2
    assert capsys.readouterr().err == f"minispark demo: {missing}: No such file or directory\n"


def test_a_path_that_is_a_file(sources: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--path", str(sources / "first.py")]) == 2
    assert capsys.readouterr().err == f"minispark demo: {sources / 'first.py'}: Not a directory\n"


def test_a_folder_without_python_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("import os\n")
    assert main(["demo", "--path", str(tmp_path)]) == 2
    assert "no Python files (*.py) under" in capsys.readouterr().err


@pytest.mark.parametrize("master", ["local[0]", "spark://host:7077", "nonsense"])
def test_a_master_that_is_none(sources: Path, master: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--path", str(sources), "--master", master]) == 2
    error = capsys.readouterr().err
    assert error.startswith("minispark: ")
    assert repr(master) in error


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (DiskFullError("no room for block 3"), 1, "minispark: no room for block 3\n"),
        (ClosureError("f.<closure>.lock cannot travel"), 2, "minispark: f.<closure>.lock cannot travel\n"),
        (KeyboardInterrupt(), 130, "\nminispark: interrupted\n"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    sources: Path,
    error: BaseException,
    code: int,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(demo, "_analyse_and_print", fail)
    assert main(["demo", "--path", str(sources)]) == code
    assert capsys.readouterr().err == text


@pytest.mark.slow
def test_the_demo_on_a_folder(sources: Path) -> None:
    done = run("demo", "--path", str(sources), "--master", "local[2]", "--top", "2")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Analysing 2 Python files (")
    fields = [line.split() for line in lines]
    assert fields[fields.index(["word", "count"]) :][2:4] == [["value", "3"], ["def", "1"]]
    assert "1 imports between these modules" in done.stdout
    assert "second  0.2" in done.stdout
    assert "1 files could not be parsed" in done.stdout
    assert "reduceByKey at sources.py:" in done.stdout


def test_the_demo_of_a_package_names_its_modules_in_full(tmp_path: Path) -> None:
    package = tmp_path / "outer" / "inner"
    package.mkdir(parents=True)
    (tmp_path / "outer" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("from outer.inner import leaf\n")
    (package / "leaf.py").write_text("")
    done = run("demo", "--path", str(package), "--master", "inline")
    assert done.returncode == 0, done.stderr
    assert "outer.inner.leaf" in done.stdout


@pytest.mark.parametrize(
    ("setting", "message"),
    [("resume", "--conf resume: KEY=VALUE is needed"), ("spark.minispark.no=1", "unknown setting spark.minispark.no")],
)
def test_a_setting_that_cannot_be_meant(
    sources: Path, setting: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--path", str(sources), "--conf", setting]) == 2
    assert message in capsys.readouterr().err


def test_the_demo_takes_settings(sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.mkdir()
    settings = ["--conf", "spark.eventLog.enabled=true", "--conf", f"spark.eventLog.dir={log}"]
    assert main(["demo", "--path", str(sources), "--master", "inline", *settings]) == 0
    assert len(list(log.iterdir())) == 1
