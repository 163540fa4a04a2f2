module mendkit.invalid/testbed/merkle-vectors

go 1.26.0

// Only its tests are read, as vectors of proofs; nothing of it is built.
require github.com/transparency-dev/merkle v0.0.2
