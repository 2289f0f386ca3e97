"""The loaders of IATI files, one activity or organisation at a time, and how such files are known.

Each makes one portion, so that a file that changed in one activity changes one portion. What the publisher says is
stated by the publisher: links are stated links, promised money makes intended ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

from graph_service.errors import LoadRefused
from loaders.base import LoadRequest, Proposal, Remark, Whole
from loaders.facts import Facts, PassedOver, settled
from loaders.heads import Head, root_name
from loaders.iati.activities import activity
from loaders.iati.actors import organisation_of_file
from loaders.iati.documents import document
from loaders.iati.elements import CODES, XML_LANG, File, Reading, child, children, line_of
from loaders.iati.money import budget, total_expenditure
from loaders.known import actors
from loaders.reading.xml import Element, local_name, read_xml, stream_xml, text_of

KINDS = {"iati-activities": ("activities", "activiteiten"), "iati-organisations": ("organisations", "organisaties")}
VERSIONS = ("2.01", "2.02", "2.03")
BUDGETS = frozenset({"total-budget", "recipient-org-budget", "recipient-region-budget", "recipient-country-budget"})

Read = Callable[[Element, File], tuple[str, Facts]]


def load_activities(request: LoadRequest) -> Iterator[Proposal]:
    yield from _load(request, "iati-activity", activity)


def load_organisations(request: LoadRequest) -> Iterator[Proposal]:
    yield from _load(request, "iati-organisation", organisation_file)


def load_codelist(request: LoadRequest) -> Iterator[Proposal]:
    """A code list as a SKOS concept scheme: the names of the codes that activities use."""
    request = settled(request)
    root = read_xml(request.path, file=request.file)
    name = (root.get("name") or "").strip()
    if not name:
        raise LoadRefused("the code list has no `name`", file=request.file, line=line_of(root))
    scheme = CODES + quote(name, safe="")
    file = File(request, actors(request.names, own="iati-"), PassedOver())
    reading = Reading(file, Facts(), scheme, root.get(XML_LANG) or "")
    reading.facts.kind(scheme, "skos:ConceptScheme")
    data = child(root, "metadata")
    for part in children(data) if data is not None else ():
        said = {"name": "skos:prefLabel", "description": "skos:definition"}.get(local_name(part))
        if said:
            reading.texts(scheme, said, reading.narratives(part))
    items = [item for group in children(root, "codelist-items") for item in children(group, "codelist-item")]
    for item in items:
        _code(reading, item)
    yield reading.facts.portion(f"codelist/{name}", request)
    yield Whole(request.source)


def _code(reading: Reading, item: Element) -> None:
    named = child(item, "code")
    code = text_of(named) if named is not None else ""
    if not code:
        raise reading.file.refuse("an item without a `code`", item)
    concept = f"{reading.thing}/{quote(code, safe='')}"
    reading.facts.kind(concept, "skos:Concept")
    reading.facts.text(concept, "skos:notation", code)
    reading.facts.link(concept, "skos:inScheme", reading.thing)
    reading.name(concept, reading.narratives(child(item, "name")), otherwise=code)
    reading.texts(concept, "skos:definition", reading.narratives(child(item, "description")))


def organisation_file(element: Element, file: File) -> tuple[str, Facts]:
    """The identifier of an organisation, and what its file says of it."""
    named = child(element, "organisation-identifier")
    identifier = text_of(named) if named is not None else ""
    if not identifier:
        raise file.refuse("an organisation without an `organisation-identifier`", element)
    start = Reading(file, Facts(), "", element.get(XML_LANG) or "", element.get("default-currency") or "")
    iri = organisation_of_file(start, element, identifier)
    reading = Reading(file, start.facts, iri, start.language, start.currency)
    for part in children(element):
        tag = local_name(part)
        if tag in BUDGETS:
            budget(reading, part)
        elif tag == "total-expenditure":
            total_expenditure(reading, part)
        elif tag == "document-link":
            document(reading, part, of=iri)
        elif tag not in {"organisation-identifier", "name", "reporting-org"}:
            reading.pass_over(part)
    return identifier, reading.facts


def _load(request: LoadRequest, tag: str, read: Read) -> Iterator[Proposal]:
    """(1) One portion an element, as it is met. (2) What is known of the file. (3) What was passed over, the end."""
    request = settled(request)
    file = File(request, actors(request.names, own="iati-"), PassedOver())
    seen: set[str] = set()
    about = Facts()
    for element in stream_xml(request.path, tags={tag}, file=request.file):
        if not seen:
            _describe(about, element, file)
        identifier, facts = read(element, file)
        if identifier in seen:
            raise file.refuse(f"`{identifier}` stands twice in the file", element)
        seen.add(identifier)
        yield facts.portion(f"{tag}/{identifier}", request)  # (1)
        request.progress(request.file, len(seen), 0)
    if not seen:
        raise LoadRefused(f"the file has no `{tag}`", file=request.file)
    yield about.portion("file", request)  # (2)
    yield from (Remark(text, file=request.file) for text in file.passed_over.told())  # (3)
    yield Whole(request.source)


def _describe(about: Facts, element: Element, file: File) -> None:
    """The file as a dataset. Refuses a version whose elements mean other things."""
    root = element.getparent()
    version = (root.get("version") or "").strip() if root is not None else ""
    if root is None or local_name(root) not in KINDS or version not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise file.refuse(f"IATI version `{version}` is none of {known}: ask for the file in one of those", element)
    source = file.request.source
    en, nl = KINDS[local_name(root)]
    about.kind(source, "sluis:Dataset")
    about.named(source, f"IATI {en}: {file.request.file}", f"IATI-{nl}: {file.request.file}")
    about.text(source, "dcterms:conformsTo", f"IATI {version}")
    Reading(file, about, source).date(source, "dcterms:issued", root, "generated-datetime")


def is_activities(head: Head) -> bool:
    return root_name(head) == b"iati-activities"


def is_organisations(head: Head) -> bool:
    return root_name(head) == b"iati-organisations"


def is_codelist(head: Head) -> bool:
    return root_name(head) == b"codelist"
