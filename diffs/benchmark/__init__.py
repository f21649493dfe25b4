"""How fast tables are read and compared, against floors that no reader can beat by much."""
