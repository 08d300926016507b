//! Memory that large mails took goes back to the system.
//!
//! glibc's allocator asks the system for each large block by itself and gives it back, but only until the first one is freed: then it takes
//! blocks of that size from its arenas, one for each thread, which keep them. A process that has seen a few large mails stays as large as all of
//! its threads together ever were. That it must not learn (mallopt(3)) can be told without unsafe code only by its environment, before it begins.

/// Blocks of so many bytes are given back at once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTINGS: [(&str, &str); 2] = [("MALLOC_MMAP_THRESHOLD_", "262144"), ("MALLOC_TRIM_THRESHOLD_", "262144")];

/// Begins the program anew, as the same process, with an environment under which glibc gives memory back; unless it says something of that already,
/// or another C library is used. To be called first of all.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    if SETTINGS.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // It comes back only when it cannot be done: then the program goes on, and takes more memory.
    let _ = command.args(arguments).envs(SETTINGS).exec();
}

/// Other C libraries give memory back by themselves, or cannot be told.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
