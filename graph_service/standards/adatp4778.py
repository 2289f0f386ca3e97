"""ADatP-4778: a detached binding, a small XML file beside a data file that says which labels the file has.

Source: STANAG 4778 / ADatP-4778 edition A version 1 (schema: one label a ``Metadata``, since two are invalid) and
ADatP-4778.2, chapter 2 and annex A (SHA-384 is the digest that everybody must know), by the notes named in
``adatp4774``. The digest of each file stands in a ``ds:Manifest`` after the container, where the schema has a place for
foreign elements; it is of the file's bytes.

A digest shows that this is the file that the labels were made for, not who made them: there is no signature here, and
one in a binding that is read is not checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote

from graph_service.errors import LabelError
from graph_service.security.policies import Policies
from graph_service.standards.adatp4774 import LabelDocument, LabelKind, is_label, label_element, label_in
from graph_service.standards.adatp4774_terms import LABEL, refused_as
from graph_service.standards.xml import DECLARATION, Element, element, parse_xml

BINDING = "urn:nato:stanag:4778:bindinginformation:1:0"
MEDIA = "http://www.w3.org/2005/05/xmlmime"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
SHA_384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"

# ADatP-4778.2, table 2-3: SHA-384 is mandatory, these two are optional; MD5, SHA-1 and SHA-224 are prohibited.
_DIGESTS = {
    SHA_384: hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}


class BindingBroken(LabelError):
    """The binding does not hold for this file: its labels say nothing about it."""


class Reference(NamedTuple):
    """One file that the labels are bound to: relative URI, media type and digest, with "" for what is not said."""

    uri: str
    media_type: str
    digest_algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Binding:
    """Labels and the files that they are bound to: every label to every file."""

    labels: tuple[LabelDocument, ...]
    references: tuple[Reference, ...]


# --- writing ---------------------------------------------------------------------------------------------------------


def write_binding(
    labels: Sequence[LabelDocument], *, name: str, content: bytes, media_type: str, policies: Policies
) -> str:
    """The binding of these labels to the file ``name`` (relative to the binding's own place) with this content.

    A label of several policies is given as one originator's label a policy: ``split_label`` parts it. Raises
    ``LabelError`` for labels that can't be written, two originator's labels of one policy, or none.
    """
    policy_ids = [document.label.parts[0].policy for document in labels if document.kind is LabelKind.ORIGINATOR]
    if not policy_ids:
        raise LabelError("a binding has the originator's label: give at least one")
    if len(set(policy_ids)) != len(policy_ids):
        twice = max(policy_ids, key=policy_ids.count)
        raise LabelError(f"a binding has one originator's label a policy, not two of `{twice}`")
    if not re.fullmatch(r"[^\s/]+/[^\s/].*", media_type):
        raise LabelError(f"`{media_type}` is not a media type such as text/csv")
    uri = _uri(name)
    metadata = [element("mb:Metadata", "", label_element(document, policies=policies)) for document in labels]
    data = element("mb:DataReference", URI=uri, xmime_contentType=media_type)
    binding = element("mb:MetadataBinding", "", *metadata, data)
    return (
        DECLARATION
        + element(
            "mb:BindingInformation",
            "",
            element("mb:MetadataBindingContainer", "", binding),
            _manifest(uri, content),
            xmlns_mb=BINDING,
            xmlns_xmime=MEDIA,
            xmlns_ds=SIGNATURE,
        )
        + "\n"
    )


def _manifest(uri: str, content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")
    reference = element(
        "ds:Reference",
        "",
        element("ds:DigestMethod", Algorithm=SHA_384),
        element("ds:DigestValue", digest),
        URI=uri,
    )
    return element("ds:Manifest", "", reference)


def _uri(name: str) -> str:
    """The name as a relative reference. It stays below the binding's own folder, and is nothing but a path."""
    if not name or any(step in {"", ".", ".."} for step in name.split("/")):
        raise LabelError(f"`{name}` is not the name of a file beside the binding")
    try:
        return quote(name, safe="/")
    except UnicodeEncodeError as error:
        raise LabelError("the file's name has a character that Unicode does not know: rename it") from error


# --- reading ---------------------------------------------------------------------------------------------------------


def read_binding(text: str, *, policies: Policies) -> Binding:
    """The labels and references of a detached binding. Raises ``LabelError`` with line and reason.

    Refused is what would make the labels mean something else here: labels that stand elsewhere or are of a part of a
    file only, data inside the binding, and several bindings in one document.
    """
    with refused_as(LabelError):
        return binding_in(parse_xml(text), policies=policies)


def is_binding(root: Element) -> bool:
    return (root.namespace, root.name) == (BINDING, "BindingInformation")


def binding_in(root: Element, *, policies: Policies) -> Binding:
    """The binding that this element is. Raises ``XmlRefused`` or ``LabelError``."""
    if not is_binding(root):
        raise root.refused(f"<{root.name}> is not a binding of ADatP-4778 ({BINDING})")
    digests = dict(_digests(root))
    binding = _one_of(_one_of(root, "MetadataBindingContainer"), "MetadataBinding")
    labels: list[LabelDocument] = []
    references: list[Reference] = []
    for entry in binding.children:
        if (entry.namespace, entry.name) == (BINDING, "Metadata"):
            labels += _labels(entry, policies)
        elif (entry.namespace, entry.name) == (BINDING, "DataReference"):
            references.append(_reference(entry, digests))
        else:
            raise entry.refused(
                f"<{entry.name}> is not read here: a detached binding has its labels inside, in <Metadata>, "
                "and names its files, in <DataReference>"
            )
    if not labels:
        raise binding.refused("the binding has no label")
    if not references:
        raise binding.refused("the binding names no file")
    uris = [unquote(reference.uri) for reference in references]
    if len(set(uris)) != len(uris):
        raise binding.refused(f"the file `{max(uris, key=uris.count)}` is named twice")
    return Binding(tuple(labels), tuple(references))


def _one_of(entry: Element, name: str) -> Element:
    own = [child for child in entry.children if child.namespace in {BINDING, ""}]
    for child in own:
        if (child.namespace, child.name) != (BINDING, name):
            raise child.refused(f"<{child.name}> has no meaning in <{entry.name}>: it is unknown or mis-spelt")
    if len(own) != 1:
        raise entry.refused(f"<{entry.name}> has {len(own) or 'no'} <{name}>: one is read")
    return own[0]


def _labels(entry: Element, policies: Policies) -> Iterator[LabelDocument]:
    """The label in one ``Metadata``, or nothing where other metadata stand in it."""
    if len(entry.children) != 1 or entry.text:
        raise entry.refused(f"<Metadata> has {len(entry.children) or 'no'} elements: it holds one label")
    inside = entry.children[0]
    if is_label(inside):
        yield label_in(inside, policies=policies)
    elif inside.namespace in {LABEL, ""} or "confidentialitylabel" in inside.name.casefold():
        raise inside.refused(f"<{inside.name}> is not a label of ADatP-4774: its name or its namespace is wrong")


def _reference(entry: Element, digests: dict[str, tuple[str, bytes]]) -> Reference:
    if entry.children or entry.text:
        raise entry.refused("a label of a part of a file (<DataReference> with transforms) is not read here")
    uri = entry.attribute("URI")
    algorithm, digest = digests.get(unquote(uri), ("", b""))
    return Reference(uri, entry.attributes.get(f"{MEDIA} contentType", ""), algorithm, digest)


def _digests(root: Element) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Algorithm and digest by file, from the manifest: after the container, or in a signature's object."""
    signatures = [child for child in root.children if (child.namespace, child.name) == (SIGNATURE, "Signature")]
    holders = [root, *(holder for signature in signatures for holder in signature.all("Object"))]
    manifests = [child for holder in holders for child in holder.all("Manifest") if child.namespace == SIGNATURE]
    seen = set()
    for entry in (reference for manifest in manifests for reference in manifest.all("Reference")):
        if any(entry.all("Transforms")):
            raise entry.refused("a digest of a transformed file is not checked here: give that of its bytes")
        name, value = unquote(entry.attribute("URI")), entry.one("DigestValue")
        if name in seen:
            raise entry.refused(f"the digest of `{name}` is given twice")
        seen.add(name)
        try:
            digest = base64.b64decode("".join(value.text.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise value.refused("the digest is not in base64") from error
        yield name, (entry.one("DigestMethod").attribute("Algorithm"), digest)


def verify_binding(binding: Binding, *, name: str, content: bytes) -> None:
    """Returns if the binding is of the file of this name with exactly this content, else raises ``BindingBroken``."""
    found = [reference for reference in binding.references if unquote(reference.uri) == name]
    if not found:
        named = ", ".join(f"`{unquote(reference.uri)}`" for reference in binding.references)
        raise BindingBroken(f"the binding is not of `{name}`: it names {named}")
    if not found[0].digest_algorithm:
        raise BindingBroken(f"the binding gives no digest of `{name}`: it may be of another file of that name")
    if found[0].digest_algorithm not in _DIGESTS:
        raise BindingBroken(f"the digest of `{name}` is made by {found[0].digest_algorithm}: give one by SHA-384")
    if _DIGESTS[found[0].digest_algorithm](content).digest() != found[0].digest:
        raise BindingBroken(f"`{name}` is not the file that was labelled: its digest differs from the binding's")
