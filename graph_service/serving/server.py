"""The server process: it opens views and nothing else. Run by exec, so that no memory of the builder's comes along.

python -m graph_service.serving.server DATA HOST PORT
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import waitress

from graph_service import core_files, isolation
from graph_service.errors import IsolationError, SluisError
from graph_service.policy_files import load_policies
from graph_service.serving.app import MAX_REQUEST_BYTES, create_app
from graph_service.serving.audit import AuditLog
from graph_service.serving.identity import Doorkeeper
from graph_service.serving.question_files import load_questions
from graph_service.settings import Layout, read_settings
from graph_service.storage.servers import Announcement

READY_LINE = "ready"
OUTBUF_BYTES = 4 << 20
"""How much of an answer waits in memory for a slow reader."""


def main(arguments: list[str]) -> None:
    """(1) read settings; (2) take the port; (3) shut off everything but views and audit; (4) serve.

    Writes ``READY_LINE`` to standard output when it can answer, and ends when standard input does: whoever
    started it is gone then.
    """
    data, host, port = Path(arguments[0]).resolve(), arguments[1], int(arguments[2])
    layout, settings = Layout(data), read_settings(data)  # (1)
    policies, questions = load_policies(settings, layout), load_questions(settings)  # their folders are shut off later
    listener = _listen(host, port)  # (2)
    announcement = Announcement(layout.servers)  # before any publication is read, and while files can be made
    if not settings.unsafe_workers_share_the_network:  # (3)
        reach = [*isolation.program_paths(), layout.views]
        means = isolation.confine(
            read=reach, write=[layout.audit], put=[layout.proposals], take=[layout.receipts], hidden=layout.portions
        )
        if isolation.LANDLOCK not in means:
            raise IsolationError("query workers shut themselves off with Landlock, and this kernel has none")
        isolation.assert_hidden(layout.proposals)
    _quieten()
    core_files.leave_none()  # not before: it takes /proc/self away, where a mount namespace is set up
    doorkeeper = Doorkeeper(layout.views, policies=policies, settings=settings, acknowledge=announcement.follows)
    audit = AuditLog(layout.audit)
    app = create_app(doorkeeper, audit, questions, layout=layout)
    server = waitress.create_server(  # (4)
        app,
        sockets=[listener],
        threads=settings.server_threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
        # Bodies stay in memory: there is no folder left to overflow into. The application refuses what is larger.
        max_request_body_size=16 * MAX_REQUEST_BYTES,
        inbuf_overflow=32 * MAX_REQUEST_BYTES,
        outbuf_overflow=2 * OUTBUF_BYTES,
        outbuf_high_watermark=OUTBUF_BYTES,  # past it the answer waits for its reader, and so does its worker
        channel_request_lookahead=1,  # so that it is noticed when nobody waits for an answer any more
    )
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=doorkeeper.keep_following, daemon=True).start()
    signal.signal(signal.SIGTERM, _stop)
    print(READY_LINE, listener.getsockname()[1], flush=True)  # noqa: T201  # the line the starter waits for
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        doorkeeper.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def _quieten() -> None:
    """Keep off the terminal what the server takes for news: a request that waits its turn, and an answer that broke
    off, which the audit log tells with its reason.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").addFilter(lambda r: not (r.exc_info and isinstance(r.exc_info[1], SluisError)))


def _end_with_parent() -> None:
    while os.read(0, 4096):  # not the buffered stream: its lock would be held at exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SluisError, OSError) as error:
        sys.exit(f"sluis server: {error}")
