"""A made-up, lifelike shop from a seed and a day, to look at and to measure with."""
