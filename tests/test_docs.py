"""The reference documentation says what the program does: names are compared, examples are run.

Each checker gives what is wrong, and a test of its own shows that it can. Two pages are walks: every command in them is
run in the order of the page, and must print what the page says.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner
from rdflib import RDFS, SKOS, Graph, URIRef
from werkzeug.exceptions import NotFound

import ontology
from graph_service.cli import main
from graph_service.errors import LabelError, PolicyError
from graph_service.handling import clearance_from_markings, format_marking, format_part, parse_marking
from graph_service.namespaces import LABEL_WORDS, NS
from graph_service.policy_files import load_policies
from graph_service.security import Place, Policies, PolicyLabel, SecurityPolicy
from graph_service.security.policy import TagType
from graph_service.security.wording import CODES
from graph_service.serving.app import _UPDATE_DATASET, _WISHES, create_app
from graph_service.serving.query_guard import guard
from graph_service.serving.responses import _STATUS, GRAPHS, RESULTS, problem
from graph_service.settings import Layout, Settings
from graph_service.standards import spif
from graph_service.standards.adatp4774 import read_label
from graph_service.standards.spif_extension import _KNOWN
from graph_service.storage.conformance import validate
from graph_service.storage.shapes import packaged_shapes
from loaders import LoadRequest, mapping, open_source
from queries import catalogue, parse_question
from tests.web.page.places import places

ROOT = Path(__file__).parents[1]
DOCS = sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "formats").glob("*.md")])
README = ROOT / "README.md"
PAGES = [*DOCS, *([README] if README.exists() else [])]
COMMAND_PAGES = [
    *(ROOT / "docs" / name for name in ("commands.md", "labels.md", "policies.md", "reuse.md")),
    *([README] if README.exists() else []),
]
WALKS = ("policies", "labels", "reuse")
"""The pages whose console examples are run as they stand."""

_FENCE = re.compile(r"^ *```([a-z]*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_STRANGE_HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs|\bcdn\b|cdnjs|jsdelivr|unpkg|docker\.io|ghcr\.io|quay\.io|githubusercontent",
    re.IGNORECASE,
)
_MACHINE_PATHS = re.compile(r"(?<![\w.:/])/(?:tmp|home|root|work|Users)/")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(text: str, language: str) -> list[str]:
    """The contents of the fenced blocks of one language."""
    return [body for kind, body in _FENCE.findall(text) if kind == language]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of the same or a higher rank; empty if there is none."""
    rank = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, heads and rulers among them."""
    lines = (line.strip() for line in text.splitlines())
    cells = (re.split(r"(?<!\\)\|", line[1:-1]) for line in lines if line.startswith("| "))
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]


def missing(names: Iterable[str], text: str) -> list[str]:
    """The names that stand nowhere in the text as code."""
    text = text.replace("\\|", "|")  # as a bar is written in a table
    return [name for name in names if f"`{name}`" not in text]


# -- commands -----------------------------------------------------------------------------------


def commands(group: click.Group = main, path: str = "sluis") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def words(command: click.Command) -> list[str]:
    """What a reader must find of a command: its options by their long name, its arguments as its help shows them."""
    options = [max(p.opts, key=len) for p in command.params if isinstance(p, click.Option)]
    arguments = [p.human_readable_name.strip("[].") for p in command.params if isinstance(p, click.Argument)]
    return options + arguments


def undocumented_commands(text: str) -> list[str]:
    wrong = []
    for path, command in commands():
        part = section(text, f"## `{path}`")
        wrong += [f"{path} {name}" for name in (missing(words(command), part) if part else ["(no section)"])]
    return wrong


def invented_options(text: str) -> list[str]:
    """Options in a command's own table that the command does not have."""
    return [
        f"{path} {name}"
        for path, command in commands()
        for row in rows(section(text, f"## `{path}`"))
        for name in re.findall(r"^`(--[a-z-]+)`$", row[0])
        if name not in words(command)
    ]


def command_lines(text: str) -> list[str]:
    """The ``sluis`` command lines in fenced blocks, without prompt, pipes, redirections and comments."""
    lines = [line.strip() for _, body in _FENCE.findall(text) for line in body.replace("\\\n", " ").splitlines()]
    found = (re.search(r"^(?:\$ )?(?:.*\| *)?(?:\.venv/bin/)?(sluis (?!serves).*)$", line) for line in lines)
    return [re.split(r" [|<>] ", match[1])[0] for match in found if match]


