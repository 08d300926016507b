//! Other ids of our messages: some relays replace the Message-ID, and replies then name the new one.

use crate::message::threading::InternetMessageId;

/// Relays whose ids come back below many hosts: the domain that stands for all of them, such as Amazon SES's, whose ids carry the
/// region's name, or `email` in the first one. <https://docs.aws.amazon.com/ses/latest/dg/header-fields.html>
const RELAY_DOMAINS: &[&str] = &["amazonses.com"];

/// The form in which an id is kept as an alias and looked for among them: a relay's hosts are one.
pub fn alias_key(id: &InternetMessageId) -> InternetMessageId {
    let parts = id.inner().rsplit_once('@');
    let of_relay = parts.and_then(|(left, host)| {
        let host = host.to_ascii_lowercase();
        let below = |domain: &&str| host == **domain || host.strip_suffix(*domain).is_some_and(|rest| rest.ends_with('.'));
        let domain = RELAY_DOMAINS.iter().find(|domain| below(domain))?;
        InternetMessageId::parse(&format!("{left}@{domain}"))
    });
    of_relay.unwrap_or_else(|| id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> InternetMessageId {
        InternetMessageId::parse(text).unwrap()
    }

    #[test]
    fn an_id_that_amazon_gave_is_known_under_every_region() {
        const SES: &str = "0102018f6c1b2c3d-1f2e3d4c-aaaa-bbbb-cccc-0123456789ab-000000";
        let alias = id(&format!("<{SES}@amazonses.com>"));
        for host in ["eu-west-1.amazonses.com", "email.amazonses.com", "SA-EAST-1.AmazonSES.com", "amazonses.com"] {
            assert_eq!(alias_key(&id(&format!("<{SES}@{host}>"))), alias, "{host}");
        }
        for host in ["amazonses.com.evil.test", "notamazonses.com", "vigia.test"] {
            assert_ne!(alias_key(&id(&format!("<{SES}@{host}>"))), alias, "{host}");
        }
    }
}
