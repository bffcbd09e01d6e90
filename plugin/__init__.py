"""What we decide: the rules of the desk. No platform, no SDK, no wording."""
