"""Refusals that only the repairs room utters."""

from sanbao.base.errors import Refusal


class AlreadyOpen(Refusal):
    """The device is in an open order."""

    code = "already_open"
    text = "There is already an open order for this device: %(order)s."
    remedy = "Open that order, or cancel it first."


class NotCovered(Refusal):
    """Free work where no rule grants it."""

    code = "not_covered"
    text = "No rule makes this repair free of charge."
    remedy = "Put a price before the owner."


class CoveredByRight(Refusal):
    """A price where a rule grants the repair free of charge."""

    code = "covered_by_right"
    text = "This repair is free of charge by right; it cannot be charged."
    remedy = "Clear it without a quote, or correct the finding."


class QuoteOver(Refusal):
    """The price was valid until a day that has passed."""

    code = "quote_over"
    text = "This price was valid until %(day)s."
    remedy = "Ask for a new quote."


class PriceChanged(Refusal):
    """The price the owner saw is not the one on the table."""

    code = "price_changed"
    text = "The price has changed since you saw it."
    remedy = "Look at the new price and decide again."


class NoMailHere(Refusal):
    """The outlet does not take parcels."""

    code = "no_mail_here"
    text = "This outlet does not take devices by mail."
    remedy = "Choose a service centre that does."


class OwnDecision(Refusal):
    """Whoever decided may not review the decision."""

    code = "own_decision"
    status = 403
    text = "You decided this yourself; another person has to look at it."
    remedy = "Hand it to a colleague who may review."


class AskedAlready(Refusal):
    """A person is looking at this decision already."""

    code = "asked_already"
    text = "A person is looking at this already: %(review)s."
    remedy = "Wait for the answer; its date is on the page."
