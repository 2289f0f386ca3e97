"""Tweede Kamer open data as JSON (OData v4): any entity, alone, in a list, or expanded into others.

Each entity makes a part of one source, the service, so that pages and days of it can be loaded apart and a row that is
marked as deleted takes out just its own. What an expansion says (this item is in that dossier) is a part of its own
too: a later file without the expansion leaves it. A feed never holds all of it, so nothing leaves for not being there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from graph_service.errors import LoadRefused
from loaders.base import UNSTATED, Gone, LoadRequest, Proposal, Remark, portion_of
from loaders.facts import stated_label
from loaders.heads import Head, root_name
from loaders.parliament.actors import Naming
from loaders.parliament.entities import describe
from loaders.parliament.expansions import LINKS, expand
from loaders.parliament.rows import Entity, File

SERVICE = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0"
"""The source of everything that the service gives, whichever file it came in."""

NAVIGATION = {
    "HuidigeDocumentVersie": "DocumentVersie",
    "DocumentPublicatieMetadata": "DocumentPublicatie",
    "BijlageDocument": "Document",
    "BronDocument": "Document",
    "Voortouwcommissie": "Commissie",
    "ToegezegdAanFractie": "Fractie",
    "ToegezegdAanPersoon": "Persoon",
}
"""What entity stands behind the name of an expansion, where it is not the name itself or that of its own kind."""

OWN_KIND = re.compile(r"(?:VervangenDoor|VervangenVanuit|Gerelateerd\w*|Voortgezet\w*|Is\w+(?:Van|Op|Door|Vanuit))")
"""Expansions that lead to entities of the same kind."""

SHOWN_BY = {
    "DocumentNummer": "Document",
    "GestartOp": "Zaak",
    "Besloten": "Activiteit",
    "ExterneIdentifier": "DocumentVersie",
    "DocumentType": "DocumentPublicatie",
    "HoogsteVolgnummer": "Kamerstukdossier",
    "BesluitTekst": "Besluit",
    "FractieGrootte": "Stemming",
    "DatumNakoming": "Toezegging",
    "Rubriek": "Agendapunt",
    "Zaak_Id": "ZaakActor",
    "Document_Id": "DocumentActor",
    "Activiteit_Id": "ActiviteitActor",
}
"""The field that tells an entity's kind where the file does not say it."""

_CONTEXT = re.compile(r"\$metadata#(\w{1,60})")
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1000}[{\[]")
_MAX_DEPTH = 40


def recognises(head: Head) -> bool:
    """JSON that names the service, or whose rows have the two fields that only its rows have."""
    if not _OPENING.match(head.start):
        return False
    rows = b'"ApiGewijzigdOp"' in head.start and b'"Verwijderd"' in head.start
    return rows or b"gegevensmagazijn.tweedekamer.nl/OData" in head.start


def is_description(head: Head) -> bool:
    """What describes an OData service: its entities and no facts."""
    return root_name(head) == b"Edmx"


def load(request: LoadRequest) -> Iterator[Proposal]:
    """(1) Every row is found, expanded ones too; (2) each says its facts, and each expansion what it says of the two;
    (3) what was deleted goes, and the rest is given.
    """
    label = stated_label(request)
    file = File(request, _text(request), Naming.of(request))
    top = _parsed(file)
    for entity in _top_entities(top, file):  # (1)
        _gather(entity, file, 0)
    _describe_all(file)  # (2)
    source = request.source or SERVICE
    record = request.record.or_else(UNSTATED)
    for entity in file.rows.values():  # (3)
        if entity.is_deleted:
            for part in (entity.part, *(f"{entity.part}/{link}" for link in LINKS.get(entity.kind, ()))):
                file.parts.pop(part, None)
                yield Gone(source, part)
    for part, facts in file.parts.items():
        if facts.triples:
            yield portion_of(facts.triples, source=source, part=part, label=label, record=record)
    yield from _remarks(top, file)


def _describe_all(file: File) -> None:
    for number, entity in enumerate(file.rows.values(), start=1):
        if not entity.is_deleted:
            describe(entity, file)
        file.request.progress(file.request.file, number, len(file.rows))
    for entity in file.links:
        if entity.parent and not entity.is_deleted and file.find(entity.parent.kind, entity.parent.id):
            expand(entity.parent, entity, file)


def _text(request: LoadRequest) -> str:
    try:
        return request.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadRefused(f"not UTF-8 (byte {error.start})", file=request.file) from error


def _parsed(file: File) -> Any:
    try:
        return json.loads(file.text)
    except json.JSONDecodeError as error:
        raise LoadRefused(f"not readable as JSON: {error.msg}", file=file.request.file, line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise LoadRefused(
            "not readable as JSON: it nests too deep or has too long a number", file=file.request.file
        ) from error


def _top_entities(top: Any, file: File) -> Iterator[Entity]:
    """The rows of a list (``value``), of a bare array, or the one entity that the file is."""
    context = _CONTEXT.search(str(top.get("@odata.context", ""))) if isinstance(top, dict) else None
    told = context[1] if context else ""
    listed = top.get("value") if isinstance(top, dict) else top
    path = "value" if isinstance(top, dict) else "$"
    if not isinstance(listed, list):
        yield _entity(top, told, "$", file)
        return
    for number, row in enumerate(listed):
        yield _entity(row, told, f"{path}[{number}]", file)


def _entity(row: Any, told: str, path: str, file: File, parent: Entity | None = None, by: str = "") -> Entity:
    """The entity of a row. Refuses what is no row, has no id, or is of a kind that nothing tells."""
    kind = told
    if isinstance(row, dict) and not kind:
        kind = next((name for shown, name in SHOWN_BY.items() if shown in row), "")
    entity = Entity(kind or "row", row if isinstance(row, dict) else {}, path, parent, by)
    if not isinstance(row, dict):
        raise file.refuse("an entity is a JSON object", entity)
    if not isinstance(row.get("Id"), str) or not row["Id"].strip():
        raise file.refuse("the entity has no `Id`", entity)
    if not kind:
        raise file.refuse("what kind it is can't be told: keep `@odata.context` in the file", entity)
    return entity


def _gather(entity: Entity, file: File, depth: int) -> None:
    """The entity and all that it is expanded into. Of two rows for one entity the newest counts."""
    if depth > _MAX_DEPTH:
        raise file.refuse(f"expansions nest deeper than {_MAX_DEPTH}", entity)
    if entity.parent is not None:
        file.links.append(entity)
    before = file.rows.get((entity.kind, entity.id))
    if before is None or _changed(before) <= _changed(entity):
        file.rows[entity.kind, entity.id] = entity
    for name, rows in entity.expanded():
        if name.startswith("@"):
            continue
        kind = entity.kind if OWN_KIND.fullmatch(name) else NAVIGATION.get(name, name)
        for number, row in enumerate(rows):
            _gather(_entity(row, kind, f"{entity.path}.{name}[{number}]", file, entity, name), file, depth + 1)


def _changed(entity: Entity) -> str:
    return entity.text("ApiGewijzigdOp") or entity.text("GewijzigdOp")


def _remarks(top: Any, file: File) -> Iterator[Remark]:
    if isinstance(top, dict) and top.get("@odata.nextLink"):
        yield Remark("the answer goes on in another page (`@odata.nextLink`): load that too", file=file.request.file)
    yield from (Remark(text, file=file.request.file) for text in file.passed_over.told())
