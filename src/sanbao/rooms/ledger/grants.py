"""Grants of the ledger."""

GRANTS = ("ledger.read", "ledger.deliveries")
