"""What a group chat is, whichever platform carries it."""
