#!/bin/sh
# The product beside its peers, in the harness of ../shared/bench/peers, on a PostgreSQL of its own with fsync on.
#   bench/peers.sh [HARNESS_FOLDER]      PEERS=raw,rawbatch,product,graphile  PLANS=w1,lat,w2,w3  ROUNDS=1  N=1000
# Peers are interleaved within a round. Needs the compiled dist/ (node bin/build.mjs) and the npm registry for the peers.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
exec node "$root/bench/peers.mjs" "${1:-$root/../shared/bench/peers}"
