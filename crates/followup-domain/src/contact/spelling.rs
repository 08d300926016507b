//! One number, several spellings: what a phone shows is not always what a provider calls it.
//!
//! Mexico: WhatsApp knows mobile numbers with the `1` that the country abolished in 2019. Argentina: a mobile number has a `9` after `+54` abroad
//! and none at home. Brazil: mobile numbers got a ninth digit between 2012 and 2016, and accounts that are older go on without it.

use super::E164;

/// How a country's numbers may be written besides: after its code, what stands there or not, and how many digits follow.
struct Rule {
    code: &'static str,
    /// Digits between the code and the optional ones: an area that both spellings have.
    area: usize,
    optional: &'static str,
    /// Digits behind them.
    rest: usize,
    /// With which digits those may begin.
    begins: &'static [u8],
}

const ANY: &[u8] = b"0123456789";

const RULES: &[Rule] = &[
    Rule { code: "+52", area: 0, optional: "1", rest: 10, begins: ANY },
    Rule { code: "+54", area: 0, optional: "9", rest: 10, begins: ANY },
    // What is not mobile begins with 2 to 5 and has no ninth digit.
    Rule { code: "+55", area: 2, optional: "9", rest: 8, begins: b"6789" },
];

impl Rule {
    /// The other spelling of a number of this country.
    fn other(&self, number: &str) -> Option<String> {
        let national = number.strip_prefix(self.code)?;
        let (area, local) = national.split_at_checked(self.area)?;
        let begins = |rest: &str| rest.len() == self.rest && rest.bytes().next().is_some_and(|first| self.begins.contains(&first));
        if begins(local) {
            return Some(format!("{}{area}{}{local}", self.code, self.optional));
        }
        let shorter = local.strip_prefix(self.optional).filter(|rest| begins(rest))?;
        Some(format!("{}{area}{shorter}", self.code))
    }
}

impl E164 {
    /// This number in every spelling that is known of it, as it stands first.
    ///
    /// ```
    /// use followup_domain::contact::E164;
    /// let spellings = E164::parse("+5215512345678").unwrap().spellings();
    /// assert_eq!(spellings.iter().map(E164::as_str).collect::<Vec<_>>(), ["+5215512345678", "+525512345678"]);
    /// ```
    #[must_use]
    pub fn spellings(&self) -> Vec<Self> {
        let other = RULES.iter().find_map(|rule| rule.other(self.as_str())).and_then(|other| Self::parse(&other));
        [Some(self.clone()), other].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_leads_to_the_other() {
        for (one, other) in [
            ("+525512345678", "+5215512345678"),
            ("+528112345678", "+5218112345678"),
            ("+541123456789", "+5491123456789"),
            ("+543512345678", "+5493512345678"),
            ("+551187654321", "+5511987654321"),
            ("+552161234567", "+5521961234567"),
        ] {
            let spelled =
                |text: &str| E164::parse(text).unwrap().spellings().into_iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
            assert_eq!(spelled(one), [one, other]);
            assert_eq!(spelled(other), [other, one]);
        }
    }

    #[test]
    fn every_other_number_has_one() {
        for number in
            ["+51999888777", "+5491123", "+551133334444", "+34612345678", "+15005550006", "+52155123456789", "+5511123", "+5555987654"]
        {
            let spellings = E164::parse(number).unwrap().spellings();
            assert_eq!(spellings.iter().map(E164::as_str).collect::<Vec<_>>(), [number], "{number}");
        }
    }
}
