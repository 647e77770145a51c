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


class NothingToDraw(Refusal):
    """Nothing is left that could be labelled."""

    code = "nothing_to_draw"
    text = "No text is left to draw."
    remedy = "Bring texts in and let them be read first; three in sixteen are kept for the random part."


class AlreadyLabelled(Refusal):
    """This reader has labelled the text, or it has all the readers it wants."""

    code = "already_labelled"
    text = "This text has been read already."
    remedy = "Nothing is lost; go on with the next one."


class OwnLabels(Refusal):
    """Whoever read a text does not decide between their own labels and another's."""

    code = "own_labels"
    text = "You are one of the two readers of this text."
    remedy = "Ask a third person to decide."


class UnfitModel(Invalid):
    """What lies in the folder cannot read texts."""

    code = "unfit_model"
    text = "The folder holds no weights that can be read with (%(why)s)."
    remedy = "Give the folder that the training wrote: model.json and the .npz files, at most 50 MB."


class NoEarlierModel(Refusal):
    """There is nothing to go back to."""

    code = "no_earlier_model"
    text = "No version was active before this one."
    remedy = "Choose a version from the list."


class TooFewLabels(Refusal):
    """A figure or a training on so few texts would mean nothing."""

    code = "too_few_labels"
    text = "There are %(n)s labelled texts for this; it takes at least %(most)s."
    remedy = "Label more texts first."


class ViewExists(Invalid):
    """This person has a view of this name."""

    code = "view_exists"
    text = "You have a view called “%(title)s” already."
    remedy = "Choose another name, or remove the old one first."


class TooManyViews(Refusal):
    """This person keeps as many views as one may."""

    code = "too_many_views"
    text = "You keep %(most)s views; more cannot be told apart."
    remedy = "Remove one that you no longer need."
