"""The networks that were trained for the shader pack, one `.npz` file each; see `anime4k.networks.store`."""
