"""Texts, what was read in them, and the surveys that ask for more."""

from sanbao.rooms.feedback.models.surveys import Survey
from sanbao.rooms.feedback.models.texts import Batch, Mention, Reject, Voice

__all__ = ["Batch", "Mention", "Reject", "Survey", "Voice"]
