"""The FIT format: container, layouts, columns, names, assembly."""
