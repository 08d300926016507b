//! Numbers as places in a picture, and as words.

use followup_domain::board::Share;

/// The width of every plot, in units of its picture: about the pixels of a phone.
pub(super) const WIDTH: f64 = 360.0;

/// A place, to a tenth of a unit.
pub(super) fn place(at: f64) -> String {
    let text = format!("{at:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// A part of one in whole percent, without the sign.
pub(super) fn percent(part: f64) -> String {
    format!("{:.0}", part * 100.0)
}

/// `45 % (30–61)`.
pub(super) fn share_text(share: Share) -> String {
    format!("{} % ({}–{})", percent(share.value), percent(share.low), percent(share.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_percents_are_short() {
        assert_eq!([0.0, 12.04, 12.06].map(place), ["0", "12", "12.1"]);
        assert_eq!(share_text(Share { value: 0.454, low: 0.3, high: 0.611 }), "45 % (30–61)");
    }
}
