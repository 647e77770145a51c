"""Repair orders from booking to hand-over: rights, quotes, parts, promises."""
