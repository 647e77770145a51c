"""Grants of the repairs room."""

GRANTS = (
    "repairs.see",  # orders of an outlet
    "repairs.book",  # book, move, cancel for somebody
    "repairs.accept",  # take in, hand back
    "repairs.diagnose",  # diagnosis, quote
    "repairs.work",  # bench work, parts, finish
    "repairs.answer",  # answer a quote: the owner's own right, and a clerk's on the owner's signed word
    "repairs.remedy",  # answer a right that the house raised, and carry it out
    "repairs.review",  # look again at what somebody else decided
)
