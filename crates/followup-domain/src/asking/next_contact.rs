//! By which way the reporter is reached: what goes by itself, what a person is offered when letters come back, and when one who is away is written
//! to again.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::asking::window::SendWindow;
use crate::contact::{Channels, EmailAddress};
use crate::message::Channel;

/// The next way to reach a reporter, for a person to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedContact {
    /// By which channel; a call is a task for a person.
    pub channel: Channel,
    /// The address or number, if one is known.
    pub to: Option<String>,
    /// Why another way is needed, in Spanish.
    pub reason: String,
}

/// How things stand with a channel towards a reporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// It has a transport, and the reporter an address or number that works and may be written to.
    Open,
    /// The address or number failed, and nothing goes to it by itself.
    Held,
    /// The address or number asked not to be written to.
    Blocked,
    /// The service may not write by the channel of itself now: its provider does not let the letter's template be sent.
    Shut,
    /// The channel has no transport, or the reporter no address or number for it.
    None,
}

/// The channel by which something goes by itself: the first of the order that is open; else the first that would be if its address or number
/// worked, else the first that would be if it might be written to, else the first at all, so that what stops it is told of that one.
pub fn first_way(order: &[Channel], way: impl Fn(Channel) -> Way) -> Channel {
    let ways = order.iter().map(|channel| (way(*channel), *channel));
    // Of several that stand alike, the first.
    ways.min_by_key(|(way, _)| *way).map_or(Channel::Email, |(_, channel)| channel)
}

/// Another e-mail address of the case that may be written to, then WhatsApp and SMS where they are open, else a call.
pub fn next_contact(
    channels: &Channels,
    may_be_written_to: impl Fn(&EmailAddress) -> bool,
    is_open: impl Fn(Channel) -> bool,
) -> (Channel, Option<String>) {
    let other = channels.all_emails.iter().find(|email| may_be_written_to(email)).map(|email| email.as_str().to_owned());
    let number = |number: &Option<crate::contact::PhoneNumber>| number.as_ref().map(|number| number.as_e164().to_owned());
    if other.is_some() {
        return (Channel::Email, other);
    }
    let ways = [(Channel::Whatsapp, number(&channels.whatsapp)), (Channel::Sms, number(&channels.phone))];
    let way = ways.into_iter().find(|(channel, to)| to.is_some() && is_open(*channel));
    way.unwrap_or_else(|| (Channel::Call, number(&channels.phone)))
}

/// When to write again to somebody who reads mail again from a day on: on the first working day after it at 9:00, as people of the unit
/// count days, and within the hours of the unit. He has a day for what has gathered.
pub fn after_return(returns_on: NaiveDate, zone: Tz, window: Option<&SendWindow>) -> Option<DateTime<Utc>> {
    let is_working_day = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let day = (1..=3).filter_map(|days| returns_on.checked_add_days(Days::new(days))).find(is_working_day)?;
    let nine = day.and_time(NaiveTime::from_hms_opt(9, 0, 0)?);
    // No zone of the world skips nine in the morning.
    let at = zone.from_local_datetime(&nine).earliest()?.with_timezone(&Utc);
    Some(window.map_or(at, |window| window.next_open(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{Country, extract_channels};

    #[test]
    fn the_next_way_is_another_address_then_a_channel_that_works_then_a_call() {
        let channels = extract_channels("a@clinic.test, b@clinic.test, cel. 999 888 777", Country::default());
        let number = Some("+51999888777".to_owned());
        let next = |bounced: &[&str], works: &[Channel]| {
            next_contact(&channels, |email| !bounced.contains(&email.as_str()), |channel| works.contains(&channel))
        };
        let mail = &[Channel::Email][..];
        assert_eq!(next(&["a@clinic.test"], mail), (Channel::Email, Some("b@clinic.test".into())));
        let both = ["a@clinic.test", "b@clinic.test"];
        assert_eq!(next(&both, mail), (Channel::Call, number.clone()));
        assert_eq!(next(&both, &[Channel::Email, Channel::Sms]), (Channel::Sms, number.clone()));
        assert_eq!(next(&both, &[Channel::Email, Channel::Sms, Channel::Whatsapp]), (Channel::Whatsapp, number));
        let mail_only = extract_channels("a@clinic.test", Country::default());
        assert_eq!(next_contact(&mail_only, |_| false, |_| true), (Channel::Call, None));
    }

    #[test]
    fn what_goes_by_itself_goes_by_the_first_channel_of_the_order_that_is_open() {
        use Channel::{Email, Sms, Whatsapp};
        let order = [Email, Whatsapp, Sms];
        let first = |email: Way, whatsapp: Way, sms: Way| {
            first_way(&order, |channel| match channel {
                Email => email,
                Whatsapp => whatsapp,
                _ => sms,
            })
        };
        assert_eq!(first(Way::Open, Way::Open, Way::Open), Email);
        assert_eq!(first(Way::Held, Way::Open, Way::Open), Whatsapp);
        assert_eq!(first(Way::None, Way::Held, Way::Open), Sms);
        assert_eq!(first(Way::Blocked, Way::None, Way::Held), Sms, "what may work again is waited for");
        assert_eq!(first(Way::None, Way::None, Way::Blocked), Sms);
        assert_eq!(first(Way::None, Way::Shut, Way::None), Whatsapp, "what stops it is told of the one that has a number");
        assert_eq!(first(Way::None, Way::None, Way::None), Email);
        assert_eq!(first_way(&[Sms, Email], |_| Way::Open), Sms, "the unit's order");
        assert_eq!(first_way(&[], |_| Way::Open), Email);
    }

    #[test]
    fn who_returns_is_written_to_on_the_first_working_morning_after() {
        let day = |text: &str| text.parse().unwrap();
        let zone = chrono_tz::America::Lima;
        for (returns_on, at) in [
            ("2024-03-15", "2024-03-18T14:00:00Z"), // A Friday.
            ("2024-03-16", "2024-03-18T14:00:00Z"),
            ("2024-03-17", "2024-03-18T14:00:00Z"),
            ("2024-03-18", "2024-03-19T14:00:00Z"),
        ] {
            assert_eq!(after_return(day(returns_on), zone, None), Some(at.parse().unwrap()), "{returns_on}");
        }
        let ten = NaiveTime::from_hms_opt(10, 0, 0).unwrap();
        let window = SendWindow::new(zone, [Weekday::Wed], ten, NaiveTime::from_hms_opt(12, 0, 0).unwrap()).unwrap();
        assert_eq!(after_return(day("2024-03-18"), zone, Some(&window)), Some("2024-03-20T15:00:00Z".parse().unwrap()));
        assert_eq!(after_return(NaiveDate::MAX, zone, None), None);
    }
}
