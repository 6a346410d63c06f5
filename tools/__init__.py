"""The book's workshop: what `make` calls. Nothing here is imported by a notebook."""
