"""DataFrameStatFunctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minispark.sql.dataframe.frame import DataFrame


class DataFrameStatFunctions:
    """A DataFrame's functions of this family."""

    def __init__(self, df: DataFrame) -> None:
        self.df = df
