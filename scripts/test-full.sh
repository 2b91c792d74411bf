#!/usr/bin/env bash
# `npm run test:full`: all tests with all inputs, where .ci/run tries a fixed sample of some. An hour or two on two
# processors. The oracle tests run in parallel with the others: some of their time they wait for servers.
cd "$(dirname "$0")/.." || exit 2
. scripts/steps.sh
export PKI_LINT_TESTS=full

# Not once in each of the two suites.
step node scripts/build.mjs --if-stale
tests_in_parallel oracles npm run test:oracles
tests hermetic npm test
own=$(node -p 'process.versions.node.split(".")[0]')
for major in 20 22 24 26; do
  [ "$major" = "$own" ] || tests "node-$major" npm run --silent test:nodes "$major"
done
finish
step npm run --silent fuzz -- --count 1500
step npm run --silent bench
step npm run --silent bench:fleet
step npm run --silent bench:objects

sum_up
