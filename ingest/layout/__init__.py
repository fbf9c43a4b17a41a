"""What the lines of a scraped text are: headings, lists, tables, boxes, furniture."""
