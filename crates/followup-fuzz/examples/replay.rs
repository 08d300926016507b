//! Runs a target on files: `cargo run -p followup-fuzz --example replay -- TARGET FILE…`
fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().unwrap_or_default();
    for file in arguments {
        followup_fuzz::run(&target, &std::fs::read(file)?);
    }
    Ok(())
}
