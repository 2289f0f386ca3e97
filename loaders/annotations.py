"""Labels of single statements: RDF 1.2 annotations, ``:a :b :c {| sluis:marking "Stg. GEHEIM" ; :note "…" |}``.

The annotated statement gets the label, and so does everything that repeats it: what else is said of the annotation (its
reifier), and any statement with the annotated one inside it. Of several markings the join holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zlib import crc32

from pyoxigraph import RdfFormat, parse

from graph_service.errors import LoadRefused
from graph_service.namespaces import NS, PREFIXES
from graph_service.security import Label
from graph_service.spool import Scratch, Spool

REIFIES = PREFIXES["rdf"] + "reifies"
_REIFIES, _MARKING = f"<{REIFIES}>".encode(), f"<{NS}marking>".encode()
_BUCKETS = 64
_BARE, _SAYS_MORE = b"bare", b"says more"

ReadLabel = Callable[[str, str], Label]


def labelled(
    lines: Iterator[bytes], read: ReadLabel, scratch: Scratch, *, file: str
) -> Iterator[tuple[Label | None, bytes]]:
    """Each statement of one graph with the label that annotations give it, or none.

    (1) put all that has one subject together; (2) of each reifier with a marking, note the statements that it is of,
    where their own subjects are; and of each statement with another inside, where that one is; (3) find what those
    demand of the statements that hold them; (4) give every statement the join of what is demanded of it.
    Raises ``LoadRefused`` for a statement that is given a label and not stated, and for a marking that can't be read.
    """
    work = _Work(read, scratch, file)
    for line in lines:  # (1)
        work.own.add(_bucket(line), line)
    if not any(b"<<(" in line for key in work.own.every_key() for line in work.own.read(key)):
        yield from ((None, line) for key in work.own.every_key() for line in work.own.read(key))
        return
    for key in work.own.every_key():
        work.note(key)  # (2)
    for key in work.within.every_key():
        work.demand(key)  # (3)
    for key in dict.fromkeys([*work.own.every_key(), *work.marked.every_key()]):
        yield from work.told(key)  # (4)


class _Work:
    def __init__(self, read: ReadLabel, scratch: Scratch, file: str) -> None:
        self._read, self._file = read, file
        self.own, self.marked, self.within, self.demanded = (Spool(scratch) for _ in range(4))
        self._labels: list[Label] = []

    def note(self, key: int) -> None:
        for subject, said in _by_subject(self.own.read(key)).items():
            for line in said:
                for statement in _inner(line):
                    self.within.add(_bucket(statement), statement + b"\t" + line)
            markings = [line for line in said if _predicate(line) == _MARKING]
            of = [next(_inner(line)) for line in said if _predicate(line) == _REIFIES and b" <<( " in line]
            if not markings or not of:
                continue
            more = len(said) > len(markings) + len(of) or not subject.startswith(b"_:")
            number = self._number(markings)
            for statement in of:
                entry = b"%d\t%s\t%s" % (number, _SAYS_MORE if more else _BARE, statement)
                self.marked.add(_bucket(statement), entry + b"\n")

    def demand(self, key: int) -> None:
        """What a labelled statement demands of those that hold it; it waits where they are."""
        marked = {statement: label for statement, (label, _) in self._marked(key).items()}
        for entry in self.within.read(key):
            statement, _, line = entry.partition(b"\t")
            if (label := marked.get(statement)) is not None:
                self._labels.append(label)
                self.demanded.add(_bucket(line), b"%d\t%s" % (len(self._labels) - 1, line))

    def told(self, key: int) -> Iterator[tuple[Label | None, bytes]]:
        marked, demanded = self._marked(key), dict[bytes, Label]()
        reifiers: dict[bytes, Label] = {}
        for entry in self.demanded.read(key):
            number, _, line = entry.partition(b"\t")
            _join(demanded, line, self._labels[int(number)])
            if _predicate(line) == _REIFIES:
                _join(reifiers, _subject(line), self._labels[int(number)])
        stated = set()
        for subject, said in _by_subject(self.own.read(key)).items():
            kept = _without_markings(said) if subject in reifiers else said
            for line in kept:
                statement = line.removesuffix(b" .\n")
                demands = [
                    reifiers.get(subject),
                    demanded.get(line),
                    marked[statement][0] if statement in marked else None,
                ]
                stated.add(statement)
                yield _joined(demands), line
        for statement, (_, is_bare) in marked.items():
            if is_bare and statement not in stated:
                raise LoadRefused(
                    f"`{statement.decode()}` is given a label and not stated: state it as well", file=self._file
                )

    def _marked(self, key: int) -> dict[bytes, tuple[Label, bool]]:
        """The labelled statements of a bucket: the join of their markings, and whether nothing else is said of them."""
        labels, bare = dict[bytes, Label](), dict[bytes, bool]()
        for entry in self.marked.read(key):
            number, more, statement = entry.rstrip(b"\n").split(b"\t", 2)
            _join(labels, statement, self._labels[int(number)])
            bare[statement] = bare.get(statement, True) and more == _BARE
        return {statement: (label, bare[statement]) for statement, label in labels.items()}

    def _number(self, markings: list[bytes]) -> int:
        quads = parse(b"".join(markings), format=RdfFormat.N_TRIPLES)
        found = _joined([self._read(getattr(quad.object, "value", ""), "an annotation") for quad in quads])
        assert found is not None  # noqa: S101  # there is a marking
        if found in self._labels:
            return self._labels.index(found)
        self._labels.append(found)
        return len(self._labels) - 1


def _without_markings(said: list[bytes]) -> list[bytes]:
    """What is said of a reifier with a marking, without the marking; nothing where that was all."""
    rest = [line for line in said if _predicate(line) != _MARKING]
    had_one = len(rest) < len(said) and rest[:1] and rest[0].startswith(b"_:")
    return [] if had_one and all(_predicate(line) == _REIFIES for line in rest) else rest


def _joined(labels: list[Label | None] | list[Label]) -> Label | None:
    found = None
    for label in labels:
        if label is not None:
            found = label if found is None else found.join(label)
    return found


def _join(labels: dict[bytes, Label], key: bytes, label: Label) -> None:
    labels[key] = labels[key].join(label) if key in labels else label


def _by_subject(lines: Iterator[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, dict[bytes, None]] = {}
    for line in lines:
        found.setdefault(_subject(line), {})[line] = None
    return {subject: list(said) for subject, said in found.items()}


def _subject(line: bytes) -> bytes:
    return line.partition(b" ")[0]


def _predicate(line: bytes) -> bytes:
    return line.split(b" ", 2)[1]


def _inner(line: bytes) -> Iterator[bytes]:
    """The statement inside a statement, ``<<( s p o )>>`` as its value, and the one inside that."""
    value = line.removesuffix(b" .\n").split(b" ", 2)[2]
    while value.startswith(b"<<( "):
        value = value.removeprefix(b"<<( ").removesuffix(b" )>>")
        yield value
        value = value.split(b" ", 2)[2]


def _bucket(line: bytes) -> int:
    return crc32(_subject(line)) % _BUCKETS
