"""Documents that people write: text, HTML, PDF, DOCX, ODT. A reader turns each into blocks; blocks become portions."""
