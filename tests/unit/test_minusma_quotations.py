"""The quotations of the curated facts: everything that is stated has its words, and the documents say them."""

from __future__ import annotations

import csv
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from graph_service.namespaces import ID, NS, PREFIXES
from graph_service.security import Policies
from loaders import LoadRequest
from loaders.base import expand
from loaders.front import DATASETS, describes_documents, packaged
from loaders.mapping import MAPPING, read_mapping
from loaders.quoting.documents import read_documents

SEEDS = Path(os.environ.get("SEEDS", Path(__file__).resolve().parents[2] / ".." / "shared" / "seeds"))
needs_documents = pytest.mark.skipif(not SEEDS.is_dir(), reason="the two documents are not here: ../shared/seeds")

FOOT_OF_A_PAGE = " " * 20


def bare(text: str) -> str:
    """The letters alone: what stays the same when lines break and notes have numbers."""
    return "".join(character for character in text if character.isalpha())


def triples(policies: Policies, documents: Path | None = None) -> set[Any]:
    request = LoadRequest(path=Path(), policies=policies, documents=documents)
    found = packaged("minusma", request)
    return {quad.triple for p in found for quad in parse(p.ntriples, format=RdfFormat.N_TRIPLES)}


def test_every_table_quotes_or_is_inferred() -> None:
    folder = files("loaders") / "datasets" / "minusma"
    for table in read_mapping(Path(str(folder / MAPPING))).tables:
        rows = list(csv.DictReader((folder / table.file).read_text(encoding="utf-8").splitlines()))
        if any(row.get("document") for row in rows):
            assert table.quotes or table.inferred, table.file


def test_a_dataset_that_cites_nothing_takes_no_documents() -> None:
    assert {name for name in DATASETS if describes_documents(name)} >= {"minusma"}
    assert not describes_documents("exercise")


@needs_documents
def test_the_documents_say_every_word_that_is_quoted(policies: Policies) -> None:
    """Loading refuses a quotation that the document lacks; so each has its positions, and they hold its words."""
    found = triples(policies, SEEDS)
    mapping = read_mapping(Path(str(files("loaders") / "datasets" / "minusma" / MAPPING)))
    texts = {text.digest: text.text for text in read_documents(SEEDS, mapping.documents).values()}
    about: dict[str, dict[str, str]] = {}
    for triple in found:
        if triple.subject.value.startswith(f"{ID}quotation/") and triple.predicate != expand("rdf:type"):
            about.setdefault(triple.subject.value, {})[triple.predicate.value] = triple.object.value
    quotations = {t.object.value for t in found if t.predicate.value == f"{NS}quotedAt"}
    assert len(quotations) > 600
    for quotation in quotations:
        words, position = about[f"{quotation}/words"], about[f"{quotation}/position"]
        oa = PREFIXES["oa"]
        text = texts[position[f"{NS}textDigest"]]
        start, end = int(position[f"{oa}start"]), int(position[f"{oa}end"])
        exact = words[f"{oa}exact"]
        piece = text[start:end]
        if FOOT_OF_A_PAGE in piece:
            before, _, rest = piece.partition(FOOT_OF_A_PAGE)
            assert bare(exact).startswith(bare(before))
            assert bare(exact)[len(bare(before)) :] == bare(rest)[len(bare(before)) - len(bare(exact)) :]
        else:
            assert bare(exact) == bare(piece)
        assert text.startswith(words.get(f"{oa}prefix", ""), max(0, start - 32))
        assert text.startswith(words.get(f"{oa}suffix", ""), end)


@needs_documents
def test_the_documents_only_add(policies: Policies) -> None:
    assert triples(policies) < triples(policies, SEEDS)
