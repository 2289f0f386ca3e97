"""Notes of interviews: the category, place and period of whoever spoke, and never who it was."""
