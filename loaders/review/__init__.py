"""How whole a dataset is: counted against its documents, from facts to their words, and without loose ends."""
