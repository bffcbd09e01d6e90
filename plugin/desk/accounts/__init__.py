"""Agencies' accounts: asked for, claimed, connected, looked after."""
