"""How the voice pages say that something changed, since when, and why a figure is not corrected."""

from datetime import date

from django.utils.translation import gettext as _

from sanbao.doors.ui.formats import day, number
from sanbao.rooms.feedback import queries


def points(value: float) -> str:
    """Return a difference of two shares in points: ``+1.2``."""
    return ("+" if value > 0 else "") + number(100 * value, 1)


def change_words(moving: queries.Moving) -> tuple[str, str]:
    """Return how the last four weeks differ from the twelve before, and the tone; '' where they do not."""
    if not moving.stands_out:
        return "", ""
    change = moving.change
    better = (change.value > 0) == (moving.polarity > 0)
    words = _("%(change)s points in four weeks (%(low)s to %(high)s)") % {
        "change": points(change.value),
        "low": points(change.low),
        "high": points(change.high),
    }
    return words, "good" if better else "bad"


def week_name(week: date) -> str:
    """Return the name of the week that begins on this Monday."""
    return _("week from %(day)s") % {"day": day(week, short=True)}


def reason_uncorrected(reason: str) -> str:
    """Return why the program's count stands as it is."""
    return {
        "no_labels": _("No random sample has been labelled yet, so nobody knows how far the program is off."),
        "undrawn": _(
            "Some origins in this choice have no random sample, so the figures cannot be corrected."
        ),
        "few_labels": _("Fewer than 50 texts of the random sample lie in this choice."),
        "few_positive": _("Too few of the labelled texts speak of this."),
        "no_texts": "",
    }.get(reason, "")
