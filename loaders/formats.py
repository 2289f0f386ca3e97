"""Which formats there are, and how each is known: by what a file holds; its name only where that can't tell.

A loader's module imports ``Head`` from ``loaders.heads``, never this module, which imports the loaders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from loaders import drafting, events, geo_pko, rdf, tables, unmapped
from loaders.base import Loader
from loaders.documents import docx, html, odt, pdf, text
from loaders.heads import HEAD, Head
from loaders.iati import files as iati
from loaders.interviews import sheet
from loaders.parliament import odata, publications, records
from loaders.united_nations import marc, network, resolution_text
from loaders.united_nations import tables as un_tables

__all__ = ["FORMATS", "HEAD", "Format", "Head"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    ``name``        as people know it, and as ``--format`` takes it
    ``recognises``  whether a file is of this format; never true for two formats and one file, unless one ``is_general``
    ``reason``      why a file of this format is passed over and not loaded: it describes a service and holds no facts
    ``is_general``  it yields to a format of a kind of its own: a resolution as text is text too
        ``meets_known``  its loader meets things by their names, of those that are known at the label of the load
    """

    name: str
    recognises: Callable[[Head], bool]
    load: Loader
    reason: str = ""
    is_general: bool = False
    meets_known: bool = False


DRAFT = "mapping-draft"
"""Not to be loaded: what `sluis map draft` reads a table as."""


def never_recognised(_head: Head) -> bool:
    """For a format that no file shows: it is read only where the submitter names it."""
    return False


FORMATS: tuple[Format, ...] = (
    Format("tables", tables.recognises, tables.load),
    *(Format(name, partial(rdf.recognises, syntax=name), load) for name, load in rdf.LOADERS.items()),
    Format("geo-pko", geo_pko.recognises, geo_pko.load, meets_known=True),
    Format("ucdp-ged", events.recognises_ucdp, events.load_ucdp, meets_known=True),
    Format("acled", events.recognises_acled, events.load_acled, meets_known=True),
    Format("table-without-mapping", unmapped.recognises, unmapped.load, is_general=True),
    Format(DRAFT, never_recognised, drafting.draft),
    Format("interviews", sheet.recognises, sheet.load),
    Format("iati-activities", iati.is_activities, iati.load_activities, meets_known=True),
    Format("iati-organisations", iati.is_organisations, iati.load_organisations, meets_known=True),
    Format("iati-codelist", iati.is_codelist, iati.load_codelist),
    Format("officiele-publicatie", publications.recognises, publications.load, meets_known=True),
    Format("tweede-kamer-odata", odata.recognises, odata.load, meets_known=True),
    Format(
        "odata-description",
        odata.is_description,
        odata.load,
        reason="it describes an OData service and holds no facts",
    ),
    Format("koop-metadata", records.is_metadata, records.load_metadata, meets_known=True),
    Format("koop-owms", records.is_owms, records.load_owms, meets_known=True),
    Format("koop-sru", records.is_search_answer, records.load_search_answer, meets_known=True),
    Format("bwb-manifest", records.is_law_manifest, records.load_law_manifest),
    Format("docx", docx.recognises, docx.read_docx),
    Format("html", html.recognises, html.read_html, is_general=True),
    Format("odt", odt.recognises, odt.read_odt),
    Format("pdf", pdf.recognises, pdf.read_pdf),
    Format("un-resolution", resolution_text.recognises, resolution_text.load, meets_known=True),
    Format("un-marcxml", marc.recognises, marc.load),
    Format("un-resolutions-table", un_tables.is_resolutions, un_tables.load_resolutions),
    Format("un-votes", un_tables.is_votes, un_tables.load_votes),
    Format("un-citations", network.recognises, network.load),
    Format("un-codebook", un_tables.is_codebook, un_tables.load_resolutions, reason=un_tables.CODEBOOK_REASON),
    Format("text", text.recognises, text.read_text, is_general=True),
    Format("text-windows-1252", never_recognised, text.read_windows_text),
)
"""Every format that Sluis loads. A loader's line stands here, nothing else of it."""
