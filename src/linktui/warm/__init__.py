"""The warm door: a process that holds every import, and forks a face for a terminal that asks for one."""
