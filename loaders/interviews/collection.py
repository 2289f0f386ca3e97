"""The interviews of one load: gathered, looked over together, and only then made into documents.

(1) each carries the compartment that keeps interviews in; (2) every name of a person in the notes is a known
office-holder's, or somebody said of it what is to be done; (3) what is said of who spoke is made wide enough over all
of them; (4) each becomes a document that names category, place and period alone, under a name that tells nothing;
(5) who spoke becomes a pseudonym under the key of the study, in a portion of its own, so that it can be forgotten.

SECURITY: this runs on the trusted side. The respondent's code or name leaves it only through ``keyed_name``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from graph_service.errors import LoadRefused
from graph_service.portions import Portion, keyed_name
from graph_service.security import Label, Policies
from loaders.base import ID, LoadRequest, Remark, Whole
from loaders.documents.markings import labels_of
from loaders.documents.model import Block, Document
from loaders.facts import Facts
from loaders.interviews.cells import Cell, published
from loaders.interviews.notes import Interview, interview_of, is_interview
from loaders.interviews.people import mentions, names_in
from loaders.names import KnownName, Names

__all__ = ["InterviewRules", "Interviews", "is_interview"]

PSEUDONYMS = "pseudonyms"
"""The part of a study that says which interviews were with the same respondent."""
NAMES_SHOWN = 20


@dataclass(frozen=True)
class InterviewRules:
    """``compartment`` is the category that a label of interviews has; ``smallest`` the fewest respondents of a cell.

    ``names``: what is to be done with a name in the notes: words to put in its place, or nothing where it may stay.
    """

    compartment: str
    smallest: int
    names: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Taken:
    interview: Interview
    document: Document
    request: LoadRequest
    label: Label
    remarks: tuple[Remark, ...]


def study_source(study: str, request: LoadRequest) -> str:
    """The IRI under which a study's pseudonyms are stored: ``graph_service.interviewing`` finds them there again."""
    return f"{ID}source/{request.opaque('interview study', study)}"


