"""What /openapi.json says of proposals and receipts, as JSON Schema."""

from __future__ import annotations

from graph_service.proposals import MOST_CHARACTERS, MOST_MENTIONS, STATES, VERDICTS
from graph_service.serving.openapi_page import Json
from graph_service.serving.openapi_page import object_of as _object

_TEXT: Json = {"type": "string"}
_PROPOSED: Json = {"type": "string", "maxLength": MOST_CHARACTERS}
_LOOKED_AT: Json = {
    **_PROPOSED,
    "description": "The lower clearance that the writer looks at, as in `clearance=`: what is written stands no lower "
    "than all that is seen there. Left out: than all that they may see.",
}


def proposal_schemas() -> Json:
    """By name."""
    return {
        "Receipt": _object(dict.fromkeys(("id", "reason", "marking"), _TEXT) | {"state": {"enum": list(STATES)}}),
        "ReviewProposal": _review_proposal(),
        "LabelProposal": _label_proposal(),
    }


def _review_proposal() -> Json:
    iri = {"type": "string", "format": "iri"}
    properties = {
        "mentions": {"type": "array", "items": iri, "minItems": 1, "maxItems": MOST_MENTIONS},
        "verdict": {"enum": list(VERDICTS)},
        "corrected_to": {**_PROPOSED, "description": "What a corrected mention names: an IRI, or of a date the date."},
        "note": _PROPOSED,
        "clearance": _LOOKED_AT,
    }
    return _object(properties, "corrected_to", "note", "clearance") | {"additionalProperties": False}


def _label_proposal() -> Json:
    properties = {
        "portion": {"type": "string", "format": "iri"},
        "reference": {**_PROPOSED, "minLength": 1, "description": "The document in which the decision stands."},
        "marking": {**_PROPOSED, "description": "The new label; left out, it is kept."},
        "ground": {**_PROPOSED, "description": "Why; shown with the portion."},
        "until": {"type": "string", "format": "date", "description": "When it is looked at again."},
        "event": {**_PROPOSED, "description": "Or after which event."},
        "clearance": _LOOKED_AT,
    }
    optional = ("marking", "ground", "until", "event", "clearance")
    return _object(properties, *optional) | {"additionalProperties": False}
