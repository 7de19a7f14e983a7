"""From a file as agencies have it to plain text: packing, spreadsheets, encodings, separators, decimal commas."""
