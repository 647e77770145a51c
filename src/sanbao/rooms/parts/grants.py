"""Grants of the parts room."""

GRANTS = (
    "parts.see",  # stock at an outlet
    "parts.reserve",  # keep a part for an order, give it back
    "parts.use",  # take a part out for a repair
    "parts.receive",  # book stock in, count
    "parts.catalogue",  # items and prices
)
