"""What a picture of figures is, and how it is drawn: to be read on a telephone, its figures written out."""
