//! What a read notice says (RFC 8098 §3.2.6).

/// What became of the mail on its recipient's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadNotice {
    /// It was shown to somebody.
    Displayed,
    /// It was deleted unread, dispatched, denied: nothing is known of anybody who read it.
    NotDisplayed,
}

impl ReadNotice {
    /// By the field Disposition of the machine-readable part; none if it has no such field, or is a delivery report.
    pub(super) fn of(status_part: &str) -> Option<Self> {
        let mut disposition = None;
        for (name, value) in status_part.lines().filter_map(|line| line.split_once(':')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "disposition" => disposition = disposition.or(Some(value)),
                "action" => return None,
                _ => {}
            }
        }
        // `action-mode/sending-mode; disposition-type/modifier`; a modifier tells of an error or a warning.
        let value = disposition?.rsplit(';').next()?;
        let kind = value.split(['/', ',']).next().unwrap_or_default().trim();
        Some(if kind.eq_ignore_ascii_case("displayed") { Self::Displayed } else { Self::NotDisplayed })
    }
}
