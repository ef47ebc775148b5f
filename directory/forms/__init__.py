"""Every field that people fill in, its limits and its sentences. Choices are handed in by the views, never queried."""
