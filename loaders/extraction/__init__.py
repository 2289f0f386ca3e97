"""Finding what a text mentions: papers, resolutions, laws, actors, dates. Pure: blocks in, mentions out."""

from loaders.extraction.find import find_mentions

__all__ = ["find_mentions"]
