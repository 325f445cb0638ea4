"""The venue as a state machine: commands in, events out, integers only, no I/O."""
