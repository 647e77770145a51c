"""Grants of the feedback room."""

GRANTS = (
    "feedback.see",  # sentences and figures
    "feedback.import",  # bring texts in
    "feedback.report",  # make and keep reports
    "feedback.act",  # undertake something against what is blamed
    "feedback.teach",  # label texts
    "feedback.judge",  # settle what readers disagree on, leave texts out, choose the model's version
)
