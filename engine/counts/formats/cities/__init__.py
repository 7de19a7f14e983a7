"""Tables that cities publish, each with the columns of its publisher."""
