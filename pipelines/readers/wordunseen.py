"""Texts of a Word document that are no part of what they stand beside, whatever they look like.

What stands in the instruction of a field is not shown: in ``{ = { REF a } + { REF b } }`` neither are the results of
the two inner fields. The placeholder of a content control is nobody's entry. The sign that follows a custom mark of a
footnote is that mark.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from pipelines.readers.elements import OFF


class Unseen:
    """The texts (``w:t``) of one body that are ``lost``, and those that are ``doubted``: their digits are no digits of
    a number; ``w`` is the namespace in braces. ``telling`` are the tags that may make such texts; only those that are
    ``found`` are looked into.
    """

    def __init__(self, w: str) -> None:
        self.w, self.t = w, w + "t"
        self.lost: set[Any] = set()
        self.doubted: set[Any] = set()
        self.ways = {
            w + "fldChar": self._instructions,
            w + "showingPlcHdr": self._placeholders,
            w + "footnoteReference": self._marks,
            w + "endnoteReference": self._marks,
        }
        self.telling = frozenset(self.ways)

    def look(self, body: Any, found: set[Any]) -> None:
        """Find them in a body that has these tags."""
        for way in {self.ways[tag] for tag in self.telling & found}:
            way(body)

    def _instructions(self, body: Any) -> None:
        """Texts between the beginning of a field and its separator; a field that never ends hides nothing, but where
        there is one, nobody knows which signs belong together.
        """
        sure = True
        texts: list[Any] = []
        fields: list[tuple[int, int]] = []
        open_fields: list[list[int]] = []  # where the instruction begins, and where it ends once that is known
        for one in body.iter(self.t, self.w + "fldChar"):
            if one.tag == self.t:
                texts.append(one)
                continue
            kind = one.get(self.w + "fldCharType")
            if kind == "begin":
                open_fields.append([len(texts)])
            elif not open_fields:
                sure = False
            elif kind == "separate":
                open_fields[-1].append(len(texts))
            elif kind == "end":
                start, *rest = open_fields.pop()
                fields.append((start, rest[0] if rest else len(texts)))
        steps = [0] * (len(texts) + 1)
        for start, end in fields:
            steps[start] += 1
            steps[end] -= 1
        within = self.lost if sure and not open_fields else self.doubted
        within.update(text for text, depth in zip(texts, accumulate(steps), strict=False) if depth)

    def _placeholders(self, body: Any) -> None:
        """Placeholders have a style of their own; where the text has none, a program filled in something or nothing."""
        for sign in body.iter(self.w + "showingPlcHdr"):
            about = sign.getparent()
            if sign.get(self.w + "val", "1") in OFF or about.tag != self.w + "sdtPr":
                continue
            for text in about.getparent().iter(self.t):
                styled = text.getparent().find(f"{self.w}rPr/{self.w}rStyle") is not None
                (self.lost if styled else self.doubted).add(text)

    def _marks(self, body: Any) -> None:
        """The texts after such a reference in its run; where there are none, those of the next run."""
        for reference in body.iter(self.w + "footnoteReference", self.w + "endnoteReference"):
            if reference.get(self.w + "customMarkFollows", "0") in OFF:
                continue
            run = reference.getparent()
            found = list(reference.itersiblings(self.t)) or list(run.itersiblings(self.w + "r"))[:1]
            self.doubted.update(text for one in found for text in one.iter(self.t))
