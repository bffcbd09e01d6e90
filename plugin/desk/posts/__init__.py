"""What citizens wrote: taken in, read, kept, taken out."""
