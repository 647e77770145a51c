"""Grants of the feedback room."""

GRANTS = (
    "feedback.see",  # sentences and figures
    "feedback.import",  # bring texts in
    "feedback.report",  # make and keep reports
)
