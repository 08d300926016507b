//! What comes in by mail: as it arrived, what it says, what it reports of our letters, and where it may belong.

pub mod bounce;
pub mod handed_over;
pub mod inbound;
pub mod mailbox_health;
pub mod reply_address;
pub mod report;
pub mod suggestion;
