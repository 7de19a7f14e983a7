"""The rules that every reader of counts shares: stamps, dates, numbers, doubled rows, lengths of bins."""
