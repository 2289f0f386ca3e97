"""The proof kit: tries on a running server, this one or another, whether it lets a reader notice what is above them.

It knows a server by an ``Adapter`` of three verbs: load, relabel, ask. docs/proof.md.
"""

from graph_service.proving.adapter import Adapter, Answer
from graph_service.proving.trial import Fault, Outcome, prove

__all__ = ["Adapter", "Answer", "Fault", "Outcome", "prove"]
