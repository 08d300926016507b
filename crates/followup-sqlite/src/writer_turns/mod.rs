//! Whose turn it is to write to SQLite, which has one writer: threads of this process in [`line`], processes in [`processes`].
//!
//! SQLite's own busy handler asks now and then and gives nobody a turn: beside 64 writers it lets one through by luck. Writers that
//! know nothing of these turns (a shell) are waited for by it all the same.

mod line;
mod processes;

use std::path::Path;
use std::time::{Duration, Instant};

use followup_domain::ports::StoreError;

pub(crate) use line::Class;

/// The turns at one database.
#[derive(Debug, Default)]
pub(crate) struct WriterTurns {
    line: line::Line,
    /// None for a database in memory.
    processes: Option<processes::Processes>,
}

/// The right to write; given back when dropped, to the other processes first.
pub(crate) struct Writing<'t> {
    _process: Option<processes::Turn<'t>>,
    _thread: line::Turn<'t>,
}

impl WriterTurns {
    /// The turns at a database in a file.
    ///
    /// # Errors
    /// The files beside it through which processes agree cannot be opened.
    pub(crate) fn beside(database: &Path) -> std::io::Result<Self> {
        Ok(Self { line: line::Line::default(), processes: Some(processes::Processes::beside(database)?) })
    }

    /// Waits for the right to write.
    ///
    /// # Errors
    /// Unavailable after `patience`.
    pub(crate) fn enter(&self, class: Class, patience: Duration) -> Result<Writing<'_>, StoreError> {
        let deadline = Instant::now() + patience;
        let thread = self.line.enter(class, deadline)?;
        let process = self.processes.as_ref().map(|processes| processes.enter(deadline)).transpose()?;
        Ok(Writing { _process: process, _thread: thread })
    }
}

fn held_by_others() -> StoreError {
    StoreError::Unavailable("other writers hold the database".to_owned())
}
