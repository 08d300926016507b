//! How the service does, for those who watch over it.

pub(crate) mod agenda;
pub(crate) mod badge;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod mailboxes;
pub(crate) mod providers;
pub(crate) mod worklist;

/// Leaves as many as a page has; and where the next page begins, if there were more.
fn cut<T, P>(items: &mut Vec<T>, limit: i64, place: impl Fn(&T) -> P) -> Option<P> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| has_more).map(place)
}
