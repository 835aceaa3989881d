"""Whether combining on the map side pays, judged by how often a key is new among the records seen so far."""

from __future__ import annotations

TRIAL_RECORDS_MIN = 1 << 13
TRIAL_RECORDS_MAX = 1 << 16


class Trial:
    """Rounds of doubling length; after each, the share of its records that brought a new key is looked at.

    At or below ``novel_share_max`` combining is kept. Above it the trial goes on until TRIAL_RECORDS_MAX records: keys
    are rarer news the longer one looks, and where they come in turn the first tens of thousands may all be new.
    """

    __slots__ = ("_keys", "_share_max", "records", "round")

    def __init__(self, novel_share_max: float) -> None:
        self._share_max = novel_share_max
        self._keys = 0
        self.records = 0
        self.round = TRIAL_RECORDS_MIN

    def verdict(self, keys: int) -> bool | None:
        """After ``round`` more records, ``keys`` being the distinct keys so far: combine or not, None for one more."""
        novel = (keys - self._keys) / self.round
        self.records += self.round
        self._keys = keys
        if novel <= self._share_max:
            return True
        if self.records >= TRIAL_RECORDS_MAX:
            return False
        self.round = self.records
        return None
