//! Verifying a chain.

use followup_domain::audit::{Opening, SealedFact, SealedRow};

use crate::canonical::{commit, hash};

/// Where a chain no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain is broken at row {seq}: {problem}")]
pub struct BrokenChain {
    /// The first row that does not hold.
    pub seq: i64,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It does not follow the row before, or its hash is another one.
    #[error("missing, moved or changed")]
    Chain,
    /// The chain holds, but the value of this fact, or its salt, was exchanged.
    #[error("the value of {0} is not the one that was recorded")]
    Value(String),
}

/// What was found to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// Facts whose values are the recorded ones.
    pub facts: u64,
    /// Facts whose values were taken away.
    pub redacted: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.facts += other.facts;
        self.redacted += other.redacted;
    }
}

/// Verifies a chain row by row, so that it can be read in pages: nothing missing, moved or changed, every value the recorded one. Rows
/// cut off at the end, and a chain rewritten from some row on, show only against a head that was kept elsewhere.
#[derive(Debug, Clone, Default)]
pub struct ChainVerifier {
    chain: Option<String>,
    seq: i64,
    hash: String,
    tally: Tally,
}

impl ChainVerifier {
    /// Takes the next row.
    ///
    /// # Errors
    /// The row does not follow the one before, or was changed, or one of its values was.
    pub fn accept(&mut self, row: &SealedRow) -> Result<(), BrokenChain> {
        let seq = self.seq + 1;
        let same_chain = self.chain.as_ref().is_none_or(|chain| *chain == row.entry.chain);
        if !same_chain || row.seq != seq || row.prev_hash != self.hash || hash(row).as_ref() != Some(&row.hash) {
            return Err(BrokenChain { seq, problem: Problem::Chain });
        }
        let mut found = Tally { rows: 1, ..Tally::default() };
        for (name, fact) in &row.entry.facts {
            match holds(fact) {
                Some(true) => found.facts += 1,
                Some(false) => return Err(BrokenChain { seq, problem: Problem::Value(name.clone()) }),
                None => found.redacted += 1,
            }
        }
        self.chain.get_or_insert_with(|| row.entry.chain.clone());
        self.seq = seq;
        self.hash.clone_from(&row.hash);
        self.tally += found;
        Ok(())
    }

    /// The last row's number and hash: the head, to be kept elsewhere.
    pub fn head(&self) -> (i64, &str) {
        (self.seq, &self.hash)
    }

    /// What was taken so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

/// Whether the value is the recorded one; `None` when it was redacted.
fn holds(fact: &SealedFact) -> Option<bool> {
    let Opening { salt, value } = fact.opening.as_ref()?;
    Some(commit(salt, value) == fact.commitment)
}

#[cfg(test)]
pub(crate) mod samples {
    use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, SealedRow, facts};
    use followup_domain::ids::CaseId;
    use followup_testkit::fakes::SequentialSalts;

    use crate::facts::{follow, seal};

    pub(crate) fn entry() -> AuditEntry {
        AuditEntry {
            chain: AuditChain::Case(CaseId(7)),
            at: chrono::DateTime::from_timestamp_micros(1_767_225_600_000_000).unwrap(),
            actor: Actor::Service("dispatcher"),
            action: "message.delivery",
            entity: "message",
            entity_id: 12,
            old: AuditFacts::new(),
            new: facts([("delivery", "accepted".into())]),
            reason: None,
        }
    }

    /// Of [`entry`], at a place of its chain.
    pub(crate) fn row(seq: i64, prev_hash: &str) -> SealedRow {
        follow(seal(&entry(), &SequentialSalts::default()).unwrap(), seq - 1, prev_hash).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use followup_domain::audit::{AuditValue, Salt};

    use super::samples::row;
    use super::*;

    fn chain() -> Vec<SealedRow> {
        let mut rows = vec![row(1, "")];
        for seq in 2..=4 {
            let prev = rows.last().unwrap().hash.clone();
            rows.push(row(seq, &prev));
        }
        rows
    }

    fn verify(rows: &[SealedRow]) -> Result<Tally, BrokenChain> {
        let mut verifier = ChainVerifier::default();
        rows.iter().try_for_each(|row| verifier.accept(row))?;
        Ok(verifier.tally())
    }

    fn broken(seq: i64) -> Result<Tally, BrokenChain> {
        Err(BrokenChain { seq, problem: Problem::Chain })
    }

    fn fact(row: &mut SealedRow) -> &mut SealedFact {
        row.entry.facts.get_mut("new.delivery").unwrap()
    }

    #[test]
    fn an_untouched_chain_verifies() {
        assert_eq!(verify(&chain()), Ok(Tally { rows: 4, facts: 4, redacted: 0 }));
        assert_eq!(verify(&[]), Ok(Tally::default()));
    }

    #[test]
    fn a_changed_missing_or_moved_row_is_found() {
        let mut changed = chain();
        changed[1].entry.action = "x".into();
        assert_eq!(verify(&changed), broken(2));

        let mut missing = chain();
        missing.remove(2);
        assert_eq!(verify(&missing), broken(3));

        let mut moved = chain();
        moved.swap(0, 1);
        assert_eq!(verify(&moved), broken(1));

        let mut rehashed = chain();
        rehashed[1].entry.actor = "service:x".into();
        rehashed[1].hash = hash(&rehashed[1]).unwrap();
        assert_eq!(verify(&rehashed), broken(3));

        let mut of_another = chain();
        of_another[3].entry.chain = "case:8".into();
        of_another[3].hash = hash(&of_another[3]).unwrap();
        assert_eq!(verify(&of_another), broken(4));
    }

    #[test]
    fn a_value_that_was_taken_away_is_counted_and_breaks_nothing() {
        let mut rows = chain();
        fact(&mut rows[2]).opening = None;
        assert_eq!(verify(&rows), Ok(Tally { rows: 4, facts: 3, redacted: 1 }));
    }

    #[test]
    fn another_value_another_salt_and_another_commitment_are_found() {
        let named = || Err(BrokenChain { seq: 2, problem: Problem::Value("new.delivery".into()) });
        let other = Opening { salt: Salt([9; 16]), value: crate::canonical::value_to_json(&AuditValue::Null).unwrap() };

        let mut value = chain();
        fact(&mut value[1]).opening.as_mut().unwrap().value.clone_from(&other.value);
        assert_eq!(verify(&value), named());

        let mut salt = chain();
        fact(&mut salt[1]).opening.as_mut().unwrap().salt = other.salt;
        assert_eq!(verify(&salt), named());

        // A value that fits its commitment is no help when the commitment is not the one that was hashed.
        let mut all = chain();
        *fact(&mut all[1]) = SealedFact { commitment: commit(&other.salt, &other.value), opening: Some(other) };
        assert_eq!(verify(&all), broken(2));

        let mut gone = chain();
        gone[1].entry.facts.clear();
        assert_eq!(verify(&gone), broken(2));
    }
}
