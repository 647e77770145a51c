"""Refusals that only the registry utters."""

from collections.abc import Sequence

from sanbao.base.errors import Invalid, NotAllowed, Refusal, TooMany
from sanbao.engines.policy.check import PackFault


class NotATarget(Invalid):
    """Neither a phone number nor an e-mail address."""

    code = "not_a_target"
    text = "This is neither a phone number nor an e-mail address."
    remedy = (
        "Type a mobile number such as 138 1234 5678, with +country code if it is not Chinese, or an e-mail."
    )


class WrongCode(Invalid):
    """Wrong, used, expired, or tried too often: from outside the four look the same."""

    code = "wrong_code"
    text = "This code is wrong or no longer valid."
    remedy = "Check the digits, or ask for a new code. A code lives for ten minutes and five tries."


class NoticeNeeded(Invalid):
    """The privacy notice in force has not been accepted."""

    code = "notice_needed"
    text = "The privacy notice has not been accepted yet."
    remedy = "Read the notice and tick the box, then go on."


class WrongSignIn(Refusal):
    """E-mail, password or second factor do not fit, or the sign-in is closed: all look the same."""

    code = "wrong_sign_in"
    status = 403
    text = "E-mail, password and code do not fit together."
    remedy = "After five wrong tries sign-in is closed for 15 minutes. A manager can send you a new link."


class LinkOver(Refusal):
    """The link was used, has expired or never was."""

    code = "link_over"
    status = 404
    text = "This link has been used or is no longer valid."
    remedy = "Ask your manager for a new link. A link works once, within seven days."


class WeakPassword(Invalid):
    """The password does not keep the rules; ``reasons`` are in the reader's language."""

    code = "weak_password"
    text = "This password is too easy: %(reasons)s"
    remedy = "Take at least ten characters that are not a common password and not only digits."


class WrongImei(Invalid):
    """Fifteen digits are needed, and the last must fit the others."""

    code = "wrong_imei"
    text = "“%(typed)s” is not an IMEI: it needs 15 digits, and the last one checks the others."
    remedy = (
        "Dial *#06# on the phone, or look at the box or under Settings, About phone, and compare the digits."
    )


class WrongSerial(Invalid):
    """Not the shape of a serial number."""

    code = "wrong_serial"
    text = "“%(typed)s” is not a serial number: 4 to 40 letters and digits."
    remedy = "Look at the label on the device or on the box."


class AnothersDevice(Refusal):
    """The device is kept under another customer; nobody takes it over without a clerk."""

    code = "anothers_device"
    text = "This device is registered to somebody else."
    remedy = "Bring the device and its proof of purchase to an outlet: a clerk can hand it over to you."


class ImeiTaken(Refusal):
    """The IMEI stands for another device, as its first or its second."""

    code = "imei_taken"
    text = "This IMEI belongs to another device."
    remedy = "Dial *#06# on the phone and compare both numbers."


class PurchaseUnlike(Refusal):
    """The day of purchase that was typed is not the day we know."""

    code = "purchase_unlike"
    text = "The day of purchase does not fit what we know about this device."
    remedy = "Look at the invoice, or bring device and invoice to an outlet."


class NotYoursToGive(NotAllowed):
    """A role with grants that the giver does not hold at that outlet."""

    code = "not_yours_to_give"
    text = "You can only give roles whose rights you hold yourself, at your own outlets."
    remedy = "Ask an administrator to give this role."


class LastAdministrator(Refusal):
    """Without this one nobody could set up anything any more."""

    code = "last_administrator"
    text = "This is the last administrator."
    remedy = "Give the role to somebody else first."


class AlreadyThere(Refusal):
    """Another row holds the same phone, e-mail or name already."""

    code = "already_there"
    text = "This is already registered."
    remedy = "Search for it instead of adding it again."


class SetUpAlready(Refusal):
    """An installation is set up once."""

    code = "set_up_already"
    text = "This installation has been set up already."
    remedy = "Choose another folder with SANBAO_HOME, or another database."


class SlowDown(TooMany):
    """The cap of a kind of attempt is used up; ``minutes`` says when the window ends."""

    code = "slow_down"
    text = "Too many attempts. The next is possible in %(minutes)s minutes."
    remedy = "Wait, or call us or visit an outlet."


class PackRefused(Invalid):
    """A text that cannot be read as a rule pack; ``faults`` are its faults, each with its line."""

    code = "pack_refused"
    text = "This is not a rule pack: %(count)s faults, the first in line %(line)s."
    remedy = "Mend the lines that are listed and hand it in again."

    def __init__(self, faults: Sequence[PackFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(field="file", count=len(self.faults), line=self.faults[0].line)


class PackClash(Invalid):
    """The pack alone is right, but not beside the others; ``why`` is said in English."""

    code = "pack_clash"
    text = "This pack does not go together with the others: %(why)s"
    remedy = "Give its rules ids of their own."


class NothingNew(Refusal):
    """What is proposed counts already."""

    code = "nothing_new"
    text = "This text counts already."
    remedy = "Change something, then propose it."


class OnePersonOnly(Refusal):
    """Whoever proposed a pack may not put it into force."""

    code = "one_person_only"
    status = 403
    text = "You proposed this yourself; another person has to put it into force."
    remedy = "Ask a colleague who may publish rules."


class NotSeenYet(Refusal):
    """One of the two has not looked at what would change, or it has changed since; ``who`` is their name."""

    code = "not_seen_yet"
    text = "Before it goes live two people look at the open cases it changes: %(who)s has not done so yet."
    remedy = "Compare with the open cases, look at the list, then go on."


class TooLate(Invalid):
    """A clause that takes something away cannot count from a day that has begun."""

    code = "too_late"
    text = "This takes something away, so it can count from today at the earliest."
    remedy = "Choose today or a later day."


class LiveAlready(Refusal):
    """What is in force is not taken back; another text takes its place."""

    code = "live_already"
    text = "This text is in force already; it cannot be taken back."
    remedy = "Propose the earlier text again: then two people see which cases that changes."


class PackLost(Refusal):
    """A decision names a pack whose text is not kept here."""

    code = "pack_lost"
    text = "The text of the rules with the hash %(hash)s is not kept here."
    remedy = "Restore a backup that holds it."
