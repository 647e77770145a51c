"""Grants of the complaints room."""

GRANTS = (
    "complaints.see",  # cases of an outlet, or all
    "complaints.file",  # put down a complaint for somebody
    "complaints.handle",  # take, answer
    "complaints.close",  # close an answered case
    "complaints.watch",  # told when a clock runs out: at an outlet its manager, everywhere the brand
    "complaints.own",  # the owner's moves: accept, dispute, withdraw; owners hold it for their own cases
)
