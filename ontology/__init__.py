"""What the words mean: the ontology, the shapes, the derivation rules and the security policies, read from the package.

Data, almost no code. Each reader gives ``(file name, text)`` pairs sorted by file name, so that what is
loaded and its order never depend on the file system.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["ontology_files", "policy_files", "rule_files", "shape_files"]


def ontology_files() -> list[tuple[str, str]]:
    """The ontology modules: Turtle."""
    return _texts(files(__name__), ".ttl")


def shape_files() -> list[tuple[str, str]]:
    """What each class must state and of what kind it is: SHACL in Turtle, one file a subject area."""
    return _texts(files(__name__) / "shapes", ".ttl")


def rule_files() -> list[tuple[str, str]]:
    """The derivation rules: one SPARQL CONSTRUCT a file."""
    return _texts(files(__name__) / "rules", ".rq")


def policy_files() -> list[tuple[str, str]]:
    """The security policies: Open XML SPIF."""
    return _texts(files(__name__) / "policies", ".xml")


def _texts(folder: Traversable, suffix: str) -> list[tuple[str, str]]:
    found = [entry for entry in folder.iterdir() if entry.name.endswith(suffix)]
    return [(entry.name, entry.read_text(encoding="utf-8")) for entry in sorted(found, key=lambda entry: entry.name)]
