"""ADatP-4778 bindings: labels in a file of their own, bound by name and digest to exactly one content."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import LabelError
from graph_service.security.labels import Category, Label
from graph_service.security.policies import Policies
from graph_service.standards.adatp4774 import LabelDocument, LabelKind, split_label
from graph_service.standards.adatp4778 import (
    SHA_384,
    Binding,
    BindingBroken,
    Reference,
    read_binding,
    verify_binding,
    write_binding,
)
from graph_service.standards.documents import label_of, read_label_document
from graph_service.standards.spif import read_spif
from graph_service.standards.xml import parse_xml

TEA = """
<SPIF><securityPolicyId name="Tea" id="2.999.3"/>
<securityClassifications>
  <securityClassification name="Water" lacv="1" hierarchy="1"/>
  <securityClassification name="Assam" lacv="2" hierarchy="2"/>
</securityClassifications>
<securityCategoryTagSets><securityCategoryTagSet name="With" id="2.999.3.1">
  <securityCategoryTag name="With" tagType="restrictive"><tagCategory name="Sugar" lacv="1"/></securityCategoryTag>
</securityCategoryTagSet></securityCategoryTagSets></SPIF>
"""
CAKE = """
<SPIF><securityPolicyId name="Cake" id="2.999.4"/>
<securityClassifications><securityClassification name="Scone" lacv="1" hierarchy="1"/></securityClassifications></SPIF>
"""
POLICIES = Policies.of([read_spif(TEA, name="tea"), read_spif(CAKE, name="cake")])
CUP = POLICIES.policy("Tea")
ASSAM = Label((CUP.label(CUP.level("Assam"), [Category("With", "Sugar")]),))
SCONE = Label((POLICIES.policy("Cake").label(POLICIES.policy("Cake").levels[0]),))
NOON, LATER = datetime(2026, 5, 1, 12, tzinfo=UTC), datetime(2031, 5, 1, 12, tzinfo=UTC)
MENU = b"one tea, one scone\n"


def document(label: Label, kind: LabelKind = LabelKind.ORIGINATOR) -> LabelDocument:
    return LabelDocument(label, kind, created=NOON, review=LATER)


def bound(*documents: LabelDocument, name: str = "menu.nq", content: bytes = MENU) -> str:
    return write_binding(
        documents or [document(ASSAM)], name=name, content=content, media_type="application/n-quads", policies=POLICIES
    )


def test_a_binding_is_written_as_the_standard_has_it() -> None:
    digest = base64.b64encode(hashlib.sha384(MENU).digest()).decode()
    assert (
        bound(document(SCONE), name="high tea.nq")
        == f"""<?xml version="1.0" encoding="UTF-8"?>
<mb:BindingInformation xmlns:mb="urn:nato:stanag:4778:bindinginformation:1:0" \
xmlns:xmime="http://www.w3.org/2005/05/xmlmime" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <mb:MetadataBindingContainer>
    <mb:MetadataBinding>
      <mb:Metadata>
        <slab:originatorConfidentialityLabel xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0" \
ReviewDateTime="2031-05-01T12:00:00Z">
          <slab:ConfidentialityInformation>
            <slab:PolicyIdentifier URI="urn:oid:2.999.4">Cake</slab:PolicyIdentifier>
            <slab:Classification>Scone</slab:Classification>
          </slab:ConfidentialityInformation>
          <slab:CreationDateTime>2026-05-01T12:00:00Z</slab:CreationDateTime>
        </slab:originatorConfidentialityLabel>
      </mb:Metadata>
      <mb:DataReference URI="high%20tea.nq" xmime:contentType="application/n-quads"/>
    </mb:MetadataBinding>
  </mb:MetadataBindingContainer>
  <ds:Manifest>
    <ds:Reference URI="high%20tea.nq">
      <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#sha384"/>
      <ds:DigestValue>{digest}</ds:DigestValue>
    </ds:Reference>
  </ds:Manifest>
