"""What the client reads: chapters made of blocks, the document, its outputs, and the run that writes them."""
