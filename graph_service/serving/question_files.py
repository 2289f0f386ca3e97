"""Where questions come from: the package, and the folder that the settings name."""

from __future__ import annotations

import re
from pathlib import Path

from graph_service.errors import QueryRefused, SluisError
from graph_service.serving.query_guard import guard
from graph_service.settings import Settings
from queries import Question, catalogue, parse_question

SUFFIX = ".rq"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_questions(settings: Settings) -> dict[str, Question]:
    """Every question of an installation by name, sorted; the same for every reader.

    Raises ``SluisError`` with file and reason for a folder or a question of it that can't be used, and for one that has
    the name of a packaged question: whoever asks by a name gets what its documentation says.
    """
    found = dict(catalogue())
    for path in _files(settings):
        name = path.name.removesuffix(SUFFIX)
        if not _NAME.fullmatch(name):
            raise _wrong(path, "a question's name is small letters, digits and hyphens")
        if name in found:
            raise _wrong(path, "a packaged question has this name: give yours another")
        found[name] = _read(name, path)
    return dict(sorted(found.items()))


def _files(settings: Settings) -> list[Path]:
    if not settings.questions:
        return []
    folder = Path(settings.questions)
    if not folder.is_dir():
        raise SluisError(f"the setting `questions` names no folder: {folder.name}")
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except OSError as error:
        raise SluisError(f"the folder of the setting `questions` can't be read: {error.strerror}") from error


def _read(name: str, path: Path) -> Question:
    try:
        question = parse_question(name, path.read_text(encoding="utf-8-sig"))
        guard(question.query)
    except OSError as error:
        raise _wrong(path, f"can't be read: {error.strerror}") from error
    except QueryRefused as error:
        raise _wrong(path, f"line {error.line}: {error.public}" if error.line else error.public) from error
    except UnicodeDecodeError as error:
        raise _wrong(path, f"not UTF-8 (byte {error.start})") from error
    except ValueError as error:
        raise SluisError(str(error)) from error  # it names the file itself
    return question


def _wrong(path: Path, reason: str) -> SluisError:
    return SluisError(f"{path.name}: {reason}")
