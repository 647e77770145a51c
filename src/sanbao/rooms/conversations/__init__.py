"""Talks with customers over every channel, calls, and the notices the house sends."""