def unreadable(lines: Iterable[str]) -> list[str]:
    """The command lines that click does not accept. Call it in a scratch folder, with the callbacks stubbed."""
    wrong = []
    for line in lines:
        arguments = shlex.split(line, comments=True)[1:]
        for name in arguments:
            if name.endswith((".rq", ".xml")):
                Path(name).touch()  # a query's file is opened while the line is read, a clearance's must be there
        result = CliRunner().invoke(main, arguments)
        if result.exit_code:
            wrong.append(f"{line}: {result.output}")
    return wrong


@pytest.fixture
def no_execution(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Command lines are read in a scratch folder, and none of them does anything."""
    monkeypatch.chdir(tmp_path)
    for _, command in commands():
        monkeypatch.setattr(command, "callback", lambda **_: None)


def test_every_command_and_option_is_documented() -> None:
    text = read("docs/commands.md")
    known = {path for path, _ in commands()}
    assert {"sluis policy check", "sluis policy show", "sluis policy import"} <= known
    assert {f"sluis label {name}" for name in ("parse", "explain", "join", "dominates", "due")} <= known
    assert undocumented_commands(text) == []
    assert undocumented_commands(text.replace("`--once`", "")) == ["sluis demo --once"]
    assert undocumented_commands(text.replace("## `sluis label join`", "")) == ["sluis label join (no section)"]
    assert undocumented_commands(text.replace("## `sluis publish`", "")) == ["sluis publish (no section)"]
    assert {"sluis explain", "sluis withdraw", "sluis purge"} <= known
    assert undocumented_commands(text.replace("`--restore`", "")) == ["sluis load --restore"]
    assert undocumented_commands(text.replace("`PORTION`", "")) == [
        f"sluis {path} PORTION" for path in ("portions show", "portions history", "relabel", "purge")
    ]


def test_no_option_is_invented() -> None:
    text = read("docs/commands.md")
    assert invented_options(text) == []
    assert invented_options(text.replace("| `--once` |", "| `--twice` |")) == ["sluis demo --twice"]


@pytest.mark.parametrize("page", COMMAND_PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("no_execution")
def test_every_command_line_can_be_read(page: Path) -> None:
    lines = command_lines(page.read_text(encoding="utf-8"))
    assert len(lines) > 5
    assert unreadable(lines) == []


@pytest.mark.usefixtures("no_execution")
def test_a_command_line_that_cannot_be_read_is_found() -> None:
    text = "```console\n$ echo x | sluis query - --twice\nsluis user add | cat\nSluis serves here\n```\n"
    lines = command_lines(text)
    assert lines == ["sluis query - --twice", "sluis user add"]
    assert len(unreadable(lines)) == 2


def test_exit_codes_are_documented() -> None:
    codes = {row[0] for row in rows(section(read("docs/commands.md"), "## What all commands share"))}
    assert {"0", "1", "2"} <= codes


# -- HTTP ---------------------------------------------------------------------------------------


def routes() -> list[str]:
    app = create_app(SimpleNamespace(policies=None), None)  # type: ignore[arg-type]  # nothing is asked of it
    return [
        f"{method} {rule.rule.replace('<path:', '<')}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def problem_types() -> dict[str, int]:
    """Every problem type with a status it comes with, as the program answers them."""
    errors = [*(kind("x") for kind in _STATUS), NotFound(), Exception("x")]
    bodies = [json.loads(problem(error).get_data()) for error in errors]
    return {body["type"].rpartition("/")[2]: body["status"] for body in bodies}


def undocumented_problems(text: str) -> list[str]:
    told = {row[0]: row[1] for row in rows(section(text, "## Refusals"))}
    return [kind for kind, status in problem_types().items() if str(status) not in told.get(f"`{kind}`", "")]


def wrong_formats(text: str) -> list[str]:
    """The media types without a row, or whose row gives another name for ``format=``."""
    told = {row[0]: row[1] for row in rows(section(text, "## Formats"))}
    return [media for media, name in {**RESULTS, **GRAPHS}.items() if told.get(f"`{media}`") != f"`{name}`"]


def test_every_route_is_documented() -> None:
    text = read("docs/http.md")
    assert len(routes()) >= 16
    assert {"GET /data", "PUT /data", "DELETE /api/queries/<query_id>", "GET /id/<name>"} <= set(routes())
    assert missing(routes(), text) == []
    assert missing(routes(), text.replace("`GET /prefixes`", "")) == ["GET /prefixes"]
    assert missing(routes(), text.replace("`GET /queries/<name>`", "")) == ["GET /queries/<name>"]


def test_every_format_is_documented_with_its_name() -> None:
    text = read("docs/http.md")
    assert wrong_formats(text) == []
    assert wrong_formats(text.replace("| `jsonld` |", "| `json-ld` |")) == ["application/ld+json"]
    assert len(wrong_formats("")) >= 8


def test_every_parameter_of_a_request_is_documented() -> None:
    text = read("docs/http.md")
    told = [row[0] for row in rows(section(text, "## How the answer is wanted"))]
    assert [name for name in _WISHES if f"`{name}`" not in told] == []
    assert missing(["default-graph-uri", "named-graph-uri", *_UPDATE_DATASET], text) == []
    assert missing(_WISHES, text.replace("`clearance`", "")) == ["clearance"]


def test_every_problem_type_is_documented() -> None:
    text = read("docs/http.md")
    assert set(problem_types()) >= {"http", "fault", "busy", "ended"}
    assert undocumented_problems(text) == []
    assert undocumented_problems(text.replace("| `busy` | 503", "| `busy` | 500")) == ["busy"]


def test_the_json_examples_are_json() -> None:
    examples = [body for page in DOCS for body in fenced(page.read_text(encoding="utf-8"), "json")]
    assert len(examples) >= 5
    for body in examples:
        json.loads(body)


# -- settings -----------------------------------------------------------------------------------


def wrong_settings(text: str) -> list[str]:
    told = {row[0].strip("`"): row[2].strip("`") for row in rows(section(text, "## Every setting"))[1:]}
    defaults = {entry.name: getattr(Settings(), entry.name) for entry in fields(Settings)}
    return [name for name, value in defaults.items() if told.get(name) != json.dumps(value)] + [
        name for name in told if name not in defaults
    ]


def test_every_setting_is_documented_with_its_default() -> None:
    text = read("docs/settings.md")
    assert wrong_settings(text) == []
    assert wrong_settings(text.replace("| `10.0` |", "| `11.0` |")) == ["query_seconds"]
    assert wrong_settings(text.replace("| `anonymous` |", "| `anonymus` |")) == ["anonymous", "anonymus"]


def undocumented_places(text: str) -> list[str]:
    """The folders that are made below the data folder, and have no row."""
    names = [name for name, kind in vars(Layout).items() if isinstance(kind, property)]
    told = {row[0] for row in rows(section(text, "## The data folder"))}
    return [name for name in names if f"`{getattr(Layout(Path('data')), name).relative_to('data')}/`" not in told]


def test_every_folder_is_documented() -> None:
    text = read("docs/settings.md")
    assert undocumented_places(text) == []
    assert undocumented_places(text.replace("| `servers/` |", "| |")) == ["servers"]
    assert len(undocumented_places("")) >= 5


def test_the_settings_example_is_accepted() -> None:
    (example,) = fenced(read("docs/settings.md"), "toml")
    Settings(**tomllib.loads(example))


# -- questions ----------------------------------------------------------------------------------


def wrong_questions(text: str) -> list[str]:
    """The questions whose row differs from the catalogue: summary, or parameters with type and description."""
    told = {row[0]: row[1:] for row in rows(section(text, "## All questions"))[1:]}
    known = {}
    for question in catalogue().values():
        parameters = [
            f"`{p.name}` ({p.type}{', required' if p.required else ''}): {p.description}" for p in question.parameters
        ]
        link = f"[`{question.name}`](../queries/{question.name}.rq)"
        known[link] = [question.summary, "; ".join(parameters)]
    return sorted(link for link in known.keys() | told.keys() if known.get(link) != told.get(link))


def test_every_question_is_documented_with_its_parameters() -> None:
    text = read("docs/questions.md")
    assert wrong_questions(text) == []
    assert len(wrong_questions(text.replace("`from` (date): events", "`from` (string): events"))) == 1
    assert len(wrong_questions(text.replace("What happened, in order?", "What?"))) == 1


def test_the_example_question_is_accepted() -> None:
    (example,) = fenced(read("docs/questions.md"), "sparql")
    question = parse_question("example", example)
    assert guard(question.query).form == "SELECT"


# -- ontology and policies ----------------------------------------------------------------------


def wrong_rules(text: str) -> list[str]:
    """The rule files without a row, or whose OWL 2 RL name is not the one that the file gives."""
    told = {row[0]: row[2] for row in rows(section(text, "## The closure"))}
    wrong = []
    for name, rule in ontology.rule_files():
        (source,) = re.findall(r"^#\+ source: (?:OWL 2 RL )?(\S+?),?(?: .*)?$", rule, re.MULTILINE)
        if source not in told.get(f"`{name}`", ""):
            wrong.append(name)
    return wrong


def packaged() -> Policies:
    return load_policies(Settings())


def printed(policy: SecurityPolicy, place: Place) -> list[str]:
    """The policy's levels as they are printed, from low to high."""
    return [f"`{format_part(PolicyLabel(level), policy=policy, place=place)}`" for level in policy.levels]


def undocumented_policies(text: str) -> list[str]:
    """Levels (in their order), spellings, tags, categories, groups and versions that the policy's section lacks.

    Countries that may receive are told in words there.
    """
    wrong = []
    for policy in packaged().newest:
        heading = next((line for line in text.splitlines() if re.match(rf"### {policy.id}\b", line)), "")
        part = section(text, heading) if heading else ""
        levels = rows(part)[1 : len(policy.scale) + 1]
        if [row[0].removesuffix(" (state secret)") for row in levels] != printed(policy, Place.BANNER):
            wrong.append(f"{policy.id}: levels")
        if [row[1] for row in levels] != printed(policy, Place.PORTION):
            wrong.append(f"{policy.id}: levels in front of a portion")
        secret = [row[0].endswith("(state secret)") for row in levels]
        if secret != [rule.state_secret for rule in policy.scale]:
            wrong.append(f"{policy.id}: state secrets")
        tags = {row[0].strip("`"): row[1:] for row in rows(part)[len(levels) + 1 :] if row[0].startswith("`")}
        if {key: row[0] for key, row in tags.items()} != {tag.key: tag.type.value for tag in policy.tags}:
            wrong.append(f"{policy.id}: tags")
        for tag in policy.tags:
            named = [n for n in tag.rules if tag.type is not TagType.PERMISSIVE or not re.fullmatch("[A-Z]{3}", n)]
            told = tags.get(tag.key, ["", ""])[1]
            wrong += [f"{policy.id}: {name}" for name in missing([*named, *tag.groups], told)]
        versions = [version.version for version in packaged().versions[policy.id]]
        spellings = [spelling for rule in policy.scale for spelling in rule.spellings]
        wrong += [f"{policy.id}: {name}" for name in missing([*spellings, *versions], part)]
    return wrong


def undocumented_elements(text: str) -> list[str]:
    """Elements of a SPIF that the page calls neither read nor passed over, or both; marking codes that it lacks."""
    read_, _, passed_over = section(text, "## What of a SPIF is read").partition("### What is passed over")
    read_, _, _ = read_.partition("| `tagType` |")
    firsts = ["".join(row[0] for row in rows(part)) for part in (read_, passed_over)]
    told, left = (set(re.findall(r"`(\w+)`", first)) for first in firsts)
    known = {name for names in spif._CHILDREN.values() for name in names.split()} | {*spif._CHILDREN}
    wrong = ((told | left) ^ known) | (told & left) | (told & spif._PASSED_OVER - {"extensions"})
    return sorted(wrong) + missing(sorted(CODES), section(text, "## Markings"))


def wrong_extension(text: str) -> list[str]:
    """The elements of our own whose row is missing or names other attributes than those that are known."""
    told = {row[0]: re.findall(r"`([^`]+)`", row[1]) for row in rows(section(text, "## What Sluis adds"))}
    known = {f"`sluis:{name}`": {a.rpartition(" ")[2] for a in attributes} for name, attributes in _KNOWN.items()}
    return [name for name in known if {a.removeprefix("xml:") for a in told.get(name, ["-"])} != known[name]] + [
        name for name in told if name.startswith("`") and name not in known
    ]


def wrong_equivalences(text: str) -> list[str]:
    """The policies whose number of rows of equivalence, or of verified ones, is another than the page says."""
    told = {row[0]: row[1:3] for row in rows(section(text, "## Equivalence")) if len(row) == 4}
    counts = {
        policy.id: [str(len(policy.equivalents)), str(sum(row.source.verified for row in policy.equivalents))]
        for policy in packaged().newest
    }
    return [name for name, count in counts.items() if told.get(name) != count]


def label_terms() -> list[str]:
    """Every term that ``marking.ttl`` defines, and every word that may describe a portion's label."""
    graph = Graph().parse(data=dict(ontology.ontology_files())["marking.ttl"], format="turtle")
    defined = {str(term) for term in graph.subjects(RDFS.isDefinedBy) if str(term).startswith(NS)}
    return sorted(f"sluis:{term.removeprefix(NS)}" for term in defined | LABEL_WORDS)


def test_every_rule_is_documented() -> None:
    text = read("docs/ontology.md")
    assert wrong_rules(text) == []
    assert wrong_rules(text.replace("`prp-trp.rq`", "")) == ["prp-trp.rq"]
    assert wrong_rules(text.replace("| cax-sco |", "| scm-sco |")) == ["cax-sco.rq"]


def test_every_ontology_file_is_documented() -> None:
    names = [name for name, _ in ontology.ontology_files()]
    assert missing(names, read("docs/ontology.md")) == []


def test_every_term_that_the_page_names_is_in_the_ontology() -> None:
    text, terms = read("docs/ontology.md"), "".join(text for _, text in ontology.ontology_files())
    known = set(re.findall(r"sluis:([A-Za-z]+)", terms))
    named = set(re.findall(r"sluis:([A-Za-z]+)", text)) | set(re.findall(r"`([A-Z][A-Za-z]+)`", text))
    assert named - known == set()
    assert set(re.findall(r"sluis:([A-Za-z]+)", read("docs/labels.md"))) - known == set()


def test_every_label_word_is_documented() -> None:
    text = read("docs/labels.md") + read("docs/ontology.md")
    assert {"sluis:labelUntilEvent", "sluis:LevelEquivalence", "sluis:Nobody"} <= set(label_terms())
    assert missing(label_terms(), text) == []
    assert missing(label_terms(), text.replace("`sluis:handledAs`", "")) == ["sluis:handledAs"]


def test_every_level_and_category_is_documented() -> None:
    text = read("docs/policies.md")
    assert undocumented_policies(text) == []
    assert undocumented_policies(text.replace("| `NATO SECRET` |", "| `NATO SECRETS` |")) == ["NATO: levels"]
    assert undocumented_policies(text.replace("| `(NS)` |", "| `(SN)` |")) == ["NATO: levels in front of a portion"]
    assert undocumented_policies(text.replace("`BRON` (", "BRON (")) == ["NLD: BRON"]
    assert undocumented_policies(text.replace("`Stg. GEHEIM` (state secret)", "`Stg. GEHEIM`")) == [
        "NLD: state secrets"
    ]
    assert undocumented_policies(text.replace("| `Context` | permi", "| `Context` | restri")) == ["NATO: tags"]
    assert undocumented_policies(text.replace("`VIRBI 2013`", "VIRBI 2013")) == ["NLD: VIRBI 2013"]


def test_every_element_of_a_policy_file_is_documented() -> None:
    text = read("docs/policies.md")
    assert undocumented_elements(text) == []
    assert undocumented_elements(text.replace("| `excludedClass` |", "| |")) == ["excludedClass"]
    assert undocumented_elements(text.replace("| `privacyMarks` |", "| |")) == ["privacyMarks"]
    assert undocumented_elements(text.replace("`waterMark`", "")) == ["waterMark"]


def test_every_element_and_attribute_of_ours_is_documented() -> None:
    text = read("docs/policies.md")
    assert wrong_extension(text) == []
    assert wrong_extension(text.replace("`lacv`, `stateSecret`", "`lacv`")) == ["`sluis:level`"]
    assert wrong_extension(text.replace("| `sluis:spelling` |", "| |")) == ["`sluis:spelling`"]


def test_the_example_policy_is_accepted() -> None:
    policy = spif.read_spif(named_files(read("docs/policies.md"))["kitchen.xml"], name="kitchen.xml")
    policies = Policies.of([policy])
    kinds = {tag.type for tag in policy.tags}
    assert kinds == {*TagType}
    assert policy.equivalents
    assert policy.sources
    assert parse_marking("kitchen recipe for staff", policies=policies).is_classified


def test_the_example_policy_is_refused_with_its_line_if_a_word_is_wrong() -> None:
    text = named_files(read("docs/policies.md"))["kitchen.xml"]
    for word in ("excludedClass", "sluis:note", "publicName", 'hierarchy="3"', ">replacePolicy<"):
        with pytest.raises(PolicyError, match=r"kitchen.xml, line \d+: "):
            spif.read_spif(text.replace(word, word.replace("e", "o").replace("3", "2")), name="kitchen.xml")


def test_the_number_of_verified_equivalences_is_true() -> None:
    text = read("docs/policies.md")
    assert wrong_equivalences(text) == []
    assert wrong_equivalences(re.sub(r"\| NLD \| \d+", "| NLD | 99", text)) == ["NLD"]


def test_the_joins_are_true() -> None:
    policies = packaged()
    table = [[cell.strip("`") for cell in row] for row in rows(section(read("docs/policies.md"), "## Labels"))[1:]]
    assert len(table) >= 5
    assert any("NOBODY" in joined for _, _, joined in table)
    for a, b, joined in table:
        label = parse_marking(a, policies=policies).join(parse_marking(b, policies=policies))
        assert format_marking(label, policies=policies) == joined


def test_the_decisions_are_true() -> None:
    policies = packaged()
    clearance = clearance_from_markings(
        ["Stg. GEHEIM"], policies=policies, compartments=["NLD:INTERVIEW"], affiliation="NLD"
    )
    table = rows(section(read("docs/policies.md"), "## Clearances"))[1:]
    assert {row[1] for row in table} == {"yes", "no"}
    assert any("NOBODY" in row[0] for row in table)
    for marking, told, _reason in table:
        label = parse_marking(marking.strip("`"), policies=policies)
        assert clearance.dominates(label) == (told == "yes"), marking


def test_the_markings_are_read_or_refused_as_the_page_says() -> None:
    policies, part = packaged(), section(read("docs/policies.md"), "### How they are read")
    read_, refused = part.split("| refused | why |")
    shown = [row[0].strip("`") for row in rows(read_)[1:]]
    assert len(shown) >= 5
    for marking in shown:
        assert format_marking(parse_marking(marking, policies=policies), policies=policies) == marking
    markings = [marking for row in rows(refused) for marking in re.findall(r"`([^`]+)`", row[0])]
    assert len(markings) >= 7
    for marking in [*markings, "", "Stg. GEHEIM//REL TO", "//INTERVIEW"]:
        with pytest.raises(LabelError):
            parse_marking(marking, policies=policies)


def test_the_example_label_file_is_read() -> None:
    text, policies = named_files(read("docs/labels.md"))["letter.label.xml"], packaged()
    document = read_label(text, policies=policies)
    assert document.originator
    assert document.review
    with pytest.raises(LabelError, match=r"line \d+"):
        read_label(text.replace("PERMISSIVE", "PERMITTED"), policies=policies)


# -- loading ------------------------------------------------------------------------------------


def statements(path: Path) -> set[tuple[str, ...]]:
    """Every statement that a source gives, with the marking of its portion and what is known of how it was set."""
    policies = packaged()
    portions = open_source(LoadRequest(path=path, policies=policies))
    return {
        (format_marking(p.label, policies=policies), p.originator, str(p.set_on), p.ground, str(p.term), line)
        for p in portions
        for line in p.ntriples.splitlines()
    }


def write_example(folder: Path) -> Path:
    """The tables and the mapping of the worked example, as a dataset folder."""
    folder.mkdir()
    for name, text in named_files(read("docs/formats/tables.md")).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def undocumented_keys(text: str, known: dict[str, set[str]]) -> list[str]:
    """The mapping's keys that the page does not name."""
    told = set(re.findall(r"`\[{0,2}(\w+)\]{0,2}`", section(text, "## The mapping, key by key")))
    return sorted({("as" if key == "as_" else key) for keys in known.values() for key in keys} - told)


def test_the_worked_example_gives_what_the_page_says(tmp_path: Path) -> None:
    result = fenced(read("docs/formats/tables.md"), "trig")[0]
    folder = write_example(tmp_path / "visits")
    assert {path.name for path in folder.iterdir()} == {"visits.csv", "mapping.toml"}
    (tmp_path / "told.trig").write_text(result, encoding="utf-8")
    assert statements(folder) == statements(tmp_path / "told.trig")
    for word, other in (("fn7", "fn8"), ("2026-02-03", "2026-02-04"), ("hospitality", "hostility")):
        (tmp_path / "told.trig").write_text(result.replace(word, other), encoding="utf-8")
        assert statements(folder) != statements(tmp_path / "told.trig")


def test_whoever_follows_an_example_of_loading_is_not_refused(tmp_path: Path) -> None:
    policies = load_policies(Settings())
    (tmp_path / "example.trig").write_text(fenced(read("docs/formats/rdf.md"), "trig")[0], encoding="utf-8")
    for source in (write_example(tmp_path / "visits"), tmp_path / "example.trig"):
        portions = open_source(LoadRequest(path=source, policies=policies, source=""))
        assert validate(portions, packaged_shapes()).violations == ()


def test_every_key_of_a_mapping_is_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, set[str]] = {}
    check = mapping._check_keys

    def looked_at(data: Any, keys: set[str], where: str) -> None:
        known.setdefault(where, set()).update(keys)
        check(data, keys, where)

    monkeypatch.setattr(mapping, "_check_keys", looked_at)
    mapping.read_mapping(write_example(tmp_path / "visits") / "mapping.toml")
    assert {"set_on", "ground", "until", "until_event"} <= known["[dataset]"]
    text = read("docs/formats/tables.md")
    assert undocumented_keys(text, known) == []
    assert undocumented_keys(text.replace("`until_event`", ""), known) == ["until_event"]
    assert undocumented_keys(text.replace("`name_nl`", ""), known) == ["name_nl"]


