"""The page of the quote service: a playground and a catalogue view, drawn on the server, without a build step."""
