"""The page at ``/``: files that ``make page`` built, the same bytes for everybody.

INVARIANT: nothing of a view is in them, and nobody is admitted for them: no token is looked at, no audit line is
written. What the page shows it asks afterwards, over the guarded interface, as whoever signs in there.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from flask import Flask, Request, Response, request
from werkzeug.exceptions import NotFound

from graph_service.serving.responses import gzip_is_wanted

SHELL = "index.html"
NOT_BUILT = "the page is not built here: run `make page`, or install the wheel"
_FOLDER = "/page/"
_YEAR = 31_536_000

# SECURITY: scripts, styles and connections of our own origin alone, nothing inline, in no frame, and no text becomes
# markup or script but through Lit's templates. Without it, a name in the data could run as a script for who reads it.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html sluis-worker",
    )
)


class Page:
    """The routes of the page, over the files as they were when the server began."""

    def __init__(self, built: Mapping[str, bytes]) -> None:
        self._built = built
        self._packed = cache(lambda name: gzip.compress(built[name], 9, mtime=0))

    @classmethod
    def packaged(cls) -> Page:
        """The page that lies in the package; one without files where none was built."""
        folder = files("graph_service.serving") / "web" / "built"
        if not folder.is_dir():
            return cls({})
        return cls({entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()})

    def add_routes(self, app: Flask) -> None:
        app.add_url_rule(f"{_FOLDER}<name>", view_func=self.file)

    @staticmethod
    def is_asked_for(asked: Request) -> bool:
        """Whether a request is for the page and not for the interface: one of its files, or ``/`` as HTML."""
        if asked.path.startswith(_FOLDER):
            return True
        wanted = asked.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
        return asked.path == "/" and asked.method in {"GET", "HEAD"} and wanted == "text/html"

    def shell(self) -> Response:
        if SHELL not in self._built:
            raise NotFound(NOT_BUILT)
        return self._sent(SHELL)

    def file(self, name: str) -> Response:
        if name not in self._built or name == SHELL:
            raise NotFound("the page has no such file")
        return self._sent(name)

    def finished(self, response: Response) -> Response:
        """Headers of all that is nobody's. The shell is asked for anew each time; its files never change."""
        is_file = response.status_code == 200 and request.path.startswith(_FOLDER)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if is_file else "no-cache"
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Vary"] = "Accept, Accept-Encoding"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _sent(self, name: str) -> Response:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = "text/javascript" if name.endswith(".js") else kind
        text = kind.startswith("text/") or kind.endswith(("json", "svg+xml"))
        packed = text and gzip_is_wanted()
        body = self._packed(name) if packed else self._built[name]
        response = Response(body, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response
