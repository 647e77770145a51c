"""Photos, recordings and documents, kept by the hash of their content."""
