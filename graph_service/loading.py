"""One load: every source of a command read, labelled and handed to the builder in one stream, all or none.

The steps for each source, in order: (1) its loader proposes; (2) a document waits until all sources were read, and
becomes portions with the names that were known at each label before this load; (3) the stated label is joined to
whatever comes back, so that no loader can go below it; (4) the portions stream to the builder, which decides.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from graph_service.errors import LoadRefused
from graph_service.namespaces import NOT_STATED, short
from graph_service.portions import Portion, Proposed
from graph_service.security import Label
from graph_service.shapes import Violation
from loaders.base import LabelRecord, LoadRequest, Origins, Proposal, Remark
from loaders.detection import Detected
from loaders.documents.model import Document
from loaders.documents.portions import portions_of, source_of
from loaders.front import read, request_of
from loaders.interviews.collection import Interviews, is_interview
from loaders.names import Names
from loaders.reading.wire import ProposalReader, read_frame, write_frame, write_proposal

Read = Callable[[Detected, LoadRequest], Iterator[Proposal]]
"""How a source is read: in this process, or in one that can be killed."""

StatedLabel = tuple[Label | None, LabelRecord]
"""The label that is stated for a source, by the command line and the file beside it, and what it says of itself."""


@dataclass
class FileReport:
    """What came of one source. Made of the load alone."""

    name: str
    format: str
    portions: int = 0
    sources: set[str] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class _OfOne:
    """One source of the load: what is told of it, and what was asked of it."""

    report: FileReport
    request: LoadRequest


class Loading:
    """The sources of one command, to be read once. ``names`` gives those known at a label but for some sources."""

    def __init__(
        self,
        request: LoadRequest,
        *,
        label_of: Callable[[Detected], StatedLabel],
        names: Callable[[Label, Collection[str]], Names],
        reads: Read = read,
        interviews: Interviews | None = None,
    ) -> None:
        """``interviews`` gathers notes of interviews; without it a load that holds some is refused."""
        self._request, self._label_of, self._reads = request, label_of, reads
        self._names = names
        self._interviews, self._interviewed = interviews, list[_OfOne]()
        self.files: list[FileReport] = []
        self._origins: dict[str, list[tuple[str, Origins]]] = {}

    def proposals(self, sources: Iterable[Detected]) -> Iterator[Proposed]:
        """Everything that the sources give, labelled. Raises ``LoadRefused`` at the first fault of any of them."""
        with tempfile.TemporaryFile() as held:
            waiting: list[_OfOne] = []
            for detected in sources:
                report = FileReport(detected.item.name, detected.format.name)
                self.files.append(report)
                label, record = self._label_of(detected)
                record = record.or_else(LabelRecord(set_on=self._request.as_of))
                request = replace(self._request, label=label, record=record, origins=Origins())
                if label is not None and detected.format.meets_known:
                    # Those known at the load's own label, but for what this source brought in before.
                    own = frozenset({request_of(detected, request).source_or_name})
                    request = replace(request, names=self._names(label, own))
                one = _OfOne(report, request_of(detected, request))
                for proposal in self._reads(detected, request):  # (1)
                    if isinstance(proposal, Document) and is_interview(proposal):
                        self._interview(proposal, one)
                    elif isinstance(proposal, Document):
                        report.sources.add(source_of(proposal, one.request))
                        write_frame(cast(BinaryIO, held), *write_proposal(proposal))
                        waiting.append(one)
                    else:
                        yield from self._labelled(proposal, one)
            held.seek(0)
            yield from self._of_interviews()
            yield from self._of_documents(cast(BinaryIO, held), waiting)  # (2)

    def _interview(self, document: Document, one: _OfOne) -> None:
        """Kept until all of them are known: what is said of one depends on the others."""
        if self._interviews is None:
            raise LoadRefused("notes of interviews are loaded by `sluis load`", file=one.report.name)
        self._interviews.add(document, one.request)
        self._interviewed.append(one)

    def _of_interviews(self) -> Iterator[Proposed]:
        """What comes of the interviews, in their order."""
        told = list(self._interviews.proposals()) if self._interviews is not None else []
        for number, made in told:
            if isinstance(made, Document):
                self._interviewed[number].report.sources.add(made.iri)
        names = self._known_before()
        for number, made in told:
            one = self._interviewed[number]
            for proposal in portions_of(made, one.request, names=names) if isinstance(made, Document) else (made,):
                yield from self._labelled(proposal, one)

    def _known_before(self) -> Callable[[Label], Names]:
        """The names that were known before this load."""
        sources = frozenset(source for report in self.files for source in report.sources)
        return functools.cache(lambda label: self._names(label, sources))

    def _of_documents(self, held: BinaryIO, waiting: Iterable[_OfOne]) -> Iterator[Proposed]:
        """What comes of the documents, in their order. They waited on disk, in a file that has no name."""
        names = self._known_before()
        reader = ProposalReader(self._request.policies)
        for one in waiting:
            document = reader.read(*read_frame(held))
            if isinstance(document, Document):
                for proposal in portions_of(document, one.request, names=names):
                    yield from self._labelled(proposal, one)

    def _labelled(self, proposal: Proposal, one: _OfOne) -> Iterator[Proposed]:
        report, request = one.report, one.request
        if isinstance(proposal, Remark):
            report.remarks.append(replace(proposal, file=proposal.file or report.name))
        elif not isinstance(proposal, Document):
            if isinstance(proposal, Portion):
                report.portions += 1
            report.sources.add(proposal.source)
            told = self._origins.setdefault(proposal.source, [])
            if request.origins is not None and (report.name, request.origins) not in told:
                told.append((report.name, request.origins))
            yield labelled(proposal, label=request.label, record=request.record)  # (3) (4)

    def place(self, violation: Violation) -> str:
        """The file, and if they are known the line and column, of what does not conform."""
        told = self._origins.get(violation.source, [])
        exact = (origins.place(violation) for _file, origins in told)
        graph = f", graph {short(violation.part)}" if ":" in violation.part else ""
        return next((place for place in exact if place), f"{told[0][0]}{graph}" if told else "")


def labelled(proposed: Proposed, *, label: Label | None, record: LabelRecord) -> Proposed:
    """A portion at no less than the stated label, with what is stated of how it was set where it says nothing.

    What a source no longer has is taken out at the stated label too, though it gives nothing else at that label.
    """
    if not isinstance(proposed, Portion):
        return replace(proposed, label=proposed.label or label)
    return replace(
        proposed,
        # SECURITY: removing this lets a loader, or a file that took its loader over, go below the stated label.
        label=proposed.label.join(label) if label is not None else proposed.label,
        originator=proposed.originator or record.originator or NOT_STATED,
        set_on=proposed.set_on or record.set_on,
    )
