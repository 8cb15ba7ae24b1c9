"""Code lists, as CSV files beside this one; they are data, read with importlib.resources."""
