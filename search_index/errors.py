"""How finding fails, named once. What a failure becomes on a page is decided elsewhere."""


class IndexUnavailable(Exception):
    """There is no index to read: missing, broken, foreign or outdated. The message says which, in one sentence."""
