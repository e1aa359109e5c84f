"""Many monitors on a fleet of servers: slots move, monitors and primaries die, and everything is counted."""
