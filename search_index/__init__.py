"""Finding people: the Whoosh index on disk and the read model in memory. Knows nothing of the rest of the house."""

import warnings

# Whoosh 2.7.4 is older than today's compiler: its escapes and `is 0` warn once, on the very first import.
for _category in (SyntaxWarning, DeprecationWarning):
    warnings.filterwarnings("ignore", category=_category, module=r".*whoosh")