class Interviews:
    """Those of one load."""

    def __init__(
        self,
        rules: InterviewRules,
        *,
        policies: Policies,
        names: Callable[[Label], Names],
        key_of: Callable[[str], bytes | None],
    ) -> None:
        """``key_of`` gives the key of a study, by the IRI of its source; none for one that was forgotten."""
        self._rules, self._policies, self._names, self._key_of = rules, policies, cache(names), key_of
        self._taken: list[_Taken] = []
        self._faults: list[str] = []

    def add(self, document: Document, request: LoadRequest) -> None:
        """Steps 1 and 2 for one. Raises ``LoadRefused`` for a field or a compartment that is missing."""
        interview = interview_of(document)
        found = labels_of(document, policies=self._policies, stated=request.label)
        labels = (found.document, *found.blocks)
        if not all(self._is_kept_in(label) for label in labels):  # (1)
            raise LoadRefused(
                f"notes of an interview need the compartment `{self._rules.compartment}` in their label: state it with "
                "--label, or in the marking (setting `interview_compartment`)",
                file=document.file,
            )
        body = tuple(self._checked(block, interview, found.document) for block in interview.body)  # (2)
        self._taken.append(_Taken(replace(interview, body=body), document, request, found.document, found.remarks))

    def proposals(self) -> Iterator[tuple[int, Document | Remark | Whole | Portion]]:
        """Steps 2 to 5, each with the number of the interview that it comes of, in the order in which they were added.

        Raises ``LoadRefused`` with every name that nobody has looked at.
        """
        if self._faults:
            raise LoadRefused(_unsettled(self._faults))
        cells = self._cells()
        for number, taken in enumerate(self._taken):
            cell, k = cells[str(number)], self._rules.smallest
            if cell is None:
                yield (
                    number,
                    Remark(f"withheld: fewer than {k} respondents even in the widest cell", taken.document.file),
                )
                yield number, Whole(self._iri(taken), taken.label)  # what an earlier load told of it leaves
                continue
            if cell != _cell(taken.interview):
                told = f"told as `{_told(cell)}`: the narrower cell has fewer than {k} respondents"
                yield number, Remark(told, taken.document.file)
            yield number, self._document(taken, cell)
        yield from self._pseudonyms(cells)

    def _pseudonyms(self, cells: Mapping[str, Cell | None]) -> Iterator[tuple[int, Portion]]:
        """Step 5: one portion a study and label; none for a study that was forgotten."""
        by_place: dict[tuple[str, Label], tuple[Facts, int]] = {}
        for number, taken in enumerate(self._taken):
            study = study_source(taken.interview.study, taken.request)
            key = self._key_of(study)
            if key is None or cells[str(number)] is None:
                continue
            facts, _ = by_place.setdefault((study, taken.label), (Facts(), number))
            for respondent in taken.interview.respondents:
                name = f"{ID}pseudonym/{keyed_name('respondent', study, respondent.casefold(), key=key)}"
                facts.kind(name, "sluis:Pseudonym")
                facts.link(self._iri(taken), "sluis:underPseudonym", name)
        for (study, label), (facts, number) in by_place.items():
            request = replace(self._taken[number].request, source=study, label=label)
            yield number, facts.portion(PSEUDONYMS, request)

    def _is_kept_in(self, label: Label) -> bool:
        return any(category.name == self._rules.compartment for part in label.parts for category in part.compartments)

    def _checked(self, block: Block, interview: Interview, label: Label) -> Block:
        """The block with names replaced; those that nobody has said anything of are noted."""
        text, rules = block.text, self._rules.names
        for name, instead in rules.items():
            if instead is not None:
                text = text.replace(name, instead)
        for respondent in interview.respondents:
            if mentions(text, respondent):
                self._faults.append(
                    f"{interview.file}: the respondent is named (`{respondent}`): put other words there"
                )
        known = {name.text for name in self._names(label).known}
        for name in names_in(text):
            if name not in known and rules.get(name, "") is not None and name not in rules.values():
                self._faults.append(f"{interview.file}: `{name}`")
        if text == block.text:
            return block
        return replace(
            block,
            text=text,
            calls=(),
            rows=tuple(tuple(line.split("\t")) for line in text.split("\n")) if block.rows else (),
        )

    def _cells(self) -> dict[str, Cell | None]:
        taken = {str(number): one for number, one in enumerate(self._taken)}
        return published(
            {name: _cell(one.interview) for name, one in taken.items()},
            {name: [r.casefold() for r in one.interview.respondents] for name, one in taken.items()},
            smallest=self._rules.smallest,
            counts_for=lambda one, other: taken[one].label.dominates(taken[other].label),
        )

    def _iri(self, taken: _Taken) -> str:
        return f"{ID}source/{taken.request.opaque('interview', taken.interview.study, taken.document.file)}"

    def _document(self, taken: _Taken, cell: Cell) -> Document:
        iri, facts, request = self._iri(taken), Facts(), taken.request
        category, place, period = cell.said
        known = {name.text: name for name in self._names(taken.label).known}
        at = _thing(category, "respondent", "RespondentCategory", known, facts, request)
        facts.kind(iri, "sluis:InterviewRecord")
        facts.link(iri, "sluis:ofRespondentCategory", at)
        if place:
            facts.link(iri, "sluis:atLocation", _thing(place, "location", "Location", known, facts, request))
        if period:
            facts.date(iri, "dcterms:issued", period)
        facts.named(iri, f"Interview: {_told(cell)}", f"Interview: {_told(cell)}")
        ntriples = "".join(sorted(f"{triple} .\n" for triple in facts.triples))
        return replace(
            taken.document, blocks=taken.interview.body, iri=iri, kind="InterviewRecord", title="", identifier="",
            dated="", facts=ntriples, properties=None,
        )  # fmt: skip


def _cell(interview: Interview) -> Cell:
    return Cell(interview.category, interview.place, interview.period)


def _told(cell: Cell) -> str:
    return ", ".join(part for part in cell.said if part)


def _thing(
    text: str, folder: str, kind: str, known: Mapping[str, KnownName], facts: Facts, request: LoadRequest
) -> str:
    """The known thing of this name, or a new one under a name that tells nothing."""
    own = f"{ID}{folder}/{request.opaque(kind, text.casefold())}"
    found = known.get(text)
    if found and found.iri != own and any(one.endswith(f"#{kind}") for one in found.kinds):
        return found.iri
    iri = own  # said on every load, whether an earlier one has said it or not
    facts.kind(iri, f"sluis:{kind}")
    facts.text(iri, "skos:prefLabel", text)
    return iri


def _unsettled(faults: Sequence[str]) -> str:
    once = list(dict.fromkeys(faults))
    more = [f"and {len(once) - NAMES_SHOWN} more"] if len(once) > NAMES_SHOWN else []
    head = (
        "the notes name people who are not known as office-holders: say of each, in a file for --interview-names, "
        'that it may stay (`"Name" = true`) or what to write in its place (`"Name" = "an officer"`)'
    )
    return "\n  ".join([head, *once[:NAMES_SHOWN], *more])
