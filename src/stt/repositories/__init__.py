"""Jobs and chunks in the database. Every public method is one transaction."""
