"""What the reference documentation is made with: what it tells of a term, and its pictures."""
