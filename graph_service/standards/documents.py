"""Label and clearance documents of every format that is read here: the root element says which it is."""

from __future__ import annotations

from collections.abc import Sequence

from graph_service.errors import ClearanceError, LabelError
from graph_service.security.clearances import Clearance
from graph_service.security.labels import Label
from graph_service.security.policies import Policies
from graph_service.standards import adatp4774, adatp4778, spiffing_xml
from graph_service.standards.adatp4774 import LabelDocument, LabelKind
from graph_service.standards.adatp4774_terms import refused_as
from graph_service.standards.xml import parse_xml


def read_label_document(text: str, *, policies: Policies) -> list[LabelDocument]:
    """The labels in an ADatP-4774 label, an ADatP-4778 binding, or a label of the spiffing tools.

    Of a binding only the labels are given: ``verify_label_document`` says whether they are of the file at hand.
    Raises ``LabelError`` with line and reason.
    """
    with refused_as(LabelError):
        root = parse_xml(text)
        if adatp4778.is_binding(root):
            return list(adatp4778.binding_in(root, policies=policies).labels)
        if adatp4774.is_label(root):
            return [adatp4774.label_in(root, policies=policies)]
        if spiffing_xml.is_label(root):
            return [spiffing_xml.label_in(root, policies=policies)]
        raise root.refused(
            f"<{root.name}> ({root.namespace or 'no namespace'}) is not a label: an ADatP-4774 label "
            "(originatorConfidentialityLabel), an ADatP-4778 binding (BindingInformation) and a label of the spiffing "
            "tools are read"
        )


def verify_label_document(text: str, *, name: str, content: bytes, policies: Policies) -> None:
    """If the document is a binding, it binds the file of this name and content. Raises ``BindingBroken`` if not."""
    with refused_as(LabelError):
        root = parse_xml(text)
        if adatp4778.is_binding(root):
            adatp4778.verify_binding(adatp4778.binding_in(root, policies=policies), name=name, content=content)


def read_clearance_document(text: str, *, policies: Policies) -> Clearance:
    """The clearance in an ADatP-4774 clearance or one of the spiffing tools. Raises ``ClearanceError`` with line."""
    with refused_as(ClearanceError):
        root = parse_xml(text)
        if adatp4774.is_clearance(root):
            return adatp4774.clearance_in(root, policies=policies)
        if spiffing_xml.is_clearance(root):
            return spiffing_xml.clearance_in(root, policies=policies)
        raise root.refused(
            f"<{root.name}> ({root.namespace or 'no namespace'}) is not a clearance: an ADatP-4774 clearance "
            "(ConfidentialityClearance) and a clearance of the spiffing tools are read"
        )


def label_of(documents: Sequence[LabelDocument]) -> Label:
    """The label of the data: what the originators' labels, one a policy, demand together.

    An alternative label never counts, because it is a translation of one that does; nor does the metadata's own. A
    succession is not applied: the label that is in force is the one that stands there.
    """
    originals = [document.label for document in documents if document.kind is LabelKind.ORIGINATOR]
    if not originals:
        raise LabelError("there is no originator's label: an alternative one does not say what the originator demands")
    return Label(tuple(part for label in originals for part in label.parts))
