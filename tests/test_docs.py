"""The reference documentation says what the program does: names are compared, examples are run.

Each checker gives what is wrong, and a test of its own shows that it can.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from werkzeug.exceptions import NotFound

import ontology
from graph_service.cli import main
from graph_service.security import Policies, clearance_from_markings, format_marking, parse_marking
from graph_service.serving.app import create_app
from graph_service.serving.query_guard import guard
from graph_service.serving.responses import _STATUS, problem
from graph_service.settings import Settings
from loaders import LoadRequest, open_source
from queries import catalogue, parse_question

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
README = ROOT / "README.md"
PAGES = [*DOCS, *([README] if README.exists() else [])]
COMMAND_PAGES = [ROOT / "docs" / "commands.md", *([README] if README.exists() else [])]

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
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines if line.startswith("| ")]


def missing(names: Iterable[str], text: str) -> list[str]:
    """The names that stand nowhere in the text as code."""
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
            if name.endswith(".rq"):
                Path(name).touch()  # a query's file is opened while the line is read
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
    assert undocumented_commands(text) == []
    assert undocumented_commands(text.replace("`--once`", "")) == ["sluis demo --once"]
    assert undocumented_commands(text.replace("## `sluis publish`", "")) == ["sluis publish (no section)"]
    assert undocumented_commands(text.replace("`PORTION`", "")) == ["sluis portions show PORTION"]


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
    text = "```console\n$ echo x | sluis query - --twice\nsluis user add jan | cat\nSluis serves here\n```\n"
    lines = command_lines(text)
    assert lines == ["sluis query - --twice", "sluis user add jan"]
    assert len(unreadable(lines)) == 2


def test_exit_codes_are_documented() -> None:
    codes = {row[0] for row in rows(section(read("docs/commands.md"), "## What all commands share"))}
    assert {"0", "1", "2"} <= codes


# -- HTTP ---------------------------------------------------------------------------------------


def routes() -> list[str]:
    app = create_app(None, None)  # type: ignore[arg-type]  # nothing is asked of it
    return [
        f"{method} {rule.rule}"
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


def test_every_route_is_documented() -> None:
    text = read("docs/http.md")
    assert len(routes()) >= 6
    assert missing(routes(), text) == []
    assert missing(routes(), text.replace("`GET /queries/<name>`", "")) == ["GET /queries/<name>"]


def test_every_problem_type_is_documented() -> None:
    text = read("docs/http.md")
    assert set(problem_types()) >= {"http", "fault", "busy"}
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
    assert len(wrong_questions(text.replace("`until` (date)", "`until` (string)"))) == 1
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


def undocumented_policies(text: str) -> list[str]:
    """Levels (in their order), aliases and compartments that the section of their policy lacks."""
    wrong = []
    for policy in Settings().load_policies().by_id.values():
        heading = next((line for line in text.splitlines() if re.match(rf"### {policy.id}\b", line)), "")
        part = section(text, heading) if heading else ""
        told = [row[0].removesuffix(" (state secret)") for row in rows(part)[1:]]
        levels = [f"`{level.marking}`" for level in policy.levels]
        if told != levels:
            wrong.append(f"{policy.id}: levels")
        secret = {row[0].split("`")[1] for row in rows(part) if row[0].endswith("(state secret)")}
        if secret != policy.state_secrets:
            wrong.append(f"{policy.id}: state secrets")
        (data,) = (data for _, text_ in ontology.policy_files() if (data := tomllib.loads(text_))["id"] == policy.id)
        aliases = [alias for level in data["level"] for alias in level.get("aliases", ())]
        wrong += [f"{policy.id}: {name}" for name in missing([*aliases, *policy.compartments], part)]
    return wrong


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


def test_every_level_and_compartment_is_documented() -> None:
    text = read("docs/policies.md")
    assert undocumented_policies(text) == []
    assert undocumented_policies(text.replace("| `NATO SECRET` |", "| `NATO SECRETS` |")) == ["NATO: levels"]
    assert undocumented_policies(text.replace("`BRON` (", "BRON (")) == ["NLD: BRON"]
    assert undocumented_policies(text.replace("`Stg. GEHEIM` (state secret)", "`Stg. GEHEIM`")) == [
        "NLD: state secrets"
    ]


def test_the_example_policy_is_accepted() -> None:
    (example,) = fenced(read("docs/policies.md"), "toml")
    policies = Policies.from_data([tomllib.loads(example)])
    assert parse_marking("exc//garden//rel to nld", policies=policies).is_classified


def test_the_joins_are_true() -> None:
    policies = Settings().load_policies()
    table = [[cell.strip("`") for cell in row] for row in rows(section(read("docs/policies.md"), "## Labels"))[1:]]
    assert len(table) >= 5
    for a, b, joined in table:
        label = parse_marking(a, policies=policies).join(parse_marking(b, policies=policies))
        assert format_marking(label) == joined


def test_the_decisions_are_true() -> None:
    policies = Settings().load_policies()
    clearance = clearance_from_markings(
        ["Stg. GEHEIM"], policies=policies, compartments=["NLD:INTERVIEW"], affiliation="NLD"
    )
    table = rows(section(read("docs/policies.md"), "## Clearances"))[1:]
    assert {row[1] for row in table} == {"yes", "no"}
    for marking, told, _reason in table:
        label = parse_marking(marking.strip("`"), policies=policies)
        assert clearance.dominates(label) == (told == "yes"), marking


def test_the_refused_markings_are_refused() -> None:
    policies = Settings().load_policies()
    table = [row for row in rows(section(read("docs/policies.md"), "## Markings")) if row[1].startswith("not a")]
    markings = [marking for row in table for marking in re.findall(r"`([^`]+)`", row[0])]
    assert len(markings) >= 5
    for marking in [*markings, "", "Stg. GEHEIM//", "Stg. GEHEIM + Dep.V", "Stg. GEHEIM//REL TO NLD//REL TO FRA"]:
        with pytest.raises(Exception, match=r"not a|empty|two of|twice"):
            parse_marking(marking, policies=policies)


# -- loading ------------------------------------------------------------------------------------


def statements(path: Path) -> set[tuple[str, str]]:
    """Every statement that a source gives, with the marking of its portion."""
    portions = open_source(LoadRequest(path=path, policies=Settings().load_policies()))
    return {(format_marking(portion.label), line) for portion in portions for line in portion.ntriples.splitlines()}


def test_the_worked_example_gives_what_the_page_says(tmp_path: Path) -> None:
    text = read("docs/loading.md")
    (table,), (mapping,), (result, _) = fenced(text, "csv"), fenced(text, "toml"), fenced(text, "trig")
    folder = tmp_path / "visits"
    folder.mkdir()
    (folder / "visits.csv").write_text(table, encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    (tmp_path / "told.trig").write_text(result, encoding="utf-8")
    assert statements(folder) == statements(tmp_path / "told.trig")
    (tmp_path / "told.trig").write_text(result.replace("fn7", "fn8"), encoding="utf-8")
    assert statements(folder) != statements(tmp_path / "told.trig")


def test_the_labelled_example_loads(tmp_path: Path) -> None:
    _, example = fenced(read("docs/loading.md"), "trig")
    (tmp_path / "example.trig").write_text(example, encoding="utf-8")
    markings = {marking for marking, _ in statements(tmp_path / "example.trig")}
    assert markings == {"Ongerubriceerd", "Stg. GEHEIM//INTERVIEW//REL TO FRA, NLD"}


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
