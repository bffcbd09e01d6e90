"""How we speak: one translator for each platform, and no rule of the desk in any of them."""
