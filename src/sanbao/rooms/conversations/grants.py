"""Grants of the conversations room."""

GRANTS = (
    "conversations.see",  # threads of an outlet, or of everybody
    "conversations.answer",  # reply, close
    "conversations.write",  # put down what came in
    "conversations.call",  # log calls
)
