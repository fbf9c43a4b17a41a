"""What readers say of an answer: kept in SQLite, exported as labelled questions."""
