//! Walks every chain of the audit trail, in pages, while the service may go on writing.

use std::collections::HashSet;
use std::fmt;

use followup_domain::audit::{AuditChain, SealedRow};
use followup_domain::ports::{AuditHead, CaseQuery, PageRequest, Store, StoreError, StoreExt};

use crate::chain::{ChainVerifier, Tally};
use crate::export::PAGE;

/// What a walk over all chains found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Chains walked.
    pub chains: u64,
    /// What holds.
    pub tally: Tally,
    /// The first row of each chain that does not hold.
    pub broken: Vec<BrokenAudit>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { rows, facts, redacted } = self.tally;
        write!(formatter, "{} chains, {rows} rows, {facts} facts verified, {redacted} redacted", self.chains)
    }
}

/// Where a chain no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("chain {chain}, row {seq}: {problem}")]
pub struct BrokenAudit {
    /// The chain's name.
    pub chain: String,
    /// The first row that is missing, moved, changed, or not the one that the head names.
    pub seq: i64,
    /// What is wrong with it.
    pub problem: String,
}

/// Verifies that every chain holds from its first row to its head, that every value which was not redacted is the recorded one, and
/// that every case, and the system if it has users, has a chain. A tail cut off together with its head, and a chain rewritten to its
/// end, show only against heads kept elsewhere.
///
/// # Errors
/// The store cannot be reached. A broken chain is a finding, not an error.
pub fn verify(store: &dyn Store) -> Result<Verdict, StoreError> {
    let mut verdict = Verdict::default();
    let mut seen = HashSet::new();
    let mut before: Option<String> = None;
    loop {
        let heads = store.read(|tx| tx.audit().list_heads(before.as_deref(), PAGE))?;
        if heads.is_empty() {
            break;
        }
        for head in heads {
            let walk = Walk { store, before: before.as_deref(), head: &head };
            let (held, broken) = walk.verify()?;
            verdict.chains += 1;
            verdict.tally += held;
            verdict.broken.extend(broken);
            seen.insert(head.chain.clone());
            before = Some(head.chain);
        }
    }
    verdict.broken.extend(chains_without_head(store, &seen)?);
    Ok(verdict)
}

/// One chain on its way to its head; `before` is the name of the chain before it.
struct Walk<'a> {
    store: &'a dyn Store,
    before: Option<&'a str>,
    head: &'a AuditHead,
}

impl Walk<'_> {
    fn verify(&self) -> Result<(Tally, Option<BrokenAudit>), StoreError> {
        let mut verifier = ChainVerifier::default();
        // Also a row before the first, which no writer makes, is to be seen.
        let mut after = i64::MIN;
        loop {
            let page = match self.page(after)? {
                Ok(page) => page,
                Err(problem) => return Ok((verifier.tally(), Some(self.broken(verifier.head().0 + 1, problem)))),
            };
            if page.is_empty() {
                break;
            }
            for row in &page {
                if let Err(broken) = verifier.accept(row) {
                    return Ok((verifier.tally(), Some(self.broken(broken.seq, broken.problem.to_string()))));
                }
                if row.seq == self.head.seq && row.hash != self.head.hash {
                    return Ok((verifier.tally(), Some(self.broken(row.seq, "not the one that the chain's head names"))));
                }
                after = row.seq;
            }
        }
        let (seq, hash) = verifier.head();
        Ok((verifier.tally(), self.compare_with_head(seq, hash)?))
    }

    /// A page of rows. A row that no writer can have made cannot be read; the rows before it come one by one, then its problem.
    fn page(&self, after: i64) -> Result<Result<Vec<SealedRow>, String>, StoreError> {
        for limit in [PAGE, 1] {
            match self.store.read(|tx| tx.audit().list_chain(&self.head.chain, after, limit)) {
                Ok(rows) => return Ok(Ok(rows)),
                Err(error) if error.may_pass() => return Err(error),
                Err(error) if limit == 1 => return Ok(Err(format!("cannot be read ({error})"))),
                Err(_) => {}
            }
        }
        Ok(Ok(Vec::new()))
    }

    /// The service may have appended rows since the head was read; then the head has moved with them.
    fn compare_with_head(&self, seq: i64, hash: &str) -> Result<Option<BrokenAudit>, StoreError> {
        if seq < self.head.seq {
            return Ok(Some(self.broken(seq + 1, "missing")));
        }
        if seq == self.head.seq {
            return Ok(None);
        }
        let heads = self.store.read(|tx| tx.audit().list_heads(self.before, PAGE))?;
        let now = heads.into_iter().find(|head| head.chain == self.head.chain);
        let covered = now.is_some_and(|head| head.seq > seq || (head.seq == seq && head.hash == hash));
        Ok((!covered).then(|| self.broken(self.head.seq + 1, "after the chain's head")))
    }

    fn broken(&self, seq: i64, problem: impl Into<String>) -> BrokenAudit {
        BrokenAudit { chain: self.head.chain.clone(), seq, problem: problem.into() }
    }
}

/// Whatever exists was audited when it was made: a chain that is gone was taken away.
fn chains_without_head(store: &dyn Store, seen: &HashSet<String>) -> Result<Vec<BrokenAudit>, StoreError> {
    let gone = |chain: AuditChain| BrokenAudit { chain: chain.to_string(), seq: 1, problem: "the chain has no head".into() };
    let mut broken = Vec::new();
    if store.read(|tx| tx.users().count())? > 0 && !seen.contains(&AuditChain::System.to_string()) {
        broken.push(gone(AuditChain::System));
    }
    let mut offset = 0;
    loop {
        let cases = store.read(|tx| tx.cases().list(&CaseQuery::default(), PageRequest { offset, limit: PAGE }))?.items;
        let Some(count) = i64::try_from(cases.len()).ok().filter(|count| *count > 0) else { return Ok(broken) };
        offset += count;
        let chains = cases.iter().map(|case| AuditChain::Case(case.id));
        for chain in chains.filter(|chain| !seen.contains(&chain.to_string())) {
            // A case that was made since the heads were read has its head by now.
            if store.read(|tx| tx.audit().find_head(chain))?.is_none() {
                broken.push(gone(chain));
            }
        }
    }
}
