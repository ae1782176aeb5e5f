#!/bin/bash
# Random edits of random records: only what was meant to change does, by another parser than kith's (make torture: a million).
# timeout: 240
. "$(dirname "$0")/../lib.sh"

python3 -c 'import yaml' 2>/dev/null || skip_all "python3 has no yaml"

python3 "$source_root/tests/torture/oracle.py" --tap --parser pyyaml --seed "${KITH_SEED:-1}" --edits $((6000 / slow)) "$build/tests/torture/edits"
