"""The worlds in which views and endpoint are tried: the packaged policies, and silly ones about drink and meals.

Nothing in the product knows the second. A world is a folder of policies, the names in them by the role that each plays
in a test, and the packaged data with every marking said in the world's own words. One ``make test`` runs both.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console

from graph_service.builder import Builder
from graph_service.demo import DEMO_KEY, TOKENS_FILE, USERS, build
from graph_service.errors import LabelError
from graph_service.handling import clearance_from_markings, format_marking, parse_marking
from graph_service.policy_files import load_policies
from graph_service.portions import Portion
from graph_service.security import Clearance, Label, Policies, PolicyLabel, high_water_mark
from graph_service.settings import SETTINGS_FILE, Layout, Settings, read_settings
from loaders import LoadRequest, open_source
from loaders.front import DATASETS

FOOD_FOLDER = Path(__file__).resolve().parent / "policies"
MARKED_COLUMNS = {"label", "marking", "classified_as", "requires_level"}
"""Where markings stand in the packaged tables. One that stands elsewhere refuses the load in the other world."""


@cache
def policies_in(folder: str) -> Policies:
    """The policies of a folder, or the packaged ones."""
    return load_policies(Settings(policies=folder))


@dataclass(frozen=True)
class Words:
    """What each packaged policy, level (by its marking) and category (by its name) is called in another world."""

    policies: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def of_part(self, part: PolicyLabel) -> str:
        """A part of a packaged label as a marking."""
        level = self.levels[format_marking(Label((PolicyLabel(part.level),)), policies=policies_in(""))]
        compartments = sorted(self.names[category.name] for category in part.compartments)
        recipients = sorted(self.names[name] for release in part.releases for name in release.recipients)
        released = f"REL TO {', '.join(recipients) or 'NOBODY'}" if part.releases else ""
        return "//".join(filter(None, (level, ", ".join(compartments), released)))


@dataclass(frozen=True, eq=False)
class World:
    """A folder of policies ("" for the packaged ones) and the names in them by the role that each plays.

    ``policy``       the first policy; ``levels`` are four of its levels, from the lowest to the highest
    ``other_low``, ``other_high``  the lowest level and a high one of a second policy
    ``compartment``  a category of the first policy whose name is public; the name of ``secret`` is not
    ``home``, ``ally``  two recipients
    ``in_front``  how the lowest and the high level are written in front of a portion
    ``analyst_banner``  what the demo's analyst sees, and ``cleared_banner`` what the canaries' cleared reader does
    """

    name: str
    folder: str
    policy: str
    levels: tuple[str, str, str, str]
    other_low: str
    other_high: str
    compartment: str
    secret: str
    home: str
    ally: str
    in_front: tuple[str, str]
    analyst_banner: str
    cleared_banner: str
    words: Words | None = None

    def __repr__(self) -> str:
        return self.name

    @property
    def lowest(self) -> str:
        return self.levels[0]

    @property
    def low(self) -> str:
        return self.levels[1]

    @property
    def high(self) -> str:
        """What its policy calls a state secret, with a level above it and two below."""
        return self.levels[2]

    @property
    def top(self) -> str:
        return self.levels[3]

    @property
    def policies(self) -> Policies:
        return policies_in(self.folder)

    @property
    def changed_settings(self) -> dict[str, str]:
        """The settings that make an installation one of this world: none for the packaged policies."""
        if not self.folder:
            return {}
        return {"policies": self.folder, "anonymous": self.lowest, "vocabulary_label": self.lowest}

    def prepare(self, layout: Layout) -> Layout:
        """An empty data folder with the world's settings."""
        layout.create()
        lines = (f'{name} = "{value}"\n' for name, value in self.changed_settings.items())
        (layout.data / SETTINGS_FILE).write_text("".join(lines), encoding="utf-8")
        return layout

    def label(self, marking: str) -> Label:
        return parse_marking(marking, policies=self.policies)

    def clearance(self, *levels: str, compartments: Iterable[str] = (), affiliation: str | None = None) -> Clearance:
        """Bare levels, compartments of the first policy, and an affiliation."""
        named = [f"{self.policy}:{name}" for name in compartments]
        return clearance_from_markings(levels, policies=self.policies, compartments=named, affiliation=affiliation)

    def said(self, text: str) -> str:
        """A packaged marking in this world's words; any other text as it is."""
        if self.words is None:
            return text
        try:
            label = parse_marking(text, policies=policies_in(""))
        except LabelError:
            return text
        return format_marking(
            high_water_mark(self.label(self.words.of_part(part)) for part in label.parts), policies=self.policies
        )

    def portions(self, place: Path) -> list[Portion]:
        """The portions of the packaged datasets, with every marking in the world's words; ``place`` is a new folder."""
        found: list[Portion] = []
        for name in DATASETS:
            with as_file(files("loaders") / "datasets" / name) as packaged:
                folder = Path(shutil.copytree(packaged, place / name))
            for path in folder.iterdir() if self.words else ():
                self._translate(path)
            found += open_source(LoadRequest(path=folder, policies=self.policies))
        return found

    def _translate(self, path: Path) -> None:
        """Every label that a mapping states, and every cell that is a marking, or several with `|`."""
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            stated = re.compile(r'(\blabel *= *")([^"]+)"')
            path.write_text(stated.sub(lambda found: f'{found[1]}{self.said(found[2])}"', text), encoding="utf-8")
        elif path.suffix == ".csv":
            header, *rows = csv.reader(text.splitlines(keepends=True))
            for row in rows:
                for column in MARKED_COLUMNS.intersection(header):
                    cell = header.index(column)
                    row[cell] = "|".join(map(self.said, row[cell].split("|")))
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *rows])

    def demo(self, layout: Layout, place: Path) -> Layout:
        """A data folder like the demo's, with its datasets, users and file of tokens; ``place`` is a new folder."""
        if self.words is None:
            build(layout, console=Console(quiet=True))
            return layout
        builder = Builder(self.prepare(layout), read_settings(layout.data), key=DEMO_KEY)
        try:
            builder.load(self.portions(place))
            tokens = {name: builder.add_user(name, clearance) for name, clearance in self._users(self.words)}
        finally:
            builder.close()
        lines = [f'[users.{name}]\ntoken = "{token}"\n' for name, token in tokens.items()]
        (layout.data / TOKENS_FILE).write_text("\n".join(lines), encoding="utf-8")
        return layout

    def _users(self, words: Words) -> Iterable[tuple[str, Clearance]]:
        for user in USERS:
            named = (compartment.partition(":")[::2] for compartment in user.compartments)
            yield (
                user.name,
                clearance_from_markings(
                    dict.fromkeys(self.said(level) for level in user.levels),
                    policies=self.policies,
                    compartments=[f"{words.policies[policy]}:{words.names[name]}" for policy, name in named],
                    affiliation=words.names[user.affiliation] if user.affiliation else None,
                ),
            )


