"""Finding people: the Whoosh index on disk and the read model in memory. Knows nothing of the rest of the house."""

import os
import warnings

# The sums here are small and asked for by many threads and processes: a second thread for each doubles their cost.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Whoosh 2.7.4 is older than today's compiler: its escapes and `is 0` warn once, on the very first import.
for _category in (SyntaxWarning, DeprecationWarning):
    warnings.filterwarnings("ignore", category=_category, module=r".*whoosh")
