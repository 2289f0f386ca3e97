"""Who may import whom, and how large a part may grow: read from the source, by ``ast``.

Each rule is a function from modules to faults, and is shown a small bad example too: a rule that finds nothing
anywhere would be no rule.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("graph_service", "loaders", "ontology", "queries")
LINES_A_MODULE, LINES_A_FUNCTION, LINES_OF_SECURITY = 400, 60, 1000
PARSER_NAMES = {
    "NamedNode", "BlankNode", "Literal", "Triple", "Quad", "DefaultGraph", "RdfFormat", "Variable", "parse",
    "serialize",
}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name and its text."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every name that it imports, absolute: modules, and what is taken from them."""
        return frozenset(self._imports(self.tree))

    def loads(self, known: Iterable[str]) -> set[str]:
        """Those of the known modules that it needs when it is loaded: not in a function, not for the type checker.

        What is taken from a package is the package's own, or one of its modules; then the package is not needed.
        """
        known, needed = set(known), set()
        for node in _outside_functions(self.tree):
            base, *taken = [*self._names(node), ""] if isinstance(node, ast.ImportFrom) else ["", *self._names(node)]
            modules_taken = {name for name in taken if name in known}
            needed |= modules_taken
            if base in known and len(modules_taken) < len(taken) - 1:
                needed.add(base)
        return needed

    def _imports(self, tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            yield from self._names(node)

    def _names(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = self.name.split(".")
            above = parts[: len(parts) - node.level + self.is_package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "__import__",
            "importlib.import_module",
            "import_module",
        }:
            yield ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else "*"

    def uses(self, wanted: str) -> bool:
        return any(name == wanted or name.startswith(f"{wanted}.") for name in self.imports)

    def is_in(self, *places: str) -> bool:
        return any(self.name == place or self.name.startswith(f"{place}.") for place in places)


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        checked = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not checked and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            yield from _outside_functions(node)


def modules(root: Path = ROOT) -> list[Module]:
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path.read_text(encoding="utf-8"), parts[-1] == "__init__"))
    return found


Rule = Callable[[Iterable[Module]], list[str]]


def only_in(library: str, *places: str) -> Rule:
    """``library`` is imported in these places and nowhere else."""
    return lambda found: [f"{m.name} imports {library}" for m in found if m.uses(library) and not m.is_in(*places)]


def never(place: str, *forbidden: str) -> Rule:
    """The modules of ``place`` import none of these, wherever in the file the import stands."""
    return lambda found: [
        f"{m.name} imports {name}" for m in found if m.is_in(place) for name in forbidden if m.uses(name)
    ]


def standard_library_only(place: str, *also: str) -> Rule:
    """The modules of ``place`` import the standard library, themselves, and ``also``."""

    def faults(found: Iterable[Module]) -> list[str]:
        return [
            f"{m.name} imports {name}"
            for m in found
            if m.is_in(place)
            for name in m.imports
            if name.partition(".")[0] not in sys.stdlib_module_names
            and not any(name == own or name.startswith(f"{own}.") for own in (place, *also))
        ]

    return faults


def no_input_or_output(place: str) -> Rule:
    """The modules of ``place`` open, read and start nothing."""
    forbidden = {
        "os",
        "io",
        "pathlib",
        "socket",
        "subprocess",
        "sqlite3",
        "threading",
        "logging",
        "tempfile",
        "shutil",
        "sys",
        "ctypes",
    }

    def faults(found: Iterable[Module]) -> list[str]:
        inside = [m for m in found if m.is_in(place)]
        wrong = [
            f"{m.name} imports {name}" for m in inside for name in m.imports if name.partition(".")[0] in forbidden
        ]
        calls = [(m, node) for m in inside for node in ast.walk(m.tree) if isinstance(node, ast.Call)]
        names = {"open", "print", "input", "exec", "eval", "__import__", "compile"}
        return wrong + [
            f"{m.name} calls {ast.unparse(node.func)}" for m, node in calls if ast.unparse(node.func) in names
        ]

    return faults


def terms_and_parser_only(place: str) -> Rule:
    """The modules of ``place`` take terms, the parser and the serializer from pyoxigraph: no store, no query."""
    return lambda found: (
        [
            f"{m.name} takes {name}"
            for m in found
            if m.is_in(place)
            for name in m.imports
            if name.startswith("pyoxigraph.") and name.removeprefix("pyoxigraph.") not in PARSER_NAMES
        ]
        + [f"{m.name} imports pyoxigraph whole" for m in found if m.is_in(place) and _imports_whole(m, "pyoxigraph")]
    )


