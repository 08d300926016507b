//! The folders that carry mail where no server is named: letters that left, and mail that is dropped.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::{Deployment, LONG};

/// The two folders of one service.
pub(crate) struct Post {
    outbox: PathBuf,
    inbox: PathBuf,
}

impl Post {
    pub(crate) fn of(deployment: &Deployment) -> Self {
        let folder = deployment.dir.path().join("var");
        Self { outbox: folder.join("outbox"), inbox: folder.join("inbox") }
    }

    /// The letters that have left.
    pub(crate) fn letters(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.outbox).into_iter().flatten();
        let paths = files.map(|file| file.unwrap().path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
    }

    /// Waits for a letter that was not there before.
    pub(crate) fn letter_after(&self, before: &[PathBuf]) -> Vec<u8> {
        let since = Instant::now();
        loop {
            if let Some(letter) = self.letters().into_iter().find(|letter| !before.contains(letter)) {
                return fs::read(letter).unwrap();
            }
            assert!(since.elapsed() < LONG, "no letter left");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// A mail arrives: a file that is there at once or not at all.
    pub(crate) fn drop_mail(&self, name: &str, content: &[u8]) {
        fs::create_dir_all(&self.inbox).unwrap();
        let unfinished = self.inbox.join(format!(".{name}"));
        fs::write(&unfinished, content).unwrap();
        fs::rename(unfinished, self.inbox.join(Path::new(name).with_extension("eml"))).unwrap();
    }
}