SHIPPED = World(
    name="shipped",
    folder="",
    policy="NLD",
    levels=("Ongerubriceerd", "Dep. VERTROUWELIJK", "Stg. GEHEIM", "Stg. ZEER GEHEIM"),
    other_low="NATO UNCLASSIFIED",
    other_high="NATO SECRET",
    compartment="INTERVIEW",
    secret="BRON",
    home="NLD",
    ally="FRA",
    in_front=("(Ong.)", "(Stg. G)"),
    analyst_banner="NATO SECRET + Stg. GEHEIM//INTERVIEW//REL TO FRA, NLD",
    cleared_banner="NATO SECRET + Stg. GEHEIM//BRON, INTERVIEW//REL TO FRA",
)

FOOD = World(
    name="food",
    folder=str(FOOD_FOLDER),
    policy="DRINK",
    levels=("water", "tea", "coffee", "whisky"),
    other_low="dish",
    other_high="banquet",
    compartment="SUGAR",
    secret="SPICE",
    home="COOK",
    ally="GUEST",
    in_front=("(wa)", "(c)"),
    analyst_banner="coffee//SUGAR//REL TO COOK, GUEST + banquet",
    cleared_banner="coffee//SPICE, SUGAR//REL TO GUEST + banquet",
    words=Words(
        policies={"NLD": "DRINK", "NATO": "MEAL", "EU": "MEAL", "UN": "MEAL"},
        levels={
            "Ongerubriceerd": "water",
            "Dep. VERTROUWELIJK": "tea",
            "Stg. CONFIDENTIEEL": "coffee",
            "Stg. GEHEIM": "coffee",
            "Stg. ZEER GEHEIM": "whisky",
            **dict.fromkeys(("NATO UNCLASSIFIED", "EU UNCLASSIFIED", "UN UNCLASSIFIED"), "dish"),
            **dict.fromkeys(("NATO RESTRICTED", "NATO CONFIDENTIAL", "NATO SECRET", "COSMIC TOP SECRET"), "banquet"),
            **dict.fromkeys(("RESTREINT UE/EU RESTRICTED", "CONFIDENTIEL UE/EU CONFIDENTIAL"), "banquet"),
            **dict.fromkeys(("SECRET UE/EU SECRET", "TRES SECRET UE/EU TOP SECRET"), "banquet"),
            **dict.fromkeys(("UN CONFIDENTIAL", "UN STRICTLY CONFIDENTIAL"), "banquet"),
        },
        names={"INTERVIEW": "SUGAR", "BRON": "SPICE", "ATOMAL": "CELLAR", "NLD": "COOK", "FRA": "GUEST"},
    ),
)

WORLDS = (SHIPPED, FOOD)
