"""Who may see what. Trusted base: yes. Pure: standard library only, no input or output.

A label is what data demands, a clearance is what a reader holds, a marking is a label's display
text: three types. The one decision is ``clearance.dominates(label)``.
"""

from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import EVERYONE, Everyone, Label, Level, PolicyLabel, Releasability, high_water_mark
from graph_service.security.markings import clearance_from_markings, format_marking, parse_marking
from graph_service.security.policy import Policies, SecurityPolicy

__all__ = [
    "EVERYONE",
    "Clearance",
    "Everyone",
    "Label",
    "Level",
    "Policies",
    "PolicyClearance",
    "PolicyLabel",
    "Releasability",
    "SecurityPolicy",
    "clearance_from_markings",
    "format_marking",
    "high_water_mark",
    "parse_marking",
]
