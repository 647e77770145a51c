"""Grants of the registry."""

GRANTS = (
    "registry.search",  # find people and devices
    "registry.reveal",  # see a full phone number or e-mail address; every view is a fact
    "registry.edit",  # take down and mend people, devices, purchases
    "registry.catalogue",  # products, TAC rows
    "registry.staff",  # invite, assign, let go
    "registry.erase",  # carry out an erasure
    "registry.publish_policy",  # propose rule packs and put into force what another person proposed
    "registry.setup",  # installation settings, tokens
)
