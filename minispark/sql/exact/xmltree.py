"""XML texts as trees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

Event = tuple[str, str, tuple[tuple[str, str], ...]]
"""``start`` with a name and attributes, ``text`` with its characters, or ``end`` with a name."""


class XmlError(ValueError):
    """A text is not XML."""


class Node:
    """A node of a document: ``document``, ``element``, ``attribute``, ``text``, ``comment`` or ``pi``.

    Names are as written, prefixes included. ``place`` orders the nodes of a document.
    """

    __slots__ = ("attributes", "children", "kind", "name", "parent", "place", "value")

    def __init__(self, kind: str, name: str, value: str, parent: Node | None, place: int) -> None:
        self.kind = kind
        self.name = name
        self.value = value
        self.parent = parent
        self.place = place
        self.children: list[Node] = []
        self.attributes: list[Node] = []

    def text(self) -> str:
        """XPath's string value: of elements all texts in them."""
        if self.kind not in ("element", "document"):
            return self.value
        return "".join([node.value for node in self.below() if node.kind == "text"])

    def below(self) -> Iterator[Node]:
        """All nodes under this one, in document order, without attributes."""
        stack = list(reversed(self.children))
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    @property
    def root(self) -> Node:
        """The document."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


@lru_cache(16)
def parsed(text: str) -> Node:
    """The document of a text. Raises XmlError. Entities of its own are not expanded without bounds.

    >>> parsed('<a x="1"><b>t</b></a>').children[0].text()
    't'
    """
    return document(text)


def document(text: str, trailing: bool = False) -> Node:
    """The same, not kept. With ``trailing`` anything may follow the first element."""
    from xml.parsers import expat

    builder = _Builder(trailing)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.CommentHandler = builder.comment
    parser.ProcessingInstructionHandler = builder.instruction
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.ordered_attributes = True
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except _Ended:
        pass
    except expat.ExpatError as error:
        raise XmlError(str(error)) from None
    return builder.root


class _Ended(Exception):
    pass


class _Builder:
    def __init__(self, trailing: bool) -> None:
        self.root = Node("document", "", "", None, 0)
        self.here = self.root
        self.count = 0
        self.trailing = trailing

    def add(self, kind: str, name: str, value: str) -> Node:
        self.count += 1
        node = Node(kind, name, value, self.here, self.count)
        self.here.children.append(node)
        return node

    def start(self, name: str, attributes: Any) -> None:
        node = self.add("element", name, "")
        for place in range(0, len(attributes), 2):
            self.count += 1
            node.attributes.append(Node("attribute", attributes[place], attributes[place + 1], node, self.count))
        self.here = node

    def end(self, name: str) -> None:
        assert self.here.parent is not None
        self.here = self.here.parent
        if self.trailing and self.here is self.root:
            raise _Ended

    def characters(self, text: str) -> None:
        siblings = self.here.children
        if siblings and siblings[-1].kind == "text":
            siblings[-1].value += text
        else:
            self.add("text", "", text)

    def comment(self, text: str) -> None:
        self.add("comment", "", text)

    def instruction(self, name: str, text: str) -> None:
        self.add("pi", name, text)

    def doctype(self, *_: Any) -> None:
        raise XmlError("a document type declaration is not read")


def events(node: Node) -> list[Event]:
    """What a reader of the document's text meets: beginnings of elements, texts and ends. Comments part texts."""
    found: list[Event] = []
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        one, ended = stack.pop()
        if one.kind == "text":
            found.append(("text", one.value, ()))
        elif one.kind == "element":
            if ended:
                found.append(("end", one.name, ()))
            else:
                found.append(("start", one.name, tuple((at.name, at.value) for at in one.attributes)))
                stack.append((one, True))
                stack.extend((child, False) for child in reversed(one.children))
        elif one.kind == "document":
            stack.extend((child, False) for child in reversed(one.children))
    return found


def escaped(text: str) -> str:
    """A text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def escaped_attribute(text: str) -> str:
    """An attribute's value between quotes."""
    return escaped(text).replace('"', "&quot;")
