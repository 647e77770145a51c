"""The outside of the registry: keyed hashes, codes on their way to people."""
