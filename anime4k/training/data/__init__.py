"""Building the data set: crops of drawn pictures out of Debian packages, and drawn by the program itself."""
