"""Everything that changes feedback: imports, readings, surveys, erasure."""

from sanbao.rooms.feedback.services.actions import drop_action, finish_action, hand_on_action, undertake
from sanbao.rooms.feedback.services.batches import add_texts, finish_batch, start_batch, store_rows
from sanbao.rooms.feedback.services.drawing import Drawn, draw_lessons, extend_random
from sanbao.rooms.feedback.services.editions import keep_monthly, keep_report
from sanbao.rooms.feedback.services.importing import Outcome, continue_imports, import_file, keep_upload
from sanbao.rooms.feedback.services.reading import read_again, read_unread
from sanbao.rooms.feedback.services.sampling import take_sample
from sanbao.rooms.feedback.services.stream import compare_waiting, decide_suspicion
from sanbao.rooms.feedback.services.surveys import answer_by_link, answer_survey, send_survey
from sanbao.rooms.feedback.services.teaching import label, object_to, settle, take_back
from sanbao.rooms.feedback.services.themes import find_themes
from sanbao.rooms.feedback.services.versions import (
    Exported,
    activate_model,
    export_labels,
    install_model,
    measure_model,
    roll_back,
)
from sanbao.rooms.feedback.services.views import (
    FACETS,
    MUTE_DAYS,
    miscounted,
    mute_alert,
    recount,
    remove_view,
    save_view,
    unmute_alert,
    watch_voices,
)
from sanbao.rooms.feedback.services.voices import (
    add_call_notes,
    add_complaint_words,
    add_dispute_words,
    add_talk,
    erase_voices,
)

__all__ = [
    "FACETS",
    "MUTE_DAYS",
    "Drawn",
    "Exported",
    "Outcome",
    "activate_model",
    "add_call_notes",
    "add_complaint_words",
    "add_dispute_words",
    "add_talk",
    "add_texts",
    "answer_by_link",
    "answer_survey",
    "compare_waiting",
    "continue_imports",
    "decide_suspicion",
    "draw_lessons",
    "drop_action",
    "erase_voices",
    "export_labels",
    "extend_random",
    "find_themes",
    "finish_action",
    "finish_batch",
    "hand_on_action",
    "import_file",
    "install_model",
    "keep_monthly",
    "keep_report",
    "keep_upload",
    "label",
    "measure_model",
    "miscounted",
    "mute_alert",
    "object_to",
    "read_again",
    "read_unread",
    "recount",
    "remove_view",
    "roll_back",
    "save_view",
    "send_survey",
    "settle",
    "start_batch",
    "store_rows",
    "take_back",
    "take_sample",
    "undertake",
    "unmute_alert",
    "watch_voices",
]
