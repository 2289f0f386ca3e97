"""``python -m tests.web.screenshots``: a picture of each room of the page for docs/page.md, of the demo's data.

--only ROOM   may be given again
--folder DIR  where to, instead of docs/screenshots

Each is 1280 × 800, as the demo's `analyst`, in English and in light; some are taken of something else, and say so in
``STATES`` of tests/web/page/places.py. They keep 256 colours: enough for a page, and a third of the size.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from PIL import Image
from rich.console import Console

from graph_service import demo
from graph_service.running import Service
from graph_service.settings import Layout
from tests.service import ROOT, tokens
from tests.web.page.browser import Visit, lacking, launched, signed_in
from tests.web.page.hidden_things import load_paper
from tests.web.page.places import Place, places

FOLDER = ROOT / "docs" / "screenshots"
READER = "analyst"


def shoot(folder: Path, *, only: Collection[str] = ()) -> Iterator[Path]:
    """Take the pictures, and give each as it is there. Raises ``SystemExit`` where there is no browser or page."""
    if reason := lacking():
        raise SystemExit(reason)
    wanted = [place for place in places() if not only or repr(place) in only]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        layout = Layout(Path(name) / "data")
        demo.build(layout, console=Console(quiet=True))
        load_paper(layout)
        with Service(layout) as service, launched() as browser:
            for place in wanted:
                context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
                context.add_init_script(signed_in(tokens(layout)[READER], "en"))
                yield _shot(Visit(context.new_page(), service.url), place, folder / f"{place!r}.png")
                context.close()


def _shot(visit: Visit, place: Place, path: Path) -> Path:
    visit.recorded.follow(visit.page.context)
    visit.go(place.address)
    if problems := visit.problems():
        raise SystemExit(f"{place!r}: {problems}")
    path.write_bytes(visit.picture())
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.web.screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given, console = parser.parse_args(), Console()
    for path in shoot(given.folder, only=given.only):
        console.print(f"{path.name}: {path.stat().st_size // 1024} KiB", highlight=False)


if __name__ == "__main__":
    main()
