"""The asker's own text of a query, by lines and columns (from 1, in characters), as tokens know their places."""

from __future__ import annotations

from graph_service.serving.query_guard import BREAK, TERMINAL


class QueryText:
    """A text in which places can be looked up."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in BREAK.finditer(text))]

    @property
    def end(self) -> tuple[int, int]:
        """The place behind the last character."""
        return len(self._starts), len(self._text) - self._starts[-1] + 1

    def terminal(self, line: int, column: int) -> tuple[str, str]:
        """The kind of the terminal that begins at a place, and how it is written; one character where none does."""
        at = self._starts[line - 1] + column - 1
        found = TERMINAL.match(self._text, at)
        return (str(found.lastgroup), found[0]) if found else ("", self._text[at : at + 1])
