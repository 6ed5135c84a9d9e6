"""The data and the craft of customer care. Imports neither textual nor rich; usable from a plain Python prompt."""
