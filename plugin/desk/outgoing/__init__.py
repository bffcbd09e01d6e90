"""An answer on its way out, and back."""
