"""The refusals the house can utter; every door translates them the same way.

A refusal says what was refused, which field it is about and what to do next. ``text`` and
``remedy`` are message ids with named placeholders: the door that shows them translates first
and fills in the ``facts`` afterwards, so that rooms never format for a language.
"""

from typing import Final


class Refusal(Exception):
    """A request that was understood and declined; nothing has moved.

    ``code`` is public and never changes once released; ``status`` is the HTTP status the API
    answers with; ``field`` names the input at fault, or is empty.
    """

    code = "refused"
    status = 409
    text = "This is not possible now."
    remedy = ""

    def __init__(self, text: str = "", *, field: str = "", remedy: str = "", **facts: object) -> None:
        self.text = text or self.text
        self.remedy = remedy or self.remedy
        self.field = field
        self.facts: Final[dict[str, object]] = facts
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text % self.facts if self.facts else self.text


class NotAllowed(Refusal):
    """The actor is known but may not do this."""

    code = "not_allowed"
    status = 403
    text = "You are not allowed to do this."
    remedy = "Ask your service manager for the right, or hand the work to somebody who has it."


class Missing(Refusal):
    """Unknown, or hidden from this actor: the two must look the same from outside."""

    code = "missing"
    status = 404
    text = "There is nothing here under this number."
    remedy = "Check the number and try again."


class IllegalMove(Refusal):
    """The thing is in a state from which this step does not start."""

    code = "illegal_move"
    text = "This step is not possible in the present state."
    remedy = "Reload the page to see which steps are open."


class Overtaken(Refusal):
    """Somebody else changed the same row first; reading again and retrying is safe."""

    code = "overtaken"
    text = "Somebody else changed this a moment ago."
    remedy = "Reload the page and decide again."


class Invalid(Refusal):
    """A value is not what the field needs; ``field`` says which."""

    code = "invalid"
    status = 422
    text = "This value is not valid."


class TooMany(Refusal):
    """A limit per person, address or day is used up."""

    code = "too_many"
    status = 429
    text = "Too many attempts."
    remedy = "Wait a while and try again."


class Reused(Refusal):
    """The key of a finished request came again with another body."""

    code = "key_reused"
    status = 422
    text = "This key was used for a different request."
    remedy = "Use a new key for a new request."
