"""What is put down when a device is taken in."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sanbao.base.errors import Invalid
from sanbao.base.texts import said


@dataclass(frozen=True, slots=True)
class Intake:
    """What is put down when a device is taken in. ``signature`` is the name under which the owner signs.

    ``unlock_consent`` allows the bench to unlock the device; the code itself is told and never stored.
    """

    condition: tuple[str, ...] = ()
    accessories: tuple[str, ...] = ()
    backup_done: bool = False
    erase_consent: bool = False
    unlock_consent: bool = False
    signature: str = ""
    note: str = ""
    fault_on: date | None = None

    def plain(self) -> dict[str, Any]:
        """The intake as JSON can hold it."""
        day = self.fault_on.isoformat() if self.fault_on else None
        return asdict(self) | {
            "condition": list(self.condition),
            "accessories": list(self.accessories),
            "fault_on": day,
        }


_LONGEST_NAME: Final = 120
_LONGEST_NOTE: Final = 2000
_MOST_MARKS: Final = 40
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2100, 1, 1)
"""Dates beyond these are slips of the pen."""


def check_intake(intake: Intake, today: date) -> None:
    """Pass if the device may be taken in on these terms.

    Raises:
        Invalid: no signature, data neither saved nor given up, or a fault in the future.
    """
    if not said(intake.signature, field="signature", most=_LONGEST_NAME):
        raise Invalid("The owner must sign for the intake.", field="signature")
    said(intake.note, field="note", most=_LONGEST_NOTE)
    for field_name in ("condition", "accessories"):
        marks = getattr(intake, field_name)
        if len(marks) > _MOST_MARKS:
            raise Invalid("This list is longer than %(most)s lines.", field=field_name, most=_MOST_MARKS)
        for mark in marks:
            said(mark, field=field_name, most=_LONGEST_NAME)
    if not (intake.backup_done or intake.erase_consent):
        raise Invalid(
            "The data on the device are neither backed up nor given up.",
            field="backup_done",
            remedy="Back the data up, or let the owner agree that they may be lost.",
        )
    if intake.fault_on is not None and not EARLIEST <= intake.fault_on <= today:
        raise Invalid("The fault cannot lie on this day.", field="fault_on")
