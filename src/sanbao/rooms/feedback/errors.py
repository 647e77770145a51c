"""Refusals that only the feedback room utters."""

from sanbao.base.errors import IllegalMove, Invalid, Refusal


class FileTooLarge(Invalid):
    """The file is over the limit."""

    code = "file_too_large"
    text = "The file has %(size)s MB; an import takes at most %(limit)s MB."
    remedy = "Split the file and import its parts one after the other."


class UnknownFormat(Invalid):
    """The content is none of the kinds that can be read."""

    code = "unknown_format"
    text = "This is not a table that can be read."
    remedy = "Save it as CSV (UTF-8), JSON Lines, Parquet or Excel (.xlsx) and try again."


class NoTextColumn(Invalid):
    """No column was recognised as the one that holds the texts."""

    code = "no_text_column"
    text = "No column looks like the texts. The file has: %(columns)s."
    remedy = "Name the column, such as --map text=COLUMN."


class NoSuchColumn(Invalid):
    """The mapping names something that is not there."""

    code = "no_such_column"
    text = "“%(name)s” is not there. The file has: %(columns)s."
    remedy = (
        "Write a mapping as FACT=COLUMN; facts are text, stars, said_on, product, outlet and external_id."
    )


class MappingChanged(Refusal):
    """The same file came in before with other columns; its texts would be counted twice."""

    code = "mapping_changed"
    text = "This file came in before as %(number)s with other columns."
    remedy = "Use the same columns again, or name another source if it is meant as something else."


class SurveyClosed(IllegalMove):
    """The survey was answered, or its time is over."""

    code = "survey_closed"
    text = "This survey is closed."
    remedy = "Write to us instead; every message is read."
