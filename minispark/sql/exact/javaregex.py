"""Java's regular expressions in terms of Python's ``re``: same matches, same groups, or an error.

What means something else in Python is written in other words: ``.`` and ``$`` know Java's line terminators, ``\\w``,
``\\d`` and ``\\s`` are ASCII while ``\\b`` is not, ``(?i)`` folds ASCII letters only (without ``u``) and may stand
anywhere, classes nest and intersect, ``\\p{...}`` becomes ranges. What has no counterpart (``\\G``, ``\\X``, groups of
several widths in lookbehinds) is an error that says so. Quantifiers, possessive ones too, and atomic groups mean the
same.
"""

from __future__ import annotations

import re
from functools import lru_cache

from minispark.sql.exact import charclasses as classes
from minispark.sql.exact.javabehind import QUANTIFIER, Lookbehinds
from minispark.sql.exact.javaescapes import PatternError

_TERMINATORS = "\\n\\r\\x85\\u2028\\u2029"
_END = "(?=(?:\\r\\n|(?<!\\r)\\n|[\\r\\x85\\u2028\\u2029])?\\Z)"
_END_UNIX = "(?=\\n?\\Z)"
_LINE_START = "(?!\\Z)(?:\\A|(?<=[\\n\\x85\\u2028\\u2029])|(?<=\\r)(?!\\n))"
_LINE_END = "(?=[\\r\\x85\\u2028\\u2029]|(?<!\\r)\\n|\\Z)"
_LINEBREAK = "(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])"


