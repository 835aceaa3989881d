"""The directory of checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext


def test_a_fresh_directory_each_time(tmp_path: Path) -> None:
    with SparkContext(conf=SparkConf().setMaster("inline").setAppName("x")) as sc:
        assert sc.getCheckpointDir() is None
        sc.setCheckpointDir(str(tmp_path / "new" / "place"))
        first = sc.getCheckpointDir()
        sc.setCheckpointDir(f"file://{tmp_path}/new/place")
        second = sc.getCheckpointDir()
    assert {f"file:{path}" for path in (tmp_path / "new" / "place").iterdir()} == {first, second}
    assert first != second


@pytest.mark.parametrize("wrong, error", [(None, TypeError), (3, TypeError), ("hdfs://host/x", ValueError)])
def test_what_is_no_local_directory(wrong: object, error: type[Exception]) -> None:
    with SparkContext(conf=SparkConf().setMaster("inline").setAppName("x")) as sc:
        with pytest.raises(error):
            sc.setCheckpointDir(wrong)
        assert sc.getCheckpointDir() is None
