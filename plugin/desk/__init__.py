"""A complaint's life: from a citizen's post to the public answer."""
