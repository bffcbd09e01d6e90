"""What is measured, one module for each door; listed by hand in `bench.__main__`."""
