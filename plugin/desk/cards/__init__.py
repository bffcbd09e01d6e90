"""What rooms show of a case, kept true."""
