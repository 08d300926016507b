//! What the rules must know beside the text.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use followup_domain::case::PartialDate;
use followup_domain::ids::ProductId;

use crate::field::{Field, Target};

/// In which order day and month are written where both may be either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayMonth {
    /// 3/4 is the third of April: everywhere but below.
    #[default]
    DayFirst,
    /// 3/4 is the fourth of March: the United States and what follows their habit.
    MonthFirst,
}

/// Countries that write the month first.
const MONTH_FIRST: &[&str] = &["US", "PH", "FM", "MH", "PW", "GU", "AS", "MP", "UM", "VI"];

impl DayMonth {
    /// The habit of a country, by its two-letter code.
    pub fn of_country(code: &str) -> Self {
        if MONTH_FIRST.contains(&code.to_ascii_uppercase().as_str()) { Self::MonthFirst } else { Self::DayFirst }
    }
}

/// A suspect product of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductName {
    /// Its stable id.
    pub id: ProductId,
    /// Its name as the case has it; may be empty.
    pub name: String,
}

/// What is known of the case and of the message.
#[derive(Debug, Clone)]
pub struct Context {
    /// When the message was sent.
    pub sent_at: DateTime<Utc>,
    /// The organisation's time zone: in it "ayer" is counted.
    pub zone: Tz,
    /// The organisation's habit.
    pub day_month: DayMonth,
    /// What was asked, in the order of the letter.
    pub asked: Vec<Target>,
    /// What the case has already and was not asked: free sentences say nothing new about it.
    pub known: Vec<Target>,
    /// The suspect products in the case's order.
    pub products: Vec<ProductName>,
    /// The event as the case describes it.
    pub event: Option<String>,
    /// The patient's date of birth, if the case has it.
    pub birth: Option<PartialDate>,
    /// The letter that the reply answers: its lines are ours.
    pub letter: Option<String>,
}

impl Context {
    /// A context that knows nothing but when the message was sent.
    pub fn at(sent_at: DateTime<Utc>, zone: Tz) -> Self {
        Self {
            sent_at,
            zone,
            day_month: DayMonth::default(),
            asked: Vec::new(),
            known: Vec::new(),
            products: Vec::new(),
            event: None,
            birth: None,
            letter: None,
        }
    }

    /// The day on which the message was sent, where the organisation is.
    pub(crate) fn today(&self) -> NaiveDate {
        let local = self.sent_at.with_timezone(&self.zone);
        NaiveDate::from_ymd_opt(local.year(), local.month(), local.day()).unwrap_or_default()
    }

    /// Whether a free sentence may fill it: it was asked, or the case lacks it.
    pub(crate) fn is_open(&self, target: Target) -> bool {
        !self.known.contains(&target)
    }

    pub(crate) fn is_asked(&self, field: Field) -> bool {
        self.asked.iter().any(|asked| asked.field == field)
    }
}
