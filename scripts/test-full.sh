#!/usr/bin/env bash
# `npm run test:full`: all tests with all inputs, where .ci/run tries a fixed sample of some. Some hours on two
# processors.
cd "$(dirname "$0")/.." || exit 2
. scripts/steps.sh
export PKI_LINT_TESTS=full

tests hermetic npm test
tests oracles npm run test:oracles
own=$(node -p 'process.versions.node.split(".")[0]')
for major in 20 22 24 26; do
  [ "$major" = "$own" ] || tests "node-$major" npm run --silent test:nodes "$major"
done
step npm run --silent fuzz -- --count 1500
step npm run --silent bench
step npm run --silent bench:fleet

sum_up