@lru_cache(256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The Python pattern for one of Java's. Raises PatternError.

    >>> compiled("[a-e&&[^bc]]+").sub("-", "abcde"), compiled("(?i)a$").search("A\\r\\n") is not None
    ('-bc-', True)
    """
    text = translated(pattern)
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        unsupported = "look-behind" in str(error)
        raise PatternError(str(error), unsupported) from None


def translated(pattern: str) -> str:
    """The text of the Python pattern."""
    return _Translator(pattern).run()


class _Translator(Lookbehinds):
    # --- writing ---

    def run(self) -> str:
        out = self.alternatives()
        if self.more():
            self.fail("an unmatched )")
        return out

    def alternatives(self) -> str:
        """Up to the end or an unmatched ``)``; flags that change inside hold until there."""
        outer = self.flags
        branches = [self.sequence()]
        while self.taken("|"):
            branches.append(self.sequence())
        self.flags = outer
        return "|".join(branches)

    def sequence(self) -> str:
        parts: list[str] = []
        tails: list[str] = []
        parts.append(self.scope_start(tails))
        while self.more() and self.peek() not in "|)":
            before = self.flags
            atom = self.atom()
            if self.flags != before:
                parts.append(tails.pop() + self.scope_start(tails))
                continue
            if atom is None:
                continue
            parts.append(self.quantified(atom))
        return "".join(parts) + "".join(tails)

    def scope_start(self, tails: list[str]) -> str:
        """Opens the scope in which case is ignored, if it is."""
        if "i" in self.flags:
            tails.append(")")
            return "(?ui:" if self.flags & {"u", "U"} else "(?ai:"
        tails.append(")" if self.folding else "")
        return "(?-i:" if self.folding else ""

    def quantified(self, atom: str) -> str:
        """The atom with its quantifier; one in braces may follow another."""
        found = self.once_quantified(atom)
        while found != atom and self.peek() == "{":
            atom = f"(?:{found})"
            found = self.once_quantified(atom)
        return found

    def once_quantified(self, atom: str) -> str:
        self.skip_comments()
        if not self.more():
            return atom
        sign = self.peek()
        if sign in "*+?":
            self.at += 1
            quantifier = sign
        elif sign == "{":
            match = QUANTIFIER.match(self.text, self.at)
            if match is None or (match[3] and int(match[3]) < int(match[1])):
                self.fail("an illegal repetition")
            self.at = match.end()
            quantifier = match[0]
        else:
            return atom
        if self.more() and self.peek() in "?+":
            quantifier += self.take()
        return f"(?:{atom}){quantifier}" if len(atom) > 1 and not _atomic(atom) else atom + quantifier

    def taken_quantifier(self) -> None:
        """Passes over a quantifier in braces after flags alone, where Java gives it no meaning."""
        match = QUANTIFIER.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            if self.more() and self.peek() in "?+":
                self.at += 1

    def skip_comments(self) -> None:
        while "x" in self.flags and self.more():
            if self.peek() in " \t\n\x0b\f\r":
                self.at += 1
            elif self.peek() == "#":
                while self.more() and self.peek() not in "\n\r\x85\u2028\u2029":
                    self.at += 1
            else:
                return

    def atom(self) -> str | None:
        self.skip_comments()
        if not self.more() or self.peek() in "|)":
            return None
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return self.bracket().pattern()
        if character == "\\":
            return self.escape()
        if character == ".":
            return self.dot()
        if character == "^":
            return f"(?:{_LINE_START})" if "m" in self.flags and "d" not in self.flags else self.caret()
        if character == "$":
            return self.dollar()
        if character in "*+?":
            self.fail(f"a dangling {character}")
        if character == "{":
            self.fail("an illegal repetition")
        return re.escape(character)

    def dot(self) -> str:
        if "s" in self.flags:
            return "[\\x00-\\U0010ffff]"
        return "[^\\n]" if "d" in self.flags else f"[^{_TERMINATORS}]"

    def caret(self) -> str:
        return "(?:(?!\\Z)(?:\\A|(?<=\\n)))" if "m" in self.flags else "(?:\\A)"

    def dollar(self) -> str:
        if "m" in self.flags:
            return "(?=\\n|\\Z)" if "d" in self.flags else _LINE_END
        return _END_UNIX if "d" in self.flags else _END

    # --- groups ---

    def group(self) -> str | None:
        if not self.taken("?"):
            return self.capture("(")
        for opening in ("=", "!", ">", ":"):
            if self.taken(opening):
                return self.enclosed(f"(?{opening}")
        if self.taken("<=") or self.taken("<!"):
            return self.behind(self.text[self.at - 1])
        if self.taken("<"):
            return self.named()
        return self.flagged()

    def enclosed(self, opening: str, folding: bool | None = None) -> str:
        outer, self.folding = self.folding, "i" in self.flags if folding is None else folding
        inner = self.alternatives()
        self.folding = outer
        if not self.taken(")"):
            self.fail("an unclosed group")
        return f"{opening}{inner})"

    def capture(self, opening: str) -> str:
        self.groups += 1
        number = self.groups
        found = self.enclosed(opening)
        self.closed.add(number)
        return found

    def named(self) -> str:
        found = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)>").match(self.text, self.at)
        if found is None:
            self.fail("a group's name must start with a letter and go on with letters and digits")
        if found[1] in self.names:
            self.fail(f"a second group named {found[1]}")
        self.at = found.end()
        self.names[found[1]] = self.groups + 1
        return self.capture(f"(?P<{found[1]}>")

    def flagged(self) -> str | None:
        found = re.compile(r"([idmsuxU]*)(?:-([idmsuxU]*))?([:)])").match(self.text, self.at)
        if found is None:
            self.fail("an unknown construct after (?")
        self.at = found.end()
        outer = self.flags
        changed = (outer | set(found[1])) - set(found[2] or "")
        if found[3] == ")":
            self.flags = changed
            self.taken_quantifier()
            return None
        self.flags = changed
        inner = self.enclosed("(?:", "i" in outer)
        self.flags = outer
        return inner

    # --- escapes ---

    def escape(self) -> str | None:
        character = self.take()
        if character == "Q":
            end = self.text.find("\\E", self.at)
            quoted = self.text[self.at : end if end >= 0 else len(self.text)]
            self.at = end + 2 if end >= 0 else len(self.text)
            return self.quoted(quoted)
        if character == "E":
            return None
        if character in "123456789":
            return self.reference(character)
        if character == "k":
            found = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>").match(self.text, self.at)
            if found is None or found[1] not in self.names:
                self.fail("a reference to a group that is not there")
            self.at = found.end()
            return f"(?P={found[1]})"
        anchors = {"A": "(?:\\A)", "z": "(?:\\Z)", "Z": _END_UNIX if "d" in self.flags else _END, "R": _LINEBREAK}
        if character in anchors:
            return anchors[character]
        if character in "bB":
            return f"(?u:\\{character})"
        if character in "GX":
            self.fail(f"\\{character} is not supported", unsupported=True)
        found_class = self.class_escape(character)
        if found_class is not None:
            negated, members = found_class
            return f"[{'^' if negated else ''}{members}]"
        return re.escape(self.code(character))

    def quoted(self, text: str) -> str | None:
        if not text:
            return None
        last = self.quantified(re.escape(text[-1])) if self.more() else re.escape(text[-1])
        return "".join([re.escape(one) for one in text[:-1]]) + last

    def reference(self, digits: str) -> str:
        while self.more() and self.peek().isdecimal() and int(digits + self.peek()) <= self.groups:
            digits += self.take()
        number = int(digits)
        return f"(?:\\{number})" if number in self.closed else "(?!)"

    # --- classes ---

    def bracket(self) -> classes.ClassNode:
        """After ``[``."""
        node = classes.ClassNode(self.taken("^"))
        first = True
        while True:
            self.skip_comments()
            if not self.more():
                self.fail("an unclosed character class")
            if self.taken("]"):
                if not first:
                    break
                self.member(node, "]")
            elif self.taken("["):
                node.nested.append(self.bracket().pattern())
            elif self.peek(2) == "&&" and not first:
                self.at += 2
                while self.peek() == "&":
                    self.at += 1
                if self.peek() not in ("]", "&"):
                    node.intersect()
            else:
                self.one(node)
            first = False
        if node.empty() and not node.others:
            self.fail("an empty character class")
        return node

    def one(self, node: classes.ClassNode) -> None:
        character = self.take()
        if character == "\\":
            character = self.take()
            if character == "Q":
                end = self.text.find("\\E", self.at)
                quoted = self.text[self.at : end if end >= 0 else len(self.text)]
                self.at = end + 2 if end >= 0 else len(self.text)
                node.text += "".join([classes.literal_in_class(item) for item in quoted])
                return
            found = self.class_escape(character)
            if found is not None:
                negated, members = found
                if negated:
                    node.nested.append(f"[^{members}]")
                else:
                    node.text += members
                return
            character = self.code(character)
        self.member(node, character)

    def member(self, node: classes.ClassNode, low: str) -> None:
        """One character, or the range that it starts."""
        if self.peek() != "-" or self.peek(2) in ("-]", "-[", "-") or self.text.startswith("-&&", self.at):
            node.text += classes.literal_in_class(low)
            return
        self.at += 1
        high = self.take()
        if high == "\\":
            high = self.code(self.take())
        if high < low:
            self.fail("a range that goes backwards")
        node.text += classes.span(ord(low), ord(high))


def _atomic(atom: str) -> bool:
    """Whether a quantifier may follow as it is."""
    if re.fullmatch(r"\\.|\[(?:[^\]\\]|\\.)*\]", atom, re.S):
        return True
    if not atom.startswith("(") or atom.startswith(("(?=", "(?!", "(?<")):
        return False
    depth, at = 0, 0
    while at < len(atom):
        if atom[at] == "\\":
            at += 1
        elif atom[at] == "[":
            at = _class_end(atom, at)
        elif atom[at] in "()":
            depth += 1 if atom[at] == "(" else -1
            if depth == 0:
                return at == len(atom) - 1
        at += 1
    return False


def _class_end(text: str, at: int) -> int:
    at += 1
    while text[at] != "]":
        at += 2 if text[at] == "\\" else 1
    return at
