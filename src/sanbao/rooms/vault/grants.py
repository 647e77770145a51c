"""Grants of the vault."""

GRANTS = ("vault.see", "vault.add")
