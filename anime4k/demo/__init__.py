"""The clip that ships with the package; it is drawn by benchmarks/make_demo.py."""
