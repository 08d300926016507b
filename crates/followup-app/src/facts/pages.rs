//! Pages of lists that are turned by the place of their last row.

/// Leaves as many as a page has; and where the next page begins, if there were more.
pub(crate) fn cut<T, P>(items: &mut Vec<T>, limit: i64, place: impl Fn(&T) -> P) -> Option<P> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| has_more).map(place)
}
