"""Everything that changes feedback: imports, readings, surveys, erasure."""

from sanbao.rooms.feedback.services.batches import add_texts, finish_batch, start_batch, store_rows
from sanbao.rooms.feedback.services.importing import Outcome, continue_imports, import_file, keep_upload
from sanbao.rooms.feedback.services.reading import read_unread
from sanbao.rooms.feedback.services.surveys import answer_survey, send_survey
from sanbao.rooms.feedback.services.voices import add_complaint_words, erase_voices

__all__ = [
    "Outcome",
    "add_complaint_words",
    "add_texts",
    "answer_survey",
    "continue_imports",
    "erase_voices",
    "finish_batch",
    "import_file",
    "keep_upload",
    "read_unread",
    "send_survey",
    "start_batch",
    "store_rows",
]
