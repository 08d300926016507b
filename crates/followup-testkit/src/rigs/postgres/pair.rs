//! A primary and a synchronous standby, and what happens when one takes the other's place.

use std::process::Command;

use anyhow::{Context, Result};

use super::super::wait::wait_until;
use super::{Durability, PostgresCluster, START_LIMIT};

/// Two servers of one cluster. While the standby follows, a COMMIT waits until it has written it down, as under Patroni's `synchronous_mode`:
/// from a promotion until the other server follows again, nobody is waited for.
#[derive(Debug)]
pub struct PostgresPair {
    primary: PostgresCluster,
    /// After a promotion the old primary, in whatever state it is, until it rejoins.
    standby: PostgresCluster,
}

impl PostgresPair {
    /// A primary with a standby that follows it.
    ///
    /// # Panics
    /// When Postgres cannot be started; the message says why and what to install.
    pub fn start() -> Self {
        let primary = PostgresCluster::started(Durability::Fast, None);
        let standby = PostgresCluster::prepare(Durability::Fast, None).unwrap_or_else(|reason| panic!("{reason:#}"));
        let mut pair = Self { primary, standby };
        pair.rejoin();
        pair
    }

    /// The server that takes writes.
    pub fn primary(&self) -> &PostgresCluster {
        &self.primary
    }

    /// The same, to harm it.
    pub fn primary_mut(&mut self) -> &mut PostgresCluster {
        &mut self.primary
    }

    /// The other one.
    pub fn standby(&self) -> &PostgresCluster {
        &self.standby
    }

    /// The same, to harm it.
    pub fn standby_mut(&mut self) -> &mut PostgresCluster {
        &mut self.standby
    }

    /// Promotes the standby and waits until it takes writes. What has become of the primary is its own affair: it may be dead, frozen, or believe
    /// that it still is the primary.
    ///
    /// # Panics
    /// When the standby refuses.
    pub fn promote(&mut self) {
        // Allowed on a standby, and in force when it is one no longer.
        wait_for(&self.standby, "");
        self.standby.execute("postgres", "SELECT pg_promote()");
        std::mem::swap(&mut self.primary, &mut self.standby);
    }

    /// Ends the old primary, if it still runs, and makes it follow the new one; returns when COMMITs wait for it.
    ///
    /// # Panics
    /// When it cannot be made to.
    pub fn rejoin(&mut self) {
        self.standby.kill();
        self.standby.copy_of(&self.primary).unwrap_or_else(|reason| panic!("{reason:#}"));
        wait_for(&self.primary, "*");
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')";
        let is_waited_for = || Ok((self.primary.execute("postgres", follows) == "1").then_some(()));
        wait_until("COMMITs wait for the standby", START_LIMIT, is_waited_for).unwrap_or_else(|reason| panic!("{reason:#}"));
    }
}

/// Whom COMMITs wait for.
fn wait_for(cluster: &PostgresCluster, names: &str) {
    cluster.execute("postgres", &format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'"));
    cluster.execute("postgres", "SELECT pg_reload_conf()");
}

impl PostgresCluster {
    /// Replaces what this server has by a copy of another's, and starts it as that one's standby.
    fn copy_of(&mut self, primary: &PostgresCluster) -> Result<()> {
        let data = self.data();
        if data.exists() {
            std::fs::remove_dir_all(&data).context("removing the old data")?;
        }
        let mut copy = Command::new(self.programs.join("pg_basebackup"));
        copy.args(["-U", "postgres", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-p"])
            .arg(primary.port.number.to_string())
            .arg("-h")
            .arg(&primary.folder)
            .arg("-D")
            .arg(&data);
        self.run_as_owner(copy)?;
        self.run_server()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_committed_is_there_after_a_promotion_and_the_old_primary_follows_again() {
        let mut pair = PostgresPair::start();
        let database = pair.primary().create_database();
        pair.primary().execute(&database.name, "SET synchronous_commit = on; CREATE TABLE kept AS SELECT 7 AS id");
        for _ in 0..2 {
            pair.primary_mut().kill();
            pair.promote();
            assert_eq!(pair.primary().execute(&database.name, "SELECT id FROM kept"), "7");
            assert_eq!(pair.primary().execute("postgres", "SELECT pg_is_in_recovery()"), "f");
            pair.rejoin();
            assert_eq!(pair.standby().execute("postgres", "SELECT pg_is_in_recovery()"), "t");
        }
    }
}
