"""What is drawn: the chain that was chosen, the one that comes next, and where frames go in the window."""
