//! How many files and connections this process may have open at once.

/// What a process may have open where nothing else is told (the soft limit of most systems).
const USUAL: usize = 1024;

/// The process's soft limit (`RLIMIT_NOFILE`), as Linux tells it in `/proc/self/limits` (proc(5)); elsewhere what is usual.
pub fn limit() -> usize {
    std::fs::read_to_string("/proc/self/limits").ok().and_then(|text| read(&text)).unwrap_or(USUAL)
}

/// The line has a name, the soft limit, the hard limit and a unit; either limit may be `unlimited`.
fn read(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let soft = line.split_whitespace().next()?;
    if soft == "unlimited" { Some(usize::MAX) } else { soft.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_read() {
        let text = |soft: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max processes             1                    2                    processes \n\
                 Max open files            {soft}                 524288               files     \n"
            )
        };
        assert_eq!((read(&text("1024")), read(&text("unlimited")), read(""), read(&text("x"))), (Some(1024), Some(usize::MAX), None, None));
        assert!(limit() > 0);
    }
}
