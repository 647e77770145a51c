"""Grants of the outlets."""

GRANTS = (
    "outlets.book",  # book and cancel for somebody
    "outlets.serve",  # call tickets, mark appointments kept or missed
    "outlets.edit",  # hours, capacity, closures
    "outlets.see",  # the day's list of an outlet
)
