"""The dialog that imports a file: columns are mapped, rows checked, and the good ones imported."""
