"""The typed records of the shop, their enumerations and their checks; one kind a file."""
