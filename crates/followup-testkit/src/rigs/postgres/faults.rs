//! What can happen to a server: stopped, crashed, killed, frozen, held by a session.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::super::lifeline;
use super::super::wait::wait_until;
use super::{PostgresCluster, START_LIMIT};

/// A session that [`PostgresCluster::hold`] opened; it ends with the value.
#[derive(Debug)]
pub struct HeldSession(Child);

impl Drop for HeldSession {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl PostgresCluster {
    /// Stops the server in an orderly way; [`PostgresCluster::restart`] brings it back.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&mut self) {
        self.end("INT");
    }

    /// Ends the server without a checkpoint, as a crash does: the next start recovers from the log.
    ///
    /// # Panics
    /// When it does not end.
    pub fn crash(&mut self) {
        self.end("QUIT");
    }

    /// Starts the server again on the same port with the same data.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn restart(&mut self) {
        self.stop();
        if let Err(reason) = self.run_server() {
            panic!("cannot restart Postgres: {reason:#}");
        }
    }

    /// Runs SQL in a session of its own that stays open, with its transaction and its locks, until the value goes.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn hold(&self, database: &str, sql: &str) -> HeldSession {
        let mut psql = self.psql(database);
        let mut session = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|reason| panic!("psql: {reason}"));
        let told = session.stdin.as_mut().map(|stdin| writeln!(stdin, "{sql};\n\\echo held"));
        let mut lines = session.stdout.take().map(|stdout| BufReader::new(stdout).lines().map_while(Result::ok)).into_iter().flatten();
        let held = matches!(told, Some(Ok(()))) && lines.any(|line| line == "held");
        assert!(held, "psql ended before it held {sql:?}");
        HeldSession(session)
    }

    /// Kills the server and all its processes (SIGKILL), as a machine that loses power does; [`PostgresCluster::restart`] brings it back.
    ///
    /// # Panics
    /// When they do not end.
    pub fn kill(&mut self) {
        let processes = self.processes();
        self.signal("KILL", &processes);
        self.end("KILL");
        let ended = || Ok(processes.iter().all(|id| !lifeline::is_running(*id)).then_some(()));
        wait_until("the processes of Postgres have ended", START_LIMIT, ended).unwrap_or_else(|reason| panic!("{reason:#}"));
    }

    /// Stops the server and all its processes where they are (SIGSTOP): connections live, and nothing answers.
    ///
    /// # Panics
    /// When they cannot be signalled.
    pub fn freeze(&self) {
        // The postmaster first, so that it starts no more.
        self.signal("STOP", &self.processes()[..1]);
        self.signal("STOP", &self.processes());
    }

    /// Lets a frozen server go on.
    ///
    /// # Panics
    /// When it cannot be signalled.
    pub fn thaw(&self) {
        self.signal("CONT", &self.processes());
    }

    /// The postmaster and its children.
    fn processes(&self) -> Vec<u32> {
        let Some(server) = &self.server else { return Vec::new() };
        let postmaster = server.process_id();
        let entries = Path::new("/proc").read_dir().into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let children = ids.filter(|id| lifeline::parent(*id) == Some(postmaster));
        std::iter::once(postmaster).chain(children).collect()
    }

    fn signal(&self, signal: &str, processes: &[u32]) {
        // One that has ended meanwhile is no failure.
        let _ = Command::new("kill").args(["-s", signal]).args(processes.iter().map(u32::to_string)).stderr(Stdio::null()).status();
    }

    fn end(&mut self, signal: &str) {
        let outcome = self.server.take().map(|server| server.stop_and_keep(signal));
        if let Some(Err(reason)) = outcome {
            panic!("cannot stop Postgres: {reason:#}");
        }
    }
}
