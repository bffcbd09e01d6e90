"""Slack, over slack-bolt: by HTTP or by Socket Mode."""

from adapters.slack.chat import SlackChat, make_slack
from adapters.slack.manifest import manifest

__all__ = ["SlackChat", "make_slack", "manifest"]