def test_the_labelled_example_loads(tmp_path: Path) -> None:
    example = fenced(read("docs/formats/rdf.md"), "trig")[0]
    (tmp_path / "example.trig").write_text(example, encoding="utf-8")
    found = {marking: kept for marking, *kept in statements(tmp_path / "example.trig")}
    assert {*found} == {"Ongerubriceerd", "Stg. GEHEIM//INTERVIEW//REL TO FRA, NLD"}
    assert "EXAMPLE" in found["Stg. GEHEIM//INTERVIEW//REL TO FRA, NLD"][2]
    said = {NS + word for word in re.findall(r"sluis:(label\w+)", example)}
    assert len(said) == 3
    assert said <= LABEL_WORDS


def test_the_example_of_a_label_for_a_statement_loads(tmp_path: Path) -> None:
    (tmp_path / "example.trig").write_text(fenced(read("docs/formats/rdf.md"), "trig")[1], encoding="utf-8")
    found = statements(tmp_path / "example.trig")
    secret = {line for marking, *_, line in found if marking == "Stg. GEHEIM"}
    assert {marking for marking, *_ in found} == {"Ongerubriceerd", "Stg. GEHEIM"}
    assert sum("a secret note" in line for line in secret) == 2
    assert sum("said by the cook" in line for line in secret) == 1
    assert not any("secret" in line or "cook" in line for marking, *_, line in found if marking == "Ongerubriceerd")


