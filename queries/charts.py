"""The `chart` key of a question's header: which of its columns are drawn, and how. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMS = ("bars", "stacked", "lines")
"""Bars beside each other, bars on top of each other (only what may be added up), or a line over time."""

_COLUMNS = ("along", "upTo", "series", "each", "unitIn")
_KEYS = {*_COLUMNS, "form", "values", "unit", "unit_nl"}
_NUMBERS = {"integer", "decimal"}


@dataclass(frozen=True, slots=True)
class Chart:
    """How the answer to a question is drawn as a chart; every column by its name.

    ``along`` is the axis of categories or dates; ``values`` are the numbers, and without any the rows are counted;
    ``up_to`` the highest number where ``values`` gives the lowest; ``series`` tells bars or lines apart; ``each`` makes
    a chart of its own for each of its values; ``unit_in`` holds the unit of each row, ``unit`` one for all.
    """

    form: str
    along: str
    values: tuple[str, ...] = ()
    up_to: str | None = None
    series: str | None = None
    each: str | None = None
    unit_in: str | None = None
    unit: str | None = None
    unit_nl: str | None = None

    def to_data(self) -> dict[str, Any]:
        """The chart as the catalogue lists it."""
        given: dict[str, Any] = {"form": self.form, "along": self.along, "values": list(self.values)}
        others = {"upTo": self.up_to, "series": self.series, "each": self.each, "unitIn": self.unit_in}
        words = {"unit": self.unit, "unit_nl": self.unit_nl}
        return given | {key: value for key, value in (others | words).items() if value is not None}


def read_chart(entry: Mapping[str, Any], columns: Mapping[str, str]) -> Chart:
    """Check the entry against the columns (name to type). Raises ``ValueError`` that names the key."""
    for key in entry:
        if key not in _KEYS:
            raise ValueError(f"chart: `{key}` is not a key: {', '.join(sorted(_KEYS))} are")
    for key in ("form", "along"):
        if key not in entry:
            raise ValueError(f"chart: lacks `{key}`")
    if entry["form"] not in FORMS:
        raise ValueError(f"chart: form: `{entry['form']}` is not one of {', '.join(FORMS)}")
    if ("unit" in entry) != ("unit_nl" in entry):
        raise ValueError("chart: give `unit` and `unit_nl`, or neither")
    values = _values(entry)
    _must_be_columns(entry, values, columns)
    return Chart(
        form=entry["form"],
        along=entry["along"],
        values=tuple(values),
        up_to=entry.get("upTo"),
        series=entry.get("series"),
        each=entry.get("each"),
        unit_in=entry.get("unitIn"),
        unit=entry.get("unit"),
        unit_nl=entry.get("unit_nl"),
    )


def _values(entry: Mapping[str, Any]) -> list[Any]:
    values = entry.get("values", [])
    if not isinstance(values, list):
        raise ValueError("chart: `values` is a list of columns")  # noqa: TRY004
    return values


def _must_be_columns(entry: Mapping[str, Any], values: list[Any], columns: Mapping[str, str]) -> None:
    for key in _COLUMNS:
        if key in entry and entry[key] not in columns:
            raise ValueError(f"chart: {key}: `{entry[key]}` is not a column")
    for name in [*values, *([entry["upTo"]] if "upTo" in entry else [])]:
        if columns.get(name) not in _NUMBERS:
            raise ValueError(f"chart: `{name}` is not a column of numbers")
