"""Who leaves must hand over first: what waits for one person alone would wait for ever."""
