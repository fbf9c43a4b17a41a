"""What analysts look at: results as tables, figures, the corpus as a map."""
