"""What the shapes demand, as the tables of docs/shapes.md: ``python -m tests.shape_tables`` writes them there.

The page is the second witness: a shape that demands less than it did no longer says what the page says.
"""

from __future__ import annotations

from pathlib import Path

from graph_service.namespaces import short
from graph_service.storage.shapes import Condition, PropertyShape, Shape, packaged_shapes

PAGE = Path(__file__).resolve().parents[1] / "docs" / "shapes.md"
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"


def tables() -> str:
    """Both tables as Markdown: what each class states, and what kind each property's values are."""
    lines = ["| shape | classes | must state | and of its values |", "|---|---|---|---|"]
    for shape in packaged_shapes():
        if shape.classes:
            stated = [_told(part, one) for part in shape.properties for one in part.conditions if one.at_least]
            others = [_told(part, one) for part in shape.properties for one in part.conditions if not one.at_least]
            classes = ", ".join(f"`{short(name)}`" for name in sorted(shape.targets))
            lines.append(f"| `{shape.name}` | {classes} | {', '.join(stated)} | {', '.join(others)} |")
    kinds: dict[str, list[str]] = {}
    for shape in packaged_shapes():
        if not shape.classes:
            kinds.setdefault(_kind(shape), []).append(f"`{short(min(shape.subjects_of))}`")
    lines += ["", "| the values of | are |", "|---|---|"]
    lines += [f"| {', '.join(sorted(names))} | {kind} |" for kind, names in sorted(kinds.items())]
    return "\n".join(lines)


def _told(part: PropertyShape, one: Condition) -> str:
    name = f"`{short(part.path)}`"
    if one.component == "MinCount":
        return name
    if one.component == "QualifiedMinCount":
        return f"{name} in `{' '.join(one.arguments)}`"
    if one.component == "HasValue":
        return f"{name} `{one.arguments[0]}`"
    return f"{name}: {_test(one)}" if one.at_most is None else f"{name}: at most {one.at_most}"


def _kind(shape: Shape) -> str:
    return "; ".join(_test(one) for part in shape.properties for one in part.conditions)


def _test(one: Condition) -> str:
    code = [f"`{short(argument)}`".replace("|", "\\|") for argument in one.arguments]
    if one.component == "NodeKind":
        kinds = {"IRI": "an IRI", "BlankNodeOrIRI": "a thing (an IRI or a blank node)", "Literal": "a literal"}
        return kinds[one.arguments[0]]
    before = {"In": "one of ", "Pattern": "written as ", "MinInclusive": "at least "}.get(one.component, "")
    return before + (" or " if one.component == "Or" else ", ").join(code)


def page_with(found: str, page: str) -> str:
    """The page with these tables between its marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{found}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page_with(tables(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
