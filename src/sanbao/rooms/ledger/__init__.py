"""What happened, provably: facts, their order, and who has heard of them."""
