"""What customers say: surveys, imported reviews, what was read in them, the report."""