def _imports_whole(module: Module, library: str) -> bool:
    return any(
        isinstance(node, ast.Import) and any(alias.name == library for alias in node.names)
        for node in ast.walk(module.tree)
    )


def loaded_by_name_only(module: str, place: str) -> Rule:
    """``module`` is loaded by ``place`` alone, and there by a call with its name: not by whoever loads ``place``."""

    def faults(found: Iterable[Module]) -> list[str]:
        inside = [m for m in found if m.uses(module)]
        called = f"import_module('{module}')"
        return [f"{m.name} imports {module}" for m in inside if not m.is_in(place)] + [
            f"{m.name} imports {module} when it is loaded"
            for m in inside
            if m.is_in(place) and (m.loads([module]) or called not in ast.unparse(m.tree))
        ]

    return faults


def no_cycles(found: Iterable[Module]) -> list[str]:
    """Modules that lead back to themselves by what they import when they are loaded."""
    known = {m.name: m for m in found}
    edges = {name: sorted(module.loads(known)) for name, module in known.items()}
    faults: list[str] = []
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> None:
        if name in path:
            faults.append(" -> ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for target in edges[name]:
                walk(target, [*path, name])
            done.add(name)

    for name in known:
        walk(name, [])
    return faults


def no_long_module(found: Iterable[Module]) -> list[str]:
    counted = ((m.name, len(m.text.splitlines())) for m in found)
    return [f"{name} has {count} lines" for name, count in counted if count > LINES_A_MODULE]


def no_long_function(found: Iterable[Module]) -> list[str]:
    functions = (
        (m, node)
        for m in found
        for node in ast.walk(m.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    sized = ((m.name, node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for m, node in functions)
    return [f"{name}.{function} has {size} lines" for name, function, size in sized if size > LINES_A_FUNCTION]


def security_can_be_read_in_one_sitting(found: Iterable[Module]) -> list[str]:
    total = sum(len(m.text.splitlines()) for m in found if m.is_in("graph_service.security"))
    return [f"security has {total} lines"] if total > LINES_OF_SECURITY else []


def meet_only_in(one: str, other: str, *places: str) -> Rule:
    """A module that imports both ``one`` and ``other`` is in these places; their own modules aside."""
    return lambda found: [
        f"{m.name} imports {one} and {other}"
        for m in found
        if m.uses(one) and m.uses(other) and not m.is_in(one, other, *places)
    ]


def names_no_policy(*places: str) -> Rule:
    """No text in the code, outside these places and what is said to people, names a packaged policy or level."""
    named = re.compile(r"\b(NLD|NATO|VIRBI|Stg\b|Dep\. ?V|VERTROUWELIJK|GEHEIM|COSMIC|SECRET UE|Ongerubriceerd)")

    def faults(found: Iterable[Module]) -> list[str]:
        return [
            f"{m.name} line {node.lineno} says {node.value!r}"
            for m in found
            if not m.is_in(*places)
            for node in _texts(m.tree)
            if named.search(str(node.value))
        ]

    return faults


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text that is no docstring and no help for a command's option."""
    for_people: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg == "help"):
            for_people.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in for_people:
            yield node


SERVING, STORAGE = "graph_service.serving", "graph_service.storage"
SECURITY, HANDLING, STANDARDS = (f"graph_service.{name}" for name in ("security", "handling", "standards"))
BUILDER = [
    f"graph_service.{name}"
    for name in (
        "across_levels",
        "builder",
        "builder_commands",
        "builder_knowing",
        "builder_socket",
        "ingest",
        "known_names",
        "load_summary",
        "portion_list",
        "loading",
        "relabelling",
        "running",
        "demo",
        "doctor",
        "cli",
        "question_check",
        "shape_reference",
    )
]
BUILDER += [
    f"{STORAGE}.{name}"
    for name in (
        *("portion_store", "view_builder", "register", "database", "closure", "closure_rules", "canonical"),
        *("shapes", "conformance", "findings", "kept_back"),
    )
]
OUTSIDE = ["flask", "waitress", "werkzeug", "pyoxigraph", "rdflib", "click", "rich", "yaml", "sqlite3"]

RULES: dict[str, tuple[Rule, Module | list[Module]]] = {
    "security imports the standard library and errors only": (
        standard_library_only("graph_service.security", "graph_service.errors"),
        Module("graph_service.security.labels", "from graph_service.settings import Settings"),
    ),
    "security imports no library": (
        standard_library_only("graph_service.security", "graph_service.errors"),
        Module("graph_service.security.labels", "def f():\n    import pyoxigraph"),
    ),
    "security reads and writes nothing": (
        no_input_or_output("graph_service.security"),
        Module("graph_service.security.labels", "def f(name):\n    return open(name)"),
    ),
    "handling imports the standard library, errors and security only": (
        standard_library_only(HANDLING, "graph_service.errors", SECURITY),
        Module(f"{HANDLING}.reading", "from graph_service.standards.spif import read_spif"),
    ),
    "handling reads and writes nothing": (
        no_input_or_output(HANDLING),
        Module(f"{HANDLING}.printing", "from pathlib import Path"),
    ),
    "standards import the standard library, errors and security only": (
        standard_library_only(STANDARDS, "graph_service.errors", SECURITY),
        Module(f"{STANDARDS}.adatp4774", "from graph_service.handling import parse_marking"),
    ),
    "standards read texts and open nothing": (
        no_input_or_output(STANDARDS),
        Module(f"{STANDARDS}.spif", "def f(path):\n    return open(path).read()"),
    ),
    "xml is in standards only, in the one module that forbids document types": (
        only_in("xml", f"{STANDARDS}.xml"),
        Module("loaders.rdf", "from xml.etree import ElementTree"),
    ),
    "lxml is in one module, which reads no document type": (
        only_in("lxml", "loaders.reading.xml"),
        Module("loaders.parliament.papers", "def f():\n    from lxml import etree"),
    ),
    "python_calamine is in one module, which refuses what it would lose": (
        only_in("python_calamine", "loaders.sheets"),
        Module("loaders.drafting", "from python_calamine import load_workbook"),
    ),
    "finders have blocks and names, and know nothing of loads and portions": (
        never("loaders.extraction", "pyoxigraph", "loaders.base", "loaders.reading", "graph_service.portions"),
        Module("loaders.extraction.dates", "from loaders.base import LoadRequest"),
    ),
    "selectolax is where HTML is read only": (
        only_in("selectolax", "loaders.documents.html"),
        Module("loaders.parliament.papers", "def f():\n    from selectolax.lexbor import LexborHTMLParser"),
    ),
    "pypdfium2 is where PDFs are read only": (
        only_in("pypdfium2", "loaders.documents.pdf", "loaders.documents.pdf_lines"),
        Module("loaders.documents.layout", "def f():\n    import pypdfium2.raw"),
    ),
    "serving never imports standards": (
        never(SERVING, STANDARDS),
        Module(f"{SERVING}.responses", "from graph_service.standards.adatp4774 import write_label"),
    ),
    "storage never imports standards": (
        never(STORAGE, STANDARDS),
        Module(f"{STORAGE}.register", "import graph_service.standards.documents"),
    ),
    "loaders never import standards, but for the labels that documents carry": (
        only_in(STANDARDS, "graph_service", "loaders.documents.markings"),
        Module("loaders.base", "from graph_service.standards import documents"),
    ),
    "standards are read by the command line and for policies only": (
        only_in(STANDARDS, STANDARDS, "graph_service.cli", "graph_service.policy_files", "loaders.documents.markings"),
        Module("graph_service.builder", "from graph_service.standards.documents import read_label_document"),
    ),
    "trials know a server by its adapter alone": (
        standard_library_only("graph_service.proving.trial", "graph_service.proving"),
        Module("graph_service.proving.trial", "from graph_service.builder import Builder"),
    ),
    "nothing but the command line tries servers": (
        only_in("graph_service.proving", "graph_service.proving", "graph_service.cli"),
        Module(f"{SERVING}.app", "import graph_service.proving"),
    ),
    "only the command line and its demo bring loaders and serving together": (
        meet_only_in("loaders", SERVING, "graph_service.cli", "graph_service.demo"),
        Module("graph_service.doctor", "import loaders\nfrom graph_service.serving.questions import Desk"),
    ),
    "nothing imports the command line": (
        only_in("graph_service.cli", "graph_service.cli"),
        Module("graph_service.demo", "def f():\n    from graph_service.cli.common import iri"),
    ),
    "no code names a policy, but for the demo's users and the settings' defaults": (
        names_no_policy("graph_service.demo", "graph_service.settings"),
        Module("graph_service.security.clearances", "def f(label):\n    return label == 'Stg. GEHEIM'"),
    ),
    "errors import the standard library only": (
        standard_library_only("graph_service.errors"),
        Module("graph_service.errors", "from graph_service.security import Label"),
    ),
    "isolation imports the standard library and errors only": (
        standard_library_only("graph_service.isolation", "graph_service.errors"),
        Module("graph_service.isolation", "import flask"),
    ),
    "the store's engine is in storage, the worker and the loaders only": (
        only_in("pyoxigraph", STORAGE, f"{SERVING}.query_worker", "loaders"),
        Module(f"{SERVING}.app", "from pyoxigraph import Store"),
    ),
    "loaders take terms, parser and serializer from the engine": (
        terms_and_parser_only("loaders"),
        Module("loaders.rdf", "from pyoxigraph import Store, parse"),
    ),
    "loaders never take the engine whole": (
        terms_and_parser_only("loaders"),
        Module("loaders.rdf", "import pyoxigraph as ox\nox.Store()"),
    ),
    "flask is in serving only": (only_in("flask", SERVING), Module("graph_service.builder", "import flask")),
    "werkzeug is in serving only": (
        only_in("werkzeug", SERVING),
        Module("graph_service.cli", "import werkzeug.exceptions"),
    ),
    "templates are in the documentation only": (
        only_in("jinja2", f"{SERVING}.documentation"),
        Module(f"{SERVING}.responses", "from jinja2 import Environment"),
    ),
    "waitress is in the server only": (
        only_in("waitress", f"{SERVING}.server"),
        Module(f"{SERVING}.app", "import waitress"),
    ),
    "owlready2 is in the ontology's check only": (
        only_in("owlready2", "ontology.check"),
        Module(f"{STORAGE}.closure", "def f():\n    import owlready2"),
    ),
    "pyshacl is in the shapes' reference only": (
        only_in("pyshacl", "graph_service.shape_reference"),
        Module("graph_service.ingest", "def f():\n    import pyshacl"),
    ),
    "jpype is in the ontology's profiles only": (
        only_in("jpype", "ontology.profiles"),
        Module("ontology.check", "def f():\n    import jpype"),
    ),
    "sqlite3 is in storage only": (only_in("sqlite3", STORAGE), Module("graph_service.ingest", "import sqlite3")),
    "serving never imports the builder's side": (
        never(SERVING, *BUILDER, "loaders"),
        Module(f"{SERVING}.identity", "def f():\n    from graph_service.storage import portion_store"),
    ),
    "serving never imports loaders": (
        never(SERVING, *BUILDER, "loaders"),
        Module(f"{SERVING}.app", "import loaders.base"),
    ),
    "what serving may import of storage imports no builder either": (
        never(f"{STORAGE}.views", *BUILDER, "loaders", "pyoxigraph"),
        Module(f"{STORAGE}.views", "from graph_service.storage.portion_store import PortionStore"),
    ),
    "settings import no builder, because serving imports them": (
        never("graph_service.settings", *BUILDER, STORAGE, STANDARDS, "loaders"),
        Module("graph_service.settings", "from graph_service.builder import Builder"),
    ),
    "loaders never import storage, the builder or serving": (
        never("loaders", STORAGE, SERVING, *BUILDER, "graph_service.policy_files"),
        Module("loaders.tables", "from ..graph_service import storage\nfrom graph_service.storage import canonical"),
    ),
    "the closure knows nothing of labels": (
        never(f"{STORAGE}.closure", SECURITY, HANDLING, "graph_service.portions"),
        Module(f"{STORAGE}.closure", "from graph_service.security import Label"),
    ),
    "the closure's rules know nothing of labels": (
        never(f"{STORAGE}.closure_rules", SECURITY, HANDLING, "graph_service.portions"),
        Module(f"{STORAGE}.closure_rules", "from graph_service.security import Label"),
    ),
    "the guard imports no engine": (
        never(f"{SERVING}.query_guard", *OUTSIDE),
        Module(f"{SERVING}.query_guard", "import rdflib"),
    ),
    "the questions import nothing of ours": (
        never("queries", "graph_service", "loaders", "ontology"),
        Module("queries", "from graph_service.errors import SluisError", is_package=True),
    ),
    "storage never imports serving, loaders or the builder": (
        never(STORAGE, SERVING, "loaders", "graph_service.builder", "graph_service.cli", "graph_service.demo"),
        Module(f"{STORAGE}.views", "import graph_service.serving.app"),
    ),
    "parts of views are made by the worker alone, which names their module": (
        loaded_by_name_only(f"{STORAGE}.view_parts", f"{SERVING}.query_worker"),
        [
            Module(f"{SERVING}.query_worker", f"from {STORAGE}.view_parts import ViewParts"),
            Module(f"{SERVING}.workers", f"import {STORAGE}.view_parts"),
        ],
    ),
    "what makes parts of views imports the closure and no builder": (
        never(f"{STORAGE}.view_parts", *(name for name in BUILDER if ".closure" not in name), SERVING, SECURITY),
        Module(f"{STORAGE}.view_parts", "from graph_service.storage.view_builder import ViewBuilder"),
    ),
    "no cycles": (
        no_cycles,
        [
            Module("graph_service.a", "from graph_service import b"),
            Module("graph_service.b", "import graph_service.c"),
            Module("graph_service.c", "if True:\n    from graph_service.a import x"),
        ],
    ),
    "a module is at most 400 lines": (no_long_module, Module("loaders.long", "x = 1\n" * (LINES_A_MODULE + 1))),
    "a function is at most 60 lines": (
        no_long_function,
        Module("loaders.long", "class A:\n    def f(self):\n" + "        x = 1\n" * LINES_A_FUNCTION),
    ),
    "security is at most 1000 lines": (
        security_can_be_read_in_one_sitting,
        Module("graph_service.security.long", "x = 1\n" * (LINES_OF_SECURITY + 1)),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_the_source_keeps_the_rule(name: str) -> None:
    rule, _ = RULES[name]
    assert rule(modules()) == []


@pytest.mark.parametrize("name", RULES)
def test_the_rule_finds_its_bad_example(name: str) -> None:
    rule, example = RULES[name]
    assert rule([example] if isinstance(example, Module) else example) != []


def test_every_module_is_looked_at() -> None:
    names = {module.name for module in modules()}
    assert {
        "graph_service",
        f"{SERVING}.app",
        f"{STORAGE}.portion_store",
        f"{SECURITY}.policies",
        f"{HANDLING}.reading",
        f"{STANDARDS}.spif",
        "graph_service.cli.labels",
        "loaders.base",
        "ontology.check",
        "queries",
    } <= names
    assert len(names) > 30


def test_an_import_is_seen_wherever_and_however_it_is_written() -> None:
    text = (
        "import a.b\nfrom c import d as e\nfrom . import f\nfrom ..g import h\n"
        "def x():\n    import i\n    __import__('j')\n    import importlib\n    importlib.import_module('k')\n"
        "try:\n    import l\nexcept ImportError:\n    pass\n"
    )
    found = Module("p.q.r", text).imports
    assert {"a.b", "c", "c.d", "p.q", "p.q.f", "p.g", "p.g.h", "i", "j", "k", "l"} <= found


def test_an_import_for_the_type_checker_or_inside_a_function_makes_no_cycle() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import graph_service.b\n"
    text += "def f():\n    import graph_service.b"
    assert no_cycles([Module("graph_service.a", text), Module("graph_service.b", "import graph_service.a")]) == []


def loaded_with(*names: str) -> set[str]:
    """By running it: what an import leads to counts, whatever the source seems to say."""
    program = f"import sys, {', '.join(names)}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.split())


def test_the_server_process_loads_nothing_of_the_builder_s_side() -> None:
    loaded = loaded_with(f"{SERVING}.server", f"{SERVING}.query_worker")
    assert f"{SERVING}.app" in loaded
    assert loaded & {*BUILDER, "loaders", "sqlite3", "rdflib", "owlready2"} == set()
    assert not {name for name in loaded if name.startswith(STANDARDS)} & {
        f"{STANDARDS}.{name}" for name in ("adatp4774", "adatp4778", "documents", "spiffing_xml")
    }


def test_a_worker_knows_nothing_of_labels_policies_or_xml() -> None:
    """It has one view, and no say in who may see it."""
    loaded = loaded_with(f"{SERVING}.query_worker")
    assert f"{SERVING}.frames" in loaded
    assert [name for name in loaded if name.startswith((SECURITY, HANDLING, STANDARDS, "xml.parsers"))] == []


def test_the_decision_loads_without_xml_markings_or_any_library() -> None:
    loaded = loaded_with(SECURITY)
    assert f"{SECURITY}.clearances" in loaded
    assert [name for name in loaded if name.startswith((HANDLING, STANDARDS, "xml.parsers"))] == []
    assert loaded & set(OUTSIDE) == set()
