"""Writing rows as files: which file a row goes to, and how all of them appear at once."""
