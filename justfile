# List the commands.
default:
    @just --list

# Run the service with no configuration: SQLite and .eml files under ./var.
run *args:
    cargo run --package api-server -- {{args}}

# Install what the tests need (as root) and run every test.
test *args:
    cargo xtask test {{args}}

# Kill, cut and stall: the fault suites with 200 kills each.
chaos *args:
    cargo xtask chaos {{args}}

# How mail with known answers is understood: DIR [SET | CASE]….
corpora *args:
    cargo xtask corpora {{args}}

# libFuzzer on the targets that read mail: [TARGET] [SECONDS].
fuzz *args:
    cargo xtask fuzz {{args}}

# Whether the service keeps to its OpenAPI document: [SEED].
contract *args:
    cargo xtask contract {{args}}

# Whether Twilio's and Meta's own documents and libraries agree with our adapters: FOLDER of the documents.
providers folder:
    cargo xtask providers {{folder}}

# Every check of continuous integration.
ci:
    cargo xtask ci

# Format the code.
fmt:
    cargo fmt --all
