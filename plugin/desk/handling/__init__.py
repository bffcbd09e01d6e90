"""A case on its way: held, handed on, joined, promised, ended."""
