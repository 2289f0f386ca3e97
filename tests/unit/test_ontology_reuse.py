"""The ontology can be reused: its metadata, its examples of use, and the terms of others that it is aligned with."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Dataset, Graph, Literal, Namespace, URIRef

import ontology
from graph_service.security import Policies
from graph_service.storage.closure import derive
from graph_service.storage.closure_rules import parse_rule
from loaders.base import LoadRequest
from loaders.front import DATASETS, packaged
from ontology.terms import BASE, CLASS, EXAMPLE_PREFIXES, NS, Module, as_turtle, kind_of, merged, read_modules

MODULES = read_modules()
GRAPH = merged(MODULES)
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data-samples" / "ontologies"
BIBO, VANN = Namespace("http://purl.org/ontology/bibo/"), Namespace("http://purl.org/vocab/vann/")

every_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)


# --- metadata: findable, accessible, interoperable, reusable ---------------------------------------------------------


def lacking(module: Module) -> list[str]:
    """The points of the checklist that the module's header does not meet."""
    graph, iri = module.graph, module.iri

    def one(said: URIRef) -> str:
        values = list(graph.objects(iri, said))
        return str(values[0]) if len(values) == 1 else ""

    def in_both(said: URIRef) -> bool:
        return sorted(str(getattr(text, "language", "")) for text in graph.objects(iri, said)) == ["en", "nl"]

    dates = {said: list(graph.objects(iri, said)) for said in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified)}
    days = [str(values[0]) for values in dates.values() if values and values[0].datatype == XSD.date]
    version, before = one(OWL.versionInfo), one(OWL.priorVersion)
    prefix = one(VANN.preferredNamespacePrefix), one(VANN.preferredNamespaceUri)
    points = {
        "a title in both languages": in_both(DCTERMS.title),
        "a description in both languages": in_both(DCTERMS.description),
        "an abstract in both languages": in_both(DCTERMS.abstract),
        "a creator and a publisher": bool(one(DCTERMS.creator) and one(DCTERMS.publisher)),
        "a licence by its IRI": one(DCTERMS.license).startswith("https://"),
        "days of making, issue and change, in their order": len(days) == 3 and days == sorted(days),
        "a version": re.fullmatch(r"\d+\.\d+\.\d+", version) is not None,
        "an IRI of that version": one(OWL.versionIRI) == f"{iri}/{version}",
        "another version before it": before.startswith("https://w3id.org/sluis/") and before != one(OWL.versionIRI),
        "its prefix and namespace": prefix == ("sluis", NS),
        "how to cite it, with its version": f"{version}. {iri}/{version}" in one(DCTERMS.bibliographicCitation),
        "its status": one(BIBO.status).startswith(f"{BIBO}status/"),
        "an IRI that lasts": str(iri).startswith("https://w3id.org/"),
    }
    return [point for point, met in points.items() if not met]


@every_module
def test_a_module_has_the_metadata_that_others_need(module: Module) -> None:
    assert lacking(module) == []


@pytest.mark.parametrize(
    ("said", "point"),
    [
        (DCTERMS.title, "a title in both languages"),
        (DCTERMS.abstract, "an abstract in both languages"),
        (DCTERMS.publisher, "a creator and a publisher"),
        (DCTERMS.license, "a licence by its IRI"),
        (DCTERMS.modified, "days of making, issue and change, in their order"),
        (OWL.versionIRI, "an IRI of that version"),
        (OWL.priorVersion, "another version before it"),
        (VANN.preferredNamespaceUri, "its prefix and namespace"),
        (DCTERMS.bibliographicCitation, "how to cite it, with its version"),
        (BIBO.status, "its status"),
    ],
)
def test_what_a_header_lacks_is_found(said: URIRef, point: str) -> None:
    graph = Graph()
    graph += MODULES[0].graph
    graph.remove((MODULES[0].iri, said, None))
    assert point in lacking(Module(MODULES[0].file, MODULES[0].iri, graph))


def test_all_modules_have_one_creator_and_one_licence() -> None:
    for said in (DCTERMS.license, DCTERMS.creator):
        assert len({value for module in MODULES for value in module.graph.objects(module.iri, said)}) == 1


def test_a_file_of_no_or_two_ontologies_is_refused() -> None:
    for text in ("", f"<urn:a> a <{OWL.Ontology}> . <urn:b> a <{OWL.Ontology}> ."):
        with pytest.raises(ValueError, match=r"wrong\.ttl declares \d ontologies: it must declare one"):
            read_modules([("wrong.ttl", text)])


# --- examples of use -------------------------------------------------------------------------------------------------

