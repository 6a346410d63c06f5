#!/bin/sh
# Find a supported Python and let it make or update the environment in .venv.
# $PYTHON overrides the search.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    found=${found:-$candidate}
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
    then
        exec "$candidate" "$here/env.py" "$@"
    fi
done
if [ -n "${found:-}" ]; then
    version=$("$found" -V 2>&1 | head -n 1) || version="a Python that does not start"
    echo "book: $found is $version; the book needs Python 3.11, 3.12 or 3.13 (choose one with PYTHON=/path/to/python make …)" >&2
else
    echo "book: ${PYTHON:-python3} not found; install Python 3.11, 3.12 or 3.13 and run again" >&2
fi
exit 2
