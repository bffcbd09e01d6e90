"""Who is who: the agencies of a government, what they are called, and their accounts in public."""
