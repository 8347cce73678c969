"""What the pyodide package is made of. Nothing in here is public."""
