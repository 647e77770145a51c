"""Spare parts: the catalogue, what lies where, and for whom it is kept."""
