"""The revisions, named by the minute they were made."""
