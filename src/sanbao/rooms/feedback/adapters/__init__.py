"""The outside of feedback: files that come in and the shipped model of language."""
