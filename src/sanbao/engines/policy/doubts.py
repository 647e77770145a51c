"""Rows of a fleet that cannot be judged: ``contradictions`` and the gaps of the packs, over columns."""

import numpy as np

from sanbao.engines.policy.columns import NONE, Columns, Days, Flags
from sanbao.engines.policy.facts import (
    CHANNELS,
    COUNTED,
    FAULT_KINDS,
    FRAUDS,
    HORIZON,
    MOST,
    NO_FAULT,
    NO_PROOF,
    PAST,
    PROOFS,
    SOLD,
)

WORDS = {
    "proof_of_purchase": PROOFS,
    "fault_kind": FAULT_KINDS,
    "sales_channel": CHANNELS,
    "fraud": FRAUDS,
}


def refused(columns: Columns) -> Flags:
    """Say which rows hold facts that cannot be true together."""
    fault, bought = columns.days("fault_on"), columns.days("purchased_on")
    found: Flags = fault == NONE
    for name, known in WORDS.items():
        if columns.has(name):
            found |= ~columns.word_in(name, known)
    for name in COUNTED:
        if columns.has(name):
            found |= (columns.numbers(name) < 0) | (columns.numbers(name) > MOST)
    # NONE lies before every day, so a missing purchase contradicts nothing.
    found |= fault < bought
    for name in ("exchanged_on", "last_repair_finished_on"):
        if columns.has(name):
            day = columns.days(name)
            found |= (day != NONE) & ((day < bought) | (day > fault))
    if columns.has("asked_on"):
        found |= in_the_future(columns, fault)
    return found


def in_the_future(columns: Columns, fault: Days) -> Flags:
    """Say which rows tell of something that has not happened on the day they were asked."""
    today = columns.days("asked_on")
    asked, ahead = today != NONE, fault > today
    found = fault - today > HORIZON.days
    for name in PAST:
        if columns.has(name):
            late = columns.days(name) > today
            found |= late if name in SOLD else late & ~ahead
    result: Flags = found & asked
    return result


def unsure(columns: Columns) -> Flags:
    """Say which rows leave a gap or a contradiction that a person has to judge."""
    fault, bought, delivered = (columns.days(name) for name in ("fault_on", "purchased_on", "delivered_on"))
    proved = ~columns.word_in("proof_of_purchase", {NO_PROOF})
    found: Flags = proved & ((bought == NONE) | (delivered == NONE))
    found |= fault < delivered
    if columns.has("manufactured_on"):
        found |= (bought != NONE) & (columns.days("manufactured_on") > bought)
    if columns.has("other_proof_on"):
        other = columns.days("other_proof_on")
        found |= (other != NONE) & (other != bought)
    exchanged = columns.days("exchanged_on")
    if columns.has("repairs_before_exchange"):
        found |= (columns.numbers("repairs_before_exchange") > 0) & (exchanged == NONE)
    known = np.where(exchanged != NONE, exchanged, np.where(delivered != NONE, delivered, bought))
    repaired = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    found |= ~columns.flags("in_repair") & (known != NONE) & (repaired > fault - known + 1)
    return found


def proves_nothing(columns: Columns) -> Flags:
    """Say which rows have neither a proof nor a date of manufacture nor an exchange to count from."""
    lost = columns.word_in("proof_of_purchase", {NO_PROOF}) & ~columns.word_in("fault_kind", {NO_FAULT})
    lost &= (columns.days("manufactured_on") == NONE) & (columns.days("exchanged_on") == NONE)
    return lost
