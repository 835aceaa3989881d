"""Soon."""

FUNCTIONS = ()
