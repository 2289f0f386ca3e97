"""Who may see what. Trusted base: yes. Pure: standard library only, no input or output.

A label is what data demands, a clearance is what a reader holds, a marking is a label's display
text: three types. The one decision is ``clearance.dominates(label)``. Read in this order: ``labels``,
``clearances`` (the decision), ``policy`` and ``policies`` (what names mean), ``validity`` and ``wording``.
"""

from graph_service.security.clearances import Clearance, PolicyClearance
from graph_service.security.labels import (
    EVERYONE,
    Category,
    Everyone,
    Label,
    Level,
    PolicyLabel,
    Releasability,
    Release,
    high_water_mark,
)
from graph_service.security.policies import Policies, everything
from graph_service.security.policy import SecurityPolicy
from graph_service.security.validity import invalidity
from graph_service.security.wording import Place

__all__ = [
    "EVERYONE",
    "Category",
    "Clearance",
    "Everyone",
    "Label",
    "Level",
    "Place",
    "Policies",
    "PolicyClearance",
    "PolicyLabel",
    "Releasability",
    "Release",
    "SecurityPolicy",
    "everything",
    "high_water_mark",
    "invalidity",
]
