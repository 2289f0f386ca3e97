"""What each kind of entity of the Tweede Kamer's open data says itself, in the words of the ontology."""

from __future__ import annotations

from collections.abc import Callable

from graph_service.namespaces import ID
from loaders.facts import Facts
from loaders.identifiers import SOURCE, actor_iri, parliamentary_item_iri, slug
from loaders.parliament.metadata import describe_dossier
from loaders.parliament.notices import announces_confidential_letter, describe_letter
from loaders.parliament.relations import answered
from loaders.parliament.rows import Entity, File
from loaders.parliament.times import local_day

WRITES = frozenset({"indiener", "medeindiener", "eerste ondertekenaar", "mede ondertekenaar", "afzender"})
CHAMBERS = {"tweede kamer": "tweede-kamer", "eerste kamer": "eerste-kamer"}
BALLOTS = {"voor": "yes", "tegen": "no", "niet deelgenomen": "absent"}


def describe(entity: Entity, file: File) -> None:
    """What an entity says itself, as its own part."""
    reader = READERS.get(entity.kind)
    if reader:
        reader(entity, file)
    elif entity.kind not in SILENT or entity.parent is None:
        file.passed_over.add(entity.kind)


def thing(entity: Entity) -> str:
    """The IRI of an item, a document or a meeting by its number; empty if it has none."""
    if entity.kind == "Document":
        return parliamentary_item_iri(entity.text("DocumentNummer"))
    if entity.kind == "Activiteit":
        return _meeting(entity.text("Nummer"))
    return parliamentary_item_iri(entity.text("Nummer")) if entity.kind == "Zaak" else ""


def _meeting(number: str) -> str:
    return parliamentary_item_iri(number).replace(SOURCE, f"{ID}event/", 1)


def day(facts: Facts, iri: str, said: str, entity: Entity, *names: str, file: File) -> None:
    """The first of these fields that is filled, as a day in the Netherlands."""
    for name in names:
        if entity.text(name):
            try:
                facts.date(iri, said, local_day(entity.text(name)))
            except ValueError as error:
                raise file.refuse(f"`{name}`: {error}", entity) from error
            return


def _texts(facts: Facts, iri: str, entity: Entity, **said: str) -> None:
    for name, term in said.items():
        if entity.text(name):
            facts.text(iri, term, entity.text(name), "nl")


def _zaak(entity: Entity, file: File) -> None:
    item = thing(entity)
    if not item:
        raise file.refuse(f"`{entity.text('Nummer')}` is no number of an item", entity)
    facts, subject = file.facts(entity.part), entity.text("Onderwerp")
    facts.kind(item, "sluis:ParliamentaryItem")
    facts.text(item, "skos:prefLabel", subject or entity.text("Nummer"), "nl" if subject else "")
    facts.text(item, "skos:notation", entity.text("Nummer"))
    _texts(facts, item, entity, Soort="dcterms:type", Titel="sluis:dossierTitle", Kabinetsappreciatie="sluis:note")
    _numbers(facts, item, entity)
    day(facts, item, "dcterms:issued", entity, "GestartOp", file=file)
    for other in answered(subject):
        facts.link(item, "sluis:resultOf", other)
    if announces_confidential_letter(subject):
        describe_letter(facts, item, entity.text("Nummer"))


def _numbers(facts: Facts, item: str, entity: Entity) -> None:
    number, year = entity.text("Volgnummer"), entity.text("Vergaderjaar")
    if number.isdigit() and int(number) > 0:
        facts.text(item, "sluis:subNumber", number)
    if year:
        facts.text(item, "sluis:sessionYear", year)
    chamber = CHAMBERS.get(entity.text("Organisatie").lower())
    if chamber:
        facts.link(item, "dcterms:publisher", actor_iri(chamber))


def _document(entity: Entity, file: File) -> None:
    iri = thing(entity)
    if not iri:
        raise file.refuse(f"`{entity.text('DocumentNummer')}` is no number of a document", entity)
    facts = file.facts(entity.part)
    subject = entity.text("Onderwerp") or entity.text("Titel")
    facts.kind(iri, "sluis:Source")
    facts.text(iri, "skos:prefLabel", subject or entity.text("DocumentNummer"), "nl" if subject else "")
    facts.text(iri, "skos:notation", entity.text("DocumentNummer"))
    _texts(facts, iri, entity, Soort="dcterms:type", Titel="sluis:dossierTitle", Onderwerp="dcterms:title")
    _numbers(facts, iri, entity)
    day(facts, iri, "dcterms:issued", entity, "Datum", "DatumRegistratie", file=file)
    for other in answered(subject):
        facts.link(iri, "sluis:resultOf", other)


def _dossier(entity: Entity, file: File) -> None:
    if entity.text("Nummer"):
        title = entity.text("Titel")
        describe_dossier(file.facts(entity.part), entity.text("Nummer"), entity.text("Toevoeging"), title=title)


def _activity(entity: Entity, file: File) -> None:
    meeting = thing(entity)
    if not meeting:
        raise file.refuse(f"`{entity.text('Nummer')}` is no number of an activity", entity)
    facts = file.facts(entity.part)
    facts.kind(meeting, "sluis:ParliamentaryActivity")
    subject = entity.text("Onderwerp")
    facts.text(meeting, "skos:prefLabel", subject or entity.text("Nummer"), "nl" if subject else "")
    facts.text(meeting, "skos:notation", entity.text("Nummer"))
    _texts(facts, meeting, entity, Soort="dcterms:type", Noot="sluis:note")
    day(facts, meeting, "sluis:onDate", entity, "Datum", "Aanvangstijd", file=file)
    if isinstance(entity.row.get("Besloten"), bool):
        facts.boolean(meeting, "sluis:isClosed", truth=entity.row["Besloten"])


