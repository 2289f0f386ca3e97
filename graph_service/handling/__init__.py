"""What people read and write of labels, and how a foreign label is handled. Never grants access. Pure.

``printing`` and ``reading`` of markings; ``equivalence`` between the levels of two policies.
"""

from graph_service.handling.printing import format_clearance_part, format_marking, format_part
from graph_service.handling.reading import (
    clearance_from_markings,
    level_markings,
    parse_level,
    parse_marking,
    read_marking,
)

__all__ = [
    "clearance_from_markings",
    "format_clearance_part",
    "format_marking",
    "format_part",
    "level_markings",
    "parse_level",
    "parse_marking",
    "read_marking",
]
