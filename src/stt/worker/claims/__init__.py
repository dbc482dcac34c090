"""Work taken from the database, kept while it is worked at, and settled."""
