"""The front door: every source of a load, each by the loader of its format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from graph_service.errors import LoadRefused
from graph_service.portions import Portion
from loaders import tables
from loaders.base import LoadRequest, Proposal
from loaders.detection import Detected, detect
from loaders.documents.model import Document
from loaders.gathering import Item
from loaders.mapping import MAPPING, read_mapping

DATASETS = ("minusma", "public", "fragile-contexts", "exercise")


def read(detected: Detected, request: LoadRequest) -> Iterator[Proposal]:
    """What the loader of its format proposes for one source, read in this process: for sources that are trusted."""
    yield from detected.format.load(request_of(detected, request))


def request_of(detected: Detected, request: LoadRequest) -> LoadRequest:
    """The request for one source of a load. Raises ``LoadRefused`` where an option has no meaning for its format."""
    item, is_tables = detected.item, detected.format.load is tables.load
    if is_tables and request.source:
        raise LoadRefused(f"a dataset names its source in {MAPPING}", file=item.name)
    if not is_tables and request.documents:
        raise LoadRefused(f"documents go with a dataset whose {MAPPING} describes them", file=item.name)
    return replace(request, path=item.path, name=item.name)


def open_source(request: LoadRequest) -> Iterator[Portion]:
    """The portions of one source that needs nothing but itself: a dataset folder, RDF, data that state facts.

    Raises ``LoadRefused`` for anything else, saying what loads.
    """
    if not request.path.exists():
        raise LoadRefused("there is no such file or folder", file=str(request.path))
    (detected,) = detect([Item(request.path, request.path.name, is_named=True)]).to_read
    return _portions(read(detected, request), request.path.name)


def _portions(proposals: Iterator[Proposal], name: str) -> Iterator[Portion]:
    for proposal in proposals:
        if isinstance(proposal, Portion):
            yield proposal
        elif isinstance(proposal, Document):
            raise LoadRefused("a document is not labelled by itself: `sluis load` labels it", file=name)


def packaged(name: str, request: LoadRequest) -> Iterator[Portion]:
    """The portions of one of the datasets that come with Sluis (``DATASETS``); ``request.path`` is not used."""
    with as_file(files("loaders") / "datasets" / name) as folder:
        yield from open_source(replace(request, path=folder))


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
