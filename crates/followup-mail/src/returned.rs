//! The mail that a report brings along: whole (`message/rfc822`) or its header (`text/rfc822-headers`), RFC 3462.

use followup_domain::threading::{InternetMessageId, parse_id_list};
use mail_parser::Message;

use crate::attachments;

/// Media types of a mail, and of the header of one.
const RETURNED: &[&str] = &["message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"];
/// A header beyond this is not searched.
const LONGEST_HEADER: usize = 256 * 1024;

/// The Message-ID of the first mail that this one brings along.
pub(crate) fn message_id(message: &Message<'_>) -> Option<InternetMessageId> {
    let parts = message.parts.iter().skip(1).filter(|part| RETURNED.contains(&attachments::content_type(part).as_str()));
    parts.filter_map(|part| in_header(&attachments::content(message, part))).next()
}

fn in_header(mail: &[u8]) -> Option<InternetMessageId> {
    let text = String::from_utf8_lossy(&mail[..mail.len().min(LONGEST_HEADER)]).replace("\r\n", "\n");
    let header = text.trim_start_matches('\n').split("\n\n").next().unwrap_or_default();
    let unfolded = header.replace("\n ", " ").replace("\n\t", " ");
    let is_id = |line: &&str| line.split_once(':').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("message-id"));
    let value = unfolded.lines().find(is_id)?.split_once(':')?.1;
    parse_id_list(value).into_iter().next()
}
