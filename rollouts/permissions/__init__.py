"""Who may open what: roles, and one table over all addresses and methods."""
