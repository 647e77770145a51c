"""What both webs are made of: frames, pieces, words for numbers and days, charts."""