# -- walks --------------------------------------------------------------------------------------

TODAY_IN_PAGES = "2026-11-22"
_MADE_ANEW = re.compile(r"\b[0-9a-f]{32}\b|^[\w-]{43}$")
"""A portion's id, which is keyed with the installation's key; and a token, alone on its line."""


def named_files(text: str) -> dict[str, str]:
    """The files that a page gives whole: each has its name on a line of its own before its block."""
    return dict(re.findall(r"^`([\w./-]+)`:\n\n```[a-z]+\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Every command of the console blocks, with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for line in "".join(body.replace("\\\n", " ") for body in fenced(text, "console")).splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            found[-1][1].append(line.rstrip())
    return found


@dataclass
class Walk:
    """Runs a page's commands one after the other. Ids of the page stand for those that were made here."""

    ids: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0

    def run(self, command: str) -> list[str]:
        for told, made in self.ids.items():
            command = command.replace(told, made)
        name, *arguments = shlex.split(self._today(command))
        if name in {"echo", "cat"}:
            return [str(self.exit_code)] if name == "echo" else Path(arguments[0]).read_text().splitlines()
        assert name == "sluis", f"a walk can't run `{name}`"
        result = CliRunner().invoke(main, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exception)
        self.exit_code = result.exit_code
        return [line.rstrip() for line in result.output.splitlines()]

    def differs(self, told: list[str], printed: list[str]) -> str:
        """The first line of the page that was not printed, or printed line that it lacks; `…` is any lines."""
        place, gap = 0, False
        for line in map(self._today, told):
            if line == "…":
                gap = True
                continue
            while gap and place < len(printed) and not self._alike(line, printed[place]):
                place += 1
            if place == len(printed) or not self._alike(line, printed[place]):
                return f"told `{line}`, printed `{printed[place] if place < len(printed) else ''}`"
            place, gap = place + 1, False
        return "" if gap or place == len(printed) else f"printed besides `{printed[place]}`"

    def _alike(self, told: str, printed: str) -> bool:
        if _MADE_ANEW.sub("*", told) != _MADE_ANEW.sub("*", printed):
            return False
        pairs = zip(_MADE_ANEW.findall(told), _MADE_ANEW.findall(printed), strict=True)
        return all(self.ids.setdefault(ours, made) == made for ours, made in pairs)

    @staticmethod
    def _today(text: str) -> str:
        return text.replace(TODAY_IN_PAGES, datetime.now(UTC).date().isoformat())


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to walk in, with a data folder and a runtime folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLUIS_DATA", "sluis-data")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # query workers are processes of their own
    monkeypatch.setenv("COLUMNS", "110")
    return tmp_path


def write_files(folder: Path, *pages: str) -> None:
    for page in pages:
        for name, text in named_files(read(f"docs/{page}.md")).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("page", WALKS)
def test_a_walk_prints_what_its_page_says(page: str, scratch: Path) -> None:
    write_files(scratch, page)
    walk, taken = Walk(), steps(read(f"docs/{page}.md"))
    assert len(taken) >= 10
    for command, told in taken:
        assert walk.differs(told, walk.run(command)) == "", f"after `{command}`"


def test_the_examples_of_commands_that_need_no_data_are_true(scratch: Path) -> None:
    write_files(scratch, *WALKS)
    walk, text = Walk(), read("docs/commands.md")
    paths = ["policy check", "policy show", *(f"label {name}" for name in ("parse", "explain", "join", "dominates"))]
    for path in paths:
        taken = steps(section(text, f"## `sluis {path}`"))
        assert any(told for _, told in taken), path
        for command, told in taken:
            assert walk.differs(told, walk.run(command)) == "", f"after `{command}`"


def test_what_a_walk_did_not_print_is_found() -> None:
    walk = Walk()
    one, two = "1" * 32, "2" * 32
    assert walk.differs([f"a {one}", "…", "c"], [f"a {two}", "b", "b", "c"]) == ""
    assert walk.ids == {one: two}
    assert walk.differs([f"a {one}"], ["a " + "3" * 32]) != ""
    assert walk.differs(["a"], ["a", "b"]) == "printed besides `b`"
    assert walk.differs(["a", "…", "d"], ["a", "b", "c"]) == "told `d`, printed ``"
    assert walk.differs(["a"], []) == "told `a`, printed ``"
    assert steps("```console\n$ a \\\n  b\nc\n$ d\n```\n") == [("a    b", ["c"]), ("d", [])]


def test_the_module_of_the_worked_example_only_adds() -> None:
    """What a reader copies from the page says nothing of our words, and says of its own what they mean."""
    graph = Graph().parse(data=named_files(read("docs/reuse.md"))["fabulia.ttl"], format="turtle")
    subjects = {str(subject) for subject in graph.subjects()}
    assert len(subjects) == 3
    assert not [subject for subject in subjects if subject.startswith(NS)]
    for term in (subject for subject in subjects if "#" in subject):
        for said in (RDFS.label, SKOS.definition):
            assert {text.language for text in graph.objects(URIRef(term), said)} == {"nl", "en"}


# -- every page ---------------------------------------------------------------------------------


def slugs(text: str) -> set[str]:
    """The anchors of a page's headings, as they are made on the web."""
    headings = re.findall(r"^#+ (.*)$", re.sub(_FENCE, "", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken_links(page: Path, text: str) -> list[str]:
    """Links inside the project that lead nowhere."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(_FENCE, "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and anchor not in slugs(place.read_text(encoding="utf-8"))):
            broken.append(target)
    return broken


def quick_start_lacks(text: str) -> list[str]:
    return [line for line in ("make demo", "make test") if line not in section(text, "## Quick start")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found() -> None:
    page = ROOT / "docs" / "http.md"
    text = "[a](nowhere.md) [b](http.md#nowhere) [c](http.md#formats) [d](#refusals) [e](https://example.org/)"
    assert broken_links(page, text + "\n## Refusals\n") == ["nowhere.md", "http.md#nowhere"]


@pytest.mark.parametrize(
    ("what", "bad"), [(_STRANGE_HOSTS, "https://cdn.example.org/x"), (_MACHINE_PATHS, "in /tmp/x")]
)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_registry_and_no_machine(page: Path, what: re.Pattern[str], bad: str) -> None:
    assert what.search(page.read_text(encoding="utf-8")) is None
    assert what.search(bad)


@pytest.mark.skipif(not README.exists(), reason="there is no README yet")
def test_the_quick_start_names_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert quick_start_lacks(text) == []
    assert quick_start_lacks(text.replace("make test", "")) == ["make test"]


@pytest.mark.parametrize(
    ("check", "page"),
    [(undocumented_commands, "commands"), (undocumented_problems, "http"), (wrong_settings, "settings")],
)
def test_an_empty_page_satisfies_nobody(check: Callable[[str], list[Any]], page: str) -> None:
    assert check(read(f"docs/{page}.md")) == []
    assert len(check("")) >= 10


# -- the page -----------------------------------------------------------------------------------


def unpictured(page: str, names: Iterable[str], folder: Path) -> list[str]:
    """The places of the page without a picture, or with one that its manual does not show."""
    return [name for name in names if f"(screenshots/{name}.png)" not in page or not (folder / f"{name}.png").exists()]


def test_the_page_s_manual_shows_a_picture_of_each_room() -> None:
    folder = ROOT / "docs" / "screenshots"
    pictures = {path.stem for path in folder.glob("*.png")}
    assert unpictured(read("docs/page.md"), (repr(place) for place in places()), folder) == []
    assert pictures == {repr(place) for place in places()}
    assert sum(path.stat().st_size for path in folder.glob("*.png")) < 3 * 2**20


def test_a_room_without_a_picture_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "c.png").touch()
    assert unpictured("![a](screenshots/a.png) ![b](screenshots/b.png)", ["a", "b", "c"], tmp_path) == ["b", "c"]
