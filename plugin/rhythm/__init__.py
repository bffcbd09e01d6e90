"""What time does: durable work, polling, pace, the morning."""
