#!/usr/bin/env bash
# jedi 0.19.2, which completes names in notebooks: importing it raises Python's recursion limit to 3,000 for the whole
# process, so a function that recurses once for each node of a graph ends later in a notebook than in a script.
# Seen with Python 3.11: "before 1000, after 3000".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check jedi==0.19.2
said=$("$folder/env/bin/python" -c '
import sys
before = sys.getrecursionlimit()
import jedi
print(f"before {before}, after {sys.getrecursionlimit()}")')
echo "$said"
test "$said" = "before 1000, after 3000"
