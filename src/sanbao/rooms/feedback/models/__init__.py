"""Texts, what was read in them, the surveys that ask for more, and how people teach the reader."""

from sanbao.rooms.feedback.models.actions import Action
from sanbao.rooms.feedback.models.cells import Cell, Mix
from sanbao.rooms.feedback.models.editions import Edition, Passage
from sanbao.rooms.feedback.models.stream import Suspicion
from sanbao.rooms.feedback.models.surveys import Survey
from sanbao.rooms.feedback.models.teaching import Frame, Label, Lesson, Model, Objection
from sanbao.rooms.feedback.models.texts import Batch, Mention, Reject, Voice
from sanbao.rooms.feedback.models.views import Alert, Mute, Sample, Theme, View

__all__ = [
    "Action",
    "Alert",
    "Batch",
    "Cell",
    "Edition",
    "Frame",
    "Label",
    "Lesson",
    "Mention",
    "Mix",
    "Model",
    "Mute",
    "Objection",
    "Passage",
    "Reject",
    "Sample",
    "Survey",
    "Suspicion",
    "Theme",
    "View",
    "Voice",
]
