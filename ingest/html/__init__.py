"""Web pages: the article's container, its lines, tables and facts."""
