"""What a report is about, and whose it may be."""
