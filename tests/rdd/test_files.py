"""Files, modules and archives that travel with a program."""

from __future__ import annotations

import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext, SparkFiles
from minispark.errors import IllegalArgumentException


@pytest.fixture(params=["inline", "local[2]"])
def conf(request: pytest.FixtureRequest) -> SparkConf:
    return SparkConf().setMaster(request.param).setAppName("files").set("spark.ui.showConsoleProgress", "false")


def read(name: str) -> Callable[[int], str]:
    def reader(_: int) -> str:
        with open(SparkFiles.get(name)) as file:
            return file.read()

    return reader


def test_a_file_is_copied_when_it_is_added(conf: SparkConf, tmp_path: Path) -> None:
    path = tmp_path / "number.txt"
    path.write_text("1")
    with SparkContext(conf=conf) as sc:
        root = SparkFiles.getRootDirectory()
        sc.addFile(str(path))
        path.write_text("2")
        sc.addFile(path.as_uri())  # the same: ignored
        assert sc.listFiles == [f"file:{path}"]
        assert sc.parallelize([0, 0], 2).map(read("number.txt")).collect() == ["1", "1"]
        assert read("number.txt")(0) == "1"
        assert SparkFiles.get("number.txt").startswith(root)
        assert sc.parallelize([0], 1).map(lambda _: SparkFiles.getRootDirectory()).collect() == [root]
    assert not os.path.exists(root)
    with pytest.raises(RuntimeError, match="no active SparkContext"):
        SparkFiles.get("number.txt")


def test_directories_need_recursive(conf: SparkConf, tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "x.txt").write_text("x")
    with SparkContext(conf=conf) as sc:
        with pytest.raises(IllegalArgumentException, match="recursive=True"):
            sc.addFile(str(tmp_path / "deep"))
        sc.addFile(str(tmp_path / "deep"), recursive=True)
        assert sc.parallelize([0], 1).map(read("deep/er/x.txt")).collect() == ["x"]


def test_names_are_unique(conf: SparkConf, tmp_path: Path) -> None:
    for folder, text in (("a", "1"), ("b", "2"), ("c", "1")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text(text)
    with SparkContext(conf=conf) as sc:
        sc.addFile(str(tmp_path / "a" / "same.txt"))
        with pytest.raises(FileExistsError, match="same.txt"):
            sc.addFile(str(tmp_path / "b" / "same.txt"))
        sc.addFile(str(tmp_path / "c" / "same.txt"))
        assert len(sc.listFiles) == 2
        assert os.listdir(SparkFiles.getRootDirectory()) == ["same.txt"]


def test_what_cannot_be_added(conf: SparkConf, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_text("no archive")
    with SparkContext(conf=conf) as sc:
        for add in (sc.addFile, sc.addPyFile, sc.addArchive):
            for wrong in (None, 3, ""):
                with pytest.raises(TypeError, match="a path"):
                    add(wrong)
        with pytest.raises(FileNotFoundError):
            sc.addFile(str(tmp_path / "none"))
        with pytest.raises(IllegalArgumentException, match="no archive"):
            sc.addArchive(str(tmp_path / "none.txt"))
        with pytest.raises(IllegalArgumentException, match=r"broken.zip cannot be unpacked"):
            sc.addArchive(str(tmp_path / "broken.zip"))
        assert (sc.listFiles, sc.listArchives, os.listdir(SparkFiles.getRootDirectory())) == ([], [], [])
    with pytest.raises(NotImplementedError, match="class methods"):
        SparkFiles()


def test_modules_are_imported_from_where_they_were_added(conf: SparkConf, tmp_path: Path) -> None:
    path = list(sys.path)
    for number in (1, 2):
        (tmp_path / f"added_module_{number}.py").write_text(f"NUMBER = {number}")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("packed_module/__init__.py", "NUMBER = 3")
    try:
        with SparkContext(conf=conf) as sc:
            for name in ("added_module_1.py", "added_module_2.py", "packed.zip"):
                sc.addPyFile(str(tmp_path / name))
                module = name.split(".")[0].replace("packed", "packed_module")
                numbers = sc.parallelize([module], 1).map(lambda m: __import__(m).NUMBER).collect()
                assert numbers == [__import__(module).NUMBER]
        assert sys.path == path
    finally:
        for module in ("added_module_1", "added_module_2", "packed_module"):
            sys.modules.pop(module, None)


def test_the_constructor_and_settings_add_files(conf: SparkConf, tmp_path: Path) -> None:
    (tmp_path / "constructor_module.py").write_text("NUMBER = 1")
    (tmp_path / "setting.txt").write_text("set")
    conf.set("spark.files", str(tmp_path / "setting.txt"))
    try:
        with SparkContext(conf=conf, pyFiles=[str(tmp_path / "constructor_module.py")]) as sc:
            assert sc.parallelize([0], 1).map(lambda _: __import__("constructor_module").NUMBER).collect() == [1]
            assert sc.parallelize([0], 1).map(read("setting.txt")).collect() == ["set"]
    finally:
        sys.modules.pop("constructor_module", None)
    with pytest.raises(FileNotFoundError):
        SparkContext(conf=conf, pyFiles=[str(tmp_path / "none.py")])
    with SparkContext(conf=conf) as again:
        assert again.parallelize([1]).count() == 1


def test_archives_are_unpacked(conf: SparkConf, tmp_path: Path) -> None:
    (tmp_path / "inside.txt").write_text("inside")
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as packed:
        packed.write(tmp_path / "inside.txt", "inside.txt")
    with tarfile.open(tmp_path / "two.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "inside.txt", "inside.txt")
    with SparkContext(conf=conf) as sc:
        sc.addArchive(str(tmp_path / "one.zip"))
        sc.addArchive(str(tmp_path / "one.zip"))
        sc.addArchive(f"{tmp_path}/two.tar.gz#two")
        assert sc.listArchives == [f"file:{tmp_path}/one.zip", f"file:{tmp_path}/two.tar.gz"]
        for place in ("one.zip", "two"):
            assert sc.parallelize([0], 1).map(read(f"{place}/inside.txt")).collect() == ["inside"]
