"""Sluis: a classification-aware knowledge-graph service.

Two flows are the whole program (see ARCHITECTURE.md): LOAD brings documents into the
portion store and builds views; ASK answers a question on the one view its asker is cleared for.
"""
