"""Countries by their ISO 3166 codes and their names in English, Dutch and French.

The table has the names of the Unicode CLDR, the United Nations' own long forms, and a few that Dutch papers use.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TABLE = "countries.csv"


@dataclass(frozen=True, slots=True)
class Country:
    """One country: ``key`` is how it is called in IRIs; ``names`` are in English, Dutch and French, then the others."""

    key: str
    alpha_2: str
    alpha_3: str
    names: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """All of them, by their keys."""
    text = (files("loaders") / TABLE).read_text(encoding="utf-8")
    return tuple(
        Country(
            row["key"],
            row["iso2"],
            row["iso3"],
            tuple(
                dict.fromkeys([row["name_en"], row["name_nl"], row["name_fr"], *filter(None, row["others"].split("|"))])
            ),
        )
        for row in csv.DictReader(text.splitlines())
    )


def find_country(code_or_name: str) -> Country | None:
    """The country of an ISO code (two or three capitals) or of a name; ``None`` if there is none of it."""
    wanted = code_or_name.strip()
    return _by_code().get(wanted) or _by_name().get(_folded(wanted))


@cache
def _by_code() -> Mapping[str, Country]:
    return {code: country for country in countries() for code in (country.alpha_2, country.alpha_3)}


@cache
def _by_name() -> Mapping[str, Country]:
    return {_folded(name): country for country in countries() for name in country.names}


def _folded(name: str) -> str:
    """Without case, accents and the shape of apostrophes, which differ between sources."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())
