"""One load: every source of a command read, labelled and handed to the builder in one stream, all or none.

The steps for each source, in order: (1) its loader proposes; (2) the stated label is joined to whatever comes back, so
that no loader can go below it; (3) the portions stream to the builder, which decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from graph_service.errors import LoadRefused
from graph_service.portions import Portion
from graph_service.security import Label
from graph_service.shapes import Violation
from loaders.base import LabelRecord, LoadRequest, Origins, Proposal, Remark
from loaders.detection import Detected
from loaders.front import read

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
    """The sources of one command, to be read once."""

    def __init__(
        self, request: LoadRequest, *, label_of: Callable[[Detected], StatedLabel], reads: Read = read
    ) -> None:
        self._request, self._label_of, self._reads = request, label_of, reads
        self.files: list[FileReport] = []
        self._origins: dict[str, list[tuple[str, Origins]]] = {}

    def portions(self, sources: Iterable[Detected]) -> Iterator[Portion]:
        """Everything that the sources give, labelled. Raises ``LoadRefused`` at the first fault of any of them."""
        for detected in sources:
            report = FileReport(detected.item.name, detected.format.name)
            self.files.append(report)
            label, record = self._label_of(detected)
            record = record.or_else(LabelRecord(set_on=self._request.as_of))
            origins = Origins()
            request = replace(self._request, label=label, record=record, origins=origins)
            for proposal in self._reads(detected, request):  # (1)
                if isinstance(proposal, Portion):
                    if proposal.source not in report.sources:
                        report.sources.add(proposal.source)
                        self._origins.setdefault(proposal.source, []).append((detected.item.name, origins))
                    report.portions += 1
                    yield labelled(proposal, label=label, record=record)  # (2) (3)
                elif isinstance(proposal, Remark):
                    report.remarks.append(replace(proposal, file=proposal.file or detected.item.name))
                else:
                    raise LoadRefused("nothing turns this into portions yet", file=detected.item.name)

    def place(self, violation: Violation) -> str:
        """The file, and if they are known the line and column, of what does not conform."""
        told = self._origins.get(violation.source, [])
        exact = (origins.place(violation) for _file, origins in told)
        return next((place for place in exact if place), told[0][0] if told else "")


def labelled(portion: Portion, *, label: Label | None, record: LabelRecord) -> Portion:
    """The portion at no less than the stated label, and with what is stated of how it was set where it says nothing."""
    joined = portion.label.join(label) if label is not None else portion.label
    return replace(
        portion,
        label=joined,
        originator=portion.originator or record.originator or NOT_STATED,
        set_on=portion.set_on or record.set_on,
    )
