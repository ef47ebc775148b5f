"""One module per search engine. Each is built from the same documents and answers the same questions."""
