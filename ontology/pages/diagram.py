"""Two pictures of the ontology, as SVG made from the Turtle: how the modules rest on each other, and what connects the
main classes. No font is measured: a letter counts as wide as a wide one, so no text leaves its box.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise

from rdflib import OWL, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.pages.layout import Edge, Layout, Size, lay_out
from ontology.terms import CLASS, NS, OBJECT_PROPERTY, Module, merged

LETTER, BOLD, LINE, PAD, MARGIN = 7.8, 8.8, 17, 11, 20
MOST_CLASSES, MOST_LINKS = 8, 3
MOST_IN_PICTURE = 22

STYLE = """
  .page { fill: #ffffff } .box { fill: #eef4f8; stroke: #2f6f8f; stroke-width: 1.3 }
  .link { fill: #ffffff; stroke: #9aa7ae } text { font: 13px "DejaVu Sans", Verdana, sans-serif; fill: #17242b }
  .name { font-weight: bold } .quiet { fill: #4d5f68; font-size: 12px }
  .line { fill: none; stroke: #5b7480; stroke-width: 1.2 } .head { fill: #5b7480 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #10181d } .box { fill: #1b2c36; stroke: #6fb3d2 } .link { fill: #10181d; stroke: #5b6d77 }
    text { fill: #e6eef2 } .quiet { fill: #a9bac3 } .line { stroke: #8aa3af } .head { fill: #8aa3af }
  }
"""


def modules_picture(modules: Sequence[Module]) -> str:
    """The modules, each above those whose terms it uses, with its main classes and how many terms it has."""
    whole = merged(modules)
    shown = [module for module in modules if module.terms()]
    texts = {module.name: _module_lines(module, whole) for module in shown}
    title = "The modules of the ontology: each stands above those whose terms it builds on"
    return _picture(texts, _shortest(_uses(shown)), title)


def classes_picture(modules: Sequence[Module]) -> str:
    """The main classes, and the properties that lead from one to another."""
    graph = merged(modules)
    links: dict[Edge, list[str]] = defaultdict(list)
    for prop in sorted(term for module in modules for term in module.terms(OBJECT_PROPERTY)):
        for domain in graph.objects(prop, RDFS.domain):
            for range_ in graph.objects(prop, RDFS.range):
                one, other = _root(domain, graph), _root(range_, graph)
                if one and other and one != other:
                    links[one, other].append(prop.removeprefix(NS))
    main = _main(links, modules)
    texts: dict[str, list[str]] = {}
    edges: list[Edge] = []
    for (one, other), props in links.items():
        if {one, other} <= main:
            link = f"{one} {other}"
            texts[link] = [*props[:MOST_LINKS], *([f"+ {len(props) - MOST_LINKS} more"] * (len(props) > MOST_LINKS))]
            edges += [(one, link), (link, other)]
    connected = {name for pair in links if set(pair) <= main for name in pair}
    texts |= {name: [name, *_kinds(name, graph)] for name in connected}
    return _picture(
        texts, edges, "The main classes, and the properties that lead from one to another", links=set(links_of(texts))
    )


def links_of(texts: Iterable[str]) -> list[str]:
    """The names that are properties between two classes: those of two words."""
    return [name for name in texts if " " in name]


# --- what to draw ----------------------------------------------------------------------------------------------------


def _root(term: Node, graph: Graph) -> str:
    """The name of the highest class of ours above it; of several, the first by name; empty if none is ours."""
    above = {up for up in graph.transitive_objects(term, RDFS.subClassOf) if str(up).startswith(NS)}
    roots = [up for up in above if not any(str(other).startswith(NS) for other in graph.objects(up, RDFS.subClassOf))]
    return min((str(root).removeprefix(NS) for root in roots), default="")


def _main(links: Mapping[Edge, Sequence[str]], modules: Sequence[Module]) -> set[str]:
    """The classes that are connected most, and of each module the two that most properties connect."""
    counts = Counter(name for pair in links for name in pair)
    main = {name for name, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_IN_PICTURE]}
    for module in modules:
        classes = {str(term).removeprefix(NS) for term in module.terms(CLASS)}
        of_module = [pair for pair in links if pair[0] in classes]
        if of_module:
            most: Edge = min(of_module, key=lambda pair: (-len(links[pair]), pair))
            main.update(most)
    return main


def _below(term: URIRef, graph: Graph) -> int:
    return len(set(graph.transitive_subjects(RDFS.subClassOf, term))) - 1


def _kinds(name: str, graph: Graph) -> list[str]:
    below = _below(URIRef(NS + name), graph)
    return [f"{below} kinds of it"] if below > 1 else []


def _module_lines(module: Module, graph: Graph) -> list[str]:
    classes = module.terms(CLASS)
    own = {term for term in classes if not set(graph.objects(term, RDFS.subClassOf)) & set(classes)}
    used = Counter(end for step in (RDFS.domain, RDFS.range) for end in graph.objects(None, step))
    first = sorted(own, key=lambda term: (-_below(term, graph) - used[term], term))[:MOST_CLASSES]
    names = [term.removeprefix(NS) for term in first]
    rest = len(classes) - len(first)
    return [
        module.name,
        *names,
        *([f"+ {rest} classes"] * (rest > 0)),
        f"{len(module.terms()) - len(classes)} properties",
    ]


def _uses(modules: Sequence[Module]) -> Counter[Edge]:
    """How often an axiom of one module names a term of another."""
    home: dict[Node, str] = {term: module.name for module in modules for term in module.terms()}
    steps = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf)
    found: Counter[Edge] = Counter()
    for module in modules:
        named = [(term, end) for step in steps for term, end in module.graph.subject_objects(step)]
        chains = module.graph.subject_objects(OWL.propertyChainAxiom)
        named += [(term, step) for term, chain in chains for step in Collection(module.graph, chain)]
        others = [home[end] for term, end in named if home.get(term) == module.name and end in home]
        found.update((module.name, other) for other in others if other != module.name)
    return found


def _shortest(uses: Counter[Edge]) -> list[Edge]:
    """The uses without those that go by way of another module; of two modules that use each other, the greater use."""
    edges = {(a, b) for (a, b), count in uses.items() if (count, a) > (uses[b, a], b)}

    def reached(name: str, without: Edge) -> set[str]:
        found: set[str] = set()
        front = {b for a, b in edges if a == name and (a, b) != without}
        while front:
            found |= front
            front = {b for a, b in edges if a in front} - found
        return found

    return sorted(edge for edge in edges if edge[1] not in reached(edge[0], edge))


# --- drawing ---------------------------------------------------------------------------------------------------------


def _picture(texts: dict[str, list[str]], edges: list[Edge], title: str, links: set[str] | None = None) -> str:
    sizes = {name: _size(lines) for name, lines in texts.items()}
    placed = lay_out(sizes, edges)
    width, height = round(placed.width + 2 * MARGIN), round(placed.height + 2 * MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="head" d="M0 0L8 4L0 8z"/></marker></defs>',
        f'<rect class="page" width="{width}" height="{height}"/>',
        f'<g transform="translate({MARGIN} {MARGIN})">',
        *(_line(placed, edge, heads=links is None or edge[0] in links) for edge in sorted(placed.lines)),
        *(_box(name, texts[name], placed, sizes[name], name in (links or ())) for name in sorted(texts)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _size(lines: Sequence[str]) -> Size:
    widest = max(len(line) * (LETTER if place else BOLD) for place, line in enumerate(lines))
    return Size(widest + 2 * PAD, len(lines) * LINE + PAD)


def _line(placed: Layout, edge: Edge, *, heads: bool) -> str:
    """A smooth line from the first box of the edge to the second: it bends between the layers only."""
    points = placed.lines[edge]
    upward = placed.boxes[edge[0]][1] > placed.boxes[edge[1]][1]
    points = [*dict.fromkeys(points[::-1] if upward else points)]
    steps = [f"M{points[0][0]:.0f} {points[0][1]:.0f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        steps.append(f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2:.0f}" if x1 != x2 else f"V{y2:.0f}")
    return (
        f'<path class="line" d="{"".join(steps)}"{" marker-end=" + chr(34) + "url(#head)" + chr(34) if heads else ""}/>'
    )


def _box(name: str, lines: Sequence[str], placed: Layout, size: Size, is_link: bool) -> str:
    x, y = placed.boxes[name]
    centre = x + size.width / 2
    rect = (
        f'<rect class="{"link" if is_link else "box"}" x="{x:.0f}" y="{y:.0f}" width="{size.width:.0f}" '
        f'height="{size.height:.0f}" rx="{9 if is_link else 3}"/>'
    )
    texts = []
    for place, text in enumerate(lines):
        quiet = text.startswith("+ ") or text[0].isdigit()
        style = ' class="quiet"' if is_link or quiet else (' class="name"' if place == 0 else "")
        at = y + PAD / 2 + LINE * (place + 0.75)
        texts.append(f'<text x="{centre:.0f}" y="{at:.0f}" text-anchor="middle"{style}>{escape(text)}</text>')
    return rect + "".join(texts)
