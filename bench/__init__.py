"""How quick the desk is with a province's archive behind it, measured through its real doors."""
