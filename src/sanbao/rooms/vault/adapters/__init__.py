"""The outside of the vault: what bytes really are, and the disk they lie on."""
