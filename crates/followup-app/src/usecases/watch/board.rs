//! How reporters answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use followup_domain::board::{Board, By, CURVE_DAYS, Curve, Period, Tally, grouped};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::step;

impl App {
    /// Today, in the unit's zone.
    pub fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.policy.zone).date_naive()
    }

    /// What was answered of what left in a period, and what waits now: one consistent view (docs/product.md §7b).
    ///
    /// # Errors
    /// The store's.
    pub fn board(&self, period: Period) -> Result<Board, StoreError> {
        step::read(self, |step| {
            let (mut cases, mut requests) = (Vec::new(), BTreeMap::<By, Vec<(String, Tally)>>::new());
            for span in period.spans(step.policy().zone) {
                let now = step.now;
                for counted in step.tx.board().answers(span, now)? {
                    match counted.by {
                        None => cases.push(counted.tally),
                        Some(by) => requests.entry(by).or_default().push((counted.key, counted.tally)),
                    }
                }
            }
            let groups = By::ALL.iter().map(|by| (*by, grouped(*by, requests.remove(by).unwrap_or_default()))).collect();
            let now = step.now;
            Ok(Board { period, cases: Curve::of(&cases, CURVE_DAYS), groups, waiting: step.tx.board().waiting(now)? })
        })
    }
}
