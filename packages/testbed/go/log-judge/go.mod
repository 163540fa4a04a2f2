module mendkit.invalid/testbed/log-judge

go 1.26.0

require golang.org/x/mod v0.35.0
