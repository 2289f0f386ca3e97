"""The front door: detects what a source is, by what it is and never by a guess, and hands it to its loader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import quote

from graph_service.errors import LoadRefused
from graph_service.portions import Portion
from loaders import rdf, tables
from loaders.base import ID, LoadRequest
from loaders.mapping import MAPPING, read_mapping

DATASETS = ("minusma", "public", "fragile-contexts", "exercise")


def open_source(request: LoadRequest) -> Iterator[Portion]:
    """The portions of a dataset folder or an RDF file. Raises ``LoadRefused`` for anything else, saying what loads."""
    loader = _loader(request.path)
    if loader is tables.load and request.source:
        raise LoadRefused(f"a dataset names its source in {MAPPING}", file=request.path.name)
    if loader is not tables.load and request.documents:
        raise LoadRefused(f"documents go with a dataset whose {MAPPING} describes them", file=request.path.name)
    return loader(replace(request, source=request.source or _source_iri(request.path)))


def packaged(name: str, request: LoadRequest) -> Iterator[Portion]:
    """The portions of one of the datasets that come with Sluis (``DATASETS``); ``request.path`` is not used."""
    with as_file(files("loaders") / "datasets" / name) as folder:
        yield from open_source(replace(request, path=folder))


def is_table_dataset(path: Path) -> bool:
    """Whether what is there would be read as curated tables."""
    return _loader(path) is tables.load


@contextmanager
def dataset_folder(name: str) -> Iterator[Path]:
    """The folder of a dataset: a path to one, or the name of one of ``DATASETS``."""
    if (Path(name) / MAPPING).is_file():
        yield Path(name)
    elif name in DATASETS:
        with as_file(files("loaders") / "datasets" / name) as folder:
            yield folder
    else:
        known = ", ".join(DATASETS)
        raise LoadRefused(f"`{name}` is neither a folder with a {MAPPING} nor one of the packaged datasets: {known}")


def describes_documents(name: str) -> bool:
    """Whether a packaged dataset says how the texts of its documents are known when they are at hand."""
    with as_file(files("loaders") / "datasets" / name) as folder:
        return any(document.text for document in read_mapping(folder / MAPPING).documents.values())


def _loader(path: Path) -> Callable[[LoadRequest], Iterator[Portion]]:
    if not path.exists():
        raise LoadRefused("there is no such file or folder", file=str(path))
    if path.is_dir():
        if (path / MAPPING).is_file():
            return tables.load
        raise LoadRefused(f"the folder has no {MAPPING}", file=path.name)
    if path.suffix in rdf.SUFFIXES:
        return rdf.load
    known = " ".join(sorted(rdf.SUFFIXES))
    raise LoadRefused(f"nothing loads `{path.suffix}`: a folder with {MAPPING}, or one of {known}", file=path.name)


def _source_iri(path: Path) -> str:
    """An IRI from the file's name alone: where it lay on somebody's disk is nobody's business."""
    return f"{ID}file/{quote(path.name)}"
