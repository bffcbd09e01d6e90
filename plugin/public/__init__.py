"""What a public channel is: where citizens write and agencies answer."""
