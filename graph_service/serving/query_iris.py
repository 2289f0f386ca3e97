"""IRIs as a query writes them: relative ones, and their escapes. Trusted base: yes.

Standard library only. ``urllib`` resolves only the schemes that it knows, so this follows the RFC itself.
"""

from __future__ import annotations

import re

# Spec: RFC 3986, appendix B.
_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\udfff]*")
_UCHAR = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def is_whole(iri: str) -> bool:
    """Whether it has a scheme, and no character that an IRI can't have."""
    return _WHOLE.fullmatch(iri) is not None


def unescaped(iri: str) -> str:
    """With the characters that ``\\u`` and ``\\U`` stand for; one that is none gives a space, which no IRI holds.

    SECURITY: what comes back may hold any character. Check it with ``is_whole``; never put it into a query.
    """
    return _UCHAR.sub(_character, iri)


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else " "


def resolved(iri: str, *, base: str) -> str:
    """The IRI against the base, if one is declared. Spec: RFC 3986, section 5.2.

    What has a scheme or an authority keeps its dots, as the engine leaves them in what is loaded.
    """
    if not base:
        return iri
    scheme, authority, path, query, fragment = _split(iri)
    of_base = _split(base)
    if scheme is not None:
        return iri
    scheme = of_base[0]
    if authority is None:
        authority = of_base[1]
        if not path:
            path, query = of_base[2], of_base[3] if query is None else query
        elif path.startswith("/"):
            path = _without_dots(path)
        else:
            above = of_base[2].rpartition("/")[0] + "/" if "/" in of_base[2] else "/" if authority is not None else ""
            path = _without_dots(above + path)
    before = ((scheme, "", ":"), (authority, "//", ""))
    after = ((query, "?", ""), (fragment, "#", ""))
    head, tail = ("".join(a + part + z for part, a, z in side if part is not None) for side in (before, after))
    return head + path + tail


def _split(iri: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    """Scheme, authority, path, query and fragment; ``None`` is absent, which is not empty."""
    found = _PARTS.fullmatch(iri)
    assert found is not None  # noqa: S101  # every text matches
    scheme, authority, path, query, fragment = found.groups()
    return scheme, authority, path, query, fragment


def _without_dots(path: str) -> str:
    """Spec: RFC 3986, section 5.2.4."""
    kept: list[str] = []
    steps = path.split("/")
    for step in steps:
        if step == "..":
            if len(kept) > 1 or (kept and kept[0] != ""):
                kept.pop()
        elif step != ".":
            kept.append(step)
    if steps[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
