"""The reference documentation, made from the Turtle: one Markdown page a module, an index, and two pictures.

Run it as ``python -m ontology.document [FOLDER]``, from the top of the project; the folder is ``docs/ontology`` unless
another is named. It needs no network and gives the same bytes each time, so that a test can hold the two together.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rdflib import DCTERMS, OWL, RDFS, SKOS, URIRef

from ontology.pages.diagram import classes_picture, modules_picture
from ontology.pages.reference import PROPERTIES, Reference
from ontology.terms import CLASS, DATATYPE_PROPERTY, EXAMPLE_PREFIXES, INDIVIDUAL, OBJECT_PROPERTY, Module, read_modules

__all__ = ["main", "pages"]

COMMAND = "python -m ontology.document"
STATUS = URIRef("http://purl.org/ontology/bibo/status")


def pages(modules: Sequence[Module]) -> dict[str, str]:
    """Every file of the reference, by its name."""
    reference = Reference(modules)
    shown = [module for module in modules if module.terms()]
    found = {f"{module.name}.md": _module_page(module, reference) for module in shown}
    found["README.md"] = _index(modules, shown, reference)
    found["modules.svg"] = modules_picture(modules)
    found["classes.svg"] = classes_picture(modules)
    return found


def _made_from(what: str) -> str:
    return f"*Made from {what} by `{COMMAND}`. A change here is lost: change the Turtle and run it again.*"


# --- one module ------------------------------------------------------------------------------------------------------


def _module_page(module: Module, reference: Reference) -> str:
    graph, iri = module.graph, module.iri
    status = str(graph.value(iri, STATUS)).rpartition("/")[2]
    parts = [
        f"# {_text(module, DCTERMS.title).removeprefix('Sluis: ').capitalize()}",
        _made_from(f"`ontology/{module.file}`"),
        _text(module, DCTERMS.description),
        _text(module, DCTERMS.abstract),
        _table(
            [
                ("ontology", f"<{iri}>"),
                ("version", f"{graph.value(iri, OWL.versionInfo)} of {graph.value(iri, DCTERMS.modified)}: {status}"),
                ("licence", f"<{graph.value(iri, DCTERMS.license)}>"),
                ("cite as", _text(module, DCTERMS.bibliographicCitation)),
                ("builds on", ", ".join(f"[{name}]({name}.md)" for name in reference.modules_used_by(module))),
            ]
        ),
    ]
    if classes := module.terms(CLASS):
        parts += [f"## Classes ({len(classes)})", _hierarchy(classes, reference)]
        parts += [_entry(term, reference) for term in classes]
    for kind, name in ((OBJECT_PROPERTY, "Properties between things"), (DATATYPE_PROPERTY, "Properties with a value")):
        if terms := module.terms(kind):
            parts += [f"## {name} ({len(terms)})", " · ".join(reference.link(term) for term in terms)]
            parts += [_entry(term, reference) for term in terms]
    if terms := module.terms(INDIVIDUAL):
        parts += [f"## Individuals ({len(terms)})", *(_entry(term, reference) for term in terms)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(module: Module, said: URIRef) -> str:
    texts = {getattr(text, "language", None): str(text) for text in module.graph.objects(module.iri, said)}
    return texts.get("en", texts.get(None, ""))


def _hierarchy(classes: Sequence[URIRef], reference: Reference) -> str:
    """The classes of the module as a list in a list; one with two superclasses stands under both."""
    lines: list[str] = []

    def add(term: URIRef, depth: int) -> None:
        lines.append("  " * depth + f"* {reference.link(term)}")
        for below in reference.direct_kinds(term):
            if below in classes:
                add(below, depth + 1)

    for term in classes:
        if not set(reference.superclasses(term)) & set(classes):
            add(term, 0)
    return "\n".join(lines)


def _entry(term: URIRef, reference: Reference) -> str:
    name = reference.name(term)
    parts = [
        f'<a id="{name}"></a>\n\n### {name}',
        " · ".join(f"{text} ({tag})" for tag, text in reference.texts(term, RDFS.label)),
        "  \n".join(text for _tag, text in reference.texts(term, SKOS.definition)),
        *reference.notes(term),
        _table(reference.facts(term)),
        *(f"```turtle\n{_one_a_line(example)}\n```" for example in reference.examples(term)),
    ]
    return "\n\n".join(part for part in parts if part)


def _one_a_line(example: str) -> str:
    """The example with each statement on a line, and what is concluded last."""
    said, _, concluded = example.partition(" # ")
    return said.replace(" . ", " .\n") + (f"\n# {concluded}" if concluded else "")


def _table(rows: Sequence[tuple[str, str]]) -> str:
    filled = [f"| {name} | {value} |" for name, value in rows if value]
    return "\n".join(["| | |", "|---|---|", *filled]) if filled else ""


# --- the index -------------------------------------------------------------------------------------------------------


def _index(modules: Sequence[Module], shown: Sequence[Module], reference: Reference) -> str:
    counts = [
        f"| [{module.name}]({module.name}.md) | {_text(module, DCTERMS.description)} | {len(module.terms(CLASS))} "
        f"| {sum(len(module.terms(kind)) for kind in PROPERTIES)} |"
        for module in shown
    ]
    terms = sorted((term for module in shown for term in module.terms()), key=lambda term: str(term).casefold())
    prefixes = sorted({**reference.prefixes, **EXAMPLE_PREFIXES}.items())
    names = [f"| `{name}:` | <{namespace}> |" for name, namespace in prefixes]
    whole = next((module for module in modules if module not in shown), None)
    return "\n\n".join(
        [
            "# Ontology reference",
            _made_from("`ontology/*.ttl`"),
            "What each term means. How they fit together and why stands in [the guide](../ontology.md).",
            _text(whole, DCTERMS.abstract) if whole else "",
            "## Modules",
            "Each module stands above those whose terms it builds on.",
            "![The modules, each with its main classes, and which builds on which](modules.svg)",
            "\n".join(["| module | what it holds | classes | properties |", "|---|---|---|---|", *counts]),
            "## Main classes",
            "Boxes are classes; what stands between two of them are the properties that lead from one to the other.",
            "![The main classes and the properties between them](classes.svg)",
            "## Alignments",
            "Terms of other vocabularies, with those of Sluis that are kinds of them, that they are a kind of, "
            "or that are only close: closeness makes no fact.",
            _alignments(reference),
            "## Prefixes",
            "Relative IRIs of the examples stand under `https://w3id.org/sluis/id/`.",
            "\n".join(["| prefix | namespace |", "|---|---|", *names]),
            f"## All {len(terms)} terms",
            " · ".join(reference.link(term) for term in terms),
        ]
    ) + "\n"  # fmt: skip


def _alignments(reference: Reference) -> str:
    rows = ["| vocabulary | term | of Sluis |", "|---|---|---|"]
    last = ""
    for prefix, foreign, said, terms in reference.alignments():
        ours = ", ".join(reference.link(term) for term in terms)
        rows.append(f"| {'' if prefix == last else f'`{prefix}:`'} | `{foreign}` | {said}: {ours} |")
        last = prefix
    return "\n".join(rows)


def write(folder: Path, files: dict[str, str]) -> list[str]:
    """Write the files, and remove pages and pictures of ours that are made no more; the names of what changed."""
    folder.mkdir(parents=True, exist_ok=True)
    old = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in {".md", ".svg"}}
    for name in old.keys() - files.keys():
        (folder / name).unlink()
    changed = sorted(name for name in old.keys() | files.keys() if old.get(name) != files.get(name))
    for name in changed:
        if name in files:
            (folder / name).write_text(files[name], encoding="utf-8")
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reference; 0 if that was done, 2 if the folder is not one to write in."""
    named = sys.argv[1:] if arguments is None else list(arguments)
    folder = Path(named[0]) if named else Path("docs/ontology")
    if len(named) > 1 or not (folder.is_dir() or folder.parent.is_dir()):
        sys.stderr.write(f"{COMMAND}: name one folder, or run it from the top of the project\n")
        return 2
    changed = write(folder, pages(read_modules()))
    sys.stdout.write(f"{folder}: {len(changed)} files changed{''.join(f' {name}' for name in changed)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