def _promise(entity: Entity, file: File) -> None:
    """A promise of a member of government, as a duty towards the chamber."""
    words = entity.text("Tekst")
    if not words:
        file.passed_over.add("Toezegging without a text")
        return
    facts, promise = file.facts(entity.part), promise_iri(entity, file)
    facts.kind(promise, "sluis:Obligation")
    facts.text(promise, "skos:prefLabel", words, "nl")
    facts.text(promise, "sluis:ruleText", words, "nl")
    facts.link(promise, "sluis:dutyTowards", actor_iri("tweede-kamer"))
    _texts(facts, promise, entity, Status="sluis:note")
    day(facts, promise, "sluis:onDate", entity, "Aanmaakdatum", file=file)
    if entity.text("Nummer"):
        facts.text(promise, "skos:notation", entity.text("Nummer"))
    name = entity.text("Naam") or " ".join(
        filter(None, (entity.text("Initialen"), entity.text("Tussenvoegsel"), entity.text("Achternaam")))
    )
    if name:
        facts.link(promise, "sluis:dutyOf", _office_holder(facts, name, entity, file))
    meeting = _meeting(entity.text("ActiviteitNummer"))
    if meeting:
        facts.link(promise, "sluis:promisedIn", meeting)


def promise_iri(entity: Entity, file: File) -> str:
    number = entity.text("Nummer")
    return f"{ID}obligation/tk-{slug(number) if number else file.request.opaque('parliament', entity.part)}"


def _actor(entity: Entity, file: File) -> None:
    """Who an item or document is of: its writers are its creators, the others contribute."""
    owner = entity.kind.removesuffix("Actor")
    held = file.find(owner, entity.text(f"{owner}_Id"))
    held = held or (entity.parent if entity.parent and entity.parent.kind == owner else None)
    about = thing(held) if held else ""
    name = entity.text("ActorNaam")
    if not about or not name:
        file.passed_over.add(f"{entity.kind} without its {owner}" if not about else f"{entity.kind} without a name")
        return
    facts = file.facts(entity.part)
    is_person = bool(entity.text("Persoon_Id") or entity.text("Functie"))
    who = _office_holder(facts, name, entity, file) if is_person else file.naming.organisation(facts, name)
    if owner == "Activiteit":
        facts.link(about, "sluis:involves", who)
    else:
        writes = entity.text("Relatie").lower() in WRITES
        facts.link(about, "dcterms:creator" if writes else "dcterms:contributor", who)


def _office_holder(facts: Facts, name: str, entity: Entity, file: File) -> str:
    """A person with the office that parliament publishes beside the name."""
    person = file.naming.person(facts, name, number=entity.text("Persoon_Id"))
    group, office = entity.text("ActorFractie"), entity.text("Functie")
    if group or office:
        own = f"{ID}membership/{file.request.opaque('parliament', 'membership', name, group, office)}"
        facts.kind(own, "sluis:Membership")
        facts.link(own, "sluis:member", person)
        if office:
            facts.text(own, "sluis:functionText", office, "nl")
        if group:
            facts.link(own, "sluis:body", file.naming.group(facts, group))
    return person


def _vote(entity: Entity, file: File) -> None:
    """A vote counts for every item that its decision is about, as far as the file says which these are."""
    decision = file.find("Besluit", entity.text("Besluit_Id")) or entity.parent
    cast, name = BALLOTS.get(entity.text("Soort").lower(), ""), entity.text("ActorNaam") or entity.text("ActorFractie")
    items = [thing(item) for item in _items_of(decision)] if decision and decision.kind == "Besluit" else []
    if not items or not cast or not name:
        file.passed_over.add("Stemming without its Zaak, actor or kind")
        return
    facts = file.facts(entity.part)
    for item in filter(None, items):
        vote = f"{ID}group-vote/{file.request.opaque('parliament', entity.part, item)}"
        facts.kind(vote, "sluis:GroupVote")
        facts.link(vote, "sluis:groupVoteOn", item)
        facts.text(vote, "sluis:groupVoteCast", cast)
        by_member = bool(entity.text("Persoon_Id"))
        who = _office_holder(facts, name, entity, file) if by_member else file.naming.group(facts, name)
        facts.link(vote, "sluis:voteOfGroup", who)
        if entity.text("FractieGrootte").isdigit() and not by_member:
            facts.integer(vote, "sluis:seats", int(entity.text("FractieGrootte")))


def _items_of(decision: Entity) -> list[Entity]:
    """The items that a decision is about: what it is expanded into, or from."""
    found = [Entity("Zaak", row, "") for name, rows in decision.expanded() if name == "Zaak" for row in rows]
    return found or ([decision.parent] if decision.parent and decision.parent.kind == "Zaak" else [])


def _decision(entity: Entity, file: File) -> None:
    for item in _items_of(entity):
        if thing(item):
            _texts(file.facts(entity.part), thing(item), entity, BesluitTekst="sluis:decides")


READERS: dict[str, Callable[[Entity, File], None]] = {
    "Zaak": _zaak,
    "Document": _document,
    "Kamerstukdossier": _dossier,
    "Activiteit": _activity,
    "Toezegging": _promise,
    "ZaakActor": _actor,
    "DocumentActor": _actor,
    "ActiviteitActor": _actor,
    "Besluit": _decision,
    "Stemming": _vote,
}
SILENT = frozenset({"DocumentVersie", "DocumentPublicatie", "Agendapunt", "Persoon", "Fractie", "Commissie"})
"""Kinds that say nothing by themselves: what leads to them does."""
