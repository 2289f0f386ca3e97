"""Loading: from files to the portion store, through the whole command, and what each of its processes takes in memory.

The command is run as anybody runs it: the file is read in a process of its own. Views are not built.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from graph_service.namespaces import PREFIXES
from tests.benchmarks.generator import EX, TRIPLES, text
from tests.benchmarks.installation import children
from tests.benchmarks.timing import Figure, NothingMeasured

WANTED, MOST_MIB = 100_000, 500.0
LARGER = 4
"""How many times as large the second file is whose memory is measured."""
_POLL_SECONDS = 0.02
_COMMAND = "from graph_service.cli import main; main()"
_ROOT = Path(__file__).resolve().parents[2]
_LOWEST = "Ongerubriceerd"
_MAPPING = f"""
[dataset]
source     = "{EX}dataset/visits"
originator = "{EX}originator"
title      = "EXAMPLE: visits"

[[table]]
file  = "visits.csv"
label = {{ column = "label" }}

[[table.node]]
subject = "id:event/{{key}}"
type    = "sluis:Event"
properties = [
  {{ property = "skos:prefLabel", column = "name", lang = "en", required = true }},
  {{ property = "sluis:involves", column = "visited", iri = "id:actor/{{}}", split = "|" }},
  {{ property = "sluis:onDate", column = "when", as = "date" }},
  {{ property = "sluis:note", column = "note", lang = "en" }},
]
"""
_STATEMENTS_A_ROW = 6


@dataclass(frozen=True)
class Loaded:
    """What a load took: seconds, those of the processor in all its processes, and the most that each held, in MiB."""

    seconds: float
    processor: float
    triples: int
    portions: int
    memory: tuple[float, ...]


def loading(triples: int, folder: Path) -> Iterator[Figure]:
    """Triples a second of each form at about that size; and the memory at that size and at ``LARGER`` times it."""
    section = "loading"
    alone = _command_alone(folder)
    for name, write in FORMS.items():
        done = load(write(folder, triples), folder / "data")
        note = (
            f"{done.triples:,} triples, {done.portions:,} portions; without the command's {alone.seconds:.1f} s alone"
        )
        rate = done.triples / max(done.seconds - alone.seconds, 0.001)
        yield Figure(section, f"{name}, triples a second", rate, "1/s", least=WANTED, note=note)
        rate = done.triples / max(done.processor - alone.processor, 0.001)
        yield Figure(section, f"{name}, triples a second of processor time", rate, "1/s")
    for name in ("N-Quads, one graph", "N-Quads, many graphs"):
        small, large = (load(FORMS[name](folder, size), folder / "data") for size in (triples, LARGER * triples))
        note = f"{large.triples:,} triples; {max(small.memory):.0f} MiB at {small.triples:,}"
        yield Figure(section, f"{name}, largest process", max(large.memory), "MiB", most=MOST_MIB, note=note)
        yield Figure(
            section, f"{name}, memory at {LARGER} times the size", max(large.memory) / max(small.memory), most=1.5
        )


def load(source: Path, data: Path) -> Loaded:
    """Run ``sluis load`` on it, into an empty store, and look on. Raises ``NothingMeasured`` if nothing is stored."""
    _empty(data)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(data.parent), "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-c", _COMMAND, "load", str(source), "--no-publish", "--data", str(data)]
    command += ["--label", _LOWEST] if source.is_file() else []
    start, used = time.perf_counter(), _processor()
    with subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        peaks: dict[int, float] = {}
        while process.poll() is None:
            for one in _descendants(process.pid):
                peaks[one] = max(peaks.get(one, 0.0), _peak(one))
            time.sleep(_POLL_SECONDS)
        seconds = time.perf_counter() - start
    triples, portions = _stored(data)
    if process.returncode or not triples:
        raise NothingMeasured(f"the load ended with {process.returncode} and stored {triples} triples")
    return Loaded(seconds, _processor() - used, triples, portions, tuple(peaks.values()))


def _processor() -> float:
    """Seconds of the processor that children of this process, and theirs, had until they ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _command_alone(folder: Path) -> Loaded:
    """What the command takes for next to nothing: Python's start, the policies, a new store."""
    source = folder / "one.nt"
    source.write_text(f"<{EX}a> <{EX}b> <{EX}c> .\n")
    return min((load(source, folder / "data") for _ in range(2)), key=lambda done: done.seconds)


def _portions(triples: int) -> Iterator[str]:
    """The generator's, with a name for each footnote: without, they do not conform to the shapes."""
    for number in range(triples // TRIPLES):
        note = f'<{EX}footnote/{number}> <{PREFIXES["skos"]}prefLabel> "note {number}"@en .\n'
        portion = text(number, seed=1)
        yield portion + note if f"<{EX}footnote/{number}>" in portion else portion


def _one_graph(folder: Path, triples: int) -> Path:
    return _quads(folder / "one.nq", triples, lambda _: 0)


def _many_graphs(folder: Path, triples: int) -> Path:
    """A graph for each hundred statements or so, of which no two stand together."""
    return _quads(folder / "many.nq", triples, lambda line: line * 7919 % max(triples // TRIPLES, 1))


def _quads(path: Path, triples: int, graph: Callable[[int], int]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        lines = (line for portion in _portions(triples) for line in portion.split(" .\n") if line)
        file.writelines(f"{line} <{EX}graph/{graph(number)}> .\n" for number, line in enumerate(lines))
    return path


def _turtle(folder: Path, triples: int) -> Path:
    path = folder / "one.ttl"
    statements = parse("".join(_portions(triples)), format=RdfFormat.N_TRIPLES)
    prefixes = {name: PREFIXES[name] for name in ("sluis", "skos", "dcterms", "prov", "xsd")}
    serialize(statements, str(path), format=RdfFormat.TURTLE, prefixes=prefixes)
    return path


def _table(folder: Path, triples: int) -> Path:
    dataset = folder / "visits"
    dataset.mkdir(exist_ok=True)
    (dataset / "mapping.toml").write_text(_MAPPING)
    with (dataset / "visits.csv").open("w", encoding="utf-8") as file:
        file.write("key,name,visited,when,note,label\n")
        file.writelines(
            f"v{row},EXAMPLE: visit {row},north-{row % 50}|south-{row % 70},20{10 + row % 90}-0{row % 9 + 1},"
            f"EXAMPLE: tea {row},{('Ongerubriceerd', 'Stg. GEHEIM')[row % 2]}\n"
            for row in range(triples // _STATEMENTS_A_ROW)
        )
    return dataset


FORMS: dict[str, Callable[[Path, int], Path]] = {
    "N-Quads, one graph": _one_graph,
    "N-Quads, many graphs": _many_graphs,
    "Turtle": _turtle,
    "tables": _table,
}
"""What is loaded: each writes a source of about so many triples."""


def _empty(data: Path) -> None:
    for path in (data / "portions").glob("*"):
        path.unlink()


def _stored(data: Path) -> tuple[int, int]:
    """Triples and portions in the store, read without the program."""
    connection = sqlite3.connect(data / "portions" / "portions.sqlite")
    try:
        texts = connection.execute("SELECT ntriples FROM portion")
        counts = [str(ntriples).count("\n") for (ntriples,) in texts]
    finally:
        connection.close()
    return sum(counts), len(counts)


def _descendants(pid: int) -> list[int]:
    found = [pid]
    for child in children(pid):
        found += _descendants(child)
    return found


def _peak(pid: int) -> float:
    """The most that a process had resident, in MiB; nothing where it has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)
