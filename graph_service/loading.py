"""One load: every source of a command read, labelled and handed to the builder in one stream, all or none.

The steps for each source, in order: (1) its loader proposes; (2) a document becomes portions, with the names known at
each label; (3) the stated label is joined to whatever comes back, so that no loader can go below it; (4) the portions
stream to the builder, which decides.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from graph_service.namespaces import short
from graph_service.portions import Portion, Proposed
from graph_service.security import Label
from graph_service.shapes import Violation
from loaders.base import LabelRecord, LoadRequest, Origins, Proposal, Remark
from loaders.detection import Detected
from loaders.documents.model import Document
from loaders.documents.portions import portions_of
from loaders.front import read, request_of
from loaders.names import Names

Read = Callable[[Detected, LoadRequest], Iterator[Proposal]]
"""How a source is read: in this process, or in one that can be killed."""

StatedLabel = tuple[Label | None, LabelRecord]
"""The label that is stated for a source, by the command line and the file beside it, and what it says of itself."""

NOT_STATED = "https://w3id.org/sluis/id/originator/not-stated"


@dataclass
class FileReport:
    """What came of one source. Made of the load alone."""

    name: str
    format: str
    portions: int = 0
    sources: set[str] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)


class Loading:
    """The sources of one command, to be read once. ``names`` gives the names known at a label."""

    def __init__(
        self,
        request: LoadRequest,
        *,
        label_of: Callable[[Detected], StatedLabel],
        names: Callable[[Label], Names],
        reads: Read = read,
    ) -> None:
        self._request, self._label_of, self._reads = request, label_of, reads
        self._names = functools.cache(names)
        self.files: list[FileReport] = []
        self._origins: dict[str, list[tuple[str, Origins]]] = {}

    def proposals(self, sources: Iterable[Detected]) -> Iterator[Proposed]:
        """Everything that the sources give, labelled. Raises ``LoadRefused`` at the first fault of any of them."""
        for detected in sources:
            report = FileReport(detected.item.name, detected.format.name)
            self.files.append(report)
            label, record = self._label_of(detected)
            record = record.or_else(LabelRecord(set_on=self._request.as_of))
            origins = Origins()
            request = replace(self._request, label=label, record=record, origins=origins)
            for proposal in self._portions(detected, request):
                if isinstance(proposal, Remark):
                    report.remarks.append(replace(proposal, file=proposal.file or detected.item.name))
                    continue
                if isinstance(proposal, Portion):
                    report.portions += 1
                if proposal.source not in report.sources:
                    report.sources.add(proposal.source)
                    self._origins.setdefault(proposal.source, []).append((detected.item.name, origins))
                yield labelled(proposal, label=label, record=record)  # (3) (4)

    def _portions(self, detected: Detected, request: LoadRequest) -> Iterator[Proposed | Remark]:
        for proposal in self._reads(detected, request):  # (1)
            if isinstance(proposal, Document):  # (2)
                own = request_of(detected, request)
                for made in portions_of(proposal, own, names=self._names):
                    if not isinstance(made, Document):
                        yield made
            else:
                yield proposal

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