EXAMPLES = sorted((str(term), str(text)) for term, text in GRAPH.subject_objects(SKOS.example))
PATTERNS = """
    citesSource statedAt atFootnote cites citesAsEvidence supportedBy claimIn member body role memberOf during linkFrom
    relation relatesTo partOf succeeds contributesTo contributionBy contributionTo elementOf questionOf factorOf caseOf
    inCase leadsTo goalOf derivedFromGoal releasableTo compartment handledAs startDate onDate atLocation
    leadsToEventually fromStep toStep assumes valueOfIndicator attributionExcluded evidenceFor evidenceAgainst
    confidence broaderSourceType coversClass countsAsSourceType restsOnSourceType quotedAt atPassage inferredAt
    assessedAs makesJudgedRelation foundAlignedWith foundPartlyAlignedWith foundPoorlyAlignedWith foundNotAlignedWith
    takesPartIn standsBehind supportsIndirectly hasMandateFrom givesMandateTo empowers authorisedToSupport
    empowersSupportFor appliesCriterion observedContributor observedMission latitude longitude
""".split()


def wrong_with(example: str, term: str = "") -> list[str]:
    """What is wrong with an example: unreadable, words that do not exist, or not about its term."""
    try:
        read = Graph().parse(data=as_turtle(example), format="turtle")
    except SyntaxError as error:
        return [f"it can't be read: {error}"]
    nodes = {node for triple in read for node in triple if isinstance(node, URIRef)}
    wrong = [f"no such term: {node}" for node in nodes if node.startswith(NS) and not kind_of(node, GRAPH)]
    if term and URIRef(term) not in nodes:
        wrong.append("its own term is not in it")
    if len(nodes) < 2 or not any(str(node).startswith(BASE) for node in nodes):
        wrong.append("it is about nothing")
    return wrong


@pytest.mark.parametrize(("term", "example"), EXAMPLES, ids=lambda value: value.removeprefix(NS)[:30])
def test_an_example_can_be_read_and_uses_words_that_exist(term: str, example: str) -> None:
    # What is concluded may be the term itself: then it stands in the comment, and another test concludes it.
    concluded = f"sluis:{term.removeprefix(NS)} " in example.partition("# concluded:")[2]
    assert wrong_with(example, "" if concluded else term) == []


def test_every_class_has_an_example_and_so_have_the_properties_of_a_pattern() -> None:
    with_example = {term for term, _text in EXAMPLES}
    classes = {str(term) for module in MODULES for term in module.terms(CLASS)}
    assert sorted(classes - with_example) == [], "give it a skos:example"
    assert {f"{NS}{name}" for name in PATTERNS} - with_example == set()


def test_a_wrong_example_is_found() -> None:
    assert wrong_with("<a> a sluis:Actor", f"{NS}Actor")[0].startswith("it can't be read")
    assert wrong_with("<a> a sluis:Aktor .") == [f"no such term: {NS}Aktor"]
    assert wrong_with("<a> a sluis:Actor .", f"{NS}Person") == ["its own term is not in it"]
    assert wrong_with("<urn:a> a <urn:b> .") == ["it is about nothing"]
    assert wrong_with("<a> a sluis:Actor .", f"{NS}Actor") == []


def conclusions(turtle: str) -> set[pyoxigraph.Triple]:
    texts = [*dict(ontology.ontology_files()).values(), turtle]
    said = {quad.triple for text in texts for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)}
    return set(derive(said, [parse_rule(rule) for _name, rule in ontology.rule_files()]))


@pytest.mark.parametrize("example", [text for _term, text in EXAMPLES if "# concluded:" in text])
def test_what_an_example_says_is_concluded_is_concluded(example: str) -> None:
    told = as_turtle(f"{example.partition('# concluded:')[2]} .")
    (expected,) = [quad.triple for quad in pyoxigraph.parse(told, format=pyoxigraph.RdfFormat.TURTLE)]
    assert expected in conclusions(as_turtle(example))
    assert expected not in conclusions(as_turtle("<a> a sluis:Actor ."))


def made_up_as_if_real(example: str, real: set[str]) -> list[str]:
    """The things of an example that are in no dataset and do not look made up either."""
    named = re.findall(
        rf"<{BASE}([^>]+)>", Graph().parse(data=as_turtle(example), format="turtle").serialize(format="nt")
    )
    plain = re.compile(r"example|exercise|/[a-z]$", re.IGNORECASE)
    return sorted({name for name in named if name not in real and not plain.search(name)})


