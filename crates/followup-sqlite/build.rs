//! Rebuilds the crate when a migration changes: they are embedded.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
