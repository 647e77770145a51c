"""Reads of feedback: imports, texts, sentences, figures, surveys, the report."""

from sanbao.rooms.feedback.queries.batches import BatchCard, BatchList, batch, batches, rejects
from sanbao.rooms.feedback.queries.cases import CaseFigures, case_figures
from sanbao.rooms.feedback.queries.figures import (
    MAIN_SCENARIOS,
    AspectFigure,
    Figures,
    MonthFigure,
    OutletFigure,
    OutletFigures,
    Quality,
    ScenarioFigure,
    by_month,
    figures,
    outlet_figures,
)
from sanbao.rooms.feedback.queries.report import Channels, PolicyLine, Report, report
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.queries.surveys import SurveyCard, SurveyFigures, survey, survey_figures, survey_of
from sanbao.rooms.feedback.queries.voices import (
    Sentence,
    SentenceList,
    VoiceCard,
    VoiceList,
    VoicePage,
    drawn_sentences,
    search_text,
    sentences,
    voice,
    voices,
)

__all__ = [
    "MAIN_SCENARIOS",
    "AspectFigure",
    "BatchCard",
    "BatchList",
    "CaseFigures",
    "Channels",
    "Figures",
    "MonthFigure",
    "OutletFigure",
    "OutletFigures",
    "PolicyLine",
    "Quality",
    "Report",
    "ScenarioFigure",
    "Scope",
    "Sentence",
    "SentenceList",
    "SurveyCard",
    "SurveyFigures",
    "VoiceCard",
    "VoiceList",
    "VoicePage",
    "batch",
    "batches",
    "by_month",
    "case_figures",
    "drawn_sentences",
    "figures",
    "outlet_figures",
    "rejects",
    "report",
    "search_text",
    "sentences",
    "survey",
    "survey_figures",
    "survey_of",
    "voice",
    "voices",
]
