"""Finding people: the Whoosh index on disk and the read model in memory. Knows nothing of the rest of the house."""
