//! The repositories, written once for both databases. `followup-postgres` and `followup-sqlite` each mount them below their root, which gives
//! `Conn`, `Db`, `sql` and what else differs.

mod addresses;
mod answers;
mod attempts;
mod audit;
mod automatics;
mod beside;
mod board;
mod breakers;
mod cases;
mod contact_points;
mod contacts;
mod content;
mod deadlines;
mod deliveries;
mod dispatch;
mod drafts;
mod enclosures;
mod exchanges;
mod exports;
mod field_entries;
mod health;
mod held_letters;
mod idempotency;
mod inbox;
mod instant;
mod letter_texts;
mod life;
mod mailbox_health;
mod media;
mod message_insert;
mod message_queries;
mod message_row;
mod messages;
mod names;
mod notices;
mod plan_templates;
mod plans;
mod proposals;
mod provider_events;
mod quarantine;
mod queue;
mod requests;
mod schema;
mod sessions;
mod standings;
mod thread;
mod transact;
mod trays;
mod unfetched;
mod users;
mod waiting;
mod warnings;
mod whatsapp_templates;
mod work;
mod worklist;

pub(super) use instant::At;
pub(super) use schema::icsr;
pub(super) use transact::{Pool, Terms, applied_migrations, on_connection, transact};

use followup_domain::ports::{PageRequest, Updated};

/// Lists give at most so many rows, whatever is asked for.
const LONGEST_PAGE: i64 = 1000;

/// So many ids go into one query.
const IDS_PER_QUERY: usize = 500;

/// The limit and offset of a page, within bounds.
fn bounds(page: PageRequest) -> (i64, i64) {
    (page.limit.clamp(0, LONGEST_PAGE), page.offset.max(0))
}

/// What a conditional update of one row did.
fn updated(rows: usize) -> Updated {
    if rows == 0 { Updated::Stale } else { Updated::Yes }
}

/// Lower-case form of an address, by which addresses are compared.
fn address_key(address: &str) -> String {
    address.trim().to_lowercase()
}
