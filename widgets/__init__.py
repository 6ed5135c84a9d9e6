"""Pieces that draw and take keys. They know records, never the shop, and post what happens as facts."""
