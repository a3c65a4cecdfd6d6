"""The verbs of the command line, one family a module; `shuke.cli` finds them by name."""
