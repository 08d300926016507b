//! What the server says of the mailbox unasked.

use async_imap::imap_proto::{MailboxDatum, Response};

/// Counts the mailbox's mails along, so that a mail announced after a search is not taken for one that was found by it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    mails: u32,
    news: bool,
}

impl Watch {
    /// A search begins: it finds whatever was announced before it.
    pub(crate) fn looked(&mut self) {
        self.news = false;
    }

    /// There is mail that a search found and nobody took.
    pub(crate) fn announce(&mut self) {
        self.news = true;
    }

    /// Whether more mails were announced since.
    pub(crate) fn has_news(&self) -> bool {
        self.news
    }

    /// Takes an untagged answer in. Only a greater number means a new mail: a person who reads or takes away mail is no news.
    pub(crate) fn note(&mut self, answer: &Response<'_>) {
        match answer {
            Response::MailboxData(MailboxDatum::Exists(mails)) => {
                self.news |= *mails > self.mails;
                self.mails = *mails;
            }
            Response::Expunge(_) => self.mails = self.mails.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exists(mails: u32) -> Response<'static> {
        Response::MailboxData(MailboxDatum::Exists(mails))
    }

    #[test]
    fn a_mail_more_is_news_until_it_is_looked_for() {
        let mut watch = Watch::default();
        watch.note(&exists(3));
        watch.looked();
        watch.note(&exists(3));
        assert!(!watch.has_news());
        watch.note(&exists(4));
        assert!(watch.has_news());
        watch.looked();
        assert!(!watch.has_news());
    }

    #[test]
    fn a_mail_in_place_of_one_that_was_taken_away_is_news() {
        let mut watch = Watch::default();
        watch.note(&exists(3));
        watch.looked();
        watch.note(&Response::Expunge(2));
        assert!(!watch.has_news());
        watch.note(&exists(3));
        assert!(watch.has_news());
    }
}
