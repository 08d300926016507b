//! E-mail threading: Message-ID, In-Reply-To and References (RFC 5322 §3.6.4), built and matched.

use std::fmt;

/// A Message-ID in angle brackets, `<left@right>`. Never empty: a mail without one has `None`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InternetMessageId(String);

/// Longer ones are not kept: RFC 5322 lines end at 998 characters.
const LONGEST: usize = 990;

impl InternetMessageId {
    /// Reads one id, with or without its angle brackets. `None` for what cannot be one:
    /// empty, white space, control or non-ASCII characters inside, or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.trim().trim_start_matches('<').trim_end_matches('>');
        let sound = !inner.is_empty() && inner.len() <= LONGEST && inner.chars().all(|c| c.is_ascii_graphic() && !"<>,".contains(c));
        sound.then(|| Self(format!("<{inner}>")))
    }

    /// With its angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without its angle brackets.
    pub fn inner(&self) -> &str {
        &self.0[1..self.0.len() - 1]
    }
}

impl fmt::Display for InternetMessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Every id in a header value, in order, each once; what stands between them (words, comments, commas) is passed over.
pub fn parse_id_list(header: &str) -> Vec<InternetMessageId> {
    let bracketed = header.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id);
    let ids: Box<dyn Iterator<Item = &str>> =
        if header.contains('<') { Box::new(bracketed) } else { Box::new(header.split_whitespace().filter(|word| word.contains('@'))) };
    let mut seen = std::collections::HashSet::new();
    // Folding may put white space inside an id.
    let unfolded = ids.map(|id| id.split_whitespace().collect::<String>());
    unfolded.filter_map(|id| InternetMessageId::parse(&id)).filter(|id| seen.insert(id.clone())).collect()
}

/// One earlier message of the thread, for building the next one's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadEntry {
    /// Its Message-ID, if it had one.
    pub id: Option<InternetMessageId>,
    /// Whether the reporter sent it.
    pub inbound: bool,
}

/// The threading headers of an outbound message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadHeaders {
    /// The message that is answered.
    pub in_reply_to: Option<InternetMessageId>,
    /// The chain, oldest first.
    pub references: Vec<InternetMessageId>,
}

/// So many ids of a long chain are kept: the first and the last ones.
const LONGEST_CHAIN: usize = 20;

/// Headers for the next outbound message of a chronological thread: In-Reply-To is the last inbound message,
/// or, when nobody answered yet, our last one, so that a reminder stands below the request. References is the chain;
/// its first id stays however long it grows, so that a relay that rewrites Message-ID still gives a reply we can match.
pub fn thread_headers(thread: &[ThreadEntry]) -> ThreadHeaders {
    let mut chain: Vec<InternetMessageId> = Vec::new();
    for id in thread.iter().filter_map(|entry| entry.id.clone()) {
        if !chain.contains(&id) {
            chain.push(id);
        }
    }
    let last_inbound = thread.iter().rev().find(|entry| entry.inbound && entry.id.is_some());
    let in_reply_to = last_inbound.and_then(|entry| entry.id.clone()).or_else(|| chain.last().cloned());
    // RFC 5322: the id that is answered stands last in References.
    if let Some(parent) = &in_reply_to {
        chain.retain(|id| id != parent);
        chain.push(parent.clone());
    }
    if chain.len() > LONGEST_CHAIN {
        chain.drain(1..=chain.len() - LONGEST_CHAIN);
    }
    ThreadHeaders { in_reply_to, references: chain }
}

/// The ids by which an inbound mail may be matched, best first: In-Reply-To, then References from right to left.
pub fn match_candidates(in_reply_to: &[InternetMessageId], references: &[InternetMessageId]) -> Vec<InternetMessageId> {
    let mut candidates: Vec<InternetMessageId> = Vec::new();
    for id in in_reply_to.iter().chain(references.iter().rev()) {
        if !candidates.contains(id) {
            candidates.push(id.clone());
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> InternetMessageId {
        InternetMessageId::parse(text).unwrap()
    }

    fn entry(text: &str, inbound: bool) -> ThreadEntry {
        ThreadEntry { id: Some(id(text)), inbound }
    }

    #[test]
    fn a_message_id_is_never_empty_and_carries_no_injection() {
        for text in ["", "<>", "  ", "a b@c", "a@b\r\nBcc: x@y", "<a@b>\0", "ñ@b"] {
            assert_eq!(InternetMessageId::parse(text), None, "{text:?}");
        }
        assert_eq!(id("a@b"), id(" <a@b> "));
    }

    #[test]
    fn ids_are_found_among_words_comments_and_folds() {
        let header = "Your message of Monday\r\n <a@b> (comment),<c@\r\n\td> <a@b> <>";
        assert_eq!(parse_id_list(header), [id("a@b"), id("c@d")]);
        assert_eq!(parse_id_list("a@b"), [id("a@b")]);
    }

    #[test]
    fn an_answer_points_to_the_last_inbound_message_and_carries_the_chain() {
        let headers = thread_headers(&[entry("in1@r", true), entry("out1@v", false), entry("in2@r", true), entry("out2@v", false)]);
        assert_eq!(headers.in_reply_to, Some(id("in2@r")));
        assert_eq!(headers.references, [id("in1@r"), id("out1@v"), id("out2@v"), id("in2@r")]);
    }

    #[test]
    fn a_reminder_stands_below_the_unanswered_request() {
        let headers = thread_headers(&[entry("out1@v", false)]);
        assert_eq!((headers.in_reply_to, headers.references), (Some(id("out1@v")), vec![id("out1@v")]));
    }

    #[test]
    fn a_long_chain_keeps_its_first_id_and_its_newest() {
        let thread: Vec<ThreadEntry> = (0..100).map(|number| entry(&format!("m{number}@v"), false)).collect();
        let references = thread_headers(&thread).references;
        assert_eq!((references.len(), &references[0], &references[19]), (20, &id("m0@v"), &id("m99@v")));
    }

    #[test]
    fn candidates_come_best_first_and_once() {
        let candidates = match_candidates(&[id("c@d")], &[id("a@b"), id("b@b"), id("c@d")]);
        assert_eq!(candidates, [id("c@d"), id("b@b"), id("a@b")]);
    }
}