def test_an_example_is_of_things_that_the_datasets_have_or_plainly_made_up(policies: Policies) -> None:
    request = LoadRequest(path=Path(), policies=policies)
    text = "".join(portion.ntriples for name in DATASETS for portion in packaged(name, request))
    real = set(re.findall(rf"<{BASE}([^>]+)>", text))
    assert [name for _term, example in EXAMPLES for name in made_up_as_if_real(example, real)] == []
    assert made_up_as_if_real("<actor/minusma> sluis:partOf <actor/a> , <actor/no-such> .", real) == ["actor/no-such"]


def test_no_example_shows_something_classified_as_real() -> None:
    for term, example in EXAMPLES:
        if term.removeprefix(NS) in {"InterviewRecord", "CableReport", "IntelligenceReport", "Draft"}:
            assert "EXERCISE" in example
    assert "sluis" in EXAMPLE_PREFIXES


# --- alignments ------------------------------------------------------------------------------------------------------

ALIGNING = (
    RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty, SKOS.closeMatch, SKOS.exactMatch,
)  # fmt: skip

SAMPLED = {
    "http://www.w3.org/ns/prov#": "prov.nq",
    "http://www.w3.org/ns/org#": "org.nq",
    "http://www.w3.org/2004/02/skos/core#": "skos.nq",
    "http://purl.org/dc/terms/": "dcterms.nq",
    "http://www.w3.org/ns/oa#": "oa.nq",
    "http://purl.org/linked-data/cube#": "qb.nq",
    "http://www.w3.org/2006/time#": "time.nq",
    "https://w3id.org/un/ontology/undo/": "undo.ttl",
    "http://purl.org/spar/cito/": "cito.ttl",
    "https://ontology.commonapproach.org/cids#": "cids-3.2.1.ttl",
}
NOT_SAMPLED = {
    "http://purl.org/spar/fabio/": "FaBiO",
    "http://purl.obolibrary.org/obo/": "SEPIO",
    "https://identifier.overheid.nl/tooi/def/ont/": "TOOI",
    "http://data.europa.eu/eli/ontology#": "ELI",
    "https://www.commoncoreontologies.org/": "Common Core Ontologies",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "WGS84 vocabulary",
    "http://www.opengis.net/ont/geosparql#": "GeoSPARQL",
    "http://www.w3.org/ns/sosa/": "SOSA",
}
"""Vocabularies that no sample has: no test can tell a typing error in their IRIs."""


def namespace(iri: str) -> str:
    return re.match(r".*[#/]", iri).group(0)  # type: ignore[union-attr]


def aligned() -> set[str]:
    """Every foreign term that one of ours is aligned with, either way."""
    pairs = {(str(one), str(other)) for said in ALIGNING for one, other in GRAPH.subject_objects(said)}
    ours = {(one, other) for one, other in pairs if one.startswith(NS) != other.startswith(NS)}
    return {iri for pair in ours for iri in pair if iri.startswith("http") and not iri.startswith(NS)}


@cache
def described(file: str) -> frozenset[str]:
    """Every IRI that the sample says anything about."""
    if file.endswith(".nq"):
        dataset = Dataset().parse(SAMPLES / file, format="nquads")
        return frozenset(str(quad[0]) for quad in dataset.quads())
    return frozenset(map(str, Graph().parse(SAMPLES / file, format="turtle").subjects()))


def test_only_known_vocabularies_are_aligned_with() -> None:
    assert {namespace(iri) for iri in aligned()} == {*SAMPLED, *NOT_SAMPLED}


@pytest.mark.parametrize("space", SAMPLED)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_terms_of_others_exist(space: str) -> None:
    if not SAMPLES.exists():
        pytest.skip("the sample vocabularies are not here: they are no part of the project")
    ours = {iri for iri in aligned() if namespace(iri) == space}
    assert ours
    assert ours - described(SAMPLED[space]) == set()
    assert f"{space}NoSuchTerm" not in described(SAMPLED[space])


def test_cids_is_matched_and_never_built_on() -> None:
    """Its licence is share-alike: an axiom on its terms would make ours a work based on it."""
    cids = "https://ontology.commonapproach.org/cids#"
    used = {said for _term, said, other in GRAPH if str(other).startswith(cids)}
    assert used == {SKOS.closeMatch}
    assert not [term for term in GRAPH.subjects() if str(term).startswith(cids)]


def test_a_match_is_an_annotation_and_a_literal_is_no_match() -> None:
    for match in (SKOS.closeMatch, SKOS.exactMatch):
        assert (match, RDF.type, OWL.AnnotationProperty) in GRAPH
        assert not [other for other in GRAPH.objects(None, match) if isinstance(other, Literal)]
