"""The tables, a file for each aggregate. Their names are those of `monitor.model`, which says what columns mean.

Each table has one module of storage/ that writes it. Items, stories and deliveries name each other by id without
foreign keys: ids are made by the pipeline and never reused, and `retention` deletes no row of them.
"""
