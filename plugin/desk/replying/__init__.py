"""An answer until somebody may send it."""
