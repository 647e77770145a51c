"""Sanbao: after-sales service in which every promise is computed, explained, watched and provable."""

__version__ = "0.1.0"
