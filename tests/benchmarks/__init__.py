"""How fast the product is, beside the limits and beside others: `make bench`."""

import os
import sys

if peers := os.environ.get("BENCH_PEERS"):  # at the end: what both have is the product's
    sys.path.append(peers)