</mb:BindingInformation>
"""
    )


def test_a_binding_comes_back_as_it_was_written() -> None:
    labels = (document(ASSAM), document(SCONE, LabelKind.ALTERNATIVE))
    read = read_binding(bound(*labels), policies=POLICIES)
    digest = hashlib.sha384(MENU).digest()
    assert read == Binding(labels, (Reference("menu.nq", "application/n-quads", SHA_384, digest),))


def test_a_label_of_two_policies_is_bound_as_two_labels_and_demands_both() -> None:
    both = ASSAM.join(SCONE)
    text = bound(*(document(label) for label in split_label(both)))
    metadata = parse_xml(text).children[0].children[0]
    assert [len(entry.children) for entry in metadata.all("Metadata")] == [1, 1]
    assert label_of(read_label_document(text, policies=POLICIES)) == both


def test_an_alternative_label_in_a_binding_never_counts() -> None:
    text = bound(document(ASSAM), document(SCONE, LabelKind.ALTERNATIVE))
    assert label_of(read_label_document(text, policies=POLICIES)) == ASSAM


# --- the file that is bound ------------------------------------------------------------------------------------------


def test_a_binding_holds_for_its_file_and_for_no_other() -> None:
    binding = read_binding(bound(), policies=POLICIES)
    verify_binding(binding, name="menu.nq", content=MENU)
    with pytest.raises(BindingBroken, match=r"`menu.nq` is not the file that was labelled"):
        verify_binding(binding, name="menu.nq", content=MENU + b" ")
    with pytest.raises(BindingBroken, match=r"the binding is not of `other.nq`: it names `menu.nq`"):
        verify_binding(binding, name="other.nq", content=MENU)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_two_contents_never_share_a_binding(content: bytes, other: bytes) -> None:
    binding = read_binding(bound(content=content), policies=POLICIES)
    verify_binding(binding, name="menu.nq", content=content)
    if content != other:
        with pytest.raises(BindingBroken):
            verify_binding(binding, name="menu.nq", content=other)


STEPS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1).filter(
    lambda step: step not in {".", ".."}
)


@given(st.lists(STEPS, min_size=1, max_size=3).map("/".join))
def test_any_file_name_is_written_as_a_path_and_found_again(name: str) -> None:
    binding = read_binding(bound(name=name), policies=POLICIES)
    assert set(binding.references[0].uri) & set("#?:\\ \n") == set()
    verify_binding(binding, name=name, content=MENU)


@pytest.mark.parametrize("name", ["", "/etc/menu", "../menu", "a//b", "a/./b", "a/", "a/.."])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(LabelError, match="is not the name of a file beside the binding"):
        bound(name=name)


def test_a_name_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(LabelError, match="rename it"):
        bound(name="men\udcff")


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_the_optional_digests_are_checked_too(algorithm: str) -> None:
    right = base64.b64encode(hashlib.sha384(MENU).digest()).decode()
    other = base64.b64encode(hashlib.new(algorithm, MENU).digest()).decode()
    text = bound().replace(SHA_384, f"http://www.w3.org/2001/04/xmlenc#{algorithm}")
    verify_binding(read_binding(text.replace(right, other), policies=POLICIES), name="menu.nq", content=MENU)
    with pytest.raises(BindingBroken, match="its digest differs"):
        verify_binding(read_binding(text, policies=POLICIES), name="menu.nq", content=MENU)


def test_a_prohibited_or_missing_digest_binds_nothing() -> None:
    old = read_binding(bound().replace(SHA_384, "http://www.w3.org/2000/09/xmldsig#sha1"), policies=POLICIES)
    with pytest.raises(BindingBroken, match=r"is made by http://www.w3.org/2000/09/xmldsig#sha1: give one by SHA-384"):
        verify_binding(old, name="menu.nq", content=MENU)
    text = bound()
    start, end = text.index("  <ds:Manifest"), text.index("</mb:BindingInformation")
    none = read_binding(text[:start] + text[end:], policies=POLICIES)
    assert none.references == (Reference("menu.nq", "application/n-quads", "", b""),)
    with pytest.raises(BindingBroken, match="gives no digest"):
        verify_binding(none, name="menu.nq", content=MENU)


def test_a_digest_in_the_manifest_of_a_signature_is_found() -> None:
    """ADatP-4778.2, annex A, has it there. That the digest agrees says nothing of the signature."""
    text = bound()
    start, end = text.index("  <ds:Manifest"), text.index("</mb:BindingInformation")
    moved = f"<ds:Signature><ds:Object>{text[start:end]}</ds:Object></ds:Signature>"
    signed = text[:start].replace("  <mb:MetadataBindingC", f"{moved}<mb:MetadataBindingC", 1) + text[end:]
    verify_binding(read_binding(signed, policies=POLICIES), name="menu.nq", content=MENU)


# --- what is refused -------------------------------------------------------------------------------------------------


def test_a_binding_needs_one_originator_s_label_a_policy() -> None:
    with pytest.raises(LabelError, match="give at least one"):
        bound(document(SCONE, LabelKind.ALTERNATIVE))
    with pytest.raises(LabelError, match="not two of `Tea`"):
        bound(document(ASSAM), document(ASSAM))


@pytest.mark.parametrize("media_type", ["", "csv", "text /csv", "text/csv\nx", "/csv"])
def test_a_media_type_has_two_parts(media_type: str) -> None:
    with pytest.raises(LabelError, match="is not a media type"):
        write_binding([document(ASSAM)], name="menu", content=MENU, media_type=media_type, policies=POLICIES)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("slab:origin", "slab:altern", 6, "<alternatorConfidentialityLabel> is not a label of ADatP-4774"),
        ("confidentialitymetadatalabel:1:0", "label:9", 6, "<originatorConfidentialityLabel> is not a label of ADatP"),
        (">Assam<", ">Coffee<", 9, "`Coffee` is not a level of policy `Tea`"),
        ("mb:Metadata>", "mb:Meta>", 5, "<Meta> is not read here"),
        ("mb:DataReference", "mb:Data", 17, "<Data> is not read here"),
        ("mb:DataReference", "mb:MetadataReference", 17, "<MetadataReference> is not read here"),
        (' URI="menu.nq" xmime', " xmime", 17, "lacks the attribute `URI`"),
        ('n-quads"/>', 'n-quads"><ds:Transforms/></mb:DataReference>', 17, "a label of a part of a file"),
        ('n-quads"/>', 'n-quads"/><mb:DataReference URI="%6denu.nq"/>', 4, "the file `menu.nq` is named twice"),
        ("</mb:MetadataBinding>", "</mb:MetadataBinding><mb:MetadataBinding/>", 3, "has 2 <MetadataBinding>"),
        ("</mb:MetadataBindingC", "<mb:MetadataBindngs/></mb:MetadataBindingC", 19, "<MetadataBindngs> has no mean"),
        ("</mb:BindingInf", "<mb:MetadataBindingContainer/></mb:BindingInf", 2, "has 2 <MetadataBindingContainer>"),
        ("<ds:DigestValue>", "<ds:DigestValue>?", 23, "the digest is not in base64"),
        ("<ds:DigestMethod", "<ds:Transforms/><ds:DigestMethod", 21, "a digest of a transformed file is not checked"),
        (
            "</ds:Manifest>",
            '<ds:Reference URI="menu.nq"><ds:DigestValue/></ds:Reference></ds:Manifest>',
            25,
            "given twice",
        ),
        ("</mb:Metadata>", "<x/></mb:Metadata>", 5, "<Metadata> has 2 elements: it holds one label"),
    ],
)
def test_what_would_make_the_labels_mean_something_else_is_refused_at_its_line(
    old: str, new: str, line: int, reason: str
) -> None:
    text = bound()
    assert old in text
    with pytest.raises(LabelError, match=f"^line {line}: .*{reason}"):
        read_binding(text.replace(old, new), policies=POLICIES)


def test_other_metadata_are_left_alone_but_a_binding_has_a_label_and_a_file() -> None:
    more = "<mb:Metadata><x:Title xmlns:x='urn:x'>Menu</x:Title></mb:Metadata>"
    text = bound()
    assert read_binding(text.replace("<mb:Metadata>", f"{more}<mb:Metadata>"), policies=POLICIES) == read_binding(
        text, policies=POLICIES
    )
    start, end = text.index("<mb:Metadata>"), text.index("<mb:DataReference")
    with pytest.raises(LabelError, match="line 4: the binding has no label"):
        read_binding(text[:start] + more + text[end:], policies=POLICIES)
    end_of_reference = text.index("/>", end) + 2
    with pytest.raises(LabelError, match="line 4: the binding names no file"):
        read_binding(text[:end] + text[end_of_reference:], policies=POLICIES)
