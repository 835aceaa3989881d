"""Java's lookbehinds in terms of Python's, which look back by one width only.

Java's may be of any width with an obvious greatest one. One that is optional or counted in parts is one lookbehind of
each width here: whether something stands before a place is true if it does in one of the ways that it can be written.
"""

from __future__ import annotations

import re

from minispark.sql.exact.javaescapes import Reading

QUANTIFIER = re.compile(r"\{(\d+)(,(\d*))?\}")
_WIDTHS_MAX = 500


class Lookbehinds(Reading):
    """Reads what stands in ``(?<=...)`` and ``(?<!...)``."""

    folding: bool

    def atom(self) -> str | None:
        """The next part without its quantifier."""
        raise NotImplementedError

    def scope_start(self, tails: list[str]) -> str:
        """Opens the scope in which case is ignored."""
        raise NotImplementedError

    def quantified(self, atom: str) -> str:
        """A part with its quantifier."""
        raise NotImplementedError

    def skip_comments(self) -> None:
        """Pass over what ``(?x)`` lets stand."""
        raise NotImplementedError

    def behind(self, sign: str) -> str:
        """A lookbehind; one of several widths is one of each, for Python takes one width only."""
        outer, folding = self.flags, self.folding
        self.folding = "i" in outer
        branches = self.widths()
        self.flags, self.folding = outer, folding
        if not self.taken(")"):
            self.fail("an unclosed group")
        looks = [f"(?<{sign}{branch})" for branch in dict.fromkeys(branches)]
        return "".join(looks) if sign == "!" else f"(?:{'|'.join(looks)})"

    def widths(self) -> list[str]:
        """Alternatives up to the end or an unmatched ``)``, one for each way that optional and counted parts can go."""
        outer = self.flags
        found = self.widths_of_sequence()
        while self.taken("|"):
            found += self.widths_of_sequence()
        self.flags = outer
        return found

    def widths_of_sequence(self) -> list[str]:
        tails: list[str] = []
        found = [self.scope_start(tails)]
        first = True
        while self.more() and self.peek() not in "|)":
            before = self.flags
            if self.taken("(?:"):
                inner = self.widths()
                if not self.taken(")"):
                    self.fail("an unclosed group")
                atoms = [f"(?:{one})" for one in inner]
            else:
                atom = self.atom()
                if self.flags != before:
                    opening = tails.pop() + self.scope_start(tails)
                    found = [one + opening for one in found]
                    continue
                if atom is None:
                    continue
                atoms = [atom]
            found = [one + more for one in found for more in self.counted(atoms, first)]
            first = False
            if len(found) > _WIDTHS_MAX:
                self.fail("a lookbehind of too many widths", unsupported=True)
        return [one + "".join(tails) for one in found]

    def counted(self, atoms: list[str], first: bool) -> list[str]:
        """What an atom with a quantifier can be, without one: each number of times, each of several atoms.

        Java takes one part any number of times for one of an obvious greatest width. That is at the start as good as
        the least number, and has no counterpart elsewhere; a group of several ways that is counted is none for Java.
        """
        self.skip_comments()
        sign = self.peek()
        match = QUANTIFIER.match(self.text, self.at) if sign == "{" else None
        if sign == "?":
            least, most, stop = 0, 1, self.at + 1
        elif match is not None and (match[3] or not match[2]):
            least, stop = int(match[1]), match.end()
            most = int(match[3]) if match[3] else least
        elif match is not None or sign in ("*", "+"):
            least, stop = int(match[1]) if match is not None else int(sign == "+"), self.at + 1
            stop = match.end() if match is not None else stop
            if len(atoms) > 1:
                self.fail("a lookbehind without an obvious greatest length")
            if not first or self.text[stop : stop + 1] == "+":
                self.fail("a lookbehind that goes on without end after its start", unsupported=True)
            self.at = stop + (self.text[stop : stop + 1] == "?")
            return ["".join(atoms) * least]
        else:
            return atoms
        if sign == "{" and len(atoms) > 1 and most > 1:
            self.fail("a lookbehind without an obvious greatest length")
        if most < least or self.text[stop : stop + 1] == "+":
            return [self.quantified(atom) for atom in atoms[:1]] if len(atoms) == 1 else self.fail("an odd repetition")
        self.at = stop + (self.text[stop : stop + 1] == "?")
        found: list[str] = []
        made = [""]
        for count in range(most + 1):
            found += made if count >= least else []
            made = [one + more for one in made for more in atoms]
            if len(found) + len(made) > _WIDTHS_MAX:
                self.fail("a lookbehind of too many widths", unsupported=True)
        return found
