"""One tree of errors. Standard library only; trusted base: yes.

Every error has two audiences. ``public`` is for whoever asked: lower case, the field's words,
what to do if that is known, and nothing that the asker is not cleared for. ``detail`` is for
the audit log alone.
"""

from __future__ import annotations


class SluisError(Exception):
    """The root. ``public`` may be shown to the asker; ``detail`` is for the audit log only."""

    def __init__(self, public: str, *, detail: str = "") -> None:
        super().__init__(public)
        self.public = public
        self.detail = detail


class PolicyError(SluisError):
    """A security policy is malformed or contradicts itself: the service does not start on it. Lines count from 1."""

    def __init__(self, public: str, *, line: int | None = None) -> None:
        super().__init__(public)
        self.line = line


class LabelError(SluisError):
    """A label or marking is missing, unknown, unparsable or of another policy: refused, never guessed."""


class ClearanceError(SluisError):
    """A clearance is missing, unknown or unparsable."""


class LoadRefused(SluisError):
    """A file is refused whole. The public text names file, line, column and reason where they are known."""

    def __init__(self, public: str, *, file: str = "", line: int | None = None, column: str | None = None) -> None:
        place = ", ".join(
            part for part in (file, f"line {line}" if line else "", f"column `{column}`" if column else "") if part
        )
        super().__init__(f"{place}: {public}" if place else public)
        self.file, self.line, self.column = file, line, column


class IngestRefused(SluisError):
    """A portion is refused: nothing of the load is stored."""


class StoreBusy(SluisError):
    """Another process owns the portion store."""


class RuleRefused(SluisError):
    """A rule is not a CONSTRUCT over plain patterns, so it could conclude from what is absent."""


class NotPublished(SluisError):
    """No view is published for this clearance; a nearby view is never taken instead."""


class NotAuthenticated(SluisError):
    """A token was given and is not known: 401, never anonymous."""


class NotCleared(SluisError):
    """The principal may not do this: 403."""


class QueryRefused(SluisError):
    """The guard or the engine does not accept the query. ``line`` and ``column`` count from 1 in the asker's text."""

    def __init__(
        self, public: str, *, line: int | None = None, column: int | None = None, hint: str = "", detail: str = ""
    ) -> None:
        super().__init__(public, detail=detail)
        self.line, self.column, self.hint = line, column, hint


class QueryForbidden(QueryRefused):
    """A well-formed request for something that this service never does: SERVICE, LOAD, updates."""


class ProposalRefused(SluisError):
    """What somebody asks to be written is not well formed: 400."""


class TooMany(SluisError):
    """A user asks for more at a time than one may: 429."""


class QueryTimeout(SluisError):
    """The query ran into its time limit; its worker was killed."""


class QueryEnded(SluisError):
    """The query was ended before its answer was whole: by its asker, or because nobody waited for it any more."""


class QueryTooLarge(SluisError):
    """The query needed more memory, or gave a larger answer, than a worker may have."""


class WorkersBusy(SluisError):
    """Every worker of this visible set is at work."""


class IsolationError(SluisError):
    """The process could not shut itself off from the network or the portion store, and does not go on."""
