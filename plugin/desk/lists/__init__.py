"""What is asked for: lists, searches, one person's tasks."""
