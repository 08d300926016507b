//! Under which id a relay passes a mail on: some replace the Message-ID, say the new one in their acceptance, and replies then name it.

use std::sync::LazyLock;

use followup_domain::message::threading::InternetMessageId;
use regex::Regex;

/// A relay that replaces Message-IDs: how its acceptance names the new one, and the host under which it comes back.
struct Relay {
    /// The id in the words of its answer, as group 1.
    answer: &'static str,
    /// The right side of the new id is this domain or one below it; none when the answer brings the whole id.
    domain: Option<&'static str>,
}

const RELAYS: &[Relay] = &[
    // Amazon SES: `250 Ok 0102018f…-000000`; the id comes back below the region's name, or `email` in the first one.
    // https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
    Relay {
        answer: r"(?i)^250 (?:2\.\d\.\d )?ok ([0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{6})\b",
        domain: Some("amazonses.com"),
    },
    // Microsoft 365 and Outlook.com: `250 2.0.0 OK <…@….prod.outlook.com> [Hostname=…]`. Other servers that name an id in angle
    // brackets mean the same by it; other words before them may announce a mailbox ("queued for <…>").
    Relay {
        answer: r"(?i)^250 (?:2\.\d\.\d )?(?:ok|queued)(?:[\s:;,=-]|\b(?:ok|queued|as|id|msgid|message-id|message|mail)\b)*<([^<>@\s]+@[^<>@\s]+)>",
        domain: None,
    },
];

static ANSWERS: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| RELAYS.iter().map(|relay| Regex::new(relay.answer).ok()).collect());

/// The id under which a message goes on, if the server that accepted it said so and it is another than `own`.
pub(crate) fn alias_in_answer(response: &str, own: Option<&InternetMessageId>) -> Option<InternetMessageId> {
    let found = RELAYS.iter().zip(ANSWERS.iter()).find_map(|(relay, answer)| {
        let id = answer.as_ref()?.captures(response.trim_start())?.get(1)?.as_str();
        InternetMessageId::parse(&relay.domain.map_or(id.to_owned(), |domain| format!("{id}@{domain}")))
    });
    found.filter(|alias| Some(alias) != own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> InternetMessageId {
        InternetMessageId::parse(text).unwrap()
    }

    const SES: &str = "0102018f6c1b2c3d-1f2e3d4c-aaaa-bbbb-cccc-0123456789ab-000000";

    #[test]
    fn every_shape_of_the_table_can_be_read() {
        assert!(ANSWERS.iter().all(Option::is_some));
    }

    #[test]
    fn an_id_that_amazon_gave_is_the_relays_whatever_the_region() {
        assert_eq!(alias_in_answer(&format!("250 Ok {SES}"), None), Some(id(&format!("<{SES}@amazonses.com>"))));
    }

    #[test]
    fn an_id_in_angle_brackets_is_the_new_one_unless_it_is_ours() {
        let answer = "250 2.0.0 OK <SN6PR04@SN6PR04MB1.prod.outlook.com> [Hostname=SN6PR04MB1.prod.outlook.com]";
        let alias = id("<SN6PR04@SN6PR04MB1.prod.outlook.com>");
        assert_eq!(alias_in_answer(answer, Some(&id("<1@vigia.test>"))), Some(alias.clone()));
        assert_eq!(alias_in_answer(answer, Some(&alias)), None);
        let spelled =
            ["250 queued as <a@b.test>", "250 OK id=<a@b.test>", "250 2.0.0 Ok: queued as Message-ID: <a@b.test>", "250 ok <a@b.test>"];
        for answer in spelled {
            assert_eq!(alias_in_answer(answer, None), Some(id("<a@b.test>")), "{answer}");
        }
    }

    #[test]
    fn an_answer_without_an_id_gives_none() {
        for answer in [
            "",
            "250 2.0.0 Ok: queued as 4F1",
            "250 Ok",
            "250 ok <>",
            "250 OK 0102",
            "550 5.1.1 <fv@vigia.test> unknown",
            "250 2.1.5 <x@y.test> accepted",
            "250 OK queued for <perez@clinic.test>",
            "250 2.0.0 Ok: queued mail for delivery to <perez@clinic.test>",
        ] {
            assert_eq!(alias_in_answer(answer, None), None, "{answer}");
        }
    }
}
