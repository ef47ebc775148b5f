"""Measuring: a corpus of invented listings of any size. Nothing here runs in the product."""
