"""Our shader files, installed as `anime4k.shaders`."""
