//! What every store promises, one named function per promise, grouped by port. An adapter's tests turn them into tests of
//! their own:
//!
//! ```text
//! fn make_store() -> Box<MyStore> { … } // fresh, migrated and empty; in a box, or in what takes it down again
//! followup_testkit::contract_suite!(make_store);
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // Assertions: to panic is to fail the test.

/// Makes a macro of the module's name that turns the named functions into tests.
macro_rules! promises {
    ($dollar:tt $module:ident as $suite:ident: $($promise:ident),+ $(,)?) => {
        /// The promises of this module as tests: `$make` gives a fresh store for each.
        #[macro_export]
        macro_rules! $suite {
            ($dollar make:path) => {
                mod $module {
                    use super::*;
                    $(
                        #[test]
                        fn $promise() {
                            let store = $dollar make();
                            $crate::contract::$module::$promise(&*store);
                        }
                    )+
                }
            };
        }
    };
}

pub mod addresses;
pub mod attempts;
pub mod audit;
pub mod badge;
pub mod board;
pub mod breakers;
pub mod cases;
pub mod concurrency;
pub mod contacts;
pub mod conversation;
pub mod deadlines;
pub mod drafts;
pub mod enclosures;
pub mod exports;
pub mod health;
pub mod idempotency;
pub mod inbox;
pub mod letter_texts;
pub mod life;
pub mod media;
pub mod messages;
pub mod plans;
pub mod proposals;
pub mod provider_events;
pub mod queue;
pub mod reports;
pub mod requests;
pub mod sessions;
pub mod settle;
pub mod standings;
pub mod thread;
pub mod transactions;
pub mod trays;
pub mod users;
pub mod whatsapp_templates;
pub mod worklist;

mod support;

/// All promises as tests, for stores that serve several threads at once.
#[macro_export]
macro_rules! contract_suite {
    ($make:path) => {
        $crate::contract_suite_on_one_connection!($make);
        $crate::concurrency_contract!($make);
    };
}

/// The promises that also a store with one connection keeps.
#[macro_export]
macro_rules! contract_suite_on_one_connection {
    ($make:path) => {
        $crate::transactions_contract!($make);
        $crate::cases_contract!($make);
        $crate::life_contract!($make);
        $crate::messages_contract!($make);
        $crate::media_contract!($make);
        $crate::enclosures_contract!($make);
        $crate::conversation_contract!($make);
        $crate::thread_contract!($make);
        $crate::queue_contract!($make);
        $crate::provider_events_contract!($make);
        $crate::whatsapp_templates_contract!($make);
        $crate::settle_contract!($make);
        $crate::badge_contract!($make);
        $crate::board_contract!($make);
        $crate::standings_contract!($make);
        $crate::worklist_contract!($make);
        $crate::exports_contract!($make);
        $crate::breakers_contract!($make);
        $crate::health_contract!($make);
        $crate::requests_contract!($make);
        $crate::contacts_contract!($make);
        $crate::addresses_contract!($make);
        $crate::reports_contract!($make);
        $crate::plans_contract!($make);
        $crate::deadlines_contract!($make);
        $crate::letter_texts_contract!($make);
        $crate::attempts_contract!($make);
        $crate::inbox_contract!($make);
        $crate::trays_contract!($make);
        $crate::audit_contract!($make);
        $crate::users_contract!($make);
        $crate::sessions_contract!($make);
        $crate::proposals_contract!($make);
        $crate::drafts_contract!($make);
        $crate::idempotency_contract!($make);
    };
}

#[cfg(test)]
mod tests {
    /// A promise that no suite runs would be kept by nobody.
    #[test]
    fn every_promise_is_in_its_suite() {
        let files = [
            include_str!("addresses.rs"),
            include_str!("attempts.rs"),
            include_str!("audit.rs"),
            include_str!("badge.rs"),
            include_str!("board.rs"),
            include_str!("breakers.rs"),
            include_str!("cases.rs"),
            include_str!("concurrency.rs"),
            include_str!("contacts.rs"),
            include_str!("conversation.rs"),
            include_str!("deadlines.rs"),
            include_str!("drafts.rs"),
            include_str!("enclosures.rs"),
            include_str!("health.rs"),
            include_str!("idempotency.rs"),
            include_str!("inbox.rs"),
            include_str!("letter_texts.rs"),
            include_str!("life.rs"),
            include_str!("media.rs"),
            include_str!("messages.rs"),
            include_str!("plans.rs"),
            include_str!("proposals.rs"),
            include_str!("queue.rs"),
            include_str!("reports.rs"),
            include_str!("requests.rs"),
            include_str!("sessions.rs"),
            include_str!("settle.rs"),
            include_str!("standings.rs"),
            include_str!("thread.rs"),
            include_str!("transactions.rs"),
            include_str!("trays.rs"),
            include_str!("users.rs"),
            include_str!("whatsapp_templates.rs"),
            include_str!("worklist.rs"),
        ];
        for file in files {
            let (listed, code) = file.split_once("\n}\n").unwrap();
            for line in code.lines().filter_map(|line| line.strip_prefix("pub fn ")) {
                let name = line.split('(').next().unwrap();
                assert!(listed.contains(&format!(" {name},")), "{name}");
            }
        }
    }
}
