"""What do runs go over, by a map? An extract of OpenStreetMap on this disk, read with the extra ``osm``.

Four steps: `extract` reads the file, `ways` keeps what matters of it, `pieces` cuts a run into pieces of known place,
`match` brings the two together. `runs` does all of it for every run of an export.
"""
