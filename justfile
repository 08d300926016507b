# List the commands.
default:
    @just --list

# Run the service with no configuration: SQLite and .eml files under ./var.
run *args:
    cargo run --package api-server -- {{args}}

# Install what the tests need (as root) and run every test.
test *args:
    cargo xtask test {{args}}

# Every check of continuous integration.
ci:
    cargo xtask ci

# Format the code.
fmt:
    cargo fmt --all
