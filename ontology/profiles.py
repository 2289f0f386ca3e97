"""Which OWL 2 profiles the ontology is in, and what puts it outside: asked of the OWL API, which is Java.

The OWL API comes inside HermiT's jar, which comes with owlready2; JPype starts the Java machine. A Java machine can be
started once a process and never again, so the question is put to a process of its own: this module, run as
``python -m ontology.profiles``, reads a JSON object of RDF/XML texts by name on its input, and writes their violations.
It is the only module that may import jpype, and only inside a function.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rdflib import OWL, RDF, Graph

__all__ = ["PROFILES", "CheckUnavailableError", "profile_violations", "require_java"]

PROFILES = {"OWL 2 DL": "OWL2DLProfile", "OWL 2 RL": "OWL2RLProfile"}
SECONDS = 120


class CheckUnavailableError(RuntimeError):
    """The check cannot run here; the text says what to install."""


def require_java(*packages: str) -> None:
    """Raise ``CheckUnavailableError`` unless there is a Java runtime, and the packages are installed."""
    for package in packages:
        if find_spec(package) is None:
            raise CheckUnavailableError(f"{package} is not installed: install the `check` extra, sluis[check]")
    if shutil.which("java") is None:
        raise CheckUnavailableError(
            "no Java on the path: install a Java runtime, version 11 or later, such as Debian's default-jre-headless"
        )


def profile_violations(graphs: Mapping[str, Graph]) -> dict[str, dict[str, tuple[str, ...]]]:
    """What puts each graph outside each profile, by the graph's name and the profile's: nothing if it is inside.

    Imports are not followed: a graph that needs another's declarations must have them. Raises ``CheckUnavailableError``
    without owlready2, JPype or Java.
    """
    require_java("owlready2", "jpype")
    texts = {name: _as_rdf_xml(graph) for name, graph in graphs.items()}
    done = subprocess.run(  # noqa: S603  # our own module, no shell
        [sys.executable, "-m", __name__],
        input=json.dumps(texts),
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise CheckUnavailableError(f"the OWL API did not answer: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return {name: {p: tuple(sorted(v)) for p, v in profiles.items()} for name, profiles in found.items()}


def _as_rdf_xml(graph: Graph) -> str:
    """The graph without its ontologies: the OWL API takes one a document, and would look for the imported ones."""
    bare = Graph()
    bare += graph
    for iri in set(graph.subjects(RDF.type, OWL.Ontology)):
        bare.remove((iri, None, None))
    return bare.serialize(format="xml")


def _start_java() -> None:
    import jpype

    # Named, not imported: only its jar is wanted.
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise CheckUnavailableError("owlready2 is not installed: install the `check` extra, sluis[check]")
    folder = Path(spec.origin).parent / "hermit"
    # JPype takes the Java that JAVA_HOME or the system names; the headless runtime is enough.
    jpype.startJVM("-Xmx512m", classpath=[str(folder), str(folder / "HermiT.jar")], convertStrings=True)


def _violations(text: str) -> dict[str, list[str]]:
    import jpype

    manager = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    source: Any = jpype.JClass("org.semanticweb.owlapi.io.StringDocumentSource")
    loaded = manager.loadOntologyFromOntologyDocument(source(text))
    return {
        profile: [
            str(violation)
            for violation in jpype.JClass(f"org.semanticweb.owlapi.profiles.{java}")()
            .checkOntology(loaded)
            .getViolations()
        ]
        for profile, java in PROFILES.items()
    }


def main() -> int:
    """Answer the question on the input."""
    texts: dict[str, str] = json.load(sys.stdin)
    _start_java()
    json.dump({name: _violations(text) for name, text in texts.items()}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
