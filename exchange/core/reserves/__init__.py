"""The government's reserve of rights: where its units come from and how they go out again."""
