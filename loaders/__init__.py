"""Loaders: outside formats to portions. They propose; ingest decides. They never see the portion store."""

from loaders.base import Loader, LoadRequest, Origins
from loaders.front import open_source

__all__ = ["LoadRequest", "Loader", "Origins", "open_source"]
