"""Who may give rights to whom, and the approval of a transfer from one league to another."""
