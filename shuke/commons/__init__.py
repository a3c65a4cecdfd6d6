"""Commons: the pages and the API of tribes."""
