"""The documents that are at hand in a folder, known by what they say and not by what their files are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from graph_service.errors import LoadRefused
from loaders.mapping import Document
from loaders.quoting.quotations import DocumentText

SUFFIX = ".txt"


def read_documents(folder: Path, described: Mapping[str, Document]) -> dict[str, DocumentText]:
    """The described documents that are in the folder, by their key.

    Raises ``LoadRefused`` if a file is no text, or two files are one document.
    """
    found: dict[str, DocumentText] = {}
    files: dict[str, str] = {}
    for path in _files(folder):
        text = _text(path)
        for key, document in described.items():
            if document.text and is_document(text, document):
                if key in found and found[key].text != text.text:
                    raise LoadRefused(f"{files[key]} is `{key}` too: keep one of them", file=path.name)
                found[key], files[key] = DocumentText(text.text, document.text.layout), path.name
    return found


def is_document(text: DocumentText, document: Document) -> bool:
    """Whether this is the text: the digest if one is stated, else the words that it begins with."""
    form = document.text
    if form is None:
        return False
    if form.digest:
        return text.digest == form.digest
    return " ".join(text.text.split()).startswith(" ".join(form.begins.split()))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise LoadRefused("the documents are looked for in a folder, and this is none", file=str(folder))
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix == SUFFIX)


def _text(path: Path) -> DocumentText:
    try:
        # Read as bytes: the line ends count in the positions, and reading as text would change them.
        return DocumentText.of(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LoadRefused(f"not UTF-8 (byte {error.start})", file=path.name) from error
