//! Servers that end when the process that started them ends, however it ends.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};

/// A server process held by a lifeline: a small shell starts it, waits until its standard input
/// is closed, stops the server and removes its folder. The kernel closes that pipe even when this
/// process is killed by SIGKILL, which no destructor and no exit handler sees.
#[derive(Debug)]
pub(crate) struct Server {
    watcher: Child,
    lifeline: Option<ChildStdin>,
    process_id: u32,
}

/// How to start and end a server.
pub(crate) struct Launch<'a> {
    /// The server's command line; it must stay in the foreground.
    pub(crate) command: &'a [&'a str],
    /// Signal name that `kill -s` knows, for instance `TERM`.
    pub(crate) stop_signal: &'a str,
    /// Receives what the server writes to its standard output and error.
    pub(crate) log: &'a Path,
    /// Removed after the server has ended, unless it is ended by [`Server::stop_and_keep`]. The
    /// parent folder, unless it is `/tmp`, is removed too when that leaves it empty.
    pub(crate) folder: &'a Path,
    /// User and group to run as, when not this process's own.
    pub(crate) owner: Option<(u32, u32)>,
}

/// Everything arrives as arguments, so no path needs quoting. The word `keep`, or a signal to use
/// instead, may be read before the end of input.
const WATCHER: &str = r#"
signal=$1 log=$2 folder=$3; shift 3
"$@" >>"$log" 2>&1 </dev/null &
server=$!
echo "$server"
exec >/dev/null 2>&1
keep=
while read -r word; do
  case $word in keep) keep=yes ;; *) signal=$word ;; esac
done
kill -s "$signal" "$server"
kill -s CONT "$server"
wait "$server"
[ -z "$keep" ] || exit 0
rm -rf "$folder"
[ "${folder%/*}" = /tmp ] || rmdir "${folder%/*}"
"#;

impl Server {
    /// Starts the server; it may not be ready yet when this returns.
    ///
    /// # Errors
    /// When the watching shell cannot be started.
    pub(crate) fn start(launch: &Launch<'_>) -> Result<Self> {
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", WATCHER, "sh", launch.stop_signal])
            .args([launch.log, launch.folder])
            .args(launch.command)
            // A group of its own: Ctrl-C in the terminal must not end the watcher before its work.
            .process_group(0)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some((user, group)) = launch.owner {
            shell.uid(user).gid(group);
        }
        let mut watcher = shell.spawn().context("starting /bin/sh")?;
        let lifeline = watcher.stdin.take();
        let mut line = String::new();
        let stdout = watcher.stdout.take().context("standard output of /bin/sh")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let process_id = line.trim().parse();
        Ok(Self { watcher, lifeline, process_id: process_id.context("process id of the server")? })
    }

    /// The server's process id.
    pub(crate) fn process_id(&self) -> u32 {
        self.process_id
    }

    /// False once the server process has ended. (Where there is no `/proc` it is taken to run.)
    pub(crate) fn is_running(&self) -> bool {
        is_running(self.process_id)
    }

    /// Ends the server by the given signal, waits until it has ended, and keeps its folder.
    ///
    /// # Errors
    /// When the watching shell has vanished.
    pub(crate) fn stop_and_keep(mut self, signal: &str) -> Result<()> {
        if let Some(mut lifeline) = self.lifeline.take() {
            writeln!(lifeline, "keep\n{signal}").context("telling the watcher to stop")?;
        }
        self.watcher.wait().context("waiting for the watcher")?;
        Ok(())
    }
}

/// False once a process has ended. (Where there is no `/proc` it is taken to run.)
pub(crate) fn is_running(process_id: u32) -> bool {
    let Some(status) = status(process_id) else { return !Path::new("/proc/self/stat").exists() };
    !status.starts_with('Z')
}

/// The process that started it.
pub(crate) fn parent(process_id: u32) -> Option<u32> {
    status(process_id)?.split(' ').nth(1)?.parse().ok()
}

/// What follows the name, which stands in parentheses: `123 (name) S 1 …`.
fn status(process_id: u32) -> Option<String> {
    let line = std::fs::read_to_string(format!("/proc/{process_id}/stat")).ok()?;
    Some(line.rsplit_once(") ")?.1.to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // Nothing to do about a failure here: the watcher ends by itself once its input is closed.
        let _ = self.watcher.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rigs::folder;
    use crate::rigs::wait::wait_until;
    use std::time::Duration;

    #[test]
    fn a_dropped_server_has_ended_and_its_folder_is_gone() {
        let parent = folder::create("fl").unwrap();
        let folder = parent.join("state");
        std::fs::create_dir(&folder).unwrap();
        let server = Server::start(&Launch {
            command: &["sleep", "3600"],
            stop_signal: "TERM",
            log: &parent.join("state/log"),
            folder: &folder,
            owner: None,
        })
        .unwrap();
        assert!(server.is_running());
        let process = format!("/proc/{}", server.process_id);
        drop(server);
        assert!(!Path::new(&process).exists());
        assert!(!parent.exists());
    }

    #[test]
    fn a_server_that_ends_by_itself_is_seen_as_ended() {
        let parent = folder::create("fl").unwrap();
        let server =
            Server::start(&Launch { command: &["true"], stop_signal: "TERM", log: &parent.join("log"), folder: &parent, owner: None })
                .unwrap();
        wait_until("`true` has ended", Duration::from_secs(10), || Ok((!server.is_running()).then_some(()))).unwrap();
    }
}
