"""Does the database say what the journal says? Checked by `audit`, made so again by `rebuild`."""
